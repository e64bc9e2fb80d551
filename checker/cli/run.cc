#include "checker/cli/run.h"

#include <utility>

#include "checker/cli/interrupt.h"
#include "checker/cli/progress_line.h"

namespace holdfast::checker {

run_outcome run_all(const check_list& checks, run_options options, const std::function<void(const result&)>& on_result) {
  run_outcome outcome;
  progress_line line;
  options.stop = &interrupted();
  for (std::size_t i = 0; i < checks.size(); ++i) {
    if (interrupted().load()) {
      outcome.not_run = checks.size() - i;
      break;
    }
    if (line.is_on()) {
      options.on_progress = [&, i](const progress& p) { line.show(progress_text(*checks[i], i + 1, checks.size(), p)); };
      options.on_progress({});
    }
    result r = run_check(*checks[i], options);
    line.erase();
    on_result(r);
    outcome.results.push_back(std::move(r));
  }
  return outcome;
}

exit_status status_of(const run_outcome& outcome) {
  exit_status status = outcome.not_run == 0 ? all_as_expected : inconclusive_only;
  for (const result& r : outcome.results) {
    if (r.as_expected) continue;
    const bool is_open = r.limits.by_caller || r.expected.outcome != verdict::inconclusive;
    const bool was_cut = r.outcome == verdict::inconclusive && is_open && !is_ended_part(r);
    if (!was_cut) return not_as_expected;
    status = inconclusive_only;
  }
  return status;
}

}  // namespace holdfast::checker
