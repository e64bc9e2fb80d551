// explain: what a reader is told about an execution, from its steps alone; the same for every engine.
#ifndef HOLDFAST_CHECKER_REPORT_EXPLAIN_H_
#define HOLDFAST_CHECKER_REPORT_EXPLAIN_H_

#include <cstddef>
#include <string>
#include <vector>

#include "checker/report/record.h"
#include "impl/platform.h"

namespace holdfast::checker {

// "release"
const char* text_of(order o);

// "T2's exchange [L4] at mutex.h:143"
std::string name_of(const step& s);

// Why nothing orders the earlier access before the later one: the last time the later thread read a word that the earlier one had written.
std::string unordered_because(const std::vector<step>& steps, std::size_t earlier, std::size_t later);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_REPORT_EXPLAIN_H_
