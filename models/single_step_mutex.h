// single_step_mutex: the specification of a mutex as a lock: one step takes it, one gives it up. What is built on a mutex may be explored
// over it, with more threads than over the real one, which is held to the same specification (models/spec/mutex.h).
//
// Leaves out how a mutex comes to that: its sleepers and its wakes. It has no futex word, so nobody can be moved to it.
#ifndef HOLDFAST_MODELS_SINGLE_STEP_MUTEX_H_
#define HOLDFAST_MODELS_SINGLE_STEP_MUTEX_H_

#include "checker/model_platform.h"
#include "impl/platform.h"

namespace holdfast::models {

template <checker::model_platform P>
class single_step_mutex {
  using word = typename P::word;
  static constexpr field fields[] = {{"held", 0, 1, {}}};
  static constexpr layout description{"mutex", fields};

 public:
  // Not that of what is explored over it: a condition variable does not ask it for its word.
  static constexpr scope futex_scope = scope::process_shared;

  void lock() {
    // acquire: reads the store of unlock(). One that fails only waits for the next.
    for (word free = 0; !held_.compare_exchange_strong(free, 1, order::acquire, order::relaxed, "take");) free = 0;
  }
  bool try_lock() {
    word free = 0;
    return held_.compare_exchange_strong(free, 1, order::acquire, order::relaxed, "try");
  }
  void unlock() { held_.store(0, order::release, "give up"); }

 private:
  typename P::template atomic<word> held_{description, 0};
};

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_SINGLE_STEP_MUTEX_H_
