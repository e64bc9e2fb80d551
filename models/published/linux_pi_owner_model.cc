// Scenarios and mutants of models/published/linux_pi_owner.h: the word that names who has given up, as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/linux_pi_owner.h"

namespace holdfast::models {
namespace {

using published::version;

template <version Version>
class tested {
 public:
  void lock() { static_cast<void>(try_lock_until(world::deadline::never())); }
  bool try_lock_until(const world::deadline& until) {
    const pi_result r = lock_.lock_until(until);
    world::expect(r != pi_result::deadlock, "nobody waits for itself", "expect");
    return r == pi_result::done;
  }
  void unlock() { lock_.unlock(); }

 private:
  published::linux_pi_owner<world, Version> lock_;
};

// The first thread may give up at any moment, and then calls again, so many times; the others lock.
template <version Version, unsigned Times>
struct giving_up : counter_scenario<world, tested<Version>> {
  void thread(unsigned self) {
    if (self != 1) this->mutex.lock("lock");
    for (unsigned left = self == 1 ? Times : 0; left != 0; --left) {
      if (this->mutex.try_lock_until(world::deadline::at_any_moment(), "try_lock_until")) break;
      if (left == 1) return;
    }
    this->increment();
    this->mutex.unlock("unlock");
  }
};

const situation one{"a thread sleeps on the kernel's mutex", [](const world_view& v) { return v.asleep_on(1) == 1; }};
const situation two{"two threads sleep at once", [](const world_view& v) { return v.asleep_on(1) == 2; }};
const auto count_race = violated(violation_kind::data_race, "count");
const auto queue_race = violated(violation_kind::data_race, "first");
const auto lost = violated(violation_kind::lost_wake_up, "mutex");

const bool registered = (check_scenario<giving_up<version::as_shipped, 2>, spec::mutex<>>({
                             .name = "linux_pi_owner/shipped",
                             .threads = 3,
                             .description = "as shipped, one gives up and calls again, two lock: the word names who has given up",
                             .expected = violated(violation_kind::assertion, ""),
                             .same = {2, 3},
                         }),
                         check_scenario<giving_up<version::as_fixed, 1>, spec::mutex<>>({
                             .name = "linux_pi_owner/fixed_two",
                             .threads = 2,
                             .description = "as fixed, one gives up at any moment, one locks",
                             .expected = verified(16),
                             .must_reach = one,
                             .mutants = {{"m2_never_sleeps", dropped("M2"), violated(violation_kind::unreached, "")}},
                         }),
                         check_scenario<giving_up<version::as_fixed, 2>, spec::mutex<>>({
                             .name = "linux_pi_owner/fixed_three",
                             .threads = 3,
                             .description = "as fixed, one gives up and calls again, two lock",
                             .expected = verified(37971),
                             .must_reach = two,
                             .mutants = {{"l1_relaxed", weakened("L1"), count_race},
                                         {"l3_relaxed", weakened("L3"), count_race},
                                         {"u1_relaxed", weakened("U1"), count_race},
                                         {"u3_relaxed", weakened("U3"), count_race},
                                         {"k1_relaxed", weakened("K1"), queue_race},
                                         {"k2_relaxed", weakened("K2"), queue_race},
                                         {"u5_dropped", dropped("U5"), lost}},
                             .same = {2, 3},
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
