#include "checker/runtime/explore.h"

#include <fmt/format.h>

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>

#include "checker/kernel/unexplored.h"
#include "checker/runtime/frontier.h"
#include "checker/runtime/inspector.h"
#include "checker/runtime/schedule_text.h"
#include "checker/runtime/workers.h"

namespace holdfast::checker::runtime {
namespace {

using steady = std::chrono::steady_clock;

double seconds_since(steady::time_point t) { return std::chrono::duration<double>(steady::now() - t).count(); }

std::string id_of(const exploration& what) { return what.mutant.empty() ? what.name : what.name + "[" + what.mutant + "]"; }

void require_supported(const exploration& what) {
  if (what.threads == 0 || what.threads >= graph::most_threads) throw std::invalid_argument(what.name + ": a scenario has 1 to 15 threads");
  if (what.same.first == 0 || what.same.last > what.threads)
    throw std::invalid_argument(what.name + ": there are no such threads to be alike");
  if (what.context_bound) throw std::invalid_argument(what.name + ": this engine has no context bound; leave it out");
  kernel::require_followed(what.name, what.on, kernel::engine::graph);
  if (what.on_step) throw std::invalid_argument(what.name + ": this engine shows no single steps");
}

void state_assumptions(result& r, const exploration& what, const run_options& options) {
  const std::string each = " of each thread";
  r.assumptions.push_back(options.under_sc ? "sequential consistency"
                                           : "RC11: program order and reads-from form no cycle; release sequences as in C++20");
  r.assumptions.push_back("an iteration that gets a thread nowhere is as good as none");
  if (options.part || !options.resume.empty()) {
    r.assumptions.push_back("what a thread is found to do again and again in this part, it does in the others");
  }
  const bool symmetric = options.symmetry && what.same.last > what.same.first;
  if (symmetric) r.assumptions.push_back("of executions that differ only in which like thread does what, one");
  r.assumptions.push_back(
      what.wakes_order_memory
          ? "the kernel's operations on its queues are in one order; what is before a wake is before the sleeper's return"
          : "the kernel's operations on its queues are in one order, which orders nothing else");
  r.assumptions.push_back(what.wakes == wake_order::any_waiter ? "a wake takes any waiter" : "a wake takes the first waiter");
  if (what.interruptions != 0) {
    r.assumptions.push_back("at most " + std::to_string(what.interruptions) + " interruption(s)" + each +
                            (what.handlers_restart ? ", by handlers with SA_RESTART" : ""));
  }
  for (const std::string& other : texts_of(what.on)) r.assumptions.push_back(other);
  for (const unsigned t : what.may_die) {
    r.assumptions.push_back("T" + std::to_string(t) + " may die before each of its operations and asleep; nobody else dies");
  }
  if (what.spin_rounds == 0) r.assumptions.push_back("nobody spins");
  r.assumptions.push_back(what.spurious_wake_ups == 0
                              ? "no spurious wake-ups"
                              : "at most " + std::to_string(what.spurious_wake_ups) + " spurious wake-up(s)" + each);
}

exploration changed(exploration what, const run_options& options) {
  what.on = what.on | options.on;
  if (!options.change) return what;
  using change = mutation::change;
  what.change = {options.change->of_failure ? change::weaken_failure : change::weaken, options.change->label, options.change->to};
  return what;
}

graph::exploration_options settings(const exploration& what, const run_options& options) {
  graph::exploration_options s;
  s.model = options.under_sc ? graph::memory_model::sc : graph::memory_model::rc11;
  s.awaits = options.awaits;
  s.cut_pure = options.cutting;
  s.wakes_order_memory = what.wakes_order_memory;
  s.priorities = what.priorities;
  s.on = what.on;
  if (options.symmetry && what.same.last > what.same.first) {
    s.first_alike = what.same.first;
    s.last_alike = what.same.last;
  }
  return s;
}

workers::beginning beginning_of(const exploration& what, const run_options& options, frontier& before) {
  workers::beginning from;
  from.parts = {graph::task()};
  if (options.resume.empty()) return from;
  before = frontier_of(options.resume, id_of(what), options_text(options));
  from.parts = before.left;
  from.blocks = before.blocks;
  from.is_resumed = true;
  from.counted = before.complete + before.blocked;
  return from;
}

// A search with a verdict, or at a bound of its own, has come to its end.
std::string text_of_rest(const exploration& what, const run_options& options, const workers& w, const findings& seen, const result& r) {
  if (r.limits.stopped_by.empty() || seen.found || !seen.bound.empty()) return "";
  frontier f;
  f.check = id_of(what);
  f.options = options_text(options);
  f.blocks = w.blocks();
  f.complete = seen.complete;
  f.blocked = seen.blocked;
  f.situation_reached = seen.situation_reached;
  f.left = w.left();
  return text_of(f);
}

// A search may come to number executions as one with blocked reads does, or be made to: its schedules say so.
constexpr char blocking = '+';

std::string schedule_text(const run_options& options, const workers& w, const std::string& path) {
  const bool always = options.under_sc || !options.awaits;
  return path.empty() || always || !w.blocks() ? path : blocking + path;
}

void tell(workers& w, const exploration& what, const std::string& schedule) {
  const bool blocks = schedule.starts_with(blocking);
  w.tell(path_of_text(schedule.substr(blocks ? 1 : 0)), blocks);
  if (!w.seen().found) throw std::invalid_argument("'" + schedule + "' is not a schedule of " + what.name);
}

// Of a search in parts, the first answers for the situation: if it is not in that part, it is looked for in all. Returns why it is still
// not known, and nothing if it is.
std::optional<std::string> look_elsewhere(const exploration& what, const run_options& options, double seconds, findings& seen) {
  run_options all = options;
  all.part.reset();
  all.resume.clear();
  all.executions.reset();
  if (all.seconds) all.seconds = *all.seconds - seconds;
  workers w(what, all, settings(what, all));
  workers::beginning from;
  from.parts = {graph::task()};
  from.until_situation = true;
  w.run(from);
  const findings there = w.seen();
  seen.situation_reached = there.situation_reached;
  seen.witness = schedule_text(options, w, there.witness);
  if (there.situation_reached) return std::nullopt;
  if (there.found) return "";  // another part reports it
  if (!there.bound.empty()) return there.bound;
  return w.stopped_by().empty() ? std::nullopt : std::optional(w.stopped_by());
}

// After a whole search that did not meet the situation.
void look_everywhere(result& r, const run_options& options, workers& w, findings& seen) {
  w.look_everywhere();
  const findings found = w.seen();
  seen.situation_reached = found.situation_reached;
  seen.witness = schedule_text(options, w, found.witness);
  r.limits.stopped_by = w.stopped_by();
  if (found.gave_up) r.assumptions.push_back("a situation was not looked for in all of some executions");
}

// `ended`: the search came to its end, after so many seconds.
void report_situation(result& r, const exploration& what, const run_options& options, findings& seen, std::optional<double> ended) {
  if (!what.must_reach || (options.part && options.part->index != 0 && !seen.situation_reached)) return;
  if (options.part && ended && !seen.situation_reached) {
    if (const auto unknown = look_elsewhere(what, options, *ended, seen)) {
      r.limits.stopped_by = *unknown;
      return;
    }
  }
  r.situations.push_back({what.must_reach->text, seen.situation_reached, seen.witness.empty() ? "" : id_of(what) + ":" + seen.witness});
}

void conclude(result& r, const exploration& what, const run_options& options, const findings& seen) {
  const bool replaying = !options.replay.empty();
  r.executions = seen.complete;
  r.blocked = seen.blocked;
  if (seen.found) {
    r.found = seen.found;
    r.found->replay = id_of(what) + ":" + (replaying ? options.replay : seen.found->replay);
  }
  if (seen.found && seen.found->kind != violation_kind::none) {
    r.outcome = verdict::violated;
  } else if (replaying) {
    r.limits.stopped_by = "one schedule replayed";
    r.outcome = verdict::inconclusive;
  } else {
    if (!seen.bound.empty()) r.limits.stopped_by = seen.bound;
    r.outcome = r.limits.stopped_by.empty() ? verdict::verified : verdict::inconclusive;
  }
}

}  // namespace

result explore(const exploration& as_is, const run_options& options) {
  const exploration what = changed(as_is, options);
  require_supported(what);
  result r;
  r.name = what.name;
  r.mutant = what.mutant;
  r.engine = "graph";
  r.model = options.under_sc ? "every execution under sequential consistency" : "every execution that RC11 allows";
  if (options.part) r.model += fmt::format(", shard {} of {}", options.part->index + 1, options.part->total);
  r.threads = what.threads;
  r.limits.executions = options.executions;
  r.limits.seconds = options.seconds;
  state_assumptions(r, what, options);

  const auto begun = steady::now();
  frontier before;
  const workers::beginning from = beginning_of(what, options, before);
  workers w(what, options, settings(what, options));
  if (options.replay.empty()) {
    w.run(from);
  } else {
    tell(w, what, options.replay);
  }
  findings seen = w.seen();
  seen.witness = schedule_text(options, w, seen.witness);
  if (seen.found) seen.found->replay = schedule_text(options, w, seen.found->replay);
  seen.complete += before.complete;
  seen.blocked += before.blocked;
  seen.situation_reached = seen.situation_reached || before.situation_reached;
  r.limits.stopped_by = w.stopped_by();
  const bool ended = options.replay.empty() && w.stopped_by().empty() && seen.bound.empty() && !seen.found;
  const bool whole = ended && !options.part && options.resume.empty();
  if (what.change.what != mutation::change::no_mutation && !w.mutation_applied() && whole) {
    throw std::logic_error(what.name + ": no operation has the label " + what.change.label + " of mutant " + what.mutant);
  }
  w.require_alike();
  const bool looks_again = whole && what.must_reach && !seen.situation_reached;
  if (looks_again) look_everywhere(r, options, w, seen);
  report_situation(r, what, options, seen, ended ? std::optional(seconds_since(begun)) : std::nullopt);
  if (options.on_left) options.on_left(looks_again ? "" : text_of_rest(what, options, w, seen, r));
  conclude(r, what, options, seen);
  r.operations = w.operations();
  r.seconds = seconds_since(begun);
  return r;
}

}  // namespace holdfast::checker::runtime
