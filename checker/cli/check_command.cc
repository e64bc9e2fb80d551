#include "checker/cli/check_command.h"

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/cli/files.h"
#include "checker/cli/options.h"
#include "checker/cli/output.h"
#include "checker/cli/run.h"
#include "checker/cli/saved_search.h"
#include "checker/cli/select.h"
#include "checker/cli/usage_error.h"
#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

struct arguments {
  std::vector<std::string> patterns;
  bool with_long = false;
  std::string mutants = "all";
  double seconds = 0;
  std::uint64_t executions = 0;
  std::string artifacts;
  unsigned jobs = 1;
  std::string kernel;
  std::string part;
  std::string save;
  std::string resume;
  search_arguments search;
  output_arguments output;
  bool verbose = false;
};

// "2/8": the second of eight. All of one is the whole.
std::optional<shard> shard_of(const std::string& text) {
  if (text.empty()) return std::nullopt;
  shard s;
  unsigned number = 0;
  int read = 0;
  const bool fits = std::sscanf(text.c_str(), "%u/%u%n", &number, &s.total, &read) == 2 && static_cast<std::size_t>(read) == text.size();
  if (!fits || number == 0 || number > s.total)
    throw usage_error(fmt::format("--shard={}: it must be a number and how many there are, as 2/8", text));
  s.index = number - 1;
  return s.total == 1 ? std::nullopt : std::optional(s);
}

// What only some engines can do is asked only of checks that they run.
void require_divisible(const arguments& a, const check_list& checks) {
  const bool alone = !a.save.empty() || !a.resume.empty();
  if (!alone && a.part.empty() && a.search.is_default()) return;
  for (const check* c : checks) {
    if (c->divides) continue;
    throw usage_error(
        fmt::format("{} is not explored by the graph engine, which alone has --shard, --save, --resume, --model and "
                    "--without-*: name checks that are (`holdfast list`)",
                    c->id()));
  }
  if (alone && checks.size() != 1) {
    throw usage_error(fmt::format(
        "--save and --resume are for one check; {} match: name one whole, or leave out the others with --mutants=none", checks.size()));
  }
}

run_options options_of(const arguments& a) {
  run_options options;
  if (a.seconds > 0) options.seconds = a.seconds;
  if (a.executions > 0) options.executions = a.executions;
  options.artifacts = from_where_the_user_stands(a.artifacts);
  if (!options.artifacts.empty()) require_folder(options.artifacts);
  options.jobs = a.jobs;
  options.part = shard_of(a.part);
  options.on = toggles_named(a.kernel);
  a.search.set(options);
  return options;
}

check_list chosen(const arguments& a, check_list checks) {
  if (checks.empty()) throw usage_error("there is nothing to run: no check is registered here");
  checks = select(checks, a.patterns);
  std::erase_if(checks,
                [&](const check* c) { return (a.mutants == "none" && !c->mutant.empty()) || (a.mutants == "only" && c->mutant.empty()); });
  if (checks.empty()) {
    throw usage_error(fmt::format("--mutants={} leaves nothing of what matches: try --mutants=all", a.mutants));
  }
  if (!a.kernel.empty()) std::erase_if(checks, [](const check* c) { return c->kind == check_kind::proof; });
  if (checks.empty()) throw usage_error("a proof assumes the kernel as it is: leave out --kernel");
  if (!a.with_long) std::erase_if(checks, [](const check* c) { return c->is_long; });
  if (checks.empty()) throw usage_error("every check that matches is long: add --long to run it");
  return checks;
}

int check_or_prove(const arguments& a, const check_list& from) {
  const check_list checks = chosen(a, from);
  run_options options = options_of(a);
  require_divisible(a, checks);
  for (const check* c : checks) require_followed(options.on, *c);
  saved_search saved(a.save, a.resume);
  const std::string itself = fmt::format("{} check {}{}{}", holdfast_command(), quoted_for_shell(checks[0]->id()), options_text(options),
                                         checks[0]->is_long ? " --long" : "");
  saved.attach(options);
  output_options form = a.output.options();
  form.verbose = a.verbose;
  try {
    const int status = run_and_report(checks, options, form);
    saved.conclude(itself);
    return status;
  } catch (const unusable_frontier& e) {
    throw saved.refusal(e);
  }
}

int prove(const arguments& a) {
  check_list proofs = all_checks();
  std::erase_if(proofs, [](const check* c) { return c->kind != check_kind::proof; });
  if (proofs.empty()) throw usage_error("there is nothing to prove: no proof is registered here");
  return check_or_prove(a, proofs);
}

void add_limits(CLI::App& app, arguments& a) {
  app.add_option("--seconds", a.seconds, "stop each check after this long")->check(positive());
  app.add_flag("--verbose", a.verbose, "report the expected violations too");
}

std::function<int()> declare_check(CLI::App& app) {
  const auto a = std::make_shared<arguments>();
  add_patterns(app, a->patterns);
  app.add_flag("--long", a->with_long, "the long checks too");
  app.add_option("--mutants", a->mutants, "all, none or only them (all)")->check(CLI::IsMember({"all", "none", "only"}));
  app.add_option("--executions", a->executions, "stop each check before it completes one execution more than this")->check(positive());
  add_limits(app, *a);
  add_output(app, a->output, {"text", "json", "junit"});
  add_kernel(app, a->kernel);
  app.add_option("--jobs", a->jobs, "threads that explore (1)")->check(CLI::Range(1u, 256u));
  CLI::App& engine = *app.add_option_group("Of checks that the graph engine explores");
  engine.add_option("--shard", a->part, "explore only this part of each search: 2/8 is the second of eight")->check(not_empty());
  engine
      .add_option("--save", a->save,
                  "of one check: if it is stopped, keep what is left in this file;\n"
                  "if it comes to its end, remove the file")
      ->check(not_empty());
  engine.add_option("--resume", a->resume, "of one check, with the same options: go on with what --save kept")->check(not_empty());
  add_search(engine, a->search);
  return [a] { return check_or_prove(*a, all_checks()); };
}

std::function<int()> declare_prove(CLI::App& app) {
  const auto a = std::make_shared<arguments>();
  add_patterns(app, a->patterns);
  app.add_flag("--long", a->with_long, "the long proofs too");
  app.add_option("--artifacts", a->artifacts, "keep each obligation's SMT-LIB file in this folder")->check(not_empty());
  add_limits(app, *a);
  add_output(app, a->output, {"text", "json", "junit"});
  return [a] { return prove(*a); };
}

constexpr const char* exits =
    "0 every verdict as expected   1 one is not   2 usage\n"
    "      3 a limit or Ctrl-C came before a verdict that was expected, or a check could not run\n";

}  // namespace

constinit const verb check_verb = {"check", "explore and prove, and print the verdicts", exits, declare_check};
constinit const verb prove_verb = {"prove", "decide the proofs' obligations", exits, declare_prove};

}  // namespace holdfast::checker
