// kernel_order: whether the operations on the kernel's queue can have followed each other under its lock.
//
// An operation that changed the queue has its place in the queue's coherence order; one that found nobody has it after the write that it
// read and before the next. Among those that found nobody between the same two writes, any order will do that fits the rest:
//
//   what happens before an operation was there when it had the lock: the operations among it had the lock earlier
//   who was woken goes on after whoever woke it had the lock
//   a wake_op changes its word under the lock: what follows from the change, by program order and what was read, had the lock later, and
//   what a wait or requeue has seen of it, it saw later
//   a wait or requeue compares under the lock: it sees no value older than what happens before any operation that had the lock earlier
//
// And a sleeper was taken off by the first write of the queue that lacks it.
//
// A comparison that fails is no operation on the queue here, but a read of the word that may be as old as any relaxed one.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_KERNEL_ORDER_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_KERNEL_ORDER_H_

#include "tests/engine/brute_force/read_choices.h"
#include "tests/engine/brute_force/relation.h"

namespace holdfast::oracle {

// `before`: axioms::before. REQUIRES: the axioms hold.
bool has_kernel_order(const choice& c, const relation& co, const relation& before);

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_KERNEL_ORDER_H_
