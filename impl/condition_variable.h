// condition_variable: waits with any mutex for a notify. A notifier that owns the mutex may move the sleepers to it instead of waking them.
//
// Guarantees: a notify releases one of the waits that have begun before it, or all of them. Wakes in any order, signals and time-outs lose
// none, nor does a counter that wraps. Members as std::condition_variable_any's. constinit, trivially destructible, 16 bytes.
// Does not guarantee: that a wait that returned was notified (give it a predicate, or wait in a loop); an order among waiters; anything if
// a process dies in a wait.
//
//     notifies   a notify_sequence: how many notifies have found waiters, and how many wait
//
//     from \ step     wait                                   notify                 notify with the lock
//     nobody waits    enters, unlocks, sleeps on the         nothing                nothing
//     some wait       sequence while it has its value [W2];  sequence + 1, wakes    sequence + 1, announces [mutex M1],
//                     leaves; locks                          one or all [K1]        moves one or all to the mutex [K2]
//
// I1: who has entered and not left counts, so a notify that comes after finds that somebody waits, and raises the sequence.
// I2: who sleeps on the sequence entered after it was raised last, or a notifier still owes a wake, or what was owed was paid to others.
// I3: who was moved to the mutex sleeps there as if by lock(): the owner owes a wake (M1), and all that are woken lock with
//     lock_contended(), since others may sleep behind them. A waiter cannot know whether it was moved, so all that were woken do.
//
// A notify that returned before a wait began does not wake it: its wake was over before that wait slept. One that is still at work may,
// even if it raised the sequence before; but then it may as well have come after the wait began. So any waiter may take a wake: none is
// stolen.
// A moved sleeper that a signal interrupts may be sent back to the sequence by the kernel: it compares, and notify_sequence's I3 holds.
//
// Memory order: the mutex's. A waiter has unlocked it before the notifier locks it to change what is waited for, or locks it after that.
// Lifetime: may be destroyed when all waits and notifies have returned; or, if all waits are notified, when await_departures() has. A
// destructor as the standard has it would make that call; here it is the user's, so that no end of a program hangs in it.
// Source: a sequence and FUTEX_CMP_REQUEUE, as in U. Drepper, "Futexes Are Tricky" (2011). Here the notifier says which mutex it moves to,
// and so the condition variable keeps no pointer to one: that works between processes as well, and with one mutex after another.
#ifndef HOLDFAST_IMPL_CONDITION_VARIABLE_H_
#define HOLDFAST_IMPL_CONDITION_VARIABLE_H_

#include <chrono>
#include <concepts>
#include <condition_variable>
#include <mutex>
#include <type_traits>
#include <utility>

#include "impl/linux/linux_platform.h"
#include "impl/mutex.h"
#include "impl/notify_sequence.h"
#include "impl/platform.h"

namespace holdfast {

template <class P>
concept condition_variable_platform = notify_sequence_platform<P> && has_requeue<P>;

// A mutex to whose word sleepers can be moved (impl/mutex.h says what the members do).
template <class M, class P, scope Scope>
concept takes_sleepers = (M::futex_scope == Scope) && requires(M& m) {
  { m.futex_word() } -> std::same_as<typename P::template atomic<typename P::word>&>;
  m.announce_waiters();
  { m.looks_free() } -> std::same_as<typename P::flag>;
  m.lock_contended();
};

// How many times wait() looks at the sequence, pausing and yielding in between, before it sleeps; 0: sleep at once. Only a waiter that
// finds at most one other does: two threads that pass a turn to and fro, or the next of those that wait for work.
//
// Measured 2026-11-24 on 2 processors of a virtual machine, Linux 6.18, g++ 12.2: medians in microseconds of a turn that goes to and fro,
// and of a broadcast by the owner to 8 waiters until all have come back. Busy: some ten processes of others run as well.
//
//                              limit 0   10    20    40    pthread   absl   nsync
//     turn, quiet              39        2.0   1.9   1.9   37        38     39
//     turn, busy               15        35    35    36    15        15     15
//     broadcast, busy          34        27    29    29    55        30     30
//
// Since then a waiter looks with a brisk pace, which halves a turn when it is quiet (linux_spinner).
// Where processors are short a spinner yields to others, and a sleeper would not have had to wait for them.
inline constexpr unsigned condition_variable_default_spin = 10;

// Platform, Scope: as of basic_mutex. Sequence: for a model that wants it to wrap.
// Lock: a std::unique_lock, or whatever has lock() and unlock(); the program ends if it throws in a wait.
template <condition_variable_platform Platform, scope Scope = scope::process_private, unsigned Spin = condition_variable_default_spin,
          class Sequence = notify_sequence<Platform, Scope>>
class basic_condition_variable {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

 public:
  constexpr basic_condition_variable() noexcept = default;
  basic_condition_variable(const basic_condition_variable&) = delete;
  basic_condition_variable& operator=(const basic_condition_variable&) = delete;

  // Releases one of the waits that have begun and are not released yet, or all of them. No system call if there are none.
  void notify_one() noexcept { wake(1); }
  void notify_all() noexcept { wake(everyone); }

  // The same, for a caller that owns the lock that all of them wait with: who sleeps is moved to its mutex, and runs when that comes free.
  // Any mutex will do; one that takes no sleepers has them woken.
  // REQUIRES: the calling thread owns it. After this it does not call the other forms 2^31 times before it unlocks.
  template <class Lock>
  void notify_one(Lock& lock) noexcept {
    move_or_wake(mutex_of(lock), 1);
  }
  template <class Lock>
  void notify_all(Lock& lock) noexcept {
    move_or_wake(mutex_of(lock), everyone);
  }

