// replay_command: `holdfast replay ID`.
#ifndef HOLDFAST_CHECKER_CLI_REPLAY_COMMAND_H_
#define HOLDFAST_CHECKER_CLI_REPLAY_COMMAND_H_

#include "checker/cli/verb.h"

namespace holdfast::checker {

extern const verb replay_verb;

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_REPLAY_COMMAND_H_
