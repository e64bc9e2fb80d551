#include "checker/report/decode.h"

#include <fmt/format.h>

#include <algorithm>

namespace holdfast::checker {

std::string decode(const layout& description, std::uint64_t value) {
  if (description.fields.empty()) return fmt::format("{}", value);
  std::string text;
  std::uint64_t rest = value;
  for (const field& f : description.fields) {
    const std::uint64_t mask = f.width >= 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << f.width) - 1;
    const std::uint64_t v = value >> f.shift & mask;
    rest &= ~(mask << f.shift);
    const auto named = std::ranges::find(f.values, v, &named_value::value);
    if (!text.empty()) text += ' ';
    if (named != f.values.end()) {
      text += named->name;
    } else {
      text += description.fields.size() == 1 ? fmt::format("{}", v) : fmt::format("{}={}", f.name, v);
    }
  }
  if (rest != 0) text += fmt::format(" +{:#x}", rest);
  return text;
}

}  // namespace holdfast::checker
