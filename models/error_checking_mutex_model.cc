// Scenarios and mutants of impl/error_checking_mutex.h.
#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "impl/error_checking_mutex.h"
#include "models/mutex_scenarios.h"
#include "models/single_step_mutex.h"
#include "models/spec/error_checking_mutex.h"

namespace holdfast::models {
namespace {

using operation = spec::error_checking_operation;

// Every thread unlocks before it owns the mutex, locks, locks again, counts and unlocks. The last gives up at any moment, if `Timed`.
template <class P, class Mutex, unsigned Threads, bool Timed = false>
struct wrong_and_right {
  Mutex mutex;
  typename P::template plain<unsigned> count{"count", 0};

  // Records what the call returns, as what it was; it may stay blocked as what it began as.
  template <class Call>
  operation perform(operation begun, typename P::site at, Call call) {
    P::begin_operation(static_cast<unsigned char>(begun), at);
    const operation o = call();
    P::end_operation(static_cast<unsigned char>(o));
    return o;
  }
  operation lock(bool timed, typename P::site at) {
    return perform(timed ? operation::give_up : operation::lock, at, [&] {
      const checked_lock r = [&] {
        if constexpr (Timed) {
          if (timed) return mutex.try_lock_until(P::deadline::at_any_moment());
        }
        return mutex.lock();
      }();
      if (r == checked_lock::timed_out) return operation::give_up;
      return r == checked_lock::acquired ? operation::lock : operation::deadlock;
    });
  }
  operation unlock(typename P::site at) {
    return perform(operation::not_owner, at,
                   [&] { return mutex.unlock() == checked_unlock::released ? operation::unlock : operation::not_owner; });
  }

  void thread(unsigned self) {
    const bool timed = Timed && self == Threads;
    unlock("unlock too early");
    if (lock(timed, "lock") != operation::lock) return;
    lock(timed, "lock again");
    count.store(count.load("read") + 1, "write");
    unlock("unlock");
    unlock("unlock too late");
  }
  void finish() { P::expect(count.load("read") + (Timed ? 1 : 0) >= Threads, "whoever locked has counted", "finish"); }
};

// The first thread locks, locks again, counts and unlocks; the others only try.
template <class P, class Mutex>
struct others_try : wrong_and_right<P, Mutex, 1> {
  void thread(unsigned self) {
    const auto try_lock = [&] {
      return this->perform(operation::give_up, "try_lock",
                           [&] { return this->mutex.try_lock() ? operation::lock : operation::try_lock_busy; });
    };
    if (self == 1) {
      this->lock(false, "lock");
      this->lock(false, "lock again");
    } else if (try_lock() != operation::lock) {
      return;
    }
    this->count.store(this->count.load("read") + 1, "write");
    this->unlock("unlock");
  }
};

// Every thread locks, counts and unlocks.
template <class P, class Mutex, unsigned Threads>
struct right_only : wrong_and_right<P, Mutex, Threads> {
  void thread(unsigned) {
    this->lock(false, "lock");
    this->count.store(this->count.load("read") + 1, "write");
    this->unlock("unlock");
  }
};

template <class Scenario>
exploration checked(std::string name, unsigned threads, unsigned alike, const situation& reached) {
  exploration e = mutex_exploration<Scenario>(std::move(name), threads, alike);
  e.make = checker::make_program<Scenario, spec::error_checking_mutex<>>;
  e.must_reach = reached;
  return e;
}

const situation one{"a thread sleeps while the word is held_waiters", one_sleeps};
const situation two{"two threads sleep at once", two_sleep};
const situation three{"three threads sleep at once", three_sleep};
// Over the specification of a mutex nobody sleeps. The owner is the second word.
const situation last_owner{"the fourth thread owns it", [](const checker::world_view& v) { return v.word(1) == 4; }};

template <class World>
struct scenarios {
  using tested = basic_error_checking_mutex<World>;
  std::string lock;

