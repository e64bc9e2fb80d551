// What a request makes of the value that it reads.
#include <cerrno>

#include "checker/graph/explorer.h"
#include "checker/kernel/queue_rules.h"

namespace holdfast::checker::graph {
namespace {

std::uint64_t truncated(std::uint64_t value, unsigned bits) { return bits >= 64 ? value : value & ((std::uint64_t{1} << bits) - 1); }

std::uint64_t applied(const request& q, std::uint64_t read) {
  switch (q.update) {
    case update_kind::exchange: return q.operand;
    case update_kind::add: return read + q.operand;
    case update_kind::subtract: return read - q.operand;
    case update_kind::bit_and: return read & q.operand;
    case update_kind::bit_or: return read | q.operand;
    case update_kind::bit_xor: return read ^ q.operand;
  }
  return read;
}

}  // namespace

// Of a load, an update, a compare-exchange, the comparison of a wait or requeue, or what a wake_op finds in the word that it changes.
bool explorer::writes_after(const request& q, std::uint64_t read, bool fails) {
  if (q.what == action::update || q.what == action::wake_op) return true;
  return q.what == action::compare_exchange && seen_of(read, q.bits) == q.expected && !fails;
}

// What compares a word before it looks at its queue.
bool explorer::goes_on(const request& q, std::uint64_t compared) const {
  const auto on = q.what == action::requeue ? options_.on : kernel::toggles();
  return kernel::compares_equal(seen_of(compared, q.bits), q.expected, on);
}

order explorer::order_of(const request& q, std::uint64_t read, bool fails) {
  return q.what == action::compare_exchange && !writes_after(q, read, fails) ? q.failure : q.success;
}

// How a sleep ends, by the value of the decision; 0 would be a wake.
leaving explorer::decision(const request& q, std::uint64_t value) {
  for (const leaving l : {by_time_out, by_interruption, by_nothing, by_death}) {
    if ((q.leaving & l) != 0 && --value == 0) return l;
  }
  return by_nothing;
}

std::uint64_t explorer::status_of_leaving(leaving why) {
  switch (why) {
    case by_time_out: return static_cast<std::uint64_t>(wait_result::timed_out);
    case by_interruption: return static_cast<std::uint64_t>(wait_result::interrupted);
    case by_death: return died_asleep;
    default: return woke_for_nothing;
  }
}

std::uint64_t explorer::updated(const request& q, std::uint64_t read) const {
  const std::uint64_t seen = seen_of(read, q.bits);
  const std::uint64_t kept = read - seen;  // what the kernel knows of the word stays
  if (q.replaces && (!q.found || *q.found == seen)) return kept | q.replacement;
  if (q.what == action::wake_op) {
    const kernel::wake_op_argument argument(q.wake_op, !options_.on[kernel::toggle::wake_op_unsigned]);
    return kept | truncated(argument.applied(static_cast<std::uint32_t>(seen)), q.bits);
  }
  return kept | truncated(q.what == action::update ? applied(q, seen) : q.operand, q.bits);
}

reply explorer::reply_to(const request& q, std::uint64_t read, bool fails) {
  switch (q.what) {
    case action::compare_exchange: return {seen_of(read, q.bits), writes_after(q, read, fails) ? 1u : 0u};
    case action::wait:
    case action::enqueue: return {0, static_cast<std::uint64_t>(wait_result::changed)};
    case action::requeue: return {0, 0};
    case action::wait_requeue_pi:
    case action::requeue_pi: return reply_of_pi(-EAGAIN);
    default: return {seen_of(read, q.bits), 0};
  }
}

// Of what the kernel returned.
reply explorer::reply_of_pi(std::int32_t result) { return {0, result < 0 ? static_cast<std::uint64_t>(-result) : 0}; }

// An iteration that only writes back what it read can be left out of an execution: whoever read from it reads the same value from what it
// read, and less is ordered, so that what can happen with it can happen without.
effect explorer::effect_of(const request& q, std::uint64_t read, bool fails) const {
  switch (q.what) {
    case action::store: return options_.cut_pure && q.plain ? effect::wrote_data : effect::some;
    case action::load: return q.plain ? effect::read_data : effect::none;
    case action::update:
    case action::compare_exchange:
      if (!writes_after(q, read, fails)) return effect::none;
      return options_.cut_pure && updated(q, read) == read ? effect::wrote_back : effect::some;
    case action::wait:
    case action::enqueue:
    case action::requeue: return goes_on(q, read) ? effect::some : effect::none;
    case action::fence: return effect::none;
    case action::choose: return q.of_death && read == 0 ? effect::none : effect::some;
    default: return effect::some;
  }
}

// Whether the thread may read the value: it gets anywhere with it, and would not only come back to where it was.
//
// Where sequentially consistent operations are about, this does not do: that a thread has read the last value that satisfied it may rule
// out what others do until there is another. There, a read of an unsatisfying value is an event, which blocks its thread (blocks_).
bool explorer::is_satisfying(unsigned thread, node_id n, phase part, std::uint64_t read, bool fails) {
  if (part == phase::leave_read) {
    const request& q = tree_.at(n).next;
    return q.what == action::dequeue ? kernel_.has(read, thread, q.entry) : sleeps(q, read, thread);
  }
  return blocks_ || !is_stuck_after(thread, n, part, read, fails);
}

}  // namespace holdfast::checker::graph
