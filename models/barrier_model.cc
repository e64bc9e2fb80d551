// Scenarios and mutants of impl/barrier.h.
#include "impl/barrier.h"
#include "models/both_engines.h"
#include "models/spec/barrier.h"

namespace holdfast::models {
namespace {

using operation = spec::barrier_operation;

// A barrier whose operations are recorded for its specification.
template <class World, class Completion = no_completion, scope Scope = scope::process_private>
class observed_barrier {
  using site = typename World::site;
  using barrier = basic_barrier<World, Completion, Scope>;

 public:
  explicit observed_barrier(unsigned expected, Completion completion = Completion()) : barrier_(expected, completion) {}

  typename barrier::arrival_token arrive(site at) {
    World::begin_operation(static_cast<unsigned char>(operation::arrive), at);
    auto token = barrier_.arrive();
    World::end_operation(static_cast<unsigned char>(operation::arrive));
    return token;
  }
  void arrive_and_drop(site at) {
    record<World>(operation::drop, at, [&] {
      barrier_.arrive_and_drop();
      return operation::drop;
    });
  }
  void wait(typename barrier::arrival_token&& token, site at) {
    record<World>(operation::wait, at, [&] {
      barrier_.wait(std::move(token));
      return operation::wait;
    });
  }
  bool timed_wait(const typename barrier::arrival_token& token, site at) {
    bool ended = false;
    record<World>(operation::give_up, at, [&] {
      ended = barrier_.try_wait_until(token, World::deadline::at_any_moment());
      return ended ? operation::wait : operation::give_up;
    });
    return ended;
  }
  void meet() { wait(arrive("arrive"), "wait"); }

 private:
  barrier barrier_;
};

// Each thread writes what is its own, meets the others, and reads what is theirs; so many times.
template <class World, unsigned Threads, unsigned Rounds, scope Scope = scope::process_private>
struct exchange_data {
  observed_barrier<World, no_completion, Scope> barrier{Threads};
  typename World::template plain<unsigned> first{"first", 0};
  typename World::template plain<unsigned> second{"second", 0};

  void thread(unsigned self) {
    for (unsigned round = 1; round <= Rounds; ++round) {
      if (round != 1) barrier.meet();
      if (self <= 2) (self == 1 ? first : second).store(round, "write");
      barrier.meet();
      if (self != 1) World::expect(first.load("read") == round, "the first has written", "expect");
      if (self != 2) World::expect(second.load("read") == round, "the second has written", "expect");
    }
  }
};
template <class World>
using two = exchange_data<World, 2, 1>;
template <class World>
using two_shared = exchange_data<World, 2, 1, scope::process_shared>;
template <class World>
using two_twice = exchange_data<World, 2, 2>;

// Two write and arrive; the third meets them, and reads.
template <class World>
struct two_arrive {
  observed_barrier<World> barrier{3};
  typename World::template plain<unsigned> first{"first", 0};
  typename World::template plain<unsigned> second{"second", 0};

  void thread(unsigned self) {
    if (self == 3) {
      barrier.meet();
      World::expect(first.load("read") + second.load("read") == 2, "both have written", "expect");
    } else {
      (self == 1 ? first : second).store(1, "write");
      static_cast<void>(barrier.arrive("arrive"));
    }
  }
};

// The completion adds up what both have written, and both read the sum.
template <class World>
struct add_up {
  typename World::template plain<unsigned> first{"first", 0};
  typename World::template plain<unsigned> second{"second", 0};
  typename World::template plain<unsigned> sum{"sum", 0};

  struct completion {
    add_up* of;
    void operator()() const noexcept { of->sum.store(of->first.load("add") + of->second.load("add"), "add"); }
  };
  observed_barrier<World, completion> barrier{2, completion{this}};

  void thread(unsigned self) {
    (self == 1 ? first : second).store(self, "write");
    barrier.meet();
    World::expect(sum.load("read") == 3, "the sum is there", "expect");
  }
};

// The second looks for a while, and at last waits.
template <class World>
struct give_up {
  observed_barrier<World> barrier{2};
  typename World::template plain<unsigned> first{"first", 0};

  void thread(unsigned self) {
    if (self == 1) {
      first.store(1, "write");
      barrier.meet();
      return;
    }
    auto token = barrier.arrive("arrive");
    if (!barrier.timed_wait(token, "timed_wait")) barrier.wait(std::move(token), "wait");
    World::expect(first.load("read") == 1, "the first has written", "expect");
  }
};

// The second leaves after the first phase; the first goes through another alone.
template <class World>
struct drop {
  observed_barrier<World> barrier{2};
  typename World::template plain<unsigned> second{"second", 0};

  void thread(unsigned self) {
    if (self == 1) {
      barrier.meet();
      World::expect(second.load("read") == 1, "the second has written", "expect");
      barrier.meet();
    } else {
      second.store(1, "write");
      barrier.arrive_and_drop("arrive_and_drop");
    }
  }
};

// Of three the third leaves after the first phase.
struct drop_of_three {
  observed_barrier<world> barrier{3};

