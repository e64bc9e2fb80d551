// mutex_pair: the specification of two mutexes, a and b, of which each is one of mutex.h.
#ifndef HOLDFAST_MODELS_SPEC_MUTEX_PAIR_H_
#define HOLDFAST_MODELS_SPEC_MUTEX_PAIR_H_

#include "models/spec/mutex.h"

namespace holdfast::spec {

// give_up: a timed form, of either, returned false.
enum class pair_operation : unsigned char { lock_a, unlock_a, lock_b, unlock_b, give_up };

struct mutex_pair {
  using operation = pair_operation;
  using thread = unsigned;

  mutex<> a;
  mutex<> b;

  bool enabled(operation op, unsigned caller) const {
    switch (op) {
      case operation::lock_a: return a.enabled(mutex_operation::lock, caller);
      case operation::unlock_a: return a.enabled(mutex_operation::unlock, caller);
      case operation::lock_b: return b.enabled(mutex_operation::lock, caller);
      case operation::unlock_b: return b.enabled(mutex_operation::unlock, caller);
      case operation::give_up: return true;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, unsigned caller) {
    if (op == operation::lock_a) a.effect(mutex_operation::lock, caller);
    if (op == operation::unlock_a) a.effect(mutex_operation::unlock, caller);
    if (op == operation::lock_b) b.effect(mutex_operation::lock, caller);
    if (op == operation::unlock_b) b.effect(mutex_operation::unlock, caller);
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::lock_a: return "lock a";
      case operation::unlock_a: return "unlock a";
      case operation::lock_b: return "lock b";
      case operation::unlock_b: return "unlock b";
      case operation::give_up: return "timed lock (gave up)";
    }
    return "?";
  }

  friend bool operator==(const mutex_pair&, const mutex_pair&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_MUTEX_PAIR_H_
