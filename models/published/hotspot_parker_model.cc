// Scenarios and mutants of models/published/hotspot_parker.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/published/hotspot_parker.h"

namespace holdfast::models {
namespace {

using published::version;

constexpr auto ready_word = number("ready");

// The first thread parks until the second has made everything ready. `Permits`: of an unpark before.
template <version Version, unsigned Permits>
struct wait_until_ready {
  published::hotspot_parker<world, Version> parker;
  world::atomic<unsigned> ready{ready_word, 0};

  wait_until_ready() {
    for (unsigned i = 0; i < Permits; ++i) parker.unpark();
  }
  void thread(unsigned self) {
    if (self == 1) {
      while (ready.load(order::relaxed, "look") == 0) parker.park();
    } else {
      ready.store(1, order::relaxed, "make ready");
      parker.unpark();
    }
  }
};

const situation sleeps{"the thread sleeps", [](const world_view& v) { return v.asleep_on(0) == 1; }};
const auto lost = violated(violation_kind::lost_wake_up, "permit");

const bool registered =
    (check_scenario<wait_until_ready<version::as_shipped, 1>>({
         .name = "hotspot_parker/shipped",
         .threads = 2,
         .description = "as shipped, with a permit from before: the unpark still finds it",
         .expected = lost,
     }),
     check_scenario<wait_until_ready<version::as_shipped, 0>>({
         .name = "hotspot_parker/shipped_without_permit",
         .threads = 2,
         .description = "as shipped, without a permit from before: nothing to see",
         .expected = verified(5),
         .must_reach = sleeps,
     }),
     check_scenario<wait_until_ready<version::as_fixed, 1>>({
         .name = "hotspot_parker/fixed",
         .threads = 2,
         .description = "as fixed, with a permit from before",
         .expected = verified(9),
         .must_reach = sleeps,
         .mutants = {{"k3_relaxed", weakened("K3"), lost},
                     {"u1_relaxed", weakened("U1"), lost},
                     {"u4_dropped", dropped("U4"), lost},
                     {"k4_never_sleeps", dropped("K4"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<wait_until_ready<version::as_fixed, 0>>({
         .name = "hotspot_parker/fixed_without_permit",
         .threads = 2,
         .description = "as fixed, without a permit from before",
         .expected = verified(5),
         .must_reach = sleeps,
     }),
     true);

}  // namespace
}  // namespace holdfast::models
