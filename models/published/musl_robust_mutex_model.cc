// Scenarios and mutants of models/published/musl_robust_mutex.h.
#include <new>

#include "models/check_scenario.h"
#include "models/published/musl_robust_mutex.h"
#include "models/published/version.h"

namespace holdfast::models {
namespace {

using published::version;

// The first exits as the owner: the kernel looks at its list, or, as fixed, it did so itself.
template <scope Scope, version Version>
struct exiting {
  published::musl_robust_mutex<world, Scope> mutex;
  world::plain<unsigned> count{"count", 0};

  void thread(unsigned self) {
    mutex.lock();
    count.store(count.load("read") + 1, "write");
    if (self != 1) return mutex.unlock();
    if (Version == version::as_fixed) return mutex.release_at_exit();
    world::assume(false);  // it dies here, or before
  }
};

constexpr layout number_layout = number("number");
constexpr layout last_layout = number("last");

// The first locks and unlocks, and may be killed; the second is the last to use the mutex, and uses its memory for the number 1.
template <version Version>
struct reusing {
  using tested = published::musl_robust_mutex<world, scope::process_shared>;
  union memory {
    memory() {}
    ~memory() {}
    tested mutex;
    world::atomic<std::uint32_t> number;
  };
  memory used;
  published::pending_unlocks<world> pending;
  world::atomic<unsigned> last{last_layout, 0};

  reusing() { new (&used.mutex) tested(); }
  void thread(unsigned self) {
    if (self == 1) {
      used.mutex.lock();
      last.store(1, order::relaxed, "leave");
      if (Version == version::as_fixed) pending.begin();
      used.mutex.unlock();
      if (Version == version::as_fixed) pending.end();
      return;
    }
    used.mutex.lock();
    const bool is_last = last.load(order::relaxed, "look") == 1;
    used.mutex.unlock();
    if (!is_last) return;
    if (Version == version::as_fixed) world::assume(pending.none());  // or it waits
    used.mutex.~tested();
    new (&used.number) world::atomic<std::uint32_t>(number_layout, 1);
    world::expect(used.number.load(order::relaxed, "look") == 1, "nobody else writes the number", "expect");
  }
};

bool one_sleeps(const world_view& v) { return v.asleep_on(0) == 1; }
bool one_sleeps_on_the_third(const world_view& v) { return v.asleep_on(2) == 1; }

const auto lost = violated(violation_kind::lost_wake_up, "robust");
const auto race = violated(violation_kind::data_race, "count");

const bool registered = [] {
  const situation sleeper{"a thread sleeps", one_sleeps};
  check_scenario<exiting<scope::process_private, version::as_shipped>>({.name = "musl_robust_mutex/private_shipped",
                                                                        .description = "as shipped: the first exits as the owner",
                                                                        .expected = lost,
                                                                        .may_die = {1}});
  check_scenario<exiting<scope::process_shared, version::as_shipped>>({.name = "musl_robust_mutex/shared",
                                                                       .description = "the same, process-shared",
                                                                       .expected = verified(135),
                                                                       .must_reach = sleeper,
                                                                       .may_die = {1}});
  check_scenario<exiting<scope::process_private, version::as_fixed>>(
      {.name = "musl_robust_mutex/private_fixed",
       .description = "as fixed: it looks through its list itself",
       .expected = verified(19),
       .must_reach = sleeper,
       .mutants = {{"l2_relaxed", weakened("L2"), race},
                   {"l4_never_sleeps", dropped("L4"), violated(violation_kind::unreached, "")},
                   {"u1_relaxed", weakened("U1"), race},
                   {"u2_dropped", dropped("U2"), lost},
                   {"x1_relaxed", weakened("X1"), race},
                   {"x2_dropped", dropped("X2"), lost}}});
  check_scenario<reusing<version::as_shipped>>({.name = "musl_robust_mutex/reused_shipped",
                                                .description = "as shipped: killed with an unlock pending, the memory is a number",
                                                .expected = violated(violation_kind::use_after_free, "robust"),
                                                .may_die = {1}});
  check_scenario<reusing<version::as_fixed>>({.name = "musl_robust_mutex/reused_fixed",
                                              .description = "as fixed: not while an unlock is pending",
                                              .expected = verified(204),
                                              .must_reach = situation{"a thread sleeps", one_sleeps_on_the_third},
                                              .may_die = {1}});
  return true;
}();

}  // namespace
}  // namespace holdfast::models
