// judgement: what the findings of a litmus test mean for its condition.
#ifndef HOLDFAST_CHECKER_LITMUS_JUDGEMENT_H_
#define HOLDFAST_CHECKER_LITMUS_JUDGEMENT_H_

#include <cstdint>

#include "checker/litmus/execute.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

//   holds         the condition is met, and nothing is wrong
//   fails         the condition is not met, or an assertion fails
//   undefined     an execution has a race, or reads what was never written: C++ allows the program anything
//   inconclusive  the search was cut short, and found nothing wrong so far
//   explored      there is no condition, and nothing is wrong
enum class judgement : std::uint8_t { holds, fails, undefined, inconclusive, explored };

judgement judgement_of(const program& p, const findings& f);

// How many executions end in a state that the condition speaks of, whatever its quantifier. REQUIRES: there is a condition.
std::uint64_t matching_executions(const program& p, const findings& f);

enum class truth : std::uint8_t { met, not_met, unknown };

// Whether the condition is met. Unknown if it depends on what was not visited. REQUIRES: there is a condition.
truth truth_of_condition(const program& p, const findings& f);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_JUDGEMENT_H_
