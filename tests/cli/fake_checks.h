// fake_checks: a registry for the command's tests: one check of each kind of outcome, none of which explores anything.
#ifndef HOLDFAST_TESTS_CLI_FAKE_CHECKS_H_
#define HOLDFAST_TESTS_CLI_FAKE_CHECKS_H_

#include "checker/report/record.h"

namespace holdfast::checker {

// A data race of two threads, with its execution: every field that a report shows is filled.
violation fake_race();

// What the fake explorations have in common.
result fake_result(verdict outcome, std::uint64_t executions, double seconds);

void register_fake_checks();

}  // namespace holdfast::checker

#endif  // HOLDFAST_TESTS_CLI_FAKE_CHECKS_H_
