// musl_file_lock: the lock of musl's flockfile, whose woken thread forgot that others may sleep, and its fix.
//
// As shipped (musl commit c21f7507, repaired by 0db393d3) a thread that has slept retakes the lock as held. Any other sleeper is then known
// to nobody: the next unlock finds held, wakes no one, and the mutex is free while a thread sleeps for ever. It takes three threads:
//     T1 holds | T2 marks, sleeps; T3 sleeps | T1 frees, wakes T2 | T2 retakes as held | T2 frees: no wake | T3 sleeps
// As fixed, a thread that has once found the lock held only ever retakes it as held_waiters.
//
// Word: mutex_word's three states (musl has the owner's id in place of `held`; the defect is in the flag alone).
// Source: the descriptions of the two commits; written from them, not from musl's source.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUSL_FILE_LOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_MUSL_FILE_LOCK_H_

#include "impl/platform.h"
#include "impl/word/mutex_word.h"

namespace holdfast::published {

enum class musl_version : bool { as_shipped, as_fixed };

template <class Platform, musl_version Version>
  requires has_exchange<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform>
class musl_file_lock {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;

  static constexpr std::uint32_t retaken = Version == musl_version::as_fixed ? mutex_word::held_waiters : mutex_word::held;

 public:
  void lock() noexcept {
    word c = mutex_word::free;
    // [L1] acquire: reads U1's write. Else: mutant l1_relaxed races. failure relaxed: L2 reads the word again.
    if (word_.compare_exchange_strong(c, mutex_word::held, order::acquire, order::relaxed, "L1")) return;
    c = mutex_word::free;
    // [L2] acquire: as L1. Else: mutant l2_relaxed races. Writes held_waiters, or as shipped held: the lost wake-up.
    while (!word_.compare_exchange_strong(c, retaken, order::acquire, order::relaxed, "L2")) {
      if (mutex_word::has_waiters(c) || mark()) {
        // [L4] sleeps only while the word is held_waiters. Else: mutant l4_never_sleeps does not reach the situation.
        Platform::wait(word_, mutex_word::held_waiters, scope::process_private, deadline::never(), "L4");
      }
      c = mutex_word::free;
    }
  }

  void unlock() noexcept {
    // [U1] release: publishes the section to L1 and L2. Else: mutant u1_relaxed races.
    if (!mutex_word::has_waiters(word_.exchange(mutex_word::free, order::release, "U1"))) return;
    // [U2] pays the wake that held_waiters owed. Else: mutant u2_dropped loses a wake-up.
    Platform::wake(word_, 1, scope::process_private, "U2");
  }

 private:
  flag mark() noexcept {
    word h = mutex_word::held;
    // [L3] relaxed: says that somebody may sleep; L2 orders the section.
    return word_.compare_exchange_strong(h, mutex_word::held_waiters, order::relaxed, order::relaxed, "L3");
  }

  typename Platform::template atomic<word> word_{mutex_word::description, mutex_word::free};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUSL_FILE_LOCK_H_
