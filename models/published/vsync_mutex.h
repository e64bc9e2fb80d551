// vsync_mutex: a mutex whose sleep took a signal for an error and ended the program, and its fix.
//
// A futex wait returns for several reasons: it was woken, the word had changed, or a signal handler ran (EINTR). As shipped in libvsync
// (vfutex_wait) only the first two are expected, and the third ends the program:
//     T1 holds | T2: sleeps | T2: a signal handler runs, the wait returns EINTR | T2: exit(1)
// As fixed every return but an error of the caller's is a reason to look again.
//
// Word: mutex_word's three states.
//
//     from \ step    lock fast [L1]   announce [L2]        unlock [U1]
//     free           held, own        held_waiters, own    misuse
//     held           --               held_waiters         free
//     held_waiters   --               held_waiters         free, then wake one [U2]
//
// Source: the description of vfutex_wait in the list of bugs; the rest is mutex3, on which it is shown. Orders: the weakest that do.
#ifndef HOLDFAST_MODELS_PUBLISHED_VSYNC_MUTEX_H_
#define HOLDFAST_MODELS_PUBLISHED_VSYNC_MUTEX_H_

#include "impl/platform.h"
#include "impl/word/mutex_word.h"
#include "models/published/version.h"

namespace holdfast::published {

template <class Platform, version Version>
  requires has_exchange<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform> && has_misuse<Platform>
class vsync_mutex {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  void lock() noexcept {
    word c = mutex_word::free;
    // [L1] acquire: reads U1's write. Else: mutant l1_relaxed races. failure relaxed: L2 reads the word again.
    if (word_.compare_exchange_strong(c, mutex_word::held, order::acquire, order::relaxed, "L1")) return;
    // [L2] acquire: as L1. Else: mutant l2_relaxed races. Says that somebody may sleep.
    while (!mutex_word::is_free(word_.exchange(mutex_word::held_waiters, order::acquire, "L2"))) {
      // [L3] sleeps only while the word is held_waiters. Else: mutant l3_never_sleeps does not reach the situation.
      const wait_result why = Platform::wait(word_, mutex_word::held_waiters, scope::process_private, deadline::never(), "L3");
      if (Version == version::as_shipped && why == wait_result::interrupted) Platform::misuse("vfutex_wait: unexpected error");
    }
  }

  void unlock() noexcept {
    // [U1] release: publishes the section to L1 and L2. Else: mutant u1_relaxed races.
    if (!mutex_word::has_waiters(word_.exchange(mutex_word::free, order::release, "U1"))) return;
    // [U2] pays the wake that held_waiters owed. Else: mutant u2_dropped loses a wake-up.
    Platform::wake(word_, 1, scope::process_private, "U2");
  }

 private:
  typename Platform::template atomic<word> word_{mutex_word::description, mutex_word::free};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_VSYNC_MUTEX_H_
