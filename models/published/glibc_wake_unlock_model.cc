// Scenarios and mutants of models/published/glibc_wake_unlock.h: a signal that wakes a waiter and frees the internal lock in one call.
#include "models/check_scenario.h"
#include "models/condvar_scenarios.h"
#include "models/published/glibc_wake_unlock.h"

namespace holdfast::models {
namespace {

using published::version;
using word = published::glibc_wake_unlock_word;

// One gives as many permits as there are others, and signals with each; the others take one each.
template <version Version, unsigned Takers>
struct one_each : condvar_and_permits<published::glibc_wake_unlock<world, Version>> {
  void thread(unsigned self) {
    if (self != 1) return this->take([] {});
    for (unsigned i = 0; i < Takers; ++i) this->give(true);
  }
  void finish() { world::expect(this->permits.load("look") == 0, "everybody took one", "finish"); }
};

// Two signal one waiter.
struct two_signals : condvar_and_permits<published::glibc_wake_unlock<world, version::as_fixed>> {
  void thread(unsigned self) {
    if (self == 1) return take([] {});
    give(true);
  }
};

const auto lost = violated(violation_kind::lost_wake_up, "internal lock");
const auto unreached = violated(violation_kind::unreached, "");
const auto race_on = [](const char* count) { return violated(violation_kind::data_race, count); };
const situation both_sleep{"a thread sleeps on the lock, and one on the condition variable",
                           [](const world_view& v) { return v.asleep_on(0) == 1 && v.asleep_on(1) == 1; }};
const situation one_sleeps{"a thread sleeps", [](const world_view& v) { return v.asleep_on(0) == 1; }};

const bool registered = (check_scenario<one_each<version::as_shipped, 1>>({
                             .name = "glibc_wake_unlock/shipped",
                             .threads = 2,
                             .description = "no fence before the call that frees the lock",
                             .expected = race_on("signals"),
                         }),
                         check_scenario<one_each<version::as_fixed, 1>>({
                             .name = "glibc_wake_unlock/two",
                             .threads = 2,
                             .description = "one waits, one signals",
                             .expected = verified(27),
                             .must_reach = one_sleeps,
                             .mutants = {{"l1_relaxed", weakened("L1"), race_on("signals")},
                                         {"s2_relaxed", weakened("S2"), race_on("signals")},
                                         {"s3_dropped", dropped("S3"), lost},
                                         {"s3_keeps", writes("S3", word::held, word::held), lost, &word::lock},
                                         {"u1_relaxed", weakened("U1"), race_on("waiting")},
                                         {"u2_dropped", dropped("U2"), lost},
                                         {"w2_never_sleeps", dropped("W2"), unreached}},
                         }),
                         check_scenario<two_signals>({
                             .name = "glibc_wake_unlock/three",
                             .threads = 3,
                             .description = "one waits, two signal",
                             .expected = verified(41684),
                             .must_reach = both_sleep,
                             .mutants = {{"l2_relaxed", weakened("L2"), race_on("waiting")}, {"l3_never_sleeps", dropped("L3"), unreached}},
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
