// Scenarios and mutants of models/published/libcxx_atomic_wait.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/published/libcxx_atomic_wait.h"
#include "models/wait_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version>
using tested = wait_for_change<published::libcxx_atomic_wait<world, Version>>;

const situation one_sleeps_on_it{"a thread sleeps", sleep_on_version<1>};
const situation two_sleep_on_it{"two threads sleep at once", sleep_on_version<2>};
const auto lost = violated(violation_kind::lost_wake_up, "version");

const bool registered =
    (check_scenario<tested<version::as_shipped>>({
         .name = "libcxx_atomic_wait/shipped",
         .threads = 2,
         .description = "as shipped: neither sees the other",
         .expected = lost,
     }),
     check_scenario<tested<version::as_fixed>>({
         .name = "libcxx_atomic_wait/fixed_two",
         .threads = 2,
         .description = "as fixed: one waits, one changes the value",
         .expected = verified(12),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"w1_relaxed", weakened("W1"), lost},
                     {"w3_relaxed", weakened("W3"), lost},
                     {"n1_relaxed", weakened("N1"), lost},
                     {"n2_relaxed", weakened("N2"), lost},
                     {"n4_dropped", dropped("N4"), lost},
                     {"w4_never_sleeps", dropped("W4"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<tested<version::as_fixed>>({
         .name = "libcxx_atomic_wait/fixed_three",
         .threads = 3,
         .description = "as fixed: two wait, one changes the value",
         .expected = verified(283),
         .must_reach = two_sleep_on_it,
         .same = {2, 3},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
