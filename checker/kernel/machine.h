// machine: one step in the making. Private to this folder: step.h is the interface.
#ifndef HOLDFAST_CHECKER_KERNEL_MACHINE_H_
#define HOLDFAST_CHECKER_KERNEL_MACHINE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "checker/kernel/call.h"
#include "checker/kernel/environment.h"
#include "checker/kernel/state.h"

namespace holdfast::checker::kernel {

// The functions that perform a call return what the call returns: zero or more, an errno, negative, or `asleep`.
class machine {
 public:
  machine(state& s, environment& env) : s_(s), env_(env) {}

  std::int32_t perform(const call& c);  // calls.cc: the arguments that are checked before anything is looked at
  void happen(const event& e);          // events.cc
  answer finish(std::int32_t result);

 private:
  // calls.cc
  std::int32_t perform_futex2(const call& c);
  std::int32_t set_robust_list(const call& c);
  std::int32_t get_robust_list(const call& c);
  thread_id thread_of(std::uint32_t tid) const;  // nobody, if none that lives has it
  bool on(toggle t) const { return env_.on[t]; }

  // wait.cc
  std::int32_t wait(const call& c);
  std::int32_t wait_multiple(const call& c);
  std::int32_t sleep(const call& c);  // queued already: asleep, unless the deadline has passed
  void enqueue(thread_id t, const futex_key& key, waits_for what, std::uint32_t bitset, std::uint8_t entry);
  void leave_queue(thread_id t);

  // wake.cc
  std::int32_t wake(const call& c);
  std::int32_t requeue(const call& c, bool compares);
  std::int32_t wake_op(const call& c);
  taken wake_key(const futex_key& key, std::uint32_t bitset, int how_many);

  // pi.cc
  struct attached {
    std::int32_t error = 0;
    bool acquired = false;
  };
  std::int32_t lock_pi(const call& c, bool only_try);
  std::int32_t unlock_pi(const call& c);
  attached lock_pi_atomic(process_id process, address uaddr, const futex_key& key, thread_id task, bool set_waiters);
  std::int32_t attach_to_pi_state(std::uint32_t word, const futex_key& key, waits_for top) const;
  std::int32_t attach_to_owner(std::uint32_t word, const futex_key& key);
  bool would_deadlock(const futex_key& key, thread_id task) const;
  void exit_pi_states(thread_id t);
  void drop_unused_pi_states();
  pi_state* find_pi(const futex_key& key);
  const pi_state* find_pi(const futex_key& key) const { return const_cast<machine*>(this)->find_pi(key); }

  // inheritance.cc
  void enroll(const futex_key& key, bool refresh);
  void adjust(thread_id t);
  void set_effective(thread_id t);
  void follow(thread_id t);
  bool inherits_from(thread_id owner, thread_id waiter) const;
  std::uint8_t waiting_priority(thread_id t) const;
  void block_on(const futex_key& key, thread_id task);
  void block_in_vain(const futex_key& key, thread_id task);
  void stop_waiting(thread_id t);
  void hand_over(const futex_key& key, thread_id to);

  // requeue_pi.cc
  std::int32_t wait_requeue_pi(const call& c);
  std::int32_t cmp_requeue_pi(const call& c);

  // robust.cc
  void exit_walk(thread_id t);
  bool mark_dead_owner(thread_id t, const robust_entry& e, bool is_pending);  // false: the walk ends
  void robust_wake(thread_id t, address word);

  // events.cc
  void interrupt(thread_id t, bool handled, bool restart);
  std::int32_t begin_again(thread_id t);
  void stop(process_id p);
  void resume(process_id p);
  void die(thread_id t);
  void kill(process_id p);
  void exec(thread_id caller, std::uint32_t tid);

  key_or_error key(process_id process, address a, bool is_private, bool for_write) const;
  key_or_error key(const call& c, address a, bool for_write) const { return key(process_of(c.thread), a, c.is_private, for_write); }
  process_id process_of(thread_id t) const { return s_.threads[t].process; }
  const queued* top_waiter(const futex_key& key) const;
  bool writable(process_id process, address a) const;

  // A sleeper's call returns. The sleeper is in no queue.
  void woken(thread_id t, std::int32_t result);
  void run_again(thread_id t);
  // One of a sleeper's waiters was taken off the queue by a wake.
  void woken_by(const queued& q);

  state& s_;
  environment& env_;
  answer answer_;
  thread_id deadlocked_ = nobody;  // whose wait would close a cycle
};

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_MACHINE_H_
