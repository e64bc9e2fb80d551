#include "checker/cli/list_command.h"

#include <memory>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/cli/files.h"
#include "checker/cli/list.h"
#include "checker/cli/options.h"
#include "checker/cli/run.h"
#include "checker/cli/select.h"

namespace holdfast::checker {
namespace {

struct arguments {
  std::vector<std::string> patterns;
  output_arguments output;
};

int list(const arguments& a) {
  const check_list checks = select(all_checks(), a.patterns);
  const std::string text = a.output.format == "json" ? list_json(checks) : list_text(checks);
  const std::string file = from_where_the_user_stands(a.output.file);
  file.empty() ? write_to_stdout(text) : write_whole(file, text);
  return all_as_expected;
}

std::function<int()> declare(CLI::App& app) {
  const auto a = std::make_shared<arguments>();
  add_patterns(app, a->patterns);
  add_output(app, a->output, {"text", "json"});
  return [a] { return list(*a); };
}

}  // namespace

constinit const verb list_verb = {"list", "what can be checked, and what is expected of it", "0 it is printed   2 usage\n", declare};

}  // namespace holdfast::checker
