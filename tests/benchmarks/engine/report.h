// report: a run as text and as JSON.
#ifndef HOLDFAST_TESTS_BENCHMARKS_ENGINE_REPORT_H_
#define HOLDFAST_TESTS_BENCHMARKS_ENGINE_REPORT_H_

#include <string>

#include "tests/benchmarks/engine/results.h"

namespace holdfast::benchmarks::engine {

std::string text(const results& run);

// Everything the text is made of, and every round.
std::string json(const results& run);

}  // namespace holdfast::benchmarks::engine

#endif  // HOLDFAST_TESTS_BENCHMARKS_ENGINE_REPORT_H_
