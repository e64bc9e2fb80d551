// lock_scenarios: what mutexes are put through beyond counting (mutex_scenarios.h): freed by their last user, and overtaken.
#ifndef HOLDFAST_MODELS_LOCK_SCENARIOS_H_
#define HOLDFAST_MODELS_LOCK_SCENARIOS_H_

#include <cstdint>
#include <string>
#include <type_traits>
#include <utility>

#include "impl/platform.h"
#include "models/mutex_scenarios.h"

namespace holdfast::models {

// The example of POSIX (pthread_mutex_destroy): whoever finds itself the last user, under the mutex, unlocks and frees it.
template <class P, class Mutex, unsigned Threads>
struct last_user_frees {
  struct shared_object {
    observed_mutex<P, Mutex> mutex;
    typename P::template plain<unsigned> users{"users", Threads};
  };
  shared_object* object = new shared_object;

  void thread(unsigned) {
    object->mutex.lock("lock");
    const unsigned left = object->users.load("read") - 1;
    object->users.store(left, "write");
    object->mutex.unlock("unlock");
    if (left == 0) delete object;
  }
};

// The first thread owns it from the start. It goes on when the mutex's first word is `Word`, which shows that the others stand in line:
// executions in which it is not are left out. Whether it may be so is told by the situation that has to be reached. The last thread uses the
// timed form, without a deadline, if `LastInTime`.
template <class P, class Mutex, unsigned Threads, std::uint32_t Word, bool LastInTime = false>
struct in_line_scenario {
  Mutex mutex;
  typename P::template plain<unsigned> count{"count", 0};

  in_line_scenario() { mutex.lock(); }
  void thread(unsigned self) {
    if (LastInTime && self == Threads) lock_in_time();
    else if (self != 1) mutex.lock();
    else P::assume(first_word() == Word);
    count.store(count.load("read") + 1, "write");
    mutex.unlock();
  }
  void finish() { P::expect(count.load("read") == Threads, "every increment counts", "finish"); }

  void lock_in_time() {
    if constexpr (LastInTime) P::expect(mutex.try_lock_until(P::deadline::never()), "what has no deadline does not give up", "expect");
  }
  std::uint32_t first_word() const {
    static_assert(std::is_standard_layout_v<Mutex>);
    return reinterpret_cast<const typename P::template atomic<std::uint32_t>&>(mutex).load(order::relaxed, "look at the word");
  }
};

// The first thread owns it from the start; each counts, the last `Trying` threads if a try lets them. Without a record.
template <class P, class Mutex, unsigned Threads, unsigned Trying = 0>
struct owned_from_the_start {
  Mutex mutex;
  typename P::template plain<unsigned> count{"count", 0};

  owned_from_the_start() { mutex.lock(); }
  void thread(unsigned self) {
    if (self + Trying > Threads) {
      if (!mutex.try_lock()) return;
    } else if (self != 1) {
      mutex.lock();
    }
    count.store(count.load("read") + 1, "write");
    mutex.unlock();
  }
  void finish() { P::expect(count.load("read") + Trying >= Threads, "whoever locked has counted", "finish"); }
};

// Of three threads.
template <class P, class Mutex, unsigned Trying = 0>
exploration owned_by_the_first(std::string name, situation reached) {
  using scenario = owned_from_the_start<P, Mutex, 3, Trying>;
  exploration e = mutex_exploration<scenario>(std::move(name), 3, 1);
  e.make = checker::make_program<scenario, checker::unspecified>;
  e.must_reach = std::move(reached);
  return e;
}

// The first thread counts `Rounds` times, every other once: so many turns may pass by a thread that comes late.
template <class P, class Mutex, unsigned Rounds>
struct late_scenario : counter_scenario<P, Mutex> {
  void thread(unsigned self) {
    for (unsigned i = 0; i < (self == 1 ? Rounds : 1); ++i) {
      this->mutex.lock("lock");
      this->increment();
      this->mutex.unlock("unlock");
    }
  }
};

// The same, with the timed form, without a deadline, for every other thread.
template <class P, class Mutex, unsigned Rounds>
struct late_timed_scenario : counter_scenario<P, Mutex> {
  void thread(unsigned self) {
    for (unsigned i = 0; i < (self == 1 ? Rounds : 1); ++i) {
      if (self == 1) this->mutex.lock("lock");
      else this->mutex.lock_in_time("lock in time");
      this->increment();
      this->mutex.unlock("unlock");
    }
  }
};

// As late_scenario, with try_lock() for the last lock of the first thread and for those of the others.
template <class P, class Mutex, unsigned Rounds>
struct late_try_scenario : counter_scenario<P, Mutex> {
  void thread(unsigned self) {
    for (unsigned i = 0; i < (self == 1 ? Rounds : 1); ++i) {
      if (self == 1 && i + 1 < Rounds) this->mutex.lock("lock");
      else if (!this->mutex.try_lock("try_lock")) continue;
      this->increment();
      this->mutex.unlock("unlock");
    }
  }
};

// Each counts. The last `Timed` threads may give up at any moment, or, if they are patient, use the timed form without a deadline.
template <class P, class Mutex, unsigned Threads, unsigned Timed, bool Patient = false>
struct several_timed_scenario : counter_scenario<P, Mutex> {
  void thread(unsigned self) {
    if (self + Timed <= Threads) this->mutex.lock("lock");
    else if (Patient) this->mutex.lock_in_time("lock in time");
    else if (!this->mutex.try_lock_until(P::deadline::at_any_moment(), "try_lock_until")) return;
    this->increment();
    this->mutex.unlock("unlock");
  }
  void finish() {
    const unsigned counted = this->count.load("read");
    P::expect(counted <= Threads && counted + (Patient ? 0 : Timed) >= Threads, "whoever locked has counted", "finish");
  }
};

// The first thread owns the mutex and sees that the second waits. It unlocks and locks again: the second must have had its turn.
// Mutex has lock(), unlock() and has_waiters().
template <class P, class Mutex>
struct overtaking_scenario {
  Mutex mutex;
  typename P::template plain<unsigned> turns{"turns", 0};

  overtaking_scenario() { mutex.lock(); }
  void thread(unsigned self) {
    if (self == 1) {
      while (!mutex.has_waiters()) {
      }
      mutex.unlock();
    }
    mutex.lock();
    const unsigned turn = turns.load("read") + 1;
    P::expect(turn == (self == 1 ? 2u : 1u), "whoever came first is served first", "expect");
    turns.store(turn, "write");
    mutex.unlock();
  }
};

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_LOCK_SCENARIOS_H_
