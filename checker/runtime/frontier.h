// frontier: what is left of a search that was stopped, as a file.
#ifndef HOLDFAST_CHECKER_RUNTIME_FRONTIER_H_
#define HOLDFAST_CHECKER_RUNTIME_FRONTIER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/graph/explorer.h"

namespace holdfast::checker::runtime {

struct frontier {
  std::string check;     // its id
  std::string settings;  // what the numbering of the parts depends on
  bool blocks = false;   // graph::explorer::blocks
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  bool situation_reached = false;
  std::vector<graph::task> left;
};

std::string settings_of(const run_options& options);

// Whole or not at all. Throws std::runtime_error with the reason.
void write_frontier(const std::string& file, const frontier& f);
// Throws std::invalid_argument with the reason: no such file, not one of ours, of another check or with other settings.
frontier read_frontier(const std::string& file, const std::string& check, const std::string& settings);

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_FRONTIER_H_
