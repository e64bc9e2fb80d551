// Scenarios and mutants of impl/robust_mutex.h: threads die anywhere, under the rules of three kernels. relacy knows no robust lists.
#include "impl/robust_mutex.h"
#include "models/check_scenario.h"
#include "models/spec/robust_mutex.h"

namespace holdfast::models {
namespace {

using checker::kernel::robust_rule;
using operation = spec::robust_operation;

operation operation_of(lock_result r) {
  switch (r) {
    case lock_result::acquired: return operation::lock;
    case lock_result::owner_died: return operation::owner_died;
    case lock_result::not_recoverable: return operation::not_recoverable;
    case lock_result::busy: return operation::busy;
    case lock_result::timed_out: return operation::give_up;
  }
  return operation::busy;
}

// The mutex, with its operations recorded for the specification.
template <std::uint32_t Patience>
class observed_robust_mutex {
 public:
  lock_result lock(world::site at) {
    return taken(operation::locking, at, [this] { return mutex_.lock(); });
  }
  lock_result try_lock(world::site at) {
    return taken(operation::trying, at, [this] { return mutex_.try_lock(); });
  }
  lock_result lock_for_a_while(world::site at) {
    return taken(operation::trying, at, [this] { return mutex_.try_lock_until(world::deadline::at_any_moment()); });
  }
  void make_consistent(world::site at) {
    world::begin_operation(static_cast<unsigned char>(operation::make_consistent), at);
    mutex_.make_consistent();
    world::end_operation(static_cast<unsigned char>(operation::make_consistent));
  }
  void unlock(world::site at) {
    world::begin_operation(static_cast<unsigned char>(operation::unlock), at);
    mutex_.unlock();
    world::end_operation(static_cast<unsigned char>(operation::unlock));
  }

 private:
  template <class Call>
  static lock_result taken(operation begun, world::site at, Call call) {
    world::begin_operation(static_cast<unsigned char>(begun), at);
    const lock_result r = call();
    world::end_operation(static_cast<unsigned char>(operation_of(r)));
    return r;
  }

  basic_robust_mutex<world, Patience> mutex_;
};

// What the scenarios share: the mutex, and a count that it protects.
template <std::uint32_t Patience = 1>
struct counter {
  observed_robust_mutex<Patience> mutex;
  world::plain<unsigned> count{"count", 0};

