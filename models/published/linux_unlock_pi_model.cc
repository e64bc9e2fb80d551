// Scenarios and mutants of models/published/linux_unlock_pi.h: the unlock that is refused, as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/linux_unlock_pi.h"

namespace holdfast::models {
namespace {

using published::version;
using before = published::before_unlock_pi;
template <version Version, before Before, unsigned Threads>
using counting = count_scenario<world, published::linux_unlock_pi<world, Version, Before>, Threads>;

const situation one{"a thread sleeps while another has the word", [](const world_view& v) { return v.asleep_on(0) == 1; }};
const situation two{"two threads sleep at once", [](const world_view& v) { return v.asleep_on(0) == 2; }};
const auto count_race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "pi");

const bool registered =
    (check_scenario<counting<version::as_shipped, before::nothing, 2>, spec::mutex<>>({
         .name = "linux_unlock_pi/shipped",
         .threads = 2,
         .description = "as shipped, two threads that unlock by UNLOCK_PI alone: it is refused, and one sleeps for ever",
         .expected = lost,
         .same = {1, 2},
     }),
     check_scenario<counting<version::as_shipped, before::tries, 2>, spec::mutex<>>({
         .name = "linux_unlock_pi/shipped_tries",
         .threads = 2,
         .description = "as shipped, two threads that try to unlock before they call UNLOCK_PI: nothing to see",
         .expected = verified(7),
         .must_reach = one,
         .mutants = {{"u0_relaxed", weakened("U0"), count_race}, {"l3_relaxed", weakened("L3"), count_race}},
         .same = {1, 2},
     }),
     check_scenario<counting<version::as_fixed, before::nothing, 2>, spec::mutex<>>({
         .name = "linux_unlock_pi/fixed_two",
         .threads = 2,
         .description = "as fixed, two threads that unlock by UNLOCK_PI alone",
         .expected = verified(10),
         .must_reach = one,
         .mutants = {{"l1_relaxed", weakened("L1"), count_race},
                     {"w1_relaxed", weakened("W1"), count_race},
                     {"u2_relaxed", weakened("U2"), count_race},
                     {"u3_relaxed", weakened("U3"), count_race},
                     {"k1_relaxed", weakened("K1"), violated(violation_kind::data_race, "first")},
                     {"k2_relaxed", weakened("K2"), violated(violation_kind::data_race, "first")},
                     {"u4_dropped", dropped("U4"), lost},
                     {"w2_never_sleeps", dropped("W2"), violated(violation_kind::unreached, "")}},
         .same = {1, 2},
     }),
     check_scenario<counting<version::as_fixed, before::nothing, 3>, spec::mutex<>>({
         .name = "linux_unlock_pi/fixed_three",
         .threads = 3,
         .description = "as fixed, three threads that unlock by UNLOCK_PI alone",
         .expected = verified(4064),
         .must_reach = two,
         .same = {1, 3},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
