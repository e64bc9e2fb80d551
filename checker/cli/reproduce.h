// reproduce: the commands that a report ends with, with the options that it takes to see the same again.
#ifndef HOLDFAST_CHECKER_CLI_REPRODUCE_H_
#define HOLDFAST_CHECKER_CLI_REPRODUCE_H_

#include <string>
#include <string_view>

#include "checker/check.h"
#include "checker/cli/select.h"

namespace holdfast::checker {

// `reports` as report() or to_junit() writes them: to each schedule are added the options that its numbers depend on, to a check that is
// to be run again those of its search, and --long if it takes that. `checks` are those that the reports are of.
std::string reproducible(std::string_view reports, const check_list& checks, const run_options& options);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_REPRODUCE_H_
