// recursive_mutex: the specification of a mutex that its owner may lock again.
//
// State: the owner, or nobody, and how often it has locked. A lock is enabled if nobody or the caller owns the mutex.
#ifndef HOLDFAST_MODELS_SPEC_RECURSIVE_MUTEX_H_
#define HOLDFAST_MODELS_SPEC_RECURSIVE_MUTEX_H_

#include "models/spec/mutex.h"

namespace holdfast::spec {

// The operations are those of a mutex. Thread: ids of threads, 1 and above; 0 is nobody.
template <class Thread = unsigned>
struct recursive_mutex {
  using operation = mutex_operation;
  using thread = Thread;

  Thread owner = Thread(0);
  unsigned depth = 0;

  bool enabled(operation op, const Thread& caller) const {
    switch (op) {
      case operation::lock: return owner == Thread(0) || owner == caller;
      case operation::try_lock_busy: return owner != Thread(0) && owner != caller;
      case operation::give_up: return true;
      case operation::unlock: return owner == caller;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread& caller) {
    if (op == operation::lock) {
      owner = caller;
      ++depth;
    }
    if (op == operation::unlock && --depth == 0) owner = Thread(0);
  }

  static constexpr const char* name(operation op) { return mutex<Thread>::name(op); }

  friend bool operator==(const recursive_mutex&, const recursive_mutex&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_RECURSIVE_MUTEX_H_
