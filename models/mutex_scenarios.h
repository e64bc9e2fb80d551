// mutex_scenarios: what every mutex of the project is put through, over any exploring platform, and the table that names the mutants.
#ifndef HOLDFAST_MODELS_MUTEX_SCENARIOS_H_
#define HOLDFAST_MODELS_MUTEX_SCENARIOS_H_

#include <optional>
#include <string>
#include <utility>

#include "checker/exploration.h"
#include "checker/model_platform.h"
#include "checker/report/decode.h"
#include "checker/report/explain.h"
#include "checker/scenario.h"
#include "impl/word/mutex_word.h"
#include "models/spec/mutex.h"

namespace holdfast::models {

// A mutex whose operations are recorded for its specification.
template <checker::model_platform P, class Mutex>
class observed_mutex {
  using operation = spec::mutex_operation;
  using site = typename P::site;

 public:
  void lock(site at) {
    begin(operation::lock, at);
    mutex_.lock();
    end(operation::lock);
  }
  bool try_lock(site at) {
    begin(operation::give_up, at);  // whatever comes of it, it may not stay blocked
    const bool owns = mutex_.try_lock();
    end(owns ? operation::lock : operation::try_lock_busy);
    return owns;
  }
  bool try_lock_until(const typename P::deadline& until, site at) {
    begin(operation::give_up, at);
    const bool owns = mutex_.try_lock_until(until);
    end(owns ? operation::lock : operation::give_up);
    return owns;
  }
  // The timed form without a deadline: it must not give up, nor stay blocked while the specification enables it to lock.
  void lock_in_time(site at) {
    begin(operation::lock, at);
    P::expect(mutex_.try_lock_until(P::deadline::never()), "what has no deadline does not give up", at);
    end(operation::lock);
  }
  void unlock(site at) {
    begin(operation::unlock, at);
    mutex_.unlock();
    end(operation::unlock);
  }

 private:
  static void begin(operation o, const site& at) { P::begin_operation(static_cast<unsigned char>(o), at); }
  static void end(operation o) { P::end_operation(static_cast<unsigned char>(o)); }

  Mutex mutex_;
};

// What the scenarios share: a mutex, and a count that it protects.
template <class P, class Mutex>
struct counter_scenario {
  observed_mutex<P, Mutex> mutex;
  typename P::template plain<unsigned> count{"count", 0};

  void increment() { count.store(count.load("read") + 1, "write"); }
};

// Each of the threads locks, counts and unlocks, `Rounds` times.
template <class P, class Mutex, unsigned Threads, unsigned Rounds = 1>
struct count_scenario : counter_scenario<P, Mutex> {
  void thread(unsigned) {
    for (unsigned i = 0; i < Rounds; ++i) {
      this->mutex.lock("lock");
      this->increment();
      this->mutex.unlock("unlock");
    }
  }
  void finish() { P::expect(this->count.load("read") == Threads * Rounds, "every increment counts", "finish"); }
};

// The last thread only tries.
template <class P, class Mutex, unsigned Threads>
struct try_scenario : counter_scenario<P, Mutex> {
  void thread(unsigned self) {
    if (self == Threads) {
      if (!this->mutex.try_lock("try_lock")) return;
    } else {
      this->mutex.lock("lock");
    }
    this->increment();
    this->mutex.unlock("unlock");
  }
  void finish() { P::expect(this->count.load("read") + 1 >= Threads, "whoever locked has counted", "finish"); }
};

// The last thread gives up after a while. Each has `Rounds` turns.
template <class P, class Mutex, unsigned Threads, unsigned Rounds = 1>
struct timed_scenario : counter_scenario<P, Mutex> {
  void thread(unsigned self) {
    for (unsigned i = 0; i < Rounds; ++i) {
      if (self == Threads) {
        if (!this->mutex.try_lock_until(P::deadline::at_any_moment(), "try_lock_until")) continue;
      } else {
        this->mutex.lock("lock");
      }
      this->increment();
      this->mutex.unlock("unlock");
    }
  }
  void finish() { P::expect(this->count.load("read") >= (Threads - 1) * Rounds, "whoever locked has counted", "finish"); }
};

// The mutex is held from the start and never released: the lockers must all end up asleep, and stay so.
template <class P, class Mutex>
struct held_scenario {
  observed_mutex<P, Mutex> mutex;

  held_scenario() { mutex.lock("setup"); }
  void thread(unsigned) { mutex.lock("lock"); }
  void finish() {}
};

// The first thread unlocks what nobody holds.
template <class P, class Mutex>
struct misuse_scenario {
  observed_mutex<P, Mutex> mutex;

