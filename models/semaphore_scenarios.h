// semaphore_scenarios: what every semaphore of the project is put through, over any exploring platform.
#ifndef HOLDFAST_MODELS_SEMAPHORE_SCENARIOS_H_
#define HOLDFAST_MODELS_SEMAPHORE_SCENARIOS_H_

#include "models/check_scenario.h"
#include "models/spec/semaphore.h"

namespace holdfast::models {

// A semaphore whose operations are recorded for its specification. Semaphore: made from the number of its permits.
template <class Semaphore, class World = world>
class observed_semaphore {
  using operation = spec::semaphore_operation;
  using site = typename World::site;

 public:
  explicit observed_semaphore(unsigned permits) : semaphore_(permits) {}

  void wait(site at) {
    record<World>(operation::wait, at, [&] {
      semaphore_.wait();
      return operation::wait;
    });
  }
  bool try_wait(site at) {
    bool took = false;
    record<World>(operation::try_wait_busy, at, [&] {
      took = semaphore_.try_wait();
      return took ? operation::wait : operation::try_wait_busy;
    });
    return took;
  }
  // Gives up at any moment.
  bool timed_wait(site at) {
    bool took = false;
    record<World>(operation::give_up, at, [&] {
      took = semaphore_.timed_wait(World::deadline::at_any_moment());
      return took ? operation::wait : operation::give_up;
    });
    return took;
  }
  void post(site at) {
    record<World>(operation::post, at, [&] {
      semaphore_.post();
      return operation::post;
    });
  }
  void post(unsigned permits, site at) {
    record<World>(spec::posted(permits), at, [&] {
      semaphore_.post(permits);
      return spec::posted(permits);
    });
  }

 private:
  Semaphore semaphore_;
};

// The first thread posts once for each of the others, which wait.
template <class Semaphore, unsigned Threads, class World = world>
struct post_and_wait {
  observed_semaphore<Semaphore, World> semaphore{0};

  void thread(unsigned self) {
    if (self != 1) return semaphore.wait("wait");
    for (unsigned i = 1; i < Threads; ++i) semaphore.post("post");
  }
};

// As a lock: there is one permit, and each of the threads counts while it has it.
template <class Semaphore, unsigned Threads, class World = world>
struct count_with_permit {
  observed_semaphore<Semaphore, World> semaphore{1};
  typename World::template plain<unsigned> count{"count", 0};

  void thread(unsigned) {
    semaphore.wait("wait");
    count.store(count.load("read") + 1, "write");
    semaphore.post("post");
  }
  void finish() { World::expect(count.load("read") == Threads, "every increment counts", "finish"); }
};

// A permit is free and another is posted: a try must succeed.
template <class Semaphore, class World = world>
struct try_and_post {
  observed_semaphore<Semaphore, World> semaphore{1};

  void thread(unsigned self) {
    if (self == 1) {
      semaphore.try_wait("try_wait");
    } else {
      semaphore.post("post");
    }
  }
};

// One permit, as a lock; the last thread gives up after a while.
template <class Semaphore, unsigned Threads, class World = world>
struct count_or_give_up {
  observed_semaphore<Semaphore, World> semaphore{1};
  typename World::template plain<unsigned> count{"count", 0};

  void thread(unsigned self) {
    if (self != Threads) semaphore.wait("wait");
    else if (!semaphore.timed_wait("timed_wait")) return;
    count.store(count.load("read") + 1, "write");
    semaphore.post("post");
  }
  void finish() { World::expect(count.load("read") + 1 >= Threads, "whoever had the permit has counted", "finish"); }
};

// The first thread posts once for each of the others but the last, which may give up.
template <class Semaphore, unsigned Threads, class World = world>
struct post_and_give_up {
  observed_semaphore<Semaphore, World> semaphore{0};

  void thread(unsigned self) {
    if (self == 1) {
      for (unsigned i = 2; i < Threads; ++i) semaphore.post("post");
    } else if (self == Threads) {
      if (semaphore.timed_wait("timed_wait")) semaphore.post("return");
    } else {
      semaphore.wait("wait");
    }
  }
};

// The first thread posts at once for all of the others, which wait.
template <class Semaphore, unsigned Threads, class World = world>
struct post_all_and_wait {
  observed_semaphore<Semaphore, World> semaphore{0};

  void thread(unsigned self) {
    if (self == 1) {
      semaphore.post(Threads - 1, "post");
    } else {
      semaphore.wait("wait");
    }
  }
};

// The first thread waits for the second to post, and destroys the semaphore: POSIX allows that once the wait has returned.
template <class Semaphore, class World = world>
struct destroy_after_wait {
  observed_semaphore<Semaphore, World>* semaphore = new observed_semaphore<Semaphore, World>(0);

  void thread(unsigned self) {
    if (self != 1) return semaphore->post("post");
    semaphore->wait("wait");
    delete semaphore;
  }
};

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_SEMAPHORE_SCENARIOS_H_
