// Scenarios and mutants of impl/mutex.h.
#include "checker/relacy/relacy_platform.h"
#include "impl/mutex.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::relacy::register_exploration;
using checker::relacy::situation;
using checker::relacy::wake_order;
using world = checker::relacy_platform;
using tested = basic_mutex<world>;

exploration two() { return count_to_two<world, tested>("mutex"); }
exploration three() { return count_to_three<world, tested>("mutex"); }

// One round of a spinner stands for any number: a round that neither takes the mutex nor leaves the loop changes nothing.
exploration two_spinning() {
  exploration e = two();
  e.name = "mutex/count_to_two_spinning";
  e.spin_rounds = 1;
  return e;
}

exploration trying() {
  exploration e = mutex_exploration<try_scenario<world, tested, 2>>("mutex/try_lock", 2);
  e.must_reach = situation{"the word is held", is_held};
  return e;
}

exploration timed_two() {
  exploration e = mutex_exploration<timed_scenario<world, tested, 2>>("mutex/timed_lock_two", 2);
  e.must_reach = situation{"a thread sleeps while the word is held_waiters", one_sleeps};
  return e;
}

void register_scenarios() {
  register_exploration(two(), "two threads, each counts once", verified(16));
  register_exploration(two_spinning(), "the same; a spinner may look once more before it sleeps", verified(66));
  register_exploration(trying(), "one locks, one tries", verified(10));
  register_exploration(timed_two(), "one locks, one gives up at any moment", verified(18));

  exploration twice = mutex_exploration<count_scenario<world, tested, 2, 2>>("mutex/count_twice", 2);
  twice.must_reach = situation{"a thread sleeps on a free word: a wake is owed", one_sleeps_on_a_free_word};
  register_exploration(twice, "two threads, each counts twice", verified(2040));

  register_exploration(held_for_ever<world, tested>("mutex"), "held from the start and never released: both lockers sleep", verified(20));
  register_exploration(mutex_exploration<misuse_scenario<world, tested>>("mutex/unlock_of_free", 2), "unlocks what nobody holds",
                       violated(violation_kind::misuse, "", 1));

  register_exploration(with_spurious_wake_ups(two()), "two threads; each may wake once for no reason", verified(128));

  using shared = basic_mutex<world, scope::process_shared>;
  exploration process_shared = count_to_two<world, shared>("mutex");
  process_shared.name = "mutex/process_shared";
  register_exploration(process_shared, "two threads and a process-shared mutex", verified(16));

  register_exploration(three(), "three threads, each counts once", verified(27738));

  exploration any = three();
  any.name = "mutex/count_to_three_any_waiter";
  any.wakes = wake_order::any_waiter;
  register_exploration(any, "three threads; a wake takes any waiter", verified(27798));
}

void register_large_scenarios() {
  exploration timed = mutex_exploration<timed_scenario<world, tested, 3>>("mutex/timed_lock_three", 3);
  timed.must_reach = situation{"two threads sleep at once", two_sleep};
  register_exploration(timed, "three threads; one gives up at any moment", verified(29892));

  exploration spurious = three();
  spurious.name = "mutex/count_to_three_spurious_any_waiter";
  spurious.wakes = wake_order::any_waiter;
  spurious.spurious_wake_ups = 1;
  register_exploration(spurious, "three threads; a wake takes any waiter; each may wake once for no reason", verified(2064840));

  exploration spinning = three();
  spinning.name = "mutex/count_to_three_spinning";
  spinning.spin_rounds = 1;
  register_exploration(spinning, "three threads; a spinner may look once more before it sleeps", verified(5493102), true);

  exploration four = mutex_exploration<count_scenario<world, tested, 4>>("mutex/count_to_four", 4);
  four.must_reach = situation{"three threads sleep at once", three_sleep};
  four.context_bound = 3;
  register_exploration(four, "four threads, at most three context switches that nothing forces", inconclusive(24528));

  four.name = "mutex/count_to_four_six_switches";
  four.context_bound = 6;
  register_exploration(four, "four threads, at most six context switches that nothing forces", inconclusive(3091464), true);
}

void register_mutants() {
  const auto race = [](std::uint64_t n) { return violated(violation_kind::data_race, "count", n); };
  const auto lost = [](std::uint64_t n) { return violated(violation_kind::lost_wake_up, "mutex", n); };
  register_mutant(two(), "l1_relaxed", weakened("L1"), race(1));
  register_mutant(two_spinning(), "l3_relaxed", weakened("L3"), race(17));
  register_mutant(two(), "l4_relaxed", weakened("L4"), race(2));
  register_mutant(trying(), "t1_relaxed", weakened("T1"), race(1));
  register_mutant(two(), "u1_relaxed", weakened("U1"), race(1));
  register_mutant(two(), "u2_dropped", dropped("U2"), lost(8));
  register_mutant(three(), "l4_lost_flag", writes("L4", mutex_word::held, mutex_word::free), lost(364));
  register_mutant(two(), "l5_never_sleeps", dropped("L5"), violated(violation_kind::unreached, "", 24));
}

const bool registered = (register_scenarios(), register_large_scenarios(), register_mutants(), true);

}  // namespace
}  // namespace holdfast::models
