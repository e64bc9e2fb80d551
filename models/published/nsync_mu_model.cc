// Scenarios and mutants of models/published/nsync_mu.h: the race as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/nsync_mu.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version, unsigned Threads>
using counting = count_scenario<world, published::nsync_mu<world, Version>, Threads>;

const situation one_sleeps_on_it{"a thread sleeps until it is posted", [](const world_view& v) { return v.asleep_on(1) == 1; }};
const auto race = violated(violation_kind::data_race, "count");
const auto queue_race = violated(violation_kind::data_race, "queued");

const bool registered = (check_scenario<counting<version::as_shipped, 3>, spec::mutex<>>({
                             .name = "nsync_mu/shipped",
                             .threads = 3,
                             .description = "as shipped: a third thread locks before the spinlock is released",
                             .expected = race,
                             .same = {1, 3},
                         }),
                         check_scenario<counting<version::as_shipped, 2>, spec::mutex<>>({
                             .name = "nsync_mu/shipped_two",
                             .threads = 2,
                             .description = "as shipped, two threads",
                             .expected = verified(6),
                             .must_reach = one_sleeps_on_it,
                             .same = {1, 2},
                         }),
                         check_scenario<counting<version::as_fixed, 2>, spec::mutex<>>({
                             .name = "nsync_mu/fixed_two",
                             .threads = 2,
                             .description = "as fixed, two threads",
                             .expected = verified(6),
                             .must_reach = one_sleeps_on_it,
                             .mutants = {{"l3_relaxed", weakened("L3"), race},
                                         {"u1_relaxed", weakened("U1"), race},
                                         {"u3_release", weakened("U3", order::release), queue_race},
                                         {"q1_relaxed", weakened("Q1"), queue_race},
                                         {"p4_dropped", dropped("P4"), violated(violation_kind::lost_wake_up, "semaphore")},
                                         {"p5_never_sleeps", dropped("P5"), violated(violation_kind::unreached, "")}},
                             .same = {1, 2},
                         }),
                         check_scenario<counting<version::as_fixed, 3>, spec::mutex<>>({
                             .name = "nsync_mu/fixed_three",
                             .threads = 3,
                             .description = "as fixed, three threads",
                             .expected = verified(990),
                             .must_reach = one_sleeps_on_it,
                             .mutants = {{"u3_acquire", weakened("U3", order::acquire), race}, {"l4_relaxed", weakened("L4"), queue_race}},
                             .same = {1, 3},
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
