// Scenarios and mutants of models/published/musl_semaphore.h: the try that failed as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/published/musl_semaphore.h"
#include "models/relacy_scenarios.h"
#include "models/semaphore_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version>
using tested = published::musl_semaphore<world, Version>;
using word = published::musl_semaphore_word;

template <std::size_t Sleepers>
bool sleep_on_the_value(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}
const situation one_sleeps_on_it{"a thread sleeps", sleep_on_the_value<1>};
const situation two_sleep_on_it{"two threads sleep at once", sleep_on_the_value<2>};
const situation two_permits{"two permits are free", [](const world_view& v) { return v.word(0) == 2; }};
const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "value");

const bool registered =
    (check_scenario<try_and_post<tested<version::as_shipped>>, spec::semaphore<1>>({
         .name = "musl_semaphore/shipped_try",
         .threads = 2,
         .description = "as shipped: a try fails because of a post",
         .expected = violated(violation_kind::specification, "try_wait (busy)"),
     }),
     check_scenario<try_and_post<tested<version::as_fixed>>, spec::semaphore<1>>({
         .name = "musl_semaphore/fixed_try",
         .threads = 2,
         .description = "as fixed: one tries, one posts",
         .expected = verified(3),
         .must_reach = two_permits,
     }),
     check_scenario<destroy_after_wait<tested<version::as_fixed>>, spec::semaphore<>>({
         .name = "musl_semaphore/fixed_destroy",
         .threads = 2,
         .description = "as fixed: the waiter frees the semaphore",
         .expected = verified(15),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"p4_dropped", dropped("P4"), lost}, {"w3_never_sleeps", dropped("W3"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<count_with_permit<tested<version::as_fixed>, 2>, spec::semaphore<1>>({
         .name = "musl_semaphore/fixed_count_to_two",
         .threads = 2,
         .description = "as fixed: one permit, each counts once",
         .expected = verified(16),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"t3_relaxed", weakened("T3"), race}, {"p3_relaxed", weakened("P3"), race}},
         .same = {1, 2},
     }),
     check_scenario<post_and_wait<tested<version::as_fixed>, 3>, spec::semaphore<>>({
         .name = "musl_semaphore/fixed_three",
         .threads = 3,
         .description = "as fixed: one posts twice, two wait",
         .expected = verified(1431646),
         .must_reach = two_sleep_on_it,
         .mutants = {{"p1_relaxed", weakened("P1"), lost}, {"w2_relaxed", weakened("W2"), lost}},
         .same = {2, 3},
         .is_long = true,
     }),
     check_scenario<count_with_permit<tested<version::as_fixed>, 3>, spec::semaphore<1>>({
         .name = "musl_semaphore/fixed_count_to_three",
         .threads = 3,
         .description = "as fixed: one permit, each counts once",
         .expected = verified(109298),
         .must_reach = two_sleep_on_it,
         .same = {1, 3},
     }),
     true);

const bool registered_with_relacy =
    check_with_relacy<relacy_count_with_permit<published::musl_semaphore<relacy_world, version::as_fixed>>, spec::semaphore<1>>(
        "musl_semaphore/relacy/fixed_count_to_two", 11464);

}  // namespace
}  // namespace holdfast::models
