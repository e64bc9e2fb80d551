#include "checker/relacy/execution.h"

#include <algorithm>

#include "checker/relacy/steps.h"

namespace holdfast::checker::relacy {
namespace {

bool happens_before(std::size_t i, std::size_t j) {
  const execution& e = current();
  const unsigned setup = e.what->threads + 1;
  const clocked_operation& a = e.history[i];
  const clocked_operation& b = e.history[j];
  if (a.seen.thread == b.seen.thread) return i < j;
  if (a.seen.thread == setup) return true;
  if (a.seen.pending) return false;
  if (b.seen.thread == setup) return i < j;  // in finish(), after every thread
  return b.begin[a.seen.thread - 1] >= a.end;
}

bool is_blocked(const thread_state& thread) { return thread.asleep || thread.awaits; }

void begin_kernel(execution& e) {
  e.queue = {};
  e.pi = {};
  for (unsigned t = 1; t <= e.what->threads + 1; ++t) {
    const auto id = static_cast<kernel::thread_id>(t);
    e.pi.start(id, id, t, kernel::priority_in(e.what->priorities, t));
  }
}

}  // namespace

execution& current() {
  static execution e;
  return e;
}

void judge(execution& e) {
  std::array<observed_operation, most_operations + most_actors> seen;
  const std::size_t returned = e.history_count;
  for (std::size_t actor = 0; actor < most_actors; ++actor) {
    if (e.is_open[actor]) e.history[e.history_count++] = e.open[actor];
  }
  for (std::size_t i = 0; i < e.history_count; ++i) seen[i] = e.history[i].seen;
  finding j;
  {
    const outside_relacy heap;
    j = e.running->judge({seen.data(), e.history_count}, &happens_before);
  }
  e.failed.culprit = j.culprit;
  if (j.kind != violation_kind::none) fail(e, j.kind, j.text);
  e.history_count = returned;
}

bool others_are_stuck(const execution& e, unsigned self) {
  for (unsigned t = 0; t < e.what->threads; ++t) {
    const thread_state& thread = e.threads[t];
    if (t + 1 == self || thread.finished) continue;
    if (!is_blocked(thread)) return false;
    if (thread.asleep && thread.timed) return false;
  }
  return true;
}

bool somebody_is_blocked(const execution& e) { return std::ranges::any_of(e.threads, is_blocked); }

// Nothing excuses a thread that is blocked outside the operations that the specification knows.
void settle_blocked(execution& e, unsigned self) {
  for (unsigned t = 1; t <= e.what->threads; ++t) {
    if (!is_blocked(e.threads[t - 1]) || e.is_open[t - 1]) continue;
    e.failed.blocked_thread = t;
    fail(e, violation_kind::lost_wake_up, "blocked for ever outside any operation");
  }
  judge(e);
  if (!e.what->may_stay_blocked) fail(e, violation_kind::deadlock, "blocked for ever, as the specification has it");
  e.abandoned = true;
  for (unsigned t = 0; t < e.what->threads; ++t) {
    thread_state& thread = e.threads[t];
    if (t + 1 != self && is_blocked(thread)) rl::ctx().unpark_thread(t, false, nowhere);
    thread.asleep = thread.awaits = false;
  }
  begin_kernel(e);
}

void begin_execution() {
  execution& e = current();
  begin_kernel(e);
  e.object_count = e.step_count = e.operation_count = e.history_count = 0;
  e.write_count = 0;
  e.abandoned = false;
  e.failed = {};
  for (thread_state& t : e.threads) {
    t.started = t.finished = t.asleep = t.timed = t.awaits = false;
    t.weak_failure_left = true;
    t.spurious_left = e.what->spurious_wake_ups;
    t.interruptions_left = e.what->interruptions;
  }
  e.is_open = {};
  if (e.what->on_execution) {
    const outside_relacy heap;
    e.what->on_execution();
  }
  e.in_setup = true;
  e.running->construct();
  e.in_setup = false;
}

void run_thread(unsigned thread) {
  execution& e = current();
  e.threads[thread - 1].in_relacy = rl::ctx().threadx_;
  if (_setjmp(e.threads[thread - 1].end) == 0) e.running->run(thread);
  if (!e.abandoned && e.is_open[thread - 1]) fail(e, violation_kind::misuse, "a thread ended within an operation that it had begun");
  e.threads[thread - 1].finished = true;
  if (!e.abandoned && somebody_is_blocked(e) && others_are_stuck(e, thread)) settle_blocked(e, thread);
}

void end_execution() {
  execution& e = current();
  e.in_setup = true;
  if (!e.abandoned) {
    e.running->finish();
    judge(e);
  }
  e.running->destroy();
  e.in_setup = false;
}

std::uint32_t this_thread_id() { return actor(current()); }

void misuse(const char* what) {
  execution& e = current();
  record(e, step_kind::misuse).text = what;
  fail(e, violation_kind::misuse, what);
}

void begin_operation(unsigned char operation, const site& at) {
  execution& e = current();
  if (e.is_open[actor(e) - 1]) fail(e, violation_kind::misuse, "begin_operation() within another operation of the same thread");
  raw_step& s = record(e, step_kind::begin, 0, at);
  s.operation = operation;
  complete(e, s);
  clocked_operation& o = e.open[s.thread - 1];
  o.seen = {s.thread, operation, true};
  for (unsigned t = 0; t < e.what->threads; ++t) o.begin[t] = rl::ctx().threadx_->acq_rel_order_[t];
  e.is_open[s.thread - 1] = true;
}

void end_operation(unsigned char operation) {
  execution& e = current();
  const unsigned self = actor(e);
  if (!e.is_open[self - 1]) fail(e, violation_kind::misuse, "end_operation() without begin_operation()");
  clocked_operation& o = e.open[self - 1];
  o.seen.operation = operation;
  o.seen.pending = false;
  o.end = rl::ctx().threadx_->own_acq_rel_order_;
  if (e.history_count == most_operations) fail_at_bound(e, "an execution of more than 32 operations of locks");
  e.history[e.history_count++] = o;
  e.is_open[self - 1] = false;
  raw_step& s = record(e, step_kind::end);
  s.operation = operation;
  complete(e, s);
}

void expect(bool condition, const char* text, const site& at) {
  execution& e = current();
  if (condition) return;
  raw_step& s = record(e, step_kind::expect, 0, at);
  s.text = text;
  fail(e, violation_kind::assertion, text);
}

}  // namespace holdfast::checker::relacy
