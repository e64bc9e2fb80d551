// Scenarios and mutants of impl/latch.h.
#include "impl/latch.h"
#include "models/both_engines.h"
#include "models/spec/latch.h"

namespace holdfast::models {
namespace {

using operation = spec::latch_operation;

// A latch whose operations are recorded for its specification.
template <class World, scope Scope = scope::process_private>
class observed_latch {
  using site = typename World::site;

 public:
  explicit observed_latch(unsigned expected) : latch_(expected) {}

  void count_down(site at) {
    record<World>(operation::count_down, at, [&] {
      latch_.count_down();
      return operation::count_down;
    });
  }
  void wait(site at) {
    record<World>(operation::wait, at, [&] {
      latch_.wait();
      return operation::wait;
    });
  }
  bool try_wait(site at) {
    bool open = false;
    record<World>(operation::wait_busy, at, [&] {
      open = latch_.try_wait();
      return open ? operation::wait : operation::wait_busy;
    });
    return open;
  }
  bool timed_wait(site at) {
    bool open = false;
    record<World>(operation::give_up, at, [&] {
      open = latch_.try_wait_until(World::deadline::at_any_moment());
      return open ? operation::wait : operation::give_up;
    });
    return open;
  }

 private:
  basic_latch<World, Scope> latch_;
};

// What the scenarios share: a latch, and data that is ready when it is open.
template <class World, unsigned Expected, scope Scope = scope::process_private>
struct prepared {
  observed_latch<World, Scope> latch{Expected};
  typename World::template plain<unsigned> first{"first", 0};
  typename World::template plain<unsigned> second{"second", 0};

  void use() {
    World::expect(first.load("use") == 1, "the first is ready", "expect");
    World::expect(second.load("use") == Expected - 1, "the second is ready", "expect");
  }
};

// The first thread prepares something and counts down; the second waits.
template <class World, scope Scope = scope::process_private>
struct one_for_another : prepared<World, 1, Scope> {
  void thread(unsigned self) {
    if (self == 1) {
      this->first.store(1, "prepare");
      this->latch.count_down("count_down");
    } else {
      this->latch.wait("wait");
      this->use();
    }
  }
};
template <class World>
using one_for_another_shared = one_for_another<World, scope::process_shared>;

// Two threads prepare, count down and wait.
template <class World>
struct both_arrive : prepared<World, 2> {
  void thread(unsigned self) {
    (self == 1 ? this->first : this->second).store(1, "prepare");
    this->latch.count_down("count_down");
    this->latch.wait("wait");
    this->use();
  }
};

// The first prepares; the second looks, and then waits for a while.
template <class World>
struct look_and_give_up : prepared<World, 1> {
  void thread(unsigned self) {
    if (self == 1) {
      this->first.store(1, "prepare");
      this->latch.count_down("count_down");
    } else if (this->latch.try_wait("try_wait") || this->latch.timed_wait("timed_wait")) {
      this->use();
    }
  }
};

// Two prepare and count down; the others wait.
template <class World, unsigned Waiters>
struct two_for_others : prepared<World, 2> {
  void thread(unsigned self) {
    if (self <= 2) {
      (self == 1 ? this->first : this->second).store(1, "prepare");
      this->latch.count_down("count_down");
    } else {
      this->latch.wait("wait");
      this->use();
    }
  }
};
template <class World>
using two_for_one = two_for_others<World, 1>;

// The third prepares; of those who wait the second gives up after a while.
template <class World>
struct give_up_beside_a_waiter : prepared<World, 1> {
  void thread(unsigned self) {
    if (self == 3) {
      this->first.store(1, "prepare");
      this->latch.count_down("count_down");
    } else if (self == 1) {
      this->latch.wait("wait");
      this->use();
    } else if (this->latch.timed_wait("timed_wait")) {
      this->use();
    }
  }
};

// The waiter destroys the latch at once.
struct destroyed_after_wait {
  observed_latch<world>* latch = new observed_latch<world>(1);

  void thread(unsigned self) {
    if (self == 1) return latch->count_down("count_down");
    latch->wait("wait");
    delete latch;
  }
};

template <class World>
struct counts_down_too_much {
  basic_latch<World> latch{1};

