// litmus_command: `holdfast litmus FILE...`: every execution of litmus tests in CppMem's language or herd's C format.
#ifndef HOLDFAST_CHECKER_CLI_LITMUS_COMMAND_H_
#define HOLDFAST_CHECKER_CLI_LITMUS_COMMAND_H_

#include "checker/cli/verb.h"

namespace holdfast::checker {

extern const verb litmus_verb;

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_LITMUS_COMMAND_H_
