// robust_rule: what the kernel does with one word on the robust list of a thread that has died.
//
// The rule is Linux 6.18's, read and measured; the switches are those of other kernels. It says nothing of the list itself: which words are
// on it, and in which order they come.
#ifndef HOLDFAST_CHECKER_KERNEL_ROBUST_RULE_H_
#define HOLDFAST_CHECKER_KERNEL_ROBUST_RULE_H_

#include <cstdint>

namespace holdfast::checker::kernel {

// The bits of a robust or priority-inheriting word that the kernel reads.
inline constexpr std::uint32_t waiters_bit = 0x80000000;
inline constexpr std::uint32_t owner_died_bit = 0x40000000;
inline constexpr std::uint32_t tid_mask = 0x3fffffff;

struct robust_rule {
  // The entry that the thread was locking or unlocking wakes if nobody owns it. Kernels before 5.5 do not.
  bool pending_free_wakes = true;
  // It also wakes if somebody else owns it and WAITERS is not set. Kernels later than 6.18 do.
  bool pending_foreign_wakes = false;
};

struct robust_action {
  bool marks = false;  // the word becomes `marked`, if it is still what it was
  std::uint32_t marked = 0;
  bool wakes = false;  // one waiter, of the shared futex
};

// `word` is what the word holds, `tid` who has died. `pending`: the entry is list_op_pending. `pi`: its low bit is set.
constexpr robust_action action_for(const robust_rule& rule, std::uint32_t word, std::uint32_t tid, bool pending, bool pi) {
  const std::uint32_t owner = word & tid_mask;
  const bool has_waiters = (word & waiters_bit) != 0;
  if (pending && !pi && owner == 0) return {false, 0, rule.pending_free_wakes};
  if (owner != tid) return {false, 0, pending && !pi && !has_waiters && rule.pending_foreign_wakes};
  return {true, (word & waiters_bit) | owner_died_bit, !pi && has_waiters};
}

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_ROBUST_RULE_H_
