// verb: one verb of the command: what it takes, what it does, what it answers with.
#ifndef HOLDFAST_CHECKER_CLI_VERB_H_
#define HOLDFAST_CHECKER_CLI_VERB_H_

#include <CLI/CLI.hpp>
#include <functional>

namespace holdfast::checker {

struct verb {
  const char* name;
  const char* description;
  const char* exits;  // each exit status that it has: see exit_status in run.h
  // Declares what it takes; what it returns is run when that has been read, and gives the exit status or throws usage_error.
  std::function<int()> (*declare)(CLI::App& app);
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_VERB_H_
