// Scenarios and mutants of models/published/mutex1.h: right for two threads, wrong for three.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "models/mutex_scenarios.h"
#include "models/published/mutex1.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::relacy::register_exploration;
using world = checker::relacy_platform;
using narrow_world = checker::narrow_relacy_platform<2>;
using narrow = published::mutex1<narrow_world>;

constexpr auto one_asleep = [](const checker::world_view& v) { return v.asleep_on(0) == 1; };

template <class World>
exploration count_to_two(const std::string& lock) {
  exploration e = mutex_exploration<count_scenario<World, published::mutex1<World>, 2>>(lock + "/count_to_two", 2, 2);
  e.must_reach = situation{"a thread sleeps", one_asleep};
  return e;
}

exploration two() { return count_to_two<world>("mutex1"); }

void register_scenarios() {
  register_exploration(two(), "two threads, each counts once", verified(20));

  exploration livelock = mutex_exploration<held_scenario<world, published::mutex1<world>>>("mutex1/held_for_ever", 2, 2);
  livelock.may_stay_blocked = true;
  register_exploration(livelock, "held and never released: the lockers keep each other awake",
                       violated(violation_kind::livelock, "mutex1", 104));

  exploration owners = mutex_exploration<held_scenario<narrow_world, narrow>>("mutex1/two_bit_counter_two_owners", 2, 2);
  owners.may_stay_blocked = true;
  register_exploration(owners, "held, and a counter of two bits: it wraps, and a locker becomes the second owner",
                       violated(violation_kind::specification, "lock", 2));

  exploration wraps = mutex_exploration<count_scenario<narrow_world, narrow, 3>>("mutex1/two_bit_counter", 3, 3);
  register_exploration(wraps, "three threads and a counter of two bits: a locker sleeps on the word that wrapped to free",
                       violated(violation_kind::lost_wake_up, "mutex1", 1969));
}

void register_mutants() {
  register_mutant(register_exploration, two(), "l1_relaxed", weakened("L1"), violated(violation_kind::data_race, "count", 1));
  register_mutant(register_exploration, two(), "l3_relaxed", weakened("L3"), violated(violation_kind::data_race, "count", 5));
  register_mutant(register_exploration, two(), "u1_relaxed", weakened("U1"), violated(violation_kind::data_race, "count", 1));
  register_mutant(register_exploration, two(), "u2_dropped", dropped("U2"), violated(violation_kind::lost_wake_up, "mutex1", 10));
  register_mutant(register_exploration, two(), "l2_never_sleeps", dropped("L2"), violated(violation_kind::unreached, "", 28));
}

void register_with_graphs() {
  using graph_world = checker::graph_platform;
  using graph_narrow_world = checker::narrow_graph_platform<2>;
  using graph_narrow = published::mutex1<graph_narrow_world>;
  const enter engine = checker::runtime::register_exploration;
  const exploration two = count_to_two<graph_world>("mutex1/rc11");
  engine(two, "two threads, each counts once", verified(4), false);

  exploration owners = mutex_exploration<held_scenario<graph_narrow_world, graph_narrow>>("mutex1/rc11/two_bit_counter_two_owners", 2, 2);
  owners.may_stay_blocked = true;
  engine(owners, "held, and a counter of two bits: it wraps, and a locker becomes the second owner",
         violated(violation_kind::specification, "lock"), false);

  exploration wraps = mutex_exploration<count_scenario<graph_narrow_world, graph_narrow, 3>>("mutex1/rc11/two_bit_counter", 3, 3);
  engine(wraps, "three threads and a counter of two bits: a locker sleeps on the word that wrapped to free",
         violated(violation_kind::lost_wake_up, "mutex1"), false);

  register_mutant(engine, two, "l1_relaxed", weakened("L1"), violated(violation_kind::data_race, "count"));
  register_mutant(engine, two, "l3_relaxed", weakened("L3"), violated(violation_kind::data_race, "count"));
  register_mutant(engine, two, "u1_relaxed", weakened("U1"), violated(violation_kind::data_race, "count"));
  register_mutant(engine, two, "u2_dropped", dropped("U2"), violated(violation_kind::lost_wake_up, "mutex1"));
  register_mutant(engine, two, "l2_never_sleeps", dropped("L2"), violated(violation_kind::unreached, ""));
}

const bool registered = (register_scenarios(), register_mutants(), register_with_graphs(), true);

}  // namespace
}  // namespace holdfast::models
