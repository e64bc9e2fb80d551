// register: a scenario for relacy, entered in the registry of checks.
#ifndef HOLDFAST_CHECKER_RELACY_REGISTER_H_
#define HOLDFAST_CHECKER_RELACY_REGISTER_H_

#include <string>
#include <utility>

#include "checker/check.h"
#include "checker/relacy/explore.h"

namespace holdfast::checker::relacy {

// `expected.executions` is the number of schedules that the search tries until it ends or finds what it should.
inline void register_exploration(exploration what, std::string description, expectation expected, bool is_long = false) {
  check c;
  c.name = what.name;
  c.mutant = what.mutant;
  c.description = std::move(description);
  c.kind = check_kind::exploration;
  c.threads = what.threads;
  c.is_long = is_long;
  c.expected = std::move(expected);
  c.run = [what = std::move(what)](const run_options& options) { return explore(what, options); };
  register_check(std::move(c));
}

}  // namespace holdfast::checker::relacy

#endif  // HOLDFAST_CHECKER_RELACY_REGISTER_H_
