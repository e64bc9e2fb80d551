// Scenarios and mutants of impl/event_count.h.
#include "impl/event_count.h"
#include "models/both_engines.h"
#include "models/spec/event_count.h"
#include "models/wait_scenarios.h"

namespace holdfast::models {
namespace {

using operation = spec::event_count_operation;
template <unsigned Bits>
using narrow_world = checker::narrow_graph_platform<Bits>;

// As the scenarios of waiting call it.
template <class World, scope Scope = scope::process_private>
struct facility {
  basic_event_count<World, Scope> count;

  template <class Test>
  void wait(const Test& test) {
    count.await(test);
  }
  void notify_all() { count.notify_all(); }
};

// An event count whose operations are recorded for its specification.
template <class World>
class observed_event_count {
  using site = typename World::site;

 public:
  using key = typename basic_event_count<World>::key;

  key prepare_wait(site at) {
    World::begin_operation(static_cast<unsigned char>(operation::prepare), at);
    const key prepared = count_.prepare_wait();
    World::end_operation(static_cast<unsigned char>(operation::prepare));
    return prepared;
  }
  void cancel_wait(site at) {
    record<World>(operation::leave, at, [&] {
      count_.cancel_wait();
      return operation::leave;
    });
  }
  void wait(key prepared, site at) {
    record<World>(operation::wait, at, [&] {
      count_.wait(prepared);
      return operation::woken;
    });
  }
  bool timed_wait(key prepared, site at) {
    bool notified = false;
    record<World>(operation::timed_wait, at, [&] {
      notified = count_.wait_until(prepared, World::deadline::at_any_moment());
      return notified ? operation::woken : operation::leave;
    });
    return notified;
  }
  void notify_one(site at) {
    record<World>(operation::notify_one, at, [&] {
      count_.notify_one();
      return operation::notify_one;
    });
  }
  void notify_all(site at) {
    record<World>(operation::notify_all, at, [&] {
      count_.notify_all();
      return operation::notify_all;
    });
  }

 private:
  basic_event_count<World> count_;
};

// The first writes and notifies; the second waits for a notification, whatever for, and reads if none of its own preparation was missed.
template <class World>
struct notified_data {
  observed_event_count<World> count;
  typename World::template plain<unsigned> data{"data", 0};

  void thread(unsigned self) {
    if (self == 1) {
      data.store(1, "write");
      count.notify_all("notify_all");
    } else {
      count.wait(count.prepare_wait("prepare"), "wait");
      World::expect(data.load("read") == 1, "what came before the notification is visible", "expect");
    }
  }
};

// So many prepare and wait, the first one notifies as often as the others are.
template <class World, unsigned Notifications>
struct notify_one_by_one {
  observed_event_count<World> count;

  void thread(unsigned self) {
    if (self == 1) {
      for (unsigned i = 0; i < Notifications; ++i) count.notify_one("notify_one");
    } else {
      count.wait(count.prepare_wait("prepare"), "wait");
    }
  }
};

// One notifies one; of two that prepare one gives up, or thinks better of it.
template <class World, bool Cancels>
struct leave_beside_a_waiter {
  observed_event_count<World> count;

  void thread(unsigned self) {
    if (self == 1) return count.notify_one("notify_one");
    const auto prepared = count.prepare_wait("prepare");
    if (self == 2) return count.wait(prepared, "wait");
    if constexpr (Cancels) {
      count.cancel_wait("cancel");
    } else if (count.timed_wait(prepared, "timed_wait")) {
      count.notify_one("pass on");
    }
  }
};

template <class World>
using wait_for_another = wait_for_change<facility<World>, World>;
template <class World>
using wait_for_another_shared = wait_for_change<facility<World, scope::process_shared>, World>;
template <class World>
using cancel_beside_a_waiter = leave_beside_a_waiter<World, true>;

// Two wait for an item each; the first thread brings two, and notifies one for each.
struct two_items {
  basic_event_count<world> count;
  world::atomic<unsigned> items{waited_for, 0};

  bool take() {
    unsigned n = items.load(order::relaxed, "look");
    while (n != 0) {
      if (items.compare_exchange_strong(n, n - 1, order::relaxed, order::relaxed, "take")) return true;
    }
    return false;
  }
  void thread(unsigned self) {
    if (self != 1) return count.await([this] { return take(); });
    for (unsigned i = 0; i < 2; ++i) {
      items.fetch_add(1, order::relaxed, "bring");
      count.notify_one();
    }
  }
};

// The first changes the value in the end, after notifications for nothing: so many in all.
template <unsigned Bits, unsigned Notifications>
struct wait_for_the_last {
  basic_event_count<narrow_world<Bits>> count;
  world::atomic<unsigned> value{waited_for, 0};

