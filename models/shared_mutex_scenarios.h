// shared_mutex_scenarios: what every reader-writer lock of the project is put through, over any exploring platform.
#ifndef HOLDFAST_MODELS_SHARED_MUTEX_SCENARIOS_H_
#define HOLDFAST_MODELS_SHARED_MUTEX_SCENARIOS_H_

#include <array>
#include <string>
#include <utility>

#include "checker/exploration.h"
#include "checker/model_platform.h"
#include "checker/scenario.h"
#include "models/mutex_scenarios.h"
#include "models/spec/shared_mutex.h"

namespace holdfast::models {

// A lock whose operations are recorded for its specification.
template <checker::model_platform P, class SharedMutex>
class observed_shared_mutex {
  using operation = spec::shared_mutex_operation;
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
    end(owns ? operation::lock : operation::try_busy);
    return owns;
  }
  bool try_lock_until(const typename P::deadline& until, site at) {
    begin(operation::give_up, at);
    const bool owns = mutex_.try_lock_until(until);
    end(owns ? operation::lock : operation::give_up);
    return owns;
  }
  void unlock(site at) {
    begin(operation::unlock, at);
    mutex_.unlock();
    end(operation::unlock);
  }
  void lock_shared(site at) {
    begin(operation::lock_shared, at);
    mutex_.lock_shared();
    end(operation::lock_shared);
  }
  bool try_lock_shared(site at) {
    begin(operation::give_up, at);
    const bool shares = mutex_.try_lock_shared();
    end(shares ? operation::lock_shared : operation::try_shared_busy);
    return shares;
  }
  bool try_lock_shared_until(const typename P::deadline& until, site at) {
    begin(operation::give_up, at);
    const bool shares = mutex_.try_lock_shared_until(until);
    end(shares ? operation::lock_shared : operation::give_up);
    return shares;
  }
  void unlock_shared(site at) {
    begin(operation::unlock_shared, at);
    mutex_.unlock_shared();
    end(operation::unlock_shared);
  }
  // The lock itself, whose operations are not recorded.
  SharedMutex& itself() { return mutex_; }

 private:
  static void begin(operation o, const site& at) { P::begin_operation(static_cast<unsigned char>(o), at); }
  static void end(operation o) { P::end_operation(static_cast<unsigned char>(o)); }

  SharedMutex mutex_;
};

// What a thread of a scenario does, once.
enum class part : unsigned char {
  writer,              // locks, counts
  trying_writer,       // the same if try_lock lets it
  timed_writer,        // the same, unless it gives up
  reader,              // locks shared, looks at the count
  trying_reader,       // the same if try_lock_shared lets it
  timed_reader,        // the same, unless it gives up
  first_writer,        // counts and unlocks: it is the owner from the start
  first_writer_again,  // the same, and then as a writer
  first_reader,        // looks at the count and unlocks: it has its share from the start
};

constexpr bool is_first_writer(part p) { return p == part::first_writer || p == part::first_writer_again; }

// Each thread plays its part with a count that the lock protects.
template <class P, class SharedMutex, part... Parts>
struct sharing {
  static constexpr std::array parts{Parts...};
  static constexpr part first = std::get<0>(std::array{Parts...});

  observed_shared_mutex<P, SharedMutex> mutex;
  typename P::template plain<unsigned> count{"count", 0};

  sharing() {
    if constexpr (first == part::first_reader) mutex.itself().lock_shared();
    if constexpr (is_first_writer(first)) mutex.itself().lock();
  }
  void thread(unsigned self) {
    unsigned nth = 0;
    ((++nth == self ? play<Parts>() : void()), ...);
  }
  void finish() {
    unsigned least = 0;
    for (const part p : parts) least += is_first_writer(p) + (p == part::writer || p == part::first_writer_again);
    P::expect(count.load("read") >= least, "whoever locked has counted", "finish");
  }

  template <part Part>
  void play() {
    if constexpr (is_first_writer(Part)) add(), mutex.itself().unlock();
    if constexpr (Part == part::first_reader) look(), mutex.itself().unlock_shared();
    if constexpr (Part == part::writer || Part == part::first_writer_again) mutex.lock("lock"), write();
    if constexpr (Part == part::trying_writer) {
      if (mutex.try_lock("try_lock")) write();
    }
    if constexpr (Part == part::timed_writer) {
      if (mutex.try_lock_until(P::deadline::at_any_moment(), "try_lock_until")) write();
    }
    if constexpr (Part == part::reader) mutex.lock_shared("lock_shared"), read();
    if constexpr (Part == part::trying_reader) {
      if (mutex.try_lock_shared("try_lock_shared")) read();
    }
    if constexpr (Part == part::timed_reader) {
      if (mutex.try_lock_shared_until(P::deadline::at_any_moment(), "try_lock_shared_until")) read();
    }
  }
  void add() { count.store(count.load("read") + 1, "write"); }
  void look() { static_cast<void>(count.load("look")); }
  void write() { add(), mutex.unlock("unlock"); }
  void read() { look(), mutex.unlock_shared("unlock_shared"); }
};

// A writer holds it from the start and never lets go: whoever wants it must end up asleep, and stay so.
template <class P, class SharedMutex, part... Parts>
struct held_by_writer : sharing<P, SharedMutex, Parts...> {
  held_by_writer() { this->mutex.lock("setup"); }
  void finish() {}
};

// The only thread calls what it has no right to.
enum class misuse_by : bool { unlock, unlock_shared };
template <class P, class SharedMutex, misuse_by What>
struct sharing_misused {
  observed_shared_mutex<P, SharedMutex> mutex;

  void thread(unsigned self) {
    if (self != 1) return;
    if (What == misuse_by::unlock) return mutex.unlock("unlock");
    mutex.unlock_shared("unlock_shared");
  }
  void finish() {}
};

template <class Scenario, spec::failed_try Failure = spec::failed_try::held>
exploration sharing_exploration(std::string name, unsigned threads, situation must_reach, checker::alike same = {}) {
  exploration e;
  e.name = std::move(name);
  e.threads = threads;
  e.same = same;
  e.make = checker::make_program<Scenario, spec::shared_mutex<Failure>>;
  e.must_reach = std::move(must_reach);
  return e;
}

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_SHARED_MUTEX_SCENARIOS_H_
