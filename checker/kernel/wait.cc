#include <algorithm>
#include <cassert>
#include <cerrno>

#include "checker/kernel/machine.h"

namespace holdfast::checker::kernel {

std::int32_t machine::wait(const call& c) {
  const std::uint32_t bitset = c.op == opcode::wait ? match_any : c.val3;
  if (bitset == 0) return -EINVAL;
  const key_or_error k = key(c, c.uaddr, false);
  if (k.error != 0) return -k.error;
  if (on(toggle::deadline_first) && deadline_of(c) == deadline::past) return -ETIMEDOUT;
  const auto word = env_.load(process_of(c.thread), c.uaddr);
  if (!word) return -EFAULT;
  if (*word != c.val) return -EAGAIN;
  if (on(toggle::compare_outside_lock)) {
    s_.threads[c.thread].phase = phase::queueing;
    s_.threads[c.thread].call = c;
    return asleep;
  }
  enqueue(c.thread, k.key, waits_for::wake, bitset, 0);
  return sleep(c);
}

// The entries queue one after the other, and the words are compared as they do.
std::int32_t machine::wait_multiple(const call& c) {
  std::array<futex_key, most_entries> keys;
  for (std::size_t i = 0; i < std::min<std::size_t>(c.nr_futexes, most_entries); ++i) {
    const key_or_error k = key(process_of(c.thread), c.entries[i].uaddr, c.entries[i].is_private, false);
    if (k.error != 0) return -k.error;
    keys[i] = k.key;
  }
  for (std::size_t i = 0; i < c.nr_futexes; ++i) {
    const waitv_entry& e = c.entries[i % most_entries];
    const auto word = env_.load(process_of(c.thread), e.uaddr);
    if (!word || *word != e.val) {
      leave_queue(c.thread);
      return word ? -EAGAIN : -EFAULT;
    }
    enqueue(c.thread, keys[i % most_entries], waits_for::wake, match_any, static_cast<std::uint8_t>(i));
  }
  return sleep(c);
}

std::int32_t machine::sleep(const call& c) {
  deadline until = deadline_of(c);
  if (on(toggle::lock_pi_monotonic) && c.op == opcode::lock_pi && c.counted_in == clock::monotonic) until = c.until;
  if (until == deadline::past || s_.threads[c.thread].expired) {
    leave_queue(c.thread);
    return -ETIMEDOUT;
  }
  s_.threads[c.thread].phase = phase::sleeping;
  s_.threads[c.thread].call = c;
  return asleep;
}

void machine::enqueue(thread_id t, const futex_key& k, waits_for what, std::uint32_t bitset, std::uint8_t entry) {
  const std::uint8_t priority = on(toggle::any_priority) ? normal_priority : s_.threads[t].priority;
  assert(!s_.asleep.is_full());
  s_.asleep.append({k, bitset, t, priority, entry, what});
}

void machine::leave_queue(thread_id t) {
  for (std::size_t i = 0; i < s_.asleep.queue().size();) {
    if (s_.asleep.queue()[i].thread == t) {
      s_.asleep.take_at(i);
    } else {
      ++i;
    }
  }
  stop_waiting(t);
}

}  // namespace holdfast::checker::kernel
