// Scenarios and mutants of models/published/glibc_rwlock.h: the lost wake-up as shipped, and the fix.
#include "models/check_scenario.h"
#include "models/published/glibc_rwlock.h"
#include "models/shared_mutex_scenarios.h"

namespace holdfast::models {
namespace {

using published::version;
using word_of = published::glibc_rwlock_word;

// A writer has come and gone: the phase is a writer's.
template <version Version, part... Parts>
struct after_a_writer : sharing<world, published::glibc_rwlock<world, Version>, Parts...> {
  after_a_writer() {
    static_cast<void>(this->mutex.itself().try_lock());
    this->mutex.itself().unlock();
  }
};
using declining = spec::shared_mutex<spec::failed_try::declined>;

bool a_reader_sleeps(const world_view& v) { return v.asleep_on(1) == 1 && word_of::is_write_locked(v.word(0)); }
bool two_sleep(const world_view& v) { return v.asleep_on(1) == 2 && word_of::is_write_locked(v.word(0)); }
const situation sleeping_reader{"a reader sleeps while a writer holds it", a_reader_sleeps};
const situation sleeping_readers{"two readers sleep while a writer holds it", two_sleep};
const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "phase");

const bool registered = (check_scenario<after_a_writer<version::as_shipped, part::reader, part::trying_writer>, declining>({
                             .name = "glibc_rwlock/shipped",
                             .threads = 2,
                             .description = "as shipped, in a write phase: one reads, one tries to write",
                             .expected = lost,
                         }),
                         check_scenario<after_a_writer<version::as_fixed, part::reader, part::trying_writer>, declining>({
                             .name = "glibc_rwlock/fixed_two",
                             .threads = 2,
                             .description = "as fixed, in a write phase: one reads, one tries to write",
                             .expected = verified(33),
                             .must_reach = sleeping_reader,
                             .mutants = {{"r8_relaxed", weakened("R8"), race},
                                         {"s2_relaxed", weakened("S2"), race},
                                         {"t2_relaxed", weakened("T2"), race},
                                         {"v2_relaxed", weakened("V2"), race},
                                         {"v4_dropped", dropped("V4"), lost},
                                         {"r7_never_sleeps", dropped("R7"), violated(violation_kind::unreached, "")}},
                         }),
                         check_scenario<after_a_writer<version::as_fixed, part::reader, part::reader, part::trying_writer>, declining>({
                             .name = "glibc_rwlock/fixed_three",
                             .threads = 3,
                             .description = "as fixed, in a write phase: two read, one tries to write",
                             .expected = verified(16947),
                             .must_reach = sleeping_readers,
                             .mutants = {{"r1_relaxed", weakened("R1"), race}, {"r4_dropped", dropped("R4"), lost}},
                             .same = {1, 2},
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
