// interruptible_mutex: a mutex whose waiters can be called off by a signal.
//
// Guarantees: those of impl/mutex.h: mutual exclusion, no lost wake-up. Besides, lock_interruptible() returns, without the mutex, when a
// signal handler has run while it slept; that takes no wake-up away from another sleeper. constinit, trivially destructible, 4 bytes.
// Does not guarantee: fairness; recursion; anything if the owner dies. A signal whose handler runs while the thread does not sleep, before
// it has gone to sleep or while it spins, is not noticed: whoever calls a waiter off repeats the signal until it has answered. A handler
// installed with SA_RESTART ends no wait without a deadline: the kernel sleeps on. It ends those with one.
//
//     bit 31 ............ 2 | 1 0 |      value  name          meaning
//        must be zero       |  s  |        0    free          nobody holds it
//                                          1    held          held; no thread has announced that it may sleep
//                                          2    held_waiters  held; some thread may sleep or be about to
//
//     from \ step    take [L1,L3,T1]   announce [L4]        unlock [U1]                          interrupted in its sleep [L5]
//     free           held, own         held_waiters, own    misuse                               free
//     held           -- (fails)        held_waiters         free                                 held
//     held_waiters   -- (fails)        held_waiters         free, then wake one [U2]             held_waiters
//
// I1 to I3: as impl/mutex.h.
// I4: a thread that is interrupted leaves the word as it is. If it has been woken before, it has announced again since (I3), so the word is
//     held_waiters and its owner's wake goes to another sleeper; if it has not, no wake was meant for it alone: the kernel says woken, not
//     interrupted, to a thread that a wake has taken off the queue.
//
// Memory order: as impl/mutex.h: U1 (release) to L1, L3, T1 and L4 (acquire). A result other than acquired orders nothing.
// Lifetime: as impl/mutex.h: U1 is the unlocker's last access to the word. A waiter that is called off uses it until its call returns.
// Source: impl/mutex.h; the call that a signal ends is that of the kernels' own mutexes (mutex_lock_interruptible of Linux).
#ifndef HOLDFAST_IMPL_INTERRUPTIBLE_MUTEX_H_
#define HOLDFAST_IMPL_INTERRUPTIBLE_MUTEX_H_

#include <chrono>
#include <cstdint>
#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/mutex_word.h"

namespace holdfast {

template <class P>
concept interruptible_mutex_platform =
    has_load<P> && has_exchange<P> && has_compare_exchange<P> && has_wait<P> && has_wake<P> && has_spinner<P> && has_misuse<P>;

// What became of a lock that need not succeed.
enum class interruptible_result : std::uint8_t { acquired, interrupted, timed_out };

// As mutex_default_spin, whose measurements apply.
inline constexpr unsigned interruptible_default_spin = 100;

// Platform, Scope: as basic_mutex has them. Meets Lockable and TimedLockable: those forms go on when a signal ends their sleep.
template <interruptible_mutex_platform Platform, scope Scope = scope::process_private, unsigned Spin = interruptible_default_spin>
class basic_interruptible_mutex {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;
  using result = interruptible_result;

 public:
  constexpr basic_interruptible_mutex() noexcept = default;
  basic_interruptible_mutex(const basic_interruptible_mutex&) = delete;
  basic_interruptible_mutex& operator=(const basic_interruptible_mutex&) = delete;

  // Blocks until the calling thread owns the mutex (acquired; acquire), or a signal handler has run while it slept (interrupted).
  // Not named lock(): a guard of <mutex> would drop the result.
  // REQUIRES, here and below: the calling thread does not own it.
  [[nodiscard]] result lock_interruptible() noexcept {
    if (try_fast()) return result::acquired;
    return lock_slow();
  }

