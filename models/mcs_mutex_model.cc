// Scenarios and mutants of impl/mcs_mutex.h. Not for relacy, whose words are not pointers.
#include "checker/runtime/graph_platform.h"
#include "impl/mcs_mutex.h"
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/spec/mutex.h"

namespace holdfast::models {
namespace {

using operation = spec::mutex_operation;
using tested = basic_mcs_mutex<world>;

// Each of the threads locks with a node of its own, counts and unlocks. The last only tries if `Tries`.
template <unsigned Threads, bool Tries = false>
struct counting {
  tested mutex;
  world::plain<unsigned> count{"count", 0};

  void work(tested::node& mine, bool tries = false) {
    bool owns = true;
    record(tries ? operation::give_up : operation::lock, "lock", [&] {
      if (!tries) mutex.lock(mine);
      else owns = mutex.try_lock(mine);
      return owns ? operation::lock : operation::try_lock_busy;
    });
    if (!owns) return;
    count.store(count.load("read") + 1, "write");
    record(operation::unlock, "unlock", [&] {
      mutex.unlock(mine);
      return operation::unlock;
    });
  }
  void finish() {
    const unsigned counted = count.load("read");
    world::expect(counted == Threads || (Tries && counted + 1 == Threads), "whoever locked has counted", "finish");
  }
};

template <unsigned Threads, unsigned Rounds = 1, bool Tries = false>
struct with_kept_nodes : counting<Threads * Rounds, Tries> {
  tested::node nodes[Threads];

  void thread(unsigned self) {
    for (unsigned i = 0; i < Rounds; ++i) this->work(nodes[self - 1], Tries && self == Threads);
  }
};

// A node ends with its thread: a wake may come when it is gone.
template <unsigned Threads>
struct with_own_nodes : counting<Threads> {
  void thread(unsigned) {
    tested::node mine;
    this->work(mine);
  }
};

// The first thread owns the mutex and sees that the second waits. It unlocks and locks again: the second must have had its turn.
struct overtaking {
  tested mutex;
  tested::node nodes[2];
  world::plain<unsigned> turns{"turns", 0};

  overtaking() { mutex.lock(nodes[0]); }
  void thread(unsigned self) {
    tested::node& mine = nodes[self - 1];
    if (self == 1) {
      while (!mutex.has_waiters(mine)) {
      }
      mutex.unlock(mine);
    }
    mutex.lock(mine);
    const unsigned turn = turns.load("read") + 1;
    world::expect(turn == (self == 1 ? 2u : 1u), "whoever came first is served first", "expect");
    turns.store(turn, "write");
    mutex.unlock(mine);
  }
};

// The example of POSIX (pthread_mutex_destroy): whoever finds itself the last user, under the mutex, unlocks and frees it.
template <unsigned Threads>
struct last_user_frees_it {
  struct shared_object {
    tested mutex;
    world::plain<unsigned> users{"users", Threads};
  };
  shared_object* object = new shared_object;

