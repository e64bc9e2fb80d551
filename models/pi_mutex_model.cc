// Scenarios and mutants of impl/pi_mutex.h.
#include "checker/runtime/explore.h"
#include "impl/pi_mutex.h"
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {
namespace {

using tested = basic_pi_mutex<world>;
const enter engine = checker::runtime::register_exploration;

template <std::size_t Sleepers>
bool sleep(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}

bool takes_a_mutex(unsigned char operation) {
  using enum spec::mutex_operation;
  const auto o = static_cast<spec::mutex_operation>(operation);
  return o == lock || o == give_up;
}

// Threads differ by their ids, which are in the word, and here by their priorities: none are alike.
template <class Scenario>
exploration of(std::string name, std::vector<unsigned> priorities) {
  exploration e = mutex_exploration<Scenario>("pi_mutex/" + std::move(name), static_cast<unsigned>(priorities.size()), 1);
  e.priorities = std::move(priorities);
  e.takes_lock = takes_a_mutex;
  return e;
}

exploration two() {
  exploration e = of<count_scenario<world, tested, 2>>("count_to_two", {10, 20});
  e.must_reach = situation{"a thread sleeps", sleep<1>};
  return e;
}

exploration three() {
  exploration e = of<count_scenario<world, tested, 3>>("count_to_three", {10, 20, 30});
  e.must_reach = situation{"two threads sleep at once", sleep<2>};
  return e;
}

exploration four() {
  exploration e = of<count_scenario<world, tested, 4>>("count_to_four", {10, 20, 20, 30});
  e.must_reach = situation{"three threads sleep at once", sleep<3>};
  return e;
}

exploration trying() {
  exploration e = of<try_scenario<world, tested, 2>>("try_lock", {10, 20});
  e.must_reach = situation{"the first thread owns it", [](const world_view& v) { return v.word(0) == 1; }};
  return e;
}

exploration timed_two() {
  exploration e = of<timed_scenario<world, tested, 2>>("timed_lock_two", {10, 20});
  e.must_reach = situation{"a thread sleeps", sleep<1>};
  return e;
}

exploration timed_three() {
  exploration e = of<timed_scenario<world, tested, 3>>("timed_lock_three", {10, 20, 30});
  e.must_reach = situation{"two threads sleep at once", sleep<2>};
  return e;
}

exploration process_shared() {
  exploration e = of<count_scenario<world, basic_pi_mutex<world, scope::process_shared>, 2>>("process_shared", {10, 20});
  e.must_reach = situation{"a thread sleeps", sleep<1>};
  return e;
}

const bool registered = [] {
  engine(two(), "two threads, each counts once", verified(6), false);
  engine(of<count_scenario<world, tested, 2, 2>>("count_twice", {10, 20}), "two threads, each counts twice", verified(108), false);
  engine(three(), "three threads of three priorities, each counts once", verified(144), false);
  engine(four(), "four threads of three priorities, each counts once", verified(9600), false);
  engine(trying(), "one locks, one tries", verified(5), false);
  engine(timed_two(), "one locks, one gives up at any moment", verified(8), false);
  engine(timed_three(), "three threads; one gives up at any moment", verified(236), false);
  engine(process_shared(), "two threads and a process-shared mutex", verified(6), false);
  engine(of<misuse_scenario<world, tested>>("unlock_of_free", {10, 20}), "unlocks what nobody holds", violated(violation_kind::misuse, ""),
         false);
  const auto race = violated(violation_kind::data_race, "count");
  register_mutant(engine, two(), "l1_relaxed", weakened("L1"), race);
  register_mutant(engine, two(), "l2_dropped", dropped("L2"), race);
  register_mutant(engine, trying(), "t1_relaxed", weakened("T1"), race);
  register_mutant(engine, two(), "u1_relaxed", weakened("U1"), race);
  register_mutant(engine, two(), "u2_dropped", dropped("U2"), violated(violation_kind::lost_wake_up, "pi"));
  return true;
}();

}  // namespace
}  // namespace holdfast::models
