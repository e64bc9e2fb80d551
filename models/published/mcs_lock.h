// mcs_lock: a lock whose waiters form a queue, each spinning on a word of its own.
//
// Guarantees: mutual exclusion; first come, first served. Not guaranteed: progress while a thread in the queue does not run; nobody sleeps,
// every waiter spins. A thread brings a node, which is in the queue from lock() until unlock() has returned.
//
//     tail          the last node of the queue, or null: nobody holds the lock. The first node is the owner's
//     node.next     the node behind it, or null: there is none, or it is not linked yet
//     node.locked   1: the thread waits for the one before it; 0: it owns the lock, or has not had to wait
//
//     T1 holds | T2: enqueue [L2] after T1's node, wait [L3], link [L4] | T1: sees the link [U1], pass [U4] | T2: sees it [L5]
//     T1 holds | T1: no link [U1] | T2: enqueue [L2] | T1: cannot leave [U2], waits for the link [U3] | T2: wait [L3], link [L4] | ...
//
// Lifetime: after unlock() nobody accesses the node. U2 and U4 are the last accesses of an unlock to the lock and to the other's node.
// Source: J. M. Mellor-Crummey and M. L. Scott, "Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors" (1991). Memory
// orders are ours: the weakest that order the critical sections and the accesses to the nodes.
#ifndef HOLDFAST_MODELS_PUBLISHED_MCS_LOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_MCS_LOCK_H_

#include "impl/platform.h"

namespace holdfast::published {

struct mcs_word {
  static constexpr named_value null[] = {{0, "null", "no node"}};
  static constexpr field pointer[] = {{"node", 0, 64, null}};
  static constexpr layout tail{"tail", pointer};
  static constexpr layout next{"next", pointer};

  static constexpr std::uint32_t passed = 0;
  static constexpr std::uint32_t waiting = 1;
  static constexpr named_value states[] = {{passed, "passed", "need not wait"}, {waiting, "waiting", "waits for the one before it"}};
  static constexpr field state[] = {{"state", 0, 1, states}};
  static constexpr layout locked{"locked", state};
};

template <class Platform>
  requires has_load<Platform> && has_store<Platform> && has_exchange<Platform> && has_compare_exchange<Platform>
class mcs_lock {
  using word = typename Platform::word;

 public:
  struct node {
    typename Platform::template atomic<node*> next{mcs_word::next, nullptr};
    typename Platform::template atomic<word> locked{mcs_word::locked, mcs_word::passed};
  };

  // REQUIRES: the node is in no queue.
  void lock(node& mine) noexcept {
    // [L1] relaxed: L2 publishes it.
    mine.next.store(nullptr, order::relaxed, "L1");
    // [L2] acquire: reads U2's write, so the last owner's writes are visible, or that of the node before, which L4 may then write.
    //      release: publishes the node, so that the next L4 comes after L1. Else: mutant l2_relaxed races.
    node* const before = tail_.exchange(&mine, order::acq_rel, "L2");
    if (before == nullptr) return;
    // [L3] relaxed: L4 publishes it.
    mine.locked.store(mcs_word::waiting, order::relaxed, "L3");
    // [L4] release: so that U4 writes `locked` after L3. Else: mutant l4_relaxed spins for ever.
    before->next.store(&mine, order::release, "L4");
    // [L5] acquire: reads U4's store, so the last owner's writes are visible. Else: mutant l5_relaxed races.
    while (mine.locked.load(order::acquire, "L5") != mcs_word::passed) {
    }
  }

  // REQUIRES: the lock was taken with this node.
  void unlock(node& mine) noexcept {
    // [U1] acquire: reads L4's store. Else: mutant u1_relaxed spins for ever.
    node* after = mine.next.load(order::acquire, "U1");
    if (after == nullptr) {
      node* last = &mine;
      // [U2] release: publishes the section to L2. Else: mutant u2_relaxed races. failure relaxed: somebody is about to link.
      if (tail_.compare_exchange_strong(last, nullptr, order::release, order::relaxed, "U2")) return;
      // [U3] acquire: as U1. Else: mutant u3_relaxed spins for ever.
      while ((after = mine.next.load(order::acquire, "U3")) == nullptr) {
      }
    }
    // [U4] release: publishes the section to L5. Else: mutant u4_relaxed races.
    after->locked.store(mcs_word::passed, order::release, "U4");
  }

 private:
  typename Platform::template atomic<node*> tail_{mcs_word::tail, nullptr};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MCS_LOCK_H_
