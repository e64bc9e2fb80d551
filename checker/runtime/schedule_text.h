// schedule_text: schedules as text: the numbers of the children on the way from the root of the tree of executions.
#ifndef HOLDFAST_CHECKER_RUNTIME_SCHEDULE_TEXT_H_
#define HOLDFAST_CHECKER_RUNTIME_SCHEDULE_TEXT_H_

#include <cstdint>
#include <string>
#include <vector>

namespace holdfast::checker::runtime {

std::string text_of_path(const std::vector<std::uint16_t>& path);
// Throws std::invalid_argument.
std::vector<std::uint16_t> path_of_text(const std::string& text);

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_SCHEDULE_TEXT_H_
