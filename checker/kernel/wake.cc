#include <algorithm>
#include <cerrno>

#include "checker/kernel/machine.h"
#include "checker/kernel/queue_rules.h"
#include "checker/kernel/wake_op.h"

namespace holdfast::checker::kernel {

void machine::woken_by(const queued& q) {
  thread_state& t = s_.threads[q.thread];
  if (t.call.op != opcode::futex_waitv) {
    woken(q.thread, 0);
    return;
  }
  if (t.phase == phase::woken) {
    t.result = on(toggle::waitv_smallest) ? std::min<std::int32_t>(t.result, q.entry) : std::max<std::int32_t>(t.result, q.entry);
    return;
  }
  t.phase = phase::woken;
  t.result = q.entry;
  answer_.others[answer_.others_count++] = {q.thread, t.result};
  if (on(toggle::waitv_counts_once)) leave_queue(q.thread);
}

taken machine::wake_key(const futex_key& k, std::uint32_t bitset, int how_many) {
  const auto fits = [&](const queued& q) {
    if (q.key != k) return fit::passed_over;
    if (q.what != waits_for::wake) return on(toggle::pi_wake_allowed) && q.what == waits_for::pi ? fit::taken : fit::refused;
    return meet(q.bitset, bitset, env_.on) ? fit::taken : fit::passed_over;
  };
  const auto pick = [&](std::size_t candidates) { return env_.pick(candidates); };
  return wake_some(s_.asleep, how_many, fits, order_of_waking(env_.on, pick), [&](const queued& q) { woken_by(q); });
}

std::int32_t machine::wake(const call& c) {
  const std::uint32_t bitset = c.op == opcode::wake ? match_any : c.val3;
  if (bitset == 0) return -EINVAL;
  const key_or_error k = key(c, c.uaddr, false);
  if (k.error != 0) return -k.error;
  if (on(toggle::private_must_be_mapped) && !env_.load(process_of(c.thread), c.uaddr)) return -EFAULT;
  const auto how_many = static_cast<std::int32_t>(c.val);
  if (how_many == 0 && c.op == opcode::futex_wake && !on(toggle::futex2_zero_wakes_one)) return 0;
  const taken woke = wake_key(k.key, bitset, how_many_woken(how_many, env_.on));
  return woke.refused ? -EINVAL : woke.count;
}

std::int32_t machine::requeue(const call& c, bool compares) {
  const bool futex2 = c.op == opcode::futex_requeue;
  const address from = futex2 ? c.entries[0].uaddr : c.uaddr;
  const address to = futex2 ? c.entries[1].uaddr : c.uaddr2;
  const std::uint32_t expected = futex2 ? c.entries[0].val : c.val3;
  const auto nr_wake = static_cast<std::int32_t>(c.val);
  const std::int32_t nr_requeue = how_many_moved(c.val2, env_.on);
  if (nr_wake < 0 || nr_requeue < 0) return -EINVAL;
  const process_id process = process_of(c.thread);
  const key_or_error source = key(process, from, futex2 ? c.entries[0].is_private : c.is_private, false);
  if (source.error != 0) return -source.error;
  const key_or_error target = key(process, to, futex2 ? c.entries[1].is_private : c.is_private, false);
  if (target.error != 0) return -target.error;
  if (compares) {
    const auto word = env_.load(process, from);
    if (!word) return -EFAULT;
    if (!compares_equal(*word, expected, env_.on)) return -EAGAIN;
  }
  const auto fits = [&](const queued& q) {
    if (q.key != source.key) return fit::passed_over;
    return q.what == waits_for::wake ? fit::taken : fit::refused;
  };
  const auto pick = [&](std::size_t candidates) { return env_.pick(candidates); };
  const bool to_itself = source.key == target.key;
  const moving m{nr_requeue, to_itself, to_itself || env_.same_bucket(source.key, target.key)};
  const auto woken = [&](const queued& q) { woken_by(q); };
  const taken t = requeue_some(s_.asleep, nr_wake, m, env_.on, fits, pick, woken, [&](queued& q) { q.key = target.key; });
  return t.refused ? -EINVAL : t.count;
}

std::int32_t machine::wake_op(const call& c) {
  const key_or_error first = key(c, c.uaddr, false);
  if (first.error != 0) return -first.error;
  const key_or_error second = key(c, c.uaddr2, true);
  if (second.error != 0) return -second.error;
  const wake_op_argument operation(c.val3, !on(toggle::wake_op_unsigned));
  if (!operation.has_operation()) return -ENOSYS;
  if (!operation.has_comparison() && on(toggle::wake_op_checks_first)) return -ENOSYS;
  const process_id process = process_of(c.thread);
  if (!writable(process, c.uaddr2)) return -EFAULT;
  const std::uint32_t old = *env_.load(process, c.uaddr2);
  env_.compare_and_write(process, c.uaddr2, old, operation.applied(old));
  if (!operation.has_comparison()) return -ENOSYS;
  const taken woke = wake_key(first.key, match_any, std::max(static_cast<std::int32_t>(c.val), 1));
  if (woke.refused) return -EINVAL;
  if (!operation.wakes_second(old) && !on(toggle::wake_op_second_always)) return woke.count;
  const taken also = wake_key(second.key, match_any, std::max(c.val2, 1));
  return also.refused ? -EINVAL : woke.count + also.count;
}

}  // namespace holdfast::checker::kernel
