// rows: the programs that are explored, and the same in C for GenMC.
#ifndef HOLDFAST_TESTS_BENCHMARKS_ENGINE_ROWS_H_
#define HOLDFAST_TESTS_BENCHMARKS_ENGINE_ROWS_H_

#include <string>
#include <vector>

#include "checker/exploration.h"

namespace holdfast::benchmarks::engine {

struct row {
  checker::exploration what;             // its name is the row's
  bool cutting = false;                  // exploration_options::cut_pure, which GenMC does not do
  std::string source;                    // a file of genmc/; empty: it has no such program
  std::vector<std::string> definitions;  // "-DN=3"
};

std::vector<row> rows();

}  // namespace holdfast::benchmarks::engine

#endif  // HOLDFAST_TESTS_BENCHMARKS_ENGINE_ROWS_H_
