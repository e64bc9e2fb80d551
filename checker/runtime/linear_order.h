// linear_order: the events of an execution graph in one order.
#ifndef HOLDFAST_CHECKER_RUNTIME_LINEAR_ORDER_H_
#define HOLDFAST_CHECKER_RUNTIME_LINEAR_ORDER_H_

#include <vector>

#include "checker/graph/graph.h"

namespace holdfast::checker::runtime {

// Every event comes after those of its thread that precede it, after what it read, and after what it overwrote and whoever read that, where
// there is such an order. Where there is none, the program not being sequentially consistent, the latter gives way first. Of several that
// could be next it takes one of the same thread as before.
std::vector<graph::event_id> linear_order(const graph::graph& g);

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_LINEAR_ORDER_H_
