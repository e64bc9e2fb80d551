// Scenarios and mutants of models/published/zig_rwlock.h: the hang as shipped, when the count runs over, and the fix.
#include "models/check_scenario.h"
#include "models/published/mutex3.h"
#include "models/published/zig_rwlock.h"
#include "models/shared_mutex_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
template <version Version, unsigned CountBits>
using lock = published::zig_rwlock<checker::narrow_graph_platform<2 * CountBits + 1>, published::mutex3<world>, Version, CountBits>;
template <version Version, part... Parts>
using shares = sharing<world, lock<Version, 2>, Parts...>;

// The only thread writes so many times.
template <version Version, unsigned Sections>
struct writes_again {
  observed_shared_mutex<world, lock<Version, 1>> mutex;

  void thread(unsigned) {
    for (unsigned i = 0; i < Sections; ++i) {
      mutex.lock("lock");
      mutex.unlock("unlock");
    }
  }
};

bool the_writer_sleeps(const world_view& v) { return v.asleep_on(1) == 1; }
bool two_share(const world_view& v) { return v.word(0) / published::zig_rwlock_word<2>::one_reader == 2; }
const situation sleeping_writer{"a writer sleeps until the last reader posts", the_writer_sleeps};
const situation sharing_two{"two readers share", two_share};
const auto race = violated(violation_kind::data_race, "count");

const bool registered = (check_scenario<writes_again<version::as_shipped, 2>, spec::shared_mutex<>>({
                             .name = "zig_rwlock/shipped",
                             .threads = 1,
                             .description = "as shipped, counts of one bit: one thread writes twice",
                             .expected = violated(violation_kind::lost_wake_up, "semaphore"),
                         }),
                         check_scenario<writes_again<version::as_fixed, 5>, spec::shared_mutex<>>({
                             .name = "zig_rwlock/fixed",
                             .threads = 1,
                             .description = "as fixed, counts of one bit: one thread writes five times",
                             .expected = verified(1),
                         }),
                         check_scenario<shares<version::as_fixed, part::reader, part::writer>, spec::shared_mutex<>>({
                             .name = "zig_rwlock/fixed_two",
                             .threads = 2,
                             .description = "as fixed: one reads, one writes",
                             .expected = verified(146),
                             .must_reach = sleeping_writer,
                             .mutants = {{"w3_relaxed", weakened("W3"), race},
                                         {"v1_relaxed", weakened("V1"), race},
                                         {"r2_relaxed", weakened("R2"), race},
                                         {"s1_relaxed", weakened("S1"), race},
                                         {"p2_relaxed", weakened("P2"), race},
                                         {"p4_relaxed", weakened("P4"), race},
                                         {"p5_dropped", dropped("P5"), violated(violation_kind::lost_wake_up, "semaphore")},
                                         {"p3_never_sleeps", dropped("P3"), violated(violation_kind::unreached, "")}},
                         }),
                         check_scenario<shares<version::as_fixed, part::reader, part::reader, part::writer>, spec::shared_mutex<>>({
                             .name = "zig_rwlock/fixed_three",
                             .threads = 3,
                             .description = "as fixed: two read, one writes",
                             .expected = verified(1622344),
                             .must_reach = sharing_two,
                             .mutants = {{"s1_release", weakened("S1", order::release), race}},
                             .same = {1, 2},
                             .is_long = true,
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
