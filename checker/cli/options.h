// options: what several verbs take.
#ifndef HOLDFAST_CHECKER_CLI_OPTIONS_H_
#define HOLDFAST_CHECKER_CLI_OPTIONS_H_

#include <CLI/CLI.hpp>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/cli/output.h"

namespace holdfast::checker {

CLI::Validator positive();
CLI::Validator not_empty();

void add_patterns(CLI::App& app, std::vector<std::string>& patterns);

struct output_arguments {
  std::string format = "text";
  std::string file;

  output_options options() const;
};
void add_output(CLI::App& app, output_arguments& a, const std::vector<std::string>& formats);

// --model, as "rc11" or "sc".
void add_model(CLI::App& app, std::string& model, const char* help);

// What decides which executions the graph engine visits, and how it numbers them.
struct search_arguments {
  std::string model = "rc11";
  bool without_awaits = false;
  bool without_cutting = false;
  bool without_symmetry = false;

  bool is_default() const { return model == "rc11" && !without_awaits && !without_cutting && !without_symmetry; }
  void set(run_options& options) const;
};
void add_search(CLI::App& app, search_arguments& a);

// --kernel, and what it names: "last_come,bitset_ignored". Throws usage_error if one is no toggle, or none that the engines follow.
void add_kernel(CLI::App& app, std::string& names);
kernel::toggles toggles_named(const std::string& names);
// Throws usage_error if the engine that explores the check does not follow one of them.
void require_followed(kernel::toggles on, const check& by);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_OPTIONS_H_
