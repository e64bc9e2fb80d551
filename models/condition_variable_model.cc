// Scenarios and mutants of impl/condition_variable.h, with impl/mutex.h; with three waiters over the specification of a mutex.
//
// That its sequence wraps, and who may destroy it when, is explored without a mutex: models/notify_sequence_model.cc.
#include <string>
#include <utility>

#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "impl/condition_variable.h"
#include "models/check_scenario.h"
#include "models/condition_variable_scenarios.h"
#include "models/single_step_mutex.h"

namespace holdfast::models {
namespace {

using checker::relacy_platform;
using specification = spec::condition_variable<>;
using enum notifying;

template <class World>
using tested = basic_condition_variable<World>;
template <class World>
using lock = basic_mutex<World>;
template <class World>
using shared = basic_condition_variable<World, scope::process_shared>;
template <class World>
using shared_lock = basic_mutex<World, scope::process_shared>;
// A sequence of one bit: every notify ends a half.
using narrow = basic_condition_variable<world, scope::process_private, condition_variable_default_spin,
                                        notify_sequence<world, scope::process_private, 1>>;

// The sequence is the first word, the mutex the fifth: the waiters of two halves and the crossing lie between.
template <std::size_t OnSequence, std::size_t OnMutex>
bool sleep_on(const world_view& v) {
  return v.asleep_on(0) == OnSequence && v.asleep_on(4) == OnMutex;
}
const situation one_waits{"a waiter sleeps", sleep_on<1, 0>};
const situation one_moved{"a waiter sleeps on the mutex: it was moved, or came too late for its owner", sleep_on<0, 1>};
const situation two_wait{"two waiters sleep at once", sleep_on<2, 0>};
const situation three_wait{"three waiters sleep at once", sleep_on<3, 0>};
const situation three_want_the_mutex{"three sleep on the mutex", sleep_on<0, 3>};
const situation two_moved{"two sleep on the mutex", sleep_on<0, 2>};
const auto lost = [](const char* word) { return violated(violation_kind::lost_wake_up, word); };

exploration any_waiter(exploration e) {
  e.name += "_any_waiter";
  e.wakes = checker::wake_order::any_waiter;
  return e;
}

// A scenario as both engines take it.
template <class Scenario, class Spec = specification>
exploration explore(std::string name, unsigned threads, situation must_reach, checker::alike same = {}) {
  exploration e;
  e.name = std::move(name);
  e.threads = threads;
  e.same = same;
  e.make = checker::make_program<Scenario, Spec>;
  e.must_reach = std::move(must_reach);
  return e;
}

template <class World>
struct scenarios {
  std::string stem;
  using cv = tested<World>;
  using mutex = lock<World>;

  exploration moved() const { return explore<one_by_one<World, cv, mutex, 1, with_the_lock>>(stem + "/one_moved", 2, one_moved); }
  exploration woken() const { return explore<one_by_one<World, cv, mutex, 1, owning>>(stem + "/one_woken", 2, one_waits); }
  exploration after() const { return explore<one_by_one<World, cv, mutex, 1, after_unlock>>(stem + "/one_after_unlock", 2, one_waits); }
  exploration back() const { return explore<there_and_back<World, cv, mutex, with_the_lock>>(stem + "/there_and_back", 2, one_waits); }
  exploration timed() const { return explore<gives_up<World, cv, mutex, 0, with_the_lock>>(stem + "/gives_up", 2, one_moved); }
  exploration timed_after() const {
    return explore<gives_up<World, cv, mutex, 0, after_unlock>>(stem + "/gives_up_after_unlock", 2, one_waits);
  }
  exploration between_processes() const {
    return explore<one_by_one<World, shared<World>, shared_lock<World>, 1, with_the_lock>>(stem + "/process_shared", 2, one_moved);
  }
  exploration other_mutex() const {
    return explore<one_by_one<World, cv, shared_lock<World>, 1, with_the_lock>>(stem + "/mutex_that_takes_no_sleepers", 2, one_waits);
  }
  exploration not_stored() const {
    exploration e = explore<nothing_to_wait_for<World, cv, mutex>>(stem + "/notify_is_not_stored", 2, one_waits);
    e.may_stay_blocked = true;
    return e;
  }
  exploration beside_try() const {
    return explore<beside_a_try<World, cv, mutex>, unspecified>(stem + "/one_after_unlock_beside_a_try", 3, one_waits);
  }
  exploration spinning() const {
    exploration e = moved();
    e.name += "_spinning";
    e.spin_rounds = 1;
    return e;
  }

