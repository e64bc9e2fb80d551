// Scenarios and mutants of models/published/musl_once.h: the race as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/published/musl_once.h"
#include "models/relacy_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;

// Each thread sees to it that the data are there, and reads them.
template <version Version>
struct initialised_once {
  published::musl_once<world, Version> once;
  world::plain<unsigned> data{"data", 0};

  void thread(unsigned) {
    once.call([this] { data.store(data.load("look") + 1, "initialise"); });
    world::expect(data.load("use") == 1, "initialised once", "expect");
  }
};

template <std::size_t Sleepers>
bool sleep_while_awaited(const world_view& v) {
  return v.asleep_on(0) == Sleepers && v.word(0) == published::musl_once_word::awaited;
}
const situation one_sleeps_on_it{"a thread sleeps while another initialises", sleep_while_awaited<1>};
const situation two_sleep_on_it{"two threads sleep while another initialises", sleep_while_awaited<2>};
const auto race = violated(violation_kind::data_race, "data");

const bool registered =
    (check_scenario<initialised_once<version::as_shipped>>({
         .name = "musl_once/shipped",
         .threads = 2,
         .description = "as shipped: done is seen, what was done is not",
         .expected = race,
         .same = {1, 2},
     }),
     check_scenario<initialised_once<version::as_fixed>>({
         .name = "musl_once/fixed_two",
         .threads = 2,
         .description = "as fixed, two threads",
         .expected = verified(11),
         .must_reach = one_sleeps_on_it,
         .mutants = {{"c1_relaxed", weakened("C1"), race},
                     {"c2_relaxed", weakened("C2"), race},
                     {"c5_relaxed", weakened("C5"), race},
                     {"c6_dropped", dropped("C6"), violated(violation_kind::lost_wake_up, "control")},
                     {"c4_never_sleeps", dropped("C4"), violated(violation_kind::unreached, "")}},
         .same = {1, 2},
     }),
     check_scenario<initialised_once<version::as_fixed>>({
         .name = "musl_once/fixed_three",
         .threads = 3,
         .description = "as fixed, three threads",
         .expected = verified(253),
         .must_reach = two_sleep_on_it,
         .same = {1, 3},
     }),
     true);

const bool registered_with_relacy =
    check_with_relacy<relacy_initialised_once<published::musl_once<relacy_world, version::as_fixed>>>("musl_once/relacy/fixed_two", 52);

}  // namespace
}  // namespace holdfast::models
