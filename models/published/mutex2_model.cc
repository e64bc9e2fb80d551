// Scenarios and mutants of models/published/mutex2.h.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "models/mutex_scenarios.h"
#include "models/published/mutex2.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::relacy::register_exploration;
using world = checker::relacy_platform;
using tested = published::mutex2<world>;

exploration two() { return count_to_two<world, tested>("mutex2"); }
exploration three() { return count_to_three<world, tested>("mutex2"); }

void register_scenarios() {
  register_exploration(two(), "two threads, each counts once", verified(54));
  register_exploration(with_spurious_wake_ups(two()), "two threads; each may wake once for no reason", verified(922));
  register_exploration(held_for_ever<world, tested>("mutex2"), "held from the start and never released: both lockers sleep", verified(18));
  register_exploration(three(), "three threads, each counts once", verified(5363514));
}

void register_mutants() {
  const auto race = [](std::uint64_t n) { return violated(violation_kind::data_race, "count", n); };
  const auto lost = [](std::uint64_t n) { return violated(violation_kind::lost_wake_up, "mutex", n); };
  register_mutant(register_exploration, two(), "l1_relaxed", weakened("L1"), race(1));

  register_mutant(register_exploration, two(), "l4_relaxed", weakened("L4"), race(2));
  register_mutant(register_exploration, two(), "u1_relaxed", weakened("U1"), race(1));
  register_mutant(register_exploration, two(), "u2_relaxed", weakened("U2"), race(20));
  register_mutant(register_exploration, two(), "u3_dropped", dropped("U3"), lost(26));
  register_mutant(register_exploration, three(), "l4_lost_flag", writes("L4", mutex_word::held, mutex_word::free), lost(3623));
  register_mutant(register_exploration, two(), "l3_never_sleeps", dropped("L3"), violated(violation_kind::unreached, "", 120));
}

void register_with_graphs() {
  using graph_world = checker::graph_platform;
  using graph_tested = published::mutex2<graph_world>;
  const enter engine = checker::runtime::register_exploration;
  const exploration two = count_to_two<graph_world, graph_tested>("mutex2/rc11");
  const exploration three = count_to_three<graph_world, graph_tested>("mutex2/rc11");
  engine(two, "two threads, each counts once", verified(12), false);
  engine(with_spurious_wake_ups(two), "two threads; each may wake once for no reason", verified(100), false);
  engine(held_for_ever<graph_world, graph_tested>("mutex2/rc11"), "held from the start and never released: both lockers sleep", verified(4),
         false);
  engine(three, "three threads, each counts once", verified(7650), false);

  const auto race = violated(violation_kind::data_race, "count");
  const auto lost = violated(violation_kind::lost_wake_up, "mutex");
  register_mutant(engine, two, "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, two, "l4_relaxed", weakened("L4"), race);
  register_mutant(engine, two, "u1_relaxed", weakened("U1"), race);
  register_mutant(engine, two, "u2_relaxed", weakened("U2"), race);
  register_mutant(engine, two, "u3_dropped", dropped("U3"), lost);
  register_mutant(engine, three, "l4_lost_flag", writes("L4", mutex_word::held, mutex_word::free), lost);
  register_mutant(engine, two, "l3_never_sleeps", dropped("L3"), violated(violation_kind::unreached, ""));
}

const bool registered = (register_scenarios(), register_mutants(), register_with_graphs(), true);

}  // namespace
}  // namespace holdfast::models
