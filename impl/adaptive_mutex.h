// adaptive_mutex: a mutex that spins as long as has been enough of late, and not at all where the owner cannot be running.
//
// Guarantees: mutual exclusion; no lost wake-up; a section happens before the next. constinit, trivially destructible, 8 bytes.
// Does not guarantee: fairness; recursion; anything if the owner dies. What it knows about the owner is a hint, and right about safety
// whatever it says.
//
// What the machine tells. Whether the owner runs now, no thread can ask cheaply: Linux publishes no such flag, and the processor number in
// another thread's rseq area stays what it was when that thread is taken off. But two threads do not run on one processor at a time. So the
// owner leaves its processor in the word, and a waiter on the same one knows that the owner waits for it, unless the owner has moved since:
// it sleeps at once. What it cannot tell: an owner on another processor that does not run (another thread took its place there),
// and one that has moved. There it spins in vain, up to the limit that it has learned.
//
//     word    processor:30 | state:2   free, held, held_waiters; processor: where the owner took it, plus 1; 0: not known
//     looks   how many looks have been enough of late; nothing depends on it but time
//
//     from \ step    take [L1,L3,T1]   take in the slow path [L6]   announce [L7]                 unlock [U1]
//     free           held              held_waiters                 --                            misuse
//     held           --                --                           held_waiters, same processor  free
//     held_waiters   --                --                           --                            free, then wake one [U2]
//
// I1 to I3: as impl/mutex.h, whatever the processor.
//
// Memory order: as impl/mutex.h: the owner publishes its section with U1 (release) to L1, L3, L6 and T1 (acquire); the rest is relaxed.
// Lifetime: as impl/mutex.h: U1 is the unlocker's last access; U2 uses the address only.
// Source: impl/mutex.h, with compare-exchanges in the slow path, since an announcement must leave the owner's processor. The rule by which
// the limit is learned is that of glibc's adaptive mutex. The processor in the word is ours.
#ifndef HOLDFAST_IMPL_ADAPTIVE_MUTEX_H_
#define HOLDFAST_IMPL_ADAPTIVE_MUTEX_H_

#include <chrono>
#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/adaptive_word.h"

namespace holdfast {

// The number of the processor that the calling thread runs on, from 1; 0: not known. It may be another one when the call returns.
template <class P>
concept has_processor = has_words<P> && requires {
  { P::this_processor() } -> std::same_as<typename P::word>;
};

template <class P>
concept adaptive_mutex_platform = has_load<P> && has_store<P> && has_exchange<P> && has_compare_exchange<P> && has_wait<P> && has_wake<P> &&
                                  has_spinner<P> && has_misuse<P> && has_processor<P>;

// The most looks before a sleep, and after one. As mutex_default_spin.
inline constexpr unsigned adaptive_most_looks = 100;

// Platform, Scope: as basic_mutex has them. Meets Lockable and TimedLockable. No member allocates or throws.
template <adaptive_mutex_platform Platform, scope Scope = scope::process_private, unsigned Most = adaptive_most_looks>
class basic_adaptive_mutex {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

 public:
  constexpr basic_adaptive_mutex() noexcept = default;
  basic_adaptive_mutex(const basic_adaptive_mutex&) = delete;
  basic_adaptive_mutex& operator=(const basic_adaptive_mutex&) = delete;

  // Blocks until the calling thread owns the mutex. Acquire.
  // REQUIRES: the calling thread does not own it (it would wait for itself for ever).
  void lock() noexcept {
    word w = adaptive_word::free;
    // [L1] acquire: reads U1's write, so that the last owner's section is visible. Else: mutant l1_relaxed races.
    //      failure relaxed: the value is not used; lock_slow reads the word again.
    if (word_.compare_exchange_strong(w, adaptive_word::held_on(Platform::this_processor()), order::acquire, order::relaxed, "L1")) return;
    lock_slow();
  }

  // Takes the mutex if it is free; never blocks. True if the caller owns it now (acquire). False: nothing changed.
  [[nodiscard]] bool try_lock() noexcept {
    word w = adaptive_word::free;
    const word taken = adaptive_word::held_on(Platform::this_processor());
    // [T1] acquire: as L1. Else: mutant t1_relaxed races. failure relaxed: nothing is read under a failed try.
    if (word_.compare_exchange_strong(w, taken, order::acquire, order::relaxed, "T1")) return true;
    return false;
  }

  // Blocks until the calling thread owns the mutex (true, acquire) or the deadline has passed (false, nothing is ordered).
  // A free mutex is taken even if the deadline has passed already.
  [[nodiscard]] bool try_lock_until(const deadline& until) noexcept {
    if (try_lock()) return true;
    return lock_slow_until(until);
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    if (try_lock()) return true;
    return lock_slow_until(deadline::at(until));
  }
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    if (try_lock()) return true;
    return lock_slow_until(deadline::after(duration));
  }

