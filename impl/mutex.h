// mutex: a non-recursive mutex in one 32-bit futex word.
//
// Guarantees: mutual exclusion; no lost wake-up; a critical section happens before the next. constinit, trivially destructible, 4 bytes.
// Does not guarantee: fairness (a running thread may overtake a sleeper, for ever in principle); recursion; anything if the owner dies.
//
//     bit 31 ............ 2 | 1 0 |      value  name          meaning
//        must be zero (I1)  |  s  |        0    free          nobody holds it
//                                          1    held          held; no thread has announced that it may sleep
//                                          2    held_waiters  held; some thread may sleep or be about to
//
//     from \ step    take [L1,L3,T1]   announce [L4]        unlock [U1]
//     free           held, own         held_waiters, own    misuse
//     held           -- (fails)        held_waiters         free
//     held_waiters   -- (fails)        held_waiters         free, then wake one [U2]
// The owner may announce for others that it moves to the word [M1].
//
// I1: the word is free, held or held_waiters.
// I2: the word is free exactly if nobody owns the mutex; at most one thread owns it.
// I3: a thread sleeps on the word => the word is held_waiters, or an unlocker still owes a wake, or a woken thread has not yet announced
//     again (it takes or announces with held_waiters before it can own or sleep).
//
// Memory order: the owner publishes its section with U1 (release); L1, L3, T1 and L4 (acquire) read that write when they take
// the mutex: the word is free by it alone. A futex call orders nothing.
// Lifetime: U1 is the unlocker's last access to the word; U2 uses its address only. Whoever knows that no thread will lock the mutex again
// may destroy it at once, the memory may be unmapped, and a wake that comes late wakes nobody or, in recycled memory, is a spurious one.
// Source: U. Drepper, "Futexes Are Tricky" (2011), mutex3, with an exchange to unlock instead of decrement and store: the unlocker never
// passes through a state in which it has released and still has to store, and one instruction decides whether a wake is owed.
// Spinning before and after sleep, without announcing, follows the same source's advice and Rust's std::sys futex mutex.
#ifndef HOLDFAST_IMPL_MUTEX_H_
#define HOLDFAST_IMPL_MUTEX_H_

#include <chrono>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/mutex_word.h"

namespace holdfast {

template <class P>
concept mutex_platform =
    has_load<P> && has_exchange<P> && has_compare_exchange<P> && has_wait<P> && has_wake<P> && has_spinner<P> && has_misuse<P>;

// How many times lock() looks at a held word, pausing in between, before it sleeps, and again after each sleep. 0: sleep at once.
// Only a waiter that finds nobody announced, and one that was woken, spin: mostly one at a time for each mutex, yielding its processor.
//
// 100 looks took 88 us: 0.7 us of pauses and 0.2 us of a yield each. Where a pause is 40 ns instead of 11 ns they take 280 us.
// Measured 2026-11-22 on 2 processors of a virtual Xeon, Linux 6.18, g++ 12.2, with each of these limits:
//     bazel run //tests/benchmarks:locks -- --pin
// Medians of the fraction of what one thread alone does. Their quartiles are within 0.03, for limit 0 and pthread normal within 0.1.
//
//     threads, section, between   limit 0    10    20    40    60   100   200   pthread normal
//     4        empty    nothing      0.14  0.60  0.58  0.58  0.59  0.60  0.58   0.09
//     8        0.1 us   nothing      0.49  0.92  0.92  0.94  0.94  0.93  0.94   0.50
//     2        2 us     nothing      0.49  0.66  0.71  0.81  0.85  0.88  0.92   0.46
//     4        2 us     nothing      0.63  0.70  0.80  0.87  0.91  0.94  0.95   0.62
//     8        2 us     nothing      0.97  0.83  0.84  0.89  0.92  0.94  0.95   0.97
//     2        2 us     2 us         0.51  0.82  0.81  0.80  0.81  0.82  0.81   0.30
//     8        2 us     2 us         0.52  0.81  0.79  0.80  0.80  0.81  0.81   0.50
//
// 10 suffice to hand the mutex over. The rest avoids waking threads that come too late, in vain: what that saves grows up to 200, but it is
// little after 100, and what a spinner burns doubles.
inline constexpr unsigned mutex_default_spin = 100;

// Platform: the world it runs in. Scope: who may use it; a process_shared mutex lies in memory that the processes share.
// Meets Lockable and TimedLockable. No member allocates or throws; all but lock and the timed forms never block.
template <mutex_platform Platform, scope Scope = scope::process_private, unsigned Spin = mutex_default_spin>
class basic_mutex {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

 public:
  constexpr basic_mutex() noexcept = default;
  basic_mutex(const basic_mutex&) = delete;
  basic_mutex& operator=(const basic_mutex&) = delete;

  // Blocks until the calling thread owns the mutex. Acquire.
  // REQUIRES: the calling thread does not own it (it would wait for itself for ever).
  void lock() noexcept {
    word w = mutex_word::free;
    // [L1] acquire: reads U1's write, so that the last owner's section is visible. Else: mutant l1_relaxed races.
    //      failure relaxed: the value is not used; lock_slow reads the word again.
    if (word_.compare_exchange_strong(w, mutex_word::held, order::acquire, order::relaxed, "L1")) return;
    lock_slow();
  }

