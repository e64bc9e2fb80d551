// junit: results as JUnit's XML, for continuous integration. One test case per check; what is not as expected is a failure whose
// text is the report.
#ifndef HOLDFAST_CHECKER_REPORT_JUNIT_H_
#define HOLDFAST_CHECKER_REPORT_JUNIT_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "checker/report/record.h"

namespace holdfast::checker {

// `command` is what starts holdfast where the reader is. Checks that were not started are one skipped test case.
std::string to_junit(std::span<const result> results, std::size_t not_run, std::string_view command);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_REPORT_JUNIT_H_
