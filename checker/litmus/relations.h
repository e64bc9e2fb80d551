// relations: what happens-before comes from, and what it leaves unordered, as pairs of events of an execution graph.
#ifndef HOLDFAST_CHECKER_LITMUS_RELATIONS_H_
#define HOLDFAST_CHECKER_LITMUS_RELATIONS_H_

#include <utility>
#include <vector>

#include "checker/graph/graph.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

using event_pairs = std::vector<std::pair<graph::event_id, graph::event_id>>;

// Synchronizes-with between two threads: from a release write or fence to an acquire read or fence (C++20: a release sequence is a write
// and the read-modify-writes that follow from it).
event_pairs synchronisations(const graph::graph& g);

// Accesses of the plain locations, by two threads, one of them a write, that happens-before does not order. The graph is an executable's.
event_pairs races(const program& p, const graph::graph& g);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_RELATIONS_H_
