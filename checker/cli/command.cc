#include "checker/cli/command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/cli/files.h"
#include "checker/cli/interrupt.h"
#include "checker/cli/list.h"
#include "checker/cli/litmus_command.h"
#include "checker/cli/orders_command.h"
#include "checker/cli/output.h"
#include "checker/cli/run.h"
#include "checker/cli/select.h"
#include "checker/cli/usage_error.h"

namespace holdfast::checker {
namespace {

constexpr const char* pattern_help =
    "a lock (mutex), a scenario (mutex/handoff, with its mutants), one check\n"
    "(mutex/handoff[u2_dropped]) or a glob (mutex*); default: everything";

constexpr const char* footer =
    "exit: 0 every verdict as expected   1 one is not   2 usage\n"
    "      3 inconclusive: a limit or Ctrl-C came before a verdict\n";

// What the arguments say, of whichever verb.
struct arguments {
  std::vector<std::string> patterns;
  std::string id;
  bool with_long = false;
  std::string mutants = "all";
  double seconds = 0;
  std::uint64_t executions = 0;
  std::string artifacts;
  std::vector<std::string> litmus_files;
  std::string graphs;
  unsigned jobs = 1;
  std::string part;
  std::string save;
  std::string resume;
  std::string model = "rc11";
  bool without_awaits = false;
  bool without_cutting = false;
  bool without_symmetry = false;
  std::string format = "text";
  std::string file;
  bool verbose = false;
};

output_format format_of(const arguments& a) {
  if (a.format == "json") return output_format::json;
  return a.format == "junit" ? output_format::junit : output_format::text;
}

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

// The options that the verbs share.
void add_patterns(CLI::App& verb, arguments& a) { verb.add_option("PATTERN", a.patterns, pattern_help); }
void add_output(CLI::App& verb, arguments& a, const std::vector<std::string>& formats) {
  verb.add_option("--format", a.format, "how results are written (text)")->check(CLI::IsMember(formats));
  verb.add_option("--output", a.file, "where to, whole or not at all (standard output)")->check(not_empty());
}
void add_limits(CLI::App& verb, arguments& a) {
  verb.add_option("--seconds", a.seconds, "stop each check after this long")->check(positive());
  verb.add_flag("--verbose", a.verbose, "report the expected violations too");
}

int run_and_report(const check_list& checks, const run_options& options, const output_options& form) {
  output out(form, checks);
  watch_for(SIGINT);
  const run_outcome outcome = run_all(checks, options, [&](const result& r) { out.add(r); });
  out.finish(outcome);
  return status_of(outcome);
}

int list(const arguments& a) {
  const check_list checks = select(all_checks(), a.patterns);
  const std::string text = a.format == "json" ? list_json(checks) : list_text(checks);
  const std::string file = from_where_the_user_stands(a.file);
  file.empty() ? write_to_stdout(text) : write_whole(file, text);
  return all_as_expected;
}

// "2/8": the second of eight.
shard shard_of(const std::string& text) {
  shard s;
  unsigned number = 0;
  int read = 0;
  const bool fits = std::sscanf(text.c_str(), "%u/%u%n", &number, &s.total, &read) == 2 && static_cast<std::size_t>(read) == text.size();
  if (!fits || number == 0 || number > s.total)
    throw usage_error(fmt::format("--shard={}: it must be a number and how many there are, as 2/8", text));
  s.index = number - 1;
  return s;
}

// What only some engines can do is asked only of checks that they run.
void require_divisible(const arguments& a, const check_list& checks) {
  const bool alone = !a.save.empty() || !a.resume.empty();
  const bool special = alone || !a.part.empty() || a.without_awaits || a.without_cutting || a.without_symmetry || a.model != "rc11";
  if (!special) return;
  for (const check* c : checks) {
    if (c->divides) continue;
    throw usage_error(
        fmt::format("{} is not explored by the graph engine, which alone has --shard, --save, --resume, --model and "
                    "--without-*: name checks that are (`holdfast list`)",
                    c->id()));
  }
  if (alone && checks.size() != 1) throw usage_error(fmt::format("--save and --resume are for one check; {} match", checks.size()));
}

run_options options_of(const arguments& a) {
  run_options options;
  if (a.seconds > 0) options.seconds = a.seconds;
  if (a.executions > 0) options.executions = a.executions;
  options.artifacts = from_where_the_user_stands(a.artifacts);
  if (!options.artifacts.empty()) require_folder(options.artifacts);
  options.jobs = a.jobs;
  if (!a.part.empty()) options.part = shard_of(a.part);
  options.save = from_where_the_user_stands(a.save);
  options.resume = from_where_the_user_stands(a.resume);
  options.under_sc = a.model == "sc";
  options.awaits = !a.without_awaits;
  options.cutting = !a.without_cutting;
  options.symmetry = !a.without_symmetry;
  return options;
}

int check_or_prove(const arguments& a, check_list checks) {
  if (checks.empty()) throw usage_error("there is nothing to run: no check is registered here");
  checks = select(checks, a.patterns);
  std::erase_if(checks,
                [&](const check* c) { return (a.mutants == "none" && !c->mutant.empty()) || (a.mutants == "only" && c->mutant.empty()); });
  if (checks.empty()) {
    throw usage_error(fmt::format("--mutants={} leaves nothing of what matches: try --mutants=all", a.mutants));
  }
  if (!a.with_long) std::erase_if(checks, [](const check* c) { return c->is_long; });
  if (checks.empty()) throw usage_error("every check that matches is long: add --long to run it");
  const run_options options = options_of(a);
  require_divisible(a, checks);
  const output_options form{format_of(a), from_where_the_user_stands(a.file), a.verbose, false};
  return run_and_report(checks, options, form);
}

int prove(const arguments& a) {
  check_list proofs = all_checks();
  std::erase_if(proofs, [](const check* c) { return c->kind != check_kind::proof; });
  if (proofs.empty()) throw usage_error("there is nothing to prove: no proof is registered here");
  return check_or_prove(a, proofs);
}

int replay(const arguments& a) {
  const replay_id id = parse_replay_id(all_checks(), a.id);
  run_options options;
  options.replay = id.schedule;
  const output_options form{format_of(a), from_where_the_user_stands(a.file), true, true};
  try {
    return run_and_report({id.of}, options, form);
  } catch (const std::invalid_argument& e) {
    throw usage_error(
        fmt::format("`{}` cannot be replayed: {}; `check {}` prints an id that can", a.id, e.what(), quoted_for_shell(id.of->id())));
  }
}

int litmus(const arguments& a) { return run_litmus({a.litmus_files, a.model, a.graphs}, a.format == "json", a.file); }

int orders(const arguments& a) {
  run_options options;
  options.jobs = a.jobs;
  watch_for(SIGINT);
  options.stop = &interrupted();
  return run_orders(a.id, a.verbose, options);
}

struct verb {
  const char* name;
  const char* description;
  void (*declare)(CLI::App& app, arguments& a);
  int (*run)(const arguments& a);
};

void declare_list(CLI::App& app, arguments& a) {
  add_patterns(app, a);
  add_output(app, a, {"text", "json"});
}

void declare_check(CLI::App& app, arguments& a) {
  add_patterns(app, a);
  app.add_flag("--long", a.with_long, "the long checks too");
  app.add_option("--mutants", a.mutants, "all, none or only them (all)")->check(CLI::IsMember({"all", "none", "only"}));
  app.add_option("--executions", a.executions, "stop each check after this many")->check(positive());
  app.add_option("--jobs", a.jobs, "threads that explore (1)")->check(CLI::Range(1u, 256u));
  app.add_option("--shard", a.part, "explore only this part of each search: 2/8 is the second of eight")->check(not_empty());
  app.add_option("--save", a.save, "keep what is left of a search that is stopped in this file")->check(not_empty());
  app.add_option("--resume", a.resume, "go on with what --save kept")->check(not_empty());
  app.add_option("--model", a.model, "the memory model (rc11)")->check(CLI::IsMember({"rc11", "sc"}));
  app.add_flag("--without-awaits", a.without_awaits, "a read that makes its thread read again is explored, and blocks it");
  app.add_flag("--without-cutting", a.without_cutting, "iterations that write back what they read are explored");
  app.add_flag("--without-symmetry", a.without_symmetry, "executions that differ in nothing but which like thread does what are explored");
  add_limits(app, a);
  add_output(app, a, {"text", "json", "junit"});
}

void declare_replay(CLI::App& app, arguments& a) {
  app.add_option("ID", a.id, "as a report prints it: mutex/count_to_two:aabbb9")->required();
  add_output(app, a, {"text", "json"});
}

void declare_litmus(CLI::App& app, arguments& a) {
  app.add_option("FILE", a.litmus_files, "litmus tests, in CppMem's language or herd's C format")->required();
  app.add_option("--model", a.model, "the memory model (rc11)")->check(CLI::IsMember({"rc11", "sc"}));
  app.add_option("--graphs", a.graphs, "draw every execution in this folder: NAME-001.dot, NAME-001.svg, ...")->check(not_empty());
  add_output(app, a, {"text", "json"});
}

void declare_prove(CLI::App& app, arguments& a) {
  add_patterns(app, a);
  app.add_flag("--long", a.with_long, "the long proofs too");
  app.add_option("--artifacts", a.artifacts, "keep each obligation's SMT-LIB file in this folder")->check(not_empty());
  add_limits(app, a);
  add_output(app, a, {"text", "json", "junit"});
}

void declare_orders(CLI::App& app, arguments& a) {
  app.add_option("LOCK", a.id, "its stem: mutex")->required();
  app.add_flag("--verbose", a.verbose, "show every execution that a weaker order allows");
  app.add_option("--jobs", a.jobs, "threads that explore (1)")->check(CLI::Range(1u, 256u));
}

constexpr verb verbs[] = {
    {"list", "what can be checked, and what is expected of it", declare_list, list},
    {"check", "explore and prove, and print the verdicts", declare_check,
     [](const arguments& a) { return check_or_prove(a, all_checks()); }},
    {"replay", "run one schedule again and show every step", declare_replay, replay},
    {"litmus", "run litmus tests: every execution, the condition, races", declare_litmus, litmus},
    {"orders", "the weakest memory order that each operation of a lock can do with", declare_orders, orders},
    {"prove", "decide the proofs' obligations", declare_prove, prove},
};
constexpr const char* verb_names = "list, check, replay, litmus, orders, prove";

// One line: some of CLI11's messages have several.
usage_error in_one_line(const CLI::App& app, const CLI::ParseError& e) {
  std::string text = e.what();
  std::replace(text.begin(), text.end(), '\n', ' ');
  const auto parsed = app.get_subcommands();
  if (parsed.empty()) return usage_error(fmt::format("{}; the verbs are {}", text, verb_names));
  const std::string name = parsed[0]->get_name();
  return usage_error(fmt::format("{}: {}; `{} --help` has the options", name, text, name));
}

int parse_and_run(int argc, char** argv) {
  arguments a;
  CLI::App app("Explores futex locks, decides their proofs, prints the verdicts.", "holdfast");
  app.require_subcommand(0, 1);
  app.footer(footer);
  for (const verb& v : verbs) v.declare(*app.add_subcommand(v.name, v.description), a);
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    write_to_stdout(app.help());
    return all_as_expected;
  } catch (const CLI::ParseError& e) {
    throw in_one_line(app, e);
  }
  for (const verb& v : verbs) {
    if (app.get_subcommand(v.name)->parsed()) return v.run(a);
  }
  throw usage_error(fmt::format("what? one of {} (--help says more)", verb_names));
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