  void thread(unsigned self) {
    if (self == 1) mutex.unlock("unlock");
  }
  void finish() {}
};

// Situations, over the first word and its queue.
template <std::size_t Sleepers>
bool sleep_on_held_waiters(const checker::world_view& v) {
  return v.asleep_on(0) == Sleepers && v.word(0) == mutex_word::held_waiters;
}
inline constexpr auto one_sleeps = sleep_on_held_waiters<1>;
inline constexpr auto two_sleep = sleep_on_held_waiters<2>;
inline constexpr auto three_sleep = sleep_on_held_waiters<3>;
inline bool one_sleeps_on_a_free_word(const checker::world_view& v) { return v.asleep_on(0) == 1 && v.word(0) == mutex_word::free; }
inline bool is_held(const checker::world_view& v) { return v.word(0) == mutex_word::held; }

using checker::exploration;
using checker::mutation;
using checker::situation;

// How an engine enters a scenario in the registry: relacy::register_exploration or runtime::register_exploration.
using enter = void (*)(exploration what, std::string description, checker::expectation expected, bool is_long);

// The first threads, `alike` of them, run the same code.
template <class Scenario>
exploration mutex_exploration(std::string name, unsigned threads, unsigned alike) {
  exploration e;
  e.name = std::move(name);
  e.threads = threads;
  if (alike > 1) e.same = {1, alike};
  e.make = checker::make_program<Scenario, spec::mutex<>>;
  return e;
}

// The scenarios that every three-state mutex has, named after its stem.
template <class P, class Mutex>
exploration count_to_two(const std::string& lock) {
  exploration e = mutex_exploration<count_scenario<P, Mutex, 2>>(lock + "/count_to_two", 2, 2);
  e.must_reach = situation{"a thread sleeps while the word is held_waiters", one_sleeps};
  return e;
}

template <class P, class Mutex>
exploration count_to_three(const std::string& lock) {
  exploration e = mutex_exploration<count_scenario<P, Mutex, 3>>(lock + "/count_to_three", 3, 3);
  e.must_reach = situation{"two threads sleep at once", two_sleep};
  return e;
}

template <class P, class Mutex>
exploration held_for_ever(const std::string& lock) {
  exploration e = mutex_exploration<held_scenario<P, Mutex>>(lock + "/held_for_ever", 2, 2);
  e.must_reach = situation{"two threads sleep at once", two_sleep};
  e.may_stay_blocked = true;
  return e;
}

inline exploration with_spurious_wake_ups(exploration e) {
  e.name += "_spurious";
  e.spurious_wake_ups = 1;
  e.interruptions = 1;
  return e;
}

// A mutant by what is done to it. weakened(): the order of the operation, and of its failure if that would be stronger.
inline mutation weakened(std::string label, order to = order::relaxed) { return {mutation::change::weaken, std::move(label), to}; }
inline mutation weakened_failure(std::string label, order to = order::relaxed) {
  return {mutation::change::weaken_failure, std::move(label), to};
}
inline mutation dropped(std::string label) { return {mutation::change::drop, std::move(label)}; }
inline mutation writes(std::string label, std::uint32_t value, std::uint32_t found) {
  return {mutation::change::write, std::move(label), order::relaxed, value, found};
}

inline checker::expectation verified(std::uint64_t executions) {
  return {checker::verdict::verified, checker::violation_kind::none, "", executions};
}
inline checker::expectation inconclusive(std::uint64_t executions) {
  return {checker::verdict::inconclusive, checker::violation_kind::none, "", executions};
}
// `executions` is how many the search takes to find it, where that is always the same.
inline checker::expectation violated(checker::violation_kind kind, std::string object,
                                     std::optional<std::uint64_t> executions = std::nullopt) {
  return {checker::verdict::violated, kind, std::move(object), executions};
}

// "[L1] is relaxed", "[L2] is acquire if it fails", "[U2] is left out", "[L4] writes held where it found free".
// `words` names what is written.
inline std::string description_of(const mutation& m, const layout& words = mutex_word::description) {
  const auto name = [&words](std::uint32_t value) { return checker::decode(words, value); };
  const std::string operation = "[" + m.label + "]";
  if (m.what == mutation::change::weaken) return operation + " is " + checker::text_of(m.weaker);
  if (m.what == mutation::change::weaken_failure) return operation + " is " + checker::text_of(m.weaker) + " if it fails";
  if (m.what == mutation::change::drop) return operation + " is left out";
  return operation + " writes " + name(m.value) + (m.found ? " where it found " + name(*m.found) : "");
}

// The scenario with one change to the lock, and what is to be found.
inline void register_mutant(enter engine, exploration base, std::string mutant, mutation change, checker::expectation expected,
                            const layout& words = mutex_word::description) {
  const std::string description = description_of(change, words);
  base.mutant = std::move(mutant);
  base.change = std::move(change);
  engine(std::move(base), description, std::move(expected), false);
}

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_MUTEX_SCENARIOS_H_
