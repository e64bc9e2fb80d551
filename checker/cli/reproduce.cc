#include "checker/cli/reproduce.h"

#include <algorithm>

#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

// Schedules stand at the end of their lines.
bool names_schedule(std::string_view line) {
  return line.starts_with("  replay:  ") || (line.starts_with("  reached: ") && line.find("   replay ") != line.npos);
}

bool names_check(std::string_view line) { return line.starts_with("  again:   "); }

bool is_of(std::string_view line, const check& c) {
  const std::string id = " " + quoted_for_shell(c.id());
  return line.ends_with(id) || line.find(id + " ") != line.npos;
}

}  // namespace

std::string reproducible(std::string_view reports, const check_list& checks, const run_options& options) {
  std::string text;
  while (!reports.empty()) {
    const std::size_t end = std::min(reports.find('\n'), reports.size());
    const std::string_view line = reports.substr(0, end);
    text += line;
    if (names_schedule(line)) text += options_text_of_schedule(options);
    if (names_check(line)) {
      text += options_text(options);
      if (std::ranges::any_of(checks, [&](const check* c) { return c->is_long && is_of(line, *c); })) text += " --long";
    }
    if (end < reports.size()) text += '\n';
    reports.remove_prefix(std::min(end + 1, reports.size()));
  }
  return text;
}

}  // namespace holdfast::checker
