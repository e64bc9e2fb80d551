#include "checker/cli/command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <string>
#include <vector>

#include "checker/cli/check_command.h"
#include "checker/cli/files.h"
#include "checker/cli/list_command.h"
#include "checker/cli/litmus_command.h"
#include "checker/cli/orders_command.h"
#include "checker/cli/replay_command.h"
#include "checker/cli/run.h"
#include "checker/cli/usage_error.h"
#include "checker/cli/verb.h"

namespace holdfast::checker {
namespace {

constexpr std::array<const verb*, 6> verbs = {&list_verb, &check_verb, &replay_verb, &litmus_verb, &orders_verb, &prove_verb};
constexpr const char* of_script = "      4 bazel/holdfast could not build the command\n";

std::string verb_names() {
  std::vector<std::string> names;
  for (const verb* v : verbs) names.emplace_back(v->name);
  return fmt::format("{}", fmt::join(names, ", "));
}

// One line: some of CLI11's messages have several.
usage_error in_one_line(const CLI::App& app, const CLI::ParseError& e) {
  std::string text = e.what();
  std::replace(text.begin(), text.end(), '\n', ' ');
  const auto parsed = app.get_subcommands();
  if (parsed.empty()) return usage_error(fmt::format("{}; the verbs are {}", text, verb_names()));
  const std::string name = parsed[0]->get_name();
  return usage_error(fmt::format("{}: {}; `{} --help` has the options", name, text, name));
}

int parse_and_run(int argc, char** argv) {
  CLI::App app("Explores futex locks, decides their proofs, prints the verdicts.", "holdfast");
  app.require_subcommand(0, 1);
  app.footer("exit: `VERB --help` has the statuses of each verb\n");
  std::vector<std::function<int()>> runs;
  for (const verb* v : verbs) {
    CLI::App& sub = *app.add_subcommand(v->name, v->description);
    sub.footer(fmt::format("exit: {}{}", v->exits, of_script));
    runs.push_back(v->declare(sub));
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    write_to_stdout(app.help());
    return all_as_expected;
  } catch (const CLI::ParseError& e) {
    throw in_one_line(app, e);
  }
  for (std::size_t i = 0; i < verbs.size(); ++i) {
    if (app.get_subcommand(verbs[i]->name)->parsed()) return runs[i]();
  }
  throw usage_error(fmt::format("what? one of {} (--help says more)", verb_names()));
}

}  // namespace

int run_command(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // a write reports it; a solver that dies is not our end
  try {
    return parse_and_run(argc, argv);
  } catch (const usage_error& e) {
    fmt::print(stderr, "holdfast: {}\n", e.what());
    return usage;
  } catch (const broken_pipe&) {
    std::signal(SIGPIPE, SIG_DFL);  // quietly, as any filter ends
    std::raise(SIGPIPE);
    return usage;
  }
}

}  // namespace holdfast::checker
