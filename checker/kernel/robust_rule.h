// robust_rule: what the kernel does with one word on the robust list of a thread that has died.
//
// The rule is Linux 6.18's, read and measured, or with a toggle that of another kernel. It says nothing of the list itself: which words are
// on it, and in which order they come.
#ifndef HOLDFAST_CHECKER_KERNEL_ROBUST_RULE_H_
#define HOLDFAST_CHECKER_KERNEL_ROBUST_RULE_H_

#include <cstdint>

#include "checker/kernel/toggles.h"

namespace holdfast::checker::kernel {

// The bits of a robust or priority-inheriting word that the kernel reads.
inline constexpr std::uint32_t waiters_bit = 0x80000000;
inline constexpr std::uint32_t owner_died_bit = 0x40000000;
inline constexpr std::uint32_t tid_mask = 0x3fffffff;

struct robust_action {
  bool marks = false;  // the word becomes `marked`, if it is still what it was
  std::uint32_t marked = 0;
  bool wakes = false;  // one waiter, of the shared futex
};

// `word` is what the word holds, `tid` who has died. `pending`: the entry is list_op_pending. `pi`: its low bit is set.
constexpr robust_action action_for(toggles on, std::uint32_t word, std::uint32_t tid, bool pending, bool pi) {
  const std::uint32_t owner = word & tid_mask;
  const bool has_waiters = (word & waiters_bit) != 0;
  if (pending && !pi && owner == 0) return {false, 0, !on[toggle::pending_free_unwoken]};
  const bool takes = owner == tid || (owner != 0 && on[toggle::robust_takes_foreign]);
  if (!takes) return {false, 0, pending && !pi && !has_waiters && on[toggle::pending_foreign_woken]};
  const std::uint32_t kept = on[toggle::robust_clears_waiters] ? 0 : word & waiters_bit;
  const bool announced = has_waiters || on[toggle::robust_wakes_unmarked];
  return {true, kept | owner_died_bit, announced && (!pi || on[toggle::robust_wakes_pi_entry])};
}

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_ROBUST_RULE_H_
