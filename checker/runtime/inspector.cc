#include "checker/runtime/inspector.h"

#include <algorithm>
#include <span>
#include <utility>

#include "checker/runtime/linear_order.h"
#include "checker/runtime/object_names.h"
#include "checker/runtime/schedule_text.h"

namespace holdfast::checker::runtime {
namespace {

using graph::event_id;
using graph::no_event;
using graph::standing;

constexpr unsigned events_between_pulses = 512;

std::size_t last_step_of(std::span<const step> steps, unsigned thread) {
  for (std::size_t i = steps.size(); i-- > 0;) {
    if (steps[i].thread == thread) return i;
  }
  return 0;
}

// "; T1 died after exchange [U1]", of each thread that did.
std::string deaths_in(const std::vector<step>& steps) {
  std::string text;
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (steps[i].operation != "dies" && steps[i].result != "died") continue;
    text += "; T" + std::to_string(steps[i].thread) + " died";
    std::size_t before = i;
    while (before != 0 && (before == i || steps[before].thread != steps[i].thread)) --before;
    if (before == i || steps[before].thread != steps[i].thread) continue;
    text += " after " + steps[before].operation + (steps[before].label.empty() ? "" : " [" + steps[before].label + "]");
  }
  return text;
}

}  // namespace

inspector::inspector(const exploration& what, const program& of, const runner& running, std::function<void()> pulse)
    : what_(what), program_(of), running_(running), pulse_(std::move(pulse)) {
  if (what.must_reach) search_.emplace(*what.must_reach, running, what.threads);
}

narration inspector::told(const graph::graph& g) const {
  return narrate(g, *exploring_, running_, program_, told_order_.empty() ? linear_order(g) : told_order_);
}

void inspector::grown(const graph::graph& g) {
  if (running_.has_overlaps()) require_room(g);
  if (what_.takes_lock != nullptr) look_for_inversion(g);
  if (!what_.priorities.empty() && !exploring_->has_chains()) look_for_unlent_priority(g);
  if (++until_pulse_ == events_between_pulses) {
    until_pulse_ = 0;
    if (pulse_) pulse_();
  }
}

// Of an object that begins: where it lies, others have ended before.
void inspector::require_room(const graph::graph& g) const {
  const graph::event& e = g.events().back();
  const bool begins = e.kind == graph::event_kind::write && e.plain && e.location != graph::kernel_queue &&
                      running_.at(e.at).next.what == graph::action::construct;
  if (!begins) return;
  const object& made = running_.object_at(e.location);
  for (graph::location_id l = 1; l < g.location_count(); ++l) {
    const event_id last = g.last_write(l);
    if (l == e.location || last == no_event || !made.overlaps(running_.object_at(l))) continue;
    if (!g.at(last).dead || !g.includes(e.hb, last)) throw mixed_sizes(running_.object_at(l), made);
  }
}

// The operation of the specification in which the request is made.
std::optional<unsigned char> inspector::operation_around(graph::node_id n) const {
  for (; n != graph::no_node; n = running_.at(n).parent) {
    const auto& marks = running_.at(n).marks;
    if (!marks.empty()) return marks.back().enters ? std::optional(marks.back().operation) : std::nullopt;
  }
  return std::nullopt;
}

// Of a thread that has gone to sleep on a plain futex.
void inspector::look_for_inversion(const graph::graph& g) {
  const graph::event& e = g.events().back();
  if (e.part != graph::phase::queue_write || running_.at(e.at).next.what != graph::action::wait) return;
  const auto operation = operation_around(e.at);
  if (!operation || !what_.takes_lock(*operation)) return;
  const auto priority_of = [this](unsigned t) { return t <= what_.priorities.size() ? what_.priorities[t - 1] : 0; };
  for (unsigned other = 1; other <= what_.threads; ++other) {
    if (priority_of(other) >= priority_of(e.thread)) continue;
    violation v;
    v.kind = violation_kind::inversion;
    v.steps = told(g).steps;
    v.parties = {last_step_of(v.steps, e.thread)};
    v.object = v.steps[v.parties.front()].object;
    v.explanation = "T" + std::to_string(e.thread) + " sleeps in " + program_.operation_name(*operation) +
                    " and the kernel does not know for whom: T" + std::to_string(other) +
                    ", of lower priority, may hold it up and is not boosted";
    return conclude(std::move(v));
  }
}

