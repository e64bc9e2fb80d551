#include "checker/cli/orders_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "checker/cli/files.h"
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

std::string locks_text() {
  std::set<std::string> locks;
  for (const check* c : all_checks()) {
    if (is_usable(c)) locks.insert(c->name.substr(0, c->name.find('/')));
  }
  return locks.empty() ? "none" : fmt::format("{}", fmt::join(locks, ", "));
}

// The quickest first: a violation ends a trial.
check_list scenarios_of(const std::string& lock) {
  check_list scenarios = all_checks();
  std::erase_if(scenarios, [&](const check* c) { return !is_usable(c) || !c->name.starts_with(lock + "/"); });
  std::ranges::stable_sort(scenarios, {}, [](const check* c) { return c->expected.executions.value_or(0); });
  return scenarios;
}

}  // namespace

int run_orders(const std::string& lock, bool verbose, const run_options& options) {
  const check_list scenarios = scenarios_of(lock);
  if (scenarios.empty()) {
    throw usage_error(fmt::format("`{}` is no lock that the graph engine explores: there are {}", lock, locks_text()));
  }
  progress_line line;
  const auto show = [&line](const std::string& trial) { line.show(trial); };
  const order_table table = weakest_orders(scenarios, options, show);
  line.erase();
  if (!table.unverified.empty()) {
    for (const result& r : table.unverified) write_to_stdout(report(r, holdfast_command()));
    write_to_stdout(
        fmt::format("{}: {} of its scenarios are not verified as it is, so its orders say nothing.\n", lock, table.unverified.size()));
    return not_as_expected;
  }
  write_to_stdout(fmt::format("{}: what its operations need, in {} scenarios\n{}", lock, table.scenarios, text_of(table, verbose)));
  return all_as_expected;
}

}  // namespace holdfast::checker
