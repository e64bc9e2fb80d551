// check_scenario: everything that it takes to check a lock, or a structure without locks, of your own: one include.
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
// In a BUILD file: model_test(name = "handover_model", srcs = ["handover_model.cc"], deps = ["@holdfast//models:check_scenario"]), from
// @holdfast//bazel:defs.bzl. The test explores every execution that RC11 allows, and passes if each verdict is the expected one.
//
// A scenario
//   is default-constructible, has thread(unsigned) and, if it likes, finish(), which runs when every thread has returned;
//   shares between its threads only world::atomic and world::plain objects, members or reached through new, and pointers that do not
//   change. An ordinary member that one thread writes and another reads, finish() too, is not seen: its value may be of another execution;
//   behaves alike whenever the same is read: no clock, no random numbers, no threads or locks of the system. world::choose(n, "label")
//   gives every number below n;
//   keeps what a waiting loop counts or remembers on the thread's stack.
//
// What is found: data races on plain objects, reads of what was never written or is destroyed, expectations that fail, threads that sleep or
// spin for ever and, with a specification, operations that it cannot put in order, and those that stay blocked although it enables them.
// Code that is a template over a platform (impl/platform.h) runs here on `world` and in production on linux_platform.
//
// Limits: 15 threads; 254 events of a thread and 500 of an execution, beyond which the verdict is INCONCLUSIVE; values of at most 8 bytes;
// 1 MB allocated per thread. Freed memory is not handed out again within an execution: a use after free is found, what goes wrong because
// an address came back (ABA) is not.
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

using checker::unspecified;
using checker::violation_kind;
using checker::world_view;

// Where scenarios run. world::atomic<T> has std::atomic's operations, each with a label after its memory order; world::plain<T> is ordinary
// data, with load(label) and store(value, label); then fence, wait, wake, expect(condition, text, label) and choose.
using world = checker::graph_platform;

// The scenario again, with one change to the code under test, which is to be found: weakened("U1"), dropped("U2"), writes("L4", 1, 0).
struct mutant {
  std::string name;  // "u1_relaxed"
  mutation change;
  checker::expectation expected;  // violated(violation_kind::data_race, "count")
};

struct scenario_check {
  std::string name;  // "ticket_lock/count_to_two": of one's own, without blanks, brackets and colons
  unsigned threads = 2;
  std::string description = "";
  // verified(n), n being the number of complete executions, or violated(kind, object). Default: verified, however many there are.
  checker::expectation expected = {};
  // A predicate on world_view that some execution must fulfil, so that a pass says something.
  std::optional<situation> must_reach = std::nullopt;
  std::vector<mutant> mutants = {};
  bool may_stay_blocked = false;    // threads may end up asleep, or spinning in an operation that the specification does not enable
  unsigned spurious_wake_ups = 0;   // of each thread: a sleep ends for no reason
  unsigned interruptions = 0;       // of each thread: a sleep ends by a signal
  unsigned spin_rounds = 0;         // of each world::spinner
  bool is_long = false;             // only with --long
};

// Registers the scenario and its mutants; call it for a static object, as above. Spec: the specification that its operations are recorded
// for (checker/history/judge.h, models/spec/), or `unspecified`: the scenario's own expectations are all.
template <checker::scenario Scenario, class Spec = unspecified>
bool check_scenario(scenario_check c) {
  exploration e;
  e.name = std::move(c.name);
  e.threads = c.threads;
  e.make = checker::make_program<Scenario, Spec>;
  e.must_reach = std::move(c.must_reach);
  e.may_stay_blocked = c.may_stay_blocked;
  e.spurious_wake_ups = c.spurious_wake_ups;
  e.interruptions = c.interruptions;
  e.spin_rounds = c.spin_rounds;
  for (mutant& m : c.mutants) register_mutant(checker::runtime::register_exploration, e, m.name, m.change, m.expected);
  checker::runtime::register_exploration(std::move(e), std::move(c.description), std::move(c.expected), c.is_long);
  return true;
}

// Records one operation for the specification: `call` performs it and returns what it was, with its result. `begun` is what it counts as
// while it has not returned. Of a mutex with lock() and unlock(), observed_mutex records every operation.
template <class Operation, class Call>
void record(Operation begun, world::site at, Call call) {
  world::begin_operation(static_cast<unsigned char>(begun), at);
  world::end_operation(static_cast<unsigned char>(call()));
}

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_CHECK_SCENARIO_H_
