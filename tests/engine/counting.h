// counting: explores a small scenario and counts its execution graphs.
#ifndef HOLDFAST_TESTS_ENGINE_COUNTING_H_
#define HOLDFAST_TESTS_ENGINE_COUNTING_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "checker/exploration.h"
#include "checker/graph/explorer.h"
#include "checker/runtime/graph_platform.h"
#include "checker/runtime/runner.h"
#include "checker/scenario.h"

namespace holdfast::checker {

// What an exploration came to. `twice`: graphs that were visited before, were there any.
struct counted {
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  std::uint64_t twice = 0;
  std::vector<graph::fault> faults;
  std::set<std::string> outcomes;  // what the objects held in the end, of the complete ones
};

// The graph as text, apart from the order in which its events were added.
std::string canonical(const graph::graph& g);

counted count(program& p, const exploration& what, const graph::exploration_options& options = {});

template <scenario Scenario>
counted count(unsigned threads, const graph::exploration_options& options = {}) {
  scenario_program<Scenario, unspecified> p;
  exploration what;
  what.threads = threads;
  return count(p, what, options);
}

}  // namespace holdfast::checker

#endif  // HOLDFAST_TESTS_ENGINE_COUNTING_H_
