// Scenarios and mutants of impl/mcs_mutex.h. Not for relacy, whose words are no pointers, and whose search has no end where an unlock waits
// for the next to link its node.
#include "impl/word/mcs_word.h"
#include "models/check_scenario.h"
#include "models/mcs_mutex_scenarios.h"
#include "models/mutex_scenarios.h"
#include "models/spec/mutex.h"

namespace holdfast::models {
namespace {

using namespace mcs;  // the scenarios

const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "state");
const auto gone = violated(violation_kind::use_after_free, "state");
const auto spins = violated(violation_kind::livelock, "state");
const auto spins_unlinked = violated(violation_kind::livelock, "next");
const auto asleep = violated(violation_kind::unreached, "");

const bool registered = (check_scenario<with_kept_nodes<2>, spec::mutex<>>({
                             .name = "mcs_mutex/count_to_two",
                             .threads = 2,
                             .description = "two threads, each counts once",
                             .expected = verified(18),
                             .must_reach = one,
                             .mutants = {{"l2_relaxed", weakened("L2"), race},
                                         {"l4_relaxed", weakened("L4"), lost},
                                         {"l6_failure_relaxed", weakened_failure("L6"), race},
                                         {"l6_lost_state", writes("L6", mcs_word::waiting, mcs_word::waiting), asleep},
                                         {"l7_never_sleeps", dropped("L7"), asleep},
                                         {"l8_relaxed", weakened("L8"), race},
                                         {"u1_relaxed", weakened("U1"), lost},
                                         {"u2_relaxed", weakened("U2"), race},
                                         {"u4_relaxed", weakened("U4"), lost},
                                         {"u5_relaxed", weakened("U5"), race},
                                         {"u6_dropped", dropped("U6"), lost}},
                         }),
                         check_scenario<with_kept_nodes<2>, spec::mutex<>>({
                             .name = "mcs_mutex/count_to_two_spinning",
                             .threads = 2,
                             .description = "the same; a waiter may look once more before it sleeps",
                             .expected = verified(74),
                             .must_reach = one,
                             .mutants = {{"l5_relaxed", weakened("L5"), race}, {"u3_relaxed", weakened("U3"), lost}},
                             .spin_rounds = 1,
                         }),
                         check_scenario<with_kept_nodes<2>, spec::mutex<>>({
                             .name = "mcs_mutex/count_to_two_spurious",
                             .threads = 2,
                             .description = "two threads; each may wake once for no reason",
                             .expected = verified(82),
                             .must_reach = one,
                             .spurious_wake_ups = 1,
                             .interruptions = 1,
                         }),
                         check_scenario<with_kept_nodes<2, 2>, spec::mutex<>>({
                             .name = "mcs_mutex/count_twice",
                             .threads = 2,
                             .description = "two threads, each counts twice with one node",
                             .expected = verified(1638),
                             .must_reach = one,
                         }),
                         check_scenario<with_kept_nodes<2, 1, true>, spec::mutex<>>({
                             .name = "mcs_mutex/try_lock",
                             .threads = 2,
                             .description = "one locks, one tries",
                             .expected = verified(11),
                             .must_reach = one,
                             .mutants = {{"t2_relaxed", weakened("T2"), race}},
                         }),
                         check_scenario<with_own_nodes<2>, spec::mutex<>>({
                             .name = "mcs_mutex/own_nodes",
                             .threads = 2,
                             .description = "two threads, each counts once; their nodes end with them",
                             .expected = verified(18),
                             .must_reach = one,
                         }),
                         check_scenario<overtaking>({
                             .name = "mcs_mutex/overtaking",
                             .threads = 2,
                             .description = "whoever unlocks and locks again finds the one that waited served",
                             .expected = verified(72),
                             .must_reach = one,
                         }),
                         check_scenario<last_user_frees_it<2>>({
                             .name = "mcs_mutex/last_user_frees",
                             .threads = 2,
                             .description = "whoever is the last user frees the mutex",
                             .expected = verified(18),
                             .must_reach = one,
                         }),
                         check_scenario<with_kept_nodes<3>, spec::mutex<>>({
                             .name = "mcs_mutex/count_to_three",
                             .threads = 3,
                             .description = "three threads, each counts once",
                             .expected = verified(1110),
                             .must_reach = two,
                         }),
                         check_scenario<with_own_nodes<3>, spec::mutex<>>({
                             .name = "mcs_mutex/own_nodes_three",
                             .threads = 3,
                             .description = "three threads, each counts once; their nodes end with them",
                             .expected = verified(1110),
                             .must_reach = two,
                         }),
                         check_scenario<with_kept_nodes<3>, spec::mutex<>>({
                             .name = "mcs_mutex/count_to_three_spurious",
                             .threads = 3,
                             .description = "three threads; each may wake once for no reason",
                             .expected = verified(19206),
                             .must_reach = two,
                             .spurious_wake_ups = 1,
                         }),
                         check_scenario<giving_up<2, 1, then::end>, spec::mutex<>>({
                             .name = "mcs_mutex/timed_lock_two",
                             .threads = 2,
                             .description = "one locks, one gives up at any moment, and its node ends",
                             .expected = verified(32),
                             .must_reach = granted_asleep,
                             .mutants = {{"l9_lost_state", writes("L9", mcs_word::parked, mcs_word::parked), spins},
                                         {"b1_lost_state", writes("B1", mcs_word::given_up, mcs_word::given_up), spins_unlinked},
                                         {"b3_relaxed", weakened("B3"), gone},
                                         {"u7_relaxed", weakened("U7"), gone}},
                         }),
                         check_scenario<giving_up<2, 1, then::come_back>, spec::mutex<>>({
                             .name = "mcs_mutex/come_back_two",
                             .threads = 2,
                             .description = "one locks, one gives up at any moment, and comes back",
                             .expected = verified(32),
                             .must_reach = passed_over,
                             .mutants = {{"l9_lost_state", writes("L9", mcs_word::parked, mcs_word::parked), spins},
                                         {"b1_lost_state", writes("B1", mcs_word::given_up, mcs_word::given_up), spins_unlinked},
                                         {"b3_relaxed", weakened("B3"), gone},
                                         {"u7_relaxed", weakened("U7"), gone}},
                         }),
                         check_scenario<giving_up<2, 1, then::come_back>, spec::mutex<>>({
                             .name = "mcs_mutex/come_back_two_spinning",
                             .threads = 2,
                             .description = "the same; a waiter may look once more before it sleeps",
                             .expected = verified(194),
                             .must_reach = one_left,
                             .mutants = {{"b2_relaxed", weakened("B2"), gone}},
                             .spin_rounds = 1,
                         }),
                         check_scenario<giving_up<2, 1, then::end>, spec::mutex<>>({
                             .name = "mcs_mutex/timed_lock_two_spinning",
                             .threads = 2,
                             .description = "the same; a waiter may look once more before it sleeps",
                             .expected = verified(194),
                             .must_reach = one_left,
                             .mutants = {{"b2_relaxed", weakened("B2"), gone}},
                             .spin_rounds = 1,
                         }),
                         check_scenario<giving_up<2, 1, then::wait_to_be_passed_over>, spec::mutex<>>({
                             .name = "mcs_mutex/passed_over",
                             .threads = 2,
                             .description = "one locks, one gives up at any moment, the last in the queue",
                             .expected = verified(22),
                             .must_reach = passed_over,
                             .mutants = {{"u7_relaxed", weakened("U7"), gone}},
                         }),
                         check_scenario<giving_up<2, 1, then::come_back>, spec::mutex<>>({
                             .name = "mcs_mutex/come_back_two_spurious",
                             .threads = 2,
                             .description = "one locks, one gives up and comes back; each may wake once for no reason",
                             .expected = verified(200),
                             .must_reach = passed_over,
                             .spurious_wake_ups = 1,
                             .interruptions = 1,
                         }),
                         check_scenario<keeping_its_place>({
                             .name = "mcs_mutex/keeps_its_place",
                             .threads = 3,
                             .description = "whoever gives up and comes back in time is served before those that came after it",
                             .expected = verified(111),
                             .must_reach = both_sleep,
                         }),
                         check_scenario<freed_when_passed_over>({
                             .name = "mcs_mutex/freed_when_passed_over",
                             .threads = 3,
                             .description = "one gives up, one passes over it, and one is the last user and frees the mutex",
                             .expected = verified(9),
                             .must_reach = freed_first,
                         }),
                         check_scenario<giving_up<2, 1, then::try_again>, spec::mutex<>>({
                             .name = "mcs_mutex/try_again",
                             .threads = 2,
                             .description = "one locks, one gives up at any moment, and tries",
                             .expected = verified(36),
                             .must_reach = one_left,
                         }),
                         check_scenario<giving_up<3, 1, then::end>, spec::mutex<>>({
                             .name = "mcs_mutex/timed_lock_three",
                             .threads = 3,
                             .description = "three threads; one gives up at any moment, and its node ends",
                             .expected = verified(3734),
                             .must_reach = one_left,
                         }),
                         check_scenario<giving_up<3, 1, then::come_back>, spec::mutex<>>({
                             .name = "mcs_mutex/come_back_three",
                             .threads = 3,
                             .description = "three threads; one gives up at any moment, and comes back",
                             .expected = verified(6558),
                             .must_reach = passed_over,
                         }),
                         check_scenario<giving_up<3, 1, then::wait_to_be_passed_over>, spec::mutex<>>({
                             .name = "mcs_mutex/passed_over_three",
                             .threads = 3,
                             .description = "three threads; one gives up at any moment, and is passed over",
                             .expected = verified(1810),
                             .must_reach = passed_over,
                         }),
                         check_scenario<giving_up<3, 2, then::wait_to_be_passed_over>, spec::mutex<>>({
                             .name = "mcs_mutex/two_passed_over",
                             .threads = 3,
                             .description = "three threads; two neighbours give up at any moment, and are passed over",
                             .expected = verified(2930),
                             .must_reach = two_passed_over,
                         }),
                         check_scenario<giving_up<3, 2, then::come_back>, spec::mutex<>>({
                             .name = "mcs_mutex/two_come_back",
                             .threads = 3,
                             .description = "three threads; two neighbours give up at any moment, and come back",
                             .expected = verified(88726),
                             .must_reach = two_left,
                         }),
                         check_scenario<giving_up<3, 2, then::end>, spec::mutex<>>({
                             .name = "mcs_mutex/two_timed_of_three",
                             .threads = 3,
                             .description = "three threads; two neighbours give up at any moment, and their nodes end",
                             .expected = verified(14422),
                             .must_reach = two_left,
                         }),
                         check_scenario<giving_up<4, 2, then::wait_to_be_passed_over>, spec::mutex<>>({
                             .name = "mcs_mutex/two_passed_over_four",
                             .threads = 4,
                             .description = "four threads; two give up at any moment, and are passed over",
                             .expected = verified(869912),
                             .must_reach = two_passed_over,
                         }),
                         check_scenario<giving_up<4, 3, then::wait_to_be_passed_over>, spec::mutex<>>({
                             .name = "mcs_mutex/three_passed_over",
                             .threads = 4,
                             .description = "four threads; three neighbours give up at any moment, and are passed over",
                             .expected = verified(1851672),
                             .must_reach = three_passed_over,
                             .is_long = true,
                         }),
                         check_scenario<giving_up<4, 1, then::come_back>, spec::mutex<>>({
                             .name = "mcs_mutex/come_back_four",
                             .threads = 4,
                             .description = "four threads; one gives up at any moment, and comes back",
                             .expected = verified(2846508),
                             .must_reach = passed_over,
                             .is_long = true,
                         }),
                         check_scenario<with_kept_nodes<4>, spec::mutex<>>({
                             .name = "mcs_mutex/count_to_four",
                             .threads = 4,
                             .description = "four threads, each counts once",
                             .expected = verified(179544),
                             .must_reach = two,
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