  // Takes the mutex if it is free; never blocks. True if the caller owns it now (acquire). False: another thread owned it, nothing changed.
  [[nodiscard]] bool try_lock() noexcept {
    word w = mutex_word::free;
    // [T1] acquire: as L1. Else: mutant t1_relaxed races. failure relaxed: nothing is read under a failed try.
    if (word_.compare_exchange_strong(w, mutex_word::held, order::acquire, order::relaxed, "T1")) return true;
    return false;
  }

  // Blocks until the calling thread owns the mutex (true, acquire) or the deadline has passed (false, nothing is ordered).
  // A free mutex is taken even if the deadline has passed already.
  // REQUIRES: the calling thread does not own it.
  [[nodiscard]] bool try_lock_until(const deadline& until) noexcept {
    if (try_lock()) return true;
    return lock_slow_until(until);
  }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock; the latter follows changes of the system's time.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    if (try_lock()) return true;
    return lock_slow_until(deadline::at(until));
  }

  // The duration is measured on the steady clock. Zero or less: try_lock, then one more look and a system call.
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    if (try_lock()) return true;
    return lock_slow_until(deadline::after(duration));
  }

  // Releases the mutex and wakes one sleeper if there may be one. Release. Never blocks.
  // REQUIRES: the calling thread owns it. Unlocking a free mutex is detected and ends the program; unlocking another thread's is not.
  void unlock() noexcept {
    // [U1] release: publishes the section to L1, L3, T1 and L4. Else: mutant u1_relaxed races.
    //      The last access to the word: after it another thread may own and destroy the mutex.
    const word w = word_.exchange(mutex_word::free, order::release, "U1");
    if (!mutex_word::is_held_alone(w)) unlock_slow(w);
  }

  // For a condition variable that moves its sleepers to this mutex (impl/condition_variable.h): where they sleep then, and who wakes them.
  static constexpr scope futex_scope = Scope;
  typename Platform::template atomic<word>& futex_word() noexcept { return word_; }

  // Somebody sleeps on the word, or is about to be moved there: unlock() will wake one.
  // REQUIRES: the calling thread owns the mutex.
  void announce_waiters() noexcept {
    // [M1] relaxed: U1, which is to read it, is the same thread's. While the mutex is held, others write held_waiters only.
    word_.exchange(mutex_word::held_waiters, order::relaxed, "M1");
  }

  flag looks_free() const noexcept {
    // [L7] relaxed: a hint.
    return flag(mutex_word::is_free(word_.load(order::relaxed, "L7")));
  }

  // As lock(), for a thread whose sleep a wake on the word may have ended: it takes the mutex as held_waiters, since the wake may have been
  // the only one that those who still sleep on the word were owed (I3).
  [[gnu::cold, gnu::noinline]] void lock_contended() noexcept {
    const deadline never = deadline::never();
    if (!looks_free()) spin_while_held(never, pace::brisk);
    static_cast<void>(lock_announced_until(never, pace::brisk));
  }

 private:
  // Takes no arguments: a deadline passed from lock() would cost the fast path a stack frame.
  [[gnu::cold, gnu::noinline]] void lock_slow() noexcept { static_cast<void>(lock_slow_until(deadline::never())); }

  [[gnu::cold, gnu::noinline]] bool lock_slow_until(const deadline& until) noexcept {
    if (spin_and_take(until)) return true;
    return lock_announced_until(until, pace::calm);
  }

  bool lock_announced_until(const deadline& until, pace after_sleep) noexcept {
    // [L4] acquire: as L1. Else: mutant l4_relaxed races. Writes held_waiters, before the first sleep and again after every sleep (the wake
    //      that ended it may have been the only one), so that the owner's U1 owes a wake. Else: mutant l4_lost_flag loses a wake-up.
    while (!mutex_word::is_free(word_.exchange(mutex_word::held_waiters, order::acquire, "L4"))) {
      // [L5] sleeps only while the word is held_waiters. Else: mutant l5_never_sleeps does not reach the situation.
      //      A wake-up that was consumed is never reported as timed_out, so giving up loses none; the word stays held_waiters, and at worst
      //      the next unlock wakes nobody.
      if (Platform::wait(word_, mutex_word::held_waiters, Scope, until, "L5") == wait_result::timed_out) return false;
      spin_while_held(until, after_sleep);
    }
    return true;
  }

  // Before the first sleep: takes the mutex as held if it comes free. Stops early once somebody else may sleep.
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

  // After a sleep: the caller may be the only one who knows of other sleepers, so it must not take the mutex as held; L4 does the taking.
  void spin_while_held(const deadline& until, pace how) noexcept {
    for (spinner spin(Spin, until, how); spin.again();) {
      // [L6] relaxed: a hint; L4 decides.
      if (mutex_word::is_free(word_.load(order::relaxed, "L6"))) return;
    }
  }

  [[gnu::cold, gnu::noinline]] void unlock_slow(word w) noexcept {
    if (mutex_word::is_free(w)) Platform::misuse("mutex: unlock of a mutex that nobody holds");
    // [U2] pays the wake that held_waiters owes. Else: mutant u2_dropped loses a wake-up.
    Platform::wake(word_, 1, Scope, "U2");
  }

  typename Platform::template atomic<word> word_{mutex_word::description, mutex_word::free};
};

using mutex = basic_mutex<linux_platform>;
using process_shared_mutex = basic_mutex<linux_platform, scope::process_shared>;

static_assert(sizeof(mutex) == 4);
static_assert(std::is_trivially_destructible_v<mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_MUTEX_H_
