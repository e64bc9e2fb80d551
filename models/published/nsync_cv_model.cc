// Scenarios and mutants of models/published/nsync_cv.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/condvar_scenarios.h"
#include "models/published/nsync_cv.h"
#include "models/published/nsync_mu.h"

namespace holdfast::models {
namespace {

using published::version;

// The first thread waits until it is given something. The second gives, signals after the unlock, and takes the mutex once more.
template <version Version>
struct giving {
  published::nsync_mu<world, version::as_fixed> mutex;
  published::nsync_cv<world, Version> given;
  world::plain<unsigned> left{"left", 0};

  void thread(unsigned self) {
    mutex.lock();
    if (self == 1) {
      while (left.load("look") == 0) given.wait(mutex);
      return mutex.unlock();
    }
    left.store(left.load("look") + 1, "give");
    mutex.unlock();
    given.signal(mutex);
    mutex.lock();
    mutex.unlock();
  }
};

// The first thread waits once, the others signal: one of them when the wait has begun.
struct signalling {
  struct nobody_locks {
    stage& waits;
    void unlock() { waits.reach(); }
    void lock() {}
  };
  published::nsync_cv<world, version::as_fixed> given;
  stage waits{1};

  void thread(unsigned self) {
    nobody_locks m{waits};
    if (self == 1) return given.wait(m);
    if (self == 2) waits.await();
    given.signal(m);
  }
};

const situation waiter_of_two{"a waiter sleeps", [](const world_view& v) { return v.asleep_on(3) == 1; }};
const situation waiter_of_three{"a waiter sleeps", [](const world_view& v) { return v.asleep_on(1) == 1; }};
const auto queue_race = violated(violation_kind::data_race, "cv queued");

const bool registered = (check_scenario<giving<version::as_shipped>>({
                             .name = "nsync_cv/shipped",
                             .threads = 2,
                             .description = "as shipped: one waits, one signals after the unlock and locks again",
                             .expected = violated(violation_kind::lost_wake_up, "semaphore"),
                         }),
                         check_scenario<giving<version::as_fixed>>({
                             .name = "nsync_cv/fixed_two",
                             .threads = 2,
                             .description = "as fixed: one waits, one signals after the unlock and locks again",
                             .expected = verified(519),
                             .must_reach = waiter_of_two,
                             .mutants = {{"s3_dropped", dropped("S3"), violated(violation_kind::lost_wake_up, "posts")},
                                         {"p3_never_sleeps", dropped("P3"), violated(violation_kind::unreached, "")}},
                         }),
                         check_scenario<signalling>({
                             .name = "nsync_cv/fixed_three",
                             .threads = 3,
                             .description = "as fixed: one waits, two signal",
                             .expected = verified(32),
                             .must_reach = waiter_of_three,
                             .mutants = {{"q2_relaxed", weakened("Q2"), queue_race}, {"q3_relaxed", weakened("Q3"), queue_race}},
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
