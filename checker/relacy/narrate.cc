#include <algorithm>
#include <cstring>
#include <string>

#include "checker/relacy/execution.h"
#include "checker/report/decode.h"
#include "checker/report/explain.h"

namespace holdfast::checker::relacy {
namespace {

bool same_move(const raw_step& a, const raw_step& b) {
  return a.thread == b.thread && a.kind == b.kind && a.object == b.object && a.line == b.line && a.code == b.code &&
         a.has_written == b.has_written && a.state_class == b.state_class;
}

bool is_cycle(const execution& e, std::size_t period) {
  const std::size_t end = e.step_count;
  if (end < livelock_steps) return false;
  for (std::size_t i = end - livelock_steps; i + period < end; ++i) {
    if (!same_move(e.steps[i], e.steps[i + period])) return false;
  }
  const auto stale_or_progress = [](const raw_step& s) { return !s.newest || s.kind == step_kind::end || s.kind == step_kind::begin; };
  const auto window = std::span(e.steps).subspan(end - period, period);
  if (std::ranges::any_of(window, stale_or_progress)) return false;
  for (unsigned t = 1; t <= e.what->threads; ++t) {
    const thread_state& thread = e.threads[t - 1];
    const bool can_run = !thread.finished && !thread.awaits && !thread.asleep;
    if (can_run && std::ranges::none_of(window, [t](const raw_step& s) { return s.thread == t; })) return false;
  }
  return true;
}

const char* text(step_kind k) {
  switch (k) {
    case step_kind::load: return "load";
    case step_kind::store: return "store";
    case step_kind::exchange: return "exchange";
    case step_kind::fetch_add: return "fetch_add";
    case step_kind::fetch_sub: return "fetch_sub";
    case step_kind::fetch_and: return "fetch_and";
    case step_kind::fetch_or: return "fetch_or";
    case step_kind::compare_exchange: return "compare_exchange";
    case step_kind::fence: return "fence";
    case step_kind::plain_read: return "read";
    case step_kind::plain_write: return "wrote";
    case step_kind::wait: return "wait";
    case step_kind::leave: return "leaves";
    case step_kind::enqueue:
    case step_kind::dequeue: return "wait_any";
    case step_kind::wake: return "wake";
    case step_kind::requeue: return "requeue";
    case step_kind::wake_op: return "wake_op";
    case step_kind::lock_pi: return "lock_pi";
    case step_kind::try_lock_pi: return "try_lock_pi";
    case step_kind::unlock_pi: return "unlock_pi";
    case step_kind::wait_requeue_pi: return "wait_requeue_pi";
    case step_kind::requeue_pi: return "requeue_pi";
    case step_kind::begin: return "calls";
    case step_kind::end: return "returns";
    case step_kind::expect: return "expects";
    case step_kind::misuse: return "misuse";
    case step_kind::destroy: return "destroyed";
  }
  return "";
}

bool is_atomic(step_kind k) { return k <= step_kind::fence; }
bool is_pi(step_kind k) { return k >= step_kind::lock_pi && k <= step_kind::requeue_pi; }

std::string list_of(std::span<const std::uint8_t> threads) {
  std::string out;
  for (const std::uint8_t t : threads) out += (out.empty() ? "T" : ", T") + std::to_string(t);
  return out;
}

std::string outcome_of_pi(const raw_step& s) {
  if (s.code == kernel::code::sleeps) return "sleeps";
  if (s.error != 0) return strerrorname_np(s.error);
  if (*s.text != '\0') return s.text;
  if (s.woken_count != 0) return "gave it to " + list_of({s.woken.data(), s.woken_count});
  return s.kind == step_kind::unlock_pi || s.kind == step_kind::requeue_pi ? "nobody waits" : "";
}

std::string outcome_of(const raw_step& s) {
  if (is_pi(s.kind)) return outcome_of_pi(s);
  switch (s.kind) {
    case step_kind::wait: return s.code == kernel::code::sleeps ? "sleeps" : "the word has changed";
    case step_kind::leave:
      return s.code == kernel::code::timed_out     ? "timed out"
             : s.code == kernel::code::spurious    ? "woke for no reason"
             : s.code == kernel::code::interrupted ? "was interrupted"
                                                   : "was woken";
    case step_kind::enqueue: return s.code == kernel::code::sleeps ? "is queued" : "the word has changed";
    case step_kind::dequeue: return s.code == kernel::code::ok ? "was taken off" : "takes itself off";
    case step_kind::wake:
    case step_kind::requeue:
    case step_kind::wake_op:
      if (*s.text != '\0') return s.text;
      return s.woken_count == 0 ? "woke nobody" : "woke " + list_of({s.woken.data(), s.woken_count});
    case step_kind::compare_exchange: return s.has_written ? "" : "failed";
    default: return s.text;
  }
}

decoded_word decoded(const object_state& o, std::uint64_t value) {
  return {value, o.description == nullptr ? std::to_string(value) : decode(*o.description, value)};
}

step told(const execution& e, const raw_step& s) {
  step out;
  out.thread = s.thread > e.what->threads ? 0 : s.thread;
  out.label = s.label;
  out.operation = text(s.kind);
  out.where = {s.file, s.line, s.function};
  out.asleep.assign(s.asleep.begin(), s.asleep.begin() + s.asleep_count);
  out.result = outcome_of(s);
  if (s.kind == step_kind::begin || s.kind == step_kind::end) {
    out.object = e.running->operation_name(s.operation);
    return out;
  }
  if (s.kind == step_kind::expect || s.kind == step_kind::misuse) return out;
  if (is_atomic(s.kind) || (is_pi(s.kind) && s.has_read)) out.order = text_of(s.memory_order);
  if (s.kind == step_kind::fence) return out;
  const object_state& o = e.objects[s.object];
  out.object = o.name;
  if (s.has_read) out.read = decoded(o, s.read);
  if (s.has_written) out.written = decoded(o, s.written);
  if (s.reads_from != no_step) out.reads_from = s.reads_from;
  return out;
}

std::size_t last_step_of(const execution& e, unsigned thread) {
  for (std::size_t i = e.step_count; i-- > 0;) {
    if (e.steps[i].thread == thread) return i;
  }
  return 0;
}

// A fence is of no object.
std::size_t last_of_an_object(const execution& e) {
  std::size_t last = e.step_count - 1;
  while (last != 0 && e.steps[last].kind == step_kind::fence) --last;
  return last;
}

void explain_race(const execution& e, violation& v) {
  const std::size_t later = e.step_count - 1;
  v.object = e.objects[e.steps[later].object].name;
  v.parties = {later};
  if (e.failed.other_party == no_step) return;
  v.parties.push_back(e.failed.other_party);
  v.explanation = unordered_because(v.steps, e.failed.other_party, later);
}

void explain_lost_wake_up(const execution& e, violation& v) {
  const observed_operation& stuck = e.history[e.failed.culprit].seen;
  const bool outside = e.failed.blocked_thread != 0;
  const unsigned thread = outside ? e.failed.blocked_thread : stuck.thread;
  const std::size_t blocked_at = last_step_of(e, thread);
  const object_state& o = e.objects[e.steps[blocked_at].object];
  v.object = o.name;
  v.parties = {blocked_at};
  for (std::size_t i = e.step_count; i-- > 0;) {
    if (e.steps[i].thread == thread || !e.steps[i].has_written || e.steps[i].object != e.steps[blocked_at].object) continue;
    v.parties.push_back(i);
    break;
  }
  const std::string where =
      outside ? " outside the operations of the specification"
              : std::string(" in ") + e.running->operation_name(stuck.operation) + " although the specification enables it";
  v.explanation = "T" + std::to_string(thread) + " is blocked for ever" + where + "; the word is " + decoded(o, o.newest).text +
                  " and nobody is left to wake it";
}

void explain_deadlock(const execution& e, violation& v) {
  std::string blocked;
  for (unsigned t = 1; t <= e.what->threads; ++t) {
    if (!e.is_open[t - 1]) continue;
    const std::size_t at = last_step_of(e, t);
    v.parties.push_back(at);
    v.object = e.objects[e.steps[at].object].name;
    blocked += (blocked.empty() ? "T" : ", T") + std::to_string(t);
  }
  v.explanation = blocked + ": blocked for ever, and the specification does not enable what they wait for: whoever owns it never lets go";
}

void explain_inversion(const execution& e, violation& v) {
  const failure& f = e.failed;
  const std::size_t at = last_step_of(e, f.held_up);
  const std::string waiter = "T" + std::to_string(f.held_up);
  const std::string other = "T" + std::to_string(f.by);
  v.object = e.objects[e.steps[at].object].name;
  v.parties = {at};
  if (e.steps[at].kind == step_kind::wait || e.steps[at].kind == step_kind::enqueue) {
    v.explanation = waiter + " sleeps in " + e.running->operation_name(e.open[f.held_up - 1].seen.operation) +
                    " and the kernel does not know for whom: " + other + ", of lower priority, may hold it up and is not boosted";
  } else {
    v.explanation = waiter + " waits for " + other + ", of lower priority, which owns the word and is not boosted";
  }
}

}  // namespace

std::optional<std::size_t> find_fair_cycle(const execution& e) {
  for (std::size_t period = 2; period <= 32; ++period) {
    if (is_cycle(e, period)) return period;
  }
  return std::nullopt;
}

violation narrate(const execution& e, violation_kind kind) {
  violation v;
  v.kind = kind;
  for (std::size_t i = 0; i < e.step_count; ++i) v.steps.push_back(told(e, e.steps[i]));
  const std::size_t last = e.step_count == 0 ? 0 : e.step_count - 1;
  switch (kind) {
    case violation_kind::none: break;
    case violation_kind::data_race: explain_race(e, v); break;
    case violation_kind::lost_wake_up: explain_lost_wake_up(e, v); break;
    case violation_kind::deadlock: explain_deadlock(e, v); break;
    case violation_kind::inversion: explain_inversion(e, v); break;
    case violation_kind::livelock:
      v.object = e.objects[e.steps[last_of_an_object(e)].object].name;
      v.parties = {last};
      v.explanation = "the last " + std::to_string(e.failed.period) +
                      " steps repeat for ever, as the layout names states: every thread that "
                      "can run does, and nobody completes an operation";
      break;
    case violation_kind::specification: {
      const clocked_operation& culprit = e.history[e.failed.culprit];
      v.object = e.running->operation_name(culprit.seen.operation);
      v.parties = {last_step_of(e, culprit.seen.thread)};
      v.explanation =
          "no order of the operations that extends happens-before allows T" + std::to_string(culprit.seen.thread) + "'s " + v.object;
      break;
    }
    default:
      v.object = e.steps[last].kind == step_kind::expect ? e.steps[last].text : e.objects[e.steps[last].object].name;
      v.parties = {last};
      v.explanation = e.failed.text;
  }
  return v;
}

}  // namespace holdfast::checker::relacy
