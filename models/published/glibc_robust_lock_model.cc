// Scenarios and mutants of models/published/glibc_robust_lock.h. The kernel is a later one, which closes the windows that are left.
#include "models/check_scenario.h"
#include "models/published/glibc_robust_lock.h"

namespace holdfast::models {
namespace {

using published::robust_flaw;

// Each thread locks, counts and unlocks; the second twice, and it may die.
template <robust_flaw Flaw, unsigned Rounds = 1>
struct counting {
  published::glibc_robust_lock<world, Flaw> lock;
  world::plain<unsigned> count{"count", 0};

  void thread(unsigned self) {
    for (unsigned i = 0; i < (self == 2 ? Rounds : 1); ++i) {
      lock.lock_until(world::deadline::never());
      count.store(count.load("read") + 1, "write");
      if (Rounds == 2 && self == 2 && i == 1) world::assume(false);  // it dies in its second section, or before
      lock.unlock();
    }
  }
};

// Who gets it never unlocks; the other gives up.
template <robust_flaw Flaw>
struct giving_up {
  published::glibc_robust_lock<world, Flaw> lock;

  void thread(unsigned) { lock.lock_until(world::deadline::at_any_moment()); }
};

constexpr auto later = checker::kernel::toggle::pending_foreign_woken;
bool two_sleep(const world_view& v) { return v.asleep_on(0) == 2; }
bool one_sleeps(const world_view& v) { return v.asleep_on(0) == 1; }

const auto lost = violated(violation_kind::lost_wake_up, "robust");
const auto race = violated(violation_kind::data_race, "count");

const bool registered = [] {
  const situation sleeper{"a thread sleeps", one_sleeps};
  check_scenario<counting<robust_flaw::forgets_waiters, 2>>({.name = "glibc_robust_lock/forgets_waiters",
                                                             .threads = 3,
                                                             .description = "as shipped: the second unlocks, locks again and dies",
                                                             .expected = lost,
                                                             .may_die = {2},
                                                             .on = later});
  check_scenario<counting<robust_flaw::none>>({.name = "glibc_robust_lock/remembers_waiters",
                                               .threads = 3,
                                               .description = "as fixed: each counts once, the second may die",
                                               .expected = verified(244680),
                                               .must_reach = situation{"two threads sleep at once", two_sleep},
                                               .may_die = {2},
                                               .on = later});
  check_scenario<counting<robust_flaw::stores_twice>>({.name = "glibc_robust_lock/stores_twice",
                                                       .description = "as shipped: one may die, between the two stores",
                                                       .expected = lost,
                                                       .may_die = {1},
                                                       .on = later});
  check_scenario<counting<robust_flaw::none>>({.name = "glibc_robust_lock/exchanges",
                                               .description = "as fixed",
                                               .expected = verified(280),
                                               .must_reach = sleeper,
                                               .mutants = {{"l2_relaxed", weakened("L2"), race},
                                                           {"l4_never_sleeps", dropped("L4"), violated(violation_kind::unreached, "")},
                                                           {"u1_relaxed", weakened("U1"), race},
                                                           {"u2_dropped", dropped("U2"), lost}},
                                               .may_die = {1},
                                               .on = later});
  check_scenario<giving_up<robust_flaw::ignores_time_out>>({.name = "glibc_robust_lock/ignores_time_out",
                                                            .description = "as shipped: gives up while the other holds it",
                                                            .expected = violated(violation_kind::livelock, "robust")});
  check_scenario<giving_up<robust_flaw::none>>(
      {.name = "glibc_robust_lock/gives_up", .description = "as fixed", .expected = verified(4), .must_reach = sleeper});
  return true;
}();

}  // namespace
}  // namespace holdfast::models
