// orders_command: `holdfast orders LOCK`.
#ifndef HOLDFAST_CHECKER_CLI_ORDERS_COMMAND_H_
#define HOLDFAST_CHECKER_CLI_ORDERS_COMMAND_H_

#include "checker/cli/verb.h"

namespace holdfast::checker {

extern const verb orders_verb;

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_ORDERS_COMMAND_H_
