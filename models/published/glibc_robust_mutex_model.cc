// Scenarios and mutants of models/published/glibc_robust_mutex.h: a thread dies anywhere, under the rules of two kernels.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/glibc_robust_mutex.h"

namespace holdfast::models {
namespace {

using checker::kernel::toggle;
using checker::kernel::toggles;
using published::robust_unlock;

// Each thread locks, counts and unlocks.
template <robust_unlock Unlock>
struct counting {
  published::glibc_robust_mutex<world, Unlock> mutex;
  world::plain<unsigned> count{"count", 0};

  void thread(unsigned) { work(); }
  void work() {
    mutex.lock();
    count.store(count.load("read") + 1, "write");
    mutex.unlock();
  }
};

// The first thread has two turns. Of interest are the executions in which the second one dies before lock() has returned to it.
template <robust_unlock Unlock>
struct dying_in_lock : counting<Unlock> {
  void thread(unsigned self) {
    if (self == 2) {
      this->mutex.lock();
      world::assume(false);
    }
    this->work();
    if (self == 1) this->work();
  }
};

constexpr toggle later = toggle::pending_foreign_woken;
constexpr toggle before_5_5 = toggle::pending_free_unwoken;

bool two_sleep(const world_view& v) { return v.asleep_on(0) == 2; }

struct death {
  std::vector<unsigned> of;
  toggles on = {};
};

template <class Scenario>
exploration exploring(std::string name, unsigned threads, death d) {
  exploration e;
  e.name = "glibc_robust_mutex/" + name;
  e.threads = threads;
  e.make = checker::make_program<Scenario, unspecified>;
  e.may_die = std::move(d.of);
  e.on = d.on;
  return e;
}

const enter engine = checker::runtime::register_exploration;
const auto lost = violated(violation_kind::lost_wake_up, "robust");
const auto race = violated(violation_kind::data_race, "count");
using clears = counting<robust_unlock::clears_waiters>;
using keeps = counting<robust_unlock::keeps_waiters>;
using clears_and_dies_in_lock = dying_in_lock<robust_unlock::clears_waiters>;
using keeps_and_dies_in_lock = dying_in_lock<robust_unlock::keeps_waiters>;

void register_as_shipped() {
  engine(exploring<clears>("nobody_dies", 3, {}), "as shipped, three threads, nobody dies", verified(13362), false);
  engine(exploring<clears>("one_dies_of_two", 2, {{1}}), "as shipped, two threads, one may die", verified(280), false);
  engine(exploring<clears>("unlocker_dies", 3, {{1}}), "as shipped: the first may die, between its store and its wake", lost, false);
  engine(exploring<clears_and_dies_in_lock>("woken_dies", 3, {{2}}), "as shipped: the second may die in lock(), after it was woken", lost,
         false);
  engine(exploring<clears_and_dies_in_lock>("woken_dies_later_kernel", 3, {{2}, later}),
         "the same on a kernel that wakes for a foreign owner", verified(7531698), true);
  engine(exploring<clears>("later_kernel", 3, {{1}, later}), "as shipped, on a kernel that wakes for a foreign owner", verified(244680),
         false);
  engine(exploring<clears>("kernel_before_5_5", 2, {{1}, before_5_5}), "as shipped, on a kernel that wakes for no free word", lost, false);
}

void register_repair() {
  exploration two = exploring<keeps>("kept_one_dies_of_two", 2, {{1}});
  exploration three = exploring<keeps>("kept_one_dies", 3, {{1}});
  three.must_reach = checker::situation{"two threads sleep at once", two_sleep};
  engine(two, "WAITERS is kept, two threads, one may die", verified(280), false);
  engine(exploring<keeps>("kept_nobody_dies", 3, {}), "WAITERS is kept, three threads, nobody dies", verified(14418), false);
  engine(three, "WAITERS is kept: the first may die", verified(254156), false);
  engine(exploring<keeps_and_dies_in_lock>("kept_woken_dies", 3, {{2}}), "WAITERS is kept: the second may die in lock()", verified(3897192),
         false);
  register_mutant(engine, two, "l2_relaxed", weakened("L2"), race);
  register_mutant(engine, two, "u1_relaxed", weakened("U1"), race);
  register_mutant(engine, two, "u2_dropped", dropped("U2"), lost);
  register_mutant(engine, three, "l4_never_sleeps", dropped("L4"), violated(violation_kind::unreached, ""));
}

const bool registered = (register_as_shipped(), register_repair(), true);

}  // namespace
}  // namespace holdfast::models
