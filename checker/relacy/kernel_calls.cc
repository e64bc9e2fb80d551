// The kernel's operations, and spinning: what a lock does when it cannot go on at once.
#include "checker/relacy/steps.h"

namespace holdfast::checker::relacy {
namespace {

[[noreturn]] void leave_execution(execution& e) { _longjmp(e.threads[actor(e) - 1].end, 1); }

// Parking counts as a yield in relacy, after which stale reads are hidden: undone here.
rl::unpark_reason park(execution& e, bool timed, bool spurious) {
  rl::thread_info_base& thread = *rl::ctx().threadx_;
  const auto last_yield = thread.last_yield_;
  const rl::unpark_reason reason = rl::ctx().park_current_thread(timed, spurious, false, nowhere);
  thread.last_yield_ = last_yield;
  if (e.abandoned) leave_execution(e);
  return reason;
}

const auto pick_waiter = [](std::size_t candidates) -> std::size_t {
  if (current().what->wakes == wake_order::first_come) return 0;
  return rl::ctx().rand(static_cast<unsigned>(candidates), rl::sched_type_user);
};

// A thread that sleeps in an operation that takes a lock may be held up by any that is less urgent.
void require_no_inversion(execution& e, unsigned self) {
  if (e.what->takes_lock == nullptr || !e.is_open[self - 1] || !e.what->takes_lock(e.open[self - 1].seen.operation)) return;
  const std::vector<unsigned>& fifo = e.what->priorities;
  for (unsigned other = 1; other <= e.what->threads; ++other) {
    if (kernel::priority_in(fifo, other) <= kernel::priority_in(fifo, self)) continue;
    e.failed.held_up = self;
    e.failed.by = other;
    fail(e, violation_kind::inversion, "sleeps where the kernel does not know for whom it waits");
  }
}

bool does(kernel::toggle t) { return current().what->on[t]; }

void finish_wake(execution& e, raw_step& s, const kernel::outcome& out) {
  s.code = out.result;
  for (const kernel::thread_id t : out.woken_threads()) {
    s.woken[s.woken_count++] = t;
    rl::ctx().unpark_thread(t - 1, false, nowhere);
  }
  complete(e, s);
}

}  // namespace

std::optional<kernel::leave_reason> sleep(execution& e, const endings& may_end) {
  if (e.in_setup) fail(e, violation_kind::misuse, "the scenario's constructor, or its finish(), would sleep for ever");
  const unsigned self = actor(e);
  thread_state& thread = e.threads[self - 1];
  thread.timed = may_end.timed;
  if (!may_end.timed && others_are_stuck(e, self)) {
    settle_blocked(e, self);
    leave_execution(e);
  }
  const bool spurious = may_end.spurious && thread.spurious_left > 0;
  const bool interruptible = may_end.interrupted && thread.interruptions_left > 0;
  const rl::unpark_reason reason = park(e, may_end.timed, spurious || interruptible);
  if (reason == rl::unpark_reason_normal) return std::nullopt;
  if (reason == rl::unpark_reason_timeout) return kernel::leave_reason::timed_out;
  const bool interrupted = spurious && interruptible ? rl::ctx().rand(2, rl::sched_type_user) == 1 : interruptible;
  --(interrupted ? thread.interruptions_left : thread.spurious_left);
  return interrupted ? kernel::leave_reason::interrupted : kernel::leave_reason::spurious;
}

void await_change(execution& e, object_id id, std::uint32_t expected) {
  if (e.objects[id].newest != expected) return;
  thread_state& self = e.threads[actor(e) - 1];
  self.awaits = true;
  self.awaited = id;
  self.awaited_value = expected;
  if (others_are_stuck(e, actor(e))) {
    settle_blocked(e, actor(e));
    leave_execution(e);
  }
  park(e, false, false);
}

wait_result futex_wait(object_id object, std::uint32_t expected, scope who, bool timed, const site& at, std::uint32_t bitset) {
  execution& e = current();
  if (timed && does(kernel::toggle::deadline_first) && rl::ctx().rand(2, rl::sched_type_user) == 1) return wait_result::timed_out;
  scheduling_point(e);
  require_alive(e, object, at);
  raw_step* step = &record(e, step_kind::wait, object, at);
  const auto self = static_cast<kernel::thread_id>(actor(e));
  step->has_read = true;
  {
    const no_preemption guard;
    step->read = static_cast<std::uint32_t>(read_newest(object, order::relaxed));
  }
  if (does(kernel::toggle::compare_outside_lock) && step->read == expected) {
    step->kind = step_kind::load;
    complete(e, *step);
    scheduling_point(e);
    step = &record(e, step_kind::wait, object, at);
    step->read = expected;
  }
  raw_step& s = *step;
  if (mutates(e, at, mutation::change::drop)) {
    s.code = kernel::code::again;
    complete(e, s);
    await_change(e, object, expected);
    return wait_result::changed;
  }
  const kernel::wait operation{self, key_of(object, who), static_cast<std::uint32_t>(s.read), expected, bitset};
  s.code = kernel::step(e.queue, operation, pick_waiter).result;
  complete(e, s);
  if (s.code == kernel::code::again) return wait_result::changed;
  require_no_inversion(e, self);

  const auto why = sleep(e, {timed, true, true});
  if (!why) return wait_result::woken;
  raw_step& left = record(e, step_kind::leave, object, at);
  left.code = kernel::step(e.queue, kernel::leave{self, *why}, pick_waiter).result;
  complete(e, left);
  if (why == kernel::leave_reason::timed_out) return wait_result::timed_out;
  return why == kernel::leave_reason::interrupted ? wait_result::interrupted : wait_result::woken;
}

void futex_wake(object_id object, int how_many, scope who, const site& at, std::uint32_t bitset) {
  execution& e = current();
  scheduling_point(e);
  if (how_many < 1) fail(e, violation_kind::misuse, "wake: how_many is 1 or more");
  raw_step& s = record(e, step_kind::wake, object, at);
  if (is_left_out(e, s, at)) return;
  finish_wake(e, s, kernel::step(e.queue, kernel::wake{key_of(object, who), how_many, bitset}, pick_waiter, e.what->on));
}

void futex_wake_op(object_id first, int how_many, object_id second, int how_many_second, std::uint32_t encoded, scope who, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, second, at);
  if (how_many < 1 || how_many_second < 1) fail(e, violation_kind::misuse, "wake_op: how many to wake is 1 or more");
  raw_step& s = record(e, step_kind::wake_op, second, at);
  const auto old = static_cast<std::uint32_t>(e.objects[second].newest);
  const std::uint32_t value = kernel::wake_op_argument(encoded, !does(kernel::toggle::wake_op_unsigned)).applied(old);
  replace_newest(e, s, mutated_value(e, at, value, old), order::relaxed);
  if (is_left_out(e, s, at)) return;
  const kernel::wake_op operation{key_of(first, who), key_of(second, who), how_many, how_many_second, old, encoded};
  finish_wake(e, s, kernel::step(e.queue, operation, pick_waiter, e.what->on));
}

bool futex_requeue(object_id from, std::uint32_t expected, int how_many_wake, int how_many_move, object_id to, scope who, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, from, at);
  if (how_many_wake < 0 || how_many_move < 0) fail(e, violation_kind::misuse, "requeue: the numbers are not negative");
  raw_step& s = record(e, step_kind::requeue, from, at);
  s.has_read = true;
  {
    const no_preemption guard;
    s.read = read_newest(from, order::relaxed);
  }
  const kernel::requeue operation{key_of(from, who), key_of(to, who), static_cast<std::uint32_t>(s.read),
                                  expected,          how_many_wake,   how_many_move};
  finish_wake(e, s, kernel::step(e.queue, operation, pick_waiter, e.what->on));
  return s.code == kernel::code::ok;
}

bool spin_again(unsigned round, unsigned limit) {
  const execution& e = current();
  if (e.in_setup || round >= limit || round >= e.what->spin_rounds) return false;
  return rl::ctx().rand(2, rl::sched_type_user) == 1;
}

}  // namespace holdfast::checker::relacy
