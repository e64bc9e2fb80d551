// Scenarios and mutants of models/published/libstdcxx_atomic_wait.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/published/libstdcxx_atomic_wait.h"
#include "models/relacy_scenarios.h"
#include "models/wait_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version>
using tested = wait_for_change<published::libstdcxx_atomic_wait<world, Version>>;

const situation one_sleeps_on_it{"a thread sleeps", sleep_on_version<1>};
const situation two_sleep_on_it{"two threads sleep at once", sleep_on_version<2>};
const auto lost = violated(violation_kind::lost_wake_up, "version");

const bool registered =
    (check_scenario<tested<version::as_shipped>>({
         .name = "libstdcxx_atomic_wait/shipped",
         .threads = 2,
         .description = "as shipped: the version is read after the notification",
         .expected = lost,
     }),
     check_scenario<tested<version::as_fixed>>({
         .name = "libstdcxx_atomic_wait/fixed_two",
         .threads = 2,
         .description = "as fixed: one waits, one changes the value",
         .expected = verified(6),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"w2_relaxed", weakened("W2"), lost},
                     {"n1_relaxed", weakened("N1"), lost},
                     {"n2_dropped", dropped("N2"), lost},
                     {"w3_never_sleeps", dropped("W3"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<tested<version::as_fixed>>({
         .name = "libstdcxx_atomic_wait/fixed_three",
         .threads = 3,
         .description = "as fixed: two wait, one changes the value",
         .expected = verified(24),
         .must_reach = two_sleep_on_it,
         .same = {2, 3},
     }),
     true);

const bool registered_with_relacy =
    check_with_relacy<wait_for_change<published::libstdcxx_atomic_wait<relacy_world, version::as_fixed>, relacy_world>>(
        "libstdcxx_atomic_wait/relacy/fixed_two", 52);

}  // namespace
}  // namespace holdfast::models
