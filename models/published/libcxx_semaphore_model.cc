// Scenarios and mutants of models/published/libcxx_semaphore.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/published/libcxx_semaphore.h"
#include "models/semaphore_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version>
using tested = published::libcxx_semaphore<world, Version>;

// There is one permit. The first thread waits for it; the second takes it and gives it back, twice.
template <version Version>
struct taken_twice {
  observed_semaphore<tested<Version>> semaphore{1};

  void thread(unsigned self) {
    for (unsigned i = 0; i < self; ++i) {
      semaphore.wait("wait");
      semaphore.post("post");
    }
  }
};

template <std::size_t Sleepers>
bool sleep_on_the_count(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}
const situation one_sleeps_on_it{"a thread sleeps", sleep_on_the_count<1>};
const situation two_sleep_on_it{"two threads sleep at once", sleep_on_the_count<2>};
const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "count");

const bool registered =
    (check_scenario<taken_twice<version::as_shipped>, spec::semaphore<1>>({
         .name = "libcxx_semaphore/shipped",
         .threads = 2,
         .description = "as shipped: the permit goes and comes between the two looks",
         .expected = lost,
     }),
     check_scenario<taken_twice<version::as_fixed>, spec::semaphore<1>>({
         .name = "libcxx_semaphore/fixed",
         .threads = 2,
         .description = "as fixed: one takes the permit, the other takes it twice",
         .expected = verified(604),
         .must_reach = one_sleeps_on_it,
     }),
     check_scenario<post_and_wait<tested<version::as_fixed>, 2>, spec::semaphore<>>({
         .name = "libcxx_semaphore/fixed_two",
         .threads = 2,
         .description = "as fixed: one posts, one waits",
         .expected = verified(8),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"p2_relaxed", weakened("P2"), lost},
                     {"p4_dropped", dropped("P4"), lost},
                     {"w2_relaxed", weakened("W2"), lost},
                     {"w3_never_sleeps", dropped("W3"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<count_with_permit<tested<version::as_fixed>, 2>, spec::semaphore<1>>({
         .name = "libcxx_semaphore/fixed_count_to_two",
         .threads = 2,
         .description = "as fixed: one permit, each counts once",
         .expected = verified(16),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"a3_relaxed", weakened("A3"), race}, {"p1_relaxed", weakened("P1"), race}},
         .same = {1, 2},
     }),
     check_scenario<post_and_wait<tested<version::as_fixed>, 3>, spec::semaphore<>>({
         .name = "libcxx_semaphore/fixed_three",
         .threads = 3,
         .description = "as fixed: one posts twice, two wait",
         .expected = verified(22216),
         .must_reach = two_sleep_on_it,
         .same = {2, 3},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
