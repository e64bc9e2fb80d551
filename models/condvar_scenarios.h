// condvar_scenarios: what the scenarios of condition variables are written with.
//
// Who waits, and who signals when, is a script, so that the search spends itself on the condition variable. A wait calls a function where
// it unlocks the mutex: what other threads would do between that and its sleep, its own thread does there.
#ifndef HOLDFAST_MODELS_CONDVAR_SCENARIOS_H_
#define HOLDFAST_MODELS_CONDVAR_SCENARIOS_H_

#include "models/check_scenario.h"

namespace holdfast::models {

inline constexpr auto lock_word = number("lock");
inline constexpr layout stages[] = {number("stage"), number("stage 2"), number("stage 3"), number("stage 4")};

// What a thread does where a wait unlocks and locks the mutex.
template <class Unlock, class Lock>
struct in_place_of_mutex {
  Unlock unlock_it;
  Lock lock_it;
  void unlock(world::site) { unlock_it(); }
  void lock(world::site) { lock_it(); }
};

// How far a script has come. One that is `nth` of several has a name of its own.
struct stage {
  world::atomic<unsigned> reached;

  explicit stage(unsigned nth) : reached(stages[nth - 1], 0) {}
  void reach(unsigned n = 1) { reached.store(n, order::release, "reach"); }
  void await(unsigned n = 1) {
    while (reached.load(order::acquire, "await") < n) {
    }
  }
};

// A lock for which nobody sleeps.
struct awaited_lock {
  world::atomic<unsigned> word{lock_word, 0};

  void lock() {
    for (unsigned found = 0; !word.compare_exchange_strong(found, 1, order::acquire, order::relaxed, "lock");) found = 0;
  }
  void unlock() { word.store(0, order::release, "unlock"); }
};

// A condition variable, and permits that a mutex protects.
template <class Condvar>
struct condvar_and_permits {
  Condvar changed;
  awaited_lock mutex;
  world::plain<unsigned> permits{"permits", 0};

  void lock() { mutex.lock(); }
  void unlock() { mutex.unlock(); }

  // Waits once. `then`, after the unlock.
  template <class Then>
  void wait(Then then) {
    in_place_of_mutex m{then, [] {}};
    changed.wait(m);
  }
  // Waits until there is a permit, and takes it. `then`, after the first unlock.
  template <class Then>
  void take(Then then) {
    bool first = true;
    in_place_of_mutex m{[&] {
                          unlock();
                          if (first) then();
                          first = false;
                        },
                        [&] { lock(); }};
    lock();
    while (permits.load("look") == 0) changed.wait(m);
    permits.store(permits.load("look") - 1, "take");
    unlock();
  }
  // Signals while it has the mutex, or after.
  void give(bool after = false) {
    lock();
    permits.store(permits.load("look") + 1, "give");
    if (!after) changed.signal();
    unlock();
    if (after) changed.signal();
  }
};

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_CONDVAR_SCENARIOS_H_
