// measure: every program, round by round, by the engine and, where there is one, by GenMC.
#ifndef HOLDFAST_TESTS_BENCHMARKS_ENGINE_MEASURE_H_
#define HOLDFAST_TESTS_BENCHMARKS_ENGINE_MEASURE_H_

#include <stdexcept>

#include "tests/benchmarks/engine/results.h"

namespace holdfast::benchmarks::engine {

// The programs asked for do not exist, or their pattern cannot be read.
struct selection_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Each measurement is made in a process of its own. `only` is a regular expression searched in the names of the rows.
// Throws std::runtime_error if an engine finds fault with a program or cannot be run.
results measure(const settings& how);

}  // namespace holdfast::benchmarks::engine

#endif  // HOLDFAST_TESTS_BENCHMARKS_ENGINE_MEASURE_H_
