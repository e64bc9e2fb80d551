// Scenarios and mutants of models/published/nsync_rw_mu.h: readers asleep beside a free mutex as shipped, and our repair.
#include "models/check_scenario.h"
#include "models/published/nsync_rw_mu.h"

namespace holdfast::models {
namespace {

using published::nsync_mode;
using published::version;

template <version Version>
struct awaiting {
  static constexpr auto reads = nsync_mode::reads, writes = nsync_mode::writes;
  published::nsync_rw_mu<world, Version> mutex;
  world::plain<bool> done{"done", false};

  // Until its time is over, and then until it is done.
  void await_twice(nsync_mode mode) {
    mutex.lock(mode);
    if (!mutex.await(mode, done, world::deadline::at_any_moment())) mutex.await(mode, done, world::deadline::never());
    mutex.unlock(mode);
  }
  void read() {
    mutex.lock(reads);
    done.load("look");
    mutex.unlock(reads);
  }
  void make_it_true() {
    mutex.lock(writes);
    done.store(true, "make it true");
    mutex.unlock(writes);
  }
};

// The first thread reads, twice, and makes the condition true. The second waits for that.
template <version Version>
struct reading : awaiting<Version> {
  void thread(unsigned self) {
    if (self == 2) return this->await_twice(this->writes);
    for (int i = 0; i < 2; ++i) this->read();
    this->make_it_true();
  }
};

// The first thread waits, the second reads, the third makes the condition true.
struct beside_a_reader : awaiting<version::as_fixed> {
  void thread(unsigned self) {
    if (self == 1) return await_twice(writes);
    if (self == 2) return read();
    make_it_true();
  }
};

using word = published::nsync_rw_mu_word;
// Words: the mutex, and what each waiter sleeps on.
std::size_t asleep(const world_view& v) { return v.asleep_on(1) + v.asleep_on(2) + v.asleep_on(3); }
const situation one_sleeps{"a thread sleeps", [](const world_view& v) { return asleep(v) >= 1; }};
const situation beside_a_mark{"the mark for writers is set, and a reader has the mutex",
                              [](const world_view& v) { return (v.word(0) & word::writer_waits) != 0 && v.word(0) >= word::reader; }};
const auto race = [](const char* on) { return violated(violation_kind::data_race, on); };
const auto lost = violated(violation_kind::lost_wake_up, "waiting");
const auto gone = violated(violation_kind::use_after_free, "next #2");

const bool registered = (check_scenario<reading<version::as_shipped>>({
                             .name = "nsync_rw_mu/shipped",
                             .threads = 2,
                             .description = "as shipped: a wait times out beside a reader, and the next reader sleeps",
                             .expected = lost,
                         }),
                         check_scenario<reading<version::as_fixed>>({
                             .name = "nsync_rw_mu/fixed_two",
                             .threads = 2,
                             .description = "as fixed: a wait times out beside a reader",
                             .expected = verified(33600),
                             .must_reach = beside_a_mark,
                             .mutants = {{"a1_relaxed", weakened("A1"), gone},
                                         {"a3_relaxed", weakened("A3"), gone},
                                         {"a4_dropped", dropped("A4"), lost},
                                         {"l2_relaxed", weakened("L2"), race("done")},
                                         {"l3_relaxed", weakened("L3"), race("first")},
                                         {"u2_relaxed", weakened("U2"), race("done")},
                                         {"u3_release", weakened("U3", order::release), race("first")},
                                         {"q1_relaxed", weakened("Q1"), race("first")},
                                         {"q2_relaxed", weakened("Q2"), race("first")},
                                         {"c1_relaxed", weakened("C1"), race("first")},
                                         {"t2_relaxed", weakened("T2"), race("first")},
                                         {"t4_relaxed", weakened("T4"), race("first")}},
                         }),
                         check_scenario<beside_a_reader>({
                             .name = "nsync_rw_mu/fixed_three",
                             .threads = 3,
                             .description = "as fixed: a wait times out or not beside a reader and a writer",
                             .expected = verified(107146),
                             .must_reach = one_sleeps,
                             .mutants = {{"a2_never_sleeps", dropped("A2"), violated(violation_kind::unreached, "")},
                                         {"u3_acquire", weakened("U3", order::acquire), race("done")},
                                         {"t5_relaxed", weakened("T5"), race("done")}},
                         }),
                         true);

}  // namespace
}  // namespace holdfast::models
