// pi_condition_variable: a condition variable for pi_mutex whose waiters wake up as owners of the mutex, or as waiters that lend to its owner.
//
// Guarantees: a notify that happens after the release of the mutex in a wait ends that wait or, of notify_one, another that had begun; the
// most urgent waiter first, then the one that came first. A waiter returns owning the mutex: the kernel gives it the mutex, or queues it for
// the mutex, in the step that takes it off the condition variable, so that no thread of lower priority comes in between. Trivially
// destructible, 8 bytes.
// Does not guarantee: that a wait ends only because of a notify; anything if waiters use several mutexes at once; that a notify is noticed by
// a waiter that is between two instructions of wait() while exactly 2^32 others are made.
//
//     sequence   bits 31 ... 0: how many notifies there were, modulo 2^32
//     waiters    bits 31 ... 0: how many threads are in wait()
//
//     step              sequence    waiters    then
//     wait              read [W2]   + 1 [W1]   unlocks the mutex, sleeps if the sequence is still that [W3]; - 1 [W4]
//     notify            + 1 [N2]    read [N1]  moves waiters to the mutex [N3]
//
// I1: a thread sleeps in W3 => no notify has begun N3 since it came there, or there was a waiter that N3 preferred.
// I2: a thread that owns the mutex and finds waiters at 0 [N1] misses nobody who waits for what it did in that section.
//
// Memory order: the mutex orders everything: a waiter is counted, and reads the sequence, while it owns the mutex; so a notifier that owned
// the mutex after it sees both. N3 hands the mutex over, or queues for it: the waiter acquires from the mutex's last owner.
// Lifetime: may be destroyed when every wait() has returned. The mutex outlives each wait.
// Source: Linux's FUTEX_WAIT_REQUEUE_PI and FUTEX_CMP_REQUEUE_PI (Documentation/locking/futex-requeue-pi.rst). That a thread which
// already owns the mutex must not wait again before it has unlocked is glibc BZ 14417; here a wait never waits a second time.
#ifndef HOLDFAST_IMPL_PI_CONDITION_VARIABLE_H_
#define HOLDFAST_IMPL_PI_CONDITION_VARIABLE_H_

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <type_traits>
#include <utility>

#include "impl/linux/linux_platform.h"
#include "impl/pi_mutex.h"
#include "impl/platform.h"
#include "impl/word/pi_condition_variable_word.h"

namespace holdfast {

template <class P>
concept pi_condition_variable_platform = pi_mutex_platform<P> && has_requeue_pi<P> && has_load<P> && has_fetch_add<P> && has_fetch_sub<P>;

// Platform: the world it runs in. Scope: of its mutex as well. Members are std::condition_variable's, but for the notifies: these name the
// mutex. No member allocates or throws but for what a predicate throws.
template <class Platform, scope Scope = scope::process_private>
class basic_pi_condition_variable {
  static_assert(pi_condition_variable_platform<Platform>);
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using mutex_type = basic_pi_mutex<Platform, Scope>;

 public:
  constexpr basic_pi_condition_variable() noexcept = default;
  basic_pi_condition_variable(const basic_pi_condition_variable&) = delete;
  basic_pi_condition_variable& operator=(const basic_pi_condition_variable&) = delete;

  // Ends one wait, if there is one. Never blocks. The caller need not own the mutex, but must have owned it since it changed what is waited for.
  // REQUIRES: all who wait do so with this mutex.
  void notify_one(mutex_type& mutex) noexcept { notify(mutex, 0); }
  // Ends every wait that has begun: one waiter gets the mutex, or all wait for it.
  void notify_all(mutex_type& mutex) noexcept { notify(mutex, everyone); }

  // Unlocks the mutex and sleeps until notified, or for no reason; owns the mutex again when it returns. Acquire, as locking is.
  // REQUIRES: the calling thread owns the lock's mutex.
  void wait(std::unique_lock<mutex_type>& lock) noexcept { static_cast<void>(sleep(mutex_of(lock), deadline::never())); }
  template <class Predicate>
  void wait(std::unique_lock<mutex_type>& lock, Predicate done) {
    while (!done()) wait(lock);
  }

