// genmc: GenMC, if there is one on the PATH, and what it says of a program.
#ifndef HOLDFAST_TESTS_BENCHMARKS_ENGINE_GENMC_H_
#define HOLDFAST_TESTS_BENCHMARKS_ENGINE_GENMC_H_

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::benchmarks::engine {

struct genmc_answer {
  bool accepts = false;
  std::string version;  // its first line
  std::string refusal;  // one line, where it does not accept the program
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  double seconds = 0;  // from the end of its compilation to its counts; 0: too short to be timed
  std::uint64_t peak_bytes = 0;
};

// The whole path; empty: there is none.
std::string find_genmc();

// Throws std::runtime_error if it cannot be run.
genmc_answer run_genmc(const std::string& program, const std::vector<std::string>& arguments);

// What it said, without the measurements.
genmc_answer read_genmc(const std::string& output);

}  // namespace holdfast::benchmarks::engine

#endif  // HOLDFAST_TESTS_BENCHMARKS_ENGINE_GENMC_H_
