// check_command: `holdfast check [PATTERN...]` and `holdfast prove [PATTERN...]`.
#ifndef HOLDFAST_CHECKER_CLI_CHECK_COMMAND_H_
#define HOLDFAST_CHECKER_CLI_CHECK_COMMAND_H_

#include "checker/cli/verb.h"

namespace holdfast::checker {

extern const verb check_verb;
extern const verb prove_verb;

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_CHECK_COMMAND_H_
