// Scenarios and mutants of models/published/musl_condvar.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/condvar_scenarios.h"
#include "models/published/musl_condvar.h"

namespace holdfast::models {
namespace {

using published::version;

// A list for which nobody sleeps, and a mutex.
template <version Version>
struct tested {
  published::musl_mutex<world> mutex;
  published::musl_condvar<world, Version, awaited_lock> changed;

  template <class Then>
  void wait(Then then) {
    mutex.lock();
    changed.wait(mutex, then);
    mutex.unlock();
  }
};

// Two wait, one after the other; the third broadcasts, and then wants the mutex.
template <version Version>
struct wants_the_mutex : tested<Version> {
  static constexpr unsigned first_waits = 1, second_waits = 2;
  stage script{1};

  void thread(unsigned self) {
    if (self == 1) {
      this->wait([&] { script.reach(first_waits); });
    } else if (self == 2) {
      script.await(first_waits);
      this->wait([&] { script.reach(second_waits); });
    } else {
      script.await(second_waits);
      this->changed.broadcast();
      this->mutex.lock();
      this->mutex.unlock();
    }
  }
};

// One waits, one signals.
struct signalled : tested<version::as_fixed> {
  stage waits{1};

  void thread(unsigned self) {
    if (self == 1) return wait([&] { waits.reach(); });
    waits.await();
    changed.signal();
  }
};

// Two wait; the second, when it is on the list, broadcasts.
struct handed_over : tested<version::as_fixed> {
  stage waits{1};

  void thread(unsigned self) {
    if (self == 1) return wait([&] { waits.reach(); });
    waits.await();
    wait([&] { changed.broadcast(); });
  }
};

// Two wait. The second broadcasts when it is on the list and before it sleeps; until then the first does not, which then hands over to it.
// When that is done the third wants the mutex. A wake may take either of those that sleep.
struct beside_a_locker : tested<version::as_fixed> {
  static constexpr unsigned first_waits = 1, first_may_go = 2, second_is_moved = 3;
  stage script{1};

  void thread(unsigned self) {
    if (self == 1) {
      mutex.lock();
      changed.wait(mutex, [&] {
        script.reach(first_waits);
        script.await(first_may_go);
      });
      script.reach(second_is_moved);
      mutex.unlock();
    } else if (self == 2) {
      script.await(first_waits);
      wait([&] {
        changed.broadcast();
        script.reach(first_may_go);
      });
    } else {
      script.await(second_is_moved);
      mutex.lock();
      mutex.unlock();
    }
  }
};

const auto lost = [](const char* word) { return violated(violation_kind::lost_wake_up, word); };
const auto gone = violated(violation_kind::use_after_free, "previous #1");
// Words: the mutex and its count, the list's lock, the stage, the barriers.
const situation one_sleeps{"a thread sleeps on its barrier", [](const world_view& v) { return v.asleep_on(4) + v.asleep_on(5) == 1; }};
const situation one_was_moved{"the last was moved to the mutex",
                              [](const world_view& v) { return v.asleep_on(0) == 1 && v.asleep_on(4) + v.asleep_on(5) == 0; }};
// Only the moved one is counted, so it is the one that sleeps.
const situation locker_goes_first{
    "who only wanted the mutex has it without the mark, and the one that was moved sleeps",
    [](const world_view& v) { return v.word(0) == published::musl_mutex_word::held && v.word(1) == 1 && v.asleep_on(0) == 1; }};

const bool registered = (check_scenario<wants_the_mutex<version::as_shipped>>({
                             .name = "musl_condvar/shipped",
                             .threads = 3,
                             .description = "as shipped: who is woken only wanted the mutex",
                             .expected = lost("barrier #2"),
                         }),
                         check_scenario<signalled>({
                             .name = "musl_condvar/fixed_signal",
                             .threads = 2,
                             .description = "as fixed: one waits, one signals",
                             .expected = verified(4),
                             .must_reach = one_sleeps,
                             .mutants = {{"s2_dropped", dropped("S2"), lost("barrier")},
                                         {"w2_never_sleeps", dropped("W2"), violated(violation_kind::unreached, "")}},
                         }),
                         check_scenario<handed_over>({
                             .name = "musl_condvar/fixed_broadcast",
                             .threads = 2,
                             .description = "as fixed: two wait, one hands over to the other",
                             .expected = verified(376),
                             .must_reach = one_was_moved,
                             .mutants = {{"w1_relaxed", weakened("W1"), gone},
                                         {"s1_relaxed", weakened("S1"), gone},
                                         {"h4_dropped", dropped("H4"), lost("barrier")}},
                         }),
                         check_scenario<beside_a_locker>({
                             .name = "musl_condvar/fixed_three",
                             .threads = 3,
                             .description = "as fixed: two wait, one is handed over to beside one that only wants the mutex",
                             .expected = verified(756330),
                             .must_reach = locker_goes_first,
                             .mutants = {{"h1_counts_nobody", writes("H1", 0, 0), lost("mutex"), &published::musl_mutex_word::count}},
                             .wakes = checker::wake_order::any_waiter,
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
