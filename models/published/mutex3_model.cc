// Scenarios and mutants of models/published/mutex3.h.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "models/mutex_scenarios.h"
#include "models/published/mutex3.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::relacy::register_exploration;
using world = checker::relacy_platform;
using tested = published::mutex3<world>;

exploration two() { return count_to_two<world, tested>("mutex3"); }
exploration three() { return count_to_three<world, tested>("mutex3"); }

void register_scenarios() {
  register_exploration(two(), "two threads, each counts once", verified(42));
  register_exploration(with_spurious_wake_ups(two()), "two threads; each may wake once for no reason", verified(766));
  register_exploration(held_for_ever<world, tested>("mutex3"), "held from the start and never released: both lockers sleep", verified(18));
  register_exploration(three(), "three threads, each counts once", verified(1111872));
}

void register_mutants() {
  const auto race = [](std::uint64_t n) { return violated(violation_kind::data_race, "count", n); };
  const auto lost = [](std::uint64_t n) { return violated(violation_kind::lost_wake_up, "mutex", n); };
  register_mutant(register_exploration, two(), "l1_relaxed", weakened("L1"), race(1));
  register_mutant(register_exploration, two(), "l2_relaxed", weakened("L2"), race(2));
  register_mutant(register_exploration, two(), "l4_relaxed", weakened("L4"), race(3));
  register_mutant(register_exploration, two(), "u1_relaxed", weakened("U1"), race(1));
  register_mutant(register_exploration, three(), "u2_relaxed", weakened("U2"), race(2175));
  register_mutant(register_exploration, two(), "u3_dropped", dropped("U3"), lost(20));
  register_mutant(register_exploration, three(), "l4_lost_flag", writes("L4", mutex_word::held, mutex_word::free), lost(1989));
  register_mutant(register_exploration, two(), "l3_never_sleeps", dropped("L3"), violated(violation_kind::unreached, "", 96));
}

void register_with_graphs() {
  using graph_world = checker::graph_platform;
  using graph_tested = published::mutex3<graph_world>;
  const enter engine = checker::runtime::register_exploration;
  const exploration two = count_to_two<graph_world, graph_tested>("mutex3/rc11");
  const exploration three = count_to_three<graph_world, graph_tested>("mutex3/rc11");
  engine(two, "two threads, each counts once", verified(9), false);
  engine(with_spurious_wake_ups(two), "two threads; each may wake once for no reason", verified(85), false);
  engine(held_for_ever<graph_world, graph_tested>("mutex3/rc11"), "held from the start and never released: both lockers sleep", verified(5),
         false);
  engine(three, "three threads, each counts once", verified(4881), false);
  exploration four = mutex_exploration<count_scenario<graph_world, graph_tested, 4>>("mutex3/rc11/count_to_four", 4, 4);
  four.must_reach = situation{"three threads sleep at once", three_sleep};
  engine(four, "four threads, each counts once", verified(32521138), true);

  const auto race = violated(violation_kind::data_race, "count");
  const auto lost = violated(violation_kind::lost_wake_up, "mutex");
  register_mutant(engine, two, "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, two, "l2_relaxed", weakened("L2"), race);
  register_mutant(engine, two, "l4_relaxed", weakened("L4"), race);
  register_mutant(engine, two, "u1_relaxed", weakened("U1"), race);
  register_mutant(engine, three, "u2_relaxed", weakened("U2"), race);
  register_mutant(engine, two, "u3_dropped", dropped("U3"), lost);
  register_mutant(engine, three, "l4_lost_flag", writes("L4", mutex_word::held, mutex_word::free), lost);
  register_mutant(engine, two, "l3_never_sleeps", dropped("L3"), violated(violation_kind::unreached, ""));
}

const bool registered = (register_scenarios(), register_mutants(), register_with_graphs(), true);

}  // namespace
}  // namespace holdfast::models