// Of a word with priority inheritance: its owner runs with the priority of the most urgent waiter, or is more urgent.
void inspector::look_for_unlent_priority(const graph::graph& g) {
  const graph::event& e = g.events().back();
  if (e.kind != graph::event_kind::write || e.location == graph::kernel_queue || !is_priority_inheriting(running_.object_at(e.location)))
    return;
  if (const auto held_up = exploring_->pi().held_up_by(e.value)) conclude_inversion(g, *held_up, static_cast<event_id>(g.size() - 1));
}

// After the operation that ends with this event.
void inspector::conclude_inversion(const graph::graph& g, const kernel::held_up& found, event_id after) {
  violation v;
  v.kind = violation_kind::inversion;
  narration n = told(g);
  v.steps = std::move(n.steps);
  const std::size_t moment = std::min(n.step_of[after], v.steps.size() - 1);
  v.parties = {last_step_of(std::span(v.steps).first(moment + 1), found.waiter)};
  v.object = v.steps[v.parties.front()].object;
  v.explanation = "T" + std::to_string(found.waiter) + " waits for T" + std::to_string(found.owner) +
                  ", of lower priority, which owns the word and is not boosted";
  conclude(std::move(v));
}

void inspector::look_for_situation(const graph::graph& g) {
  if (seen_.situation_reached || !search_) return;
  const situation_search::queues kernel{&exploring_->kernel(), &exploring_->pi()};
  auto order = looks_everywhere_ ? search_->look_everywhere(g, kernel) : search_->look(g, kernel);
  if (!order && tells_first_) order = search_->look_everywhere(g, kernel);
  seen_.gave_up = search_->gave_up();
  if (!order) return;
  seen_.situation_reached = true;
  seen_.witness = text_of_path(exploring_->path());
  if (tells_first_) told_order_ = std::move(*order);
  if (looks_everywhere_) exploring_->stop();
}

void inspector::complete(const graph::graph& g) {
  ++seen_.complete;
  if (const auto found = exploring_->inversion()) return conclude_inversion(g, found->who, found->after);
  look_for_situation(g);
  if (looks_everywhere_) return;
  if (what_.on_execution) what_.on_execution();
  history_.read(g, running_, what_.threads);
  judge(g, {});
  look_for_leak(g);
  if (!tells_first_ || seen_.found) return;
  violation v;
  v.steps = told(g).steps;
  conclude(std::move(v));
}

void inspector::look_for_leak(const graph::graph& g) {
  for (graph::location_id l = 1; l < g.location_count() && !seen_.found; ++l) {
    const event_id made = g.first_write(l);
    if (made == no_event || g.at(made).thread == 0 || g.at(g.last_write(l)).dead) continue;
    violation v;
    v.kind = violation_kind::leak;
    v.object = object_names(g, running_).of(l);
    v.steps = told(g).steps;
    v.explanation = "T" + std::to_string(g.at(made).thread) + " made it, and nobody destroys it";
    conclude(std::move(v));
  }
}

