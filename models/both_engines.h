// both_engines: a scenario over any exploring platform, entered for the graph engine and for relacy.
//
// "latch/two" goes by that name under relacy, and by "latch/rc11/two" in the graph engine.
#ifndef HOLDFAST_MODELS_BOTH_ENGINES_H_
#define HOLDFAST_MODELS_BOTH_ENGINES_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "models/check_scenario.h"

namespace holdfast::models {

// What relacy is to make of the scenario.
struct relacy_check {
  std::uint64_t executions = 0;          // that its search takes
  std::vector<std::string> unseen = {};  // mutants that its memory model has no execution for, or that it sees in another way
  bool is_long = false;
};

// As check_scenario does; Scenario is a template over the world.
template <template <class> class Scenario, class Spec = unspecified>
bool check_in_both(scenario_check c, relacy_check r) {
  scenario_check graph = c;
  graph.name.insert(graph.name.find('/'), "/rc11");
  check_scenario<Scenario<world>, Spec>(std::move(graph));
  exploration e = exploration_of<Scenario<checker::relacy_platform>, Spec>(c);
  const enter engine = checker::relacy::register_exploration;
  for (const mutant& m : c.mutants) {
    if (std::ranges::find(r.unseen, m.name) == r.unseen.end()) register_mutant(engine, e, m.name, m.change, m.expected, *m.words);
  }
  c.expected.executions = r.executions;
  engine(std::move(e), std::move(c.description), std::move(c.expected), r.is_long);
  return true;
}

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_BOTH_ENGINES_H_
