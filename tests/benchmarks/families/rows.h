// rows: what is measured of the locks that are not plain mutexes: one row for each thing done, with everybody who can do it.
#ifndef HOLDFAST_TESTS_BENCHMARKS_FAMILIES_ROWS_H_
#define HOLDFAST_TESTS_BENCHMARKS_FAMILIES_ROWS_H_

#include <chrono>
#include <string>
#include <vector>

#include "tests/benchmarks/repeat.h"

namespace holdfast::benchmarks {

struct family_contender {
  const char* lock;
  slice (*run)(const workload&, std::chrono::nanoseconds);  // operations per second
};

struct family_row {
  std::string name;  // "condition variable, broadcast held"
  unsigned threads;
  double inside_ns;  // work in a section
  double at_least;   // how many times the reference's rate is asked for; 1 of every other peer
  // First ours, which is judged; then the peer that ratios are to; then other peers, and more of ours.
  std::vector<family_contender> locks;
};

std::vector<family_row> condition_variable_rows();
std::vector<family_row> owned_mutex_rows();  // robust, priority-inheriting
std::vector<family_row> shared_mutex_rows();
std::vector<family_row> semaphore_rows();
std::vector<family_row> barrier_rows();

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_FAMILIES_ROWS_H_
