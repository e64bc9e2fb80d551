// frontier: what is left of a search that was stopped, as text.
#ifndef HOLDFAST_CHECKER_RUNTIME_FRONTIER_H_
#define HOLDFAST_CHECKER_RUNTIME_FRONTIER_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/graph/observer.h"

namespace holdfast::checker::runtime {

struct frontier {
  std::string check;    // its id
  std::string options;  // what the numbering of the parts depends on: options_text()
  bool blocks = false;  // graph::explorer::blocks
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;
  bool situation_reached = false;
  std::vector<graph::task> left;
};

// Three lines: frontier_form and a version, the frontier, a checksum of both.
std::string text_of(const frontier& f);

// Throws unusable_frontier: the text is not what text_of() gave, is of another check or of other options, or of another build of this
// program, in which the parts may have other numbers.
frontier frontier_of(std::string_view text, const std::string& check, const std::string& options);

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_FRONTIER_H_
