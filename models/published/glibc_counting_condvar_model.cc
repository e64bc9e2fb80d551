// Scenarios and mutants of models/published/glibc_counting_condvar.h: the signal that goes to a later waiter, and that it does not where
// waiters are in groups.
#include "models/check_scenario.h"
#include "models/condvar_scenarios.h"
#include "models/published/glibc_condvar.h"
#include "models/published/glibc_counting_condvar.h"

namespace holdfast::models {
namespace {

using counting = published::glibc_counting_condvar<world, awaited_lock>;
using groups = published::glibc_condvar<world, published::version::as_fixed, awaited_lock>;

// The first signal finds nobody but the first thread waiting, so that it must leave. The fourth thread sends the second signal, when three
// wait; the first sends the third.
template <class Condvar>
struct earlier_waiter : condvar_and_permits<Condvar> {
  static constexpr unsigned first_waits = 1, second_waits = 2, third_waits = 3, is_signalled = 4;
  stage script{1};

  void thread(unsigned self) {
    if (self == 1) {
      this->wait([&] { script.reach(first_waits); });
      script.await(is_signalled);
      this->changed.signal();
    } else if (self == 2) {
      script.await(first_waits);
      this->changed.signal();
      this->wait([&] { script.reach(second_waits); });
    } else if (self == 3) {
      script.await(second_waits);
      this->wait([&] { script.reach(third_waits); });
    } else {
      script.await(third_waits);
      this->changed.signal();
      script.reach(is_signalled);
    }
  }
};

// One waits until there is a permit, one gives it.
template <class Condvar>
struct one_permit : condvar_and_permits<Condvar> {
  void thread(unsigned self) {
    self == 1 ? this->take([] {}) : this->give(true);
  }
};

const auto lost = violated(violation_kind::lost_wake_up, "futex");

const bool registered =
    (check_scenario<earlier_waiter<counting>>({
         .name = "glibc_counting_condvar/shipped",
         .threads = 4,
         .description = "a signal for the one that waits goes to one that comes later",
         .expected = lost,
     }),
     check_scenario<one_permit<counting>>({
         .name = "glibc_counting_condvar/shipped_two",
         .threads = 2,
         .description = "one waits, one signals: nothing to see",
         .expected = verified(3),
         .must_reach = situation{"a thread sleeps", [](const world_view& v) { return v.asleep_on(0) == 1; }},
         .mutants = {{"s2_dropped", dropped("S2"), lost}, {"w3_never_sleeps", dropped("W3"), violated(violation_kind::unreached, "")}},
     }),
     check_scenario<earlier_waiter<groups>>({
         .name = "glibc_counting_condvar/groups",
         .threads = 4,
         .description = "the same with groups (glibc_condvar.h, as fixed)",
         .expected = verified(841295),
         .must_reach = situation{"the next group has its turn, and the first has not taken its signal",
                                 [](const world_view& v) { return v.word(1) == 1 && v.word(2) == 1; }},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
