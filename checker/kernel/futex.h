// futex: the kernel's futex queue as a pure value.
//
// step(state, operation, pick) changes the state and says what the operation returned and whom it woke. It depends on no engine: the value
// of the word that a wait or requeue compares comes in with the operation, and which of several waiters is taken is asked of pick(k), a
// number below k, counted in queue order (0 is the first come). Operations here: wait with and without a time-out, leave (time-out, signal,
// spurious wake-up), wake, both with a bitset, requeue, wake_op.
//
// What it says of the kernel: comparing and queueing are one step; a wake takes waiters off the queue in that step, so a waiter that was
// woken is never reported as timed out or interrupted; a waiter that was moved waits on the other word from then on; nothing here orders
// memory. Not here: priorities, priority inheritance, keys (a word is named by a number), death, that words share buckets. Those
// are in step.h, which is made of the same queue (sleepers.h).
#ifndef HOLDFAST_CHECKER_KERNEL_FUTEX_H_
#define HOLDFAST_CHECKER_KERNEL_FUTEX_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>

#include "checker/kernel/queue_rules.h"
#include "checker/kernel/sleepers.h"
#include "checker/kernel/toggles.h"
#include "checker/kernel/wake_op.h"

namespace holdfast::checker::kernel {

using thread_id = std::uint8_t;
using word_id = std::uint8_t;

// As many threads as one state can hold asleep. A scenario with more is refused by its engine.
inline constexpr std::size_t most_sleepers = 8;

// A wake takes the waiters whose bitset shares a bit with its own.
inline constexpr std::uint32_t match_any = 0xffffffff;

struct waiter {
  thread_id thread;
  word_id on;
  std::uint8_t entry = 0;  // of a futex_waitv, which has a waiter for each word
  std::uint32_t bitset = match_any;
  friend bool operator==(const waiter&, const waiter&) = default;
  friend constexpr bool precedes(const waiter&, const waiter&) { return false; }
};

// Everybody who sleeps, in the order in which they came to the word that they sleep on.
class futex_state : public sleepers<waiter, most_sleepers> {
 public:
  std::size_t asleep_on(word_id word) const { return static_cast<std::size_t>(std::ranges::count(queue(), word, &waiter::on)); }
  bool sleeps(thread_id thread) const { return std::ranges::find(queue(), thread, &waiter::thread) != queue().end(); }
  bool has(thread_id thread, std::uint8_t entry) const { return find(thread, entry) != queue().end(); }
  std::size_t entries_of(thread_id thread) const { return static_cast<std::size_t>(std::ranges::count(queue(), thread, &waiter::thread)); }

  // REQUIRES: it is there.
  void remove(thread_id thread, std::uint8_t entry = 0) { take_at(static_cast<std::size_t>(find(thread, entry) - queue().begin())); }

 private:
  std::span<const waiter>::iterator find(thread_id thread, std::uint8_t entry) const {
    return std::ranges::find_if(queue(), [=](const waiter& w) { return w.thread == thread && w.entry == entry; });
  }
};

// FUTEX_WAIT: sleep if the word still has the expected value. REQUIRES: the thread does not sleep.
struct wait {
  thread_id thread;
  word_id on;
  std::uint32_t actual;  // the word's value at the step
  std::uint32_t expected;
  std::uint32_t bitset = match_any;  // FUTEX_WAIT_BITSET
  std::uint8_t entry = 0;            // futex_waitv, which queues for one word after the other
};

// A sleeper gives up: its time-out fired, a signal came, or it woke for no reason.
enum class leave_reason : std::uint8_t { timed_out, interrupted, spurious };
struct leave {
  thread_id thread;
  leave_reason reason;
};

// FUTEX_WAKE.
struct wake {
  word_id on;
  int how_many;
  std::uint32_t bitset = match_any;  // FUTEX_WAKE_BITSET
};

// FUTEX_CMP_REQUEUE from one word to another: wakes how_many_wake, moves how_many_move.
struct requeue {
  word_id from;
  word_id to;
  std::uint32_t actual;
  std::uint32_t expected;
  int how_many_wake;
  int how_many_move;
};

// FUTEX_WAKE_OP, after the change of the second word. REQUIRES: the argument has an operation and a comparison.
struct wake_op {
  word_id first;
  word_id second;
  int how_many;
  int how_many_second;
  std::uint32_t old;  // of the second word
  std::uint32_t encoded;
};

using operation = std::variant<wait, leave, wake, requeue, wake_op>;

enum class code : std::uint8_t {
  ok,           // wake, requeue, wake_op: `count` waiters were woken or moved; leave: the thread had been woken before, and returns 0
  sleeps,       // wait: the thread is asleep now
  again,        // EAGAIN: the word did not have the expected value
  timed_out,    // ETIMEDOUT
  interrupted,  // EINTR
  spurious,     // the thread left the queue and returns 0
  invalid,      // EINVAL: a negative number of waiters, a bitset without bits
};

struct outcome {
  code result = code::ok;
  int count = 0;
  std::array<thread_id, most_sleepers> woken{};  // the first woken_count, in the order in which they were woken
  std::size_t woken_count = 0;

