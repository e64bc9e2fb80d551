// Scenarios and mutants of impl/robust_mutex.h: threads die anywhere, under the rules of three kernels; in relacy all live.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "impl/robust_mutex.h"
#include "models/check_scenario.h"
#include "models/robust_scenarios.h"
#include "models/spec/robust_mutex.h"

namespace holdfast::models {
namespace {

using checker::kernel::toggle;
using tested = basic_robust_mutex<world, 1>;
template <unsigned Rounds = 1>
using counting = robust_counting<tested, Rounds>;
template <unsigned Rounds = 1>
using trying = robust_trying<tested, Rounds>;
template <unsigned Rounds = 2>
using giving_up = robust_giving_up<tested, Rounds>;
using ruining = robust_ruining<tested>;
template <mistake Mistake>
using mistaken = robust_mistaken<tested, Mistake>;

// Of the first word, which is the mutex.
constexpr std::uint64_t marked_by_first = robust_word::marked_closing<std::uint32_t>(1);
constexpr std::uint64_t left_by_first = robust_word::waiters | robust_word::owner_died;
bool one_sleeps(const world_view& v) { return v.asleep_on(0) == 1; }
bool two_sleep(const world_view& v) { return v.asleep_on(0) == 2; }
bool one_sleeps_on_a_marked_word(const world_view& v) { return v.asleep_on(0) == 1 && v.word(0) == marked_by_first; }
bool nobody_sleeps_on_a_marked_word(const world_view& v) { return v.asleep_on(0) == 0 && v.word(0) == marked_by_first; }
bool two_sleep_on_a_left_word(const world_view& v) { return v.asleep_on(0) == 2 && v.word(0) == left_by_first; }
bool one_sleeps_on_a_left_word(const world_view& v) { return v.asleep_on(0) == 1 && v.word(0) == left_by_first; }

const situation sleeper{"a thread sleeps", one_sleeps};
const situation third_owner{"the third thread owns it", [](const world_view& v) { return v.word(0) == 3; }};
const situation two_sleepers{"two threads sleep at once", two_sleep};
const situation marked{"a thread sleeps, and the owner has marked the word to clear WAITERS", one_sleeps_on_a_marked_word};
const situation closing{"nobody sleeps, and the owner has marked the word to clear WAITERS", nobody_sleeps_on_a_marked_word};
const situation left{"the owner has died, and a thread sleeps", one_sleeps_on_a_left_word};
const situation left_to_two{"the owner has died, and two threads sleep", two_sleep_on_a_left_word};

const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "robust");
const auto unreached = violated(violation_kind::unreached, "");
const auto misused = violated(violation_kind::misuse, "");

template <class Scenario>
void check_robust(scenario_check c) {
  c.name = "robust_mutex/" + c.name;
  check_scenario<Scenario, spec::robust_mutex>(std::move(c));
}

void register_lives() {
  check_robust<counting<>>({.name = "two",
                            .description = "two threads, each counts once",
                            .expected = verified(88),
                            .must_reach = sleeper,
                            .mutants = {{"l1_relaxed", weakened("L1"), race},
                                        {"l3_relaxed", weakened("L3"), race},
                                        {"l5_never_sleeps", dropped("L5"), unreached},
                                        {"u2_relaxed", weakened("U2"), race},
                                        {"u5_relaxed", weakened("U5"), race},
                                        {"u6_dropped", dropped("U6"), lost},
                                        {"c2_dropped", dropped("C2"), lost}}});
  check_robust<counting<>>({.name = "two_spinning",
                            .description = "the same; a thread may look once more before it sleeps",
                            .expected = verified(728),
                            .must_reach = sleeper,
                            .spin_rounds = 1});
  check_robust<counting<>>({.name = "three",
                            .threads = 3,
                            .description = "three threads, each counts once",
                            .expected = verified(455976),
                            .must_reach = two_sleepers,
                            .mutants = {{"u5_clears_waiters", writes("U5", robust_word::free, robust_word::free), lost}}});
  check_robust<trying<>>(
      {.name = "three_try", .threads = 3, .description = "two lock, a third tries", .expected = verified(155534), .must_reach = marked});
  check_robust<giving_up<>>({.name = "give_up",
                             .description = "one locks twice, one gives up at any moment and leaves WAITERS",
                             .expected = verified(1614),
                             .must_reach = closing,
                             .mutants = {{"c3_relaxed", weakened("C3"), race}}});
  check_robust<giving_up<1>>({.name = "three_give_up",
                              .threads = 3,
                              .description = "two lock, one gives up at any moment",
                              .expected = verified(500304),
                              .must_reach = two_sleepers});
  check_robust<counting<>>({.name = "two_spurious",
                            .description = "two threads; each may wake once for no reason",
                            .expected = verified(1336),
                            .must_reach = sleeper,
                            .spurious_wake_ups = 1,
                            .interruptions = 1});
  check_robust<counting<>>({.name = "three_any_waiter",
                            .threads = 3,
                            .description = "three threads; a wake takes any waiter",
                            .expected = verified(630264),
                            .must_reach = two_sleepers,
                            .wakes = checker::wake_order::any_waiter});
  check_robust<mistaken<mistake::locks_twice>>({.name = "locks_twice", .description = "locks what it owns", .expected = misused});
  check_robust<mistaken<mistake::unlocks_anothers>>(
      {.name = "unlocks_anothers", .description = "unlocks what another owns, or nobody", .expected = misused});
  check_robust<mistaken<mistake::makes_consistent>>(
      {.name = "makes_consistent", .description = "makes consistent what it did not take so", .expected = misused});
}

void register_with_relacy() {
  using relacy_world = checker::relacy_platform;
  using mutex = basic_robust_mutex<relacy_world, 1>;
  const enter engine = checker::relacy::register_exploration;
  const exploration two = exploration_of<robust_counting<mutex, 1, relacy_world>, spec::robust_mutex>(
      {.name = "robust_mutex/relacy/two", .must_reach = sleeper});
  engine(two, "two threads, each counts once", verified(14950), false);
  // If one of three locks and may have to sleep, 8 M executions are not all.
  const exploration three_try = exploration_of<robust_trying<mutex, 1, 1, relacy_world>, spec::robust_mutex>(
      {.name = "robust_mutex/relacy/three_try", .threads = 3, .must_reach = third_owner});
  engine(three_try, "three threads try", verified(48), false);
  register_mutant(engine, two, "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, two, "l3_relaxed", weakened("L3"), race);
  register_mutant(engine, two, "l5_never_sleeps", dropped("L5"), unreached);
  register_mutant(engine, two, "u2_relaxed", weakened("U2"), race);
  register_mutant(engine, two, "u5_relaxed", weakened("U5"), race);
  register_mutant(engine, two, "u6_dropped", dropped("U6"), lost);
  register_mutant(engine, two, "c2_dropped", dropped("C2"), lost);
  register_mutant(engine, three_try, "u2_relaxed", weakened("U2"), race);
}

void register_deaths() {
  check_robust<counting<>>(
      {.name = "two_one_dies",
       .description = "two threads, one may die anywhere",
       .expected = verified(1273),
       .must_reach = left,
       .mutants = {{"pending_dropped", dropped("robust_pending"), lost}, {"link_dropped", dropped("robust_link"), lost}},
       .may_die = {1}});
  check_robust<counting<>>({.name = "two_spinning_one_dies",
                            .description = "the same; a thread may look once more before it sleeps",
                            .expected = verified(10215),
                            .must_reach = left,
                            .spin_rounds = 1,
                            .may_die = {1}});
  check_robust<counting<>>({.name = "two_both_die",
                            .description = "two threads, both may die anywhere",
                            .expected = verified(19080),
                            .must_reach = left,
                            .may_die = {1, 2}});
  check_robust<counting<2>>({.name = "twice_other_dies",
                             .description = "one counts twice, the other may die anywhere",
                             .expected = verified(25681),
                             .must_reach = sleeper,
                             .may_die = {2}});
  check_robust<giving_up<>>({.name = "give_up_one_dies",
                             .description = "one locks twice and may die anywhere, one gives up and leaves WAITERS",
                             .expected = verified(23407),
                             .must_reach = closing,
                             .may_die = {1}});
  check_robust<ruining>({.name = "ruin",
                         .description = "one dies in its section, the next unlocks without make_consistent()",
                         .expected = verified(16),
                         .must_reach = left,
                         .may_die = {1}});
  check_robust<ruining>({.name = "three_ruin",
                         .threads = 3,
                         .description = "the same with another sleeper, who is told that the mutex is not recoverable",
                         .expected = verified(4832),
                         .must_reach = left_to_two,
                         .mutants = {{"r2_relaxed", weakened("R2"), violated(violation_kind::specification, "lock (owner died)")},
                                     {"r3_dropped", dropped("R3"), lost}},
                         .may_die = {1}});
  check_robust<robust_dying_in_lock<trying<>>>({.name = "three_try_woken_dies",
                                                .threads = 3,
                                                .description = "the second may die in lock(), after it was woken; a third tries",
                                                .expected = verified(928201),
                                                .must_reach = sleeper,
                                                .may_die = {2}});
  check_robust<counting<>>({.name = "kernel_before_5_5",
                            .description = "one may die, on a kernel that wakes for no free word: not supported",
                            .expected = lost,
                            .may_die = {1},
                            .on = toggle::pending_free_unwoken});
}

void register_long() {
  check_robust<trying<>>({.name = "three_try_one_dies",
                          .threads = 3,
                          .description = "the first may die anywhere; a third tries",
                          .expected = verified(3456021),
                          .must_reach = left,
                          .is_long = true,
                          .may_die = {1}});
  check_robust<counting<>>({.name = "three_one_dies",
                            .threads = 3,
                            .description = "three threads, one may die anywhere",
                            .expected = verified(9175268),
                            .must_reach = left_to_two,
                            .is_long = true,
                            .may_die = {1}});
}

const bool registered = (register_lives(), register_with_relacy(), register_deaths(), register_long(), true);

}  // namespace
}  // namespace holdfast::models