  // The same, or the deadline has passed (timed_out). A free mutex is taken even if the deadline has passed already.
  [[nodiscard]] result try_lock_interruptible_until(const deadline& until) noexcept {
    if (try_fast()) return result::acquired;
    return lock_slow_until(until);
  }
  template <class Clock, class Duration>
  [[nodiscard]] result try_lock_interruptible_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return try_lock_interruptible_until(deadline::at(until));
  }
  template <class Rep, class Period>
  [[nodiscard]] result try_lock_interruptible_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    if (try_fast()) return result::acquired;
    return lock_slow_until(deadline::after(duration));
  }

  // Blocks until the calling thread owns the mutex, whatever signals come. Acquire.
  void lock() noexcept {
    while (lock_interruptible() == result::interrupted) {
    }
  }

  // Takes the mutex if it is free; never blocks. True if the caller owns it now (acquire).
  [[nodiscard]] bool try_lock() noexcept {
    word w = mutex_word::free;
    // [T1] acquire: as L1. Else: mutant t1_relaxed races. failure relaxed: nothing is read under a failed try.
    if (word_.compare_exchange_strong(w, mutex_word::held, order::acquire, order::relaxed, "T1")) return true;
    return false;
  }

  // Blocks until the calling thread owns the mutex (true, acquire) or the deadline has passed, whatever signals come.
  [[nodiscard]] bool try_lock_until(const deadline& until) noexcept {
    for (;;) {
      const result r = try_lock_interruptible_until(until);
      if (r != result::interrupted) return r == result::acquired;
    }
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return try_lock_until(deadline::at(until));
  }
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    return try_lock_until(deadline::after(duration));
  }

  // Releases the mutex and wakes one sleeper if there may be one. Release. Never blocks.
  // REQUIRES: the calling thread owns it. Unlocking a free mutex is detected and ends the program; unlocking another thread's is not.
  void unlock() noexcept {
    // [U1] release: publishes the section to L1, L3, T1 and L4. Else: mutant u1_relaxed races. The last access to the word.
    const word w = word_.exchange(mutex_word::free, order::release, "U1");
    if (!mutex_word::is_held_alone(w)) unlock_slow(w);
  }

 private:
  flag try_fast() noexcept {
    word w = mutex_word::free;
    // [L1] acquire: reads U1's write, so that the last owner's section is visible. Else: mutant l1_relaxed races.
    //      failure relaxed: the value is not used; lock_slow reads the word again.
    return word_.compare_exchange_strong(w, mutex_word::held, order::acquire, order::relaxed, "L1");
  }

  [[gnu::cold, gnu::noinline]] result lock_slow() noexcept { return lock_slow_until(deadline::never()); }

  [[gnu::cold, gnu::noinline]] result lock_slow_until(const deadline& until) noexcept {
    if (spin_and_take(until)) return result::acquired;
    // [L4] acquire: as L1. Else: mutant l4_relaxed races. Writes held_waiters before every sleep, whatever ended the one before, so that
    //      U1 owes a wake. Else: mutant l4_lost_flag loses a wake-up.
    while (!mutex_word::is_free(word_.exchange(mutex_word::held_waiters, order::acquire, "L4"))) {
      // [L5] sleeps only while the word is held_waiters. Else: mutant l5_never_sleeps does not reach the situation.
      //      Neither timed_out nor interrupted has consumed a wake-up; the word stays held_waiters, and at worst an unlock wakes nobody.
      const wait_result why = Platform::wait(word_, mutex_word::held_waiters, Scope, until, "L5");
      if (why == wait_result::interrupted) return result::interrupted;
      if (why == wait_result::timed_out) return result::timed_out;
      spin_while_held(until);
    }
    return result::acquired;
  }

  // As impl/mutex.h.
  flag spin_and_take(const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::calm); spin.again();) {
      // [L2] relaxed: a hint; L3 decides.
      word w = word_.load(order::relaxed, "L2");
      if (mutex_word::has_waiters(w)) return flag(false);
      // [L3] acquire: as L1. Else: mutant l3_relaxed races. failure relaxed: the loop reads the word again.
      if (mutex_word::is_free(w) && word_.compare_exchange_strong(w, mutex_word::held, order::acquire, order::relaxed, "L3"))
        return flag(true);
    }
    return flag(false);
  }

  void spin_while_held(const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::calm); spin.again();) {
      // [L6] relaxed: a hint; L4 decides.
      if (mutex_word::is_free(word_.load(order::relaxed, "L6"))) return;
    }
  }

  [[gnu::cold, gnu::noinline]] void unlock_slow(word w) noexcept {
    if (mutex_word::is_free(w)) Platform::misuse("interruptible_mutex: unlock of a mutex that nobody holds");
    // [U2] pays the wake that held_waiters owes. Else: mutant u2_dropped loses a wake-up.
    Platform::wake(word_, 1, Scope, "U2");
  }

  typename Platform::template atomic<word> word_{mutex_word::description, mutex_word::free};
};

using interruptible_mutex = basic_interruptible_mutex<linux_platform>;
using process_shared_interruptible_mutex = basic_interruptible_mutex<linux_platform, scope::process_shared>;

static_assert(sizeof(interruptible_mutex) == 4);
static_assert(std::is_trivially_destructible_v<interruptible_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_INTERRUPTIBLE_MUTEX_H_
