// Scenarios and mutants of impl/mutex.h.
#include "impl/mutex.h"

#include "checker/relacy/relacy_platform.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;
using checker::relacy::register_exploration;
using checker::relacy::situation;
using checker::relacy::wake_order;
using world = checker::relacy_platform;
using tested = basic_mutex<world>;

exploration two() {
  exploration e = mutex_exploration<count_scenario<world, tested, 2>>("mutex/count_to_two", 2);
  e.must_reach = situation{"a thread sleeps while the word is held_waiters", one_sleeps};
  return e;
}

exploration two_spinning() {
  exploration e = two();
  e.name = "mutex/count_to_two_spinning";
  e.spin_rounds = 1;
  return e;
}

exploration trying() {
  exploration e = mutex_exploration<try_scenario<world, tested, 2>>("mutex/try_lock", 2);
  return e;
}

exploration timed(unsigned threads) {
  exploration e = threads == 2 ? mutex_exploration<timed_scenario<world, tested, 2>>("mutex/timed_lock_two", 2)
                               : mutex_exploration<timed_scenario<world, tested, 3>>("mutex/timed_lock_three", 3);
  e.must_reach = situation{"a thread sleeps while the word is held_waiters", one_sleeps};
  return e;
}

exploration three() {
  exploration e = mutex_exploration<count_scenario<world, tested, 3>>("mutex/count_to_three", 3);
  e.must_reach = situation{"two threads sleep at once", two_sleep};
  return e;
}

const bool registered = [] {
  register_exploration(two(), "two threads, each counts once", verified(50));
  register_exploration(two_spinning(), "the same; a spinner may look once more before it sleeps", verified(1));
  register_exploration(trying(), "one locks, one tries", verified(1));
  register_exploration(timed(2), "one locks, one gives up at any moment", verified(56));

  exploration twice = mutex_exploration<count_scenario<world, tested, 2, 2>>("mutex/count_twice", 2);
  twice.must_reach = situation{"a thread sleeps on a free word: a wake is owed", one_sleeps_on_a_free_word};
  register_exploration(twice, "two threads, each counts twice", verified(1));

  exploration held = mutex_exploration<held_scenario<world, tested>>("mutex/held_for_ever", 2);
  held.must_reach = situation{"two threads sleep at once", two_sleep};
  register_exploration(held, "held from the start and never released: both lockers sleep", verified(1));

  exploration spurious = two();
  spurious.name = "mutex/count_to_two_spurious";
  spurious.spurious_wake_ups = 1;
  register_exploration(spurious, "two threads; each may wake once for no reason", verified(134));

  register_exploration(three(), "three threads, each counts once", verified(471012));

  exploration any = three();
  any.name = "mutex/count_to_three_any_waiter";
  any.wakes = wake_order::any_waiter;
  register_exploration(any, "three threads; a wake takes any waiter", verified(1));

  register_exploration(timed(3), "three threads; one gives up at any moment", verified(1), true);
  return true;
}();

}  // namespace
}  // namespace holdfast::models
