#include "checker/cli/replay_command.h"

#include <fmt/format.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "checker/check.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/select.h"
#include "checker/cli/usage_error.h"
#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

struct arguments {
  std::string id;
  std::string kernel;
  search_arguments search;
  output_arguments output;
};

int replay(const arguments& a) {
  const replay_id id = parse_replay_id(all_checks(), a.id);
  if (!id.of->divides && !a.search.is_default()) {
    throw usage_error(
        fmt::format("{} is not explored by the graph engine, which alone has --model and --without-*: leave them out", id.of->id()));
  }
  run_options options;
  options.replay = id.schedule;
  options.on = toggles_named(a.kernel);
  require_followed(options.on, *id.of);
  a.search.set(options);
  output_options form = a.output.options();
  form.verbose = form.execution = true;
  try {
    return run_and_report({id.of}, options, form);
  } catch (const std::invalid_argument& e) {
    throw usage_error(fmt::format("`{}` cannot be replayed: {}; `check {}{}` prints an id that can", a.id, e.what(),
                                  quoted_for_shell(id.of->id()), options_text(options)));
  }
}

std::function<int()> declare(CLI::App& app) {
  const auto a = std::make_shared<arguments>();
  app.add_option("ID", a->id, "as a report prints it: mutex/count_to_two:aabbb9")->required();
  add_output(app, a->output, {"text", "json"});
  add_kernel(app, a->kernel);
  add_search(*app.add_option_group("The options with which the graph engine found it"), a->search);
  return [a] { return replay(*a); };
}

}  // namespace

constinit const verb replay_verb = {
    "replay", "run one schedule again and show every step",
    "0 it shows what is expected of the check   1 it does not   2 usage, or it is no schedule of the check\n"
    "      3 the check could not run\n",
    declare};

}  // namespace holdfast::checker
