// glibc_counting_condvar: the condition variable of glibc before 2.25, whose signal may go to a thread that began to wait after it.
//
// It counts the signals, and the waiters that have left on their account; a waiter leaves if there has been a signal since it came, and
// one more signal than waiters that have left. It does not say which signal: a waiter that came after a signal may leave on account of it,
// once there has been another. Whom the first one was for sleeps on, though he was the only one that waited when it came (BZ 13165):
//     A waits; signal, wakes A, who is late | B, C wait; signal | B leaves, C leaves | A: as many have left as there were signals: sleeps
// What followed in 2.25 is glibc_condvar.h: there a signal goes to a group to which nobody comes any more.
//
//     futex      changes whenever a thread comes or is signalled; what waiters sleep on
//     waiting    how many have come
//     signals    how many signals there were that had somebody to go to
//     woken      how many have left on their account
//
// All but the sleep is under the internal lock. Invariant: woken <= signals <= waiting.
// Not modelled: broadcast, which has a count of its own; time-outs, cancellation, destruction; FUTEX_WAKE_OP, which wakes and unlocks.
// Source: the bug's description and that of its repair (ed19993b5b). No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_COUNTING_CONDVAR_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_COUNTING_CONDVAR_H_

#include "impl/platform.h"
#include "models/published/mutex3.h"

namespace holdfast::published {

struct glibc_counting_condvar_word {
  static constexpr field fields[] = {{"changes", 0, 32, {}}};
  static constexpr layout description{"futex", fields};
};

// Lock: the internal lock; who holds it never waits for anything but a system call.
template <class Platform, class Lock = mutex3<Platform>>
requires has_load<Platform> && has_fetch_add<Platform> && has_plain<Platform> && has_wait<Platform> && has_wake<Platform>
class glibc_counting_condvar {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  // REQUIRES: the caller has locked the mutex; it has when the call returns.
  template <class Mutex>
  void wait(Mutex& mutex) noexcept {
    lock_.lock();
    mutex.unlock("unlock to wait");
    come_and_sleep();
    mutex.lock("lock again");
  }

  void signal() noexcept {
    lock_.lock();
    const bool owed = waiting_.load("waiting") != signals_.load("signals");
    if (owed) {
      signals_.store(signals_.load("signals") + 1, "signals");
      // [S1] relaxed: as W1.
      futex_.fetch_add(1u, order::relaxed, "S1");
    }
    lock_.unlock();
    // [S2] wakes one, whoever sleeps. Else: mutant s2_dropped loses a wake-up.
    if (owed) Platform::wake(futex_, 1, scope::process_private, "S2");
  }

 private:
  // Releases the internal lock.
  void come_and_sleep() noexcept {
    waiting_.store(waiting_.load("waiting") + 1, "comes");
    // [W1] relaxed: under the internal lock. So is all else but W3.
    futex_.fetch_add(1u, order::relaxed, "W1");
    const unsigned since = signals_.load("signals");
    do {
      // [W2] relaxed: as W1.
      const word seen = futex_.load(order::relaxed, "W2");
      lock_.unlock();
      // [W3] sleeps only if nobody has come or signalled since W2. Else: mutant w3_never_sleeps does not reach the situation.
      Platform::wait(futex_, seen, scope::process_private, deadline::never(), "W3");
      lock_.lock();
    } while (signals_.load("signals") == since || signals_.load("signals") == woken_.load("woken"));
    woken_.store(woken_.load("woken") + 1, "leaves");
    lock_.unlock();
  }

  typename Platform::template atomic<word> futex_{glibc_counting_condvar_word::description, 0u};
  typename Platform::template plain<unsigned> waiting_{"waiting", 0u};
  typename Platform::template plain<unsigned> signals_{"signals", 0u};
  typename Platform::template plain<unsigned> woken_{"woken", 0u};
  Lock lock_;
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_COUNTING_CONDVAR_H_
