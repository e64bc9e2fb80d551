// report: a run as text, as JSON and as a plot.
#ifndef HOLDFAST_TESTS_BENCHMARKS_REPORT_H_
#define HOLDFAST_TESTS_BENCHMARKS_REPORT_H_

#include <filesystem>
#include <string>

#include "tests/benchmarks/results.h"

namespace holdfast::benchmarks {

std::string text(const results& run);

// Everything the text is made of, and every round.
std::string json(const results& run);

// Draws with gnuplot, SVG or PNG by the file's extension. Returns what went wrong in one line; empty if nothing did.
std::string plot(const results& run, const std::filesystem::path& file);

}  // namespace holdfast::benchmarks

#endif  // HOLDFAST_TESTS_BENCHMARKS_REPORT_H_
