#include "proofs/symbolic/smt.h"

#include <cstdio>

namespace holdfast::proofs::smt {

namespace {

std::uint32_t mask_of(const field& f) {
  const std::uint32_t ones = f.width >= 32 ? ~std::uint32_t{0} : (std::uint32_t{1} << f.width) - 1;
  return ones << f.shift;
}

std::string joined(const char* connective, const std::vector<std::string>& parts, const char* if_none) {
  if (parts.empty()) return if_none;
  if (parts.size() == 1) return parts[0];
  std::string text = std::string("(") + connective;
  for (const auto& p : parts) text += " " + p;
  return text + ")";
}

}  // namespace

std::string bits(std::uint32_t value) {
  char text[16];
  std::snprintf(text, sizeof text, "#x%08x", value);
  return text;
}

std::string all_of(const std::vector<std::string>& parts) { return joined("and", parts, "true"); }
std::string any_of(const std::vector<std::string>& parts) { return joined("or", parts, "false"); }

std::string fits(const layout& l, const std::string& word) {
  std::vector<std::string> parts;
  std::uint32_t used = 0;
  for (const auto& f : l.fields) {
    used |= mask_of(f);
    if (f.values.empty()) continue;
    std::vector<std::string> values;
    for (const auto& v : f.values) values.push_back("(= (bvand " + word + " " + bits(mask_of(f)) + ") " + bits(v.value << f.shift) + ")");
    parts.push_back(any_of(values));
  }
  if (used != ~std::uint32_t{0}) parts.push_back("(= (bvand " + word + " " + bits(~used) + ") " + bits(0) + ")");
  return all_of(parts);
}

std::string decoded(const layout& l, std::uint32_t value) {
  std::string text = std::to_string(value), names;
  std::uint32_t used = 0;
  for (const auto& f : l.fields) {
    used |= mask_of(f);
    for (const auto& v : f.values)
      if ((value & mask_of(f)) == v.value << f.shift) names += (names.empty() ? "" : ", ") + std::string(v.name);
  }
  if ((value & ~used) != 0) names = "outside the layout";
  return names.empty() ? text : text + " (" + names + ")";
}

}  // namespace holdfast::proofs::smt
