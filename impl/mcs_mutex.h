// mcs_mutex: a mutex whose waiters form a queue, each awake or asleep on a word of its own.
//
// Guarantees: mutual exclusion; no lost wake-up; first come, first served, in the order of L2. A section happens before the next. A thread
// that waits looks at its own node only, and an unlock wakes the next thread only if that one sleeps. 8 bytes, constinit, trivially
// destructible; a node is 16 bytes, a timed_node 24.
// Does not guarantee: throughput with more threads than processors, as the next owner has to run before anybody goes on; an unlock that
// never waits: a thread that has joined the queue and not yet linked its node keeps the one before it looking [U3]; anything if an owner or
// a waiter dies. One process only: the queue is made of addresses.
// Timed forms: a node cannot leave the queue by itself. Whoever gives up leaves it there, and has its old place again if it comes back
// before its turn came. Then an unlock passes over the node, and takes longer the more of them it finds; the next call begins at the end of
// the queue. So a node that may be left is a timed_node, which lasts until it is out of the queue: its end waits for that.
//
// The queue, the steps, the invariants and the memory orders: impl/mcs_mutex_protocol.h.
// Lifetime, of a node: from lock() until unlock() has returned, in the same thread; if that gave up, until it is out of the queue, and a
// timed_node's end waits for that. After U5 or U7 the unlocker has only the address of the other node, and its wake [U6] may come when that
// node is gone: it wakes nobody then or, in memory that has become another private futex of the process, is a spurious wake-up there, which
// every futex wait has to bear. Of the mutex: the last access of an unlock is U2, if it
// frees the mutex, or comes before the U5 that passes it on; so its last user may destroy it at once. A thread that left a node is no user
// any more, unless it comes back; but a node that ends or is withdrawn while it is in the queue does come back: withdraw nodes, or see
// that they are passed over, before the mutex goes.
// Source: J. M. Mellor-Crummey and M. L. Scott, "Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors" (1991), as
// models/published/mcs_lock.h, which spins. The parked state, which decides by one exchange whether a wake is owed, is ours. Giving up, the
// passing over and the return to the old place are in the manner of B. He, W. N. Scherer III and M. L. Scott, "Preemption Adaptivity in
// Time-Published Queue-Based Spin Locks" (2005), without their published times: a sleeper is not passed over for being slow.
#ifndef HOLDFAST_IMPL_MCS_MUTEX_H_
#define HOLDFAST_IMPL_MCS_MUTEX_H_

#include <chrono>
#include <mutex>
#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/mcs_mutex_protocol.h"
#include "impl/platform.h"

namespace holdfast {

// How many times a waiter looks at its node, pausing in between, before it sleeps.
inline constexpr unsigned mcs_default_spin = 100;

template <mcs_platform Platform, unsigned Spin = mcs_default_spin>
class basic_mcs_mutex : mcs_mutex_protocol<Platform, Spin> {
  using protocol = mcs_mutex_protocol<Platform, Spin>;
  using deadline = typename Platform::deadline;

 public:
  using node = typename protocol::node;
  class timed_node;
  class guard;
  class timed_guard;

  constexpr basic_mcs_mutex() noexcept = default;
  basic_mcs_mutex(const basic_mcs_mutex&) = delete;
  basic_mcs_mutex& operator=(const basic_mcs_mutex&) = delete;

  // Blocks until the calling thread owns the mutex. Acquire.
  // REQUIRES: the node is in no queue; the calling thread does not own the mutex (it would wait for itself for ever).
  void lock(node& mine) noexcept {
    if (node* const before = this->enqueue(mine)) this->await_grant(mine, *before);
  }

  // Takes the mutex if it is free; never blocks. True if the caller owns it now (acquire). False: nothing changed.
  // REQUIRES: the node is in no queue.
  [[nodiscard]] bool try_lock(node& mine) noexcept { return this->take(mine); }

  // The same with a node that may have been left in this mutex's queue. lock() takes its old place up again; try_lock() does not, and
  // returns false as long as the node is there. If an unlock is passing over the node, both wait for it, not for long.
  // REQUIRES: the node is in no other mutex's queue, which is not detected.
  void lock(timed_node& mine) noexcept { static_cast<void>(try_lock_until(mine, deadline::never())); }
  [[nodiscard]] bool try_lock(timed_node& mine) noexcept {
    if (mine.left_in_ != nullptr) {
      if (protocol::is_left(mine)) return false;
      protocol::await_gone(mine);
      mine.left_in_ = nullptr;
    }
    return this->take(mine);
  }

