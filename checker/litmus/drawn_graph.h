// drawn_graph: an execution graph of a litmus test as CppMem draws it.
#ifndef HOLDFAST_CHECKER_LITMUS_DRAWN_GRAPH_H_
#define HOLDFAST_CHECKER_LITMUS_DRAWN_GRAPH_H_

#include "checker/graph/graph.h"
#include "checker/litmus/drawing.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

// Of sb, rf, mo, sw and dr. A read-modify-write is one event: "c:RMWar x=0/1". A location without an initial value has no initial write, and
// what reads it before it is written reads "?". The graph is an executable's, and complete.
drawn_execution drawn(const program& p, const graph::graph& g);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_DRAWN_GRAPH_H_
