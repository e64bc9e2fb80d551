// Scenarios and mutants of models/published/musl_block_condvar.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/condvar_scenarios.h"
#include "models/published/musl_block_condvar.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version>
using tested = condvar_and_permits<published::musl_block_condvar<world, Version>>;

// The second signals the first and waits itself, until the first signals.
template <version Version>
struct wait_in_turn : tested<Version> {
  static constexpr unsigned first_waits = 1, second_waits = 2;
  stage script{1};

  void thread(unsigned self) {
    if (self == 1) {
      this->wait([&] { script.reach(first_waits); });
      script.await(second_waits);
      this->changed.signal();
    } else {
      script.await(first_waits);
      this->changed.signal();
      this->wait([&] { script.reach(second_waits); });
    }
  }
};

const situation one_sleeps_on_it{"a thread sleeps", [](const world_view& v) { return v.asleep_on(0) == 1; }};
const auto lost = violated(violation_kind::lost_wake_up, "block");

bool register_as_fixed() {
  check_scenario<wait_in_turn<version::as_fixed>>({
      .name = "musl_block_condvar/fixed",
      .threads = 2,
      .description = "as fixed: the one that signals waits next",
      .expected = verified(48),
      .must_reach = one_sleeps_on_it,
      .mutants = {{"s5_dropped", dropped("S5"), lost}, {"w3_never_sleeps", dropped("W3"), violated(violation_kind::unreached, "")}},
  });
  check_scenario<wait_in_turn<version::as_fixed>>({
      .name = "musl_block_condvar/fixed_spurious",
      .threads = 2,
      .description = "the same; each sleep may end for no reason, and by a signal",
      .expected = verified(2128),
      .must_reach = one_sleeps_on_it,
      .spurious_wake_ups = 1,
      .interruptions = 1,
  });
  return true;
}

const bool registered = check_scenario<wait_in_turn<version::as_shipped>>({
                            .name = "musl_block_condvar/shipped",
                            .threads = 2,
                            .description = "as shipped: the one that signals waits next, and sets the same value again",
                            .expected = lost,
                        }) &&
                        register_as_fixed();

}  // namespace
}  // namespace holdfast::models
