// list: what can be checked, without checking it.
#ifndef HOLDFAST_CHECKER_CLI_LIST_H_
#define HOLDFAST_CHECKER_CLI_LIST_H_

#include <string>

#include "checker/cli/select.h"

namespace holdfast::checker {

// One aligned line per check: name, threads, expected verdict, description.
std::string list_text(const check_list& checks);

// {"schema": 1, "tool": "holdfast", "checks": [{"id", "name", "mutant", "kind", "threads", "long", "expected", "description"}]}
std::string list_json(const check_list& checks);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_LIST_H_
