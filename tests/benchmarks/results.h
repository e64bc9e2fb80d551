// results: what one run measured, before anything is computed from it.
#ifndef HOLDFAST_TESTS_BENCHMARKS_RESULTS_H_
#define HOLDFAST_TESTS_BENCHMARKS_RESULTS_H_

#include <string>
#include <utility>
#include <vector>

#include "tests/benchmarks/repeat.h"

namespace holdfast::benchmarks {

// One lock in one cell or row: a value for each round.
struct series {
  std::string lock;
  std::vector<double> rounds;    // contended and families: operations per second; uncontended: nanoseconds per pair
  std::vector<double> fairness;  // contended only
  unsigned rescued = 0;          // slices in which it lost a wake-up
};

// One cell of the contended table.
struct cell {
  std::string section;  // "empty", "0.1 us", "2 us"
  std::string outside;  // "none", "equal"
  workload load;
  std::vector<double> ceiling;  // sections per second, for each round
  std::vector<series> locks;
};

// One row of the other families: first ours, which is judged, then the peer that ratios are to.
struct row {
  std::string name;
  workload load;
  double at_least;  // ours, as a multiple of that peer
  std::vector<series> locks;
};

struct settings {
  double seconds = 0.5;
  unsigned rounds = 25;
  double calm = 10;  // percent of a processor that others may use in a slice
  bool pin = false;  // thread i to processor i, modulo their number
  std::string only;
};

struct results {
  std::vector<std::pair<std::string, std::string>> machine;  // what is measured on, in the order to print
  std::vector<std::pair<std::string, std::string>> versions;
  std::string command;
  settings how;
  double iteration_ns = 0;
  double pause_ns = 0;
  std::vector<series> uncontended;
  std::vector<cell> contended;
  std::vector<row> families;
  double others = 0;  // processors that other processes used, on average
  unsigned slices = 0;
  unsigned repeated = 0;   // slices measured again because others were busy
  unsigned disturbed = 0;  // slices kept although they were
  bool calm_is_known = false;
  bool interrupted = false;
};

// What ratios are to.
inline constexpr const char* uncontended_reference = bare_pair::name;
inline constexpr const char* contended_reference = pthread_normal::name;

inline const series* find(const std::vector<series>& all, const std::string& lock) {
  for (const series& s : all)
    if (s.lock == lock) return &s;
  return nullptr;
}

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_RESULTS_H_
