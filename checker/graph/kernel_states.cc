#include "checker/graph/kernel_states.h"

#include <algorithm>
#include <stdexcept>

#include "checker/kernel/queue_rules.h"

namespace holdfast::checker::graph {

std::size_t kernel_states::asleep_on(std::uint64_t number, location_id word) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(at(number).queue(), [&](const kernel::waiter& w) { return keys_[w.on].first == word; }));
}

kernel_states::change kernel_states::sleep(std::uint64_t state, const request& q, unsigned thread) {
  if (is_full(state)) throw std::length_error("more than 8 waiters are asleep");
  kernel::futex_state s = at(state);
  const kernel::wait op{static_cast<kernel::thread_id>(thread),
                        key_of(q.location, q.shared),
                        static_cast<std::uint32_t>(q.expected),
                        static_cast<std::uint32_t>(q.expected),
                        q.bitset,
                        q.entry};
  const kernel::outcome o = kernel::step(s, op, kernel::first_come);
  return {number_of(s), o, 0};
}

kernel_states::change kernel_states::leave(std::uint64_t state, unsigned thread, kernel::leave_reason reason) {
  kernel::futex_state s = at(state);
  const kernel::outcome o = kernel::step(s, kernel::leave{static_cast<kernel::thread_id>(thread), reason}, kernel::first_come);
  return {number_of(s), o, 0};
}

std::uint64_t kernel_states::without(std::uint64_t state, unsigned thread, std::uint8_t entry) {
  kernel::futex_state s = at(state);
  s.remove(static_cast<kernel::thread_id>(thread), entry);
  return number_of(s);
}

kernel_states::change kernel_states::take(std::uint64_t state, const request& q, std::uint32_t old, std::span<const std::size_t> picks) {
  if (q.wakes_nobody) return {state, {}, 0};
  kernel::futex_state s = at(state);
  std::size_t asked = 0;
  std::size_t open = 0;
  const auto pick = [&](std::size_t alternatives) -> std::size_t {
    if (!q.any_waiter) return 0;
    if (asked < picks.size()) return picks[asked++];
    if (open == 0) open = alternatives;
    return 0;
  };
  kernel::operation op = kernel::wake{key_of(q.location, q.shared), q.how_many_wake, q.bitset};
  if (q.what == action::requeue) {
    const auto word = static_cast<std::uint32_t>(q.expected);  // it has been compared
    op = kernel::requeue{key_of(q.location, q.shared), key_of(q.to, q.shared), word, word, q.how_many_wake, q.how_many_move};
  }
  if (q.what == action::wake_op) {
    op = kernel::wake_op{key_of(q.to, q.shared), key_of(q.location, q.shared), q.how_many_wake, q.how_many_move, old, q.wake_op};
  }
  const kernel::outcome o = kernel::step(s, op, pick, on_);
  return {number_of(s), o, open};
}

std::uint64_t kernel_states::number_of(const kernel::futex_state& s) {
  std::vector<std::tuple<kernel::thread_id, kernel::word_id, std::uint32_t, std::uint8_t>> key;
  for (const kernel::waiter& w : s.queue()) key.emplace_back(w.thread, w.on, w.bitset, w.entry);
  const auto [place, is_new] = numbers_.try_emplace(std::move(key), states_.size());
  if (is_new) states_.push_back(s);
  return place->second;
}

kernel::word_id kernel_states::key_of(location_id word, bool shared) {
  const std::pair<location_id, bool> key(word, shared && kernel::scopes_differ(on_));
  const auto number = static_cast<kernel::word_id>(std::ranges::find(keys_, key) - keys_.begin());
  if (number == keys_.size()) keys_.push_back(key);
  return number;
}

}  // namespace holdfast::checker::graph
