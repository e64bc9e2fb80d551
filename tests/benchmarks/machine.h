// machine: what the numbers were measured on.
#ifndef HOLDFAST_TESTS_BENCHMARKS_MACHINE_H_
#define HOLDFAST_TESTS_BENCHMARKS_MACHINE_H_

#include <string>
#include <utility>
#include <vector>

namespace holdfast::benchmarks {

using facts = std::vector<std::pair<std::string, std::string>>;

// Processor, processors, kernel, compiler, load, date.
facts machine();

// Of the peers and of the library that measures, as loaded by this process.
facts versions();

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_MACHINE_H_
