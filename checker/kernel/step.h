// step: the kernel's futex subsystem as a pure function. It knows no engine: state, operation and environment come in; the state has
// changed and the answer says what the call returned and whom it woke.
//
// One step is one system call up to the point where its thread sleeps or returns, or one thing that happens to a thread. The calls that a
// step lets return (woken waiters, the interrupted, the dead) have returned when it ends: between a wake-up and the return there is no
// step, except for a waitv if the environment wants one (returns_at_once). Nothing here orders memory. The semantics are those of Linux
// 6.18 (FUTEX.md), or with a toggle those of another kernel.
#ifndef HOLDFAST_CHECKER_KERNEL_STEP_H_
#define HOLDFAST_CHECKER_KERNEL_STEP_H_

#include "checker/kernel/call.h"
#include "checker/kernel/environment.h"
#include "checker/kernel/state.h"

namespace holdfast::checker::kernel {

// Whether the call or event can come now: a call's thread runs, an expiring one has a deadline ahead, and so on.
bool applies(const state& s, const call& c);
bool applies(const state& s, const event& e);

// REQUIRES: it applies, and there is room in the queue: each sleeper takes a place, and a waitv one for each entry (most_queued).
answer step(state& s, const call& c, environment& env);
answer step(state& s, const event& e, environment& env);

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_STEP_H_
