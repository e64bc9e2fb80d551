// goals: what the engine is held to, judged on one run.
#ifndef HOLDFAST_TESTS_BENCHMARKS_ENGINE_GOALS_H_
#define HOLDFAST_TESTS_BENCHMARKS_ENGINE_GOALS_H_

#include <vector>

#include "tests/benchmarks/engine/results.h"
#include "tests/benchmarks/goals.h"

namespace holdfast::benchmarks::engine {

// Each goal for each program that it is about; those beside GenMC only if there is one.
//   as many executions as GenMC, where it accepts the program
//   at least 20 times its executions per second, from 1000 executions on
//   two threads at least 1.7 times as fast as one, from 1000 executions on; only of a run with two, in rounds in which both were free
//   at most 64 MiB
std::vector<judgement> judge(const results& run);

}  // namespace holdfast::benchmarks::engine

#endif  // HOLDFAST_TESTS_BENCHMARKS_ENGINE_GOALS_H_
