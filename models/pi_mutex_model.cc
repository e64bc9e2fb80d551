// Scenarios and mutants of impl/pi_mutex.h.
#include "impl/mutex.h"
#include "impl/pi_mutex.h"
#include "models/both_engines.h"
#include "models/mutex_scenarios.h"
#include "models/spec/mutex.h"
#include "models/spec/mutex_pair.h"

namespace holdfast::models {
namespace {

template <class World, scope Scope = scope::process_private>
using tested = basic_pi_mutex<World, Scope>;

template <class World>
using two_count = count_scenario<World, tested<World>, 2>;
template <class World>
using two_count_shared = count_scenario<World, tested<World, scope::process_shared>, 2>;
template <class World>
using two_count_twice = count_scenario<World, tested<World>, 2, 2>;
template <class World>
using three_count = count_scenario<World, tested<World>, 3>;
template <class World>
using four_count = count_scenario<World, tested<World>, 4>;
template <class World>
using one_tries = try_scenario<World, tested<World>, 2>;
template <class World>
using one_of_two_gives_up = timed_scenario<World, tested<World>, 2>;
template <class World>
using one_of_three_gives_up = timed_scenario<World, tested<World>, 3>;
template <class World>
using two_count_without = count_scenario<World, basic_mutex<World>, 2>;
template <class World>
using misused = misuse_scenario<World, tested<World>>;

// Two mutexes, and a count that each protects.
template <class World>
class pair_of_mutexes {
  using operation = spec::pair_operation;
  using mutex_type = tested<World>;
  using count_type = typename World::template plain<unsigned>;
  using site = typename World::site;

 public:
  void lock_a(site at) { lock(a_, operation::lock_a, at); }
  void lock_b(site at) { lock(b_, operation::lock_b, at); }
  bool try_lock_b(site at) {
    bool owns = false;
    record<World>(operation::give_up, at, [&] {
      owns = b_.try_lock_until(World::deadline::at_any_moment());
      return owns ? operation::lock_b : operation::give_up;
    });
    return owns;
  }
  void count_and_unlock_a(site at) { count_and_unlock(a_, count_a_, operation::unlock_a, at); }
  void count_and_unlock_b(site at) { count_and_unlock(b_, count_b_, operation::unlock_b, at); }

 private:
  static void lock(mutex_type& m, operation which, const site& at) {
    record<World>(which, at, [&] {
      m.lock();
      return which;
    });
  }
  static void count_and_unlock(mutex_type& m, count_type& count, operation which, const site& at) {
    count.store(count.load("read") + 1, "write");
    record<World>(which, at, [&] {
      m.unlock();
      return which;
    });
  }

