// Scenarios and mutants of models/published/musl_mutex.h.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/musl_mutex.h"

namespace holdfast::models {
namespace {

using tested = published::musl_mutex<world>;

const enter engine = checker::runtime::register_exploration;
const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "mutex");

template <std::size_t Sleepers>
bool sleep_on_it(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}

bool register_all() {
  exploration two = mutex_exploration<count_scenario<world, tested, 2>>("musl_mutex/count_to_two", 2, 2);
  two.must_reach = situation{"a thread sleeps", sleep_on_it<1>};
  exploration three = mutex_exploration<count_scenario<world, tested, 3>>("musl_mutex/count_to_three", 3, 3);
  three.must_reach = situation{"two threads sleep at once", sleep_on_it<2>};
  engine(two, "two threads, each counts once", verified(9), false);
  engine(with_spurious_wake_ups(two), "two threads; each may wake once for no reason", verified(105), false);
  engine(three, "three threads, each counts once", verified(41073), false);
  register_mutant(engine, two, "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, two, "u2_relaxed", weakened("U2"), race);
  register_mutant(engine, two, "u3_dropped", dropped("U3"), lost);
  register_mutant(engine, two, "l4_never_sleeps", dropped("L4"), violated(violation_kind::unreached, ""));
  return true;
}

const bool registered = register_all();

}  // namespace
}  // namespace holdfast::models
