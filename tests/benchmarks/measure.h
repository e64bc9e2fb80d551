// measure: every lock in every cell, interleaved.
#ifndef HOLDFAST_TESTS_BENCHMARKS_MEASURE_H_
#define HOLDFAST_TESTS_BENCHMARKS_MEASURE_H_

#include <stdexcept>

#include "tests/benchmarks/results.h"

namespace holdfast::benchmarks {

// The measurements asked for do not exist, or their pattern cannot be read.
struct selection_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Round by round; in each round the locks come in an order of its own. Ctrl-C ends it after the cell, with what there is.
// `only` is a regular expression searched in names such as "uncontended/absl::Mutex", "contended/4/0.1 us/equal/absl::Mutex"
// and "families/barrier, 4 threads/POSIX".
// A lock that ratios are to is measured wherever another one is.
results measure(const settings& how);

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_MEASURE_H_
