// glibc_mutex: a mutex whose unlock read the mutex after releasing it, and its fix.
//
// A mutex knows whether its waiters sleep on a private or on a shared word, and who wakes has to say it. As shipped (glibc BZ 13690,
// repaired by 389fdf78b2) the unlocker reads that when it is about to wake. By then another thread may have taken the mutex, found that
// it is the last to use it, and freed it, which POSIX allows:
//     A: frees the word | B: locks, unlocks, destroys, frees | A: reads the flag
// As fixed it is read before the word is freed.
//
// Word: mutex_word's three states; beside it, `shared`: whether other processes may use the mutex. Written once, before all else.
//
//     from \ step    lock fast [L1]   announce [L2]        unlock [U1]
//     free           held, own        held_waiters, own    misuse
//     held           --               held_waiters         free
//     held_waiters   --               held_waiters         free, then wake one [U2]
//
// Lifetime, as fixed: U1 is the unlocker's last access; U2 uses the address only.
// Source: the descriptions of the bug and its fix; the rest is mutex3. Memory orders are ours: the weakest that order the sections.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_MUTEX_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_MUTEX_H_

#include "impl/platform.h"
#include "impl/word/mutex_word.h"
#include "models/published/version.h"

namespace holdfast::published {

// Platform::plain<T> is made from a name and a value.
template <class Platform, version Version>
  requires has_exchange<Platform> && has_compare_exchange<Platform> && has_plain<Platform> && has_wait<Platform> && has_wake<Platform>
class glibc_mutex {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  void lock() noexcept {
    word c = mutex_word::free;
    // [L1] acquire: reads U1's write. Else: mutant l1_relaxed races. failure relaxed: L2 reads the word again.
    if (word_.compare_exchange_strong(c, mutex_word::held, order::acquire, order::relaxed, "L1")) return;
    const scope who = scope_from(shared_.load("shared, to sleep"));
    // [L2] acquire: as L1. Else: mutant l2_relaxed races. Says that somebody may sleep.
    while (!mutex_word::is_free(word_.exchange(mutex_word::held_waiters, order::acquire, "L2"))) {
      // [L3] sleeps only while the word is held_waiters. Else: mutant l3_never_sleeps does not reach the situation.
      Platform::wait(word_, mutex_word::held_waiters, who, deadline::never(), "L3");
    }
  }

  void unlock() noexcept {
    unsigned shared = 0;
    if constexpr (Version == version::as_fixed) shared = shared_.load("shared, in time");
    // [U1] release: publishes the section to L1 and L2. Else: mutant u1_relaxed races.
    if (!mutex_word::has_waiters(word_.exchange(mutex_word::free, order::release, "U1"))) return;
    if constexpr (Version == version::as_shipped) shared = shared_.load("shared, too late");
    // [U2] pays the wake that held_waiters owed. Else: mutant u2_dropped loses a wake-up.
    Platform::wake(word_, 1, scope_from(shared), "U2");
  }

 private:
  static scope scope_from(unsigned shared) { return shared == 0 ? scope::process_private : scope::process_shared; }

  typename Platform::template atomic<word> word_{mutex_word::description, mutex_word::free};
  typename Platform::template plain<unsigned> shared_{"shared", 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_MUTEX_H_