  // The same, until the deadline at the latest. timeout: it has passed, and no notify was consumed. It owns the mutex in any case, and waits
  // for it as long as that takes.
  [[nodiscard]] std::cv_status wait_until(std::unique_lock<mutex_type>& lock, const deadline& until) noexcept {
    return sleep(mutex_of(lock), until) == pi_result::timed_out ? std::cv_status::timeout : std::cv_status::no_timeout;
  }
  template <class Clock, class Duration>
  [[nodiscard]] std::cv_status wait_until(std::unique_lock<mutex_type>& lock, const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return wait_until(lock, deadline::at(until));
  }
  template <class Rep, class Period>
  [[nodiscard]] std::cv_status wait_for(std::unique_lock<mutex_type>& lock, const std::chrono::duration<Rep, Period>& duration) noexcept {
    return wait_until(lock, deadline::after(duration));
  }
  // Returns what the predicate says at the end.
  template <class Clock, class Duration, class Predicate>
  [[nodiscard]] bool wait_until(std::unique_lock<mutex_type>& lock, const std::chrono::time_point<Clock, Duration>& until, Predicate done) {
    while (!done()) {
      if (wait_until(lock, until) == std::cv_status::timeout) return done();
    }
    return true;
  }
  template <class Rep, class Period, class Predicate>
  [[nodiscard]] bool wait_for(std::unique_lock<mutex_type>& lock, const std::chrono::duration<Rep, Period>& duration, Predicate done) {
    return wait_until(lock, std::chrono::steady_clock::now() + duration, std::move(done));
  }

 private:
  static mutex_type& mutex_of(std::unique_lock<mutex_type>& lock) noexcept {
    if (!lock.owns_lock()) Platform::misuse("pi_condition_variable: wait without owning the mutex");
    return *lock.mutex();
  }

  pi_result sleep(mutex_type& mutex, const deadline& until) noexcept {
    // [W1] relaxed: the mutex orders it before the N1 of whoever owns the mutex next.
    waiters_.fetch_add(1u, order::relaxed, "W1");
    // [W2] relaxed: before the mutex is released. Later, a notify could come in between:
    //          waiter: unlocks | notifier: sequence + 1, moves nobody | waiter: reads the sequence, sleeps for ever
    const word s = sequence_.load(order::relaxed, "W2");
    mutex.unlock();
    // [W3] sleeps only while there was no notify since W2; wakes up as the owner of the mutex, or without it. Else: mutant w3_never_sleeps does
    //      not reach the situation. A wait that was ended by a notify is never reported as timed_out.
    const pi_result how = Platform::wait_requeue_pi(sequence_, s, mutex.word_, Scope, until, "W3");
    if (how != pi_result::done && how != pi_result::again && how != pi_result::timed_out) {
      Platform::misuse("pi_condition_variable: wait on what is none of this scope, or with a mutex that is not the notifier's");
    }
    // [W4] relaxed: a notify that counts a waiter too many moves nobody.
    waiters_.fetch_sub(1u, order::relaxed, "W4");
    if (how != pi_result::done) mutex.lock();
    return how;
  }

  void notify(mutex_type& mutex, int how_many_others) noexcept {
    // [N1] relaxed: see W1.
    if (waiters_.load(order::relaxed, "N1") == pi_condition_variable_word::nobody) return;
    // [N2] relaxed: whoever has not come to sleep yet sees in the kernel that it need not.
    word s = sequence_.fetch_add(1u, order::relaxed, "N2") + 1u;
    for (;;) {
      // [N3] gives the mutex to the most urgent waiter or queues it for the mutex, and so the others, if all are meant. Else: mutant
      //      n3_dropped loses a wake-up.
      const pi_result how = Platform::requeue_pi(sequence_, s, how_many_others, mutex.word_, Scope, "N3");
      if (how == pi_result::done) return;
      if (how != pi_result::again) Platform::misuse("pi_condition_variable: notify with a mutex that is not the waiters', or whose owner died");
      // [N4] relaxed: a guess, which N3 tests. Another notify changed the sequence; it may have had other waiters in mind.
      s = sequence_.load(order::relaxed, "N4");
    }
  }

  typename Platform::template atomic<word> sequence_{pi_condition_variable_word::sequence, 0u};
  typename Platform::template atomic<word> waiters_{pi_condition_variable_word::waiters, pi_condition_variable_word::nobody};
};

using pi_condition_variable = basic_pi_condition_variable<linux_platform>;
using process_shared_pi_condition_variable = basic_pi_condition_variable<linux_platform, scope::process_shared>;

static_assert(sizeof(pi_condition_variable) == 8);
static_assert(std::is_trivially_destructible_v<pi_condition_variable>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_PI_CONDITION_VARIABLE_H_
