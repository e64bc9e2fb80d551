// nsync_mu: a mutex whose contended unlock did not publish its section, and its fix.
//
// As shipped (nsync before v1.27) an unlocker that has somebody to wake releases the mutex early, in the step that takes the queue's
// spinlock, and that step was acquire only. Who locks before the spinlock is released does not see the section:
//     T1: writes, releases early | T3: locks, reads | T1: releases the spinlock, wakes T2
// As fixed (88fa032) the step is a release as well.
//
//     bit 3 | 2 | 1 | 0      L  locked    S  the queue's spinlock    W  some thread is in the queue
//         D | W | S | L      D  a woken thread is on its way: nobody else need be woken
//
//     lock     not L: L [L1, L3], a woken one clears D; L, not S: S and W [L4], into the queue, not S [Q1], sleeps until it is posted
//     unlock   not W, or D: not L [U1]; W, not S, not D: not L, S and D [U2 or U3], one out of the queue, not S [Q1], and it is posted
//
// Guarantees, as fixed: mutual exclusion; no lost wake-up. Not fair.
// Source: the descriptions of the bug and its fix; written from them. Here are writers only, without conditions; nsync's queue is a list of
// waiters with a semaphore each, here it is a count of them and one semaphore.
#ifndef HOLDFAST_MODELS_PUBLISHED_NSYNC_MU_H_
#define HOLDFAST_MODELS_PUBLISHED_NSYNC_MU_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct nsync_mu_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t locked = 1;
  static constexpr std::uint32_t spinlock = 2;
  static constexpr std::uint32_t waiting = 4;
  static constexpr std::uint32_t waker = 8;

  static constexpr named_value locked_values[] = {{1, "L", "locked"}};
  static constexpr named_value spinlock_values[] = {{1, "S", "the queue's spinlock"}};
  static constexpr named_value waiting_values[] = {{1, "W", "some thread is in the queue"}};
  static constexpr named_value waker_values[] = {{1, "D", "a woken thread is on its way"}};
  static constexpr field fields[] = {
      {"L", 0, 1, locked_values}, {"S", 1, 1, spinlock_values}, {"W", 2, 1, waiting_values}, {"D", 3, 1, waker_values}};
  static constexpr layout description{"mu", fields};
  static constexpr field number[] = {{"posts", 0, 32, {}}};
  static constexpr layout semaphore{"semaphore", number};

  static constexpr bool is_locked(std::uint32_t w) { return (w & locked) != 0; }
  static constexpr bool is_spinlocked(std::uint32_t w) { return (w & spinlock) != 0; }
  static constexpr bool has_waker(std::uint32_t w) { return (w & waker) != 0; }
  static constexpr bool owes_a_wake(std::uint32_t w) { return (w & (waiting | waker)) == waiting; }
};

template <class Platform, version Version>
  requires has_load<Platform> && has_fetch_add<Platform> && has_fetch_and<Platform> && has_compare_exchange<Platform> &&
           has_plain<Platform> && has_wait<Platform> && has_wake<Platform>
class nsync_mu {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using layout_of = nsync_mu_word;

 public:
  void lock() noexcept {
    word clear = 0;
    for (;;) {
      // [L2] relaxed: a guess, which L3 or L4 tests.
      word w = word_.load(order::relaxed, "L2");
      if (!layout_of::is_locked(w)) {
        // [L3] acquire: reads the write of U1 or U3, or one after it. Else: mutant l3_relaxed races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(w, (w | layout_of::locked) & ~clear, order::acquire, order::relaxed, "L3")) return;
        continue;
      }
      if (layout_of::is_spinlocked(w)) continue;
      const word queued = (w | layout_of::spinlock | layout_of::waiting) & ~clear;
      // [L4] acquire: reads Q1's write, for the queue. Else: mutant l4_relaxed races. failure relaxed: the next guess.
      if (!word_.compare_exchange_strong(w, queued, order::acquire, order::relaxed, "L4")) continue;
      queued_.store(queued_.load("queue") + 1, "queue");
      release_spinlock(layout_of::spinlock);
      await_post();
      clear = layout_of::waker;
    }
  }

  void unlock() noexcept {
    for (;;) {
      // [U4] relaxed: a guess, which U1, U2 or U3 tests.
      word w = word_.load(order::relaxed, "U4");
      if (!layout_of::owes_a_wake(w)) {
        // [U1] release: publishes the section to L3. Else: mutant u1_relaxed races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(w, w & ~layout_of::locked, order::release, order::relaxed, "U1")) return;
      } else if (!layout_of::is_spinlocked(w) && release_early(w)) {
        break;
      }
    }
    const word left = queued_.load("dequeue") - 1;
    queued_.store(left, "dequeue");
    release_spinlock(left == 0 ? layout_of::spinlock | layout_of::waiting : layout_of::spinlock);
    // [P3] relaxed: the word orders the sections.
    posts_.fetch_add(1u, order::relaxed, "P3");
    // [P4] wakes one of those that sleep. Else: mutant p4_dropped loses a wake-up.
    Platform::wake(posts_, 1, scope::process_private, "P4");
  }

  // What nsync_cv did as it was shipped (nsync_cv.h): if the mutex is free, a woken thread is on its way, or so the word says.
  void claim_waker() noexcept {
    // [C1] relaxed, as shipped only: a guess, which C2 tests.
    word w = word_.load(order::relaxed, "C1");
    if (layout_of::is_locked(w) || layout_of::is_spinlocked(w) || layout_of::has_waker(w)) return;
    // [C2] acq_rel, as shipped only: no matter if it fails.
    static_cast<void>(word_.compare_exchange_strong(w, w | layout_of::waker, order::acq_rel, order::relaxed, "C2"));
  }

 private:
  bool release_early(word w) noexcept {
    const word early = (w & ~layout_of::locked) | layout_of::spinlock | layout_of::waker;
    if constexpr (Version == version::as_shipped) {
      // [U2] acquire, as shipped only: takes the spinlock, but releases nothing.
      if (word_.compare_exchange_strong(w, early, order::acquire, order::relaxed, "U2")) return true;
    } else {
      // [U3] release: publishes the section to L3. Else: mutant u3_acquire races. acquire: reads Q1's write, for the queue.
      //      Else: mutant u3_release races. failure relaxed: the next guess.
      if (word_.compare_exchange_strong(w, early, order::acq_rel, order::relaxed, "U3")) return true;
    }
    return false;
  }

  void release_spinlock(word clear) noexcept {
    // [Q1] release: publishes the queue to L4 and U3. Else: mutant q1_relaxed races.
    word_.fetch_and(~clear, order::release, "Q1");
  }

  void await_post() noexcept {
    for (;;) {
      // [P1] relaxed: a guess, which P2 or P5 tests.
      word posts = posts_.load(order::relaxed, "P1");
      // [P2] relaxed: the word orders the sections.
      if (posts != 0u && posts_.compare_exchange_strong(posts, posts - 1u, order::relaxed, order::relaxed, "P2")) return;
      // [P5] sleeps only while nobody has posted. Else: mutant p5_never_sleeps does not reach the situation.
      if (posts == 0u) Platform::wait(posts_, 0u, scope::process_private, deadline::never(), "P5");
    }
  }

  typename Platform::template atomic<word> word_{layout_of::description, layout_of::free};
  typename Platform::template atomic<word> posts_{layout_of::semaphore, 0u};
  typename Platform::template plain<unsigned> queued_{"queued", 0};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_NSYNC_MU_H_
