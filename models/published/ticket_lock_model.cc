// Scenarios and mutants of models/published/ticket_lock.h.
#include "checker/runtime/graph_platform.h"
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/ticket_lock.h"
#include "models/spec/mutex.h"

namespace holdfast::models {
namespace {

using tested = published::ticket_lock<world>;

// Words with so few bits that tickets wrap.
template <unsigned Bits>
using narrow_world = checker::narrow_graph_platform<Bits>;
template <unsigned Bits>
using narrow = published::ticket_lock<narrow_world<Bits>>;

template <unsigned Tickets>
bool last_is_served(const world_view& v) {
  return v.word(0) == Tickets && v.word(1) == Tickets - 1;
}

const auto race = violated(violation_kind::data_race, "count");

const bool registered =
    (check_scenario<count_scenario<world, tested, 2>, spec::mutex<>>({
         .name = "ticket_lock/count_to_two",
         .threads = 2,
         .description = "two threads, each counts once",
         .expected = verified(2),
         .must_reach = situation{"the last ticket is served", last_is_served<2>},
         .mutants = {{"l2_relaxed", weakened("L2"), race}, {"u2_relaxed", weakened("U2"), race}},
     }),
     check_scenario<count_scenario<world, tested, 2, 2>, spec::mutex<>>({
         .name = "ticket_lock/count_twice",
         .threads = 2,
         .description = "two threads, each counts twice",
         .expected = verified(6),
         .must_reach = situation{"the last ticket is served", last_is_served<4>},
     }),
     check_scenario<count_scenario<world, tested, 3>, spec::mutex<>>({
         .name = "ticket_lock/count_to_three",
         .threads = 3,
         .description = "three threads, each counts once",
         .expected = verified(6),
         .must_reach = situation{"the last ticket is served", last_is_served<3>},
     }),
     check_scenario<count_scenario<world, tested, 4>, spec::mutex<>>({
         .name = "ticket_lock/count_to_four",
         .threads = 4,
         .description = "four threads, each counts once",
         .expected = verified(24),
         .must_reach = situation{"the last ticket is served", last_is_served<4>},
     }),
     check_scenario<count_scenario<narrow_world<2>, narrow<2>, 2, 3>, spec::mutex<>>({
         .name = "ticket_lock/two_bit_tickets",
         .threads = 2,
         .description = "four tickets; two threads, each counts three times: the tickets wrap",
         .expected = verified(20),
     }),
     check_scenario<count_scenario<narrow_world<1>, narrow<1>, 2, 2>, spec::mutex<>>({
         .name = "ticket_lock/one_bit_tickets",
         .threads = 2,
         .description = "two tickets; two threads, each counts twice: a thread takes an old value of `owner` for its turn",
         .expected = race,
     }),
     true);

}  // namespace
}  // namespace holdfast::models
