// steps: what every operation of an execution is made of: the scheduling point, the record of the step, the mutation, failure.
#ifndef HOLDFAST_CHECKER_RELACY_STEPS_H_
#define HOLDFAST_CHECKER_RELACY_STEPS_H_

#include <cstdint>
#include <optional>
#include <span>

#include "checker/kernel/queue_rules.h"
#include "checker/relacy/execution.h"
#include "checker/relacy/relacy_include.h"

namespace holdfast::checker::relacy {

inline const rl::debug_info nowhere;

// The thread that runs, from 1; set-up counts as the one after the last.
inline unsigned actor(const execution& e) { return e.in_setup ? e.what->threads + 1 : rl::ctx().threadx_->index_ + 1; }

// Ends the search with what was found.
[[noreturn]] void fail(execution& e, violation_kind kind, const char* text);
// Ends the search without a verdict: the execution ran into a bound of the engine.
[[noreturn]] void fail_at_bound(execution& e, const char* bound);

// Every operation that other threads can see begins here: the one scheduling point. A thread's first needs none: the choice that started
// the thread was the choice to perform it.
void scheduling_point(execution& e);

// A new step; fails if there is no room. complete() fills in what is known only when the operation is done.
raw_step& record(execution& e, step_kind kind);
raw_step& record(execution& e, step_kind kind, object_id object, const site& at);
void complete(execution& e, raw_step& s);

// Whether the search's mutation is such a change of this operation; and what it makes of the operation's order or value.
bool mutates(execution& e, const site& at, mutation::change change);
order mutated_order(execution& e, const site& at, order o);
std::uint32_t mutated_value(execution& e, const site& at, std::uint32_t value, std::optional<std::uint64_t> found = std::nullopt);

void require_alive(execution& e, object_id id, const site& at);

// Whether the mutation leaves the operation out. Then its step is done.
bool is_left_out(execution& e, raw_step& s, const site& at);

// For the operation that follows, which is relacy's and would otherwise be a scheduling point of its own.
class no_preemption {
 public:
  no_preemption() { rl::ctx().disable_preemption(); }
  ~no_preemption() { rl::ctx().enable_preemption(); }
  no_preemption(const no_preemption&) = delete;
  no_preemption& operator=(const no_preemption&) = delete;
};

// The queue's name for a word: as Linux has it, a private and a shared futex on it do not meet.
inline kernel::word_id key_of(object_id object, scope who) {
  const bool apart = who == scope::process_shared && kernel::scopes_differ(current().what->on);
  return static_cast<kernel::word_id>(2 * object + (apart ? 1 : 0));
}
inline object_id object_of(kernel::word_id key) { return key / 2; }

// The newest value of the word, read as a compare-exchange reads that fails.
std::uint32_t read_newest(object_id id, order o);

// Writes the word in the place of its newest value, and notes both in the step, which was recorded last.
void replace_newest(execution& e, raw_step& s, std::uint32_t value, order o);

// The caller, which is in a queue, sleeps: until somebody has taken it off (nothing), or as its sleep may end by itself, if it has one of
// those left; then it is still there.
struct endings {
  bool timed;
  bool spurious;
  bool interrupted;
};
std::optional<kernel::leave_reason> sleep(execution& e, const endings& may_end);

// The kernel has taken the thread off a queue: if it sleeps, it goes on. If not, it is a wait_any that is still queueing, or was woken.
void awaken(execution& e, kernel::thread_id thread);

// A wait that never sleeps, as a mutant has it: returns when one of the words has another value. The kernel knows nothing of it.
void await_change(execution& e, std::span<const awaited> words);

// Everybody but the caller is blocked for ever or has ended, and it is about to: an execution that the specification may allow. If it
// does, the blocked threads leave; if not, the search has failed.
bool others_are_stuck(const execution& e, unsigned self);
bool somebody_is_blocked(const execution& e);
void settle_blocked(execution& e, unsigned self);

// Holds the operations recorded so far against the specification.
void judge(execution& e);

}  // namespace holdfast::checker::relacy

#endif  // HOLDFAST_CHECKER_RELACY_STEPS_H_