  void thread(unsigned) {
    tested::node mine;
    object->mutex.lock(mine);
    const unsigned left = object->users.load("read") - 1;
    object->users.store(left, "write");
    object->mutex.unlock(mine);
    if (left == 0) delete object;
  }
};

// The words after the tail are those of the nodes: next and state in turn.
template <std::size_t Sleepers>
bool sleep_in_the_queue(const world_view& v) {
  std::size_t asleep = 0;
  for (std::size_t i = 2; i <= 8; i += 2) asleep += v.word(i) != world_view::no_such_word && v.asleep_on(i) == 1;
  return asleep == Sleepers;
}
const situation one{"a thread sleeps in the queue", sleep_in_the_queue<1>};
const situation two{"two threads sleep in the queue", sleep_in_the_queue<2>};

const auto race = violated(violation_kind::data_race, "count");
const auto lost = violated(violation_kind::lost_wake_up, "state");
const auto asleep = violated(violation_kind::unreached, "");

const bool registered =
    (check_scenario<with_kept_nodes<2>, spec::mutex<>>({
         .name = "mcs_mutex/count_to_two",
         .threads = 2,
         .description = "two threads, each counts once",
         .expected = verified(18),
         .must_reach = one,
         .mutants = {{"l2_relaxed", weakened("L2"), race},
                     {"l4_relaxed", weakened("L4"), lost},
                     {"l6_failure_relaxed", weakened_failure("L6"), race},
                     {"l6_lost_state", writes("L6", mcs_word::waiting, mcs_word::waiting), asleep},
                     {"l7_never_sleeps", dropped("L7"), asleep},
                     {"l8_relaxed", weakened("L8"), race},
                     {"u1_relaxed", weakened("U1"), lost},
                     {"u2_relaxed", weakened("U2"), race},
                     {"u4_relaxed", weakened("U4"), lost},
                     {"u5_relaxed", weakened("U5"), race},
                     {"u6_dropped", dropped("U6"), lost}},
     }),
     check_scenario<with_kept_nodes<2>, spec::mutex<>>({
         .name = "mcs_mutex/count_to_two_spinning",
         .threads = 2,
         .description = "the same; a waiter may look once more before it sleeps",
         .expected = verified(74),
         .must_reach = one,
         .mutants = {{"l5_relaxed", weakened("L5"), race}, {"u3_relaxed", weakened("U3"), lost}},
         .spin_rounds = 1,
     }),
     check_scenario<with_kept_nodes<2>, spec::mutex<>>({
         .name = "mcs_mutex/count_to_two_spurious",
         .threads = 2,
         .description = "two threads; each may wake once for no reason",
         .expected = verified(82),
         .must_reach = one,
         .spurious_wake_ups = 1,
         .interruptions = 1,
     }),
     check_scenario<with_kept_nodes<2, 2>, spec::mutex<>>({
         .name = "mcs_mutex/count_twice",
         .threads = 2,
         .description = "two threads, each counts twice with one node",
         .expected = verified(1638),
         .must_reach = one,
     }),
     check_scenario<with_kept_nodes<2, 1, true>, spec::mutex<>>({
         .name = "mcs_mutex/try_lock",
         .threads = 2,
         .description = "one locks, one tries",
         .expected = verified(11),
         .must_reach = one,
         .mutants = {{"t2_relaxed", weakened("T2"), race}},
     }),
     check_scenario<with_own_nodes<2>, spec::mutex<>>({
         .name = "mcs_mutex/own_nodes",
         .threads = 2,
         .description = "two threads, each counts once; their nodes end with them",
         .expected = verified(18),
         .must_reach = one,
     }),
     check_scenario<overtaking>({
         .name = "mcs_mutex/overtaking",
         .threads = 2,
         .description = "whoever unlocks and locks again finds the one that waited served",
         .expected = verified(72),
         .must_reach = one,
     }),
     check_scenario<last_user_frees_it<2>>({
         .name = "mcs_mutex/last_user_frees",
         .threads = 2,
         .description = "whoever is the last user frees the mutex",
         .expected = verified(18),
         .must_reach = one,
     }),
     check_scenario<with_kept_nodes<3>, spec::mutex<>>({
         .name = "mcs_mutex/count_to_three",
         .threads = 3,
         .description = "three threads, each counts once",
         .expected = verified(1110),
         .must_reach = two,
     }),
     check_scenario<with_own_nodes<3>, spec::mutex<>>({
         .name = "mcs_mutex/own_nodes_three",
         .threads = 3,
         .description = "three threads, each counts once; their nodes end with them",
         .expected = verified(1110),
         .must_reach = two,
     }),
     check_scenario<with_kept_nodes<3>, spec::mutex<>>({
         .name = "mcs_mutex/count_to_three_spurious",
         .threads = 3,
         .description = "three threads; each may wake once for no reason",
         .expected = verified(19206),
         .must_reach = two,
         .spurious_wake_ups = 1,
     }),
     check_scenario<with_kept_nodes<4>, spec::mutex<>>({
         .name = "mcs_mutex/count_to_four",
         .threads = 4,
         .description = "four threads, each counts once",
         .expected = verified(179544),
         .must_reach = two,
     }),
     true);

}  // namespace
}  // namespace holdfast::models
