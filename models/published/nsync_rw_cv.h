// nsync_rw_cv: a condition variable that moves its waiters to the mutex (nsync_rw_mu.h), where each unlock wakes the next.
//
// nsync 215217c repaired three things in the move, "at least three bugs":
//   claims_waker           If nobody was moved and the mutex was free, D was set: a woken thread is on its way. But one that was not
//                          moved locks as everybody does, and leaves D: from then on nobody wakes those that wait for the mutex.
//                          nsync_cv.h is about that alone.
//   takes_one_for_several  The test for more than one was that for a ring, and one passed it. A writer alone, the mutex free: W was
//                          set, and nobody moved. An unlock that finds the queue empty clears W; it does so after a time-out, too.
//   moves_if_free          Of several, not all readers, those that cannot go with the first were moved to a free mutex, whose next
//                          unlock was to wake one. The first is on its way to lock it.
// The first loses a wake-up. The others, alone and together, do not: what two waiters, each a reader or a writer, and a broadcast without
// the mutex can do then is explored, and what is left, W for nobody or for a sleeper beside a free mutex, is reached. They cost an unlock
// its slow path, and the commit calls the last "subtle". The second needs the third: if the mutex is held, one writer is moved anyway.
//
// Guarantees, as fixed: a broadcast ends the waits that began before it.
// Not modelled: time-outs, and signals, which take fewer out of the queue; conditions are not waited for beside it.
// Source: the commit's description, and the comments of cv.c. No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_NSYNC_RW_CV_H_
#define HOLDFAST_MODELS_PUBLISHED_NSYNC_RW_CV_H_

#include "impl/platform.h"
#include "models/published/nsync_cv.h"
#include "models/published/nsync_rw_mu.h"
#include "models/published/nsync_waiters.h"

namespace holdfast::published {

struct nsync_rw_cv_bugs {
  bool claims_waker = false;
  bool takes_one_for_several = false;
  bool moves_if_free = false;
};

// Lock: that of the queue; who has it waits for nothing.
template <class Platform, auto Bugs, class Lock>
  requires has_load<Platform> && has_store<Platform> && has_compare_exchange<Platform> && has_plain<Platform> && has_wait<Platform> &&
           has_wake<Platform>
class nsync_rw_cv {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using waiter = nsync_waiter<Platform>;
  using mutex_word = nsync_rw_mu_word;
  using access = nsync_rw_mu_access<nsync_rw_mu<Platform, version::as_fixed>>;

 public:
  using mutex = nsync_rw_mu<Platform, version::as_fixed>;

  // REQUIRES: the caller has the mutex in that mode; it has when the call returns. `unlocked`, for a model: called after the unlock.
  template <class Unlocked>
  void wait(mutex& m, nsync_mode mode, Unlocked unlocked) noexcept {
    waiter mine{mode};
    lock_.lock();
    queue_.append(mine);
    // [W1] relaxed: whoever's wait happens before a broadcast is seen by it.
    word_.store(nsync_cv_word::waiting, order::relaxed, "W1");
    lock_.unlock();
    m.unlock(mode);
    unlocked();
    mine.sleep(deadline::never());
    access::lock(m, mine, mine.moved.load("moved") ? mutex_word::waker : mutex_word::free);
  }

  void broadcast(mutex& m) noexcept {
    // [B4] relaxed: as W1.
    if (nsync_cv_word::is_empty(word_.load(order::relaxed, "B4"))) return;
    lock_.lock();
    waiter* const all = queue_.take_all();
    // [B5] relaxed: under the lock.
    word_.store(nsync_cv_word::empty, order::relaxed, "B5");
    lock_.unlock();
    if (all != nullptr) waiter::wake(move(all, m));
  }

 private:
  // Moves those that had better not be woken. Returns the others.
  waiter* move(waiter* all, mutex& m) noexcept {
    // [B1] relaxed: a guess, which B2 tests.
    const word found = access::word(m).load(order::relaxed, "B1");
    const bool first_must_wait = (found & mutex_word::not_beside(all->mode.load("mode"))) != 0u;
    const bool several = Bugs.takes_one_for_several || all->next.load("more") != nullptr;
    const bool may_move = !mutex_word::is_spinlocked(found) && (mutex_word::is_held(found) || Bugs.moves_if_free);
    if (may_move && (first_must_wait || (several && one_writes(all)))) {
      word w = found;
      const word taken = found | mutex_word::spinlock | mutex_word::waiting;
      // [B2] acquire: reads Q2's write, for the mutex's queue. Else: mutant b2_relaxed races. failure relaxed: all are woken.
      if (access::word(m).compare_exchange_strong(w, taken, order::acquire, order::relaxed, "B2")) {
        return divide(all, m, first_must_wait);
      }
    }
    if (Bugs.claims_waker && (found & (mutex_word::held | mutex_word::spinlock | mutex_word::waker)) == 0u) {
      word w = found;
      // [B3] acq_rel, as shipped only: no matter if it fails.
      static_cast<void>(access::word(m).compare_exchange_strong(w, found | mutex_word::waker, order::acq_rel, order::relaxed, "B3"));
    }
    return all;
  }

  // Has the mutex's spinlock, which it gives up.
  static waiter* divide(waiter* all, mutex& m, bool first_must_wait) noexcept {
    const bool first_writes = all->writes();
    waiter* woken = nullptr;
    bool moves_a_writer = false, wakes_a_reader = false;
    for (waiter *p = all, *following; p != nullptr; p = following) {
      following = p->next.load("look");
      const bool writes = p->writes();
      if (first_must_wait || (p != all && (first_writes || writes))) {
        access::queue(m).append(*p);
        p->moved.store(true, "move");
        moves_a_writer = moves_a_writer || writes;
      } else {
        p->next.store(woken, "wake");
        woken = p;
        wakes_a_reader = wakes_a_reader || !writes;
      }
    }
    access::release_spinlock(m, moves_a_writer && !wakes_a_reader ? mutex_word::writer_waits : mutex_word::free);
    return woken;
  }

  static bool one_writes(waiter* all) noexcept {
    for (waiter* p = all; p != nullptr; p = p->next.load("look")) {
      if (p->writes()) return true;
    }
    return false;
  }

  typename Platform::template atomic<word> word_{nsync_cv_word::description, nsync_cv_word::empty};
  nsync_waiters<Platform> queue_;
  Lock lock_;
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_NSYNC_RW_CV_H_
