#include <algorithm>
#include <cerrno>
#include <limits>

#include "checker/kernel/machine.h"

namespace holdfast::checker::kernel {

std::int32_t machine::wait_requeue_pi(const call& c) {
  if (c.uaddr == c.uaddr2) return -EINVAL;
  const key_or_error target = key(c, c.uaddr2, true);
  if (target.error != 0) return -target.error;
  const key_or_error source = key(c, c.uaddr, false);
  if (source.error != 0) return -source.error;
  const auto word = env_.load(process_of(c.thread), c.uaddr);
  if (!word) return -EFAULT;
  if (*word != c.val) return -EAGAIN;
  if (source.key == target.key) return -EINVAL;
  s_.threads[c.thread].target = target.key;
  enqueue(c.thread, source.key, waits_for::requeue_pi, match_any, 0);
  return sleep(c);
}

// The first waiter gets the word if it is free; the others, or all, come to wait for it as if they had called LOCK_PI.
std::int32_t machine::cmp_requeue_pi(const call& c) {
  const auto nr_wake = static_cast<std::int32_t>(c.val);
  std::int32_t nr_requeue = c.val2;
  if (nr_requeue < 0 && on(toggle::negative_requeue)) nr_requeue = std::numeric_limits<std::int32_t>::max() - 1;
  if (nr_wake < 0 || nr_requeue < 0) return -EINVAL;
  if (c.uaddr == c.uaddr2 && !on(toggle::requeue_pi_to_itself)) return -EINVAL;
  if (nr_wake != 1 && !on(toggle::requeue_pi_any_count)) return -EINVAL;
  const key_or_error source = key(c, c.uaddr, false);
  if (source.error != 0) return -source.error;
  const key_or_error target = key(c, c.uaddr2, true);
  if (target.error != 0) return -target.error;
  if (source.key == target.key) {
    if (!on(toggle::requeue_pi_to_itself)) return -EINVAL;
    return static_cast<std::int32_t>(std::ranges::count(s_.asleep.queue(), source.key, &queued::key));
  }
  const process_id process = process_of(c.thread);
  const auto word = env_.load(process, c.uaddr);
  if (!word) return -EFAULT;
  if (*word != c.val3) return -EAGAIN;
  // The word is looked at for the first waiter's sake even if there is none.
  if (!env_.load(process, c.uaddr2)) return -EFAULT;
  const queued* const top = top_waiter(source.key);
  if (top == nullptr) return 0;
  const auto belongs = [&](const queued& q) {
    return q.what == waits_for::requeue_pi && (s_.threads[q.thread].target == target.key || on(toggle::requeue_pi_anywhere));
  };
  if (!belongs(*top)) return -EINVAL;
  const thread_id first = top->thread;
  const bool set_waiters = nr_requeue > 0 && !on(toggle::requeue_pi_unmarked);
  const attached a = lock_pi_atomic(process, c.uaddr2, target.key, first, set_waiters);
  if (a.error != 0) return a.error;
  if (a.acquired) {
    leave_queue(first);
    woken(first, 0);
    if (nr_requeue > 0 && !set_waiters) s_.pi_states.append({.key = target.key, .owner = first});
  }
  std::int32_t error = 0;
  const auto fits = [&](const queued& q) {
    if (q.key != source.key) return fit::passed_over;
    if (!belongs(q)) {
      error = -EINVAL;
    } else if (would_deadlock(target.key, q.thread)) {
      error = -EDEADLK;
      if (find_pi(target.key)->owner != q.thread) block_in_vain(target.key, q.thread);
    }
    return error == 0 ? fit::taken : fit::refused;
  };
  const bool one_more = !a.acquired && !on(toggle::requeue_pi_signals_none);
  const int how_many = static_cast<int>(std::min<std::int64_t>(std::int64_t{nr_requeue} + (one_more ? 1 : 0), most_queued));
  const taken moved = move_some(s_.asleep, how_many, env_.same_bucket(source.key, target.key), fits, [&](queued& q) {
    q.key = target.key;
    q.what = waits_for::pi;
    block_on(target.key, q.thread);
  });
  drop_unused_pi_states();
  return error != 0 ? error : moved.count + (a.acquired ? 1 : 0);
}

}  // namespace holdfast::checker::kernel
