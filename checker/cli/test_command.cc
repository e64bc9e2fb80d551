#include "checker/cli/test_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>

#include "checker/check.h"
#include "checker/cli/files.h"
#include "checker/cli/interrupt.h"
#include "checker/cli/output.h"
#include "checker/cli/reproduce.h"
#include "checker/cli/run.h"
#include "checker/cli/select.h"
#include "checker/cli/usage_error.h"
#include "checker/report/json.h"
#include "checker/report/junit.h"

namespace holdfast::checker {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::size_t number(const char* name, std::size_t otherwise) {
  const std::string text = environment(name);
  if (text.empty()) return otherwise;
  std::size_t n = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw usage_error(fmt::format("{} is `{}`: it must be a number", name, text));
  }
  return n;
}

check_list filtered(const check_list& checks) {
  const std::string filter = environment("TESTBRIDGE_TEST_ONLY");
  if (filter.empty()) return checks;
  std::set<const check*> wanted;
  for (std::size_t at = 0; at <= filter.size();) {
    const std::size_t end = std::min(filter.find(':', at), filter.size());
    const check_list some = matching(checks, filter.substr(at, end - at));
    wanted.insert(some.begin(), some.end());
    at = end + 1;
  }
  check_list left = checks;
  std::erase_if(left, [&](const check* c) { return !wanted.contains(c); });
  if (left.empty()) {
    write_to_stdout(fmt::format("no check here matches the filter `{}`\n", filter));
  }
  return left;
}

// A search of more executions than this is divided among the shards; smaller ones are dealt out whole, and so is whatever is expected to be
// violated: only a whole search can miss a violation.
constexpr std::uint64_t worth_dividing = 1'000'000;

shard own_shard() {
  const std::size_t total = number("TEST_TOTAL_SHARDS", 1);
  const std::size_t index = number("TEST_SHARD_INDEX", 0);
  if (index >= total) {
    throw usage_error(fmt::format("TEST_SHARD_INDEX is {}: it must be below TEST_TOTAL_SHARDS, {}", index, total));
  }
  return {static_cast<unsigned>(index), static_cast<unsigned>(total)};
}

bool is_divided(const check* c, const shard& own) {
  const expectation& e = c->expected;
  return own.total > 1 && c->divides && e.outcome == verdict::verified && e.executions && *e.executions >= worth_dividing;
}

check_list dealt(const check_list& checks, const shard& own) {
  if (const std::string file = environment("TEST_SHARD_STATUS_FILE"); !file.empty()) {
    write_whole(file, "");
  }
  check_list mine;
  for (std::size_t i = own.index; i < checks.size(); i += own.total) mine.push_back(checks[i]);
  return mine;
}

void write_reports(const run_outcome& outcome) {
  if (const std::string file = environment("XML_OUTPUT_FILE"); !file.empty()) {
    write_whole(file, reproducible(to_junit(outcome.results, outcome.not_run, holdfast_command()), all_checks(), {}));
  }
  if (const std::string folder = environment("TEST_UNDECLARED_OUTPUTS_DIR"); !folder.empty()) {
    require_folder(folder);
    write_whole(folder + "/results.json", to_json(outcome.results, outcome.not_run));
  }
}

int run_tests(bool long_only, bool proofs_only) {
  check_list checks = all_checks();
  std::erase_if(checks, [&](const check* c) { return c->is_long != long_only || (proofs_only && c->kind != check_kind::proof); });
  if (checks.empty()) {
    throw usage_error(fmt::format("this test holds no {}{}: register one, or remove the test", long_only ? "long " : "",
                                  proofs_only ? "proof" : "check"));
  }
  const shard own = own_shard();
  check_list divided = filtered(checks);
  checks = divided;
  std::erase_if(divided, [&](const check* c) { return !is_divided(c, own); });
  std::erase_if(checks, [&](const check* c) { return is_divided(c, own); });
  checks = dealt(checks, own);
  run_options options;
  const std::string folder = environment("TEST_UNDECLARED_OUTPUTS_DIR");
  const bool has_proof = std::any_of(checks.begin(), checks.end(), [](const check* c) { return c->kind == check_kind::proof; });
  if (!folder.empty() && has_proof) {
    options.artifacts = folder + "/smt";
    require_folder(options.artifacts);
  }
  watch_for(SIGINT);
  watch_for(SIGTERM);
  check_list all = checks;
  all.insert(all.end(), divided.begin(), divided.end());
  output out({}, all);
  run_outcome outcome = run_all(checks, options, [&](const result& r) { out.add(r); });
  options.part = own;
  const run_outcome parts = run_all(divided, options, [&](const result& r) { out.add(r); });
  outcome.results.insert(outcome.results.end(), parts.results.begin(), parts.results.end());
  outcome.not_run += parts.not_run;
  out.finish(outcome);
  write_reports(outcome);
  return status_of(outcome);
}

}  // namespace

int run_test_command(int argc, char** argv) {
  bool long_only = false;
  bool proofs_only = false;
  CLI::App app("Runs the checks of this test.");
  app.add_flag("--long-only", long_only, "the long checks only");
  app.add_flag("--proofs", proofs_only, "proofs only");
  std::signal(SIGPIPE, SIG_IGN);
  try {
    app.parse(argc, argv);
    return run_tests(long_only, proofs_only);
  } catch (const CLI::CallForHelp&) {
    write_to_stdout(app.help());
    return all_as_expected;
  } catch (const CLI::ParseError& e) {
    fmt::print(stderr, "{}: {}\n", argv[0], e.what());
  } catch (const usage_error& e) {
    fmt::print(stderr, "{}: {}\n", argv[0], e.what());
  } catch (const broken_pipe&) {
    fmt::print(stderr, "{}: nobody reads standard output\n", argv[0]);
  }
  return usage;
}

}  // namespace holdfast::checker
