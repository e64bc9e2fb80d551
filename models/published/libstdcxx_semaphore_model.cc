// Scenarios and mutants of models/published/libstdcxx_semaphore.h: the lost wake-up as shipped, and the repair.
#include "models/check_scenario.h"
#include "models/published/libstdcxx_semaphore.h"
#include "models/semaphore_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version>
using tested = published::libstdcxx_semaphore<world, Version>;
using as_repaired = tested<version::as_fixed>;

template <std::size_t Sleepers>
bool sleep_on_the_count(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}
const situation one_sleeps_on_it{"a thread sleeps", sleep_on_the_count<1>};
const situation two_sleep_on_it{"two threads sleep at once", sleep_on_the_count<2>};
const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "count");

const bool registered =
    (check_scenario<count_with_permit<tested<version::as_shipped>, 2>, spec::semaphore<1>>({
         .name = "libstdcxx_semaphore/shipped",
         .threads = 2,
         .description = "as shipped: the permit goes and comes between the look and the try; one permit, each counts once",
         .expected = lost,
         .same = {1, 2},
     }),
     check_scenario<count_with_permit<as_repaired, 2>, spec::semaphore<1>>({
         .name = "libstdcxx_semaphore/repaired_count_to_two",
         .threads = 2,
         .description = "as repaired: one permit, each counts once",
         .expected = verified(10),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"a3_relaxed", weakened("A3"), race},
                     {"p1_relaxed", weakened("P1"), race},
                     {"p2_dropped", dropped("P2"), lost},
                     {"a4_never_sleeps", dropped("A4"), violated(violation_kind::unreached, "")}},
         .same = {1, 2},
     }),
     check_scenario<post_and_wait<as_repaired, 3>, spec::semaphore<>>({
         .name = "libstdcxx_semaphore/repaired_three",
         .threads = 3,
         .description = "as repaired: one posts twice, two wait",
         .expected = verified(780),
         .must_reach = two_sleep_on_it,
         .same = {2, 3},
     }),
     check_scenario<post_and_wait<published::libstdcxx_semaphore<world, version::as_fixed, 1>, 3>, spec::semaphore<>>({
         .name = "libstdcxx_semaphore/repaired_wakes_one",
         .threads = 3,
         .description = "as repaired, but a release wakes one: the next wakes nobody, and one of two sleeps on beside a permit",
         .expected = lost,
         .same = {2, 3},
     }),
     check_scenario<count_with_permit<as_repaired, 3>, spec::semaphore<1>>({
         .name = "libstdcxx_semaphore/repaired_count_to_three",
         .threads = 3,
         .description = "as repaired: one permit, each counts once",
         .expected = verified(1410),
         .must_reach = two_sleep_on_it,
         .same = {1, 3},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
