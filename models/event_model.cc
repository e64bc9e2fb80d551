// Scenarios and mutants of impl/event.h.
#include "impl/event.h"
#include "models/both_engines.h"
#include "models/spec/event.h"

namespace holdfast::models {
namespace {

using operation = spec::event_operation;

// An event whose operations are recorded for its specification.
template <class World, event_reset Reset, scope Scope = scope::process_private>
class observed_event {
  using site = typename World::site;

 public:
  void set(site at) {
    record<World>(operation::set, at, [&] {
      event_.set();
      return operation::set;
    });
  }
  void reset(site at) {
    record<World>(operation::reset, at, [&] {
      event_.reset();
      return operation::reset;
    });
  }
  void wait(site at) {
    record<World>(operation::wait, at, [&] {
      event_.wait();
      return operation::wait;
    });
  }
  bool try_wait(site at) {
    bool was_set = false;
    record<World>(operation::wait_busy, at, [&] {
      was_set = event_.try_wait();
      return was_set ? operation::wait : operation::wait_busy;
    });
    return was_set;
  }
  bool timed_wait(site at) {
    bool was_set = false;
    record<World>(operation::give_up, at, [&] {
      was_set = event_.try_wait_until(World::deadline::at_any_moment());
      return was_set ? operation::wait : operation::give_up;
    });
    return was_set;
  }

 private:
  basic_event<World, Reset, Scope> event_;
};

// The first thread prepares something and sets; each of the others waits and uses it.
template <class World, event_reset Reset, scope Scope = scope::process_private>
struct prepare_and_wait {
  observed_event<World, Reset, Scope> event;
  typename World::template plain<unsigned> data{"data", 0};

  void thread(unsigned self) {
    if (self == 1) {
      data.store(1, "prepare");
      event.set("set");
    } else {
      event.wait("wait");
      World::expect(data.load("use") == 1, "it is ready", "expect");
    }
  }
};
template <class World>
using manual_two = prepare_and_wait<World, event_reset::manual>;
template <class World>
using manual_two_shared = prepare_and_wait<World, event_reset::manual, scope::process_shared>;

// The second looks, and then waits for a while.
template <class World, event_reset Reset>
struct look_and_give_up {
  observed_event<World, Reset> event;
  typename World::template plain<unsigned> data{"data", 0};

  void thread(unsigned self) {
    if (self == 1) {
      data.store(1, "prepare");
      event.set("set");
    } else if (event.try_wait("try_wait") || event.timed_wait("timed_wait")) {
      World::expect(data.load("use") == 1, "it is ready", "expect");
    }
  }
};
template <class World>
using manual_timed = look_and_give_up<World, event_reset::manual>;
template <class World>
using automatic_timed = look_and_give_up<World, event_reset::automatic>;

// The second waits until something has been changed, and takes each set back before it looks.
template <class World, event_reset Reset>
struct reset_and_look {
  observed_event<World, Reset> event;
  typename World::template atomic<std::uint32_t> value{waited_for, 0};

  static constexpr field number_fields[] = {{"number", 0, 32, {}}};
  static constexpr layout waited_for{"waited_for", number_fields};

  void thread(unsigned self) {
    if (self == 1) {
      value.store(1, order::relaxed, "change");
      event.set("set");
    } else {
      for (;;) {
        event.reset("reset");
        if (value.load(order::relaxed, "look") != 0u) return;
        event.wait("wait");
      }
    }
  }
};
template <class World>
using manual_reset = reset_and_look<World, event_reset::manual>;

// As a lock: automatic reset, set at first by the first thread; each counts while it has it.
template <class World, unsigned Threads, scope Scope = scope::process_private>
struct count_by_turns {
  observed_event<World, event_reset::automatic, Scope> event;
  typename World::template plain<unsigned> count{"count", 0};

