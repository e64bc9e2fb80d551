// check_scenario: everything that it takes to check a lock, or a structure without locks, of your own: one include.
//
//     constexpr auto ready_word = number("ready");               // names an atomic object in reports
//
//     struct handover {                                          // what the threads share, and what each of them does
//       world::atomic<unsigned> ready{ready_word, 0};
//       world::plain<unsigned> data{"data", 0};
//
//       void thread(unsigned self) {                             // from 1
//         if (self == 1) {
//           data.store(42, "fill");
//           ready.store(1, order::release, "announce");
//         } else if (ready.load(order::acquire, "look") == 1) {
//           world::expect(data.load("use") == 42, "the data is there", "expect");
//         }
//       }
//     };
//     const bool registered = check_scenario<handover>({.name = "handover/two", .threads = 2, .expected = verified(2)});
//
// In a BUILD file, with model_test from @holdfast//bazel:defs.bzl, and a binary that replays what a report names:
//
//     model_test(name = "handover_model", srcs = ["handover_model.cc"], deps = ["@holdfast//models:check_scenario"])
//     cc_binary(name = "holdfast", deps = [":handover_model_scenarios", "@holdfast//checker/cli:main"])
//
// The test explores every execution that RC11 allows, and passes if each verdict is the expected one.
//
// A scenario
//   is default-constructible, has thread(unsigned) and, if it likes, finish(), which runs when every thread has returned;
//   shares between its threads only world::atomic and world::plain objects, members or reached through new, and what the constructor
//   sets and nobody changes. The engine sees nothing else: an ordinary variable that one thread writes and another, or finish(), reads may
//   have its value from another execution. Where it notices, in the scenario's members and in memory from new, the check does not run;
//   behaves alike whenever the same is read: no clock, no random numbers, no threads or locks of the system. world::choose(n, "label")
//   gives every number below n;
//   has what a waiting loop counts or remembers on the thread's stack: if it is elsewhere, the loop may be taken for one that only waits;
//   has compare_exchange_weak only in loops that do nothing else: it may fail any number of times, and each time would be explored.
//
// Found are: data races on plain objects; accesses to what was never written or is destroyed; objects that a thread makes and nobody
// destroys; expectations that fail; exceptions that nobody catches; threads that sleep or spin for ever; with a specification, operations that it cannot put in order and
// those that stay blocked although it enables them. Code that is a template over a platform (impl/platform.h) runs here on `world`, and in
// production on linux_platform.
//
// Limits: 15 threads; 254 events of a thread and 500 of an execution, beyond which the verdict is INCONCLUSIVE; values of at most 8 bytes;
// 1 MB allocated per thread. Freed memory is not handed out again within an execution: a use after free is found, but not what goes wrong
// because an address came back (ABA).
#ifndef HOLDFAST_MODELS_CHECK_SCENARIO_H_
#define HOLDFAST_MODELS_CHECK_SCENARIO_H_

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "checker/exploration.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "checker/scenario.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {

using checker::alike;
using checker::unspecified;
using checker::violation_kind;
using checker::world_view;

// Where scenarios run. world::atomic<T> has std::atomic's operations, each with a label after its memory orders; world::plain<T> is
// ordinary data, with load(label) and store(value, label); then fence, wait, wake, choose and expect(condition, text, label).
using world = checker::graph_platform;

// The layout of an atomic object whose value is a number. Layouts are constants: objects refer to them.
inline constexpr field number_fields[] = {{"value", 0, 64, {}}};
constexpr layout number(const char* name) { return {name, number_fields}; }

// One change to the code under test, and how it is to be found: weakened("U1"), dropped("U2"), writes("L4", 1, 0).
struct mutant {
  std::string name;  // "u1_relaxed"
  mutation change;
  checker::expectation expected;                   // violated(violation_kind::data_race, "count")
  const layout* words = &mutex_word::description;  // names what writes() writes
};

struct scenario_check {
  std::string name;  // "ticket_lock/count_to_two": not that of another check, without blanks, brackets and colons
  unsigned threads = 2;
  std::string description = "";
  // verified(n), n being the number of complete executions, or violated(kind, object). Default: verified, however many there are.
  checker::expectation expected = {};
  // A predicate on world_view, which some execution has to pass through: in some order of its events, that is, where it has several. A few
  // orders of each are tried; if all executions miss it along those, they are visited again, and all orders are.
  std::optional<situation> must_reach = std::nullopt;
  std::vector<mutant> mutants = {};
  alike same = {};                 // {2, 4}: threads 2 to 4 do the same, whatever their number; who of them is who then makes no difference
  bool may_stay_blocked = false;   // threads may end up blocked in operations that the specification does not enable
  unsigned spurious_wake_ups = 0;  // of each thread: a sleep ends for no reason
  unsigned interruptions = 0;      // of each thread: a sleep ends by a signal
  bool handlers_restart = false;   // see exploration::handlers_restart
  unsigned spin_rounds = 0;        // of each world::spinner
  checker::wake_order wakes = checker::wake_order::first_come;  // whom a wake takes
  bool is_long = false;                                         // only with --long
  std::vector<unsigned> may_die = {};                           // threads that may die before any of their operations, and asleep
  checker::kernel::toggles on = {};                             // what the kernel does otherwise than Linux 6.18
  std::vector<unsigned> priorities = {};                        // of the threads from 1: see exploration::priorities
  bool (*takes_lock)(unsigned char operation) = nullptr;        // see exploration::takes_lock
};

// What an engine is asked to do.
template <checker::scenario Scenario, class Spec>
exploration exploration_of(const scenario_check& c) {
  exploration e;
  e.name = c.name;
  e.threads = c.threads;
  e.same = c.same;
  e.make = checker::make_program<Scenario, Spec>;
  e.must_reach = c.must_reach;
  e.may_stay_blocked = c.may_stay_blocked;
  e.spurious_wake_ups = c.spurious_wake_ups;
  e.interruptions = c.interruptions;
  e.handlers_restart = c.handlers_restart;
  e.spin_rounds = c.spin_rounds;
  e.wakes = c.wakes;
  e.may_die = c.may_die;
  e.on = c.on;
  e.priorities = c.priorities;
  e.takes_lock = c.takes_lock;
  return e;
}

// Registers the scenario and its mutants, and returns true: for the initializer of a namespace's constant, as above. Spec: what the
// recorded operations are held against (checker/history/judge.h says what that takes, models/spec/ has some), or `unspecified`.
template <checker::scenario Scenario, class Spec = unspecified>
bool check_scenario(scenario_check c) {
  exploration e = exploration_of<Scenario, Spec>(c);
  const enter engine = checker::runtime::register_exploration;
  for (const mutant& m : c.mutants) register_mutant(engine, e, m.name, m.change, m.expected, *m.words);
  engine(std::move(e), std::move(c.description), std::move(c.expected), c.is_long);
  return true;
}

// Records one operation for the specification: `call` performs it and returns what it was, with its result. `begun` is what it counts as
// while it has not returned. For a mutex with lock() and unlock() observed_mutex does that. World: where the scenario runs, if not here.
template <class World = world, class Operation, class Call>
void record(Operation begun, typename World::site at, Call call) {
  World::begin_operation(static_cast<unsigned char>(begun), at);
  World::end_operation(static_cast<unsigned char>(call()));
}

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_CHECK_SCENARIO_H_
