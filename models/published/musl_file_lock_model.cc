// Scenarios and mutants of models/published/musl_file_lock.h: the lost wake-up as shipped, and the fix.
#include "models/published/musl_file_lock.h"

#include "checker/relacy/relacy_platform.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::relacy::register_exploration;
using checker::relacy::situation;
using published::musl_version;
using world = checker::relacy_platform;
template <musl_version Version>
using tested = published::musl_file_lock<world, Version>;

template <musl_version Version>
exploration two(std::string name) {
  exploration e = mutex_exploration<count_scenario<world, tested<Version>, 2>>(std::move(name), 2);
  e.must_reach = situation{"a thread sleeps while the word is held_waiters", one_sleeps};
  return e;
}

template <musl_version Version>
exploration three(std::string name) {
  exploration e = mutex_exploration<count_scenario<world, tested<Version>, 3>>(std::move(name), 3);
  e.must_reach = situation{"two threads sleep at once", two_sleep};
  return e;
}

exploration fixed_two() { return two<musl_version::as_fixed>("musl_file_lock/fixed_two"); }

void register_scenarios() {
  register_exploration(two<musl_version::as_shipped>("musl_file_lock/shipped_two"), "as shipped, two threads: nothing to see",
                       verified(16));
  register_exploration(three<musl_version::as_shipped>("musl_file_lock/shipped_three"), "as shipped, three threads: a sleeper is forgotten",
                       violated(violation_kind::lost_wake_up, "mutex", 447));
  register_exploration(fixed_two(), "as fixed, two threads", verified(18));
  register_exploration(three<musl_version::as_fixed>("musl_file_lock/fixed_three"), "as fixed, three threads", verified(123756));
}

void register_mutants() {
  const auto race = [](std::uint64_t n) { return violated(violation_kind::data_race, "count", n); };
  register_mutant(fixed_two(), "l1_relaxed", weakened("L1"), race(1));
  register_mutant(fixed_two(), "l2_relaxed", weakened("L2"), race(2));
  register_mutant(fixed_two(), "u1_relaxed", weakened("U1"), race(1));
  register_mutant(fixed_two(), "u2_dropped", dropped("U2"), violated(violation_kind::lost_wake_up, "mutex", 9));
  register_mutant(fixed_two(), "l4_never_sleeps", dropped("L4"), violated(violation_kind::unreached, "", 26));
}

const bool registered = (register_scenarios(), register_mutants(), true);

}  // namespace
}  // namespace holdfast::models
