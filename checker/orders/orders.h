// orders: the weakest memory order that each operation of a lock can do with.
//
// One operation at a time, the others as they are: its order is weakened step by step as long as every scenario of the lock that the graph
// engine explores, and that is expected to be verified, still is. So the table holds for those scenarios, and two operations that can each
// do with less need not both do.
#ifndef HOLDFAST_CHECKER_ORDERS_ORDERS_H_
#define HOLDFAST_CHECKER_ORDERS_ORDERS_H_

#include <functional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/report/record.h"
#include "impl/platform.h"

namespace holdfast::checker {

// What an order weaker than the one named allows: a scenario, and the execution that it is violated by.
struct weaker_order {
  order tried = order::relaxed;
  std::string scenario;
  violation allows;
};

struct needed_order {
  labelled_operation operation;
  bool of_failure = false;  // of a compare-exchange: the order when it fails
  order asked = order::relaxed;
  std::vector<order> weakest;          // that do; more than one where none is weaker than the other
  std::vector<weaker_order> too_weak;  // the next weaker ones

  bool asks_for_more() const { return weakest.size() != 1 || weakest[0] != asked; }
};

struct order_table {
  std::size_t scenarios = 0;
  std::vector<needed_order> operations;
  std::vector<result> unverified;  // scenarios that are not verified as the lock is; then there is no table
};

// A search had no verdict: Ctrl-C, or a bound of the engine. Says which, and why.
struct undecided_order : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Throws undecided_order. `scenarios`: checks of one lock, without mutants, of the graph engine. `on_trial` is told what is tried, and may be empty.
order_table weakest_orders(std::span<const check* const> scenarios, const run_options& options,
                           const std::function<void(const std::string&)>& on_trial);

// For people: a line for each operation, and with `verbose` every execution whole.
std::string text_of(const order_table& table, bool verbose);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_ORDERS_ORDERS_H_
