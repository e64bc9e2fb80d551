// Scenarios and mutants of impl/mutex.h.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "impl/mutex.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::wake_order;

// The scenarios over a world; `lock` is the name that they go by: "mutex" under relacy, "mutex/rc11" in the graph engine.
template <class World>
struct scenarios {
  using tested = basic_mutex<World>;
  std::string lock;

  exploration two() const { return count_to_two<World, tested>(lock); }
  exploration three() const { return count_to_three<World, tested>(lock); }

  // One round of a spinner stands for any number: a round that neither takes the mutex nor leaves the loop changes nothing.
  exploration two_spinning() const {
    exploration e = two();
    e.name = lock + "/count_to_two_spinning";
    e.spin_rounds = 1;
    return e;
  }

  exploration trying() const {
    exploration e = mutex_exploration<try_scenario<World, tested, 2>>(lock + "/try_lock", 2, 1);
    e.must_reach = situation{"the word is held", is_held};
    return e;
  }

  exploration timed_two() const {
    exploration e = mutex_exploration<timed_scenario<World, tested, 2>>(lock + "/timed_lock_two", 2, 1);
    e.must_reach = situation{"a thread sleeps while the word is held_waiters", one_sleeps};
    return e;
  }

  exploration twice() const {
    exploration e = mutex_exploration<count_scenario<World, tested, 2, 2>>(lock + "/count_twice", 2, 2);
    e.must_reach = situation{"a thread sleeps on a free word: a wake is owed", one_sleeps_on_a_free_word};
    return e;
  }

  exploration misused() const { return mutex_exploration<misuse_scenario<World, tested>>(lock + "/unlock_of_free", 2, 1); }

  exploration process_shared() const {
    exploration e = count_to_two<World, basic_mutex<World, scope::process_shared>>(lock);
    e.name = lock + "/process_shared";
    return e;
  }

  exploration three_any_waiter() const {
    exploration e = three();
    e.name = lock + "/count_to_three_any_waiter";
    e.wakes = wake_order::any_waiter;
    return e;
  }

  exploration timed_three() const {
    exploration e = mutex_exploration<timed_scenario<World, tested, 3>>(lock + "/timed_lock_three", 3, 2);
    e.must_reach = situation{"two threads sleep at once", two_sleep};
    return e;
  }

  exploration three_spurious_any_waiter() const {
    exploration e = three_any_waiter();
    e.name = lock + "/count_to_three_spurious_any_waiter";
    e.spurious_wake_ups = 1;
    return e;
  }

  exploration three_spinning() const {
    exploration e = three();
    e.name = lock + "/count_to_three_spinning";
    e.spin_rounds = 1;
    return e;
  }

  exploration four() const {
    exploration e = mutex_exploration<count_scenario<World, tested, 4>>(lock + "/count_to_four", 4, 4);
    e.must_reach = situation{"three threads sleep at once", three_sleep};
    return e;
  }

  void register_mutants(enter engine, const checker::expectation& race, const checker::expectation& lost,
                        const checker::expectation& asleep) const {
    register_mutant(engine, two(), "l1_relaxed", weakened("L1"), race);
    register_mutant(engine, two_spinning(), "l3_relaxed", weakened("L3"), race);
    register_mutant(engine, two(), "l4_relaxed", weakened("L4"), race);
    register_mutant(engine, trying(), "t1_relaxed", weakened("T1"), race);
    register_mutant(engine, two(), "u1_relaxed", weakened("U1"), race);
    register_mutant(engine, two(), "u2_dropped", dropped("U2"), lost);
    register_mutant(engine, three(), "l4_lost_flag", writes("L4", mutex_word::held, mutex_word::free), lost);
    register_mutant(engine, two(), "l5_never_sleeps", dropped("L5"), asleep);
  }
};

