// Scenarios and mutants of models/published/any_event.h: waits for one event and for any of two.
#include "models/both_engines.h"
#include "models/check_scenario.h"
#include "models/published/any_event.h"
#include "models/spec/any_event.h"

namespace holdfast::models {
namespace {

using operation = spec::any_event_operation;

// The events, recorded, and what whoever sets one hands to whoever takes it.
template <class World, int WokenByASet>
struct two_events {
  published::any_event<World, WokenByASet> events;
  typename World::template plain<unsigned> gifts[2] = {{"first gift", 0}, {"second gift", 0}};

  void set(unsigned which) {
    gifts[which].store(1, "give");
    const auto begun = which == 0 ? operation::set_first : operation::set_second;
    record<World>(begun, "set", [&] {
      events.set(which);
      return begun;
    });
  }
  void wait(unsigned which) {
    const auto begun = which == 0 ? operation::wait_first : operation::wait_second;
    record<World>(begun, "wait", [&] {
      events.wait(which);
      return begun;
    });
    look(which);
  }
  void wait_any() {
    unsigned which = 0;
    record<World>(operation::any, "wait_any", [&] {
      which = events.wait_any();
      return which == 0 ? operation::any_first : operation::any_second;
    });
    look(which);
  }
  void look(unsigned which) { World::expect(gifts[which].load("look") == 1, "what is taken was given", "look"); }
};

// One sets one of them, one waits for any.
template <class World>
struct one_set : two_events<World, everyone> {
  void thread(unsigned self) {
    if (self == 1) return this->wait_any();
    this->set(World::choose(2, "which"));
  }
};

// One sets the second and then the first; one waits for any of them, one for the first.
template <class World, int WokenByASet>
struct both_set : two_events<World, WokenByASet> {
  void thread(unsigned self) {
    if (self == 1) return this->wait_any();
    if (self == 2) return this->wait(0);
    this->set(1);
    this->set(0);
  }
};
template <class World>
struct each_wakes_one : both_set<World, 1> {};
template <class World>
struct each_wakes_all : both_set<World, everyone> {};

const auto unreached = violated(violation_kind::unreached, "");
const situation sleeps_on_both{"a thread sleeps on both", [](const world_view& v) { return v.asleep_on(0) == 1 && v.asleep_on(1) == 1; }};
const situation two_sleep{"a thread sleeps on both, and one on the first",
                          [](const world_view& v) { return v.asleep_on(0) == 2 && v.asleep_on(1) == 1; }};

const scenario_check two{
    .name = "any_event/two",
    .threads = 2,
    .description = "one waits for any, one sets one",
    .expected = verified(15),
    .must_reach = sleeps_on_both,
    .mutants = {{"s1_relaxed", weakened("S1"), violated(violation_kind::data_race, "first gift")},
                {"s2_dropped", dropped("S2"), violated(violation_kind::lost_wake_up, "second")},
                {"t1_relaxed", weakened("T1"), violated(violation_kind::data_race, "first gift")},
                {"a1_never_sleeps", dropped("A1"), unreached}},
};
const scenario_check wakes_one{
    .name = "any_event/wakes_one",
    .threads = 3,
    .description = "a set wakes one: who waits for any spends the wake-up of another",
    .expected = violated(violation_kind::lost_wake_up, "first"),
    .may_stay_blocked = true,
};
const scenario_check three{
    .name = "any_event/three",
    .threads = 3,
    .description = "one waits for any, one for the first, one sets both",
    .expected = verified(510),
    .must_reach = two_sleep,
    .mutants = {{"w1_never_sleeps", dropped("W1"), unreached}},
    .may_stay_blocked = true,
};

const bool registered = (check_in_both<one_set, spec::any_event>(two, {.executions = 29}),
                         check_in_both<each_wakes_one, spec::any_event>(wakes_one, {.executions = 1}),
                         check_in_both<each_wakes_all, spec::any_event>(three, {.executions = 13469}), true);

}  // namespace
}  // namespace holdfast::models
