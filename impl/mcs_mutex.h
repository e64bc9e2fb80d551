// mcs_mutex: a mutex whose waiters form a queue, each awake or asleep on a word of its own stack.
//
// Guarantees: mutual exclusion; no lost wake-up; first come, first served, in the order of L2. A section happens before the next. A thread
// that waits looks at its own node only, and an unlock wakes the next thread only if that one sleeps. 8 bytes, constinit, trivially
// destructible; a node is 16 bytes.
// Does not guarantee: throughput with more threads than processors, as the next owner has to run before anybody goes on; an unlock that
// never waits: a thread that has joined the queue and not yet linked its node keeps the one before it looking [U3]; timed forms, because a
// node cannot leave the queue; anything if an owner or a waiter dies. One process only: the queue is made of addresses.
//
//     tail        the last node of the queue, or null: nobody owns the mutex. The first node is the owner's
//     node.next   the node behind it, or null: there is none, or it is not linked yet
//     node.state  waiting, parked or granted
//
//     state \ step   enqueue behind a node [L3,L4]   give up looking [L6]   the one before unlocks [U5]
//     (any)          waiting                         --                     --
//     waiting        --                              parked, then sleep     granted
//     parked         --                              --                     granted, then wake [U6]
//
// I1: the owner's node is the first of the queue; tail is null exactly if nobody owns the mutex.
// I2: a node that is not the first becomes granted exactly once, by the thread whose node is before it.
// I3: a thread sleeps on its node's state => the state is parked, or the unlocker that granted it still owes the wake.
//
// Memory order: the owner publishes its section with U2 or U5 (release) to L2, L5, L6, L8 (acquire). L2 is release as well, and so is L4,
// so that whoever follows a link finds the node as its thread left it. A futex call orders nothing.
// Lifetime, of a node: from lock() until unlock() has returned, in the same thread. After U5 the unlocker has only the address of the other
// node, and its wake [U6] may come when that node is gone: it wakes nobody then or, in memory that has become another private futex of the
// process, is a spurious wake-up there, which every futex wait has to bear. Of the mutex: U2 is the last access of an unlock that nobody
// waits for, and one that passes the mutex on does not touch it. So its last user may destroy it at once.
// Source: J. M. Mellor-Crummey and M. L. Scott, "Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors" (1991), as
// models/published/mcs_lock.h, which spins. The parked state, which decides by one exchange whether a wake is owed, is ours.
#ifndef HOLDFAST_IMPL_MCS_MUTEX_H_
#define HOLDFAST_IMPL_MCS_MUTEX_H_

#include <mutex>
#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/mcs_word.h"

namespace holdfast {

template <class P>
concept mcs_platform = has_load<P> && has_store<P> && has_exchange<P> && has_compare_exchange<P> && has_wait<P> && has_wake<P> &&
                       has_spinner<P>;

// How many times a waiter looks at its node, pausing in between, before it sleeps.
inline constexpr unsigned mcs_default_spin = 100;

template <mcs_platform Platform, unsigned Spin = mcs_default_spin>
class basic_mcs_mutex {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

 public:
  // A thread's place in the queue. Not copied, not moved: others know its address.
  class node {
   public:
    constexpr node() noexcept = default;
    node(const node&) = delete;
    node& operator=(const node&) = delete;

   private:
    friend basic_mcs_mutex;
    typename Platform::template atomic<node*> next{mcs_word::next, nullptr};
    typename Platform::template atomic<word> state{mcs_word::state, mcs_word::waiting};
  };

  class guard;

  constexpr basic_mcs_mutex() noexcept = default;
  basic_mcs_mutex(const basic_mcs_mutex&) = delete;
  basic_mcs_mutex& operator=(const basic_mcs_mutex&) = delete;

  // Blocks until the calling thread owns the mutex. Acquire.
  // REQUIRES: the node is in no queue; the calling thread does not own the mutex (it would wait for itself for ever).
  void lock(node& mine) noexcept {
    // [L1] relaxed: L2 publishes it.
    mine.next.store(nullptr, order::relaxed, "L1");
    // [L2] acquire: reads U2's write, so that the last owner's section is visible, or that of the node before, which L4 may then write.
    //      release: publishes the node, so that the next L4 comes after L1. Else: mutant l2_relaxed races.
    node* const before = tail_.exchange(&mine, order::acq_rel, "L2");
    if (before != nullptr) await_grant(mine, *before);
  }

  // Takes the mutex if it is free; never blocks. True if the caller owns it now (acquire). False: nothing changed.
  // REQUIRES: the node is in no queue.
  [[nodiscard]] bool try_lock(node& mine) noexcept {
    // [T1] relaxed: T2 publishes it.
    mine.next.store(nullptr, order::relaxed, "T1");
    node* nobody = nullptr;
    // [T2] acquire and release: as L2. Else: mutant t2_relaxed races. failure relaxed: nothing is read under a failed try.
    if (tail_.compare_exchange_strong(nobody, &mine, order::acq_rel, order::relaxed, "T2")) return true;
    return false;
  }

