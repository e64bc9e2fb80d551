// Scenarios and mutants of models/published/vsync_mutex.h: the program that ends as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/vsync_mutex.h"
#include "models/relacy_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version, unsigned Threads>
using counting = count_scenario<world, published::vsync_mutex<world, Version>, Threads>;

const situation one{"a thread sleeps while the word is held_waiters", one_sleeps};
const situation two{"two threads sleep at once", two_sleep};
const auto race = violated(violation_kind::data_race, "count");

const bool registered =
    (check_scenario<counting<version::as_shipped, 2>, spec::mutex<>>({
         .name = "vsync_mutex/shipped",
         .threads = 2,
         .description = "as shipped; each may be interrupted once",
         .expected = violated(violation_kind::misuse, ""),
         .same = {1, 2},
         .interruptions = 1,
     }),
     check_scenario<counting<version::as_shipped, 2>, spec::mutex<>>({
         .name = "vsync_mutex/shipped_without_signals",
         .threads = 2,
         .description = "as shipped, nobody is interrupted: nothing to see",
         .expected = verified(4),
         .must_reach = one,
         .same = {1, 2},
     }),
     check_scenario<counting<version::as_fixed, 2>, spec::mutex<>>({
         .name = "vsync_mutex/fixed_two",
         .threads = 2,
         .description = "as fixed; each may be interrupted once",
         .expected = verified(7),
         .must_reach = one,
         .mutants = {{"l1_relaxed", weakened("L1"), race},
                     {"l2_relaxed", weakened("L2"), race},
                     {"u1_relaxed", weakened("U1"), race},
                     {"u2_dropped", dropped("U2"), violated(violation_kind::lost_wake_up, "mutex")},
                     {"l3_never_sleeps", dropped("L3"), violated(violation_kind::unreached, "")}},
         .same = {1, 2},
         .interruptions = 1,
     }),
     check_scenario<counting<version::as_fixed, 3>, spec::mutex<>>({
         .name = "vsync_mutex/fixed_three",
         .threads = 3,
         .description = "as fixed, three threads; each may be interrupted once",
         .expected = verified(5242),
         .must_reach = two,
         .same = {1, 3},
         .interruptions = 1,
     }),
     true);

const bool registered_with_relacy =
    enter_with_relacy(with_spurious_wake_ups(count_to_two<relacy_world, published::vsync_mutex<relacy_world, version::as_fixed>>("")),
                      "vsync_mutex/relacy/fixed_two", 128);

}  // namespace
}  // namespace holdfast::models
