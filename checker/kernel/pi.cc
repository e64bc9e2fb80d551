#include <algorithm>
#include <cerrno>

#include "checker/kernel/machine.h"

namespace holdfast::checker::kernel {

const queued* machine::top_waiter(const futex_key& k) const {
  for (const queued& q : s_.asleep.queue()) {
    if (q.key == k) return &q;
  }
  return nullptr;
}

pi_state* machine::find_pi(const futex_key& k) {
  for (std::size_t i = 0; i < s_.pi_states.queue().size(); ++i) {
    if (s_.pi_states.at(i).key == k) return &s_.pi_states.at(i);
  }
  return nullptr;
}

// The word says who owns it, and so does the kernel's own record: they must agree, as far as dead owners can.
std::int32_t machine::attach_to_pi_state(std::uint32_t word, const futex_key& k, waits_for top) const {
  if (top != waits_for::pi) return -EINVAL;
  const pi_state& pi = *find_pi(k);
  const std::uint32_t tid = word & tid_mask;
  if ((word & owner_died_bit) != 0 && tid == 0) return 0;
  return tid == s_.threads[pi.owner].tid || on(toggle::pi_any_owner) ? 0 : -EINVAL;
}

std::int32_t machine::attach_to_owner(std::uint32_t word, const futex_key& k) {
  const std::uint32_t tid = word & tid_mask;
  const thread_id owner = thread_of(tid);
  if (owner == nobody) return env_.who_is(tid) == stranger::kernel_thread ? -EPERM : -ESRCH;
  // Whoever owns a private word is of the word's process.
  const bool foreign = k.kind == key_kind::process_private && process_of(owner) != k.owner;
  if (foreign && !on(toggle::pi_private_owner_anywhere)) return -EPERM;
  s_.pi_states.append({.key = k, .owner = owner});
  return 0;
}

// The word becomes the task's, or its pi_state is there for the task to wait with. The task need not be the caller (cmp_requeue_pi).
machine::attached machine::lock_pi_atomic(process_id process, address uaddr, const futex_key& k, thread_id task, bool set_waiters) {
  const auto word = env_.load(process, uaddr);
  if (!word) return {-EFAULT};
  const std::uint32_t tid = s_.threads[task].tid;
  if ((*word & tid_mask) == tid) return {-EDEADLK};
  if (const queued* top = top_waiter(k)) return {attach_to_pi_state(*word, k, top->what)};
  if (!writable(process, uaddr)) return {-EFAULT};
  if ((*word & tid_mask) == 0) {
    const std::uint32_t died = on(toggle::pi_drops_owner_died) ? 0 : *word & owner_died_bit;
    env_.compare_and_write(process, uaddr, *word, died | tid | (set_waiters ? waiters_bit : 0));
    if (set_waiters) s_.pi_states.append({.key = k, .owner = task});
    return {0, true};
  }
  env_.compare_and_write(process, uaddr, *word, *word | waiters_bit);
  const std::int32_t error = attach_to_owner(*word, k);
  if (error != 0 && on(toggle::pi_marks_lost_owner)) env_.compare_and_write(process, uaddr, *word | waiters_bit, *word);
  return {error};
}

// Whether the owner, or whom the owner waits for, and so on, is the task.
bool machine::would_deadlock(const futex_key& k, thread_id task) const {
  const pi_state* pi = find_pi(k);
  for (std::size_t length = 0; pi != nullptr && length <= most_threads; ++length) {
    if (pi->owner == task) return !on(toggle::pi_no_deadlock);
    const auto waiters = s_.pi_waiters.queue();
    const auto blocked = std::ranges::find(waiters, pi->owner, &pi_waiter::thread);
    pi = blocked == waiters.end() ? nullptr : find_pi(blocked->key);
  }
  return false;
}

void machine::drop_unused_pi_states() {
  for (std::size_t i = 0; i < s_.pi_states.queue().size();) {
    if (first_pi_waiter(s_, s_.pi_states.at(i).key) == nullptr) {
      s_.pi_states.take_at(i);
    } else {
      ++i;
    }
  }
}

std::int32_t machine::lock_pi(const call& c, bool only_try) {
  const key_or_error k = key(c, c.uaddr, true);
  if (k.error != 0) return -k.error;
  const attached a = lock_pi_atomic(process_of(c.thread), c.uaddr, k.key, c.thread, false);
  if (a.error != 0 || a.acquired) return a.error;
  // Possible only where user space wrote OWNER_DIED without a tid over the word: the kernel still knows that the caller is the owner.
  if (find_pi(k.key)->owner == c.thread && !on(toggle::pi_owner_deadlocks)) {
    if (!only_try) return 0;
    const process_id process = process_of(c.thread);
    const auto word = env_.load(process, c.uaddr);
    env_.compare_and_write(process, c.uaddr, *word, (*word & owner_died_bit) | waiters_bit | s_.threads[c.thread].tid);
    return -EAGAIN;
  }
  const bool deadlock = !only_try && would_deadlock(k.key, c.thread);
  if (deadlock) block_in_vain(k.key, c.thread);
  if (only_try || deadlock) {
    drop_unused_pi_states();
    return deadlock ? -EDEADLK : -EAGAIN;
  }
  enqueue(c.thread, k.key, waits_for::pi, match_any, 0);
  block_on(k.key, c.thread);
  return sleep(c);
}

// That the word is the caller's is looked at before the address is, and before the call has the lock. If a waiter has come since, and the
// word had a bit besides the tid, the call is refused.
std::int32_t machine::unlock_pi(const call& c) {
  const process_id process = process_of(c.thread);
  const auto word = env_.load(process, c.uaddr);
  if (!word) return -EFAULT;
  const std::uint32_t seen = c.seen != 0 ? c.seen : *word;
  if ((seen & tid_mask) != s_.threads[c.thread].tid) return -EPERM;
  const key_or_error k = key(c, c.uaddr, true);
  if (k.error != 0) return -k.error;
  const queued* const top = top_waiter(k.key);
  if (top != nullptr && (top->what != waits_for::pi || find_pi(k.key)->owner != c.thread)) return -EINVAL;
  if (!writable(process, c.uaddr)) return -EFAULT;
  if (top == nullptr) {
    if (*word != seen) return -EAGAIN;
    env_.compare_and_write(process, c.uaddr, *word, 0);
    return 0;
  }
  if (*word != seen && (*word & tid_mask) != seen) return -EINVAL;
  const thread_id next = first_pi_waiter(s_, k.key)->thread;
  const bool alone = std::ranges::count(s_.pi_waiters.queue(), k.key, &pi_waiter::key) == 1;
  const std::uint32_t kept = on(toggle::pi_keeps_owner_died) ? *word & owner_died_bit : 0;
  env_.compare_and_write(process, c.uaddr, *word, (alone && on(toggle::pi_drops_waiters) ? 0 : waiters_bit) | kept | s_.threads[next].tid);
  hand_over(k.key, next);
  woken(next, 0);
  return 0;
}

// Of a thread that has ended: the next of each word gets it, and writes into it that the owner died.
void machine::exit_pi_states(thread_id t) {
  for (bool again = true; again;) {
    again = false;
    for (const pi_state& pi : s_.pi_states.queue()) {
      if (pi.owner != t) continue;
      const futex_key k = pi.key;
      const thread_id next = first_pi_waiter(s_, k)->thread;
      const call& c = s_.threads[next].call;
      const address uaddr = c.op == opcode::wait_requeue_pi ? c.uaddr2 : c.uaddr;
      const auto word = env_.load(process_of(next), uaddr);
      const bool can_write = word && writable(process_of(next), uaddr);
      const std::uint32_t died = on(toggle::pi_dead_owner_unmarked) ? *word & owner_died_bit : owner_died_bit;
      if (can_write) env_.compare_and_write(process_of(next), uaddr, *word, waiters_bit | died | s_.threads[next].tid);
      hand_over(k, next);
      woken(next, can_write ? 0 : -EFAULT);
      again = true;
      break;
    }
  }
}

}  // namespace holdfast::checker::kernel