  // Passes the mutex on to the next in the queue, and wakes it if it sleeps. Release.
  // REQUIRES: the calling thread took the mutex with this node.
  void unlock(node& mine) noexcept {
    // [U1] acquire: reads L4's store, so that U5 writes the node after L3. Else: mutant u1_relaxed loses a wake-up.
    node* after = mine.next.load(order::acquire, "U1");
    if (after == nullptr) {
      node* last = &mine;
      // [U2] release: publishes the section to L2 and T2. Else: mutant u2_relaxed races. failure relaxed: somebody is about to link.
      if (tail_.compare_exchange_strong(last, nullptr, order::release, order::relaxed, "U2")) return;
      after = await_link(mine);
    }
    // [U5] release: publishes the section to L5, L6 and L8. Else: mutant u5_relaxed races. The last access to the other's node.
    if (mcs_word::is_parked(after->state.exchange(mcs_word::granted, order::release, "U5"))) wake(*after);
  }

  // Whether another thread is in the queue behind the caller: a hint, for an owner that might hold the mutex longer.
  // REQUIRES: the calling thread took the mutex with this node.
  [[nodiscard]] bool has_waiters(const node& mine) const noexcept {
    // [W1] relaxed: a hint.
    return tail_.load(order::relaxed, "W1") != &mine;
  }

 private:
  [[gnu::cold, gnu::noinline]] void await_grant(node& mine, node& before) noexcept {
    const deadline for_ever = deadline::never();
    // [L3] relaxed: L4 publishes it.
    mine.state.store(mcs_word::waiting, order::relaxed, "L3");
    // [L4] release: so that U5 writes the state after L3. Else: mutant l4_relaxed loses a wake-up.
    before.next.store(&mine, order::release, "L4");
    for (spinner spin(Spin, for_ever, pace::brisk); spin.again();) {
      // [L5] acquire: reads U5's write, so that the last owner's section is visible. Else: mutant l5_relaxed races.
      if (mcs_word::is_granted(mine.state.load(order::acquire, "L5"))) return;
    }
    word w = mcs_word::waiting;
    // [L6] relaxed: says that the thread may sleep, so that U5 owes a wake. Else: mutant l6_lost_state does not reach the situation.
    //      failure acquire: as L5; the mutex was granted. Else: mutant l6_failure_relaxed races.
    if (!mine.state.compare_exchange_strong(w, mcs_word::parked, order::relaxed, order::acquire, "L6")) return;
    do {
      // [L7] sleeps only while the state is parked. Else: mutant l7_never_sleeps does not reach the situation.
      Platform::wait(mine.state, mcs_word::parked, scope::process_private, for_ever, "L7");
      // [L8] acquire: as L5. Else: mutant l8_relaxed races.
    } while (!mcs_word::is_granted(mine.state.load(order::acquire, "L8")));
  }

  // The thread behind has put itself into the queue, and has two writes to go. The spinner lets it run if it has to share the processor;
  // a limit that takes an hour is none.
  [[gnu::cold, gnu::noinline]] static node* await_link(node& mine) noexcept {
    const deadline for_ever = deadline::never();
    for (spinner spin(~0u, for_ever, pace::brisk); spin.again();) {
      // [U3] acquire: as U1. Else: mutant u3_relaxed loses a wake-up.
      if (node* const after = mine.next.load(order::acquire, "U3")) return after;
    }
    for (;;) {
      // [U4] acquire: as U1. Else: mutant u4_relaxed loses a wake-up.
      if (node* const after = mine.next.load(order::acquire, "U4")) return after;
    }
  }

  [[gnu::cold, gnu::noinline]] static void wake(node& sleeping) noexcept {
    // [U6] pays the wake that parked owes; the node may be gone. Else: mutant u6_dropped loses a wake-up.
    Platform::wake(sleeping.state, 1, scope::process_private, "U6");
  }

  typename Platform::template atomic<node*> tail_{mcs_word::tail, nullptr};
};

// Owns the mutex from its construction to its end, with a node of its own. A local variable: it ends in the thread that made it.
template <mcs_platform Platform, unsigned Spin>
class basic_mcs_mutex<Platform, Spin>::guard {
 public:
  [[nodiscard]] explicit guard(basic_mcs_mutex& mutex) noexcept : mutex_(mutex), owns_(true) { mutex_.lock(node_); }
  // Takes the mutex if it is free; owns_lock() says whether.
  [[nodiscard]] guard(basic_mcs_mutex& mutex, std::try_to_lock_t) noexcept : mutex_(mutex), owns_(mutex_.try_lock(node_)) {}
  ~guard() {
    if (owns_) mutex_.unlock(node_);
  }
  guard(const guard&) = delete;
  guard& operator=(const guard&) = delete;

  [[nodiscard]] bool owns_lock() const noexcept { return owns_; }
  // As of the mutex. REQUIRES: owns_lock().
  [[nodiscard]] bool has_waiters() const noexcept { return mutex_.has_waiters(node_); }

 private:
  basic_mcs_mutex& mutex_;
  node node_;
  bool owns_;
};

using mcs_mutex = basic_mcs_mutex<linux_platform>;

static_assert(sizeof(mcs_mutex) == sizeof(void*) && sizeof(mcs_mutex::node) == 16);
static_assert(std::is_trivially_destructible_v<mcs_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_MCS_MUTEX_H_
