// Scenarios and mutants of models/published/gallir_semaphore.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/published/gallir_semaphore.h"
#include "models/relacy_scenarios.h"
#include "models/semaphore_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version>
using tested = published::gallir_semaphore<world, Version>;

template <std::size_t Sleepers>
bool sleep_on_the_count(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}
const situation one_sleeps_on_it{"a thread sleeps", sleep_on_the_count<1>};
const situation two_sleep_on_it{"two threads sleep at once", sleep_on_the_count<2>};
const auto race = violated(violation_kind::data_race, "count");

const bool registered =
    (check_scenario<post_and_wait<tested<version::as_shipped>, 2>, spec::semaphore<>>({
         .name = "gallir_semaphore/shipped",
         .threads = 2,
         .description = "as shipped: a post comes between the count and the sleep",
         .expected = violated(violation_kind::lost_wake_up, "sleep"),
     }),
     check_scenario<post_and_wait<tested<version::as_fixed>, 2>, spec::semaphore<>>({
         .name = "gallir_semaphore/fixed",
         .threads = 2,
         .description = "as fixed: one posts, one waits",
         .expected = verified(4),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"p4_dropped", dropped("P4"), violated(violation_kind::lost_wake_up, "count")},
                     {"w6_never_sleeps", dropped("W6"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<count_with_permit<tested<version::as_fixed>, 2>, spec::semaphore<1>>({
         .name = "gallir_semaphore/fixed_count_to_two",
         .threads = 2,
         .description = "as fixed: one permit, each counts once",
         .expected = verified(5),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"w5_relaxed", weakened("W5"), race}, {"p3_relaxed", weakened("P3"), race}},
         .same = {1, 2},
     }),
     check_scenario<post_and_wait<tested<version::as_fixed>, 3>, spec::semaphore<>>({
         .name = "gallir_semaphore/fixed_three",
         .threads = 3,
         .description = "as fixed: one posts twice, two wait",
         .expected = verified(188),
         .must_reach = two_sleep_on_it,
         .same = {2, 3},
     }),
     check_scenario<count_with_permit<tested<version::as_fixed>, 3>, spec::semaphore<1>>({
         .name = "gallir_semaphore/fixed_count_to_three",
         .threads = 3,
         .description = "as fixed: one permit, each counts once",
         .expected = verified(151),
         .must_reach = two_sleep_on_it,
         .same = {1, 3},
     }),
     true);

const bool registered_with_relacy =
    check_with_relacy<relacy_count_with_permit<published::gallir_semaphore<relacy_world, version::as_fixed>>, spec::semaphore<1>>(
        "gallir_semaphore/relacy/fixed_count_to_two", 184);

}  // namespace
}  // namespace holdfast::models
