// Scenarios and mutants of impl/counting_semaphore.h.
#include "impl/counting_semaphore.h"
#include "models/both_engines.h"
#include "models/semaphore_scenarios.h"

namespace holdfast::models {
namespace {

// As the scenarios call it.
template <class World, std::ptrdiff_t LeastMax = 65535, scope Scope = scope::process_private>
class tested {
 public:
  explicit tested(unsigned permits) : semaphore_(permits) {}
  void wait() { semaphore_.acquire(); }
  bool try_wait() { return semaphore_.try_acquire(); }
  bool timed_wait(const typename World::deadline& until) { return semaphore_.try_acquire_until(until); }
  void post(unsigned permits = 1) { semaphore_.release(permits); }

 private:
  basic_counting_semaphore<World, LeastMax, Scope> semaphore_;
};

template <class World>
using count_two = count_with_permit<tested<World>, 2, World>;
template <class World>
using count_two_shared = count_with_permit<tested<World, 65535, scope::process_shared>, 2, World>;
template <class World>
using count_two_binary = count_with_permit<tested<World, 1>, 2, World>;
using count_three = count_with_permit<tested<world>, 3>;
template <class World>
using give_up_two = count_or_give_up<tested<World>, 2, World>;
using give_up_three = count_or_give_up<tested<world>, 3>;
template <class World>
using try_two = try_and_post<tested<World>, World>;
template <class World>
using post_two = post_and_wait<tested<World>, 2, World>;
template <class World>
using post_two_at_once = post_all_and_wait<tested<World>, 3, World>;

// One permit more than a binary semaphore holds.
template <class World>
struct release_beyond_max {
  tested<World, 1> semaphore{1};

  void thread(unsigned self) {
    if (self == 1) semaphore.post();
  }
};

// A word with 31 bits for permits counts one waiter.
struct one_waiter_too_many {
  tested<world, 0x7fffffff> semaphore{0};

  void thread(unsigned) { semaphore.wait(); }
};

// Two post once each, two wait.
struct two_posters_two_waiters {
  observed_semaphore<tested<world>> semaphore{0};