  void thread(unsigned self) {
    if (self == 1) event.set("begin");
    count_and_set();
  }
  void count_and_set() {
    event.wait("wait");
    count.store(count.load("read") + 1, "write");
    event.set("set");
  }
  void finish() { World::expect(count.load("read") == Threads, "every increment counts", "finish"); }
};
template <class World>
using automatic_two = count_by_turns<World, 2>;
template <class World>
using automatic_two_shared = count_by_turns<World, 2, scope::process_shared>;

// The same; it is set at first by nobody of them, so that all are alike.
template <class World, unsigned Threads>
struct count_once_set : count_by_turns<World, Threads> {
  count_once_set() { this->event.set("setup"); }
  void thread(unsigned) { this->count_and_set(); }
};
template <class World>
using set_at_first = count_once_set<World, 3>;

// The first sets and resets at once; one waits, who may miss it, and one sets in the end.
template <event_reset Reset>
struct pulse {
  observed_event<world, Reset> event;

  void thread(unsigned self) {
    if (self == 1) {
      event.set("set");
      event.reset("reset");
    } else if (self == 2) {
      event.set("set");
    } else {
      event.wait("wait");
    }
  }
};

// One sets; of those who wait the third gives up after a while, and sets again if it did not.
template <class World, event_reset Reset>
struct give_up_beside_a_waiter {
  observed_event<World, Reset> event;

  void thread(unsigned self) {
    if (self == 1) return event.set("set");
    if (self == 2) return event.wait("wait");
    if (event.timed_wait("timed_wait")) event.set("set");
  }
};

template <class World>
using manual_timed_three = give_up_beside_a_waiter<World, event_reset::manual>;
template <class World>
using automatic_timed_three = give_up_beside_a_waiter<World, event_reset::automatic>;

// The waiter destroys the event at once.
template <event_reset Reset>
struct destroyed_after_wait {
  observed_event<world, Reset>* event = new observed_event<world, Reset>;

