// nsync_cv: a condition variable that claimed the mutex's designated waker for a thread that did not know of it, and its fix.
//
// Of nsync's mutex (nsync_mu.h) an unlocker wakes nobody if a woken thread is on its way: D, which that thread clears as it locks. As
// shipped (nsync before 215217c) a signal to which the mutex seems free sets D, for it is about to wake somebody. But a waiter that comes
// back from the condition variable locks as everybody does, and leaves D: from then on nobody wakes those that wait for the mutex.
//     W waits | S, without the mutex: signals: D, wakes W | W: locks, D stays | S: locks: W is inside, sleeps | W: unlocks: D, wakes nobody
// As fixed the signal leaves the mutex alone.
//
//     cv        bit 1: some thread is in the queue; bit 0: the queue's spinlock
//     posts     how many signals can be taken
//
// Guarantees, as fixed: a signal ends a wait that began before it, if there is one.
// Source: the description of the bug and its fix. Two more are of waiters that are moved to the mutex's queue (nsync_rw_cv.h): here none
// is moved, as there if the mutex's spinlock is held. nsync's queue is a list of waiters with a semaphore each, here it is a count of them
// and one semaphore. No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_NSYNC_CV_H_
#define HOLDFAST_MODELS_PUBLISHED_NSYNC_CV_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct nsync_cv_word {
  static constexpr std::uint32_t empty = 0;
  static constexpr std::uint32_t spinlock = 1;
  static constexpr std::uint32_t waiting = 2;

  static constexpr named_value spinlock_values[] = {{1, "S", "the queue's spinlock"}};
  static constexpr named_value waiting_values[] = {{1, "W", "some thread is in the queue"}};
  static constexpr field fields[] = {{"S", 0, 1, spinlock_values}, {"W", 1, 1, waiting_values}};
  static constexpr field number[] = {{"posts", 0, 32, {}}};
  static constexpr layout description{"cv", fields};
  static constexpr layout posts{"posts", number};

  static constexpr bool is_spinlocked(std::uint32_t w) { return (w & spinlock) != 0; }
  static constexpr bool is_empty(std::uint32_t w) { return (w & waiting) == 0; }
};

template <class Platform, version Version>
  requires has_load<Platform> && has_store<Platform> && has_fetch_add<Platform> && has_compare_exchange<Platform> &&
           has_plain<Platform> && has_wait<Platform> && has_wake<Platform>
class nsync_cv {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using layout_of = nsync_cv_word;

 public:
  // REQUIRES: the caller has locked the mutex; it has when the call returns.
  template <class Mutex>
  void wait(Mutex& mutex) noexcept {
    lock_queue();
    queued_.store(queued_.load("queue") + 1, "queue");
    unlock_queue();
    mutex.unlock();
    await_post();
    mutex.lock();
  }

  template <class Mutex>
  void signal(Mutex& mutex) noexcept {
    // [S1] relaxed: whoever's wait happens before the call is seen.
    if (layout_of::is_empty(word_.load(order::relaxed, "S1"))) return;
    lock_queue();
    const unsigned waiting = queued_.load("queue");
    if (waiting != 0) queued_.store(waiting - 1, "queue");
    unlock_queue();
    if (waiting == 0) return;
    if constexpr (Version == version::as_shipped) mutex.claim_waker();
    // [S2] relaxed: the mutex orders the sections.
    posts_.fetch_add(1u, order::relaxed, "S2");
    // [S3] wakes one of those that sleep. Else: mutant s3_dropped loses a wake-up.
    Platform::wake(posts_, 1, scope::process_private, "S3");
  }

 private:
  void await_post() noexcept {
    for (;;) {
      // [P1] relaxed: a guess, which P2 or P3 tests.
      word posts = posts_.load(order::relaxed, "P1");
      // [P2] relaxed: the mutex orders the sections.
      if (posts != 0u && posts_.compare_exchange_strong(posts, posts - 1u, order::relaxed, order::relaxed, "P2")) return;
      // [P3] sleeps only while nobody has posted. Else: mutant p3_never_sleeps does not reach the situation.
      if (posts == 0u) Platform::wait(posts_, 0u, scope::process_private, deadline::never(), "P3");
    }
  }

  void lock_queue() noexcept {
    for (;;) {
      // [Q1] relaxed: a guess, which Q2 tests.
      word w = word_.load(order::relaxed, "Q1");
      if (layout_of::is_spinlocked(w)) continue;
      // [Q2] acquire: reads Q3's write. Else: mutant q2_relaxed races. failure relaxed: the next guess.
      if (word_.compare_exchange_strong(w, w | layout_of::spinlock, order::acquire, order::relaxed, "Q2")) return;
    }
  }
  void unlock_queue() noexcept {
    const word now = queued_.load("queue") == 0 ? layout_of::empty : layout_of::waiting;
    // [Q3] release: publishes the queue to Q2. Else: mutant q3_relaxed races.
    word_.store(now, order::release, "Q3");
  }

  typename Platform::template atomic<word> word_{layout_of::description, layout_of::empty};
  typename Platform::template atomic<word> posts_{layout_of::posts, 0u};
  typename Platform::template plain<unsigned> queued_{"cv queued", 0};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_NSYNC_CV_H_
