// Scenarios and mutants of models/published/zio_rwlock.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/condvar_scenarios.h"
#include "models/published/zio_rwlock.h"

namespace holdfast::models {
namespace {

using published::version;

// Two readers are inside, and the first thread is both; the second writes, and the third reads.
template <version Version>
struct readers_leave {
  published::zio_rwlock<world, Version, awaited_lock> lock;
  world::plain<unsigned> data{"data", 0};

  readers_leave() {
    lock.lock_shared();
    lock.lock_shared();
  }
  void thread(unsigned self) {
    if (self == 1) {
      lock.unlock_shared();
      lock.unlock_shared();
    } else if (self == 2) {
      lock.lock();
      data.store(1, "write");
      lock.unlock();
    } else {
      lock.lock_shared();
      data.load("read");
      lock.unlock_shared();
    }
  }
};

const auto lost = violated(violation_kind::lost_wake_up, "condition");

const bool registered =
    (check_scenario<readers_leave<version::as_shipped>>({
         .name = "zio_rwlock/shipped",
         .threads = 3,
         .description = "as shipped: each signal goes to somebody who cannot go on",
         .expected = lost,
     }),
     check_scenario<readers_leave<version::as_fixed>>({
         .name = "zio_rwlock/fixed",
         .threads = 3,
         .description = "as fixed: two readers leave, one writes, one reads",
         .expected = verified(815),
         .must_reach = situation{"two threads sleep at once", [](const world_view& v) { return v.asleep_on(0) == 2; }},
         .mutants = {{"c4_dropped", dropped("C4"), lost}, {"c2_never_sleeps", dropped("C2"), violated(violation_kind::unreached, "")}},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
