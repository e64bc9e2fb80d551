// narrate: an execution graph as steps in one order, for people.
//
// A graph has no order of its own. The usual one (linear_order.h) has every event after what it read and after what it overwrote, where there is
// such an order: where the program is not sequentially consistent there may be none, and then a read may stand before a write that it ignores.
#ifndef HOLDFAST_CHECKER_RUNTIME_NARRATE_H_
#define HOLDFAST_CHECKER_RUNTIME_NARRATE_H_

#include <cstddef>
#include <vector>

#include "checker/graph/explorer.h"
#include "checker/report/record.h"
#include "checker/runtime/runner.h"

namespace holdfast::checker::runtime {

struct narration {
  std::vector<step> steps;
  std::vector<std::size_t> step_of;  // by event; no_step: it is not shown
  static constexpr std::size_t no_step = ~std::size_t{0};
};

// "exchange", "load", "fence"; empty for what is no operation on memory.
const char* name_of_operation(const graph::request& q);

// `program` names the operations; threads count from 1, and 0 is set-up.
narration narrate(const graph::graph& g, const graph::explorer& explored, const runner& running, const program& of,
                  const std::vector<graph::event_id>& order);

// The whole report of a fault.
violation explain_fault(const graph::graph& g, const narration& told, const graph::fault& f);

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_NARRATE_H_
