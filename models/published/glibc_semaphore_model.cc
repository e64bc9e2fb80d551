// Scenarios and mutants of models/published/glibc_semaphore.h: the use after free as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/published/glibc_semaphore.h"
#include "models/relacy_scenarios.h"
#include "models/semaphore_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version>
using tested = published::glibc_semaphore<world, Version>;

template <std::size_t Sleepers>
bool sleep_on_it(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}
const situation one_sleeps_on_it{"a thread sleeps", sleep_on_it<1>};
const situation two_sleep_on_it{"two threads sleep at once", sleep_on_it<2>};
const auto race = violated(violation_kind::data_race, "count");

const bool registered =
    (check_scenario<destroy_after_wait<tested<version::as_shipped>>, spec::semaphore<>>({
         .name = "glibc_semaphore/shipped",
         .threads = 2,
         .description = "as shipped: the waiter frees the semaphore, the poster reads it",
         .expected = violated(violation_kind::use_after_free, "nwaiters"),
     }),
     check_scenario<count_with_permit<tested<version::as_shipped>, 2>, spec::semaphore<1>>({
         .name = "glibc_semaphore/shipped_count_to_two",
         .threads = 2,
         .description = "as shipped, never freed: nothing to see",
         .expected = verified(16),
         .must_reach = one_sleeps_on_it,
         .same = {1, 2},
     }),
     check_scenario<destroy_after_wait<tested<version::as_fixed>>, spec::semaphore<>>({
         .name = "glibc_semaphore/fixed",
         .threads = 2,
         .description = "as fixed: the waiter frees the semaphore",
         .expected = verified(5),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"p5_dropped", dropped("P5"), violated(violation_kind::lost_wake_up, "semaphore")},
                     {"w10_never_sleeps", dropped("W10"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<count_with_permit<tested<version::as_fixed>, 2>, spec::semaphore<1>>({
         .name = "glibc_semaphore/fixed_count_to_two",
         .threads = 2,
         .description = "as fixed: one permit, each counts once",
         .expected = verified(10),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"w8_relaxed", weakened("W8"), race}, {"w12_relaxed", weakened("W12"), race}, {"p4_relaxed", weakened("P4"), race}},
         .same = {1, 2},
     }),
     check_scenario<post_and_wait<tested<version::as_fixed>, 3>, spec::semaphore<>>({
         .name = "glibc_semaphore/fixed_three",
         .threads = 3,
         .description = "as fixed: one posts twice, two wait",
         .expected = verified(3771),
         .must_reach = two_sleep_on_it,
         .same = {2, 3},
     }),
     true);

const bool registered_with_relacy =
    check_with_relacy<relacy_count_with_permit<published::glibc_semaphore<relacy_world, version::as_fixed>>, spec::semaphore<1>>(
        "glibc_semaphore/relacy/fixed_count_to_two", 74);

}  // namespace
}  // namespace holdfast::models
