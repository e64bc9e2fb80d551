// outcome: final states of a litmus test, and what its condition says of them.
#ifndef HOLDFAST_CHECKER_LITMUS_OUTCOME_H_
#define HOLDFAST_CHECKER_LITMUS_OUTCOME_H_

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

struct final_state {
  std::vector<std::vector<std::uint64_t>> registers;  // of each thread, as run_thread gives them
  std::vector<std::uint64_t> locations;               // the bits of each
  auto operator<=>(const final_state&) const = default;
};

// Whether the state is one that the condition speaks of, whatever its quantifier. REQUIRES: there is a condition.
bool holds(const condition& c, const final_state& s);

// "0:r1=1 1:r2=0 x=2": what is observed. States with the same text are the same to the test.
std::string text_of(const program& p, const final_state& s);

// Whether the condition is met by all the final states of a test: exists, by at least one of them; ~exists, by none; forall, by all.
// REQUIRES: there is a condition.
bool is_met(const condition& c, std::span<const final_state> all);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_OUTCOME_H_
