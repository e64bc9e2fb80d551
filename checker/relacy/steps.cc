#include "checker/relacy/steps.h"

#include <algorithm>
#include <utility>

namespace holdfast::checker::relacy {
namespace {

// A number that is equal for states that the layouts and the queue cannot tell apart: named values count, other numbers are one class.
std::uint32_t classify(const execution& e) {
  std::uint32_t hash = 2166136261u;
  const auto mix = [&hash](std::uint32_t v) { hash = (hash ^ v) * 16777619u; };
  for (std::size_t i = 0; i < e.object_count; ++i) {
    const object_state& o = e.objects[i];
    if (o.description == nullptr) continue;
    for (const field& f : o.description->fields) {
      const auto value = static_cast<std::uint32_t>(o.newest >> f.shift) & (f.width == 32 ? ~0u : (1u << f.width) - 1);
      const bool named = std::ranges::any_of(f.values, [value](const named_value& n) { return n.value == value; });
      mix(named ? value + 1 : value == 0 ? 0xfffffffeu : 0xffffffffu);
    }
  }
  for (const kernel::waiter& w : e.queue.queue()) mix(w.thread * 64u + w.on);
  for (const kernel::queued& q : e.pi.asleep.queue()) mix((q.thread * 4u + static_cast<unsigned>(q.what)) * 64u + q.key.owner);
  return hash;
}

class live_view final : public world_view {
 public:
  explicit live_view(const execution& e) : e_(e) {}
  std::uint64_t word(std::size_t nth) const override {
    const auto word = find(nth);
    return word ? e_.objects[*word].newest : no_such_word;
  }
  std::size_t asleep_on(std::size_t nth) const override {
    const auto word = find(nth);
    if (!word) return 0;
    const auto sleeps_on_it = [&](const kernel::waiter& w) { return object_of(w.on) == *word; };
    const auto waits_for_it = [&](const kernel::queued& q) { return object_of(q.key.owner) == *word; };
    return static_cast<std::size_t>(std::ranges::count_if(e_.queue.queue(), sleeps_on_it) +
                                    std::ranges::count_if(e_.pi.asleep.queue(), waits_for_it));
  }

 private:
  std::optional<object_id> find(std::size_t nth) const {
    for (object_id i = 0; i < e_.object_count; ++i) {
      if (e_.objects[i].description != nullptr && nth-- == 0) return i;
    }
    return std::nullopt;
  }
  const execution& e_;
};

void show(const execution& e, const raw_step& s) {
  const bool of_scenario = s.kind == step_kind::plain_read || s.kind == step_kind::plain_write || s.kind == step_kind::begin;
  explored_step seen{};
  seen.thread = s.thread > e.what->threads ? 0 : s.thread;
  seen.label = of_scenario ? "" : s.label;
  seen.futex = s.kind >= step_kind::wait && s.kind <= step_kind::requeue_pi;
  seen.outcome = s.code;
  if (s.has_read) seen.before = static_cast<std::uint32_t>(s.read);
  seen.stores = s.kind == step_kind::store;
  if (seen.stores) seen.before = static_cast<std::uint32_t>(s.overwritten);
  if (s.has_written) seen.after = static_cast<std::uint32_t>(s.written);
  seen.returns = s.kind == step_kind::end;
  seen.operation = s.operation;
  const outside_relacy heap;
  e.what->on_step(seen);
}

}  // namespace

void fail(execution& e, violation_kind kind, const char* text) {
  e.failed.kind = kind;
  e.failed.text = text;
  rl::ctx().fail_test(text, rl::test_result_user_assert_failed, nowhere);
  __builtin_unreachable();
}

void fail_at_bound(execution& e, const char* bound) {
  e.failed.bound = bound;
  fail(e, violation_kind::none, bound);
}

bool mutates(execution& e, const site& at, mutation::change change) {
  const mutation& m = e.what->change;
  if (m.what != change || m.label != at.label) return false;
  e.mutation_applied = true;
  return true;
}

order mutated_order(execution& e, const site& at, order o) { return mutates(e, at, mutation::change::weaken) ? e.what->change.weaker : o; }

std::uint32_t mutated_value(execution& e, const site& at, std::uint32_t value, std::optional<std::uint64_t> found) {
  const mutation& m = e.what->change;
  if (m.found && m.found != found) return value;
  return mutates(e, at, mutation::change::write) ? m.value : value;
}

raw_step& record(execution& e, step_kind kind) {
  if (e.step_count == most_steps) fail_at_bound(e, "an execution of more than 528 steps");
  raw_step& s = e.steps[e.step_count++];
  s = {};
  s.kind = kind;
  s.thread = static_cast<std::uint8_t>(actor(e));
  return s;
}

raw_step& record(execution& e, step_kind kind, object_id object, const site& at) {
  raw_step& s = record(e, kind);
  s.object = object;
  s.label = at.label;
  s.file = at.file;
  s.function = at.function;
  s.line = at.line;
  return s;
}

void complete(execution& e, raw_step& s) {
  if (e.what->on_step) show(e, s);
  const auto is_new = [&s](unsigned thread) { return std::ranges::count(std::span(s.asleep).first(s.asleep_count), thread) == 0; };
  for (const kernel::waiter& w : e.queue.queue()) {
    if (is_new(w.thread)) s.asleep[s.asleep_count++] = w.thread;
  }
  for (const kernel::queued& q : e.pi.asleep.queue()) s.asleep[s.asleep_count++] = q.thread;
  s.state_class = classify(e);
  if (e.situation_reached || !e.what->must_reach) return;
  e.situation_reached = e.what->must_reach->reached(live_view(e));
}

void scheduling_point(execution& e) {
  if (!e.in_setup && std::exchange(e.threads[actor(e) - 1].started, true)) rl::ctx().sched();
  if (++e.operation_count % 8 == 0 && e.operation_count >= livelock_steps) {
    if (const auto period = find_fair_cycle(e)) {
      e.failed.period = *period;
      fail(e, violation_kind::livelock, "no thread completes anything, though each that can run does run");
    }
  }
  if (e.operation_count > longest_execution) fail_at_bound(e, "an execution of more than 400 operations");
}

void require_alive(execution& e, object_id id, const site& at) {
  if (e.objects[id].alive) return;
  record(e, step_kind::load, id, at);
  fail(e, violation_kind::use_after_free, "the object is destroyed");
}

bool is_left_out(execution& e, raw_step& s, const site& at) {
  if (!mutates(e, at, mutation::change::drop)) return false;
  s.text = "left out";
  complete(e, s);
  return true;
}

}  // namespace holdfast::checker::relacy
