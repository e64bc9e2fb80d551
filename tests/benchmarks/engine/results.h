// results: what one run measured, before anything is computed from it.
#ifndef HOLDFAST_TESTS_BENCHMARKS_ENGINE_RESULTS_H_
#define HOLDFAST_TESTS_BENCHMARKS_ENGINE_RESULTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/benchmarks/machine.h"

namespace holdfast::benchmarks::engine {

// One way to explore a program.
struct series {
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  std::uint64_t peak_bytes = 0;  // the most of all rounds
  std::vector<double> seconds;   // of one exploration, for each round

  std::vector<double> rates() const {
    std::vector<double> all;
    for (const double s : seconds) all.push_back(s > 0 ? static_cast<double>(complete) / s : 0);
    return all;
  }
};

struct genmc_series : series {
  std::string refusal;                     // it does not accept the program, and why
  bool without_in_place_revisits = false;  // it accepts the program only so
};

struct measured_row {
  std::string name;
  series engine;               // the engine alone, on one thread
  std::optional<series> one;   // the whole search, on one thread
  std::optional<series> many;  // the same on settings::jobs threads
  std::optional<genmc_series> genmc;
};

struct settings {
  double seconds = 0.2;  // that a measurement takes, at least
  unsigned rounds = 5;
  unsigned jobs = 1;
  std::string only;
};

struct results {
  facts machine;
  std::string command;
  settings how;
  std::string genmc;  // its version; empty: there is none
  std::string genmc_options;
  double others = 0;  // processors that other processes used while the engine was measured, on average
  std::vector<measured_row> rows;
};

}  // namespace holdfast::benchmarks::engine

#endif  // HOLDFAST_TESTS_BENCHMARKS_ENGINE_RESULTS_H_
