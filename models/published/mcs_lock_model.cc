// Scenarios and mutants of models/published/mcs_lock.h.
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/published/mcs_lock.h"
#include "models/spec/mutex.h"

namespace holdfast::models {
namespace {

using operation = spec::mutex_operation;
using tested = published::mcs_lock<world>;

// Each of the threads locks with a node of its own, counts and unlocks, `Rounds` times.
template <unsigned Threads, unsigned Rounds = 1>
struct counting {
  tested lock;
  world::plain<unsigned> count{"count", 0};

  void work(tested::node& mine) {
    for (unsigned i = 0; i < Rounds; ++i) {
      record(operation::lock, "lock", [&] {
        lock.lock(mine);
        return operation::lock;
      });
      count.store(count.load("read") + 1, "write");
      record(operation::unlock, "unlock", [&] {
        lock.unlock(mine);
        return operation::unlock;
      });
    }
  }
  void finish() { world::expect(count.load("read") == Threads * Rounds, "every increment counts", "finish"); }
};

template <unsigned Threads, unsigned Rounds = 1>
struct count_with_nodes : counting<Threads, Rounds> {
  tested::node nodes[Threads];

  void thread(unsigned self) { this->work(nodes[self - 1]); }
};

// A node ends with its thread.
template <unsigned Threads>
struct count_with_own_nodes : counting<Threads> {
  void thread(unsigned) {
    tested::node mine;
    this->work(mine);
  }
};

// The words after the tail are those of the nodes; no pointer has that value.
template <unsigned Waiting>
bool threads_wait(const world_view& v) {
  unsigned found = 0;
  for (unsigned i = 1; i <= 2 * (Waiting + 1); ++i) found += v.word(i) == published::mcs_word::waiting;
  return found == Waiting;
}

const auto race = violated(violation_kind::data_race, "count");
const auto spins = violated(violation_kind::livelock, "");

const bool registered =
    (check_scenario<count_with_nodes<2>, spec::mutex<>>({
         .name = "mcs_lock/count_to_two",
         .threads = 2,
         .description = "two threads, each counts once",
         .expected = verified(6),
         .must_reach = situation{"a thread waits in the queue", threads_wait<1>},
         .mutants = {{"l2_relaxed", weakened("L2"), race},
                     {"l4_relaxed", weakened("L4"), spins},
                     {"l5_relaxed", weakened("L5"), race},
                     {"u1_relaxed", weakened("U1"), spins},
                     {"u2_relaxed", weakened("U2"), race},
                     {"u3_relaxed", weakened("U3"), spins},
                     {"u4_relaxed", weakened("U4"), race}},
     }),
     check_scenario<count_with_nodes<2, 2>, spec::mutex<>>({
         .name = "mcs_lock/count_twice",
         .threads = 2,
         .description = "two threads, each counts twice with one node",
         .expected = verified(78),
         .must_reach = situation{"a thread waits in the queue", threads_wait<1>},
     }),
     check_scenario<count_with_own_nodes<2>, spec::mutex<>>({
         .name = "mcs_lock/own_nodes",
         .threads = 2,
         .description = "two threads, each counts once; their nodes end with them",
         .expected = verified(6),
         .must_reach = situation{"a thread waits in the queue", threads_wait<1>},
     }),
     check_scenario<count_with_nodes<3>, spec::mutex<>>({
         .name = "mcs_lock/count_to_three",
         .threads = 3,
         .description = "three threads, each counts once",
         .expected = verified(66),
         .must_reach = situation{"two threads wait in the queue", threads_wait<2>},
     }),
     check_scenario<count_with_nodes<4>, spec::mutex<>>({
         .name = "mcs_lock/count_to_four",
         .threads = 4,
         .description = "four threads, each counts once",
         .expected = verified(1080),
         .must_reach = situation{"three threads wait in the queue", threads_wait<3>},
     }),
     true);

}  // namespace
}  // namespace holdfast::models
