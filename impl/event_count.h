// event_count: makes any condition waitable: whoever waits announces itself, looks at its condition again, and sleeps; whoever changes the
// condition notifies, which costs a fence and a load if nobody waits.
//
//     for (;;) {                                                  queue.push(x);
//       if (queue.pop(x)) return x;                               changed.notify_one();
//       event_count::key key = changed.prepare_wait();
//       if (queue.pop(x)) { changed.cancel_wait(); return x; }
//       changed.wait(key);
//     }
//
// Guarantees: a waiter's look between prepare_wait and wait sees what was changed before a notification, or the wait returns: each
// notify_all ends all waits that were prepared before it, each notify_one at least one of them. That holds for any data, and for relaxed
// atomic operations too. A notification happens before the return of the wait that it ends. constinit, trivially destructible, 8 bytes.
// Does not guarantee: which waiter a notify_one takes, nor that it is one only; that a wait returns if 2^32 notifications come between its
// prepare_wait and its sleep; anything for others if a thread dies between prepare_wait and the end of its wait.
//
//     epoch     how many notifications found waiters (modulo 2^32)
//     waiters   how many threads are between prepare_wait and the end of their wait
//
//     waiter     waiters + 1 [P1] | fence [P2] | read epoch [P3] | look | sleep while the epoch is that [W3] | waiters - 1 [W4]
//     notifier   change | fence [N1] | waiters? [N2]: none: done | epoch + 1 [N3] | wake [N4]
//
// I1: waiters = the threads between P1 and W4 or C1.
// I2: a thread sleeps => the epoch is what its P3 read, or the wake of an N3 after that is owed or went to another.
//
// Memory order: of P2 and N1 (seq_cst) one comes first. If P2, N2 finds the waiter, and N3 ends its wait; if N1, the waiter's look sees the
// change. If P3 (acquire) reads the epoch of N3 (after the fence N1) already, so that the wait would not end, the look sees it as well.
// Lifetime: the event count must exist until every member has returned.
// Source: D. Vyukov's and folly's event counts. Theirs is one word of 64 bits; ours are two of 32, so that the epoch has all of a futex.
#ifndef HOLDFAST_IMPL_EVENT_COUNT_H_
#define HOLDFAST_IMPL_EVENT_COUNT_H_

#include <chrono>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/event_count_word.h"

namespace holdfast {

template <class P>
concept event_count_platform =
    has_load<P> && has_fetch_add<P> && has_fetch_sub<P> && has_fence<P> && has_wait<P> && has_wake<P> && has_spinner<P>;

// How many times a wait looks at an epoch that is its key's, pausing in between, before it sleeps. As counting_semaphore_default_spin.
inline constexpr unsigned event_count_default_spin = 10;

// Platform: the world it runs in. Scope: who may use it. No member allocates or throws; only await, wait and the timed forms block.
template <event_count_platform Platform, scope Scope = scope::process_private, unsigned Spin = event_count_default_spin>
class basic_event_count {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

 public:
  // What a wait was prepared with.
  class key {
    friend basic_event_count;
    explicit key(const word& epoch) noexcept : epoch_(epoch) {}
    word epoch_;
  };

  constexpr basic_event_count() noexcept = default;
  basic_event_count(const basic_event_count&) = delete;
  basic_event_count& operator=(const basic_event_count&) = delete;

  // Announces the caller. It then looks at its condition, and calls cancel_wait() or one wait with the key.
  [[nodiscard]] key prepare_wait() noexcept {
    // [P1] relaxed: P2 orders it.
    waiters_.fetch_add(1u, order::relaxed, "P1");
    // [P2] seq_cst: of a waiter and a notifier one sees the other (N1). Else: mutant p2_relaxed loses a wake-up.
    //      No less: mutant p2_acq_rel loses a wake-up.
    Platform::fence(order::seq_cst, "P2");
    // [P3] acquire: reads N3's write, so that the caller's look sees what was changed before. Else: mutant p3_relaxed loses a wake-up.
    return key(epoch_.load(order::acquire, "P3"));
  }

