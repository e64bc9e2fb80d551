// print: a program in CppMem's language, whatever format it was read from. Reading it gives the same program, but for positions.
#ifndef HOLDFAST_CHECKER_LITMUS_PRINT_H_
#define HOLDFAST_CHECKER_LITMUS_PRINT_H_

#include <string>

#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

std::string to_text(const program& p);

// "exists (0:r1=1 /\ x=2)"; empty if there is none.
std::string condition_text(const program& p);

// "0:r1" or "x"
std::string name_of(const program& p, observable o);

// The value as its type has it: "-1" or "255".
std::string value_text(std::uint64_t value, type of);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_PRINT_H_
