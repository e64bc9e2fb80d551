// musl_condvar: musl's condition variable for the threads of one process, a list of nodes on the waiters' stacks; and a wake-up that one of
// its versions lost.
//
// A waiter puts its node at the head of the list, and sleeps on the node's barrier. A signal takes nodes off the tail, the oldest first,
// and opens the barrier of the first; who has gone through its own and has the mutex hands the next one over: it opens that barrier, and
// moves its sleeper to the mutex, to be woken by the unlock. Nobody touches the condition variable once its node is off the list: new
// waiters, with another mutex even, and destruction have nothing to do with those that are still leaving.
//
// As shipped (musl 2d0bbe6c, repaired by 27b2fc9d) the one that hands over marks the mutex, so that its unlock wakes somebody, and leaves
// it at that. Who is woken may be a thread that only wanted the mutex. It takes it without the mark, and its unlock wakes nobody:
//     A has the mutex, D sleeps on it | A marks it, moves B to it, unlocks: wakes D | D takes it, unlocks: no mark, no count | B sleeps
// As fixed those that were moved count as waiters of the mutex until the last of them has it.
//
//     barrier    held    the node's thread waits
//                open    it may go on
//
// Memory order: the list's lock publishes the nodes to a signal, S1 what it made of them to the oldest, and the mutex to the rest.
// Lifetime: a node ends when its thread has the mutex again; who opens its barrier has the mutex, or touches only its address after that.
// Not modelled: time-outs and cancellation, and with them a node's state; process-shared condition variables.
// Source: the descriptions of the commits 37195db8, 2c4b510b, 2d0bbe6c and 27b2fc9d. No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUSL_CONDVAR_H_
#define HOLDFAST_MODELS_PUBLISHED_MUSL_CONDVAR_H_

#include "impl/platform.h"
#include "models/published/musl_mutex.h"
#include "models/published/version.h"

namespace holdfast::published {

struct musl_condvar_word {
  static constexpr std::uint32_t open = 0;
  static constexpr std::uint32_t held = 2;

  static constexpr named_value states[] = {{open, "open", "its thread may go on"}, {held, "held", "its thread waits"}};
  static constexpr field fields[] = {{"state", 0, 2, states}};
  static constexpr layout barrier{"barrier", fields};
};

// Lock: that of the list; who has it waits for nothing.
template <class Platform, version Version, class Lock>
requires has_load<Platform> && has_store<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> &&
    has_compare_exchange<Platform> && has_plain<Platform> && has_wait<Platform> && has_wake<Platform> && has_requeue<Platform>
class musl_condvar {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = musl_condvar_word;
  using mutex_access = musl_mutex_access<Platform>;

 public:
  using mutex = musl_mutex<Platform>;

  // REQUIRES: the caller has locked the mutex; it has when the call returns. `unlocked`, for a model: called after the unlock.
  template <class Unlocked>
  void wait(mutex& m, Unlocked unlocked) noexcept {
    node mine;
    put(mine);
    m.unlock();
    unlocked();
    go_through(mine);
    m.lock();
    hand_over(mine, m);
  }

  void signal() noexcept { wake(1); }
  void broadcast() noexcept { wake(everyone); }

 private:
  struct node {
    typename Platform::template atomic<word> barrier{w::barrier, w::held};
    typename Platform::template plain<node*> next{"next", nullptr};  // older ones are at the tail
    typename Platform::template plain<node*> previous{"previous", nullptr};
  };

  void put(node& mine) noexcept {
    lock_.lock();
    node* const first = head_.load("head");
    mine.next.store(first, "put");
    head_.store(&mine, "put");
    if (first != nullptr) {
      first->previous.store(&mine, "put");
    } else {
      tail_.store(&mine, "put");
    }
    lock_.unlock();
  }

  static void go_through(node& mine) noexcept {
    // [W1] acquire: reads S1's write: the node is off the list, and its links stay. Else: mutant w1_relaxed uses what is gone.
    while (mine.barrier.load(order::acquire, "W1") == w::held) {
      // [W2] sleeps only while the barrier is held. Else: mutant w2_never_sleeps does not reach the situation.
      Platform::wait(mine.barrier, w::held, scope::process_private, deadline::never(), "W2");
    }
  }

  // REQUIRES: the caller has the mutex.
  static void hand_over(node& mine, mutex& m) noexcept {
    node* const following = mine.previous.load("hand over");
    if constexpr (Version == version::as_fixed) {
      if (mine.next.load("hand over") == nullptr) {
        // [H1] relaxed: under the mutex. From the first on somebody counts for those that are moved.
        //      Else: mutant h1_counts_nobody loses a wake-up.
        mutex_access::waiters(m).fetch_add(1u, order::relaxed, "H1");
      }
      if (following == nullptr) {
        // [H5] relaxed: as H1. To the last.
        mutex_access::waiters(m).fetch_sub(1u, order::relaxed, "H5");
      }
    }
    if (following == nullptr) return;
    word found = musl_mutex_word::held;
    // [H2] relaxed: marks the mutex. failure relaxed: it is marked.
    mutex_access::word(m).compare_exchange_strong(found, found | musl_mutex_word::waiters, order::relaxed, order::relaxed, "H2");
    // [H3] relaxed: the mutex orders the links.
    following->barrier.store(w::open, order::relaxed, "H3");
    // [H4] moves the sleeper to the mutex. Else: mutant h4_dropped loses a wake-up. musl does not compare: only H3 writes the barrier.
    Platform::requeue(following->barrier, w::open, 0, 1, mutex_access::word(m), scope::process_private, "H4");
  }

  void wake(int how_many) noexcept {
    lock_.lock();
    node* const oldest = tail_.load("tail");
    node* left = oldest;  // the first that stays
    while (left != nullptr && how_many-- > 0) left = left->previous.load("next oldest");
    if (left == nullptr) {
      head_.store(nullptr, "all are taken");
    } else if (left != oldest) {
      left->next.load("the last that is taken")->previous.store(nullptr, "split");
      left->next.store(nullptr, "split");
    }
    tail_.store(left, "split");
    lock_.unlock();
    if (oldest == nullptr || oldest == left) return;
    // [S1] release: publishes the links to W1. Else: mutant s1_relaxed uses what is gone. The last access to the nodes.
    oldest->barrier.store(w::open, order::release, "S1");
    // [S2] wakes the oldest, if it sleeps. Else: mutant s2_dropped loses a wake-up.
    Platform::wake(oldest->barrier, 1, scope::process_private, "S2");
  }

  typename Platform::template plain<node*> head_{"head", nullptr};
  typename Platform::template plain<node*> tail_{"tail", nullptr};
  Lock lock_;
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUSL_CONDVAR_H_