  void thread(unsigned self) {
    if (self == 1) latch.count_down(2);
  }
};

template <std::size_t Sleepers>
bool sleep_on_it(const world_view& v) {
  return v.asleep_on(0) == Sleepers && latch_word::is_awaited(v.word(0));
}
bool sleeps_on_an_open_one(const world_view& v) {
  return v.asleep_on(0) == 1 && latch_word::is_open(static_cast<std::uint32_t>(v.word(0)));
}
const situation one_sleeps{"a thread sleeps", sleep_on_it<1>};
const situation two_sleep{"two threads sleep at once", sleep_on_it<2>};
const situation wake_owed{"a thread sleeps although the latch is open: a wake is owed", sleeps_on_an_open_one};
const auto race = violated(violation_kind::data_race, "first");
const auto lost = violated(violation_kind::lost_wake_up, "latch");
const auto unreached = violated(violation_kind::unreached, "");

const bool in_both =
    (check_in_both<one_for_another, spec::latch<1>>({.name = "latch/two",
                                                     .description = "one counts down, one waits",
                                                     .expected = verified(5),
                                                     .must_reach = wake_owed,
                                                     .mutants = {{"d1_relaxed", weakened("D1"), race},
                                                                 {"w1_relaxed", weakened("W1"), race},
                                                                 {"w3_relaxed", weakened("W3"), race},
                                                                 {"d2_dropped", dropped("D2"), lost},
                                                                 {"w5_never_sleeps", dropped("W5"), unreached}}},
                                                    {.executions = 11}),
     check_in_both<one_for_another, spec::latch<1>>({.name = "latch/two_spinning",
                                                     .description = "the same; a spinner may look once more before it sleeps",
                                                     .expected = verified(10),
                                                     .must_reach = one_sleeps,
                                                     .mutants = {{"w2_relaxed", weakened("W2"), race}},
                                                     .spin_rounds = 1},
                                                    {.executions = 25}),
     check_in_both<one_for_another, spec::latch<1>>({.name = "latch/two_spurious",
                                                     .description = "the same; the waiter may wake for no reason",
                                                     .expected = verified(21),
                                                     .must_reach = wake_owed,
                                                     .spurious_wake_ups = 1,
                                                     .interruptions = 1},
                                                    {.executions = 79}),
     check_in_both<one_for_another_shared, spec::latch<1>>({.name = "latch/process_shared",
                                                            .description = "the same with a process-shared latch",
                                                            .expected = verified(5),
                                                            .must_reach = wake_owed},
                                                           {.executions = 11}),
     check_in_both<both_arrive, spec::latch<2>>({.name = "latch/both_arrive",
                                                 .description = "two count down, and wait for each other",
                                                 .expected = verified(10),
                                                 .must_reach = one_sleeps},
                                                {.executions = 66}),
     check_in_both<look_and_give_up, spec::latch<1>>({.name = "latch/timed",
                                                      .description = "one counts down, one looks, waits and gives up at any moment",
                                                      .expected = verified(7),
                                                      .must_reach = one_sleeps,
                                                      .mutants = {{"t1_relaxed", weakened("T1"), race}}},
                                                     {.executions = 17}),
     check_in_both<two_for_one, spec::latch<2>>({.name = "latch/two_for_one",
                                                 .threads = 3,
                                                 .description = "two count down, one waits",
                                                 .expected = verified(38),
                                                 .must_reach = one_sleeps,
                                                 .mutants = {{"d2_dropped", dropped("D2"), lost}}},
                                                {.executions = 140}),
     check_in_both<one_for_another, spec::latch<1>>({.name = "latch/one_for_two",
                                                     .threads = 3,
                                                     .description = "one counts down, two wait",
                                                     .expected = verified(38),
                                                     .must_reach = two_sleep,
                                                     .mutants = {{"d2_dropped", dropped("D2"), lost}},
                                                     .same = {2, 3}},
                                                    {.executions = 28244}),
     check_in_both<give_up_beside_a_waiter, spec::latch<1>>({.name = "latch/timed_three",
                                                             .threads = 3,
                                                             .description = "one counts down; one waits, one gives up at any moment",
                                                             .expected = verified(105),
                                                             .must_reach = two_sleep,
                                                             .mutants = {{"d2_dropped", dropped("D2"), lost}}},
                                                            {.executions = 30630}),
     check_in_both<counts_down_too_much>(
         {.name = "latch/counts_down_too_much", .description = "two of one", .expected = violated(violation_kind::misuse, "")},
         {.executions = 1}),
     true);

// relacy has no heap within a scenario, and its searches of four threads are long.
const bool in_graphs =
    (check_scenario<destroyed_after_wait, spec::latch<1>>({.name = "latch/rc11/destroy",
                                                           .description = "the waiter destroys the latch as soon as its wait returns",
                                                           .expected = verified(5),
                                                           .must_reach = wake_owed}),
     check_scenario<two_for_others<world, 2>, spec::latch<2>>({.name = "latch/rc11/two_for_two",
                                                               .threads = 4,
                                                               .description = "two count down, two wait",
                                                               .expected = verified(1016),
                                                               .must_reach = two_sleep,
                                                               .same = {3, 4}}),
     check_scenario<two_for_others<world, 2>, spec::latch<2>>(
         {.name = "latch/rc11/two_for_two_spurious_any_waiter",
          .threads = 4,
          .description = "the same; a wake takes any waiter; each may wake once for no reason",
          .expected = verified(32860),
          .must_reach = two_sleep,
          .same = {3, 4},
          .spurious_wake_ups = 1,
          .wakes = checker::wake_order::any_waiter}),
     true);

}  // namespace
}  // namespace holdfast::models
