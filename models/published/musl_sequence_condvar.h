// musl_sequence_condvar: musl's condition variable that counted its waiters, and lost count when it was used with another mutex.
//
// It sleeps on a sequence number, as futex_condvar.h does. A broadcast moves the sleepers to the mutex, and with them their number, to the
// mutex's count of those that may sleep; who leaves is counted off, at the condition variable if that still counts somebody, and at the
// mutex if not. That is right as long as those that leave were moved with the others. Once all are unblocked the condition variable may be
// used with another mutex, or destroyed; neither goes well while some are still leaving (repaired by musl 37195db8):
//     A waits; broadcast, A is late | B and C wait with another mutex: two are counted | A leaves: one is
//     broadcast: the mutex counts one, B is woken, C is moved | B leaves, and is counted off: none is | B unlocks, wakes nobody | C sleeps
// and
//     A waits; signal | A counts itself off | the other destroys it: nobody is counted | A reads whether somebody waits to destroy it
// As fixed (musl_condvar.h) those that are leaving have nothing to do with the condition variable.
//
//     sequence    how many signals and broadcasts there were
//     waiters     how many have not left
//     unmoved     of those, how many the condition variable counts
//     destroyed   somebody waits until nobody is left
//
// Not modelled: time-outs, cancellation, process-shared condition variables. The last mutex is set under the internal lock.
// Source: the description of the commit. No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUSL_SEQUENCE_CONDVAR_H_
#define HOLDFAST_MODELS_PUBLISHED_MUSL_SEQUENCE_CONDVAR_H_

#include "impl/platform.h"
#include "models/published/musl_mutex.h"

namespace holdfast::published {

struct musl_sequence_condvar_word {
  static constexpr field fields[] = {{"number", 0, 32, {}}};
  static constexpr layout sequence{"sequence", fields};
  static constexpr layout waiters{"cond waiters", fields};
  static constexpr layout destroyed{"destroyed", fields};
};

// Lock: the internal lock; who has it waits for nothing but a system call.
template <class Platform, class Lock>
requires has_load<Platform> && has_store<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> && has_plain<Platform> &&
    has_wait<Platform> && has_wake<Platform> && has_requeue<Platform>
class musl_sequence_condvar {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = musl_sequence_condvar_word;
  using mutex_access = musl_mutex_access<Platform>;

 public:
  using mutex = musl_mutex<Platform>;

  // REQUIRES: the caller has locked the mutex; it has when the call returns. `unlocked`, for a model: called after the unlock.
  template <class Unlocked>
  void wait(mutex& m, Unlocked unlocked) noexcept {
    const word seen = come(m);
    m.unlock();
    unlocked();
    sleep(seen);
    leave(m);
    m.lock();
  }

  void signal() noexcept {
    // [S1] relaxed: the mutex orders W1 before it, if it ordered the wait before the signal.
    if (waiters_.load(order::relaxed, "S1") == 0u) return;
    // [S2] relaxed: a futex call that follows it does not come before it.
    sequence_.fetch_add(1u, order::relaxed, "S2");
    // [S3] wakes one of those that sleep. Else: mutant s3_dropped loses a wake-up.
    Platform::wake(sequence_, 1, scope::process_private, "S3");
  }

  void broadcast() noexcept {
    // [B1] relaxed: as S1.
    if (waiters_.load(order::relaxed, "B1") == 0u) return;
    // [B2] relaxed: as S2.
    const word now = sequence_.fetch_add(1u, order::relaxed, "B2") + 1u;
    lock_.lock();
    mutex& m = *mutex_.load("last mutex");
    // [B3] relaxed: a count.
    mutex_access::waiters(m).fetch_add(unmoved_.load("unmoved"), order::relaxed, "B3");
    unmoved_.store(0, "all are moved");
    // [B4] as shipped only: wakes one, and moves the others. musl does not compare; nobody else signals here.
    Platform::requeue(sequence_, now, 1, everyone, mutex_access::word(m), scope::process_private, "B4");
    lock_.unlock();
  }

  // Before the memory goes. REQUIRES: all waiters are unblocked.
  void destroy() noexcept {
    // [D1] seq_cst, as shipped only: before D2, as L2 is before L3.
    destroyed_.store(1u, order::seq_cst, "D1");
    for (;;) {
      // [D2] seq_cst, as shipped only: reads L2's write.
      const word left = waiters_.load(order::seq_cst, "D2");
      if (left == 0u) return;
      // [D3] as shipped only: sleeps while somebody is left.
      Platform::wait(waiters_, left, scope::process_private, deadline::never(), "D3");
    }
  }

 private:
  word come(mutex& m) noexcept {
    // [W1] relaxed: under the mutex.
    waiters_.fetch_add(1u, order::relaxed, "W1");
    lock_.lock();
    mutex_.store(&m, "last mutex");
    unmoved_.store(unmoved_.load("unmoved") + 1, "comes");
    lock_.unlock();
    // [W2] relaxed: the mutex orders it before the signals of what the caller has not seen.
    return sequence_.load(order::relaxed, "W2");
  }

  void sleep(word seen) noexcept {
    do {
      // [W3] sleeps only while the number is what W2 found. Else: mutant w3_never_sleeps does not reach the situation.
      Platform::wait(sequence_, seen, scope::process_private, deadline::never(), "W3");
      // [W4] relaxed: as W2.
    } while (sequence_.load(order::relaxed, "W4") == seen);
  }

  void leave(mutex& m) noexcept {
    lock_.lock();
    if (unmoved_.load("unmoved") != 0) {
      unmoved_.store(unmoved_.load("unmoved") - 1, "leaves");
    } else {
      // [L1] relaxed: a count.
      mutex_access::waiters(m).fetch_sub(1u, order::relaxed, "L1");
    }
    lock_.unlock();
    // [L2] seq_cst, as shipped only: D2 reads it; before L3.
    waiters_.fetch_sub(1u, order::seq_cst, "L2");
    // [L3] seq_cst, as shipped only: the memory may be gone by now.
    if (destroyed_.load(order::seq_cst, "L3") == 0u) return;
    // [L4] as shipped only: wakes who waits to destroy it.
    Platform::wake(waiters_, 1, scope::process_private, "L4");
  }

  typename Platform::template atomic<word> sequence_{w::sequence, 0u};
  typename Platform::template atomic<word> waiters_{w::waiters, 0u};
  typename Platform::template atomic<word> destroyed_{w::destroyed, 0u};
  typename Platform::template plain<mutex*> mutex_{"last mutex", nullptr};
  typename Platform::template plain<unsigned> unmoved_{"unmoved", 0u};
  Lock lock_;
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUSL_SEQUENCE_CONDVAR_H_