  mutex_type a_;
  mutex_type b_;
  count_type count_a_{"count_a", 0};
  count_type count_b_{"count_b", 0};
};

// The most urgent waits for b, whose owner waits for a, whose owner is the least urgent. With a fourth, the third but waits for a.
template <class World, unsigned Threads = 3, bool GivesUp = false>
struct chained : pair_of_mutexes<World> {
  void thread(unsigned self) {
    if (self == Threads) {
      if (GivesUp) {
        if (!this->try_lock_b("try_lock_until b")) return;
      } else {
        this->lock_b("lock b");
      }
      return this->count_and_unlock_b("unlock b");
    }
    if (self == 2) this->lock_b("lock b");
    this->lock_a("lock a");
    this->count_and_unlock_a("unlock a");
    if (self == 2) this->count_and_unlock_b("unlock b");
  }
};

template <class World>
using chain_of_three = chained<World>;
template <class World>
using sinking_chain = chained<World, 3, true>;
template <class World>
using chain_with_rival = chained<World, 4>;

// Each takes both, the first a before b, the second b before a.
template <class World>
struct cyclic : pair_of_mutexes<World> {
  void thread(unsigned self) {
    if (self == 1) this->lock_a("lock a");
    this->lock_b("lock b");
    if (self == 2) this->lock_a("lock a");
    this->count_and_unlock_a("unlock a");
    this->count_and_unlock_b("unlock b");
  }
};

template <std::size_t Sleepers>
bool sleep(const world_view& v) {
  return v.asleep_on(0) == Sleepers;
}
bool is_owned_by_first(const world_view& v) { return v.word(0) == 1; }
bool are_chained(const world_view& v) {
  return v.word(0) == (pi_word::waiters | 1u) && v.word(1) == (pi_word::waiters | 2u) && v.asleep_on(0) == 1 && v.asleep_on(1) == 1;
}
bool chain_has_sunk(const world_view& v) { return v.word(1) == (pi_word::waiters | 2u) && v.asleep_on(0) == 1 && v.asleep_on(1) == 0; }

const situation one_sleeps_on_it{"a thread sleeps", sleep<1>};
const situation two_sleep_on_it{"two threads sleep at once", sleep<2>};
const situation three_sleep_on_it{"three threads sleep at once", sleep<3>};
const situation owned_by_first{"the first thread owns it", is_owned_by_first};
const situation chain{"the urgent one waits for b, whose owner waits for a", are_chained};
const situation rival{"two wait for a, one of whom owns b, and one for b", [](const world_view& v) {
                        return v.word(0) == (pi_word::waiters | 1u) && v.word(1) == (pi_word::waiters | 2u) && v.asleep_on(0) == 2 &&
                               v.asleep_on(1) == 1;
                      }};
const situation sunk_chain{"the urgent one has given up, and the owner of b waits for a", chain_has_sunk};

const auto race = violated(violation_kind::data_race, "count");

bool takes_a_mutex(unsigned char operation) {
  using enum spec::mutex_operation;
  const auto o = static_cast<spec::mutex_operation>(operation);
  return o == lock || o == give_up;
}

bool takes_one_of_two(unsigned char operation) {
  using enum spec::pair_operation;
  const auto o = static_cast<spec::pair_operation>(operation);
  return o == lock_a || o == lock_b || o == give_up;
}

// Threads differ by their ids, which are in the word, and here by their priorities: none are alike.
scenario_check of(scenario_check c, std::vector<unsigned> priorities) {
  c.threads = static_cast<unsigned>(priorities.size());
  c.priorities = std::move(priorities);
  if (c.takes_lock == nullptr) c.takes_lock = takes_a_mutex;
  return c;
}

template <template <class> class Scenario>
bool check_pi(scenario_check c, std::vector<unsigned> priorities, relacy_check r) {
  return check_in_both<Scenario, spec::mutex<>>(of(std::move(c), std::move(priorities)), std::move(r));
}

const bool in_both =
    (check_pi<two_count>({.name = "pi_mutex/count_to_two",
                          .description = "two threads, each counts once",
                          .expected = verified(6),
                          .must_reach = one_sleeps_on_it,
                          .mutants = {{"l1_relaxed", weakened("L1"), race},
                                      {"l2_dropped", dropped("L2"), race},
                                      {"u1_relaxed", weakened("U1"), race},
                                      {"u2_dropped", dropped("U2"), violated(violation_kind::lost_wake_up, "pi")}}},
                         {10, 20}, {.executions = 6}),
     check_pi<two_count_twice>({.name = "pi_mutex/count_twice", .description = "two threads, each counts twice", .expected = verified(108)},
                               {10, 20}, {.executions = 256}),
     check_pi<three_count>({.name = "pi_mutex/count_to_three",
                            .description = "three threads of three priorities, each counts once",
                            .expected = verified(144),
                            .must_reach = two_sleep_on_it},
                           {10, 20, 30}, {.executions = 270}),
     check_pi<four_count>({.name = "pi_mutex/count_to_four",
                           .description = "four threads of three priorities, each counts once",
                           .expected = verified(9600),
                           .must_reach = three_sleep_on_it},
                          {10, 20, 20, 30}, {.executions = 50160}),
     check_pi<one_tries>({.name = "pi_mutex/try_lock",
                          .description = "one locks, one tries",
                          .expected = verified(5),
                          .must_reach = owned_by_first,
                          .mutants = {{"t1_relaxed", weakened("T1"), race}}},
                         {10, 20}, {.executions = 5}),
     check_pi<one_of_two_gives_up>({.name = "pi_mutex/timed_lock_two",
                                    .description = "one locks, one gives up at any moment",
                                    .expected = verified(8),
                                    .must_reach = one_sleeps_on_it},
                                   {10, 20}, {.executions = 8}),
     check_pi<one_of_three_gives_up>({.name = "pi_mutex/timed_lock_three",
                                      .description = "three threads; one gives up at any moment",
                                      .expected = verified(236),
                                      .must_reach = two_sleep_on_it},
                                     {10, 20, 30}, {.executions = 450}),
     check_pi<two_count_shared>({.name = "pi_mutex/process_shared",
                                 .description = "two threads and a process-shared mutex",
                                 .expected = verified(6),
                                 .must_reach = one_sleeps_on_it},
                                {10, 20}, {.executions = 6}),
     check_pi<two_count_without>({.name = "pi_mutex/without_inheritance",
                                  .description = "mutex in its place: nobody lends the owner a priority",
                                  .expected = violated(violation_kind::inversion, "mutex")},
                                 {10, 20}, {.executions = 8}),
     check_pi<misused>(
         {.name = "pi_mutex/unlock_of_free", .description = "unlocks what nobody holds", .expected = violated(violation_kind::misuse, "")},
         {10, 20}, {.executions = 1}),
     true);

template <template <class> class Scenario>
bool check_pair(scenario_check c, std::vector<unsigned> priorities, relacy_check r) {
  c.takes_lock = takes_one_of_two;
  return check_in_both<Scenario, spec::mutex_pair>(of(std::move(c), std::move(priorities)), std::move(r));
}

const bool pairs_in_both = (check_pair<chain_of_three>({.name = "pi_mutex/chain",
                                                        .description = "the most urgent waits for an owner that waits for the least urgent",
                                                        .expected = verified(36),
                                                        .must_reach = chain},
                                                       {10, 20, 30}, {.executions = 2358}),
                            check_pair<sinking_chain>({.name = "pi_mutex/chain_give_up",
                                                       .description = "the same; the most urgent gives up at any moment",
                                                       .expected = verified(48),
                                                       .must_reach = sunk_chain},
                                                      {10, 20, 30}, {.executions = 4857}),
                            true);

// In the graph engine alone.
bool register_rival() {
  scenario_check c{.name = "pi_mutex/rc11/chain_rival",
                   .description = "the owner of b, for which the most urgent waits, and a rival that is more urgent both wait for a",
                   .expected = verified(872),
                   .must_reach = rival};
  c.takes_lock = takes_one_of_two;
  return check_scenario<chain_with_rival<world>, spec::mutex_pair>(of(std::move(c), {10, 20, 30, 40}));
}
const bool in_graphs = register_rival();

// What whoever closes a cycle does when the kernel refuses it, the graph engine does not explore.
bool register_cycle() {
  using cycle = cyclic<checker::relacy_platform>;
  scenario_check c{.name = "pi_mutex/cycle", .description = "two take two mutexes in different orders"};
  c.takes_lock = takes_one_of_two;
  c = of(std::move(c), {10, 20});
  checker::relacy::register_exploration(exploration_of<cycle, spec::mutex_pair>(c), c.description, violated(violation_kind::misuse, ""));
  return true;
}
const bool in_relacy = register_cycle();

}  // namespace
}  // namespace holdfast::models
