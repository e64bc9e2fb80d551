// Scenarios and mutants of models/published/ttas_lock.h.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/ttas_lock.h"
#include "models/spec/mutex.h"

namespace holdfast::models {
namespace {

using tested = published::ttas_lock<world>;

const auto race = violated(violation_kind::data_race, "count");
const situation held{"the lock is held", is_held};

const bool registered =
    (check_scenario<count_scenario<world, tested, 2>, spec::mutex<>>({
         .name = "ttas_lock/count_to_two",
         .threads = 2,
         .description = "two threads, each counts once",
         .expected = verified(4),
         .must_reach = held,
         .mutants = {{"l2_relaxed", weakened("L2"), race}, {"u1_relaxed", weakened("U1"), race}},
     }),
     check_scenario<count_scenario<world, tested, 2, 2>, spec::mutex<>>({
         .name = "ttas_lock/count_twice",
         .threads = 2,
         .description = "two threads, each counts twice",
         .expected = verified(34),
         .must_reach = held,
     }),
     check_scenario<try_scenario<world, tested, 2>, spec::mutex<>>({
         .name = "ttas_lock/try_lock",
         .threads = 2,
         .description = "one locks, one tries",
         .expected = verified(4),
         .must_reach = held,
         .mutants = {{"t1_relaxed", weakened("T1"), race}},
     }),
     check_scenario<count_scenario<world, tested, 3>, spec::mutex<>>({
         .name = "ttas_lock/count_to_three",
         .threads = 3,
         .description = "three threads, each counts once",
         .expected = verified(36),
         .must_reach = held,
     }),
     check_scenario<count_scenario<world, tested, 4>, spec::mutex<>>({
         .name = "ttas_lock/count_to_four",
         .threads = 4,
         .description = "four threads, each counts once",
         .expected = verified(576),
         .must_reach = held,
     }),
     true);

}  // namespace
}  // namespace holdfast::models
