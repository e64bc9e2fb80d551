// usage_error: what the person who typed the command can put right. One line: what was wrong, where, what to do. Exit 2.
#ifndef HOLDFAST_CHECKER_CLI_USAGE_ERROR_H_
#define HOLDFAST_CHECKER_CLI_USAGE_ERROR_H_

#include <stdexcept>

namespace holdfast::checker {

struct usage_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_USAGE_ERROR_H_
