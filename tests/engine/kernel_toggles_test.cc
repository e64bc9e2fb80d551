// What another kernel would do to locks: each toggle of checker/kernel/toggles.h makes a scenario fail that is right on Linux 6.18, or a line
// says why no lock can tell. Lines that name a situation which no scenario has are in checker/kernel/unexplored.h.
#include <gtest/gtest.h>

#include <cstdio>
#include <ostream>
#include <string>

#include "checker/check.h"
#include "checker/kernel/toggles.h"
#include "checker/kernel/unexplored.h"
#include "checker/relacy/explore.h"
#include "checker/report/names.h"
#include "impl/pi_mutex.h"
#include "impl/word/pi_word.h"
#include "impl/word/robust_word.h"
#include "models/mutex_scenarios.h"
#include "models/spec/robust_mutex.h"
#include "tests/engine/exploring.h"
#include "tests/engine/toggle_locks.h"

namespace holdfast::checker {
namespace {

using kernel::toggle;
using kernel::why_unexplored;

// The explorations of toggle_locks.h, each without a toggle.

template <bool Requeues>
exploration in_order() {
  exploration e = exploration_of<toggle_locks::two_in_order<Requeues>>(3);
  e.wakes_order_memory = true;
  e.must_reach = situation{"both sleep", [](const world_view& v) { return v.asleep_on(0) == 2; }};
  return e;
}

exploration scopes() {
  exploration e = exploration_of<toggle_locks::two_scopes>(3);
  e.must_reach = situation{"both sleep", [](const world_view& v) { return v.asleep_on(0) == 2; }};
  return e;
}

exploration of_generations() {
  exploration e = exploration_of<toggle_locks::generations>(3);
  e.must_reach =
      situation{"one of the second generation sleeps", [](const world_view& v) { return v.word(0) == 1 && v.asleep_on(0) == 1; }};
  return e;
}

exploration patient() {
  exploration e = exploration_of<toggle_locks::patient_lock>(2);
  e.interruptions = 1;
  e.handlers_restart = true;
  e.must_reach = situation{"one sleeps", [](const world_view& v) { return v.asleep_on(0) == 1; }};
  return e;
}
exploration called_off() {
  exploration e = exploration_of<toggle_locks::called_off_lock>(2);
  e.interruptions = 1;
  e.handlers_restart = true;
  e.must_reach = situation{"a handler calls one off", [](const world_view& v) { return v.word(1) == 1; }};
  return e;
}

exploration pi_mutex_interrupted() {
  using tested = basic_pi_mutex<graph_platform>;
  exploration e = models::mutex_exploration<models::count_scenario<graph_platform, tested, 2>>("pi_mutex", 2, 1);
  e.interruptions = 1;
  e.must_reach = situation{"one sleeps", [](const world_view& v) { return v.asleep_on(0) == 1; }};
  return e;
}

exploration forgetful() {
  exploration e = exploration_of<toggle_locks::forgetful_owner>(2);
  e.must_reach = situation{"the word names nobody, and one waits",
                           [](const world_view& v) { return v.word(0) == pi_word::owner_died && v.asleep_on(0) == 1; }};
  return e;
}

exploration woken_twice() {
  exploration e = exploration_of<toggle_locks::wait_on_two>(2);
  e.must_reach = situation{"both wakes found it", [](const world_view& v) { return v.word(2) == 1; }};
  return e;
}

exploration counted_down() {
  exploration e = exploration_of<toggle_locks::count_down>(2);
  e.must_reach = situation{"a thread sleeps", [](const world_view& v) { return v.asleep_on(0) == 1; }};
  return e;
}

exploration moved_by_urgency() {
  exploration e = exploration_of<toggle_locks::two_to_be_moved>(3);
  e.priorities = {10, 20, 0};
  e.must_reach = situation{"the more urgent was moved, the other waits",
                           [](const world_view& v) { return pi_word::owner_of(v.word(0)) == 2 && v.asleep_on(1) == 1; }};
  return e;
}

exploration with_two_targets() {
  exploration e = exploration_of<toggle_locks::two_targets>(2);
  e.must_reach = situation{"one waits to be moved", [](const world_view& v) { return v.asleep_on(2) == 1; }};
  return e;
}
exploration to_itself() {
  exploration e = exploration_of<toggle_locks::moved_to_itself>(2);
  e.must_reach = situation{"it is told twice", [](const world_view& v) { return v.word(1) == 2; }};
  return e;
}

exploration heirs() {
  exploration e = exploration_of<toggle_locks::robust_heirs>(3);
  e.may_die = {1};
  e.must_reach = situation{"two sleep, and the owner died",
                           [](const world_view& v) { return v.asleep_on(0) == 2 && (v.word(0) & robust_word::owner_died) != 0; }};
  return e;
}

// As many threads, the first of which may die anywhere.
template <bool Listed, unsigned Threads>
exploration robust_pi() {
  exploration e = exploration_of<toggle_locks::robust_pi_scenario<Listed>, spec::robust_mutex>(Threads);
  e.may_die = {1};
  e.must_reach = situation{"a word whose owner died is the second's", [](const world_view& v) {
                             return (v.word(0) & ~std::uint64_t{pi_word::waiters}) == (pi_word::owner_died | 2u);
                           }};
  return e;
}

//   check, own   a scenario of the registry, or one of toggle_locks.h
//   found        what it shows with the toggle; none: nothing any more, and without the toggle it does
//   why          why no lock can tell; if there is a scenario it shows nothing, with the toggle or without
//   otherwise    what it shows without the toggle; none: nothing
//   explore      of one of toggle_locks.h: the engine
struct row {
  toggle of;
  const char* check = nullptr;
  exploration (*own)() = nullptr;
  violation_kind found = violation_kind::none;
  const char* why = nullptr;
  violation_kind otherwise = violation_kind::none;
  result (*explore)(const exploration&, const run_options&) = runtime::explore;
  friend void PrintTo(const row& r, std::ostream* to) { *to << kernel::name_of(r.of); }
};
constexpr row breaks(toggle t, const char* check, violation_kind found) { return {t, check, nullptr, found}; }
constexpr row breaks(toggle t, exploration (*own)(), violation_kind found) { return {t, nullptr, own, found}; }
constexpr row breaks_in_relacy(toggle t, exploration (*own)(), violation_kind found) {
  return {t, nullptr, own, found, nullptr, violation_kind::none, relacy::explore};
}
constexpr row turns(toggle t, const char* check, violation_kind otherwise, violation_kind found) {
  return {t, check, nullptr, found, nullptr, otherwise};
}
constexpr row mends(toggle t, const char* check) { return {t, check}; }
constexpr row unseen(toggle t, const char* why, const char* check = nullptr) { return {t, check, nullptr, violation_kind::none, why}; }

constexpr const char* one_or_more = "impl/platform.h asks for one or more to wake, and for no negative number to move";
constexpr const char* one_sleep_less = "a sleep that ends for nothing is nothing new to a lock";

constexpr row rows[] = {
    breaks(toggle::compare_outside_lock, "mutex/rc11/count_to_two", violation_kind::lost_wake_up),
    breaks(toggle::compare_outside_lock, "mutex/count_to_two", violation_kind::lost_wake_up),
    unseen(toggle::zero_wakes_nobody, one_or_more),
    unseen(toggle::negative_requeue, one_or_more),
    breaks(toggle::pending_free_unwoken, "robust_mutex/two_one_dies", violation_kind::lost_wake_up),
    mends(toggle::pending_foreign_woken, "glibc_robust_mutex/unlocker_dies"),
    breaks(toggle::pending_ignored, "robust_mutex/two_one_dies", violation_kind::lost_wake_up),
    breaks(toggle::last_come, in_order<false>, violation_kind::assertion),
    breaks(toggle::any_priority, moved_by_urgency, violation_kind::unreached),
    breaks(toggle::bitset_ignored, "shared_mutex/phase_fair/rc11/first_reads", violation_kind::lost_wake_up),
    breaks(toggle::private_meets_shared, scopes, violation_kind::lost_wake_up),
    breaks(toggle::requeue_moves_behind, in_order<true>, violation_kind::assertion),
    breaks(toggle::requeue_ignores_value, of_generations, violation_kind::lost_wake_up),
    breaks(toggle::wake_op_unsigned, counted_down, violation_kind::lost_wake_up),
    breaks(toggle::waitv_smallest, woken_twice, violation_kind::assertion),
    unseen(toggle::waitv_counts_once, "who is woken before it has queued for all its words is found by another wake in any kernel"),
    unseen(toggle::wake_op_second_always, one_sleep_less, "glibc_wake_unlock/two"),
    unseen(toggle::requeue_counts_moved, "P::requeue tells whether the word was as expected, not how many it took"),
    breaks(toggle::deadline_first, "counting_semaphore/rc11/give_up_beside_a_waiter", violation_kind::lost_wake_up),
    breaks(toggle::timed_wait_restarts, called_off, violation_kind::unreached),
    breaks(toggle::untimed_wait_interrupted, patient, violation_kind::assertion),
    breaks(toggle::lock_pi_interrupted, pi_mutex_interrupted, violation_kind::misuse),
    breaks(toggle::pi_first_come, "pi_mutex/rc11/count_to_three", violation_kind::inversion),
    breaks(toggle::pi_no_boost, "pi_mutex/rc11/count_to_two", violation_kind::inversion),
    breaks(toggle::pi_first_come, "pi_mutex/count_to_three", violation_kind::inversion),
    breaks(toggle::pi_no_boost, "pi_mutex/count_to_two", violation_kind::inversion),
    breaks(toggle::pi_chain_ignored, "pi_mutex/rc11/chain", violation_kind::inversion),
    breaks(toggle::pi_chain_ignored, "pi_mutex/rc11/chain_rival", violation_kind::inversion),
    breaks(toggle::pi_chain_ignored, "pi_mutex/chain", violation_kind::inversion),
    turns(toggle::pi_no_deadlock, "pi_mutex/cycle", violation_kind::misuse, violation_kind::deadlock),
    breaks(toggle::pi_owner_deadlocks, forgetful, violation_kind::assertion),
    unseen(toggle::pi_drops_waiters, "whoever finds no WAITERS unlocks without a call, and nobody waits", "pi_mutex/rc11/count_to_three"),
    breaks(toggle::pi_keeps_owner_died, robust_pi<true, 3>, violation_kind::specification),
    breaks(toggle::pi_drops_owner_died, "robust_pi_mutex/two_one_dies", violation_kind::specification),
    unseen(toggle::pi_marks_lost_owner, "a word whose owner is lost is lost with WAITERS or without"),
    breaks(toggle::pi_dead_owner_unmarked, robust_pi<false, 2>, violation_kind::specification),
    unseen(toggle::pi_any_owner, "whoever writes another owner over a word has lost those who wait for it already"),
    breaks_in_relacy(toggle::requeue_pi_anywhere, with_two_targets, violation_kind::assertion),
    breaks_in_relacy(toggle::requeue_pi_to_itself, to_itself, violation_kind::assertion),
    breaks(toggle::requeue_pi_unmarked, "pi_condition_variable/rc11/all_without_the_mutex", violation_kind::lost_wake_up),
    breaks(toggle::requeue_pi_signals_none, "pi_condition_variable/rc11/one", violation_kind::lost_wake_up),
    breaks(toggle::requeue_pi_signals_none, "pi_condition_variable/one", violation_kind::lost_wake_up),
    unseen(toggle::robust_wakes_private, one_sleep_less, "robust_mutex/two_one_dies"),
    unseen(toggle::robust_wakes_unmarked, one_sleep_less, "robust_mutex/two_one_dies"),
    unseen(toggle::robust_wakes_pi_entry, one_sleep_less),
    breaks(toggle::robust_takes_foreign, "robust_mutex/two_one_dies", violation_kind::misuse),
    breaks(toggle::robust_clears_waiters, heirs, violation_kind::lost_wake_up),
};

constexpr bool has_row(toggle t) {
  for (const row& r : rows) {
    if (r.of == t) return true;
  }
  return false;
}

// Every toggle has a row, or is not followed by the engines.
constexpr bool is_complete() {
  for (int i = 0; i < static_cast<int>(toggle::count); ++i) {
    const auto t = static_cast<toggle>(i);
    if (has_row(t) == (why_unexplored(t) != nullptr)) return false;
  }
  return true;
}
static_assert(is_complete());

const check* check_called(const char* id) {
  for (const check* c : all_checks()) {
    if (c->id() == id) return c;
  }
  return nullptr;
}

// A pass that is empty counts as a violation, as it does of a check.
result with_situations(result r) {
  if (r.outcome != verdict::verified) return r;
  for (const situation_report& s : r.situations) {
    if (s.reached) continue;
    r.outcome = verdict::violated;
    r.found = violation();
    r.found->kind = violation_kind::unreached;
  }
  return r;
}

std::string text_of(const result& r) {
  std::string text = r.outcome == verdict::verified ? "verified" : r.outcome == verdict::violated ? "violated" : "inconclusive";
  if (r.found) text += ", " + checker::text_of(r.found->kind, r.found->object);
  return text + " (" + std::to_string(r.executions) + " executions)";
}

class KernelToggles : public testing::TestWithParam<row> {};

TEST_P(KernelToggles, BreakALockOrAreSeenByNone) {
  const row& r = GetParam();
  const char* const name = kernel::name_of(r.of);
  if (r.why != nullptr) std::printf("%-24s no lock can tell: %s\n", name, r.why);
  if (r.check == nullptr && r.own == nullptr) return;
  run_options other;
  other.on = r.of;
  const bool shows_nothing = r.found == violation_kind::none;
  const bool mends = shows_nothing && r.why == nullptr;
  result with;
  if (r.check != nullptr) {
    const check* const c = check_called(r.check);
    ASSERT_NE(c, nullptr) << r.check;
    // The models' own tests show that it is so.
    const bool is_right = !mends && r.otherwise == violation_kind::none;
    EXPECT_EQ(c->expected.outcome, is_right ? verdict::verified : verdict::violated);
    EXPECT_TRUE(r.otherwise == violation_kind::none || c->expected.kind == r.otherwise);
    with = run_check(*c, other);
  } else {
    const result without = with_situations(r.explore(r.own(), {}));
    EXPECT_EQ(without.outcome, verdict::verified) << text_of(without);
    with = with_situations(r.explore(r.own(), other));
  }
  std::printf("%-24s %s: %s\n", name, r.check == nullptr ? "a lock of this test" : r.check, text_of(with).c_str());
  EXPECT_EQ(with.outcome, shows_nothing ? verdict::verified : verdict::violated);
  EXPECT_EQ(kind_of(with), r.found) << text_of(with);
}

INSTANTIATE_TEST_SUITE_P(, KernelToggles, testing::ValuesIn(rows),
                         [](const auto& p) { return std::to_string(p.index) + "_" + kernel::name_of(p.param.of); });

TEST(UnexploredKernelToggles, AreRefused) {
  for (int i = 0; i < static_cast<int>(toggle::count); ++i) {
    const auto t = static_cast<toggle>(i);
    run_options other;
    other.on = t;
    if (const char* why = kernel::why_unexplored_by_graphs(t)) {
      std::printf("%-24s not followed: %s\n", kernel::name_of(t), why);
      EXPECT_THROW(runtime::explore(scopes(), other), std::invalid_argument);
    }
    if (why_unexplored(t) != nullptr) {
      EXPECT_THROW(relacy::explore(to_itself(), other), std::invalid_argument);
    }
  }
}

}  // namespace
}  // namespace holdfast::checker