void inspector::judge(const graph::graph& g, const std::vector<standing>& standings) {
  const finding f = history_.judge(program_);
  if (f.kind == violation_kind::none) return;
  const ordered_operation& culprit = history_.operations()[f.culprit];
  if (f.kind == violation_kind::lost_wake_up) {
    const std::string where =
        std::string(" in ") + program_.operation_name(culprit.seen.operation) + " although the specification enables it";
    const unsigned t = culprit.thread_in_graph;
    const bool spins = t < standings.size() && standings[t] == standing::spins;
    return conclude(blocked_for_ever(g, t, spins ? violation_kind::livelock : f.kind, where));
  }
  violation v;
  v.kind = f.kind;
  v.steps = told(g).steps;
  v.object = program_.operation_name(culprit.seen.operation);
  v.parties = {last_step_of(v.steps, culprit.thread_in_graph)};
  v.explanation =
      "no order of the operations that extends happens-before allows T" + std::to_string(culprit.seen.thread) + "'s " + v.object;
  conclude(std::move(v));
}

void inspector::blocked(const graph::graph& g, const std::vector<standing>& standings) {
  const auto some = [&](standing s) { return std::ranges::find(standings, s) != standings.end(); };
  if (some(standing::asleep_timed) || some(standing::stale) || some(standing::abandoned)) {
    ++seen_.blocked;
    return;
  }
  if (looks_everywhere_) return look_for_situation(g);  // it was judged before
  if (const auto cycle = cycle_of_owners(g); !cycle.empty()) return conclude(refused_cycle(g, cycle));
  if (const auto found = exploring_->inversion()) return conclude_inversion(g, found->who, found->after);
  history_.read(g, running_, what_.threads);
  for (unsigned t = 1; t < standings.size(); ++t) {
    if (standings[t] == standing::asleep && !history_.is_pending(t)) {
      return conclude(blocked_for_ever(g, t, violation_kind::lost_wake_up, " outside the operations of the specification"));
    }
  }
  judge(g, standings);
  if (seen_.found) return;
  for (unsigned t = 1; t < standings.size(); ++t) {
    if (standings[t] == standing::spins && (!history_.is_pending(t) || !what_.may_stay_blocked)) {
      return conclude(blocked_for_ever(g, t, violation_kind::livelock, ": it re-reads what nobody is left to change"));
    }
  }
  if (!what_.may_stay_blocked) return conclude(deadlock(g, standings));
  ++seen_.complete;
  look_for_situation(g);
  if (!tells_first_) return;
  violation v;
  v.steps = told(g).steps;
  conclude(std::move(v));
}

violation inspector::blocked_for_ever(const graph::graph& g, unsigned thread, violation_kind kind, const std::string& where) {
  violation v;
  v.kind = kind;
  v.steps = told(g).steps;
  if (kind == violation_kind::livelock) v.steps.push_back(last_look(g, thread));
  const std::size_t at = last_step_of(v.steps, thread);
  v.parties = {at};
  v.object = v.steps.empty() ? "" : v.steps[at].object;
  std::string word;
  for (std::size_t i = v.steps.size(); i-- > 0;) {
    if (v.steps[i].object != v.object || !v.steps[i].written) continue;
    if (word.empty()) word = v.steps[i].written->text;
    if (v.steps[i].thread == thread) continue;
    v.parties.push_back(i);
    break;
  }
  v.explanation = "T" + std::to_string(thread) + " is blocked for ever" + where;
  if (kind == violation_kind::lost_wake_up) {
    v.explanation += word.empty() ? "; " : "; the word is " + word + " and ";
    v.explanation += "nobody is left to wake it";
  }
  v.explanation += deaths_in(v.steps);
  return v;
}

// What a thread is about to do, which is no event of the graph.
step inspector::next_of(const graph::graph& g, unsigned thread) {
  const graph::request& q = running_.at(exploring_->node_of(thread)).next;
  step s;
  s.thread = thread;
  s.operation = name_of_operation(q);
  if (q.at != nullptr) {
    s.label = q.at->label;
    s.where = {q.at->file, q.at->line, q.at->function};
  }
  s.object = object_names(g, running_).of(q.location);
  return s;
}

