// final_condition: `exists (0:r1=1 /\ x=2)` and what else may follow the threads.
#ifndef HOLDFAST_CHECKER_LITMUS_FINAL_CONDITION_H_
#define HOLDFAST_CHECKER_LITMUS_FINAL_CONDITION_H_

#include "checker/litmus/lexer.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

// Reads an optional `locations [0:r1; x;]` and an optional `exists`, `~exists` or `forall` with its proposition, to the end of the file.
// Both say what is observed; if there is neither, everything is. Throws parse_error.
void parse_final_condition(lexer& in, program& into);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_FINAL_CONDITION_H_