  void thread(unsigned self) {
    if (self != 1) return count.await([this] { return value.load(order::relaxed, "test") != 0; });
    for (unsigned i = 1; i <= Notifications; ++i) {
      if (i == Notifications) value.store(1, order::relaxed, "change");
      count.notify_all();
    }
  }
};

const situation one_sleeps{"a thread sleeps", sleep_on_version<1>};
const situation two_sleep{"two threads sleep at once", sleep_on_version<2>};
const situation three_sleep{"three threads sleep at once", sleep_on_version<3>};
const situation wake_owed{"a thread sleeps although the epoch has changed: a wake is owed",
                          [](const world_view& v) { return v.asleep_on(0) == 1 && v.word(0) == 1; }};
const auto lost = violated(violation_kind::lost_wake_up, "epoch");
const auto race = violated(violation_kind::data_race, "data");
const auto unreached = violated(violation_kind::unreached, "");

const bool in_both =
    (check_in_both<wait_for_another>({.name = "event_count/two",
                                      .description = "one waits for a value, one changes it",
                                      .expected = verified(9),
                                      .must_reach = wake_owed,
                                      .mutants = {{"p2_relaxed", weakened("P2"), lost},
                                                  {"p2_acq_rel", weakened("P2", order::acq_rel), lost},
                                                  {"p3_relaxed", weakened("P3"), lost},
                                                  {"n1_relaxed", weakened("N1"), lost},
                                                  {"n1_acq_rel", weakened("N1", order::acq_rel), lost},
                                                  {"n4_dropped", dropped("N4"), lost},
                                                  {"w3_never_sleeps", dropped("W3"), unreached}}},
                                     {.executions = 1417}),
     check_in_both<wait_for_another>({.name = "event_count/two_spurious",
                                      .description = "the same; the waiter may wake for no reason",
                                      .expected = verified(25),
                                      .must_reach = wake_owed,
                                      .spurious_wake_ups = 1,
                                      .interruptions = 1},
                                     {.executions = 24335}),
     check_in_both<wait_for_another_shared>({.name = "event_count/process_shared",
                                             .description = "the same with a process-shared event count",
                                             .expected = verified(9),
                                             .must_reach = wake_owed},
                                            {.executions = 1417}),
     check_in_both<notified_data, spec::event_count>({.name = "event_count/data",
                                                      .description = "what comes before a notification is visible to whom it wakes",
                                                      .expected = verified(7),
                                                      .must_reach = wake_owed,
                                                      .mutants = {{"w2_relaxed", weakened("W2"), race}},
                                                      .may_stay_blocked = true},
                                                     {.executions = 283}),
     check_in_both<notified_data, spec::event_count>({.name = "event_count/data_spinning",
                                                      .description = "the same; a spinner may look once more before it sleeps",
                                                      .expected = verified(15),
                                                      .must_reach = one_sleeps,
                                                      .mutants = {{"w1_relaxed", weakened("W1"), race}},
                                                      .may_stay_blocked = true,
                                                      .spin_rounds = 1},
                                                     {.executions = 814}),
     check_in_both<cancel_beside_a_waiter, spec::event_count>({.name = "event_count/cancel",
                                                               .threads = 3,
                                                               .description = "one waits, one prepares and cancels; one is notified",
                                                               .expected = verified(122),
                                                               .must_reach = one_sleeps,
                                                               .mutants = {{"w3_never_sleeps", dropped("W3"), unreached}},
                                                               .may_stay_blocked = true},
                                                              {.executions = 1021277}),
     true);

// relacy's searches are long if two threads wait and one notifies.
const bool in_graphs =
    (check_scenario<wait_for_change<facility<world>>>({.name = "event_count/rc11/three",
                                                       .threads = 3,
                                                       .description = "two wait for a value, one changes it",
                                                       .expected = verified(150),
                                                       .must_reach = two_sleep,
                                                       .same = {2, 3}}),
     check_scenario<notify_one_by_one<world, 1>, spec::event_count>({.name = "event_count/rc11/notify_one",
                                                                     .threads = 3,
                                                                     .description = "two wait, one of them is notified",
                                                                     .expected = verified(124),
                                                                     .must_reach = two_sleep,
                                                                     .same = {2, 3},
                                                                     .may_stay_blocked = true}),
     check_scenario<wait_for_change<facility<world>>>({.name = "event_count/rc11/four",
                                                       .threads = 4,
                                                       .description = "three wait for a value, one changes it",
                                                       .expected = verified(4008),
                                                       .must_reach = three_sleep,
                                                       .mutants = {{"n4_dropped", dropped("N4"), lost}},
                                                       .same = {2, 4}}),
     check_scenario<notify_one_by_one<world, 1>, spec::event_count>({.name = "event_count/rc11/notify_one_of_three",
                                                                     .threads = 4,
                                                                     .description = "three wait, one of them is notified",
                                                                     .expected = verified(2592),
                                                                     .must_reach = three_sleep,
                                                                     .same = {2, 4},
                                                                     .may_stay_blocked = true}),
     check_scenario<notify_one_by_one<world, 2>, spec::event_count>(
         {.name = "event_count/rc11/notify_two",
          .threads = 3,
          .description = "two wait and are notified, one by one; a wake takes any waiter",
          .expected = verified(2735),
          .must_reach = two_sleep,
          .same = {2, 3},
          .may_stay_blocked = true,
          .wakes = checker::wake_order::any_waiter}),
     check_scenario<leave_beside_a_waiter<world, false>, spec::event_count>(
         {.name = "event_count/rc11/timed",
          .threads = 3,
          .description = "two wait, one of them gives up at any moment; one is notified",
          .expected = verified(924),
          .must_reach = two_sleep,
          .may_stay_blocked = true}),
     check_scenario<two_items>({.name = "event_count/rc11/two_items",
                                .threads = 3,
                                .description = "two wait for an item each, one brings two and notifies one for each",
                                .expected = verified(25067),
                                .must_reach = two_sleep,
                                .same = {2, 3}}),
     check_scenario<wait_for_the_last<1, 2>>({.name = "event_count/rc11/one_bit_two_notifications",
                                              .description = "an epoch of one bit and two notifications: it wraps",
                                              .expected = lost}),
     check_scenario<wait_for_the_last<2, 2>>({.name = "event_count/rc11/two_bits_two_notifications",
                                              .description = "an epoch of two bits and two notifications: it does not wrap",
                                              .expected = verified(84),
                                              .must_reach = one_sleeps}),
     check_scenario<wait_for_the_last<2, 3>>({.name = "event_count/rc11/two_bits_three_notifications",
                                              .description = "an epoch of two bits and three notifications: it does not wrap",
                                              .expected = verified(1107),
                                              .must_reach = one_sleeps}),
     true);

}  // namespace
}  // namespace holdfast::models