// Of a thread that spins for ever.
step inspector::last_look(const graph::graph& g, unsigned thread) {
  step s = next_of(g, thread);
  s.result = "again and again";
  const graph::location_id l = running_.at(exploring_->node_of(thread)).next.location;
  const event_id newest = g.last_write(l);
  if (newest != no_event) s.read = object_names(g, running_).decoded(l, g.at(newest).value);
  return s;
}

// An access to an object that was never constructed.
void inspector::add_missing_access(const graph::graph& g, violation& v) {
  for (unsigned t = 0; t <= what_.threads; ++t) {
    if (!g.has_started(t)) continue;
    const graph::request& q = running_.at(exploring_->node_of(t)).next;
    if (q.location == graph::kernel_queue || g.last_write(q.location) != no_event || q.what == graph::action::construct) continue;
    v.steps.push_back(next_of(g, t));
    v.parties = {v.steps.size() - 1};
    v.object = v.steps.back().object;
    return;
  }
}

violation inspector::deadlock(const graph::graph& g, const std::vector<standing>& standings) {
  violation v;
  v.kind = violation_kind::deadlock;
  v.steps = told(g).steps;
  std::string blocked;
  for (unsigned t = 1; t < standings.size(); ++t) {
    if (standings[t] == standing::ended) continue;
    v.parties.push_back(last_step_of(v.steps, t));
    v.object = v.steps[v.parties.back()].object;
    blocked += (blocked.empty() ? "T" : ", T") + std::to_string(t);
  }
  v.explanation = blocked + ": blocked for ever, and the specification does not enable what they wait for: whoever owns it never lets go";
  return v;
}

// Of a word with priority inheritance. 0: it waits for none.
unsigned inspector::owner_of_what_it_waits_for(const graph::graph& g, unsigned thread) const {
  const graph::request& q = running_.at(exploring_->node_of(thread)).next;
  if (!graph::is_pi(q.what)) return 0;
  const event_id newest = g.last_write(graph::queue_of(q));
  if (newest == no_event || !exploring_->pi().waits_for(g.at(newest).value, thread)) return 0;
  return exploring_->pi().owner_of(g.at(newest).value);
}

// Threads each of which owns what the one before waits for, and the first what the last does.
std::vector<unsigned> inspector::cycle_of_owners(const graph::graph& g) const {
  for (unsigned first = 1; first <= what_.threads; ++first) {
    std::vector<unsigned> cycle{first};
    unsigned next = owner_of_what_it_waits_for(g, first);
    for (; next != 0 && next != first && cycle.size() < what_.threads; next = owner_of_what_it_waits_for(g, next)) cycle.push_back(next);
    if (next == first) return cycle;
  }
  return {};
}

violation inspector::refused_cycle(const graph::graph& g, const std::vector<unsigned>& cycle) {
  violation v;
  v.kind = violation_kind::deadlock;
  v.steps = told(g).steps;
  for (std::size_t i = 0; i < cycle.size(); ++i) {
    v.parties.push_back(last_step_of(v.steps, cycle[i]));
    v.explanation += (i == 0 ? "T" : ", T") + std::to_string(cycle[i]) + " waits for T" + std::to_string(cycle[(i + 1) % cycle.size()]);
  }
  v.object = v.steps[v.parties.front()].object;
  v.explanation += ": the kernel refuses whoever comes last (EDEADLK), and what that one does then is not explored";
  return v;
}

void inspector::failed(const graph::graph& g, const graph::fault& f) {
  if (f.is_bound) {
    if (seen_.bound.empty()) seen_.bound = f.text;
    return exploring_->stop();
  }
  violation v = explain_fault(g, told(g), f);
  if (v.kind == violation_kind::uninitialised && f.other == no_event) add_missing_access(g, v);
  conclude(std::move(v));
}

void inspector::conclude(violation v) {
  if (seen_.found) return;
  v.replay = text_of_path(exploring_->path());
  seen_.found = std::move(v);
  exploring_->stop();
}

}  // namespace holdfast::checker::runtime
