// situation_search: whether an execution passes through a situation.
//
// A graph has many linear orders, and a situation between threads is met along some of them only. The first look goes along a few: thread
// after thread by priority, in turn, and as the events were added. The second goes through all prefixes, each once.
#ifndef HOLDFAST_CHECKER_RUNTIME_SITUATION_SEARCH_H_
#define HOLDFAST_CHECKER_RUNTIME_SITUATION_SEARCH_H_

#include <cstdint>
#include <optional>
#include <set>
#include <vector>

#include "checker/exploration.h"
#include "checker/graph/kernel_states.h"
#include "checker/graph/pi_words.h"
#include "checker/runtime/linear_order.h"
#include "checker/runtime/runner.h"

namespace holdfast::checker::runtime {

class situation_search {
 public:
  // Of one execution; beyond it the search gives up on it.
  static constexpr std::size_t most_prefixes = 200'000;

  // Who sleeps, by the values of locations.
  struct queues {
    const graph::kernel_states* plain;
    const graph::pi_words* pi;
  };

  situation_search(const situation& sought, const runner& running, unsigned threads);

  // An order of the events that passes through the situation, if one was found. Of the first executions all orders of the first look are
  // tried; of the others two each, in turn, so that what is met late costs little.
  std::optional<std::vector<graph::event_id>> look(const graph::graph& g, const queues& kernel);
  std::optional<std::vector<graph::event_id>> look_everywhere(const graph::graph& g, const queues& kernel);
  // Whether it gave up on an execution.
  bool gave_up() const { return gave_up_; }

 private:
  class moment;

  bool passes(const graph::graph& g, const queues& kernel, const std::vector<graph::event_id>& order) const;
  bool descend(const graph::graph& g, const placing& so_far, const moment& now);

  const situation& sought_;
  const runner& running_;
  std::vector<preference> preferences_;  // besides the usual one
  std::uint64_t executions_ = 0;
  bool gave_up_ = false;
  std::set<placing::counts> visited_;
  std::vector<graph::event_id> way_;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_SITUATION_SEARCH_H_
