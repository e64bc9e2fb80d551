// glibc_robust_lock: three bugs that glibc's robust mutexes had, each with its fix.
//
// forgets_waiters (BZ 20973): a thread that was woken finds that the owner died, and takes the mutex without WAITERS, although others may
//   sleep: T1 and T3 sleep | T2 unlocks, wakes T1, locks again and dies | T1 recovers: no WAITERS | T1 unlocks, wakes nobody | T3 sleeps.
// stores_twice (BZ 20985): unlock stores WAITERS, then 0; who is killed in between leaves a word that nobody owns, and that lockers take
//   for held.
// ignores_time_out (BZ 20263): a timed lock goes round again when its time is over: it never returns while the mutex is held.
// As fixed: mutual exclusion, and no lost wake-up on a kernel that wakes for a foreign owner; glibc_robust_mutex.h has what is left on
//   others.
//
// Word: robust_word. Not modelled: inconsistent and not recoverable states, recursion.
// Source: the descriptions of the three bugs and of their fixes; written from them, not from glibc's source.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_ROBUST_LOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_ROBUST_LOCK_H_

#include "impl/platform.h"
#include "impl/word/robust_word.h"

namespace holdfast::published {

enum class robust_flaw : std::uint8_t { none, forgets_waiters, stores_twice, ignores_time_out };

template <class Platform, robust_flaw Flaw>
requires has_load<Platform> && has_exchange<Platform> && has_fetch_and<Platform> && has_compare_exchange<Platform> &&
    has_wait<Platform> && has_wake<Platform> && has_robust_list<Platform> && has_thread_id<Platform>
class glibc_robust_lock {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;

 public:
  // False: the deadline has passed.
  flag lock_until(const deadline& until) {
    Platform::robust_pending(word_);
    const word self = Platform::this_thread_id();
    word announced = robust_word::free;  // what a thread that has slept takes the word with: others may sleep, too
    flag is_over = flag(false);
    // [L1] relaxed: a guess, which L2 tests.
    word seen = word_.load(order::relaxed, "L1");
    for (;;) {
      if (is_free(seen)) {
        word taken = self | (seen & robust_word::waiters) | announced;
        if (Flaw == robust_flaw::forgets_waiters && robust_word::has_dead_owner(seen)) taken = self | (seen & robust_word::waiters);
        // [L2] acquire: reads U1's write or the kernel's mark. Else: mutant l2_relaxed races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(seen, taken, order::acquire, order::relaxed, "L2")) break;
        continue;
      }
      if (!robust_word::has_waiters(seen)) {
        // [L3] relaxed: says that somebody may sleep. failure relaxed: the next guess.
        if (!word_.compare_exchange_strong(seen, seen | robust_word::waiters, order::relaxed, order::relaxed, "L3")) continue;
        seen = seen | robust_word::waiters;
      }
      // [L4] sleeps only while the word says that somebody may; with a deadline that has passed, not at all.
      //      Else: mutant l4_never_sleeps does not reach the situation.
      if (!is_over) is_over = Platform::wait(word_, seen, scope::process_shared, until, "L4") == wait_result::timed_out;
      if (is_over && Flaw != robust_flaw::ignores_time_out) {
        Platform::robust_done();
        return flag(false);
      }
      announced = robust_word::waiters;
      // [L5] relaxed: as L1.
      seen = word_.load(order::relaxed, "L5");
    }
    Platform::robust_link(word_);
    Platform::robust_done();
    return flag(true);
  }

  void unlock() {
    Platform::robust_pending(word_);
    Platform::robust_unlink(word_);
    word found = robust_word::free;
    if (Flaw == robust_flaw::stores_twice) {
      // [U3] release, as shipped only: WAITERS is left, and nobody owns it.
      found = word_.fetch_and(robust_word::waiters, order::release, "U3");
    }
    // [U1] release: publishes the section to L2. Else: mutant u1_relaxed races.
    found = found | word_.exchange(robust_word::free, order::release, "U1");
    // [U2] pays the wake that WAITERS owed. Else: mutant u2_dropped loses a wake-up.
    if (robust_word::has_waiters(found)) Platform::wake(word_, 1, scope::process_shared, "U2");
    Platform::robust_done();
  }

 private:
  // Lockers knew no other free words.
  static flag is_free(const word& w) { return w == robust_word::free || (robust_word::is_free(w) && robust_word::has_dead_owner(w)); }

  typename Platform::template atomic<word> word_{robust_word::description, robust_word::free};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_ROBUST_LOCK_H_
