// goals: what holdfast::mutex and the other families are held to, judged on one run.
#ifndef HOLDFAST_TESTS_BENCHMARKS_GOALS_H_
#define HOLDFAST_TESTS_BENCHMARKS_GOALS_H_

#include <string>
#include <vector>

#include "tests/benchmarks/results.h"
#include "tests/benchmarks/statistics.h"

namespace holdfast::benchmarks {

// holds: the median is as good as wanted. noise: it is not, but the better quartile is, so that this run does not tell. misses: neither.
enum class verdict { holds, noise, misses };

struct judgement {
  std::string goal;   // what is wanted
  std::string where;  // the cell, and the lock compared with
  quartiles ratio;    // round by round
  double wanted;
  verdict is;
};

// Each goal in each cell and row that was measured well enough to judge it; of the mutex none without holdfast::mutex.
//   uncontended at most 2.0 times the bare pair
//   contended at least pthread normal
//   contended at least every peer
//   contended at least 1.3 times pthread normal, where that leaves 30 % or more of the ceiling unused
//   families at least every peer: of the first peer as much as the row says
std::vector<judgement> judge(const results& run);

std::string name_of(const cell& c);
const char* name_of(verdict v);

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_GOALS_H_
