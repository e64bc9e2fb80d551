// run: runs checks one after another, and what the process answers for them.
#ifndef HOLDFAST_CHECKER_CLI_RUN_H_
#define HOLDFAST_CHECKER_CLI_RUN_H_

#include <cstddef>
#include <functional>
#include <vector>

#include "checker/check.h"
#include "checker/cli/select.h"

namespace holdfast::checker {

enum exit_status : int {
  all_as_expected = 0,
  not_as_expected = 1,
  usage = 2,
  inconclusive_only = 3,  // a verdict was expected, and a limit or Ctrl-C came first; nothing worse
};

struct run_outcome {
  std::vector<result> results;
  std::size_t not_run = 0;  // after Ctrl-C
};

// `on_result` sees each result as it arrives. After interrupted() the running check answers with what it has, the others do not start.
run_outcome run_all(const check_list& checks, run_options options, const std::function<void(const result&)>& on_result);

exit_status status_of(const run_outcome& outcome);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_RUN_H_