  void use(lock_result r) {
    if (r == lock_result::owner_died) mutex.make_consistent("make_consistent");
    if (r != lock_result::acquired && r != lock_result::owner_died) return;
    count.store(count.load("read") + 1, "write");
    mutex.unlock("unlock");
  }
  void work() { use(mutex.lock("lock")); }
};

// Each thread locks, counts and unlocks; the first so many times.
template <unsigned Rounds = 1, std::uint32_t Patience = 1>
struct counting : counter<Patience> {
  void thread(unsigned self) {
    for (unsigned i = 0; i < (self == 1 ? Rounds : 1); ++i) this->work();
  }
};

// The third only tries.
template <unsigned Rounds = 1, std::uint32_t Patience = 1>
struct trying : counter<Patience> {
  void thread(unsigned self) {
    if (self == 3) return this->use(this->mutex.try_lock("try_lock"));
    for (unsigned i = 0; i < (self == 1 ? Rounds : 1); ++i) this->work();
  }
};

// Of interest are the executions in which the second thread dies before lock() has returned to it.
template <class Base>
struct dying_in_lock : Base {
  void thread(unsigned self) {
    if (self != 2) return Base::thread(self);
    static_cast<void>(this->mutex.lock("lock"));
    world::assume(false);
  }
};

// The second gives up after a while, and leaves WAITERS.
template <unsigned Rounds = 2, std::uint32_t Patience = 1>
struct giving_up : counter<Patience> {
  void thread(unsigned self) {
    if (self == 2) return this->use(this->mutex.lock_for_a_while("try_lock_until"));
    for (unsigned i = 0; i < (self == 1 ? Rounds : 1); ++i) this->work();
  }
};

// Of interest are the executions in which the first dies as the owner, and the first who is told leaves the mutex inconsistent.
struct ruining : counter<1> {
  void thread(unsigned self) {
    const lock_result r = mutex.lock("lock");
    world::assume(self != 1 && r != lock_result::acquired);
    if (r == lock_result::owner_died) mutex.unlock("unlock");
  }
};

// The first locks what it owns, or makes consistent or unlocks what it does not own.
enum class mistake : unsigned char { locks_twice, unlocks_anothers, makes_consistent };
template <mistake Mistake>
struct mistaken : counter<1> {
  void thread(unsigned self) {
    const lock_result r = mutex.try_lock("try_lock");
    if (r != lock_result::acquired) world::assume(false);
    if (self == 2) return;
    if (Mistake == mistake::locks_twice) static_cast<void>(mutex.lock("lock"));
    if (Mistake == mistake::makes_consistent) mutex.make_consistent("make_consistent");
  }
};
template <>
struct mistaken<mistake::unlocks_anothers> : counter<1> {
  void thread(unsigned self) {
    if (self == 2) return static_cast<void>(mutex.lock("lock"));
    mutex.unlock("unlock");
  }
};

// Of the first word, which is the mutex.
constexpr std::uint64_t marked_by_first = robust_word::marked_closing<std::uint32_t>(1);
constexpr std::uint64_t left_by_first = robust_word::waiters | robust_word::owner_died;
bool one_sleeps(const world_view& v) { return v.asleep_on(0) == 1; }
bool two_sleep(const world_view& v) { return v.asleep_on(0) == 2; }
bool one_sleeps_on_a_marked_word(const world_view& v) { return v.asleep_on(0) == 1 && v.word(0) == marked_by_first; }
bool nobody_sleeps_on_a_marked_word(const world_view& v) { return v.asleep_on(0) == 0 && v.word(0) == marked_by_first; }
bool two_sleep_on_a_left_word(const world_view& v) { return v.asleep_on(0) == 2 && v.word(0) == left_by_first; }
bool one_sleeps_on_a_left_word(const world_view& v) { return v.asleep_on(0) == 1 && v.word(0) == left_by_first; }

const situation sleeper{"a thread sleeps", one_sleeps};
const situation two_sleepers{"two threads sleep at once", two_sleep};
const situation marked{"a thread sleeps, and the owner has marked the word to clear WAITERS", one_sleeps_on_a_marked_word};
const situation closing{"nobody sleeps, and the owner has marked the word to clear WAITERS", nobody_sleeps_on_a_marked_word};
const situation left{"the owner has died, and a thread sleeps", one_sleeps_on_a_left_word};
const situation left_to_two{"the owner has died, and two threads sleep", two_sleep_on_a_left_word};

constexpr robust_rule later{.pending_free_wakes = true, .pending_foreign_wakes = true};
constexpr robust_rule before_5_5{.pending_free_wakes = false, .pending_foreign_wakes = false};

const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "robust");
const auto unreached = violated(violation_kind::unreached, "");
const auto misused = violated(violation_kind::misuse, "");

template <class Scenario>
void check_robust(scenario_check c) {
  c.name = "robust_mutex/" + c.name;
  check_scenario<Scenario, spec::robust_mutex>(std::move(c));
}

void register_lives() {
  check_robust<counting<>>({.name = "two",
                            .description = "two threads, each counts once",
                            .expected = verified(88),
                            .must_reach = sleeper,
                            .mutants = {{"l1_relaxed", weakened("L1"), race},
                                        {"l3_relaxed", weakened("L3"), race},
                                        {"l5_never_sleeps", dropped("L5"), unreached},
                                        {"u2_relaxed", weakened("U2"), race},
                                        {"u5_relaxed", weakened("U5"), race},
                                        {"u6_dropped", dropped("U6"), lost},
                                        {"c2_dropped", dropped("C2"), lost}}});
  check_robust<counting<>>({.name = "two_spinning",
                            .description = "the same; a thread may look once more before it sleeps",
                            .expected = verified(728),
                            .must_reach = sleeper,
                            .spin_rounds = 1});
  check_robust<counting<>>({.name = "three",
                            .threads = 3,
                            .description = "three threads, each counts once",
                            .expected = verified(455976),
                            .must_reach = two_sleepers,
                            .mutants = {{"u5_clears_waiters", writes("U5", robust_word::free, robust_word::free), lost}}});
  check_robust<trying<>>(
      {.name = "three_try", .threads = 3, .description = "two lock, a third tries", .expected = verified(155534), .must_reach = marked});
  check_robust<giving_up<>>({.name = "give_up",
                             .description = "one locks twice, one gives up at any moment and leaves WAITERS",
                             .expected = verified(1614),
                             .must_reach = closing,
                             .mutants = {{"c3_relaxed", weakened("C3"), race}}});
  check_robust<giving_up<1>>({.name = "three_give_up",
                              .threads = 3,
                              .description = "two lock, one gives up at any moment",
                              .expected = verified(500304),
                              .must_reach = two_sleepers});
  check_robust<counting<>>({.name = "two_spurious",
                            .description = "two threads; each may wake once for no reason",
                            .expected = verified(1336),
                            .must_reach = sleeper,
                            .spurious_wake_ups = 1,
                            .interruptions = 1});
  check_robust<counting<>>({.name = "three_any_waiter",
                            .threads = 3,
                            .description = "three threads; a wake takes any waiter",
                            .expected = verified(630264),
                            .must_reach = two_sleepers,
                            .wakes = checker::wake_order::any_waiter});
  check_robust<mistaken<mistake::locks_twice>>({.name = "locks_twice", .description = "locks what it owns", .expected = misused});
  check_robust<mistaken<mistake::unlocks_anothers>>(
      {.name = "unlocks_anothers", .description = "unlocks what another owns, or nobody", .expected = misused});
  check_robust<mistaken<mistake::makes_consistent>>(
      {.name = "makes_consistent", .description = "makes consistent what it did not take so", .expected = misused});
}

void register_deaths() {
  check_robust<counting<>>(
      {.name = "two_one_dies",
       .description = "two threads, one may die anywhere",
       .expected = verified(1273),
       .must_reach = left,
       .mutants = {{"pending_dropped", dropped("robust_pending"), lost}, {"link_dropped", dropped("robust_link"), lost}},
       .may_die = {1}});
  check_robust<counting<>>({.name = "two_spinning_one_dies",
                            .description = "the same; a thread may look once more before it sleeps",
                            .expected = verified(10215),
                            .must_reach = left,
                            .spin_rounds = 1,
                            .may_die = {1}});
  check_robust<counting<>>({.name = "two_both_die",
                            .description = "two threads, both may die anywhere",
                            .expected = verified(19080),
                            .must_reach = left,
                            .may_die = {1, 2}});
  check_robust<counting<2>>({.name = "twice_other_dies",
                             .description = "one counts twice, the other may die anywhere",
                             .expected = verified(25681),
                             .must_reach = sleeper,
                             .may_die = {2}});
  check_robust<giving_up<>>({.name = "give_up_one_dies",
                             .description = "one locks twice and may die anywhere, one gives up and leaves WAITERS",
                             .expected = verified(23407),
                             .must_reach = closing,
                             .may_die = {1}});
  check_robust<ruining>({.name = "ruin",
                         .description = "one dies in its section, the next unlocks without make_consistent()",
                         .expected = verified(16),
                         .must_reach = left,
                         .may_die = {1}});
  check_robust<ruining>({.name = "three_ruin",
                         .threads = 3,
                         .description = "the same with another sleeper, who is told that the mutex is not recoverable",
                         .expected = verified(4832),
                         .must_reach = left_to_two,
                         .mutants = {{"r2_relaxed", weakened("R2"), violated(violation_kind::specification, "lock (owner died)")},
                                     {"r3_dropped", dropped("R3"), lost}},
                         .may_die = {1}});
  check_robust<dying_in_lock<trying<>>>({.name = "three_try_woken_dies",
                                         .threads = 3,
                                         .description = "the second may die in lock(), after it was woken; a third tries",
                                         .expected = verified(957737),
                                         .must_reach = sleeper,
                                         .may_die = {2}});
  check_robust<counting<>>({.name = "kernel_before_5_5",
                            .description = "one may die, on a kernel that wakes for no free word: not supported",
                            .expected = lost,
                            .may_die = {1},
                            .on_death = before_5_5});
}

void register_long() {
  check_robust<trying<>>({.name = "three_try_one_dies",
                          .threads = 3,
                          .description = "the first may die anywhere; a third tries",
                          .expected = verified(3617718),
                          .must_reach = left,
                          .is_long = true,
                          .may_die = {1}});
  check_robust<counting<>>({.name = "three_one_dies",
                            .threads = 3,
                            .description = "three threads, one may die anywhere",
                            .expected = verified(9518844),
                            .must_reach = left_to_two,
                            .is_long = true,
                            .may_die = {1}});
}

const bool registered = (register_lives(), register_deaths(), register_long(), true);

}  // namespace
}  // namespace holdfast::models
