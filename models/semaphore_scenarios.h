// semaphore_scenarios: what every semaphore of the project is put through.
#ifndef HOLDFAST_MODELS_SEMAPHORE_SCENARIOS_H_
#define HOLDFAST_MODELS_SEMAPHORE_SCENARIOS_H_

#include "models/check_scenario.h"
#include "models/spec/semaphore.h"

namespace holdfast::models {

// A semaphore whose operations are recorded for its specification. Semaphore: made from the number of its permits.
template <class Semaphore>
class observed_semaphore {
  using operation = spec::semaphore_operation;

 public:
  explicit observed_semaphore(unsigned permits) : semaphore_(permits) {}

  void wait(world::site at) {
    record(operation::wait, at, [&] {
      semaphore_.wait();
      return operation::wait;
    });
  }
  bool try_wait(world::site at) {
    bool took = false;
    record(operation::try_wait_busy, at, [&] {
      took = semaphore_.try_wait();
      return took ? operation::wait : operation::try_wait_busy;
    });
    return took;
  }
  void post(world::site at) {
    record(operation::post, at, [&] {
      semaphore_.post();
      return operation::post;
    });
  }

 private:
  Semaphore semaphore_;
};

// The first thread posts once for each of the others, which wait.
template <class Semaphore, unsigned Threads>
struct post_and_wait {
  observed_semaphore<Semaphore> semaphore{0};

  void thread(unsigned self) {
    if (self != 1) return semaphore.wait("wait");
    for (unsigned i = 1; i < Threads; ++i) semaphore.post("post");
  }
};

// As a lock: there is one permit, and each of the threads counts while it has it.
template <class Semaphore, unsigned Threads>
struct count_with_permit {
  observed_semaphore<Semaphore> semaphore{1};
  world::plain<unsigned> count{"count", 0};

  void thread(unsigned) {
    semaphore.wait("wait");
    count.store(count.load("read") + 1, "write");
    semaphore.post("post");
  }
  void finish() { world::expect(count.load("read") == Threads, "every increment counts", "finish"); }
};

// A permit is free and another is posted: a try must succeed.
template <class Semaphore>
struct try_and_post {
  observed_semaphore<Semaphore> semaphore{1};

  void thread(unsigned self) {
    if (self == 1) {
      semaphore.try_wait("try_wait");
    } else {
      semaphore.post("post");
    }
  }
};

// The first thread waits for the second to post, and destroys the semaphore: POSIX allows that once the wait has returned.
template <class Semaphore>
struct destroy_after_wait {
  observed_semaphore<Semaphore>* semaphore = new observed_semaphore<Semaphore>(0);

  void thread(unsigned self) {
    if (self != 1) return semaphore->post("post");
    semaphore->wait("wait");
    delete semaphore;
  }
};

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_SEMAPHORE_SCENARIOS_H_
