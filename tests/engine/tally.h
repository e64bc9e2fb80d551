// tally: explores a scenario and keeps nothing of its execution graphs but how many there were.
#ifndef HOLDFAST_TESTS_ENGINE_TALLY_H_
#define HOLDFAST_TESTS_ENGINE_TALLY_H_

#include <cstdint>
#include <limits>

#include "checker/exploration.h"
#include "checker/graph/explorer.h"

namespace holdfast::checker {

struct tally {
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  bool failed = false;  // something is wrong with an execution: the search ended there
};

// On the calling thread. Ends after so many complete executions.
tally tally_of(const exploration& what, const graph::exploration_options& options,
               std::uint64_t at_most = std::numeric_limits<std::uint64_t>::max());

}  // namespace holdfast::checker

#endif  // HOLDFAST_TESTS_ENGINE_TALLY_H_
