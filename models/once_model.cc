// Scenarios and mutants of impl/once.h.
#include "impl/once.h"
#include "models/both_engines.h"
#include "models/spec/once.h"

namespace holdfast::models {
namespace {

using operation = spec::once_operation;

// What a function throws.
struct failure {};

// A flag, whose calls are recorded for its specification, and data that is made once.
template <class World, scope Scope = scope::process_private>
struct made_once {
  basic_once_flag<World, Scope> once;
  typename World::template plain<unsigned> data{"data", 0};
  typename World::template plain<unsigned> tries{"tries", 0};

  // Calls with a function that throws in the first so many tries, all told. True if the call did not throw.
  bool call(unsigned failures, typename World::site at) {
    operation how = operation::found;
    record<World>(operation::call, at, [&] {
      try {
        call_once(once, [&] {
          how = operation::ran;
          const unsigned before = tries.load("count the tries");
          tries.store(before + 1, "count the tries");
          if (before < failures) throw failure();
          data.store(data.load("make") + 1, "make");
        });
      } catch (const failure&) {
        how = operation::threw;
      }
      return how;
    });
    return how != operation::threw;
  }
  void use() { World::expect(data.load("use") == 1, "made once", "expect"); }
};

// Each thread calls once; the first so many tries throw.
template <class World, unsigned Failures, scope Scope = scope::process_private>
struct each_calls : made_once<World, Scope> {
  void thread(unsigned) {
    if (this->call(Failures, "call")) this->use();
  }
};
template <class World>
using two_call = each_calls<World, 0>;
template <class World>
using two_call_shared = each_calls<World, 0, scope::process_shared>;
template <class World>
using first_throws = each_calls<World, 1>;

// Each thread calls until it has not thrown.
template <class World, unsigned Failures>
struct each_calls_again : made_once<World> {
  void thread(unsigned) {
    while (!this->call(Failures, "call")) continue;
    this->use();
  }
};

template <std::size_t Sleepers>
bool sleep_while_awaited(const world_view& v) {
  return v.asleep_on(0) == Sleepers && v.word(0) == once_word::awaited;
}
bool sleeps_though_it_threw(const world_view& v) { return v.asleep_on(0) == 1 && v.word(0) == once_word::fresh; }
const situation one_sleeps{"a thread sleeps while another runs its function", sleep_while_awaited<1>};
const situation two_sleep{"two threads sleep while another runs its function", sleep_while_awaited<2>};
const situation three_sleep{"three threads sleep while another runs its function", sleep_while_awaited<3>};
const situation wake_owed{"a thread sleeps although a function threw: a wake is owed", sleeps_though_it_threw};
const auto race = violated(violation_kind::data_race, "data");
const auto lost = violated(violation_kind::lost_wake_up, "once");

const bool in_both =
    (check_in_both<two_call, spec::once<>>({.name = "once/two",
                                            .description = "two threads call",
                                            .expected = verified(13),
                                            .must_reach = one_sleeps,
                                            .mutants = {{"c1_relaxed", weakened("C1"), race},
                                                        {"c2_failure_relaxed", weakened_failure("C2"), race},
                                                        {"c5_relaxed", weakened("C5"), race},
                                                        {"c6_dropped", dropped("C6"), lost},
                                                        {"c4_never_sleeps", dropped("C4"), violated(violation_kind::unreached, "")}},
                                            .same = {1, 2}},
                                           {.executions = 52, .unseen = {"c2_failure_relaxed"}}),
     check_in_both<two_call, spec::once<>>({.name = "once/two_spurious",
                                            .description = "the same; each may wake once for no reason",
                                            .expected = verified(61),
                                            .must_reach = one_sleeps,
                                            .same = {1, 2},
                                            .spurious_wake_ups = 1,
                                            .interruptions = 1},
                                           {.executions = 436}),
     check_in_both<two_call_shared, spec::once<>>({.name = "once/process_shared",
                                                   .description = "the same with a process-shared flag",
                                                   .expected = verified(13),
                                                   .must_reach = one_sleeps,
                                                   .same = {1, 2}},
                                                  {.executions = 52}),
     check_in_both<two_call, spec::once<>>({.name = "once/three",
                                            .threads = 3,
                                            .description = "three threads call",
                                            .expected = verified(337),
                                            .must_reach = two_sleep,
                                            .mutants = {{"c6_dropped", dropped("C6"), lost}},
                                            .same = {1, 3}},
                                           {.executions = 112974}),
     true);

// relacy's threads may not throw, and its searches of four are long.
const bool in_graphs =
    (check_scenario<first_throws<world>, spec::once<>>(
         {.name = "once/rc11/first_throws",
          .description = "two threads call; the first function throws",
          .expected = verified(13),
          .must_reach = wake_owed,
          .mutants = {{"c2_relaxed", weakened("C2"), violated(violation_kind::data_race, "tries")},
                      {"c7_relaxed", weakened("C7"), violated(violation_kind::data_race, "tries")},
                      {"c8_dropped", dropped("C8"), lost}},
          .same = {1, 2}}),
     check_scenario<each_calls_again<world, 1>, spec::once<>>({.name = "once/rc11/again",
                                                               .description = "the same; whoever threw calls again",
                                                               .expected = verified(266),
                                                               .must_reach = wake_owed,
                                                               .same = {1, 2}}),
     check_scenario<each_calls<world, 1>, spec::once<>>({.name = "once/rc11/first_of_three_throws",
                                                         .threads = 3,
                                                         .description = "three threads call; the first function throws",
                                                         .expected = verified(4901),
                                                         .must_reach = two_sleep,
                                                         .same = {1, 3}}),
     check_scenario<each_calls<world, 2>, spec::once<>>({.name = "once/rc11/two_of_three_throw",
                                                         .threads = 3,
                                                         .description = "three threads call; the first two functions throw",
                                                         .expected = verified(4901),
                                                         .must_reach = two_sleep,
                                                         .same = {1, 3}}),
     check_scenario<each_calls<world, 1>, spec::once<>>(
         {.name = "once/rc11/first_of_three_throws_spurious_any_waiter",
          .threads = 3,
          .description = "the first throws; a wake takes any waiter; each may wake once for no reason",
          .expected = verified(126097),
          .must_reach = two_sleep,
          .same = {1, 3},
          .spurious_wake_ups = 1,
          .wakes = checker::wake_order::any_waiter}),
     check_scenario<each_calls<world, 0>, spec::once<>>({.name = "once/rc11/four",
                                                         .threads = 4,
                                                         .description = "four threads call",
                                                         .expected = verified(8315),
                                                         .must_reach = three_sleep,
                                                         .mutants = {{"c6_dropped", dropped("C6"), lost}},
                                                         .same = {1, 4}}),
     check_scenario<each_calls<world, 1>, spec::once<>>({.name = "once/rc11/first_of_four_throws",
                                                         .threads = 4,
                                                         .description = "four threads call; the first function throws",
                                                         .expected = verified(2768795),
                                                         .must_reach = two_sleep,
                                                         .same = {1, 4}}),
     true);

}  // namespace
}  // namespace holdfast::models
