// exploring: explores a small scenario with the graph engine, as a check would.
#ifndef HOLDFAST_TESTS_ENGINE_EXPLORING_H_
#define HOLDFAST_TESTS_ENGINE_EXPLORING_H_

#include "checker/exploration.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "checker/scenario.h"

namespace holdfast::checker {

template <class Scenario, class Spec = unspecified>
exploration exploration_of(unsigned threads) {
  exploration e;
  e.name = "test";
  e.threads = threads;
  e.make = make_program<Scenario, Spec>;
  return e;
}

template <class Scenario, class Spec = unspecified>
result explored(unsigned threads, const run_options& options = {}) {
  return runtime::explore(exploration_of<Scenario, Spec>(threads), options);
}

inline violation_kind kind_of(const result& r) { return r.found ? r.found->kind : violation_kind::none; }

}  // namespace holdfast::checker

#endif  // HOLDFAST_TESTS_ENGINE_EXPLORING_H_
