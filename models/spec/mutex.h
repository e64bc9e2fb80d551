// mutex: the specification that every mutex of this project is held to.
//
// State: the owner, or nobody. Each operation says when it is enabled and what it does; an operation that is not enabled waits, and may
// stay blocked for ever only as long as it is not enabled. Generic in its integer and boolean types: the same text judges explored
// executions and recorded histories (unsigned, bool) and serves as the right-hand side of the proofs (terms of a solver).
#ifndef HOLDFAST_MODELS_SPEC_MUTEX_H_
#define HOLDFAST_MODELS_SPEC_MUTEX_H_

namespace holdfast::spec {

// Operations, each with the result it returned:
//   lock           lock(), try_lock() or a timed form returned as the owner
//   try_lock_busy  try_lock() returned false
//   give_up        a timed form returned false
//   unlock         unlock() took effect
enum class mutex_operation : unsigned char { lock, try_lock_busy, give_up, unlock };

// Thread: ids of threads, 1 and above; 0 is nobody. Flag: the type of comparisons of two threads.
template <class Thread = unsigned, class Flag = bool>
struct mutex {
  using operation = mutex_operation;
  using thread = Thread;

  Thread owner = Thread(0);

  Flag enabled(operation op, const Thread& caller) const {
    switch (op) {
      case operation::lock: return owner == Thread(0);
      case operation::try_lock_busy: return owner != Thread(0);
      case operation::give_up: return Flag(true);
      case operation::unlock: return owner == caller;
    }
    return Flag(false);
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread& caller) {
    if (op == operation::lock) owner = caller;
    if (op == operation::unlock) owner = Thread(0);
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::lock: return "lock";
      case operation::try_lock_busy: return "try_lock (busy)";
      case operation::give_up: return "timed lock (gave up)";
      case operation::unlock: return "unlock";
    }
    return "?";
  }

  friend bool operator==(const mutex&, const mutex&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_MUTEX_H_
