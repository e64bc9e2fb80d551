// rescue: so that a lock that loses a wake-up does not keep the benchmark for ever.
//
// Of locks whose threads sleep on a word of the lock, and not in the kernel's queues of priority inheritance, which a wake does not reach. A
// thread that is still asleep after three seconds of a stalled machine looks the same.
#ifndef HOLDFAST_TESTS_BENCHMARKS_RESCUE_H_
#define HOLDFAST_TESTS_BENCHMARKS_RESCUE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace holdfast::benchmarks {

// The words of a lock, on some of which its threads sleep.
struct futex_words {
  const std::uint32_t* first = nullptr;
  std::size_t count = 0;
};

template <class Lock>
futex_words words_of(const Lock& lock) {
  static_assert(alignof(Lock) >= alignof(std::uint32_t));
  return {reinterpret_cast<const std::uint32_t*>(&lock), sizeof(Lock) / sizeof(std::uint32_t)};
}

// Returns when no thread is at work any more. From three seconds on, whoever sleeps on one of the words is woken; whether that was needed.
bool wake_until_none(const std::atomic<unsigned>& at_work, futex_words slept_on);

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_RESCUE_H_
