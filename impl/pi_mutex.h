// pi_mutex: a non-recursive mutex whose owner runs with the priority of the most urgent thread that waits for it.
//
// Guarantees: mutual exclusion; no lost wake-up; a critical section happens before the next. A waiter is held up by the owner's section and
// by those of waiters that are more urgent or came before it, never by the processor time of threads in between (SCHED_FIFO, SCHED_RR,
// SCHED_DEADLINE; the others are one class). Handed over: while somebody waits, nobody overtakes. constinit, trivially destructible, 4 bytes.
// Does not guarantee: recursion; anything if the owner dies (robust_pi_mutex does); that it is fast where it is contended: each contended
// lock and unlock is a system call that takes the kernel's lock of the word.
//
//     bit 31 | 30 | 29 ............ 0
//         W  | D  |   owner             W  WAITERS: somebody sleeps in the kernel, or did and the owner has not unlocked since
//                                       D  OWNER_DIED: does not occur while owners live
//                                       owner: the kernel's id of the thread that holds it; 0: nobody does
//
//     from \ step       take [L1,T1]   lock_pi [L2]                     unlock [U1]     unlock_pi [U2]
//     0                 own id         own id                           misuse          misuse
//     id                -- (fails)     id|W, sleeps until handed over   0               0
//     id|W              -- (fails)     id|W, sleeps until handed over   -- (fails)      first waiter's id|W, and 0 if nobody waits
//
// I1: the word is 0 exactly if nobody owns the mutex; else it names the owner.
// I2: a thread sleeps in L2 => the word has W: the owner's U1 fails, and U2 hands the word to a sleeper.
// I3: user space changes the word from 0 to the caller's id and from the caller's id to 0, never otherwise.
//
// Memory order: the owner publishes its section with U1, or with U2 in the kernel; L1, T1 and L2 read that. Handing over orders by itself:
// the new owner makes no access of its own. It is the one thing that a futex call orders.
// Lifetime: as mutex: the last unlocker's last access is U1, or in the kernel during U2, which returns after it. Unlike a wake, U2 reads the word:
// the mutex may be destroyed by the next owner only once the last unlock() has returned.
// Source: Linux's PI futexes (Documentation/locking/pi-futex.rst).
#ifndef HOLDFAST_IMPL_PI_MUTEX_H_
#define HOLDFAST_IMPL_PI_MUTEX_H_

#include <chrono>
#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/pi_word.h"

namespace holdfast {

template <class P>
concept pi_mutex_platform = has_compare_exchange<P> && has_pi<P> && has_thread_id<P> && has_misuse<P>;

template <class Platform, scope Scope>
class basic_pi_condition_variable;

// Platform: the world it runs in. Scope: who may use it; a process_shared mutex lies in memory that the processes share.
// Meets Lockable and TimedLockable. No member allocates or throws; all but lock and the timed forms never block.
template <pi_mutex_platform Platform, scope Scope = scope::process_private>
class basic_pi_mutex {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  constexpr basic_pi_mutex() noexcept = default;
  basic_pi_mutex(const basic_pi_mutex&) = delete;
  basic_pi_mutex& operator=(const basic_pi_mutex&) = delete;

  // Blocks until the calling thread owns the mutex. Acquire.
  // REQUIRES: the calling thread does not own it, nor is the last link of a chain of waiters that ends in it: the kernel notices either, and
  // the program ends, as it does if the owner has died.
  void lock() noexcept {
    word w = pi_word::free;
    // [L1] acquire: reads U1's write, or the kernel's in U2, so that the last owner's section is visible. Else: mutant l1_relaxed races.
    //      failure relaxed: the value is not used; the kernel reads the word again.
    if (word_.compare_exchange_strong(w, Platform::this_thread_id(), order::acquire, order::relaxed, "L1")) return;
    lock_slow();
  }

  // Takes the mutex if it is free; never blocks. True if the caller owns it now (acquire). False: another thread owned it, nothing changed.
  [[nodiscard]] bool try_lock() noexcept {
    word w = pi_word::free;
    // [T1] acquire: as L1. Else: mutant t1_relaxed races. failure relaxed: nothing is read under a failed try.
    if (word_.compare_exchange_strong(w, Platform::this_thread_id(), order::acquire, order::relaxed, "T1")) return true;
    return false;
  }

  // Blocks until the calling thread owns the mutex (true, acquire) or the deadline has passed (false, nothing is ordered).
  // A free mutex is taken even if the deadline has passed already. REQUIRES: as lock().
  [[nodiscard]] bool try_lock_until(const deadline& until) noexcept { return try_lock() || lock_slow_until(until); }

  // The time point is one of std::chrono::steady_clock (Linux 5.14 or later) or std::chrono::system_clock.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return try_lock() || lock_slow_until(deadline::at(until));
  }

  // The duration is measured on the steady clock (Linux 5.14 or later). Zero or less: try_lock, then one more look in the kernel.
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    return try_lock() || lock_slow_until(deadline::after(duration));
  }

  // Releases the mutex, or hands it to the most urgent waiter. Release. Never blocks.
  // REQUIRES: the calling thread owns it. That is checked, and the program ends if it does not.
  void unlock() noexcept {
    word w = Platform::this_thread_id();
    // [U1] release: publishes the section to L1, T1 and, through the kernel, L2. Else: mutant u1_relaxed races.
    //      failure relaxed: the kernel decides.
    if (word_.compare_exchange_strong(w, pi_word::free, order::release, order::relaxed, "U1")) return;
    unlock_slow();
  }

 private:
  friend basic_pi_condition_variable<Platform, Scope>;

  [[gnu::cold, gnu::noinline]] void lock_slow() noexcept { static_cast<void>(lock_slow_until(deadline::never())); }

  [[gnu::cold, gnu::noinline]] bool lock_slow_until(const deadline& until) noexcept {
    // [L2] sleeps until the word is the caller's, and lends the owner its priority. Acquires from whoever released or handed over the word.
    //      A word that was handed over is never reported as timed_out. Else: mutant l2_dropped races.
    const pi_result how = Platform::lock_pi(word_, Scope, until, "L2");
    if (how == pi_result::done) return true;
    if (how == pi_result::timed_out) return false;
    if (how == pi_result::deadlock) Platform::misuse("pi_mutex: lock by its owner, or by one for whom the owner waits");
    if (how == pi_result::owner_lost) Platform::misuse("pi_mutex: lock of a mutex whose owner has died");
    Platform::misuse("pi_mutex: lock of what is no pi_mutex of this scope, or has been overwritten");
  }

  [[gnu::cold, gnu::noinline]] void unlock_slow() noexcept {
    // [U2] hands the word to the most urgent waiter. Releases to it. Else: mutant u2_dropped loses a wake-up.
    if (Platform::unlock_pi(word_, Scope, "U2") != pi_result::done) Platform::misuse("pi_mutex: unlock by a thread that does not own it");
  }

  typename Platform::template atomic<word> word_{pi_word::description, pi_word::free};
};

using pi_mutex = basic_pi_mutex<linux_platform>;
using process_shared_pi_mutex = basic_pi_mutex<linux_platform, scope::process_shared>;

static_assert(sizeof(pi_mutex) == 4);
static_assert(std::is_trivially_destructible_v<pi_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_PI_MUTEX_H_