  template <unsigned Waiters, notifying How>
  exploration all(std::string name, situation reached) const {
    return explore<broadcast<World, cv, mutex, Waiters, How>>(stem + name, Waiters + 1, std::move(reached));
  }
  template <notifying How>
  exploration each(std::string name, situation reached) const {
    return explore<one_after_another<World, cv, mutex, 2, How>>(stem + name, 3, std::move(reached));
  }
  template <notifying How>
  exploration late(std::string name) const {
    exploration e = any_waiter(explore<late_waiter<World, cv, mutex, How>>(stem + name, 3, two_wait, {2, 3}));
    e.may_stay_blocked = true;
    return e;
  }
};

void register_with_relacy() {
  using checker::relacy::register_exploration;
  const scenarios<relacy_platform> s{"condition_variable"};
  register_exploration(s.moved(), "one waits; its notifier moves it to the mutex", verified(7589));
  register_exploration(s.woken(), "one waits; its notifier owns the mutex and wakes it", verified(21137));
  register_exploration(s.after(), "one waits; its notifier has released the mutex", verified(1499));
  register_exploration(s.timed(), "one waits and gives up at any moment", verified(350211), true);
  register_exploration(s.between_processes(), "one waits, and all is process-shared", verified(7589));
  register_exploration(s.not_stored(), "notifies before a wait", verified(5886));
  register_exploration(s.beside_try(), "one waits and is woken; a third thread tries the mutex", verified(1259840));
}

void register_with_graphs() {
  using checker::runtime::register_exploration;
  const scenarios<world> s{"condition_variable/rc11"};
  using cv = tested<world>;
  using mutex = lock<world>;
  register_exploration(s.moved(), "one waits; its notifier moves it to the mutex", verified(56));
  register_exploration(s.beside_try(), "one waits and is woken; a third thread tries the mutex", verified(3019));
  register_exploration(s.spinning(), "the same; a spinner may look once more before it sleeps", verified(2282));
  register_exploration(s.woken(), "one waits; its notifier owns the mutex and wakes it", verified(52));
  register_exploration(s.after(), "one waits; its notifier has released the mutex", verified(33));
  register_exploration(with_spurious_wake_ups(s.moved()), "moved; each may wake once for no reason and once by a signal", verified(46440));
  register_exploration(with_spurious_wake_ups(s.after()), "woken; each may wake once for no reason and once by a signal", verified(24055));
  register_exploration(s.back(), "an item goes there and back", verified(1496));
  register_exploration(s.timed(), "one gives up at any moment; moved", verified(189));
  register_exploration(s.timed_after(), "one gives up at any moment; woken", verified(122));
  register_exploration(s.between_processes(), "one waits, and all is process-shared", verified(56));
  register_exploration(s.other_mutex(), "the mutex takes no sleepers: they are woken", verified(40));
  register_exploration(s.not_stored(), "notifies before a wait", verified(16));
  register_exploration(explore<destroyed_by_the_taker<world, cv, mutex, with_the_lock>>(s.stem + "/destroyed_by_the_taker", 2, one_moved),
                       "whoever waited destroys all", verified(56));
  register_exploration(
      explore<destroyed_by_the_notifier<world, cv, mutex>, unspecified>(s.stem + "/destroyed_by_the_notifier", 2, one_waits),
      "destroyed when the waiter has left it, and may not yet have locked", verified(115));
  register_exploration(explore<one_by_one<world, narrow, mutex, 1, with_the_lock>>(s.stem + "/one_moved_one_bit", 2, one_moved),
                       "a sequence of one bit: each notify drains a half", verified(56));
  register_exploration(explore<there_and_back<world, narrow, mutex, after_unlock>>(s.stem + "/there_and_back_one_bit", 2, one_waits),
                       "a sequence of one bit: there and back", verified(638));

  register_exploration(s.all<2, with_the_lock>("/broadcast_moved", two_moved), "two wait; both are moved", verified(5983));
  register_exploration(s.all<2, owning>("/broadcast_woken", two_wait), "two wait; the owner wakes both", verified(36707));
  register_exploration(s.all<2, after_unlock>("/broadcast_after_unlock", two_wait), "two wait; both are woken", verified(2241));
  register_exploration(explore<broadcast_beside_a_locker<world, cv, mutex, 2, with_the_lock>>(s.stem + "/broadcast_moved_beside_a_locker",
                                                                                              4, three_want_the_mutex),
                       "two wait; both are moved; a fourth thread locks", verified(9944689), true);
  register_exploration(any_waiter(s.all<2, with_the_lock>("/broadcast_moved", two_moved)), "two wait; both are moved; a wake takes any",
                       verified(7061));
  register_exploration(s.each<with_the_lock>("/one_by_one_moved", two_wait), "two wait; each is moved", verified(33771));
  register_exploration(s.each<after_unlock>("/one_by_one_after_unlock", two_wait), "two wait; each is woken", verified(9320));
  register_exploration(any_waiter(s.each<after_unlock>("/one_by_one_after_unlock", two_wait)), "two wait; a wake takes any of them",
                       verified(12936));
  register_exploration(s.late<after_unlock>("/late_waiter_after_unlock"),
                       "one waiter is there, another may come during the notify; a wake takes any", verified(11237));
  register_exploration(s.late<owning>("/late_waiter_woken"), "the same, and the notifier owns the mutex", verified(680287));
  register_exploration(s.late<with_the_lock>("/late_waiter_moved"), "the same, and moves to it", verified(441489));
  register_exploration(explore<gives_up<world, cv, mutex, 1, with_the_lock>>(s.stem + "/one_of_two_gives_up", 3, two_moved),
                       "two wait, one gives up at any moment; both are moved", verified(22171));
  register_exploration(explore<gives_up<world, cv, mutex, 1, after_unlock>>(s.stem + "/one_of_two_gives_up_after_unlock", 3, two_wait),
                       "two wait, one gives up at any moment; both are woken", verified(6704));
  register_exploration(explore<two_mutexes<world, cv, mutex>, unspecified>(s.stem + "/two_mutexes", 2, one_waits),
                       "one waits with a mutex, then with another", verified(4088));
}

// Over a mutex of one step, which impl/mutex.h is held to by itself (models/mutex_model.cc). What that leaves out is that sleepers are moved
// to the mutex: over impl/mutex.h two are, beside a fourth thread; of three that are moved 4.8 M executions are not all.
using step = single_step_mutex<world>;
template <notifying How>
using broadcast_to_three = broadcast<world, tested<world>, step, 3, How>;

exploration three_are_woken() {
  return explore<broadcast_to_three<after_unlock>>("condition_variable/rc11/three_after_unlock", 4, three_wait);
}

// That the mutex of one step is one.
exploration four_count() { return mutex_exploration<count_scenario<world, step, 4>>("single_step_mutex/count_to_four", 4, 4); }

void register_over_the_specification() {
  using checker::runtime::register_exploration;
  using cv = tested<world>;
  const std::string stem = "condition_variable/rc11/three_";
  register_exploration(four_count(), "the mutex of one step: four threads, each counts once", verified(1));
  register_exploration(three_are_woken(), "three wait; all are woken", verified(576));
  register_exploration(explore<broadcast_to_three<owning>>(stem + "woken", 4, three_wait), "three wait; the owner wakes all",
                       verified(576));
  register_exploration(any_waiter(explore<one_after_another<world, cv, step, 3, after_unlock>>(stem + "one_by_one", 4, three_wait)),
                       "three wait; each is woken; a wake takes any", verified(17100));
  register_exploration(explore<gives_up<world, cv, step, 2, after_unlock>>(stem + "one_gives_up", 4, three_wait),
                       "three wait, one gives up at any moment; all are woken", verified(1564));
  const auto late = [&]<notifying How>(const char* name, const char* description, std::uint64_t n) {
    exploration e = any_waiter(explore<late_waiter<world, cv, step, How>>(stem + name, 4, three_wait, {2, 4}));
    e.may_stay_blocked = true;
    register_exploration(e, description, verified(n));
  };
  late.template operator()<after_unlock>("late_after_unlock", "one waiter is there, two may come during the notify; a wake takes any",
                                         9229);
  late.template operator()<owning>("late_woken", "the same, and the notifier owns the mutex", 4168);
  register_exploration(explore<one_by_one<world, cv, step, 3, owning>>(stem + "come_and_go_woken", 4, three_wait, {2, 4}),
                       "three come in any order; the owner wakes one for each item", verified(76204));
  register_exploration(explore<one_by_one<world, cv, step, 3, after_unlock>>(stem + "come_and_go", 4, three_wait, {2, 4}),
                       "the same; the notifier has released the mutex", verified(385881), true);
}

const mutation announces_nobody = writes("M1", mutex_word::held, mutex_word::held);

void register_mutants() {
  const enter engine = checker::runtime::register_exploration;
  const scenarios<world> s{"condition_variable/rc11"};
  register_mutant(engine, s.woken(), "w2_never_sleeps", dropped("W2"), violated(violation_kind::unreached, ""));
  register_mutant(engine, s.woken(), "k1_dropped", dropped("K1"), lost("sequence"));
  register_mutant(engine, four_count(), "take_relaxed", weakened("take"), violated(violation_kind::data_race, "count"));
  register_mutant(engine, three_are_woken(), "k1_dropped", dropped("K1"), lost("sequence"));
  register_mutant(engine, s.moved(), "k2_dropped", dropped("K2"), lost("sequence"));
  register_mutant(engine, s.all<2, with_the_lock>("/broadcast_moved", two_moved), "l4_lost_flag",
                  writes("L4", mutex_word::held, mutex_word::free), lost("mutex"));
  register_mutant(engine, s.moved(), "m1_writes_held", announces_nobody, lost("sequence"));
  const scenarios<relacy_platform> in_relacy{"condition_variable"};
  register_mutant(checker::relacy::register_exploration, in_relacy.moved(), "m1_writes_held", announces_nobody, lost("sequence"));
  register_mutant(checker::relacy::register_exploration, in_relacy.after(), "k1_dropped", dropped("K1"), lost("sequence"));
  register_mutant(checker::relacy::register_exploration, in_relacy.beside_try(), "k1_dropped", dropped("K1"), lost("sequence"));
}

const bool registered = (register_with_relacy(), register_with_graphs(), register_over_the_specification(), register_mutants(), true);

}  // namespace
}  // namespace holdfast::models
