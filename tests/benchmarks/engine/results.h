// results: what one run measured, before anything is computed from it.
#ifndef HOLDFAST_TESTS_BENCHMARKS_ENGINE_RESULTS_H_
#define HOLDFAST_TESTS_BENCHMARKS_ENGINE_RESULTS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "tests/benchmarks/machine.h"
#include "tests/benchmarks/statistics.h"

namespace holdfast::benchmarks::engine {

// One way to explore a program.
struct series {
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  std::uint64_t peak_bytes = 0;  // the most of all rounds
  std::vector<double> seconds;   // of one exploration, for each round
  std::vector<double> others;    // processors that other processes used meanwhile, for each round

  // Whether most rounds were long enough.
  bool is_timed() const { return quartiles_of(seconds).median > 0; }
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
  double calm = 10;  // percent of a processor that others may use meanwhile
  unsigned jobs = 1;
  std::string only;
};

struct results {
  facts machine;
  std::string command;
  settings how;
  std::string genmc;  // its version; empty: there is none
  std::string genmc_options;
  unsigned measurements = 0;
  unsigned repeated = 0;   // measured again because others were busy
  unsigned disturbed = 0;  // kept although they were
  std::vector<measured_row> rows;
};

// Many threads' rate as a multiple of one's, in the rounds in which nobody else used a processor that they need.
inline std::vector<double> thread_ratios(const measured_row& m, double calm) {
  std::vector<double> all;
  for (std::size_t i = 0; m.many && i < m.many->seconds.size(); ++i) {
    if (std::max(m.one->others[i], m.many->others[i]) * 100 <= calm) all.push_back(m.one->seconds[i] / m.many->seconds[i]);
  }
  return all;
}

}  // namespace holdfast::benchmarks::engine

#endif  // HOLDFAST_TESTS_BENCHMARKS_ENGINE_RESULTS_H_
