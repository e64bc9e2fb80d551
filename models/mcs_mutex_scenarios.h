// mcs_mutex_scenarios: what impl/mcs_mutex.h is put through, with nodes that end and nodes that are left.
#ifndef HOLDFAST_MODELS_MCS_MUTEX_SCENARIOS_H_
#define HOLDFAST_MODELS_MCS_MUTEX_SCENARIOS_H_

#include <cstddef>
#include <cstdint>

#include "checker/runtime/graph_platform.h"
#include "impl/mcs_mutex.h"
#include "impl/word/mcs_word.h"
#include "models/check_scenario.h"
#include "models/mutex_scenarios.h"
#include "models/spec/mutex.h"

namespace holdfast::models::mcs {

using operation = spec::mutex_operation;
using tested = basic_mcs_mutex<world>;
inline constexpr auto left_by_the_second = number("left"), freed_by_the_third = number("freed");

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
    increment();
    unlock(mine);
  }
  void increment() { count.store(count.load("read") + 1, "write"); }
  void unlock(tested::node& mine) {
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

// What a thread does when it has given up.
enum class then { end, come_back, wait_to_be_passed_over, try_again };

// Each counts. The last `Timed` threads may give up at any moment; those that are to come back count after all.
template <unsigned Threads, unsigned Timed, then Then>
struct giving_up : counting<Threads> {
  using counting<Threads>::mutex;

  void thread(unsigned self) {
    if (self + Timed <= Threads) {
      tested::node mine;
      return this->work(mine);
    }
    tested::timed_node mine;
    bool owns = false;
    record(operation::give_up, "try_lock_until", [&] {
      owns = mutex.try_lock_until(mine, world::deadline::at_any_moment());
      return owns ? operation::lock : operation::give_up;
    });
    if (!owns) owns = afterwards(mine);
    if (!owns) return;
    this->increment();
    this->unlock(mine);
  }
  bool afterwards(tested::timed_node& mine) {
    bool owns = false;
    if (Then == then::come_back) {
      record(operation::lock, "lock again", [&] {
        mutex.lock(mine);
        return operation::lock;
      });
      owns = true;
    } else if (Then == then::try_again) {
      record(operation::give_up, "try_lock", [&] {
        owns = mutex.try_lock(mine);
        return owns ? operation::lock : operation::try_lock_busy;
      });
    } else if (Then == then::wait_to_be_passed_over) {
      while (mine.is_queued()) {
      }
    }
    return owns;
  }
  void finish() {
    const unsigned counted = this->count.load("read");
    world::expect(counted <= Threads && counted + (Then == then::come_back ? 0 : Timed) >= Threads, "whoever locked has counted", "finish");
  }
};

// The first thread owns the mutex from the start, until the second has given up and is back. The third came in between.
struct keeping_its_place {
  tested mutex;
  tested::node first;
  world::atomic<const tested::node*> left{left_by_the_second, nullptr};
  world::plain<unsigned> turns{"turns", 0};

  keeping_its_place() { mutex.lock(first); }
  void thread(unsigned self) {
    if (self == 1) {
      const tested::node* const second = left.load(order::acquire, "look for it");
      world::assume(second != nullptr && is_back(*second));
      mutex.unlock(first);
    } else if (self == 2) {
      tested::timed_node mine;
      world::assume(!mutex.try_lock_until(mine, world::deadline::at_any_moment()));
      left.store(&mine, order::release, "show it");
      mutex.lock(mine);
      take_turn(1);
      mutex.unlock(mine);
    } else {
      tested::node mine;
      world::assume(left.load(order::acquire, "look whether to come") != nullptr);
      mutex.lock(mine);
      take_turn(2);
      mutex.unlock(mine);
    }
  }
  void take_turn(unsigned expected) {
    const unsigned turn = turns.load("read") + 1;
    world::expect(turn == expected, "whoever comes back in time has its old place", "expect");
    turns.store(turn, "write");
  }
  // The state lies behind the link.
  static bool is_back(const tested::node& n) {
    const auto* const link = reinterpret_cast<const world::atomic<tested::node*>*>(&n);
    const auto& state = reinterpret_cast<const world::atomic<std::uint32_t>&>(*(link + 1));
    return !mcs_word::is_given_up(state.load(order::relaxed, "look at its state"));
  }
};

// The first thread owns the mutex from the start, until the second has given up. The third is the last user and frees it, whether the first
// has passed over the second's node by then or not.
struct freed_when_passed_over {
  tested* mutex = new tested;
  tested::node first;
  world::atomic<bool> given_up{left_by_the_second, false};
  world::atomic<bool> freed{freed_by_the_third, false};

  freed_when_passed_over() { mutex->lock(first); }
  void thread(unsigned self) {
    if (self == 2) return give_up();
    world::assume(given_up.load(order::acquire, "look"));
    if (self == 1) return mutex->unlock(first);
    {
      tested::node mine;
      mutex->lock(mine);
      mutex->unlock(mine);
    }
    delete mutex;
    freed.store(true, order::relaxed, "show it");
  }
  void give_up() {
    tested::timed_node mine;
    world::assume(!mutex->try_lock_until(mine, world::deadline::at_any_moment()));
    given_up.store(true, order::release, "tell");
    while (mine.is_queued()) {
    }
  }
};

// The words after the tail are those of the nodes: next and state in turn.
template <std::size_t Sleepers>
bool sleep_in_the_queue(const world_view& v) {
  std::size_t asleep = 0;
  for (std::size_t i = 2; i <= 8; i += 2) asleep += v.word(i) != world_view::no_such_word && v.asleep_on(i) == 1;
  return asleep == Sleepers;
}
inline const situation one{"a thread sleeps in the queue", sleep_in_the_queue<1>};
inline const situation two{"two threads sleep in the queue", sleep_in_the_queue<2>};

// States of nodes, which are no addresses.
template <std::uint32_t State, std::size_t HowMany>
bool are_in_state(const world_view& v) {
  std::size_t found = 0;
  for (std::size_t i = 1; i <= 8; ++i) found += v.word(i) == State;
  return found == HowMany;
}
inline const situation one_left{"a node is left in the queue", are_in_state<mcs_word::given_up, 1>};
inline const situation two_left{"two nodes are left in the queue", are_in_state<mcs_word::given_up, 2>};
inline const situation passed_over{"a node is passed over", are_in_state<mcs_word::gone, 1>};
inline const situation two_passed_over{"two nodes are passed over", are_in_state<mcs_word::gone, 2>};
inline const situation three_passed_over{"three nodes are passed over", are_in_state<mcs_word::gone, 3>};
inline const situation granted_asleep{"a thread sleeps that has been granted the mutex", [](const world_view& v) {
                                        bool found = false;
                                        for (std::size_t i = 1; i <= 8; ++i) found |= v.word(i) == mcs_word::granted && v.asleep_on(i) == 1;
                                        return found;
                                      }};

// Of freed_when_passed_over, whose words are the tail, the first node, two flags, and the second node.
inline const situation freed_first{"the mutex is gone, and a node is being passed over",
                                   [](const world_view& v) { return v.word(4) == 1 && v.word(6) == mcs_word::granted; }};

// The second and the third thread, behind the first's node and what shows the second's.
inline const situation both_sleep{"both sleep behind the owner",
                                  [](const world_view& v) { return v.asleep_on(5) == 1 && v.asleep_on(7) == 1; }};

}  // namespace holdfast::models::mcs

#endif  // HOLDFAST_MODELS_MCS_MUTEX_SCENARIOS_H_