  // Blocks until the calling thread owns the mutex (true, acquire) or the deadline has passed (false, nothing is ordered).
  // A free mutex is taken even if the deadline has passed already. False leaves the node in the queue: see above. If an unlock is passing
  // over the node, the call waits for it, not for long.
  // REQUIRES: the node is in no other mutex's queue, which is not detected; the calling thread does not own the mutex.
  [[nodiscard]] bool try_lock_until(timed_node& mine, const deadline& until) noexcept {
    return !takes_place(mine) || await_turn_until(mine, until);
  }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock; the latter follows changes of the system's time.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(timed_node& mine, const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return !takes_place(mine) || await_turn_until(mine, deadline::at(until));
  }

  // The duration is measured on the steady clock. Zero or less: a look and a system call, and the node is left in the queue.
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(timed_node& mine, const std::chrono::duration<Rep, Period>& duration) noexcept {
    return !takes_place(mine) || await_turn_until(mine, deadline::after(duration));
  }

  // Passes the mutex on to the next in the queue that has not given up, and wakes it if it sleeps. Release.
  // REQUIRES: the calling thread took the mutex with this node.
  void unlock(node& mine) noexcept { this->release(mine); }

  // Whether another thread, or a node that was left, is in the queue behind the caller: a hint, for an owner that might hold the mutex
  // longer. REQUIRES: the calling thread took the mutex with this node.
  [[nodiscard]] bool has_waiters(const node& mine) const noexcept { return !this->is_last(mine); }

 private:
  // Whether there is a node before the caller's, which has its old place or the last one. Else the caller owns the mutex.
  bool takes_place(timed_node& mine) noexcept {
    if (mine.left_in_ != nullptr && protocol::comes_back(mine)) return true;
    mine.left_in_ = nullptr;
    node* const before = this->enqueue(mine);
    if (before != nullptr) protocol::link(mine, *before);
    return before != nullptr;
  }

  [[gnu::cold, gnu::noinline]] bool await_turn_until(timed_node& mine, const deadline& until) noexcept {
    const bool owns = protocol::await_turn(mine, until);
    mine.left_in_ = owns ? nullptr : this;
    return owns;
  }

  [[gnu::cold, gnu::noinline]] void let_pass(node& mine) noexcept {
    static_cast<void>(protocol::await_turn(mine, deadline::never()));
    unlock(mine);
  }
};

// A place that its thread may give up. It is left in the queue then, until an unlock finds it first in line and passes over it; so it
// should outlast the call, as a thread_local variable does. One thread's; of one mutex as long as it is in its queue.
template <mcs_platform Platform, unsigned Spin>
class basic_mcs_mutex<Platform, Spin>::timed_node : public node {
 public:
  constexpr timed_node() noexcept = default;
  ~timed_node() { withdraw(); }

  // If the node was left, waits for its turn, as long as the sections before it last, and lets it pass. So does the node's end.
  // REQUIRES: the thread has nothing locked that those before it may wait for.
  void withdraw() noexcept {
    if (left_in_ != nullptr && protocol::comes_back(*this)) left_in_->let_pass(*this);
    left_in_ = nullptr;
  }

  // Whether its thread gave up and it is still in the queue. For its thread to ask, as withdraw() is.
  [[nodiscard]] bool is_queued() const noexcept { return left_in_ != nullptr && !protocol::is_gone(*this); }

 private:
  friend basic_mcs_mutex;
  basic_mcs_mutex* left_in_ = nullptr;  // by its thread, the only one that looks; it may have been passed over since
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

// Owns the mutex from its construction to its end, if it got it in time, with a node that may be left.
template <mcs_platform Platform, unsigned Spin>
class basic_mcs_mutex<Platform, Spin>::timed_guard {
 public:
  // `limit` is a duration, as of try_lock_for(), or what try_lock_until() takes.
  template <class Limit>
  [[nodiscard]] timed_guard(basic_mcs_mutex& mutex, timed_node& mine, const Limit& limit) noexcept
      : mutex_(mutex), node_(mine), owns_(lock_until(limit)) {}
  ~timed_guard() {
    if (owns_) mutex_.unlock(node_);
  }
  timed_guard(const timed_guard&) = delete;
  timed_guard& operator=(const timed_guard&) = delete;

  [[nodiscard]] bool owns_lock() const noexcept { return owns_; }
  // As of the mutex. REQUIRES: owns_lock().
  [[nodiscard]] bool has_waiters() const noexcept { return mutex_.has_waiters(node_); }

 private:
  template <class Limit>
  bool lock_until(const Limit& limit) noexcept {
    if constexpr (requires { mutex_.try_lock_for(node_, limit); }) return mutex_.try_lock_for(node_, limit);
    else return mutex_.try_lock_until(node_, limit);
  }

  basic_mcs_mutex& mutex_;
  timed_node& node_;
  bool owns_;
};

using mcs_mutex = basic_mcs_mutex<linux_platform>;

static_assert(sizeof(mcs_mutex) == sizeof(void*) && sizeof(mcs_mutex::node) == 16);
static_assert(std::is_trivially_destructible_v<mcs_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_MCS_MUTEX_H_
