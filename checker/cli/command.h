// command: the verbs of `holdfast`.
#ifndef HOLDFAST_CHECKER_CLI_COMMAND_H_
#define HOLDFAST_CHECKER_CLI_COMMAND_H_

namespace holdfast::checker {

// Runs what the arguments ask for on what is registered, and gives the exit status: see exit_status in run.h.
int run_command(int argc, char** argv);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_COMMAND_H_