  std::span<const thread_id> woken_threads() const { return {woken.data(), woken_count}; }
};

namespace detail {

inline outcome perform(futex_state& s, const wait& op) {
  if (op.bitset == 0) return {code::invalid};
  if (op.actual != op.expected) return {code::again};
  s.append({op.thread, op.on, op.entry, op.bitset});
  return {code::sleeps};
}

inline outcome perform(futex_state& s, const leave& op) {
  if (!s.sleeps(op.thread)) return {code::ok};
  s.remove(op.thread);
  switch (op.reason) {
    case leave_reason::timed_out: return {code::timed_out};
    case leave_reason::interrupted: return {code::interrupted};
    case leave_reason::spurious: break;
  }
  return {code::spurious};
}

inline auto sleeps_on(word_id word, std::uint32_t bitset, toggles on) {
  return [=](const waiter& w) { return w.on == word && meet(w.bitset, bitset, on) ? fit::taken : fit::passed_over; };
}

inline auto recorded_in(outcome& out, futex_state& s, toggles on) {
  return [&out, &s, on](const waiter& w) {
    out.woken[out.woken_count++] = w.thread;
    for (std::uint8_t entry = 0; on[toggle::waitv_counts_once] && s.sleeps(w.thread); ++entry) {
      if (s.has(w.thread, entry)) s.remove(w.thread, entry);
    }
  };
}

template <class Pick>
outcome perform(futex_state& s, const wake& op, Pick&& pick, toggles on) {
  if (op.bitset == 0) return {code::invalid};
  outcome out;
  const auto fits = sleeps_on(op.on, op.bitset, on);
  out.count = wake_some(s, how_many_woken(op.how_many, on), fits, order_of_waking(on, pick), recorded_in(out, s, on)).count;
  return out;
}

template <class Pick>
outcome perform(futex_state& s, const wake_op& op, Pick&& pick, toggles on) {
  outcome out;
  const auto take = [&](word_id word, int how_many) {
    const auto fits = sleeps_on(word, match_any, on);
    out.count += wake_some(s, std::max(how_many, 1), fits, order_of_waking(on, pick), recorded_in(out, s, on)).count;
  };
  take(op.first, op.how_many);
  const wake_op_argument argument(op.encoded, !on[toggle::wake_op_unsigned]);
  if (argument.wakes_second(op.old) || on[toggle::wake_op_second_always]) take(op.second, op.how_many_second);
  return out;
}

template <class Pick>
outcome perform(futex_state& s, const requeue& op, Pick&& pick, toggles on) {
  const moving m{how_many_moved(op.how_many_move, on), op.from == op.to, op.from == op.to};
  if (op.how_many_wake < 0 || m.how_many < 0) return {code::invalid};
  if (!compares_equal(op.actual, op.expected, on)) return {code::again};
  outcome out;
  const auto fits = sleeps_on(op.from, match_any, on);
  out.count = requeue_some(s, op.how_many_wake, m, on, fits, pick, recorded_in(out, s, on), [&op](waiter& w) { w.on = op.to; }).count;
  return out;
}

}  // namespace detail

// Performs the operation on the state. pick(k) with k of 2 or more is asked which waiter a wake takes; it is never asked otherwise.
// `on`: as another kernel does it. That a wait compares in a step of its own (compare_outside_lock) is for the caller to do.
template <class Pick>
outcome step(futex_state& state, const operation& op, Pick&& pick, toggles on = {}) {
  if (const auto* w = std::get_if<wait>(&op)) return detail::perform(state, *w);
  if (const auto* l = std::get_if<leave>(&op)) return detail::perform(state, *l);
  if (const auto* w = std::get_if<wake>(&op)) return detail::perform(state, *w, pick, on);
  if (const auto* w = std::get_if<wake_op>(&op)) return detail::perform(state, *w, pick, on);
  return detail::perform(state, *std::get_if<requeue>(&op), pick, on);
}

// As the kernel does it between waiters of equal priority: first come, first woken.
inline constexpr auto first_come = [](std::size_t) { return std::size_t{0}; };

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_FUTEX_H_