  void cancel_wait() noexcept {
    // [C1] relaxed: a wake in vain does no harm.
    waiters_.fetch_sub(1u, order::relaxed, "C1");
  }

  // Blocks until there has been a notification since prepare_wait. Acquire.
  void wait(key prepared) noexcept { static_cast<void>(wait_until(prepared, deadline::never())); }

  // Blocks until there has been a notification since prepare_wait (true, acquire) or the deadline has passed (false).
  [[nodiscard]] bool wait_until(key prepared, const deadline& until) noexcept {
    const bool notified = await_epoch_after(prepared.epoch_, until);
    // [W4] relaxed: as C1.
    waiters_.fetch_sub(1u, order::relaxed, "W4");
    return notified;
  }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock; the latter follows changes of the system's time.
  template <class Clock, class Duration>
  [[nodiscard]] bool wait_until(key prepared, const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return wait_until(prepared, deadline::at(until));
  }

  // The duration is measured on the steady clock.
  template <class Rep, class Period>
  [[nodiscard]] bool wait_for(key prepared, const std::chrono::duration<Rep, Period>& duration) noexcept {
    return wait_until(prepared, deadline::after(duration));
  }

  // Blocks until the condition holds. Whoever may make it hold notifies afterwards.
  template <class Condition>
  void await(const Condition& condition) {
    while (!condition()) {
      const key prepared = prepare_wait();
      if (condition()) return cancel_wait();
      wait(prepared);
    }
  }

  // Ends at least one of the waits that are prepared, if there are any.
  void notify_one() noexcept { notify(1); }

  // Ends all waits that are prepared.
  void notify_all() noexcept { notify(everyone); }

 private:
  bool await_epoch_after(const word& epoch, const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::brisk); spin.again();) {
      // [W1] acquire: reads N3's write, so that what came before the notification is visible. Else: mutant w1_relaxed races.
      if (epoch_.load(order::acquire, "W1") != epoch) return true;
    }
    for (;;) {
      // [W2] acquire: as W1. Else: mutant w2_relaxed races.
      if (epoch_.load(order::acquire, "W2") != epoch) return true;
      // [W3] sleeps only while the epoch is the key's. Else: mutant w3_never_sleeps does not reach the situation.
      if (Platform::wait(epoch_, epoch, Scope, until, "W3") == wait_result::timed_out) return false;
    }
  }

  void notify(int how_many) noexcept {
    // [N1] seq_cst: of a notifier and a waiter one sees the other (P2). Else: mutant n1_relaxed loses a wake-up.
    //      No less: mutant n1_acq_rel loses a wake-up.
    Platform::fence(order::seq_cst, "N1");
    // [N2] relaxed: see N1.
    if (event_count_word::has_waiters(waiters_.load(order::relaxed, "N2"))) notify_slow(how_many);
  }

  [[gnu::cold, gnu::noinline]] void notify_slow(int how_many) noexcept {
    // [N3] relaxed: N1, the fence before it, makes it publish what the caller changed to P3, W1 and W2.
    epoch_.fetch_add(1u, order::relaxed, "N3");
    // [N4] wakes those that sleep on the epoch before. Else: mutant n4_dropped loses a wake-up.
    Platform::wake(epoch_, how_many, Scope, "N4");
  }

  typename Platform::template atomic<word> epoch_{event_count_word::epoch, event_count_word::none};
  typename Platform::template atomic<word> waiters_{event_count_word::waiters, event_count_word::none};
};

using event_count = basic_event_count<linux_platform>;
using process_shared_event_count = basic_event_count<linux_platform, scope::process_shared>;

static_assert(sizeof(event_count) == 8);
static_assert(std::is_trivially_destructible_v<event_count>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_EVENT_COUNT_H_
