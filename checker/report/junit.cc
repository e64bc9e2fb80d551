#include "checker/report/junit.h"

#include <fmt/format.h>

#include "checker/report/names.h"
#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

// XML 1.0 has no way to write most control characters: they become '?'.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      default: out += static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t' ? '?' : c;
    }
  }
  return out;
}

std::string property(std::string_view name, std::string_view value) {
  return fmt::format("        <property name=\"{}\" value=\"{}\"/>\n", name, escaped(value));
}

std::string test_case(const result& r, std::string_view command) {
  const std::string_view name = r.name;
  const auto slash = name.find('/');
  const std::string_view lock = name.substr(0, slash);
  const std::string_view scenario = slash == name.npos ? name : name.substr(slash + 1);
  std::string xml = fmt::format("    <testcase classname=\"{}\" name=\"{}\" time=\"{:.3f}\">\n      <properties>\n", escaped(lock),
                                escaped(typed_name(scenario, r.mutant)), r.seconds);
  xml += property("verdict", text_of(r.outcome));
  xml += property("executions", std::to_string(r.executions));
  if (r.found) xml += property("found", text_of(r.found->kind, r.found->object));
  if (!r.limits.stopped_by.empty()) xml += property("stopped_by", r.limits.stopped_by);
  xml += "      </properties>\n";
  if (!r.as_expected) {
    xml += fmt::format("      <failure message=\"{}\">{}</failure>\n", escaped(r.unexpected_because), escaped(report(r, command)));
  }
  return xml + "    </testcase>\n";
}

}  // namespace

std::string to_junit(std::span<const result> results, std::size_t not_run, std::string_view command) {
  std::size_t failures = 0;
  double seconds = 0;
  std::string cases;
  for (const result& r : results) {
    failures += r.as_expected ? 0 : 1;
    seconds += r.seconds;
    cases += test_case(r, command);
  }
  const std::size_t skipped = not_run == 0 ? 0 : 1;
  if (not_run != 0) {
    cases += fmt::format(
        "    <testcase classname=\"holdfast\" name=\"not_run\">\n"
        "      <skipped message=\"{} not run: interrupted\"/>\n    </testcase>\n",
        not_run);
  }
  const std::string counts = fmt::format(R"(name="holdfast" tests="{}" failures="{}" errors="0" skipped="{}" time="{:.3f}")",
                                         results.size() + skipped, failures, skipped, seconds);
  return fmt::format(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites {}>\n  <testsuite {}>\n{}"
      "  </testsuite>\n</testsuites>\n",
      counts, counts, cases);
}

}  // namespace holdfast::checker