  void thread(unsigned self) {
    if (self <= 2) semaphore.post("post");
    else semaphore.wait("wait");
  }
};

template <std::size_t Sleepers>
bool sleep_on_it(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}
const situation one_sleeps_on_it{"a thread sleeps", sleep_on_it<1>};
const situation two_sleep_on_it{"two threads sleep at once", sleep_on_it<2>};
const situation three_sleep_on_it{"three threads sleep at once", sleep_on_it<3>};
const situation permit_and_sleeper{"a thread sleeps although there is a permit: a wake is owed",
                                   [](const world_view& v) { return v.asleep_on(0) == 1 && (v.word(0) & 0xffff) != 0; }};
const situation two_permits{"two permits are free", [](const world_view& v) { return v.word(0) == 2; }};
const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "semaphore");
const auto unreached = violated(violation_kind::unreached, "");

const bool in_both =
    (check_in_both<count_two, spec::semaphore<1>>({.name = "counting_semaphore/count_to_two",
                                                   .threads = 2,
                                                   .description = "one permit, two threads, each counts once",
                                                   .expected = verified(14),
                                                   .must_reach = one_sleeps_on_it,
                                                   .mutants = {{"a2_relaxed", weakened("A2"), race},
                                                               {"s8_relaxed", weakened("S8"), race},
                                                               {"s4_relaxed", weakened("S4"), race},
                                                               {"r1_relaxed", weakened("R1"), race}},
                                                   .same = {1, 2}},
                                                  {.executions = 172}),
     check_in_both<count_two, spec::semaphore<1>>({.name = "counting_semaphore/count_to_two_spinning",
                                                   .threads = 2,
                                                   .description = "the same; a spinner may look once more before it sleeps",
                                                   .expected = verified(28),
                                                   .must_reach = one_sleeps_on_it,
                                                   .mutants = {{"s2_relaxed", weakened("S2"), race}},
                                                   .same = {1, 2},
                                                   .spin_rounds = 1},
                                                  {.executions = 362}),
     check_in_both<count_two, spec::semaphore<1>>({.name = "counting_semaphore/count_to_two_spurious",
                                                   .threads = 2,
                                                   .description = "the same; each may wake once for no reason",
                                                   .expected = verified(46),
                                                   .must_reach = permit_and_sleeper,
                                                   .same = {1, 2},
                                                   .spurious_wake_ups = 1,
                                                   .interruptions = 1},
                                                  {.executions = 1036}),
     check_in_both<count_two_shared, spec::semaphore<1>>({.name = "counting_semaphore/process_shared",
                                                          .threads = 2,
                                                          .description = "two threads and a process-shared semaphore",
                                                          .expected = verified(14),
                                                          .must_reach = one_sleeps_on_it,
                                                          .same = {1, 2}},
                                                         {.executions = 172}),
     check_in_both<count_two_binary, spec::semaphore<1>>({.name = "counting_semaphore/binary",
                                                          .threads = 2,
                                                          .description = "two threads and a binary semaphore",
                                                          .expected = verified(14),
                                                          .must_reach = one_sleeps_on_it,
                                                          .same = {1, 2}},
                                                         {.executions = 172}),
     check_in_both<give_up_two, spec::semaphore<1>>({.name = "counting_semaphore/timed_two",
                                                     .threads = 2,
                                                     .description = "one waits, one gives up at any moment",
                                                     .expected = verified(32),
                                                     .must_reach = one_sleeps_on_it,
                                                     .mutants = {{"t2_relaxed", weakened("T2"), race}}},
                                                    {.executions = 192}),
     check_in_both<try_two, spec::semaphore<1>>({.name = "counting_semaphore/try",
                                                 .threads = 2,
                                                 .description = "a permit is free; one tries, one posts",
                                                 .expected = verified(3),
                                                 .must_reach = two_permits},
                                                {.executions = 4}),
     check_in_both<post_two, spec::semaphore<>>({.name = "counting_semaphore/post",
                                                 .threads = 2,
                                                 .description = "one posts, one waits",
                                                 .expected = verified(7),
                                                 .must_reach = permit_and_sleeper},
                                                {.executions = 20}),
     check_in_both<post_two_at_once, spec::semaphore<>>({.name = "counting_semaphore/post_two_at_once",
                                                         .threads = 3,
                                                         .description = "one posts two permits at once, two wait",
                                                         .expected = verified(704),
                                                         .must_reach = two_sleep_on_it,
                                                         .mutants = {{"r2_dropped", dropped("R2"), lost}},
                                                         .same = {2, 3}},
                                                        {.executions = 1817654}),
     check_in_both<release_beyond_max>({.name = "counting_semaphore/release_beyond_max",
                                        .threads = 2,
                                        .description = "a second permit for a binary semaphore",
                                        .expected = violated(violation_kind::misuse, "")},
                                       {.executions = 1}),
     true);

// relacy's searches are long if three threads take permits that come one by one, and it has no heap within a scenario.
const bool in_graphs =
    (check_scenario<destroy_after_wait<tested<world>>, spec::semaphore<>>(
         {.name = "counting_semaphore/rc11/destroy",
          .threads = 2,
          .description = "the waiter destroys the semaphore as soon as it has acquired",
          .expected = verified(7),
          .must_reach = permit_and_sleeper,
          .mutants = {{"r2_dropped", dropped("R2"), lost}, {"s7_never_sleeps", dropped("S7"), unreached}}}),
     check_scenario<count_three, spec::semaphore<1>>({.name = "counting_semaphore/rc11/count_to_three",
                                                      .threads = 3,
                                                      .description = "one permit, three threads, each counts once",
                                                      .expected = verified(14680),
                                                      .must_reach = two_sleep_on_it,
                                                      .same = {1, 3}}),
     check_scenario<count_three, spec::semaphore<1>>({.name = "counting_semaphore/rc11/count_to_three_any_waiter",
                                                      .threads = 3,
                                                      .description = "the same; a wake takes any waiter",
                                                      .expected = verified(15664),
                                                      .must_reach = two_sleep_on_it,
                                                      .same = {1, 3},
                                                      .wakes = checker::wake_order::any_waiter}),
     check_scenario<post_and_wait<tested<world>, 3>, spec::semaphore<>>({.name = "counting_semaphore/rc11/post_twice",
                                                                         .threads = 3,
                                                                         .description = "one posts twice, two wait",
                                                                         .expected = verified(5180),
                                                                         .must_reach = two_sleep_on_it,
                                                                         .same = {2, 3}}),
     check_scenario<post_and_wait<tested<world>, 3>, spec::semaphore<>>(
         {.name = "counting_semaphore/rc11/post_twice_spurious_any_waiter",
          .threads = 3,
          .description = "the same; a wake takes any waiter; each may wake once for no reason",
          .expected = verified(86400),
          .must_reach = two_sleep_on_it,
          .same = {2, 3},
          .spurious_wake_ups = 1,
          .wakes = checker::wake_order::any_waiter}),
     check_scenario<give_up_three, spec::semaphore<1>>({.name = "counting_semaphore/rc11/timed_three",
                                                        .threads = 3,
                                                        .description = "one permit; two wait, one gives up at any moment",
                                                        .expected = verified(52308),
                                                        .must_reach = two_sleep_on_it,
                                                        .same = {1, 2}}),
     check_scenario<post_and_give_up<tested<world>, 3>, spec::semaphore<>>(
         {.name = "counting_semaphore/rc11/give_up_beside_a_waiter",
          .threads = 3,
          .description = "one posts, one waits, one may give up and else posts again",
          .expected = verified(4678),
          .must_reach = two_sleep_on_it}),
     check_scenario<post_and_give_up<tested<world>, 3>, spec::semaphore<>>(
         {.name = "counting_semaphore/rc11/give_up_beside_a_waiter_any_waiter",
          .threads = 3,
          .description = "the same; a wake takes any waiter",
          .expected = verified(4999),
          .must_reach = two_sleep_on_it,
          .wakes = checker::wake_order::any_waiter}),
     check_scenario<two_posters_two_waiters, spec::semaphore<>>({.name = "counting_semaphore/rc11/two_posters_two_waiters",
                                                                 .threads = 4,
                                                                 .description = "two post, two wait",
                                                                 .expected = verified(14984),
                                                                 .must_reach = two_sleep_on_it,
                                                                 .same = {1, 2}}),
     check_scenario<post_all_and_wait<tested<world>, 4>, spec::semaphore<>>({.name = "counting_semaphore/rc11/post_three_at_once",
                                                                             .threads = 4,
                                                                             .description = "one posts three permits at once, three wait",
                                                                             .expected = verified(1620276),
                                                                             .must_reach = three_sleep_on_it,
                                                                             .same = {2, 4},
                                                                             .is_long = true}),
     check_scenario<one_waiter_too_many>({.name = "counting_semaphore/rc11/one_waiter_too_many",
                                          .threads = 2,
                                          .description = "two wait where the word counts one",
                                          .expected = violated(violation_kind::misuse, "")}),
     true);

}  // namespace
}  // namespace holdfast::models
