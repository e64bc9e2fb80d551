#include "checker/runtime/schedule_text.h"

#include <stdexcept>
#include <string_view>

namespace holdfast::checker::runtime {
namespace {

constexpr char digits[] = "0123456789abcdefghijklmnopqrstuvwxyz";

}  // namespace

std::string text_of_path(const std::vector<std::uint16_t>& path) {
  std::size_t length = path.size();
  while (length > 1 && path[length - 1] == 0) --length;
  std::string text;
  for (std::size_t i = 0; i < length; ++i) {
    if (path[i] < 36) {
      text += digits[path[i]];
    } else {
      text += "(" + std::to_string(path[i]) + ")";
    }
  }
  return text.empty() ? "0" : text;
}

std::vector<std::uint16_t> path_of_text(const std::string& text) {
  std::vector<std::uint16_t> path;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t digit = std::string_view(digits).find(text[i]);
    if (digit != std::string_view::npos) {
      path.push_back(static_cast<std::uint16_t>(digit));
      continue;
    }
    const std::size_t end = text.find(')', i);
    if (text[i] != '(' || end == std::string::npos || end == i + 1 || end - i > 6)
      throw std::invalid_argument("'" + text + "' is no schedule");
    const std::string number = text.substr(i + 1, end - i - 1);
    if (number.find_first_not_of("0123456789") != std::string::npos || std::stoul(number) > 65535) {
      throw std::invalid_argument("'" + text + "' is no schedule");
    }
    path.push_back(static_cast<std::uint16_t>(std::stoul(number)));
    i = end;
  }
  return path;
}

}  // namespace holdfast::checker::runtime
