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

// A wait that never sleeps, as a mutant has it: looks again when the word has changed. The kernel knows nothing of it.
wait_result await_change(execution& e, object_id id, std::uint32_t expected) {
  thread_state& self = e.threads[actor(e) - 1];
  if (e.objects[id].newest == expected) {
    self.awaits = true;
    self.awaited = id;
    self.awaited_value = expected;
    if (others_are_stuck(e, actor(e))) {
      settle_blocked(e, actor(e));
      leave_execution(e);
    }
    park(e, false, false);
  }
  return wait_result::changed;
}

const auto pick_waiter = [](std::size_t candidates) -> std::size_t {
  if (current().what->wakes == wake_order::first_come) return 0;
  return rl::ctx().rand(static_cast<unsigned>(candidates), rl::sched_type_user);
};

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
    return await_change(e, object, expected);
  }
  const kernel::wait operation{self, key_of(object, who), static_cast<std::uint32_t>(s.read), expected, bitset};
  s.code = kernel::step(e.queue, operation, pick_waiter).result;
  complete(e, s);
  if (s.code == kernel::code::again) return wait_result::changed;
  if (e.in_setup) fail(e, violation_kind::misuse, "the scenario's constructor, or its finish(), would sleep for ever");

  thread_state& thread = e.threads[self - 1];
  thread.timed = timed;
  if (!timed && others_are_stuck(e, self)) {
    settle_blocked(e, self);
    leave_execution(e);
  }
  const rl::unpark_reason reason = park(e, timed, thread.spurious_left + thread.interruptions_left > 0);
  if (reason == rl::unpark_reason_normal) return wait_result::woken;

  kernel::leave_reason why = kernel::leave_reason::timed_out;
  if (reason != rl::unpark_reason_timeout) {
    const bool both = thread.spurious_left > 0 && thread.interruptions_left > 0;
    const bool interrupted = both ? rl::ctx().rand(2, rl::sched_type_user) == 1 : thread.interruptions_left > 0;
    --(interrupted ? thread.interruptions_left : thread.spurious_left);
    why = interrupted ? kernel::leave_reason::interrupted : kernel::leave_reason::spurious;
  }
  raw_step& left = record(e, step_kind::leave, object, at);
  left.code = kernel::step(e.queue, kernel::leave{self, why}, pick_waiter).result;
  complete(e, left);
  if (why == kernel::leave_reason::timed_out) return wait_result::timed_out;
  return why == kernel::leave_reason::interrupted ? wait_result::interrupted : wait_result::woken;
}

void futex_wake(object_id object, int how_many, scope who, const site& at, std::uint32_t bitset) {
  execution& e = current();
  scheduling_point(e);
  if (how_many < 1) fail(e, violation_kind::misuse, "wake: how_many is 1 or more");
  raw_step& s = record(e, step_kind::wake, object, at);
  if (mutates(e, at, mutation::change::drop)) {
    s.text = "left out";
    complete(e, s);
    return;
  }
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
  if (mutates(e, at, mutation::change::drop)) {
    s.text = "left out";
    complete(e, s);
    return;
  }
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
