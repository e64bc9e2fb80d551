// musl_lock: musl's internal lock where the kernel has no priority inheritance, whose new owner forgot that others may sleep, and its fix.
//
// As shipped (repaired by musl e7655ed3) a thread that had to wait takes the lock without the waiters flag. Any other sleeper is then known
// to nobody, and the unlock wakes no one:
//     T1 holds | T2 marks, sleeps; T3 sleeps | T1 frees, wakes T2 | T2 takes it without the flag | T2 frees: no wake | T3 sleeps
// As fixed, a thread that had to wait takes the lock with the flag. That costs one wake in vain at the last unlock.
//
// Word: mutex_word's three states (musl has the owner's id in place of `held`, and the flag in bit 31; the defect is in the flag alone).
//
//     from \ step    lock fast [L1]   take [L2]            mark [L3]       unlock [U1,U2]
//     free           held, own        held or, as fixed,   --              misuse
//                                     held_waiters, own
//     held           --               --                   held_waiters    free [U1]
//     held_waiters   --               --                   --              free [U2], then wake one [U3]
//
// Source: the commit's description; written from it, not from musl's source. Memory orders are ours: the weakest that order the sections.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUSL_LOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_MUSL_LOCK_H_

#include "impl/platform.h"
#include "impl/word/mutex_word.h"
#include "models/published/version.h"

namespace holdfast::published {

template <class Platform, version Version>
  requires has_store<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform>
class musl_lock {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

  static constexpr std::uint32_t taken = Version == version::as_fixed ? mutex_word::held_waiters : mutex_word::held;

 public:
  void lock() noexcept {
    word c = mutex_word::free;
    // [L1] acquire: reads U1's or U2's write. Else: mutant l1_relaxed races. failure relaxed: L2 reads the word again.
    if (word_.compare_exchange_strong(c, mutex_word::held, order::acquire, order::relaxed, "L1")) return;
    c = mutex_word::free;
    // [L2] acquire: as L1. Else: mutant l2_relaxed races. Writes held_waiters, or as shipped held: the lost wake-up.
    while (!word_.compare_exchange_strong(c, taken, order::acquire, order::relaxed, "L2")) {
      // [L3] relaxed: says that somebody may sleep. If it fails the word is held_waiters already, or L4 finds it changed.
      word_.compare_exchange_strong(c, mutex_word::held_waiters, order::relaxed, order::relaxed, "L3");
      // [L4] sleeps only while the word is held_waiters. Else: mutant l4_never_sleeps does not reach the situation.
      Platform::wait(word_, mutex_word::held_waiters, scope::process_private, deadline::never(), "L4");
      c = mutex_word::free;
    }
  }

  void unlock() noexcept {
    word c = mutex_word::held;
    // [U1] release: publishes the section to L1 and L2. Else: mutant u1_relaxed races. failure relaxed: there are waiters.
    if (word_.compare_exchange_strong(c, mutex_word::free, order::release, order::relaxed, "U1")) return;
    // [U2] release: as U1. Else: mutant u2_relaxed races.
    word_.store(mutex_word::free, order::release, "U2");
    // [U3] pays the wake that held_waiters owed. Else: mutant u3_dropped loses a wake-up.
    Platform::wake(word_, 1, scope::process_private, "U3");
  }

 private:
  typename Platform::template atomic<word> word_{mutex_word::description, mutex_word::free};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUSL_LOCK_H_
