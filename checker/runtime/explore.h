// explore: the exhaustive search of a scenario over execution graphs, and the report of what it found.
//
// "Every execution that RC11 allows, once": release sequences as in C++20, program order and reads-from never form a cycle, the kernel's
// futex queue as checker/kernel has it. A search that a limit cut short is inconclusive. Bounds of the engine: 15 threads, 254 events of a
// thread, 500 of an execution.
#ifndef HOLDFAST_CHECKER_RUNTIME_EXPLORE_H_
#define HOLDFAST_CHECKER_RUNTIME_EXPLORE_H_

#include <string>
#include <utility>

#include "checker/check.h"
#include "checker/exploration.h"
#include "checker/report/record.h"

namespace holdfast::checker::runtime {

// Fills name, mutant, engine, model, threads, outcome, counts, bounds, situations, assumptions and, if something was found, the execution.
result explore(const exploration& what, const run_options& options);

// `expected.executions` is the number of complete executions; of a violation, none: how soon it is found depends on who searches.
inline void register_exploration(exploration what, std::string description, expectation expected, bool is_long = false) {
  check c;
  c.name = what.name;
  c.mutant = what.mutant;
  c.description = std::move(description);
  c.kind = check_kind::exploration;
  c.threads = what.threads;
  c.is_long = is_long;
  c.divides = true;
  c.expected = std::move(expected);
  c.run = [what = std::move(what)](const run_options& options) { return explore(what, options); };
  register_check(std::move(c));
}

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_EXPLORE_H_
