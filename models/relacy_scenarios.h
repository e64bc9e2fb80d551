// relacy_scenarios: two threads through the fixed versions of published bugs, for relacy, as a second opinion.
#ifndef HOLDFAST_MODELS_RELACY_SCENARIOS_H_
#define HOLDFAST_MODELS_RELACY_SCENARIOS_H_

#include <cstdint>
#include <string>
#include <utility>

#include "checker/relacy/register.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/scenario.h"
#include "models/mutex_scenarios.h"
#include "models/spec/semaphore.h"

namespace holdfast::models {

using relacy_world = checker::relacy_platform;

// A semaphore as a lock: there is one permit, and each of the threads counts while it has it.
template <class Semaphore>
struct relacy_count_with_permit {
  using operation = spec::semaphore_operation;
  Semaphore semaphore{1};
  relacy_world::plain<unsigned> count{"count", 0};

  void thread(unsigned) {
    relacy_world::begin_operation(static_cast<unsigned char>(operation::wait), "wait");
    semaphore.wait();
    relacy_world::end_operation(static_cast<unsigned char>(operation::wait));
    count.store(count.load("read") + 1, "write");
    relacy_world::begin_operation(static_cast<unsigned char>(operation::post), "post");
    semaphore.post();
    relacy_world::end_operation(static_cast<unsigned char>(operation::post));
  }
  void finish() { relacy_world::expect(count.load("read") == 2, "every increment counts", "finish"); }
};

// Each thread sees to it that the data are there, and reads them.
template <class Once>
struct relacy_initialised_once {
  Once once;
  relacy_world::plain<unsigned> data{"data", 0};

  void thread(unsigned) {
    once.call([this] { data.store(data.load("look") + 1, "initialise"); });
    relacy_world::expect(data.load("use") == 1, "initialised once", "expect");
  }
};

// The first thread makes everything ready and signals; the other waits until then.
template <class Condvar, class Mutex>
struct relacy_wait_until_ready {
  Condvar changed;
  observed_mutex<relacy_world, Mutex> mutex;
  relacy_world::plain<unsigned> ready{"ready", 0};

  void thread(unsigned self) {
    mutex.lock("lock");
    if (self == 1) ready.store(1, "make ready");
    while (ready.load("look") == 0) changed.wait(mutex);
    mutex.unlock("unlock");
    if (self == 1) changed.signal();
  }
};

inline const situation sleeps_on_the_first_word{"a thread sleeps", [](const checker::world_view& v) { return v.asleep_on(0) == 1; }};

inline bool enter_with_relacy(exploration e, std::string name, std::uint64_t executions) {
  e.name = std::move(name);
  checker::relacy::register_exploration(std::move(e), "as fixed, two threads", verified(executions));
  return true;
}

// Registers the scenario, and returns true: for the initializer of a namespace's constant.
template <class Scenario, class Spec = checker::unspecified>
bool check_with_relacy(std::string name, std::uint64_t executions) {
  exploration e;
  e.threads = 2;
  e.make = checker::make_program<Scenario, Spec>;
  e.must_reach = sleeps_on_the_first_word;
  return enter_with_relacy(std::move(e), std::move(name), executions);
}

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_RELACY_SCENARIOS_H_
