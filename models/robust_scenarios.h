// robust_scenarios: what every robust mutex of the project is put through: in the graph engine its threads may die anywhere, in relacy all
// live.
#ifndef HOLDFAST_MODELS_ROBUST_SCENARIOS_H_
#define HOLDFAST_MODELS_ROBUST_SCENARIOS_H_

#include "impl/lock_result.h"
#include "models/check_scenario.h"
#include "models/spec/robust_mutex.h"

namespace holdfast::models {

using robust_operation = spec::robust_operation;

inline robust_operation operation_of(lock_result r) {
  switch (r) {
    case lock_result::acquired: return robust_operation::lock;
    case lock_result::owner_died: return robust_operation::owner_died;
    case lock_result::not_recoverable: return robust_operation::not_recoverable;
    case lock_result::busy: return robust_operation::busy;
    case lock_result::timed_out: return robust_operation::give_up;
  }
  return robust_operation::busy;
}

// The mutex, with its operations recorded for the specification.
template <class Mutex, class World = world>
class observed_robust_mutex {
  using site = typename World::site;

 public:
  lock_result lock(site at) {
    return taken(robust_operation::locking, at, [this] { return mutex_.lock(); });
  }
  lock_result try_lock(site at) {
    return taken(robust_operation::trying, at, [this] { return mutex_.try_lock(); });
  }
  lock_result lock_for_a_while(site at) {
    return taken(robust_operation::trying, at, [this] { return mutex_.try_lock_until(World::deadline::at_any_moment()); });
  }
  void make_consistent(site at) {
    World::begin_operation(static_cast<unsigned char>(robust_operation::make_consistent), at);
    mutex_.make_consistent();
    World::end_operation(static_cast<unsigned char>(robust_operation::make_consistent));
  }
  void unlock(site at) {
    World::begin_operation(static_cast<unsigned char>(robust_operation::unlock), at);
    mutex_.unlock();
    World::end_operation(static_cast<unsigned char>(robust_operation::unlock));
  }

 private:
  template <class Call>
  static lock_result taken(robust_operation begun, site at, Call call) {
    World::begin_operation(static_cast<unsigned char>(begun), at);
    const lock_result r = call();
    World::end_operation(static_cast<unsigned char>(operation_of(r)));
    return r;
  }

  Mutex mutex_;
};

// What the scenarios share: the mutex, and a count that it protects.
template <class Mutex, class World = world>
struct robust_counter {
  observed_robust_mutex<Mutex, World> mutex;
  typename World::template plain<unsigned> count{"count", 0};

  void use(lock_result r) {
    if (r == lock_result::owner_died) mutex.make_consistent("make_consistent");
    if (r != lock_result::acquired && r != lock_result::owner_died) return;
    count.store(count.load("read") + 1, "write");
    mutex.unlock("unlock");
  }
  void work() { use(mutex.lock("lock")); }
};

// Each thread locks, counts and unlocks; the first so many times.
template <class Mutex, unsigned Rounds = 1, class World = world>
struct robust_counting : robust_counter<Mutex, World> {
  void thread(unsigned self) {
    for (unsigned i = 0; i < (self == 1 ? Rounds : 1); ++i) this->work();
  }
};

// From one on they only try.
template <class Mutex, unsigned Rounds = 1, unsigned Trier = 3, class World = world>
struct robust_trying : robust_counter<Mutex, World> {
  void thread(unsigned self) {
    if (self >= Trier) return this->use(this->mutex.try_lock("try_lock"));
    for (unsigned i = 0; i < (self == 1 ? Rounds : 1); ++i) this->work();
  }
};

// Of interest are the executions in which the second thread dies before lock() has returned to it.
template <class Base>
struct robust_dying_in_lock : Base {
  void thread(unsigned self) {
    if (self != 2) return Base::thread(self);
    static_cast<void>(this->mutex.lock("lock"));
    world::assume(false);
  }
};

// The second gives up after a while, and leaves WAITERS.
template <class Mutex, unsigned Rounds = 2>
struct robust_giving_up : robust_counter<Mutex> {
  void thread(unsigned self) {
    if (self == 2) return this->use(this->mutex.lock_for_a_while("try_lock_until"));
    for (unsigned i = 0; i < (self == 1 ? Rounds : 1); ++i) this->work();
  }
};

// Of interest are the executions in which the first dies as the owner, and the first who is told leaves the mutex inconsistent.
template <class Mutex>
struct robust_ruining : robust_counter<Mutex> {
  void thread(unsigned self) {
    const lock_result r = this->mutex.lock("lock");
    world::assume(self != 1 && r != lock_result::acquired);
    if (r == lock_result::owner_died) this->mutex.unlock("unlock");
  }
};

// The first locks what it owns, or makes consistent or unlocks what it does not own.
enum class mistake : unsigned char { locks_twice, unlocks_anothers, makes_consistent };
template <class Mutex, mistake Mistake>
struct robust_mistaken : robust_counter<Mutex> {
  void thread(unsigned self) {
    auto& mutex = this->mutex;
    if (Mistake == mistake::unlocks_anothers) {
      if (self == 2) return static_cast<void>(mutex.lock("lock"));
      return mutex.unlock("unlock");
    }
    const lock_result r = mutex.try_lock("try_lock");
    if (r != lock_result::acquired) world::assume(false);
    if (self == 2) return;
    if (Mistake == mistake::locks_twice) static_cast<void>(mutex.lock("lock"));
    if (Mistake == mistake::makes_consistent) mutex.make_consistent("make_consistent");
  }
};

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_ROBUST_SCENARIOS_H_
