// futex_condvar: the simplest condition variables on a futex: one that loses wake-ups, and one that loses them when its counter wraps.
//
// `without_sequence` (condvar1, "simple but very wrong") has a word that never changes. Between the waiter's unlock and its sleep a signal
// wakes nobody, and the kernel has nothing to notice it by:
//     T1: not ready, unlocks | T2: ready, signals, wakes nobody | T1: sleeps, for ever
// `with_sequence` (condvar2; so do libvsync, Rust's std and Zig) has a counter that every signal raises and that the waiter reads before
// it unlocks. It is right as long as no waiter, between that and its sleep, is overtaken by as many signals as the counter has values:
//     T1: reads s, unlocks | 2^32 signals | T1: the counter is s again: sleeps, for ever
//
//     sequence   how many signals there were (modulo its width); without_sequence: 0
//
// Guarantees, with_sequence, up to the wrap: a signal after the unlock ends a wait. A wait may also end without one.
// Source: "condvar1" and "condvar2" of the remlab article on condition variables and futexes; written from their descriptions.
#ifndef HOLDFAST_MODELS_PUBLISHED_FUTEX_CONDVAR_H_
#define HOLDFAST_MODELS_PUBLISHED_FUTEX_CONDVAR_H_

#include "impl/platform.h"

namespace holdfast::published {

enum class condvar_version : bool { without_sequence, with_sequence };

struct futex_condvar_word {
  static constexpr field fields[] = {{"signals", 0, 32, {}}};
  static constexpr layout description{"sequence", fields};
};

template <class Platform, condvar_version Version>
  requires has_load<Platform> && has_fetch_add<Platform> && has_wait<Platform> && has_wake<Platform>
class futex_condvar {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  // REQUIRES: the caller has locked the mutex; it has when the call returns.
  template <class Mutex>
  void wait(Mutex& mutex) noexcept {
    // [W1] relaxed: the mutex orders it before the signals of what the caller has not seen.
    const word seen = sequence_.load(order::relaxed, "W1");
    mutex.unlock("unlock to wait");
    // [W2] sleeps only while the counter is what W1 found. Else: mutant w2_never_sleeps does not reach the situation.
    Platform::wait(sequence_, seen, scope::process_private, deadline::never(), "W2");
    mutex.lock("lock again");
  }

  void signal() noexcept {
    if constexpr (Version == condvar_version::with_sequence) {
      // [S1] relaxed: a futex call that follows it does not come before it.
      sequence_.fetch_add(1u, order::relaxed, "S1");
    }
    // [S2] wakes one of those that sleep. Else: mutant s2_dropped loses a wake-up.
    Platform::wake(sequence_, 1, scope::process_private, "S2");
  }

 private:
  typename Platform::template atomic<word> sequence_{futex_condvar_word::description, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_FUTEX_CONDVAR_H_
