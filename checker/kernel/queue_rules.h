// queue_rules: what the operations of a plain futex do with its queue where kernels differ. The queue of the engines (futex.h) and the whole
// kernel (step.h) take it from here, so that a toggle is the same in both.
#ifndef HOLDFAST_CHECKER_KERNEL_QUEUE_RULES_H_
#define HOLDFAST_CHECKER_KERNEL_QUEUE_RULES_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>

#include "checker/kernel/sleepers.h"
#include "checker/kernel/toggles.h"

namespace holdfast::checker::kernel {

// FUTEX_WAKE. As in Linux, zero or less wakes one.
constexpr int how_many_woken(int asked, toggles on) { return asked <= 0 && on[toggle::zero_wakes_nobody] ? 0 : std::max(asked, 1); }

// Negative: refused.
constexpr int how_many_moved(int asked, toggles on) {
  return asked < 0 && on[toggle::negative_requeue] ? std::numeric_limits<std::int32_t>::max() : asked;
}

constexpr bool meet(std::uint32_t bitset_of_wait, std::uint32_t bitset_of_wake, toggles on) {
  return (bitset_of_wait & bitset_of_wake) != 0 || on[toggle::bitset_ignored];
}

// Whether CMP_REQUEUE goes on.
constexpr bool compares_equal(std::uint64_t actual, std::uint64_t expected, toggles on) {
  return actual == expected || on[toggle::requeue_ignores_value];
}

// Whether private and shared operations on an anonymous word are on two futexes.
constexpr bool scopes_differ(toggles on) { return !on[toggle::private_meets_shared]; }

// Which of k a wake takes, in queue order.
template <class Pick>
auto order_of_waking(toggles on, Pick&& pick) {
  return [on, &pick](std::size_t k) { return on[toggle::last_come] ? k - 1 : pick(k); };
}

// Who is moved, after the waking.
struct moving {
  int how_many;
  bool to_itself;    // the two words are one
  bool same_bucket;  // as move_some has it
};

// REQUEUE and CMP_REQUEUE, compared already. The count is what the call returns.
template <class Sleepers, class Fits, class Pick, class Woken, class Move>
taken requeue_some(Sleepers& asleep, int how_many_wake, moving m, toggles on, Fits fits, Pick&& pick, Woken woken, Move move) {
  const taken woke = wake_some(asleep, how_many_wake, fits, order_of_waking(on, pick), woken);
  if (woke.refused) return woke;
  if (on[toggle::requeue_moves_behind] && m.to_itself && m.how_many > 0) {
    for (std::size_t i = 0; i < asleep.queue().size(); ++i) {
      if (fits(asleep.queue()[i]) != fit::taken) continue;
      asleep.append(asleep.take_at(i));
      return {woke.count + 1};
    }
  }
  taken moved = move_some(asleep, m.how_many, m.same_bucket, fits, move);
  if (!on[toggle::requeue_counts_moved]) moved.count += woke.count;
  return moved;
}

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_QUEUE_RULES_H_
