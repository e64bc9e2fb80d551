// Scenarios and mutants of impl/robust_pi_mutex.h: threads die anywhere, also asleep in the kernel and between its steps for a dead owner.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "impl/robust_mutex.h"
#include "impl/robust_pi_mutex.h"
#include "models/check_scenario.h"
#include "models/robust_scenarios.h"
#include "models/spec/robust_mutex.h"

namespace holdfast::models {
namespace {

using tested = basic_robust_pi_mutex<world>;

// The second is told of the death of the first, does not say that all is well again, and locks once more.
struct ruining_and_locking : robust_counter<tested> {
  void thread(unsigned self) {
    const lock_result r = mutex.lock("lock");
    world::assume(self == 2 && r == lock_result::owner_died);
    mutex.unlock("unlock");
    static_cast<void>(mutex.lock("lock again"));
  }
};

// When the first has returned from unlock() the second uses the mutex's memory for a number, which happens to be the first one's id.
constexpr auto returned_layout = number("returned");
constexpr auto reuse_layout = number("number");
struct reusing {
  union memory {
    memory() {}
    ~memory() {}
    tested mutex;
    world::atomic<std::uint32_t> number;
  };
  memory used;
  world::atomic<unsigned> returned{returned_layout, 0};

  reusing() { new (&used.mutex) tested(); }
  void thread(unsigned self) {
    if (self == 1) {
      static_cast<void>(used.mutex.lock());
      used.mutex.unlock();
      returned.store(1, order::release, "return");
      returned.load(order::relaxed, "live on");
    } else if (returned.load(order::acquire, "look") == 1) {
      used.mutex.~tested();
      new (&used.number) world::atomic<std::uint32_t>(reuse_layout, 1);
      world::expect(used.number.load(order::relaxed, "look") == 1, "nobody else writes the number", "expect");
    }
  }
};

constexpr std::uint32_t died = robust_pi_word::owner_died;
constexpr std::uint32_t left = robust_pi_word::waiters | died;
bool one_sleeps(const world_view& v) { return v.asleep_on(0) == 1; }
bool two_sleep(const world_view& v) { return v.asleep_on(0) == 2; }
bool three_sleep(const world_view& v) { return v.asleep_on(0) == 3; }
bool one_sleeps_on_a_left_word(const world_view& v) { return v.asleep_on(0) == 1 && v.word(0) == left; }
bool two_sleep_on_a_left_word(const world_view& v) { return v.asleep_on(0) == 2 && v.word(0) == left; }
bool second_has_it_from_the_dead(const world_view& v) { return v.word(0) == (left | 2u); }
bool nobody_sleeps_on_a_left_word(const world_view& v) { return v.asleep_on(0) == 0 && v.word(0) == died; }
bool is_owned_by_first(const world_view& v) { return v.word(0) == 1; }
bool waiters_stay(const world_view& v) { return v.asleep_on(0) == 0 && v.word(0) == (robust_pi_word::waiters | 1u); }

// Of the words of `reusing`: returned, then the mutex.
bool is_a_number(const world_view& v) { return v.word(0) == 1 && v.word(1) == 1; }

const situation sleeper{"a thread sleeps", one_sleeps};
const situation owned_by_first{"the first thread owns it", is_owned_by_first};
const situation two_sleepers{"two threads sleep at once", two_sleep};
const situation three_sleepers{"three threads sleep at once", three_sleep};
const situation marked{"the kernel has marked a dead owner's word, and not handed it to the sleeper yet", one_sleeps_on_a_left_word};
const situation marked_with_two{"the kernel has marked a dead owner's word, on which two threads sleep", two_sleep_on_a_left_word};
const situation handed_on{"a dead owner's word is handed to the second thread", second_has_it_from_the_dead};
const situation left_alone{"the owner has died, and nobody sleeps", nobody_sleeps_on_a_left_word};
const situation stale{"nobody sleeps, and the owner's word has WAITERS", waiters_stay};

const situation reuse{"the mutex is gone, and its memory is a number", is_a_number};

const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "robust_pi");
const auto misused = violated(violation_kind::misuse, "");
const auto overwritten = violated(violation_kind::use_after_free, "robust_pi");
const auto told_again = violated(violation_kind::specification, "lock (owner died)");
const auto taken_though_ruined = violated(violation_kind::specification, "lock");

mutation stores(std::string label, std::uint32_t value) { return {mutation::change::write, std::move(label), order::relaxed, value}; }

bool takes_a_mutex(unsigned char operation) {
  const auto o = static_cast<robust_operation>(operation);
  return o == robust_operation::locking || o == robust_operation::trying;
}

// Threads differ by their ids, which are in the word: none are alike.
template <class Scenario>
void check_robust_pi(scenario_check c) {
  c.name = "robust_pi_mutex/" + c.name;
  if (c.priorities.empty()) c.priorities = {10, 20, 30, 40};
  c.priorities.resize(c.threads);
  c.takes_lock = takes_a_mutex;
  check_scenario<Scenario, spec::robust_mutex>(std::move(c));
}

void register_lives() {
  check_robust_pi<robust_counting<tested>>({.name = "two",
                                            .description = "two threads, each counts once",
                                            .expected = verified(8),
                                            .must_reach = sleeper,
                                            .mutants = {{"l1_relaxed", weakened("L1"), race},
                                                        {"l3_dropped", dropped("L3"), race},
                                                        {"u3_relaxed", weakened("U3"), race},
                                                        {"u4_dropped", dropped("U4"), lost}}});
  check_robust_pi<robust_counting<tested, 2>>(
      {.name = "twice", .description = "one counts twice, the other once", .expected = verified(32), .must_reach = sleeper});
  check_robust_pi<robust_counting<tested>>({.name = "three",
                                            .threads = 3,
                                            .description = "three threads of three priorities, each counts once",
                                            .expected = verified(348),
                                            .must_reach = two_sleepers});
  check_robust_pi<robust_counting<tested>>({.name = "four",
                                            .threads = 4,
                                            .description = "four threads of three priorities, each counts once",
                                            .expected = verified(43968),
                                            .must_reach = three_sleepers,
                                            .priorities = {10, 20, 20, 30}});
  check_robust_pi<robust_counting<basic_robust_mutex<world>>>(
      {.name = "without_inheritance",
       .description = "robust_mutex in its place: nobody lends the owner a priority",
       .expected = violated(violation_kind::inversion, "robust")});
  check_robust_pi<robust_trying<tested, 1, 2>>(
      {.name = "try", .description = "one locks, one tries", .expected = verified(6), .must_reach = owned_by_first});
  check_robust_pi<robust_trying<tested>>(
      {.name = "three_try", .threads = 3, .description = "two lock, a third tries", .expected = verified(158), .must_reach = sleeper});
  check_robust_pi<robust_giving_up<tested>>(
      {.name = "give_up", .description = "one locks twice, one gives up at any moment", .expected = verified(47), .must_reach = stale});
  check_robust_pi<robust_giving_up<tested, 1>>({.name = "three_give_up",
                                                .threads = 3,
                                                .description = "two lock, one gives up at any moment",
                                                .expected = verified(770),
                                                .must_reach = two_sleepers});
  check_robust_pi<robust_mistaken<tested, mistake::locks_twice>>(
      {.name = "locks_twice", .description = "locks what it owns", .expected = misused});
  check_robust_pi<robust_mistaken<tested, mistake::unlocks_anothers>>(
      {.name = "unlocks_anothers", .description = "unlocks what another owns, or nobody", .expected = misused});
  check_robust_pi<robust_mistaken<tested, mistake::makes_consistent>>(
      {.name = "makes_consistent", .description = "makes consistent what it did not take so", .expected = misused});
}

// Where nobody dies.
void register_with_relacy() {
  using relacy_world = checker::relacy_platform;
  using scenario = robust_counting<basic_robust_pi_mutex<relacy_world>, 1, relacy_world>;
  const enter engine = checker::relacy::register_exploration;
  const auto make = [](std::string name, std::vector<unsigned> priorities, const situation& reached) {
    return exploration_of<scenario, spec::robust_mutex>({.name = "robust_pi_mutex/relacy/" + std::move(name),
                                                         .threads = static_cast<unsigned>(priorities.size()),
                                                         .must_reach = reached,
                                                         .priorities = std::move(priorities),
                                                         .takes_lock = takes_a_mutex});
  };
  const exploration two = make("two", {10, 20}, sleeper);
  engine(two, "two threads, each counts once", verified(36), false);
  // Of four, 4.0 M executions are not all.
  const exploration three = make("three", {10, 20, 30}, two_sleepers);
  engine(three, "three threads of three priorities, each counts once", verified(15078), false);
  register_mutant(engine, two, "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, two, "l3_dropped", dropped("L3"), race);
  register_mutant(engine, two, "u3_relaxed", weakened("U3"), race);
  register_mutant(engine, two, "u4_dropped", dropped("U4"), lost);
  register_mutant(engine, three, "u4_dropped", dropped("U4"), lost);
}

void register_deaths_of_two() {
  check_robust_pi<robust_counting<tested>>(
      {.name = "two_one_dies",
       .description = "two threads, one may die anywhere",
       .expected = verified(263),
       .must_reach = marked,
       .mutants = {{"pending_dropped", dropped("robust_pending"), misused},
                   {"link_dropped", dropped("robust_link"), misused},
                   {"l6_says_sound", stores("L6", robust_state::sound), misused, &robust_state::description}},
       .may_die = {1}});
  check_robust_pi<robust_counting<tested>>({.name = "two_other_dies",
                                            .description = "two threads, the more urgent one may die anywhere",
                                            .expected = verified(263),
                                            .must_reach = left_alone,
                                            .may_die = {2}});
  check_robust_pi<robust_counting<tested>>({.name = "two_both_die",
                                            .description = "two threads, both may die anywhere",
                                            .expected = verified(8060),
                                            .must_reach = handed_on,
                                            .may_die = {1, 2}});
  check_robust_pi<robust_counting<tested, 2>>(
      {.name = "twice_other_dies",
       .description = "one counts twice, the other may die anywhere",
       .expected = verified(1321),
       .must_reach = sleeper,
       .mutants = {{"m3_says_inconsistent", stores("M3", robust_state::inconsistent), told_again, &robust_state::description}},
       .may_die = {2}});
  check_robust_pi<robust_trying<tested, 1, 2>>({.name = "try_one_dies",
                                                .description = "one locks and may die anywhere, one tries",
                                                .expected = verified(169),
                                                .must_reach = left_alone,
                                                .mutants = {{"t1_dropped", dropped("T1"), misused}},
                                                .may_die = {1}});
  check_robust_pi<robust_giving_up<tested>>({.name = "give_up_one_dies",
                                             .description = "one locks twice and may die anywhere, one gives up at any moment",
                                             .expected = verified(1431),
                                             .must_reach = marked,
                                             .may_die = {1}});
  check_robust_pi<ruining_and_locking>(
      {.name = "ruin",
       .description = "one dies in its section, the next unlocks without make_consistent()",
       .expected = verified(57),
       .must_reach = handed_on,
       .mutants = {{"r1_says_sound", stores("R1", robust_state::sound), taken_though_ruined, &robust_state::description}},
       .may_die = {1}});
  check_robust_pi<reusing>(
      {.name = "reused",
       .description = "killed after an unlock has returned, and the memory is a number",
       .expected = verified(16),
       .must_reach = reuse,
       .mutants = {{"unlink_dropped", dropped("robust_unlink"), overwritten}, {"done_dropped", dropped("robust_done"), overwritten}},
       .may_die = {1}});
}

void register_deaths_of_three() {
  check_robust_pi<robust_counting<tested>>(
      {.name = "three_one_dies",
       .threads = 3,
       .description = "three threads, the least urgent may die anywhere",
       .expected = verified(25556),
       .must_reach = marked_with_two,
       .mutants = {{"l5_clears_waiters", writes("L5", 3, left | 3), lost, &robust_pi_word::description},
                   {"l5_keeps_owner_died", writes("L5", died | 2, died | 2), misused, &robust_pi_word::description}},
       .may_die = {1}});
  check_robust_pi<robust_counting<tested>>({.name = "three_last_dies",
                                            .threads = 3,
                                            .description = "three threads, the most urgent may die anywhere",
                                            .expected = verified(25052),
                                            .must_reach = two_sleepers,
                                            .may_die = {3}});
  check_robust_pi<robust_counting<tested>>({.name = "three_two_die",
                                            .threads = 3,
                                            .description = "three threads, the less urgent two may die anywhere",
                                            .expected = verified(1247772),
                                            .must_reach = marked_with_two,
                                            .may_die = {1, 2}});
  check_robust_pi<robust_trying<tested>>({.name = "three_try_one_dies",
                                          .threads = 3,
                                          .description = "two lock, one of them may die anywhere; a third tries",
                                          .expected = verified(10994),
                                          .must_reach = marked,
                                          .may_die = {1}});
  check_robust_pi<robust_giving_up<tested, 1>>({.name = "three_give_up_one_dies",
                                                .threads = 3,
                                                .description = "two lock, one of them may die anywhere; one gives up at any moment",
                                                .expected = verified(63830),
                                                .must_reach = marked_with_two,
                                                .may_die = {1}});
  check_robust_pi<robust_ruining<tested>>(
      {.name = "three_ruin",
       .threads = 3,
       .description = "one dies, the next unlocks without make_consistent(), another sleeper is told that it is not recoverable",
       .expected = verified(3576),
       .must_reach = marked_with_two,
       .may_die = {1}});
}

void register_long() {
  check_robust_pi<robust_counting<tested>>({.name = "four_one_dies",
                                            .threads = 4,
                                            .description = "four threads, the least urgent may die anywhere",
                                            .expected = verified(6020658),
                                            .must_reach = three_sleepers,
                                            .is_long = true,
                                            .may_die = {1}});
}

const bool registered =
    (register_lives(), register_with_relacy(), register_deaths_of_two(), register_deaths_of_three(), register_long(), true);

}  // namespace
}  // namespace holdfast::models