  void thread(unsigned self) {
    if (self == 3) return barrier.arrive_and_drop("arrive_and_drop");
    barrier.meet();
    barrier.meet();
  }
};

// As pthread_barrier is used, without a record.
template <class World, unsigned Threads, unsigned Rounds>
struct arrive_and_wait {
  basic_barrier<World> barrier{Threads};
  typename World::template plain<unsigned> turn{"turn", 0};

  void thread(unsigned self) {
    for (unsigned round = 0; round < Rounds; ++round) {
      if (self == round % Threads + 1) turn.store(turn.load("count") + 1, "count");
      barrier.arrive_and_wait();
    }
    World::expect(turn.load("read") == Rounds, "every turn counts", "expect");
  }
};
template <unsigned Bits, unsigned Threads, unsigned Rounds>
using narrow_rounds = arrive_and_wait<checker::narrow_graph_platform<Bits>, Threads, Rounds>;

// The first waits for a phase, while the second goes through that and another.
template <unsigned Bits>
struct lapped {
  using narrow = checker::narrow_graph_platform<Bits>;
  basic_barrier<narrow> barrier{2};

  void thread(unsigned self) {
    if (self == 1) return barrier.arrive_and_wait();
    barrier.arrive_and_wait();
    static_cast<void>(barrier.arrive(2));
  }
};

// The only waiter destroys the barrier at once.
struct destroyed_after_wait {
  observed_barrier<world>* barrier = new observed_barrier<world>(2);

  void thread(unsigned self) {
    if (self == 1) {
      static_cast<void>(barrier->arrive("arrive"));
    } else {
      barrier->meet();
      delete barrier;
    }
  }
};

// Of two waiters the one that knows that the other has returned destroys the barrier.
struct destroyed_by_the_last {
  basic_barrier<world>* barrier = new basic_barrier<world>(2);
  world::atomic<unsigned> left{left_word, 0};

  static constexpr field number_fields[] = {{"number", 0, 32, {}}};
  static constexpr layout left_word{"left", number_fields};

  void thread(unsigned) {
    barrier->arrive_and_wait();
    if (left.fetch_add(1, order::acq_rel, "leave") == 1) delete barrier;
  }
};

template <class World>
struct one_too_many {
  basic_barrier<World> barrier{1};

