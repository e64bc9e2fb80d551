// Scenarios and mutants of models/published/musl_file_lock.h: the lost wake-up as shipped, and the fix.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "models/mutex_scenarios.h"
#include "models/published/musl_file_lock.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::relacy::register_exploration;
using published::musl_version;
using world = checker::relacy_platform;
template <musl_version Version>
using tested = published::musl_file_lock<world, Version>;

exploration named(exploration e, std::string name) {
  e.name = "musl_file_lock/" + name;
  return e;
}

template <musl_version Version>
exploration two(std::string name) {
  return named(count_to_two<world, tested<Version>>("musl_file_lock"), std::move(name));
}

template <musl_version Version>
exploration three(std::string name) {
  return named(count_to_three<world, tested<Version>>("musl_file_lock"), std::move(name));
}

exploration fixed_two() { return two<musl_version::as_fixed>("fixed_two"); }

void register_scenarios() {
  register_exploration(two<musl_version::as_shipped>("shipped_two"), "as shipped, two threads: nothing to see", verified(16));
  register_exploration(three<musl_version::as_shipped>("shipped_three"), "as shipped, three threads: a sleeper is forgotten",
                       violated(violation_kind::lost_wake_up, "mutex", 447));
  register_exploration(fixed_two(), "as fixed, two threads", verified(18));
  register_exploration(three<musl_version::as_fixed>("fixed_three"), "as fixed, three threads", verified(123756));
}

void register_mutants() {
  const auto race = [](std::uint64_t n) { return violated(violation_kind::data_race, "count", n); };
  register_mutant(register_exploration, fixed_two(), "l1_relaxed", weakened("L1"), race(1));
  register_mutant(register_exploration, fixed_two(), "l2_relaxed", weakened("L2"), race(2));
  register_mutant(register_exploration, fixed_two(), "u1_relaxed", weakened("U1"), race(1));
  register_mutant(register_exploration, fixed_two(), "u2_dropped", dropped("U2"), violated(violation_kind::lost_wake_up, "mutex", 9));
  register_mutant(register_exploration, fixed_two(), "l4_never_sleeps", dropped("L4"), violated(violation_kind::unreached, "", 26));
}

template <musl_version Version>
using graph_tested = published::musl_file_lock<checker::graph_platform, Version>;

template <musl_version Version>
exploration graph_two(std::string name) {
  return named(count_to_two<checker::graph_platform, graph_tested<Version>>("musl_file_lock"), "rc11/" + name);
}
template <musl_version Version>
exploration graph_three(std::string name) {
  return named(count_to_three<checker::graph_platform, graph_tested<Version>>("musl_file_lock"), "rc11/" + name);
}

void register_with_graphs() {
  const enter engine = checker::runtime::register_exploration;
  const auto race = violated(violation_kind::data_race, "count");
  const auto lost = violated(violation_kind::lost_wake_up, "mutex");
  const exploration fixed = graph_two<musl_version::as_fixed>("fixed_two");
  engine(graph_two<musl_version::as_shipped>("shipped_two"), "as shipped, two threads: nothing to see", verified(5), false);
  engine(graph_three<musl_version::as_shipped>("shipped_three"), "as shipped, three threads: a sleeper is forgotten", lost, false);
  engine(fixed, "as fixed, two threads", verified(5), false);
  engine(graph_three<musl_version::as_fixed>("fixed_three"), "as fixed, three threads", verified(308), false);
  register_mutant(engine, fixed, "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, fixed, "l2_relaxed", weakened("L2"), race);
  register_mutant(engine, fixed, "u1_relaxed", weakened("U1"), race);
  register_mutant(engine, fixed, "u2_dropped", dropped("U2"), lost);
  register_mutant(engine, fixed, "l4_never_sleeps", dropped("L4"), violated(violation_kind::unreached, ""));
}

const bool registered = (register_scenarios(), register_mutants(), register_with_graphs(), true);

}  // namespace
}  // namespace holdfast::models
