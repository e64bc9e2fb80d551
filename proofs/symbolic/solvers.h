// solvers: Z3 (the library) and cvc5 (the program) decide the same SMT-LIB text.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_SOLVERS_H_
#define HOLDFAST_PROOFS_SYMBOLIC_SOLVERS_H_

#include <atomic>
#include <map>
#include <string>
#include <vector>

#include "checker/report/record.h"

namespace holdfast::proofs {

// A question's answers: Z3's, then cvc5's.
struct decision_of_both {
  std::vector<checker::solver_answer> answers;
  std::map<std::string, std::string> model;  // Z3's, where the answer is "sat": numbers in decimal, truths as true and false
};

struct solver_limits {
  double seconds_each = 10;                 // for one question to one solver
  const std::atomic<bool>* stop = nullptr;  // answers "stopped" from then on
};

// Both solvers, side by side. What they once agreed on in this process is not asked again. An answer is "sat", "unsat", "unknown",
// "timeout", "missing" or "stopped".
std::vector<decision_of_both> decide(const std::vector<std::string>& texts, const solver_limits& limits);

// Z3's answer alone, for surveys. Not a verdict.
std::string z3_answer(const std::string& text);

// A model of `text` with further assertions, or nothing.
std::map<std::string, std::string> model_of(const std::string& text, const std::string& assertions);

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_SOLVERS_H_
