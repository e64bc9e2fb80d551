// explore: relacy's full search of a scenario, and the report of what it found.
//
// "Exhaustive under relacy's model": every interleaving, and every stale read that relacy knows, is tried once, without its fairness rule.
// relacy's model is not C++20's. A store takes the place in coherence order that it has in the interleaving; a load reads the newest write
// or the one before; a compare-exchange never fails on a stale value; a release sequence goes on through the same thread's later stores, as
// it did before C++20; of two seq_cst fences the second knows all that came before the first, and other seq_cst operations are in an order
// apart from theirs. So a pass here is a second opinion, not a proof.
//
// A search that a bound cut short is inconclusive. The bounds: context switches, executions, time, and the length of one execution: one
// that goes on for longer than longest_execution operations is either shown to be a fair cycle (a livelock) or ends the search.
#ifndef HOLDFAST_CHECKER_RELACY_EXPLORE_H_
#define HOLDFAST_CHECKER_RELACY_EXPLORE_H_

#include "checker/check.h"
#include "checker/exploration.h"
#include "checker/report/record.h"

namespace holdfast::checker::relacy {

// A scenario has 2 to 4 threads. No execution has more operations than this.
inline constexpr unsigned most_threads = 4;
inline constexpr unsigned longest_execution = 400;
// A fair cycle is believed when it has gone on for so many steps: a loop that counts to a smaller number is not mistaken for one.
inline constexpr unsigned livelock_steps = 200;

using checker::exploration;
using checker::explored_step;
using checker::mutation;
using checker::precedes;
using checker::program;
using checker::situation;
using checker::wake_order;

// Fills name, mutant, engine, model, threads, outcome, counts, bounds, situations, assumptions and, if something was found, the execution.
result explore(const exploration& what, const run_options& options);

}  // namespace holdfast::checker::relacy

#endif  // HOLDFAST_CHECKER_RELACY_EXPLORE_H_
