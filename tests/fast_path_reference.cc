// What the fast paths of a three-state mutex cost when written by hand. Includes nothing of this project.
#include <atomic>
#include <cstdint>

struct reference_mutex {
  std::atomic<std::uint32_t> word{0};

  [[gnu::cold, gnu::noinline]] void lock_slow() noexcept;
  [[gnu::cold, gnu::noinline]] void unlock_slow(std::uint32_t w) noexcept;
};

extern "C" void fast_lock(reference_mutex* m) {
  std::uint32_t w = 0;
  if (m->word.compare_exchange_strong(w, 1, std::memory_order::acquire, std::memory_order::relaxed)) return;
  m->lock_slow();
}

extern "C" void fast_unlock(reference_mutex* m) {
  const std::uint32_t w = m->word.exchange(0, std::memory_order::release);
  if (w != 1) m->unlock_slow(w);
}

extern "C" bool fast_try_lock(reference_mutex* m) {
  std::uint32_t w = 0;
  return m->word.compare_exchange_strong(w, 1, std::memory_order::acquire, std::memory_order::relaxed);
}
