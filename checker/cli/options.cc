#include "checker/cli/options.h"

#include <fmt/format.h>

#include "checker/cli/files.h"

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

}  // namespace holdfast::checker
