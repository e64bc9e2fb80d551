#include "checker/cli/options.h"

#include <fmt/format.h>

#include <set>

#include "checker/cli/files.h"
#include "checker/cli/select.h"
#include "checker/cli/usage_error.h"
#include "checker/kernel/unexplored.h"

namespace holdfast::checker {

CLI::Validator positive() {
  const auto reason = [](const std::string& text) {
    double n = 0;
    const bool is_positive = CLI::detail::lexical_cast(text, n) && n > 0;
    return is_positive ? std::string() : fmt::format("{} is not a number above 0", text);
  };
  return CLI::Validator(reason, "");
}

CLI::Validator not_empty() {
  return CLI::Validator([](const std::string& text) { return text.empty() ? "a name is missing" : std::string(); }, "");
}

void add_patterns(CLI::App& app, std::vector<std::string>& patterns) {
  app.add_option("PATTERN", patterns,
                 "a lock (mutex), a scenario (mutex/handoff, with its mutants), one check\n"
                 "(mutex/handoff[u2_dropped]) or a glob (mutex*); default: everything");
}

output_options output_arguments::options() const {
  output_options o;
  o.format = format == "json" ? output_format::json : format == "junit" ? output_format::junit : output_format::text;
  o.file = from_where_the_user_stands(file);
  return o;
}

void add_output(CLI::App& app, output_arguments& a, const std::vector<std::string>& formats) {
  app.add_option("--format", a.format, "how results are written (text)")->check(CLI::IsMember(formats));
  app.add_option("--output", a.file, "where to, whole or not at all (standard output)")->check(not_empty());
}

void add_model(CLI::App& app, std::string& model, const char* help) {
  app.add_option("--model", model, help)->check(CLI::IsMember({"rc11", "sc"}));
}

void search_arguments::set(run_options& options) const {
  options.under_sc = model == "sc";
  options.awaits = !without_awaits;
  options.cutting = !without_cutting;
  options.symmetry = !without_symmetry;
}

void add_search(CLI::App& app, search_arguments& a) {
  add_model(app, a.model,
            "the memory model (rc11). Under sc, expected violations may be missing;\n"
            "what is a race is decided by C++'s orders all the same");
  app.add_flag("--without-awaits", a.without_awaits, "a read that makes its thread read again is explored, and blocks it");
  app.add_flag("--without-cutting", a.without_cutting, "iterations that write back what they read are explored");
  app.add_flag("--without-symmetry", a.without_symmetry, "executions that differ in nothing but which like thread does what are explored");
}

void add_kernel(CLI::App& app, std::string& names) {
  app.add_option("--kernel", names,
                 "explore under a kernel that does this otherwise than Linux 6.18:\n"
                 "NAME[,NAME], names of checker/kernel/toggles.h. Proofs are left out")
      ->check(not_empty());
}

kernel::toggles toggles_named(const std::string& names) {
  kernel::toggles on;
  if (names.empty()) return on;
  for (const std::string& name : CLI::detail::split(names, ',')) {
    const auto t = kernel::toggle_named(name);
    if (!t) {
      std::set<std::string> known;
      for (int i = 0; i < static_cast<int>(kernel::toggle::count); ++i) known.insert(kernel::name_of(static_cast<kernel::toggle>(i)));
      throw usage_error(
          fmt::format("--kernel: nothing is called `{}`; nearest: {} (checker/kernel/toggles.h has all)", name, nearest_of(known, name)));
    }
    if (const char* why = kernel::why_unexplored(*t)) throw usage_error(fmt::format("--kernel: no engine follows {}: {}", name, why));
    on = on | *t;
  }
  return on;
}

void require_followed(kernel::toggles on, const check& by) {
  for (int i = 0; by.divides && i < static_cast<int>(kernel::toggle::count); ++i) {
    const auto t = static_cast<kernel::toggle>(i);
    const char* const why = on[t] ? kernel::why_unexplored_by_graphs(t) : nullptr;
    if (why == nullptr) continue;
    throw usage_error(fmt::format("--kernel: {} is explored by the graph engine, which does not follow {}: {}", by.id(), name_of(t), why));
  }
}

}  // namespace holdfast::checker
