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

// "exchange [L4] at mutex.h:143", and "T2's exchange [L4] at mutex.h:143".
std::string operation_of(const step& s);
std::string name_of(const step& s);

// Why nothing orders the earlier access before the later one. Of the reads through which something of the earlier thread reached the later
// one, other threads included, it names the last that did not synchronise, and what it lacks: an order of the write or of the read, or a
// fence. The steps are in an order in which each comes after what it read.
std::string unordered_because(const std::vector<step>& steps, std::size_t earlier, std::size_t later);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_REPORT_EXPLAIN_H_