  exploration two_threads() const { return checked<wrong_and_right<World, tested, 2>>(lock + "/wrong_and_right", 2, 2, one); }
  exploration timed() const { return checked<wrong_and_right<World, tested, 2, true>>(lock + "/timed", 2, 1, one); }
  exploration three_threads() const { return checked<wrong_and_right<World, tested, 3>>(lock + "/wrong_and_right_three", 3, 3, two); }
  // The mutex of one step is held to what every mutex is: what is left out is how it sleeps.
  exploration four_threads() const {
    using around = basic_error_checking_mutex<World, single_step_mutex<World>>;
    return checked<wrong_and_right<World, around, 4>>(lock + "/wrong_and_right_four", 4, 4, last_owner);
  }
  exploration two_try() const {
    exploration e = checked<others_try<World, tested>>(lock + "/two_try", 3, 1, one);
    e.same = {2, 3};
    return e;
  }
  exploration four_right() const { return checked<right_only<World, tested, 4>>(lock + "/right_four", 4, 4, three); }
  exploration process_shared() const {
    using shared = basic_error_checking_mutex<World, basic_mutex<World, scope::process_shared>>;
    return checked<wrong_and_right<World, shared, 2>>(lock + "/process_shared", 2, 2, one);
  }
};

template <class World>
void register_two_threads(const scenarios<World>& s, enter engine, std::uint64_t both, std::uint64_t timed, const char* culprit) {
  engine(s.two_threads(), "two threads, each locks and unlocks, rightly and wrongly", verified(both), false);
  engine(s.timed(), "the same; one gives up at any moment", verified(timed), false);
  engine(s.process_shared(), "two threads and a process-shared mutex", verified(both), false);
  register_mutant(engine, s.two_threads(), "o2_lost", mutation{mutation::change::write, "O2", order::relaxed, owner_word::nobody},
                  violated(checker::violation_kind::deadlock, "mutex"));
  register_mutant(engine, s.two_threads(), "o4_kept", mutation{mutation::change::write, "O4", order::relaxed, 1},
                  violated(checker::violation_kind::misuse, culprit));
}

template <class World>
void register_two_try(const scenarios<World>& s, enter engine, std::uint64_t executions) {
  engine(s.two_try(), "one locks twice, two try", verified(executions), false);
  register_mutant(engine, s.two_try(), "o2_lost", mutation{mutation::change::write, "O2", order::relaxed, owner_word::nobody},
                  violated(checker::violation_kind::deadlock, "mutex"));
}

const bool registered = [] {
  const scenarios<checker::graph_platform> graph{"error_checking_mutex/rc11"};
  const scenarios<checker::relacy_platform> relacy{"error_checking_mutex"};
  register_two_threads(graph, checker::runtime::register_exploration, 72, 150, "");
  // More than relacy's full search comes to the end of in a minute.
  checker::runtime::register_exploration(with_spurious_wake_ups(graph.two_threads()), "two threads; each may wake once for no reason",
                                         verified(288), false);
  checker::runtime::register_exploration(graph.three_threads(), "three threads", verified(124740), false);
  checker::runtime::register_exploration(graph.four_threads(), "four threads, over the specification of a mutex", verified(264600), false);
  checker::runtime::register_exploration(graph.four_right(), "four threads, each locks and unlocks, rightly", verified(3013617), true);
  register_mutant(checker::runtime::register_exploration, graph.four_threads(), "o2_lost",
                  mutation{mutation::change::write, "O2", order::relaxed, owner_word::nobody},
                  violated(checker::violation_kind::livelock, "mutex"));
  register_two_threads(relacy, checker::relacy::register_exploration, 123240, 125444, "mutex");
  // Of three threads that all lock, 6 M executions are not all.
  register_two_try(graph, checker::runtime::register_exploration, 135);
  register_two_try(relacy, checker::relacy::register_exploration, 530156);
  return true;
}();

}  // namespace
}  // namespace holdfast::models
