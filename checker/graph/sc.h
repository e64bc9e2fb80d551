// sc: the axioms that concern sequential consistency, decided for a whole graph.
#ifndef HOLDFAST_CHECKER_GRAPH_SC_H_
#define HOLDFAST_CHECKER_GRAPH_SC_H_

#include <cstdint>

#include "checker/graph/graph.h"

namespace holdfast::checker::graph {

// A graph of more events is not explored: the search is inconclusive.
inline constexpr event_id most_events = 512;

// RC11's: the partial order psc of the sequentially consistent accesses and fences has no cycle.
bool is_psc_acyclic(const graph& g);

// All of program order, reads-from, coherence order and from-read together has no cycle.
bool is_sequentially_consistent(const graph& g);

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_SC_H_