  // Releases the mutex and wakes one sleeper if there may be one. Release. Never blocks.
  // REQUIRES: the calling thread owns it. Unlocking a free mutex is detected and ends the program; unlocking another thread's is not.
  void unlock() noexcept {
    // [U1] release: publishes the section to L1, L3, L6 and T1. Else: mutant u1_relaxed races. The last access to the word.
    const word w = word_.exchange(adaptive_word::free, order::release, "U1");
    if (adaptive_word::has_waiters(w) || adaptive_word::is_free(w)) unlock_slow(w);
  }

 private:
  [[gnu::cold, gnu::noinline]] void lock_slow() noexcept { static_cast<void>(lock_slow_until(deadline::never())); }

  [[gnu::cold, gnu::noinline]] bool lock_slow_until(const deadline& until) noexcept {
    if (spin_and_take(until)) return true;
    // [L5] relaxed: a guess; L6, L7 or the kernel find out.
    word w = word_.load(order::relaxed, "L5");
    for (;;) {
      if (adaptive_word::is_free(w)) {
        const word taken = adaptive_word::held_with_waiters_on(Platform::this_processor());
        // [L6] acquire: as L1. Else: mutant l6_relaxed races. Takes it as held_waiters: a wake that ended the caller's sleep may have been
        //      the only one. Else: mutant l6_lost_flag loses a wake-up. failure relaxed: a new guess.
        if (word_.compare_exchange_strong(w, taken, order::acquire, order::relaxed, "L6")) return true;
        continue;
      }
      if (!adaptive_word::has_waiters(w)) {
        // [L7] relaxed: says that a thread may sleep, so that U1 owes a wake; the kernel lets it sleep on nothing else.
        //      failure relaxed: a new guess.
        if (!word_.compare_exchange_strong(w, adaptive_word::with_waiters(w), order::relaxed, order::relaxed, "L7")) continue;
        w = adaptive_word::with_waiters(w);
      }
      // [L8] sleeps only while the word is held_waiters. Else: mutant l8_never_sleeps does not reach the situation. A wake-up that was
      //      consumed is never reported as timed_out, so giving up loses none.
      if (Platform::wait(word_, w, Scope, until, "L8") == wait_result::timed_out) return false;
      w = spin_while_held(until);
    }
  }

  // Before the first sleep: takes the mutex as held if it comes free, and learns how many looks that took.
  flag spin_and_take(const deadline& until) noexcept {
    const word here = Platform::this_processor();
    // [L4] relaxed: the limit is a hint.
    const word enough = looks_.load(order::relaxed, "L4");
    word taken = 0;
    for (spinner spin(adaptive_word::looks_allowed(enough, Most), until, pace::calm); spin.again();) {
      taken = taken + 1;
      // [L2] relaxed: a hint; L3 decides.
      word w = word_.load(order::relaxed, "L2");
      if (adaptive_word::has_waiters(w) || adaptive_word::is_held_on(w, here)) return flag(false);
      // [L3] acquire: as L1. Else: mutant l3_relaxed races. failure relaxed: the loop reads the word again.
      if (adaptive_word::is_free(w) &&
          word_.compare_exchange_strong(w, adaptive_word::held_on(here), order::acquire, order::relaxed, "L3")) {
        // [L9] relaxed: a hint; threads that write at the same time lose what one of them has learned.
        looks_.store(adaptive_word::learned(enough, taken), order::relaxed, "L9");
        return flag(true);
      }
    }
    return flag(false);
  }

  // After a sleep: until the word is free, or the looks are used up; what was seen last.
  word spin_while_held(const deadline& until) noexcept {
    for (spinner spin(Most, until, pace::calm); spin.again();) {
      // [L10] relaxed: a guess, as L5.
      const word w = word_.load(order::relaxed, "L10");
      if (adaptive_word::is_free(w) || adaptive_word::is_held_on(w, Platform::this_processor())) return w;
    }
    // [L11] relaxed: a guess, as L5.
    return word_.load(order::relaxed, "L11");
  }

  [[gnu::cold, gnu::noinline]] void unlock_slow(word w) noexcept {
    if (adaptive_word::is_free(w)) Platform::misuse("adaptive_mutex: unlock of a mutex that nobody holds");
    // [U2] pays the wake that held_waiters owes. Else: mutant u2_dropped loses a wake-up.
    Platform::wake(word_, 1, Scope, "U2");
  }

  typename Platform::template atomic<word> word_{adaptive_word::description, adaptive_word::free};
  typename Platform::template atomic<word> looks_{adaptive_word::looks, 0u};
};

using adaptive_mutex = basic_adaptive_mutex<linux_platform>;
using process_shared_adaptive_mutex = basic_adaptive_mutex<linux_platform, scope::process_shared>;

static_assert(sizeof(adaptive_mutex) == 8);
static_assert(std::is_trivially_destructible_v<adaptive_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_ADAPTIVE_MUTEX_H_
