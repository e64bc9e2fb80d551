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
  explicit oracle_program(const oracle::small_program& code) : code_(code) {}

  void construct() override;
  void run(unsigned thread) override;
  void finish() override {}
  void destroy() override {}
  finding judge(std::span<const observed_operation>, precedes) const override { return {}; }
  const char* operation_name(unsigned char) const override { return ""; }

 private:
  const oracle::small_program& code_;
  std::array<std::uint64_t, oracle::most_locations> objects_{};
};

// The graph in the enumerator's notation (brute_force/enumerate.h).
std::string in_oracle_notation(const graph::graph& g, std::size_t locations);

}  // namespace holdfast::checker

#endif  // HOLDFAST_TESTS_ENGINE_ORACLE_PROGRAM_H_
