// oracle_program: a small program of the brute-force enumerator, run by the engine.
#ifndef HOLDFAST_TESTS_ENGINE_ORACLE_PROGRAM_H_
#define HOLDFAST_TESTS_ENGINE_ORACLE_PROGRAM_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "checker/graph/graph.h"
#include "checker/program.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::checker {

class oracle_program final : public program {
 public:
  // If the results are kept, each thread writes a number of what its registers hold, when it ends, to an object behind the program's.
  explicit oracle_program(const oracle::small_program& code, bool keeps_results = false) : code_(code), keeps_results_(keeps_results) {}

  void construct() override;
  void run(unsigned thread) override;
  void finish() override {}
  void destroy() override {}
  finding judge(std::span<const observed_operation>, precedes) const override { return {}; }
  const char* operation_name(unsigned char) const override { return ""; }

 private:
  const oracle::small_program& code_;
  const bool keeps_results_;
  std::array<std::uint64_t, oracle::most_locations + oracle::most_threads> objects_{};
};

// The graph in the enumerator's notation (brute_force/enumerate.h).
// Of a program that enters the kernel, `queue` is to be set; `asleep`: the threads that sleep for ever.
std::string in_oracle_notation(const graph::graph& g, std::size_t locations, bool queue = false, const std::vector<unsigned>& asleep = {});

// Of the graphs that differ only in the names of threads, the smallest in text.
std::string smallest_renaming(const std::string& graph, std::size_t threads);

// What a thread writes of its registers when it ends.
std::uint64_t number_of(const std::array<std::uint64_t, oracle::most_registers>& at_end);

}  // namespace holdfast::checker

#endif  // HOLDFAST_TESTS_ENGINE_ORACLE_PROGRAM_H_
