// Scenarios and mutants of models/published/nsync_rw_cv.h: what 215217c repaired, each as it was, and the fix.
#include "models/check_scenario.h"
#include "models/condvar_scenarios.h"
#include "models/published/nsync_rw_cv.h"

namespace holdfast::models {
namespace {

using published::nsync_mode;
using bugs = published::nsync_rw_cv_bugs;

constexpr bugs shipped{.claims_waker = true, .takes_one_for_several = true, .moves_if_free = true};
constexpr bugs none_claims{.takes_one_for_several = true, .moves_if_free = true};
constexpr bugs moves_if_free{.moves_if_free = true};
constexpr bugs fixed{};

// All but the last wait, one after the other; when all do the last broadcasts. Each reads or writes.
template <bugs Bugs, unsigned Waiters>
struct monitor {
  published::nsync_rw_cv<world, Bugs, awaited_lock> changed;
  typename decltype(changed)::mutex mutex;
  stage script{1};

  static nsync_mode mode() { return world::choose(2, "mode") == 0 ? nsync_mode::reads : nsync_mode::writes; }

  // Returns false if the thread is to broadcast.
  bool waits(unsigned self) {
    script.await(self - 1);
    if (self > Waiters) return false;
    const nsync_mode m = mode();
    mutex.lock(m);
    changed.wait(mutex, m, [&] { script.reach(self); });
    mutex.unlock(m);
    return true;
  }
};

// It broadcasts without the mutex, and locks after that.
template <bugs Bugs, unsigned Waiters>
struct beside_a_free_mutex : monitor<Bugs, Waiters> {
  void thread(unsigned self) {
    if (this->waits(self)) return;
    this->changed.broadcast(this->mutex);
    const nsync_mode m = this->mode();
    this->mutex.lock(m);
    this->mutex.unlock(m);
  }
};

// It has the mutex.
template <unsigned Waiters>
struct under_the_mutex : monitor<fixed, Waiters> {
  void thread(unsigned self) {
    if (this->waits(self)) return;
    const nsync_mode m = this->mode();
    this->mutex.lock(m);
    this->changed.broadcast(this->mutex);
    this->mutex.unlock(m);
  }
};

// One waits, and when it does the second locks, and the third broadcasts.
struct beside_a_locker : under_the_mutex<1> {
  void thread(unsigned self) {
    if (self == 1) return under_the_mutex<1>::thread(1);
    script.await();
    if (self == 3) return under_the_mutex<1>::thread(2);
    mutex.lock(nsync_mode::writes);
    mutex.unlock(nsync_mode::writes);
  }
};

using word = published::nsync_rw_mu_word;
// Words: the condition variable and its lock, the mutex, the stage, and what each waiter sleeps on.
bool one_sleeps(const world_view& v) { return v.asleep_on(4) + v.asleep_on(5) + v.asleep_on(6) >= 1; }
bool is(const world_view& v, std::uint32_t mutex) { return v.word(2) == mutex; }

const situation sleeps{"a thread sleeps", [](const world_view& v) { return one_sleeps(v); }};
const situation said_to_wait{"some thread is said to be in the queue: nobody has the mutex, or is on its way",
                             [](const world_view& v) { return is(v, word::waiting); }};
const situation left_asleep{"a writer sleeps beside a free mutex, and nobody is said to be on its way",
                            [](const world_view& v) { return is(v, word::waiting | word::writer_waits) && one_sleeps(v); }};
const situation moved{"a writer was moved to the mutex of a writer",
                      [](const world_view& v) { return is(v, word::writer | word::waiting | word::writer_waits) && one_sleeps(v); }};

const auto lost = violated(violation_kind::lost_wake_up, "waiting");
const auto gone = violated(violation_kind::use_after_free, "mode #1");

const bool registered =
    (check_scenario<beside_a_free_mutex<shipped, 1>>({
         .name = "nsync_rw_cv/shipped",
         .threads = 2,
         .description = "as shipped: one waits, one broadcasts without the mutex",
         .expected = lost,
     }),
     check_scenario<beside_a_free_mutex<none_claims, 1>>({
         .name = "nsync_rw_cv/one_for_several",
         .threads = 2,
         .description = "one is taken for several, and a free mutex is marked for nobody",
         .expected = verified(232),
         .must_reach = said_to_wait,
     }),
     check_scenario<beside_a_free_mutex<none_claims, 2>>({
         .name = "nsync_rw_cv/both",
         .threads = 3,
         .description = "the same with two waiters, which are moved to a free mutex",
         .expected = verified(61936),
         .must_reach = said_to_wait,
     }),
     check_scenario<beside_a_free_mutex<moves_if_free, 2>>({
         .name = "nsync_rw_cv/moves_if_free",
         .threads = 3,
         .description = "two wait, and are moved to a free mutex",
         .expected = verified(61936),
         .must_reach = left_asleep,
     }),
     check_scenario<beside_a_free_mutex<fixed, 1>>({
         .name = "nsync_rw_cv/fixed_two",
         .threads = 2,
         .description = "as fixed: one waits, one broadcasts without the mutex",
         .expected = verified(184),
         .must_reach = sleeps,
         .mutants = {{"a2_never_sleeps", dropped("A2"), violated(violation_kind::unreached, "")}, {"a4_dropped", dropped("A4"), lost}},
     }),
     check_scenario<beside_a_free_mutex<fixed, 2>>({
         .name = "nsync_rw_cv/fixed_three",
         .threads = 3,
         .description = "as fixed: two wait, one broadcasts without the mutex",
         .expected = verified(269144),
         .must_reach = sleeps,
     }),
     check_scenario<under_the_mutex<1>>({
         .name = "nsync_rw_cv/fixed_moves_two",
         .threads = 2,
         .description = "as fixed: one waits, one broadcasts under the mutex",
         .expected = verified(28),
         .must_reach = moved,
         .mutants = {{"a1_relaxed", weakened("A1"), gone}, {"a3_relaxed", weakened("A3"), gone}},
     }),
     check_scenario<under_the_mutex<2>>({
         .name = "nsync_rw_cv/fixed_moves_three",
         .threads = 3,
         .description = "as fixed: two wait, one broadcasts under the mutex",
         .expected = verified(3452),
         .must_reach = moved,
     }),
     check_scenario<beside_a_locker>({
         .name = "nsync_rw_cv/fixed_beside_a_locker",
         .threads = 3,
         .description = "as fixed: one waits, one broadcasts under the mutex, one wants that",
         .expected = verified(13600),
         .must_reach = moved,
         .mutants = {{"b2_relaxed", weakened("B2"), violated(violation_kind::data_race, "first #2")}},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
