// Scenarios and mutants of impl/recursive_mutex.h, around impl/mutex.h and impl/ticket_mutex.h.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "impl/recursive_mutex.h"
#include "impl/ticket_mutex.h"
#include "models/mutex_scenarios.h"
#include "models/single_step_mutex.h"
#include "models/spec/recursive_mutex.h"

namespace holdfast::models {
namespace {

using checker::violation_kind;

// Each of the threads locks twice, the second time by a try if it is the last, and counts in both sections.
template <class P, class Mutex, unsigned Threads>
struct nested : counter_scenario<P, Mutex> {
  void thread(unsigned self) {
    this->mutex.lock("lock");
    this->increment();
    if (self == Threads) P::expect(this->mutex.try_lock("try_lock"), "the owner may always lock", "expect");
    else this->mutex.lock("lock again");
    this->increment();
    this->mutex.unlock("unlock");
    this->increment();
    this->mutex.unlock("unlock the outermost");
  }
  void finish() { P::expect(this->count.load("read") == 3 * Threads, "every increment counts", "finish"); }
};

// Each thread tries, and the first then locks again. The depth is what the mutex protects.
template <class P, class Mutex>
struct all_try {
  observed_mutex<P, Mutex> mutex;

  void thread(unsigned self) {
    if (!mutex.try_lock("try_lock")) return;
    if (self == 1) {
      mutex.lock("lock again");
      mutex.unlock("unlock");
    }
    mutex.unlock("unlock the outermost");
  }
};

// The last thread gives up at any moment, and locks again with a deadline.
template <class P, class Mutex, unsigned Threads>
struct nested_timed : counter_scenario<P, Mutex> {
  void thread(unsigned self) {
    if (self == Threads) {
      if (!this->mutex.try_lock_until(P::deadline::at_any_moment(), "try_lock_until")) return;
      const bool again = this->mutex.try_lock_until(P::deadline::at_any_moment(), "again");
      P::expect(again, "the owner may always lock", "expect");
    } else {
      this->mutex.lock("lock");
      this->mutex.lock("lock again");
    }
    this->increment();
    this->mutex.unlock("unlock");
    this->mutex.unlock("unlock the outermost");
  }
};

template <class Scenario>
exploration recursive(std::string name, unsigned threads, unsigned alike, std::optional<situation> reached) {
  exploration e = mutex_exploration<Scenario>(std::move(name), threads, alike);
  e.make = checker::make_program<Scenario, spec::recursive_mutex<>>;
  e.must_reach = std::move(reached);
  return e;
}

// Of the mutex inside, the first word; of a ticket mutex the second.
const situation one{"a thread sleeps while the word is held_waiters", one_sleeps};
const situation two{"two threads sleep at once", two_sleep};
// If all try, and over the specification of a mutex, nobody sleeps. The owner is the second word.
const situation third_owner{"the third thread owns it", [](const checker::world_view& v) { return v.word(1) == 3; }};
const situation last_owner{"the fourth thread owns it", [](const checker::world_view& v) { return v.word(1) == 4; }};
const situation one_with_a_ticket{"a thread sleeps", [](const checker::world_view& v) { return v.asleep_on(1) == 1; }};

template <class World>
struct scenarios {
  using tested = basic_recursive_mutex<World>;
  std::string lock;

  exploration two_threads() const { return recursive<nested<World, tested, 2>>(lock + "/nested_two", 2, 1, one); }
  exploration three_threads() const { return recursive<nested<World, tested, 3>>(lock + "/nested_three", 3, 2, two); }
  exploration three_try() const {
    exploration e = recursive<all_try<World, tested>>(lock + "/three_try", 3, 1, third_owner);
    e.same = {2, 3};
    return e;
  }
  exploration timed() const { return recursive<nested_timed<World, tested, 2>>(lock + "/nested_timed", 2, 1, one); }
  exploration misused() const { return recursive<misuse_scenario<World, tested>>(lock + "/unlock_of_free", 2, 1, {}); }
  exploration around_a_ticket_mutex() const {
    using around = basic_recursive_mutex<World, basic_ticket_mutex<World>>;
    return recursive<nested<World, around, 2>>(lock + "/around_a_ticket_mutex", 2, 1, one_with_a_ticket);
  }
  // The mutex of one step is held to what every mutex is: what is left out is how it sleeps.
  exploration four_threads() const {
    return recursive<nested<World, basic_recursive_mutex<World, single_step_mutex<World>>, 4>>(lock + "/nested_four", 4, 3, last_owner);
  }
  exploration process_shared() const {
    using shared = basic_recursive_mutex<World, basic_mutex<World, scope::process_shared>>;
    return recursive<nested<World, shared, 2>>(lock + "/process_shared", 2, 1, one);
  }
};

template <class World>
void register_two_threads(const scenarios<World>& s, enter engine, std::uint64_t nested, std::uint64_t spurious, std::uint64_t timed,
                          std::uint64_t with_tickets) {
  engine(s.two_threads(), "two threads, each locks twice and counts", verified(nested), false);
  engine(with_spurious_wake_ups(s.two_threads()), "the same; each may wake once for no reason", verified(spurious), false);
  engine(s.timed(), "one locks twice, one gives up at any moment or locks twice", verified(timed), false);
  engine(s.process_shared(), "two threads and a process-shared mutex", verified(nested), false);
  engine(s.around_a_ticket_mutex(), "the same around a ticket mutex", verified(with_tickets), false);
  engine(s.misused(), "unlocks what nobody owns", violated(violation_kind::misuse, ""), false);
  // The first thread remains the owner, and enters beside the second.
  register_mutant(engine, s.two_threads(), "o4_kept", mutation{mutation::change::write, "O4", order::relaxed, 1},
                  violated(violation_kind::data_race, "depth"));
  register_mutant(engine, s.two_threads(), "o2_lost", mutation{mutation::change::write, "O2", order::relaxed, owner_word::nobody},
                  violated(violation_kind::lost_wake_up, "mutex"));
}

template <class World>
void register_three_try(const scenarios<World>& s, enter engine, std::uint64_t executions) {
  engine(s.three_try(), "three threads try, one then locks again", verified(executions), false);
  register_mutant(engine, s.three_try(), "o2_lost", mutation{mutation::change::write, "O2", order::relaxed, owner_word::nobody},
                  violated(violation_kind::lost_wake_up, "mutex"));
}

const bool registered = [] {
  const scenarios<checker::graph_platform> graph{"recursive_mutex/rc11"};
  const scenarios<checker::relacy_platform> relacy{"recursive_mutex"};
  register_two_threads(graph, checker::runtime::register_exploration, 24, 96, 27, 108);
  checker::runtime::register_exploration(graph.three_threads(), "three threads, each locks twice and counts", verified(5202), false);
  checker::runtime::register_exploration(graph.four_threads(), "four threads, over the specification of a mutex", verified(420), false);
  register_mutant(checker::runtime::register_exploration, graph.four_threads(), "o2_lost",
                  mutation{mutation::change::write, "O2", order::relaxed, owner_word::nobody}, violated(violation_kind::livelock, "mutex"));
  register_two_threads(relacy, checker::relacy::register_exploration, 3402, 530898, 4340, 286500);
  // If one of three locks and may have to sleep, 6 M executions are not all.
  register_three_try(graph, checker::runtime::register_exploration, 150);
  register_three_try(relacy, checker::relacy::register_exploration, 17606);
  return true;
}();

}  // namespace
}  // namespace holdfast::models