  void thread(unsigned self) {
    if (self == 1) static_cast<void>(barrier.arrive(2));
  }
};

// The phase is the third word.
template <std::size_t Sleepers>
bool sleep_on_the_phase(const world_view& v) {
  return v.asleep_on(2) == Sleepers;
}
bool sleeps_though_it_ended(const world_view& v) { return v.asleep_on(2) == 1 && v.word(2) == barrier_word::one_phase; }
const situation one_sleeps{"a thread sleeps", sleep_on_the_phase<1>};
const situation two_sleep{"two threads sleep at once", sleep_on_the_phase<2>};
const situation three_sleep{"three threads sleep at once", sleep_on_the_phase<3>};
const situation wake_owed{"a thread sleeps although its phase has ended: a wake is owed", sleeps_though_it_ended};
const situation wrapped{"the phase has wrapped", [](const world_view& v) { return v.word(2) == 0 && v.word(0) == 1; }};
const auto first_race = violated(violation_kind::data_race, "first");
const auto second_race = violated(violation_kind::data_race, "second");
const auto lost = violated(violation_kind::lost_wake_up, "phase");

const bool in_both =
    (check_in_both<two, spec::barrier<2>>({.name = "barrier/two",
                                           .description = "two threads meet once",
                                           .expected = verified(16),
                                           .must_reach = wake_owed,
                                           .mutants = {{"a2_acquire", weakened("A2", order::acquire), first_race},
                                                       {"a2_release", weakened("A2", order::release), first_race},
                                                       {"a5_relaxed", weakened("A5"), second_race},
                                                       {"w1_relaxed", weakened("W1"), second_race},
                                                       {"w3_relaxed", weakened("W3"), second_race},
                                                       {"a6_dropped", dropped("A6"), lost},
                                                       {"w5_never_sleeps", dropped("W5"), violated(violation_kind::unreached, "")}}},
                                          {.executions = 3658}),
     check_in_both<two, spec::barrier<2>>({.name = "barrier/two_spinning",
                                           .description = "the same; a spinner may look once more before it sleeps",
                                           .expected = verified(32),
                                           .must_reach = one_sleeps,
                                           .mutants = {{"w2_relaxed", weakened("W2"), first_race}},
                                           .spin_rounds = 1},
                                          {.executions = 10446, .unseen = {"w2_relaxed"}}),
     check_in_both<two, spec::barrier<2>>({.name = "barrier/two_spurious",
                                           .description = "the same; each may wake once for no reason",
                                           .expected = verified(80),
                                           .must_reach = wake_owed,
                                           .spurious_wake_ups = 1,
                                           .interruptions = 1},
                                          {.executions = 231134}),
     check_in_both<two_shared, spec::barrier<2>>({.name = "barrier/process_shared",
                                                  .description = "the same with a process-shared barrier",
                                                  .expected = verified(16),
                                                  .must_reach = wake_owed},
                                                 {.executions = 3658}),
     check_in_both<add_up, spec::barrier<2>>({.name = "barrier/completion",
                                              .description = "the completion reads what both have written, and both read what it has",
                                              .expected = verified(16),
                                              .must_reach = one_sleeps},
                                             {.executions = 3658}),
     check_in_both<give_up, spec::barrier<2>>({.name = "barrier/timed",
                                               .description = "one gives up at any moment, and then waits",
                                               .expected = verified(26),
                                               .must_reach = one_sleeps},
                                              {.executions = 30027}),
     check_in_both<drop, spec::barrier<2>>(
         {.name = "barrier/drop", .description = "one leaves, the other goes on alone", .expected = verified(9), .must_reach = one_sleeps},
         {.executions = 2691}),
     check_in_both<one_too_many>({.name = "barrier/one_too_many",
                                  .description = "two arrivals where one is expected",
                                  .expected = violated(violation_kind::misuse, "")},
                                 {.executions = 1}),
     check_in_both<two_arrive, spec::barrier<3>>(
         {.name = "barrier/two_arrive",
          .threads = 3,
          .description = "two arrive, the third waits for them",
          .expected = verified(46),
          .must_reach = wake_owed,
          .mutants = {{"a2_acquire", weakened("A2", order::acquire), first_race}, {"a6_dropped", dropped("A6"), lost}}},
         {.executions = 19488}),
     true);

// relacy's searches are long if two of three threads wait, and it has no heap within a scenario.
const bool in_graphs = (check_scenario<destroyed_after_wait, spec::barrier<2>>({
                            .name = "barrier/rc11/destroy",
                            .description = "the only waiter destroys the barrier as soon as its wait returns",
                            .expected = verified(9),
                            .must_reach = wake_owed,
                        }),
                        check_scenario<destroyed_by_the_last>({
                            .name = "barrier/rc11/destroyed_by_the_last",
                            .description = "of two waiters the last to leave destroys the barrier",
                            .expected = verified(16),
                            .must_reach = wake_owed,
                            .same = {1, 2},
                        }),
                        check_scenario<two_twice<world>, spec::barrier<2>>({
                            .name = "barrier/rc11/two_twice",
                            .description = "two threads write and read twice, in three phases",
                            .expected = verified(11560),
                            .must_reach = wake_owed,
                        }),
                        check_scenario<exchange_data<world, 3, 1>, spec::barrier<3>>({
                            .name = "barrier/rc11/three",
                            .threads = 3,
                            .description = "three threads meet once",
                            .expected = verified(1092),
                            .must_reach = two_sleep,
                        }),
                        check_scenario<exchange_data<world, 3, 1>, spec::barrier<3>>({
                            .name = "barrier/rc11/three_spurious_any_waiter",
                            .threads = 3,
                            .description = "the same; a wake takes any waiter; each may wake once for no reason",
                            .expected = verified(29894),
                            .must_reach = two_sleep,
                            .spurious_wake_ups = 1,
                            .wakes = checker::wake_order::any_waiter,
                        }),
                        check_scenario<arrive_and_wait<world, 2, 2>>({
                            .name = "barrier/rc11/arrive_and_wait",
                            .description = "two threads count in turn, a phase each",
                            .expected = verified(424),
                            .must_reach = one_sleeps,
                        }),
                        check_scenario<arrive_and_wait<world, 3, 2>>({
                            .name = "barrier/rc11/three_twice",
                            .threads = 3,
                            .description = "three threads meet twice",
                            .expected = verified(3414120),
                            .must_reach = two_sleep,
                            .is_long = true,
                        }),
                        check_scenario<drop_of_three, spec::barrier<3>>({
                            .name = "barrier/rc11/drop_of_three",
                            .threads = 3,
                            .description = "one of three leaves, the others meet again",
                            .expected = verified(7332),
                            .must_reach = two_sleep,
                            .same = {1, 2},
                        }),
                        check_scenario<exchange_data<world, 4, 1>, spec::barrier<4>>({
                            .name = "barrier/rc11/four",
                            .threads = 4,
                            .description = "four threads meet once",
                            .expected = verified(62708),
                            .must_reach = three_sleep,
                            .same = {3, 4},
                        }),
                        check_scenario<narrow_rounds<2, 2, 3>>({
                            .name = "barrier/rc11/one_bit_three_phases",
                            .description = "a phase of one bit is enough for two who wait every time",
                            .expected = verified(11608),
                            .must_reach = wrapped,
                        }),
                        check_scenario<lapped<2>>({
                            .name = "barrier/rc11/one_bit_lapped",
                            .description = "a phase of one bit: two phases pass while one waits for the first",
                            .expected = lost,
                        }),
                        check_scenario<lapped<3>>({
                            .name = "barrier/rc11/two_bits_lapped",
                            .description = "a phase of two bits does not wrap so soon",
                            .expected = verified(36),
                            .must_reach = one_sleeps,
                        }),
                        true);

}  // namespace
}  // namespace holdfast::models
