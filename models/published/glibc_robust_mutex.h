// glibc_robust_mutex: the robust mutex of glibc 2.36, which loses a wake-up when a thread is killed at the wrong moment, and a repair.
//
// As shipped: mutual exclusion, also after the death of an owner. No wake-up is owed to a sleeper whose waker is killed
//   after the unlock's store and before its wake, if a third thread has taken the word without WAITERS in between:
//       T1 holds, T2 sleeps | T1 stores 0 | T3 takes it | T1 is killed | T3 unlocks: no WAITERS, no wake | T2 sleeps for ever
//   or after it was woken and before it sets WAITERS again, in the same way.
// The kernel wakes for the word that a dead thread was working on only if nobody owns the word (checker/kernel/robust_rule.h); a kernel that
// also wakes if a foreign owner has not set WAITERS closes both windows.
// With WAITERS kept: no wake-up is lost under either rule. An unlock that finds WAITERS leaves it in the word and wakes; whoever takes the
// word keeps it, and nobody ever clears it. The price: a mutex that was contended once makes a system call at each unlock.
//
// Word: robust_word. The kernel's list: pending() names the word that the thread is working on, link() that it owns it.
// Not modelled: inconsistent and not recoverable states, recursion, time-outs.
// Source: the algorithm's description, and BZ 20973 for what a repair has to preserve; written from them, not from glibc's source.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_ROBUST_MUTEX_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_ROBUST_MUTEX_H_

#include "impl/platform.h"
#include "impl/word/robust_word.h"

namespace holdfast::published {

enum class robust_unlock : std::uint8_t { clears_waiters, keeps_waiters };

template <class Platform, robust_unlock Unlock>
requires has_load<Platform> && has_fetch_and<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform> &&
    has_robust_list<Platform> && has_thread_id<Platform>
class glibc_robust_mutex {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  // Whether the owner before had died: what the mutex protects may be half-done.
  bool lock() {
    Platform::robust_pending(word_);
    const word self = Platform::this_thread_id();
    word announced = 0;  // what a thread that has slept takes the word with: others may sleep, too
    // [L1] relaxed: a guess, which L2 tests.
    word seen = word_.load(order::relaxed, "L1");
    bool inherited = false;
    for (;;) {
      if (robust_word::is_free(seen)) {
        inherited = robust_word::has_dead_owner(seen);
        const word kept = inherited || Unlock == robust_unlock::keeps_waiters ? seen & robust_word::waiters : word(0);
        // [L2] acquire: reads U1's write or the kernel's mark, and what the owner before did is visible. Else: mutant l2_relaxed races.
        //      failure relaxed: the next guess.
        if (word_.compare_exchange_strong(seen, self | kept | announced, order::acquire, order::relaxed, "L2")) break;
        continue;
      }
      if (!robust_word::has_waiters(seen)) {
        // [L3] relaxed: says that somebody may sleep. failure relaxed: the next guess.
        if (!word_.compare_exchange_strong(seen, seen | robust_word::waiters, order::relaxed, order::relaxed, "L3")) continue;
        seen = seen | robust_word::waiters;
      }
      // [L4] shared scope: the kernel wakes no other. Sleeps only while the word says that somebody may.
      //      Else: mutant l4_never_sleeps does not reach the situation.
      Platform::wait(word_, seen, scope::process_shared, deadline::never(), "L4");
      announced = robust_word::waiters;
      // [L5] relaxed: as L1.
      seen = word_.load(order::relaxed, "L5");
    }
    Platform::robust_link(word_);
    Platform::robust_done();
    return inherited;
  }

  void unlock() {
    Platform::robust_pending(word_);
    Platform::robust_unlink(word_);
    // [U1] release: publishes the section to L2. Else: mutant u1_relaxed races. Only waiters change the word of an owner, and they set WAITERS.
    const word found = word_.fetch_and(left, order::release, "U1");
    // [U2] pays the wake that WAITERS owed. Else: mutant u2_dropped loses a wake-up.
    if (robust_word::has_waiters(found)) Platform::wake(word_, 1, scope::process_shared, "U2");
    Platform::robust_done();
  }

 private:
  static constexpr std::uint32_t left = Unlock == robust_unlock::keeps_waiters ? robust_word::waiters : robust_word::free;

  typename Platform::template atomic<word> word_{robust_word::description, robust_word::free};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_ROBUST_MUTEX_H_
