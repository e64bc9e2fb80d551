// list_command: `holdfast list [PATTERN...]`.
#ifndef HOLDFAST_CHECKER_CLI_LIST_COMMAND_H_
#define HOLDFAST_CHECKER_CLI_LIST_COMMAND_H_

#include "checker/cli/verb.h"

namespace holdfast::checker {

extern const verb list_verb;

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_LIST_COMMAND_H_