  // Unlocks, sleeps until notified or for no reason, locks.
  // REQUIRES: the calling thread owns the lock. Checked for std::unique_lock.
  template <class Lock>
  void wait(Lock& lock) noexcept {
    static_cast<void>(sleep(mutex_of(lock), deadline::never()));
  }
  template <class Lock, class Predicate>
  void wait(Lock& lock, Predicate satisfied) {
    while (!satisfied()) wait(lock);
  }

  // Until the deadline at most; the lock is taken afterwards, however long that takes. timeout: it has passed, and no wake was taken.
  template <class Lock>
  std::cv_status wait_until(Lock& lock, const deadline& until) noexcept {
    if (sleep(mutex_of(lock), until) == wait_result::timed_out) return std::cv_status::timeout;
    return std::cv_status::no_timeout;
  }
  // The result is the predicate's.
  template <class Lock, class Predicate>
  bool wait_until(Lock& lock, const deadline& until, Predicate satisfied) {
    while (!satisfied()) {
      if (wait_until(lock, until) == std::cv_status::timeout) return satisfied();
    }
    return true;
  }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock.
  template <class Lock, class Clock, class Duration>
  std::cv_status wait_until(Lock& lock, const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return wait_until(lock, deadline::at(until));
  }
  template <class Lock, class Clock, class Duration, class Predicate>
  bool wait_until(Lock& lock, const std::chrono::time_point<Clock, Duration>& until, Predicate satisfied) {
    return wait_until(lock, deadline::at(until), std::move(satisfied));
  }
  // The duration is measured on the steady clock.
  template <class Lock, class Rep, class Period>
  std::cv_status wait_for(Lock& lock, const std::chrono::duration<Rep, Period>& duration) noexcept {
    return wait_until(lock, deadline::after(duration));
  }
  template <class Lock, class Rep, class Period, class Predicate>
  bool wait_for(Lock& lock, const std::chrono::duration<Rep, Period>& duration, Predicate satisfied) {
    return wait_until(lock, deadline::after(duration), std::move(satisfied));
  }

  // Blocks until every wait that has begun has stopped using the condition variable; the waits may still have to lock.
  // REQUIRES: all have been notified; none begins, and no notify is running; the caller does not own the mutex that they lock.
  void await_departures() noexcept { notifies_.await_departures(); }

 private:
  template <class Mutex>
  static Mutex& mutex_of(std::unique_lock<Mutex>& lock) noexcept {
    if (!lock.owns_lock()) Platform::misuse("condition_variable: the lock is not held");
    return *lock.mutex();
  }
  template <class Lock>
  static Lock& mutex_of(Lock& lock) noexcept {
    return lock;
  }

  template <class Mutex>
  wait_result sleep(Mutex& mutex, const deadline& until) noexcept {
    flag few(false);
    const word s = notifies_.enter(few);
    mutex.unlock();
    wait_result how = wait_result::changed;
    if (!few || !spin_until_changed(s, until)) {
      // [W2] sleeps only while no notify has come. Else: mutant w2_never_sleeps does not reach the situation.
      how = Platform::wait(notifies_.futex_word(), s, Scope, until, "W2");
    }
    const flag others = notifies_.leave(s);
    if constexpr (takes_sleepers<Mutex, Platform, Scope>) {
      if (how == wait_result::woken) {
        relock(mutex, others);
        return how;
      }
    }
    mutex.lock();
    return how;
  }

  // After a wake, which may have been on the mutex.
  template <class Mutex>
  static void relock(Mutex& mutex, flag others) noexcept {
    if (others && mutex.looks_free()) {
      // [W3] kept: falsified by no engine, needed by the speed of a broadcast: from owner to owner, each wake would find an idle processor.
      Platform::wake(mutex.futex_word(), everyone, Scope, "W3");
    }
    mutex.lock_contended();
  }

  flag spin_until_changed(word s, const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::brisk); spin.again();) {
      // [W1] relaxed: a hint that no sleep is needed; the mutex orders what follows.
      if (notifies_.futex_word().load(order::relaxed, "W1") != s) return flag(true);
    }
    return flag(false);
  }

  void wake(int how_many) noexcept {
    if (notifies_.nobody_waits()) return;
    static_cast<void>(notifies_.advance());
    wake_sleepers(how_many);
  }

  void wake_sleepers(int how_many) noexcept {
    // [K1] wakes who slept before the sequence was raised. Else: mutant k1_dropped loses a wake-up.
    Platform::wake(notifies_.futex_word(), how_many, Scope, "K1");
  }

  template <class Mutex>
  void move_or_wake(Mutex& mutex, int how_many) noexcept {
    if (notifies_.nobody_waits()) return;
    if constexpr (takes_sleepers<Mutex, Platform, Scope>) {
      mutex.announce_waiters();
      const word s = notifies_.advance(&mutex.futex_word());
      // [K2] moves them, if no other notify has come in between. Else: mutant k2_dropped loses a wake-up.
      //      The owner's unlock wakes one (M1). Else: mutant m1_writes_held loses a wake-up.
      //      That one's unlock wakes the next (L4). Else: mutant l4_lost_flag loses a wake-up.
      if (Platform::requeue(notifies_.futex_word(), s, 0, how_many, mutex.futex_word(), Scope, "K2")) return;
    } else {
      static_cast<void>(notifies_.advance());
    }
    wake_sleepers(how_many);
  }

  Sequence notifies_;
};

using condition_variable = basic_condition_variable<linux_platform>;
using condition_variable_any = condition_variable;
using process_shared_condition_variable = basic_condition_variable<linux_platform, scope::process_shared>;

static_assert(sizeof(condition_variable) == 16);
static_assert(std::is_trivially_destructible_v<condition_variable>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_CONDITION_VARIABLE_H_
