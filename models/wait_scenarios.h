// wait_scenarios: what every facility that waits for a value and notifies of its change is put through.
#ifndef HOLDFAST_MODELS_WAIT_SCENARIOS_H_
#define HOLDFAST_MODELS_WAIT_SCENARIOS_H_

#include "models/check_scenario.h"

namespace holdfast::models {

inline constexpr auto waited_for = number("waited_for");

// The first thread changes the value once and notifies; each of the others waits until it has changed. Nobody may sleep for ever.
template <class Facility, class World = world>
struct wait_for_change {
  Facility facility;
  typename World::template atomic<unsigned> value{waited_for, 0};

  void thread(unsigned self) {
    if (self != 1) return facility.wait([this] { return value.load(order::relaxed, "test") != 0; });
    value.store(1, order::relaxed, "change");
    facility.notify_all();
  }
};

// Situations: so many sleep on the facility's version, its first word.
template <std::size_t Sleepers>
bool sleep_on_version(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_WAIT_SCENARIOS_H_
