// litmus_command: `holdfast litmus FILE...`: every execution of litmus tests in CppMem's language or herd's C format.
#ifndef HOLDFAST_CHECKER_CLI_LITMUS_COMMAND_H_
#define HOLDFAST_CHECKER_CLI_LITMUS_COMMAND_H_

#include <string>
#include <vector>

namespace holdfast::checker {

struct litmus_arguments {
  std::vector<std::string> files;
  std::string model = "rc11";  // or "sc"
  std::string graphs;          // a folder for drawings; empty: none
};

// Reads all files before it runs any. After interrupted() the running test is reported as far as it came, and the others do not start.
// Results go to the file `output`, to standard output if it is empty. Gives the exit status: see exit_status in run.h. Throws usage_error.
int run_litmus(const litmus_arguments& a, bool as_json, const std::string& output);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_LITMUS_COMMAND_H_
