// orders_command: `holdfast orders LOCK`.
#ifndef HOLDFAST_CHECKER_CLI_ORDERS_COMMAND_H_
#define HOLDFAST_CHECKER_CLI_ORDERS_COMMAND_H_

#include <string>

#include "checker/check.h"

namespace holdfast::checker {

// Prints the table of the lock with this stem. The status: 0; 1 if the lock is not right as it is. Throws usage_error.
int run_orders(const std::string& lock, bool verbose, const run_options& options);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_ORDERS_COMMAND_H_
