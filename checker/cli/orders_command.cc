#include "checker/cli/orders_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <set>
#include <string>

#include "checker/cli/files.h"
#include "checker/cli/interrupt.h"
#include "checker/cli/output.h"
#include "checker/cli/progress_line.h"
#include "checker/cli/run.h"
#include "checker/cli/select.h"
#include "checker/cli/usage_error.h"
#include "checker/orders/orders.h"
#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

bool is_usable(const check* c) { return c->divides && c->mutant.empty() && !c->is_long && c->expected.outcome == verdict::verified; }

std::string lock_of(const check& c) { return c.name.substr(0, c.name.find('/')); }

std::string locks_text() {
  std::set<std::string> locks;
  for (const check* c : all_checks()) {
    if (is_usable(c)) locks.insert(lock_of(*c));
  }
  return locks.empty() ? "none" : fmt::format("{}", fmt::join(locks, ", "));
}

// The quickest first: a violation ends a trial.
check_list scenarios_of(const std::string& lock) {
  check_list scenarios = all_checks();
  std::erase_if(scenarios, [&](const check* c) { return !is_usable(c) || lock_of(*c) != lock; });
  std::ranges::stable_sort(scenarios, {}, [](const check* c) { return c->expected.executions.value_or(0); });
  return scenarios;
}

struct arguments {
  std::string lock;
  bool verbose = false;
  unsigned jobs = 1;
};

order_table table_of(const check_list& scenarios, const arguments& a) {
  run_options options;
  options.jobs = a.jobs;
  watch_for(SIGINT);
  options.stop = &interrupted();
  progress_line line;
  return weakest_orders(scenarios, options, [&line](const std::string& trial) { line.show(trial); });
}

int orders(const arguments& a) {
  const check_list scenarios = scenarios_of(a.lock);
  if (scenarios.empty()) {
    throw usage_error(fmt::format("`{}` is no lock that the graph engine explores: there are {}", a.lock, locks_text()));
  }
  try {
    const order_table table = table_of(scenarios, a);
    if (!table.unverified.empty()) {
      for (const result& r : table.unverified) write_to_stdout(report(r, holdfast_command()));
      const bool one = table.unverified.size() == 1;
      write_to_stdout(fmt::format("{}: {} of its scenarios {} not verified as it is, so its orders say nothing.\n", a.lock,
                                  table.unverified.size(), one ? "is" : "are"));
      return not_as_expected;
    }
    write_to_stdout(fmt::format("{}: what its operations need, in {} scenario{}\n{}", a.lock, table.scenarios,
                                table.scenarios == 1 ? "" : "s", text_of(table, a.verbose)));
    return all_as_expected;
  } catch (const undecided_order& e) {
    fmt::print(stderr, "holdfast: no table of {}: {}\n", a.lock, e.what());
    return inconclusive_only;
  }
}

std::function<int()> declare(CLI::App& app) {
  const auto a = std::make_shared<arguments>();
  app.add_option("LOCK", a->lock, "its stem: mutex")->required();
  app.add_flag("--verbose", a->verbose, "show every execution that a weaker order allows");
  app.add_option("--jobs", a->jobs, "threads that explore (1)")->check(CLI::Range(1u, 256u));
  return [a] { return orders(*a); };
}

}  // namespace

constinit const verb orders_verb = {"orders", "the weakest memory order that each operation of a lock can do with",
                                    "0 the table is printed, whatever is in it   1 the lock is not right as it is   2 usage\n"
                                    "      3 a bound of the engine or Ctrl-C came first\n",
                                    declare};

}  // namespace holdfast::checker
