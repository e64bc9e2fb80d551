// Scenarios and mutants of models/published/glibc_mutex.h: the use after free as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/glibc_mutex.h"
#include "models/relacy_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version>
using tested = published::glibc_mutex<world, Version>;

// The example of POSIX (pthread_mutex_destroy): whoever finds itself the last user, under the mutex, unlocks and frees it.
template <version Version, unsigned Threads>
struct last_user_frees {
  struct shared_object {
    observed_mutex<world, tested<Version>> mutex;
    world::plain<unsigned> users{"users", Threads};
  };
  shared_object* object = new shared_object;

  void thread(unsigned) {
    object->mutex.lock("lock");
    const unsigned left = object->users.load("read") - 1;
    object->users.store(left, "write");
    object->mutex.unlock("unlock");
    if (left == 0) delete object;
  }
};

const situation one{"a thread sleeps while the word is held_waiters", one_sleeps};
const situation two{"two threads sleep at once", two_sleep};
const auto race = violated(violation_kind::data_race, "users");

const bool registered =
    (check_scenario<last_user_frees<version::as_shipped, 2>, spec::mutex<>>({
         .name = "glibc_mutex/shipped",
         .threads = 2,
         .description = "as shipped: the last user frees the mutex, the one before it reads the flag",
         .expected = violated(violation_kind::use_after_free, "shared"),
         .same = {1, 2},
     }),
     check_scenario<last_user_frees<version::as_fixed, 2>, spec::mutex<>>({
         .name = "glibc_mutex/fixed_two",
         .threads = 2,
         .description = "as fixed: the last user frees the mutex",
         .expected = verified(4),
         .must_reach = one,
         .mutants = {{"l1_relaxed", weakened("L1"), race},
                     {"l2_relaxed", weakened("L2"), race},
                     {"u1_relaxed", weakened("U1"), race},
                     {"u2_dropped", dropped("U2"), violated(violation_kind::lost_wake_up, "mutex")},
                     {"l3_never_sleeps", dropped("L3"), violated(violation_kind::unreached, "")}},
         .same = {1, 2},
     }),
     check_scenario<last_user_frees<version::as_fixed, 3>, spec::mutex<>>({
         .name = "glibc_mutex/fixed_three",
         .threads = 3,
         .description = "as fixed, three threads: the last user frees the mutex",
         .expected = verified(162),
         .must_reach = two,
         .same = {1, 3},
     }),
     true);

const bool registered_with_relacy = enter_with_relacy(
    count_to_two<relacy_world, published::glibc_mutex<relacy_world, version::as_fixed>>(""), "glibc_mutex/relacy/fixed_two", 16);

}  // namespace
}  // namespace holdfast::models
