// Scenarios and mutants of models/published/musl_lock.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/musl_lock.h"
#include "models/relacy_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version, unsigned Threads>
using counting = count_scenario<world, published::musl_lock<world, Version>, Threads>;

const situation one{"a thread sleeps while the word is held_waiters", one_sleeps};
const situation two{"two threads sleep at once", two_sleep};
const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "mutex");

const bool registered =
    (check_scenario<counting<version::as_shipped, 2>, spec::mutex<>>({
         .name = "musl_lock/shipped_two",
         .threads = 2,
         .description = "as shipped, two threads: nothing to see",
         .expected = verified(7),
         .must_reach = one,
         .same = {1, 2},
     }),
     check_scenario<counting<version::as_shipped, 3>, spec::mutex<>>({
         .name = "musl_lock/shipped_three",
         .threads = 3,
         .description = "as shipped, three threads: a sleeper is forgotten",
         .expected = lost,
         .same = {1, 3},
     }),
     check_scenario<counting<version::as_fixed, 2>, spec::mutex<>>({
         .name = "musl_lock/fixed_two",
         .threads = 2,
         .description = "as fixed, two threads",
         .expected = verified(7),
         .must_reach = one,
         .mutants = {{"l1_relaxed", weakened("L1"), race},
                     {"l2_relaxed", weakened("L2"), race},
                     {"u1_relaxed", weakened("U1"), race},
                     {"u2_relaxed", weakened("U2"), race},
                     {"u3_dropped", dropped("U3"), lost},
                     {"l4_never_sleeps", dropped("L4"), violated(violation_kind::unreached, "")}},
         .same = {1, 2},
     }),
     check_scenario<counting<version::as_fixed, 3>, spec::mutex<>>({
         .name = "musl_lock/fixed_three",
         .threads = 3,
         .description = "as fixed, three threads",
         .expected = verified(2625),
         .must_reach = two,
         .same = {1, 3},
     }),
     true);

const bool registered_with_relacy = enter_with_relacy(count_to_two<relacy_world, published::musl_lock<relacy_world, version::as_fixed>>(""),
                                                      "musl_lock/relacy/fixed_two", 22);

}  // namespace
}  // namespace holdfast::models
