// glibc_pi_condvar: the condition variable for priority-inheriting mutexes that glibc had before 2.25, whose waiter could wait for itself,
// and its fix.
//
// Signals are counted; whoever comes back from its sleep takes one that was made since it came, or sleeps again. With a priority-inheriting
// mutex the kernel gives the waiter the mutex before it returns. If another waiter has taken the signal meanwhile, the waiter as shipped
// sleeps again while it owns the mutex, and nobody else gets it (glibc BZ 14417):
//     signaller: signals, W1 gets the mutex | W2, whose sleep ended because the word had changed: takes the signal, wants the mutex
//     W1: finds no signal, sleeps | W2 waits for W1, for ever
// As fixed (c30e8edf7c) it unlocks the mutex before it sleeps again.
//
//     total    how many have waited        wakeup   how many signals were made for them
//     woken    how many were taken         futex    total + wakeup: changes with each; on it they sleep
//     lock     0 free, 1 held: of the four
//
// Source: the descriptions of the bug and its fix; written from them, not from glibc's source. The lock of the four is one that spins, where
// glibc's sleeps. Memory orders are ours: those of the lock, and relaxed under it.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_PI_CONDVAR_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_PI_CONDVAR_H_

#include "impl/platform.h"
#include "impl/word/pi_word.h"
#include "models/published/version.h"

namespace holdfast::published {

struct glibc_pi_condvar_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;

  static constexpr named_value states[] = {{free, "free", "nobody holds it"}, {held, "held", "somebody holds it"}};
  static constexpr field state[] = {{"state", 0, 1, states}};
  static constexpr layout lock{"lock", state};
  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout futex{"futex", number};

  static constexpr bool is_free(std::uint32_t w) { return w == free; }
};

// Mutex: one with a word of pi_word, which word() gives.
template <class Platform, class Mutex, version Version>
requires has_load<Platform> && has_store<Platform> && has_exchange<Platform> && has_plain<Platform> && has_requeue_pi<Platform>
class glibc_pi_condvar {
  using word = typename Platform::word;

 public:
  // REQUIRES: the caller owns the mutex, and owns it again afterwards.
  void wait(Mutex& mutex) noexcept {
    lock();
    total_.store(total_.load("total") + 1, "total");
    // [W1] relaxed: under the lock.
    word futex = futex_.load(order::relaxed, "W1") + 1u;
    // [W2] relaxed: under the lock.
    futex_.store(futex, order::relaxed, "W2");
    const unsigned seen = wakeup_.load("seen");
    mutex.unlock();
    for (;;) {
      unlock();
      // [W3] sleeps until signalled; wakes up as the owner of the mutex, or, if the word has changed, without it. Else: mutant w3_dropped
      //      does not reach the situation.
      const bool owns = Platform::wait_requeue_pi(futex_, futex, mutex.word(), scope::process_private, Platform::deadline::never(), "W3") ==
                        pi_result::done;
      lock();
      if (wakeup_.load("made") != seen && wakeup_.load("made") != woken_.load("taken")) {
        woken_.store(woken_.load("taken") + 1, "taken");
        unlock();
        if (!owns) mutex.lock();
        return;
      }
      // Under the lock: between the two a signal would find nobody.
      if (Version == version::as_fixed && owns) mutex.unlock();
      // [W4] relaxed: under the lock.
      futex = futex_.load(order::relaxed, "W4");
    }
  }

  void signal(Mutex& mutex) noexcept {
    lock();
    if (total_.load("total") == wakeup_.load("made")) return unlock();
    wakeup_.store(wakeup_.load("made") + 1, "made");
    // [S1] relaxed: under the lock.
    const word futex = futex_.load(order::relaxed, "S1") + 1u;
    // [S2] relaxed: under the lock.
    futex_.store(futex, order::relaxed, "S2");
    // [S3] gives the mutex to a waiter, or queues it for the mutex. Under the lock, so that the word does not change. Else: mutant s3_dropped
    //      loses a wake-up.
    static_cast<void>(Platform::requeue_pi(futex_, futex, 0, mutex.word(), scope::process_private, "S3"));
    unlock();
  }

 private:
  void lock() noexcept {
    // [K1] acquire: reads K2's write. Else: mutant k1_relaxed races.
    while (!glibc_pi_condvar_word::is_free(lock_.exchange(glibc_pi_condvar_word::held, order::acquire, "K1"))) {
    }
  }
  void unlock() noexcept {
    // [K2] release: publishes to K1. Else: mutant k2_relaxed races.
    lock_.store(glibc_pi_condvar_word::free, order::release, "K2");
  }

  typename Platform::template atomic<word> lock_{glibc_pi_condvar_word::lock, glibc_pi_condvar_word::free};
  typename Platform::template atomic<word> futex_{glibc_pi_condvar_word::futex, 0u};
  typename Platform::template plain<unsigned> total_{"total", 0};
  typename Platform::template plain<unsigned> wakeup_{"wakeup", 0};
  typename Platform::template plain<unsigned> woken_{"woken", 0};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_PI_CONDVAR_H_
