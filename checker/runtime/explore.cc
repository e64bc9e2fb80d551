#include "checker/runtime/explore.h"

#include <chrono>
#include <stdexcept>

#include "checker/runtime/frontier.h"
#include "checker/runtime/inspector.h"
#include "checker/runtime/workers.h"

namespace holdfast::checker::runtime {
namespace {

using steady = std::chrono::steady_clock;

std::string id_of(const exploration& what) { return what.mutant.empty() ? what.name : what.name + "[" + what.mutant + "]"; }

void require_supported(const exploration& what) {
  if (what.threads == 0 || what.threads >= graph::most_threads) throw std::invalid_argument(what.name + ": a scenario has 1 to 15 threads");
  if (what.same.first == 0 || what.same.last > what.threads)
    throw std::invalid_argument(what.name + ": there are no such threads to be alike");
  if (what.context_bound) throw std::invalid_argument(what.name + ": this engine has no context bound; leave it out");
  if (what.on_step) throw std::invalid_argument(what.name + ": this engine shows no single steps");
}

void state_assumptions(result& r, const exploration& what, const run_options& options) {
  const std::string each = " of each thread";
  r.assumptions.push_back(options.under_sc ? "sequential consistency"
                                           : "RC11: program order and reads-from form no cycle; release sequences as in C++20");
  r.assumptions.push_back("an iteration that gets a thread nowhere is as good as none");
  const bool symmetric = options.symmetry && what.same.last > what.same.first;
  if (symmetric) r.assumptions.push_back("of executions that differ only in which like thread does what, one");
  r.assumptions.push_back("the kernel's operations on its queues are in one order, which orders nothing else");
  r.assumptions.push_back(what.wakes == wake_order::any_waiter ? "a wake takes any waiter" : "a wake takes the first waiter");
  if (what.interruptions != 0) r.assumptions.push_back("at most " + std::to_string(what.interruptions) + " interruption(s)" + each);
  if (what.spin_rounds == 0) r.assumptions.push_back("nobody spins");
  r.assumptions.push_back(what.spurious_wake_ups == 0
                              ? "no spurious wake-ups"
                              : "at most " + std::to_string(what.spurious_wake_ups) + " spurious wake-up(s)" + each);
}

exploration changed(exploration what, const run_options& options) {
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
  before = read_frontier(options.resume, id_of(what), settings_of(options));
  from.parts = before.left;
  from.blocks = before.blocks;
  from.is_resumed = true;
  from.counted = before.complete + before.blocked;
  return from;
}

void save(const exploration& what, const run_options& options, const workers& w, const findings& seen) {
  frontier f;
  f.check = id_of(what);
  f.settings = settings_of(options);
  f.blocks = w.blocks();
  f.complete = seen.complete;
  f.blocked = seen.blocked;
  f.situation_reached = seen.situation_reached;
  f.left = w.left();
  write_frontier(options.save, f);
}

void conclude(result& r, const exploration& what, const run_options& options, const findings& seen) {
  const bool replaying = !options.replay.empty();
  r.executions = seen.complete;
  r.blocked = seen.blocked;
  if (what.must_reach && !(options.part && !seen.situation_reached)) {
    r.situations.push_back({what.must_reach->text, seen.situation_reached, seen.witness.empty() ? "" : id_of(what) + ":" + seen.witness});
  }
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
    w.tell(path_of_text(options.replay));
    if (!w.seen().found) throw std::invalid_argument("'" + options.replay + "' is not a schedule of " + what.name);
  }
  findings seen = w.seen();
  seen.complete += before.complete;
  seen.blocked += before.blocked;
  seen.situation_reached = seen.situation_reached || before.situation_reached;
  r.limits.stopped_by = w.stopped_by();
  const bool whole = options.replay.empty() && !options.part && w.stopped_by().empty() && seen.bound.empty() && !seen.found;
  if (what.change.what != mutation::change::no_mutation && !w.mutation_applied() && whole) {
    throw std::logic_error(what.name + ": no operation has the label " + what.change.label + " of mutant " + what.mutant);
  }
  w.require_alike();
  if (!options.save.empty() && !w.stopped_by().empty()) save(what, options, w, seen);
  if (whole && what.must_reach && !seen.situation_reached) {
    w.look_everywhere();
    seen.situation_reached = w.seen().situation_reached;
    seen.witness = w.seen().witness;
    r.limits.stopped_by = w.stopped_by();
    if (w.seen().gave_up) r.assumptions.push_back("a situation was not looked for in all of some executions");
  }
  conclude(r, what, options, seen);
  r.operations = w.operations();
  r.seconds = std::chrono::duration<double>(steady::now() - begun).count();
  return r;
}

}  // namespace holdfast::checker::runtime
