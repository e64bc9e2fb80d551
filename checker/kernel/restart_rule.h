// restart_rule: whether a call that a signal interrupts begins again, unseen, or returns.
//
// The rule is Linux 6.18's, measured, or with a toggle that of another kernel. A signal that no handler takes (SIGSTOP and SIGCONT among
// them) lets every call begin again.
#ifndef HOLDFAST_CHECKER_KERNEL_RESTART_RULE_H_
#define HOLDFAST_CHECKER_KERNEL_RESTART_RULE_H_

#include <cstdint>

#include "checker/kernel/call.h"
#include "checker/kernel/toggles.h"

namespace holdfast::checker::kernel {

//   always          the handler runs, and the call begins again
//   unless_handled  it returns when a handler has run
//   if_asked        it begins again if the handler was installed with SA_RESTART
enum class restarts : std::uint8_t { always, unless_handled, if_asked };

// `timed`: the call has a deadline.
constexpr restarts restart_rule(opcode op, bool timed, toggles on) {
  switch (op) {
    case opcode::lock_pi:
    case opcode::lock_pi2: return on[toggle::lock_pi_interrupted] ? restarts::unless_handled : restarts::always;
    case opcode::wait_requeue_pi: return restarts::always;
    case opcode::wait:
    case opcode::wait_bitset:
      if (on[toggle::untimed_wait_interrupted]) return restarts::unless_handled;
      return timed && !on[toggle::timed_wait_restarts] ? restarts::unless_handled : restarts::if_asked;
    default: return timed && on[toggle::futex2_interrupted] ? restarts::unless_handled : restarts::if_asked;
  }
}

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_RESTART_RULE_H_