void register_with_relacy() {
  using checker::relacy::register_exploration;
  using world = checker::relacy_platform;
  const scenarios<world> s{"mutex"};
  register_exploration(s.two(), "two threads, each counts once", verified(16));
  register_exploration(s.two_spinning(), "the same; a spinner may look once more before it sleeps", verified(66));
  register_exploration(s.trying(), "one locks, one tries", verified(10));
  register_exploration(s.timed_two(), "one locks, one gives up at any moment", verified(18));
  register_exploration(s.twice(), "two threads, each counts twice", verified(2040));
  register_exploration(held_for_ever<world, basic_mutex<world>>("mutex"), "held from the start and never released: both lockers sleep",
                       verified(20));
  register_exploration(s.misused(), "unlocks what nobody holds", violated(violation_kind::misuse, "", 1));
  register_exploration(with_spurious_wake_ups(s.two()), "two threads; each may wake once for no reason", verified(128));
  register_exploration(s.process_shared(), "two threads and a process-shared mutex", verified(16));
  register_exploration(s.three(), "three threads, each counts once", verified(27738));
  register_exploration(s.three_any_waiter(), "three threads; a wake takes any waiter", verified(27798));
  register_exploration(s.timed_three(), "three threads; one gives up at any moment", verified(29892));
  register_exploration(s.three_spurious_any_waiter(), "three threads; a wake takes any waiter; each may wake once for no reason",
                       verified(2064840));
  register_exploration(s.three_spinning(), "three threads; a spinner may look once more before it sleeps", verified(5493102), true);

  exploration four = s.four();
  four.context_bound = 3;
  register_exploration(four, "four threads, at most three context switches that nothing forces", inconclusive(24528));
  four.name = "mutex/count_to_four_six_switches";
  four.context_bound = 6;
  register_exploration(four, "four threads, at most six context switches that nothing forces", inconclusive(3091464), true);
}

void register_relacy_mutants() {
  using checker::relacy::register_exploration;
  const scenarios<checker::relacy_platform> s{"mutex"};
  const auto race = [](std::uint64_t n) { return violated(violation_kind::data_race, "count", n); };
  const auto lost = [](std::uint64_t n) { return violated(violation_kind::lost_wake_up, "mutex", n); };
  const enter engine = register_exploration;
  register_mutant(engine, s.two(), "l1_relaxed", weakened("L1"), race(1));
  register_mutant(engine, s.two_spinning(), "l3_relaxed", weakened("L3"), race(17));
  register_mutant(engine, s.two(), "l4_relaxed", weakened("L4"), race(2));
  register_mutant(engine, s.trying(), "t1_relaxed", weakened("T1"), race(1));
  register_mutant(engine, s.two(), "u1_relaxed", weakened("U1"), race(1));
  register_mutant(engine, s.two(), "u2_dropped", dropped("U2"), lost(8));
  register_mutant(engine, s.three(), "l4_lost_flag", writes("L4", mutex_word::held, mutex_word::free), lost(364));
  register_mutant(engine, s.two(), "l5_never_sleeps", dropped("L5"), violated(violation_kind::unreached, "", 24));
}

void register_with_graphs() {
  using checker::runtime::register_exploration;
  using world = checker::graph_platform;
  const scenarios<world> s{"mutex/rc11"};
  register_exploration(s.two(), "two threads, each counts once", verified(4));
  register_exploration(s.two_spinning(), "the same; a spinner may look once more before it sleeps", verified(14));
  register_exploration(s.trying(), "one locks, one tries", verified(6));
  register_exploration(s.timed_two(), "one locks, one gives up at any moment", verified(9));
  register_exploration(s.twice(), "two threads, each counts twice", verified(149));
  register_exploration(held_for_ever<world, basic_mutex<world>>("mutex/rc11"), "held from the start and never released: both lockers sleep",
                       verified(6));
  register_exploration(s.misused(), "unlocks what nobody holds", violated(violation_kind::misuse, ""));
  register_exploration(with_spurious_wake_ups(s.two()), "two threads; each may wake once for no reason", verified(16));
  register_exploration(s.process_shared(), "two threads and a process-shared mutex", verified(4));
  register_exploration(s.three(), "three threads, each counts once", verified(162));
  register_exploration(s.three_any_waiter(), "three threads; a wake takes any waiter", verified(168));
  register_exploration(s.timed_three(), "three threads; one gives up at any moment", verified(574));
  register_exploration(s.three_spurious_any_waiter(), "three threads; a wake takes any waiter; each may wake once for no reason",
                       verified(5677));
  register_exploration(s.three_spinning(), "three threads; a spinner may look once more before it sleeps", verified(11958));
  register_exploration(s.four(), "four threads, each counts once", verified(70355));
  s.register_mutants(register_exploration, violated(violation_kind::data_race, "count"), violated(violation_kind::lost_wake_up, "mutex"),
                     violated(violation_kind::unreached, ""));
}

const bool registered = (register_with_relacy(), register_relacy_mutants(), register_with_graphs(), true);

}  // namespace
}  // namespace holdfast::models
