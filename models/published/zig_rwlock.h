// zig_rwlock: a reader-writer lock whose count of waiting writers only grew, and its fix.
//
// As shipped (ziglang/zig#13163) a writer raises the count before it locks the mutex and nobody lowers it again. After 2^31 sections (2^15
// where the word has 32 bits) the count runs over into the readers' field, and the next writer waits for a reader that there is not:
//     T1: writers 0 -> 1, writes | ... | T1: writers 2^n - 1 -> 0, readers 0 -> 1; it sleeps on the semaphore, for ever
// Before that, every reader has to take the mutex, which is slow and nothing worse.
// As fixed (PR 13180) the write that sets `writing` lowers the count again.
//
//     bit 2n ... n + 1 | n ..... 1 |    0        n: CountBits. writing: a writer holds it; writers: how many wait;
//         readers      |  writers  | writing     readers: how many share it
//
//     lock           writers + 1 [W1]; the mutex; as fixed: writing, writers - 1 [W3]; if readers > 0: sleeps until the last one posts
//     unlock         not writing [V1]; the mutex
//     lock_shared    if not writing and no writers: readers + 1 [R2]; otherwise, with the mutex: readers + 1 [R3]
//     unlock_shared  readers - 1 [S1]; the last of them posts if a writer waits [P4]
//
// Source: the descriptions of the bug and its fix; written from them. Zig's semaphore is a mutex and a condition variable; here it is a
// word. Zig's orders are all seq_cst; these are ours: the weakest that do.
#ifndef HOLDFAST_MODELS_PUBLISHED_ZIG_RWLOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_ZIG_RWLOCK_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

template <unsigned CountBits>
struct zig_rwlock_word {
  static constexpr std::uint32_t writing = 1;
  static constexpr std::uint32_t one_writer = 2;
  static constexpr std::uint32_t one_reader = one_writer << CountBits;
  static constexpr std::uint32_t writers = one_reader - one_writer;

  static constexpr named_value writing_values[] = {{1, "writing", "a writer holds it"}};
  static constexpr field fields[] = {
      {"writing", 0, 1, writing_values}, {"writers", 1, CountBits, {}}, {"readers", 1 + CountBits, CountBits, {}}};
  static constexpr layout description{"rwlock", fields};
  static constexpr field number[] = {{"posts", 0, 32, {}}};
  static constexpr layout semaphore{"semaphore", number};

  template <class Word>
  static constexpr bool has_writers(const Word& w) {
    return (static_cast<std::uint32_t>(w) & (writing | writers)) != 0;
  }
  template <class Word>
  static constexpr bool has_readers(const Word& w) {
    return static_cast<std::uint32_t>(w) >= one_reader;
  }
  template <class Word>
  static constexpr bool is_last_reader_of_a_writer(const Word& w) {
    return (static_cast<std::uint32_t>(w) & ~writers) == (one_reader | writing);
  }
};

// Platform: with words of 2 * CountBits + 1 bits.
template <class Platform, class Mutex, version Version, unsigned CountBits>
  requires has_load<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> && has_fetch_and<Platform> && has_fetch_or<Platform> &&
           has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform>
class zig_rwlock {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using layout_of = zig_rwlock_word<CountBits>;

 public:
  void lock() noexcept {
    // [W1] relaxed: sends readers to the mutex.
    state_.fetch_add(layout_of::one_writer, order::relaxed, "W1");
    mutex_.lock();
    if (layout_of::has_readers(begin_writing())) await_readers();
  }

  void unlock() noexcept {
    // [V1] release: publishes the section to R2. Else: mutant v1_relaxed races.
    state_.fetch_and(~layout_of::writing, order::release, "V1");
    mutex_.unlock();
  }

  void lock_shared() noexcept {
    // [R1] relaxed: a guess, which R2 tests.
    word s = state_.load(order::relaxed, "R1");
    while (!layout_of::has_writers(s)) {
      // [R2] acquire: reads V1's write or one after it. Else: mutant r2_relaxed races. failure relaxed: the next guess.
      if (state_.compare_exchange_strong(s, s + word(layout_of::one_reader), order::acquire, order::relaxed, "R2")) return;
    }
    mutex_.lock();
    // [R3] relaxed: the mutex orders it.
    state_.fetch_add(layout_of::one_reader, order::relaxed, "R3");
    mutex_.unlock();
  }

  void unlock_shared() noexcept {
    // [S1] release: publishes the section to W3. Else: mutant s1_relaxed races.
    //      acquire: the last reader posts for those before it. Else: mutant s1_release races.
    const word s = state_.fetch_sub(layout_of::one_reader, order::acq_rel, "S1");
    if (!layout_of::is_last_reader_of_a_writer(s)) return;
    // [P4] release: publishes the sections of all readers to P2. Else: mutant p4_relaxed races.
    posts_.fetch_add(1u, order::release, "P4");
    // [P5] wakes the writer. Else: mutant p5_dropped loses a wake-up.
    Platform::wake(posts_, 1, scope::process_private, "P5");
  }

 private:
  word begin_writing() noexcept {
    if constexpr (Version == version::as_shipped) {
      // [W2] acquire, as shipped only: reads S1's write.
      return state_.fetch_or(layout_of::writing, order::acquire, "W2");
    } else {
      // [W3] acquire: reads S1's write. Else: mutant w3_relaxed races.
      return state_.fetch_add(layout_of::writing - layout_of::one_writer, order::acquire, "W3");
    }
  }

  void await_readers() noexcept {
    for (;;) {
      // [P1] relaxed: a guess, which P2 or P3 tests.
      word posts = posts_.load(order::relaxed, "P1");
      // [P2] acquire: reads P4's write. Else: mutant p2_relaxed races. failure relaxed: the loop reads it again.
      if (posts != 0u && posts_.compare_exchange_strong(posts, posts - word(1u), order::acquire, order::relaxed, "P2")) return;
      // [P3] sleeps only while nobody has posted. Else: mutant p3_never_sleeps does not reach the situation.
      if (posts == 0u) Platform::wait(posts_, 0u, scope::process_private, deadline::never(), "P3");
    }
  }

  typename Platform::template atomic<word> state_{layout_of::description, 0u};
  typename Platform::template atomic<word> posts_{layout_of::semaphore, 0u};
  Mutex mutex_;
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_ZIG_RWLOCK_H_