  void thread(unsigned self) {
    if (self == 1) return event->set("set");
    event->wait("wait");
    delete event;
  }
};

template <std::size_t Sleepers>
bool sleep_on_it(const world_view& v) {
  return v.asleep_on(0) == Sleepers && v.word(0) == event_word::unset_waiters;
}
const situation one_sleeps{"a thread sleeps", sleep_on_it<1>};
const situation two_sleep{"two threads sleep at once", sleep_on_it<2>};
const situation three_sleep{"three threads sleep at once", sleep_on_it<3>};
const situation wake_owed{"a thread sleeps although the event is set: a wake is owed",
                          [](const world_view& v) { return v.asleep_on(0) == 1 && v.word(0) == event_word::set; }};
const auto race = violated(violation_kind::data_race, "data");
const auto count_race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "event");
const auto deadlock = violated(violation_kind::deadlock, "event");
const auto unreached = violated(violation_kind::unreached, "");

const bool manual_in_both =
    (check_in_both<manual_two, spec::event<false>>({.name = "event/manual_two",
                                                    .description = "manual reset: one sets, one waits",
                                                    .expected = verified(5),
                                                    .must_reach = wake_owed,
                                                    .mutants = {{"s1_relaxed", weakened("S1"), race},
                                                                {"t1_relaxed", weakened("T1"), race},
                                                                {"m2_relaxed", weakened("M2"), race},
                                                                {"s2_dropped", dropped("S2"), lost},
                                                                {"m4_never_sleeps", dropped("M4"), unreached}}},
                                                   {.executions = 11}),
     check_in_both<manual_two, spec::event<false>>({.name = "event/manual_two_spinning",
                                                    .description = "the same; a spinner may look once more before it sleeps",
                                                    .expected = verified(10),
                                                    .must_reach = one_sleeps,
                                                    .mutants = {{"m1_relaxed", weakened("M1"), race}},
                                                    .spin_rounds = 1},
                                                   {.executions = 25}),
     check_in_both<manual_two_shared, spec::event<false>>({.name = "event/manual_process_shared",
                                                           .description = "the same with a process-shared event",
                                                           .expected = verified(5),
                                                           .must_reach = wake_owed},
                                                          {.executions = 11}),
     check_in_both<manual_timed, spec::event<false>>({.name = "event/manual_timed",
                                                      .description = "manual reset: one sets, one looks, waits and gives up at any moment",
                                                      .expected = verified(7),
                                                      .must_reach = one_sleeps},
                                                     {.executions = 17}),
     check_in_both<manual_reset, spec::event<false>>({.name = "event/manual_reset",
                                                      .description = "manual reset: one waits for a change, resetting before it looks",
                                                      .expected = verified(7),
                                                      .must_reach = one_sleeps,
                                                      .mutants = {{"r1_relaxed", weakened("R1"), deadlock}}},
                                                     {.executions = 77}),
     check_in_both<manual_two, spec::event<false>>({.name = "event/manual_three",
                                                    .threads = 3,
                                                    .description = "manual reset: one sets, two wait",
                                                    .expected = verified(38),
                                                    .must_reach = two_sleep,
                                                    .mutants = {{"s2_dropped", dropped("S2"), lost}},
                                                    .same = {2, 3}},
                                                   {.executions = 28244}),
     check_in_both<manual_timed_three, spec::event<false>>({.name = "event/manual_timed_three",
                                                            .threads = 3,
                                                            .description = "manual reset: one sets, one waits, one gives up at any moment",
                                                            .expected = verified(217),
                                                            .must_reach = two_sleep,
                                                            .mutants = {{"s2_dropped", dropped("S2"), lost}}},
                                                           {.executions = 67647}),
     true);

const bool automatic_in_both =
    (check_in_both<automatic_two, spec::event<true>>({.name = "event/automatic_two",
                                                      .description = "automatic reset: two count by turns",
                                                      .expected = verified(33),
                                                      .must_reach = wake_owed,
                                                      .mutants = {{"t2_relaxed", weakened("T2"), count_race},
                                                                  {"a3_relaxed", weakened("A3"), count_race},
                                                                  {"a4_never_sleeps", dropped("A4"), unreached}}},
                                                     {.executions = 129}),
     check_in_both<automatic_two, spec::event<true>>({.name = "event/automatic_two_spinning",
                                                      .description = "the same; a spinner may look once more before it sleeps",
                                                      .expected = verified(106),
                                                      .must_reach = one_sleeps,
                                                      .mutants = {{"a2_relaxed", weakened("A2"), count_race}},
                                                      .spin_rounds = 1},
                                                     {.executions = 531}),
     check_in_both<automatic_two, spec::event<true>>({.name = "event/automatic_two_spurious",
                                                      .description = "the same; each may wake once for no reason",
                                                      .expected = verified(409),
                                                      .must_reach = wake_owed,
                                                      .spurious_wake_ups = 1,
                                                      .interruptions = 1},
                                                     {.executions = 3513}),
     check_in_both<automatic_two_shared, spec::event<true>>({.name = "event/automatic_process_shared",
                                                             .description = "the same with a process-shared event",
                                                             .expected = verified(33),
                                                             .must_reach = wake_owed},
                                                            {.executions = 129}),
     check_in_both<automatic_timed, spec::event<true>>(
         {.name = "event/automatic_timed",
          .description = "automatic reset: one sets, one looks, waits and gives up at any moment",
          .expected = verified(6),
          .must_reach = one_sleeps},
         {.executions = 9}),
     check_in_both<set_at_first, spec::event<true>>(
         {.name = "event/automatic_set_at_first",
          .threads = 3,
          .description = "automatic reset: set from the start, three count by turns",
          .expected = verified(162),
          .must_reach = two_sleep,
          .mutants = {{"a3_lost_flag", writes("A3", event_word::unset, event_word::set), lost, &event_word::description}},
          .same = {1, 3}},
         {.executions = 27738}),
     check_in_both<automatic_timed_three, spec::event<true>>(
         {.name = "event/automatic_timed_three",
          .threads = 3,
          .description = "automatic reset: one sets, one waits, one gives up at any moment and else sets again",
          .expected = verified(250),
          .must_reach = two_sleep,
          .mutants = {{"s2_dropped", dropped("S2"), lost}}},
         {.executions = 3039}),
     true);

// relacy's searches are long if three count by turns and one sets, and it has no heap within a scenario.
const bool in_graphs = (check_scenario<destroyed_after_wait<event_reset::manual>, spec::event<false>>({
                            .name = "event/rc11/manual_destroy",
                            .description = "manual reset: the waiter destroys the event as soon as its wait returns",
                            .expected = verified(5),
                            .must_reach = wake_owed,
                        }),
                        check_scenario<destroyed_after_wait<event_reset::automatic>, spec::event<true>>({
                            .name = "event/rc11/automatic_destroy",
                            .description = "automatic reset: the waiter destroys the event as soon as its wait returns",
                            .expected = verified(4),
                            .must_reach = wake_owed,
                        }),
                        check_scenario<manual_two<world>, spec::event<false>>({
                            .name = "event/rc11/manual_four",
                            .threads = 4,
                            .description = "manual reset: one sets, three wait",
                            .expected = verified(261),
                            .must_reach = three_sleep,
                            .mutants = {{"s2_dropped", dropped("S2"), lost}},
                            .same = {2, 4},
                        }),
                        check_scenario<pulse<event_reset::manual>, spec::event<false>>({
                            .name = "event/rc11/manual_pulse",
                            .threads = 3,
                            .description = "manual reset: one sets and resets, one sets, one waits; it may miss both",
                            .expected = verified(86),
                            .must_reach = wake_owed,
                            .may_stay_blocked = true,
                        }),
                        check_scenario<count_by_turns<world, 3>, spec::event<true>>({
                            .name = "event/rc11/automatic_three",
                            .threads = 3,
                            .description = "automatic reset: three count by turns",
                            .expected = verified(13825),
                            .must_reach = two_sleep,
                            .mutants = {{"a3_lost_flag", writes("A3", event_word::unset, event_word::set), lost, &event_word::description}},
                            .same = {2, 3},
                        }),
                        check_scenario<count_by_turns<world, 3>, spec::event<true>>({
                            .name = "event/rc11/automatic_three_any_waiter",
                            .threads = 3,
                            .description = "the same; a wake takes any waiter",
                            .expected = verified(14530),
                            .must_reach = two_sleep,
                            .same = {2, 3},
                            .wakes = checker::wake_order::any_waiter,
                        }),
                        check_scenario<count_by_turns<world, 3>, spec::event<true>>({
                            .name = "event/rc11/automatic_three_spurious_any_waiter",
                            .threads = 3,
                            .description = "the same; each may wake once for no reason",
                            .expected = verified(2572156),
                            .must_reach = two_sleep,
                            .same = {2, 3},
                            .spurious_wake_ups = 1,
                            .wakes = checker::wake_order::any_waiter,
                            .is_long = true,
                        }),
                        check_scenario<count_once_set<world, 4>, spec::event<true>>({
                            .name = "event/rc11/automatic_four",
                            .threads = 4,
                            .description = "automatic reset: set from the start, four count by turns",
                            .expected = verified(70355),
                            .must_reach = three_sleep,
                            .mutants = {{"a3_lost_flag", writes("A3", event_word::unset, event_word::set), lost, &event_word::description}},
                            .same = {1, 4},
                        }),
                        check_scenario<pulse<event_reset::automatic>, spec::event<true>>({
                            .name = "event/rc11/automatic_pulse",
                            .threads = 3,
                            .description = "automatic reset: one sets and resets, one sets, one waits; it may miss both",
                            .expected = verified(54),
                            .must_reach = wake_owed,
                            .may_stay_blocked = true,
                        }),
                        true);

}  // namespace
}  // namespace holdfast::models
