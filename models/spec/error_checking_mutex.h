// error_checking_mutex: the specification of a mutex that refuses its owner's lock and others' unlock.
//
// State: the owner, or nobody. A lock returns if nobody owns the mutex (lock) or the caller does (deadlock); an unlock always.
#ifndef HOLDFAST_MODELS_SPEC_ERROR_CHECKING_MUTEX_H_
#define HOLDFAST_MODELS_SPEC_ERROR_CHECKING_MUTEX_H_

namespace holdfast::spec {

// Operations, each with the result it returned:
//   lock           a lock, a try or a timed form took the mutex
//   deadlock       a lock or a timed form returned `deadlock`
//   try_lock_busy  a try returned false
//   give_up        a timed form returned timed_out
//   unlock         an unlock released the mutex
//   not_owner      an unlock returned not_owner
enum class error_checking_operation : unsigned char { lock, deadlock, try_lock_busy, give_up, unlock, not_owner };

// Thread: ids of threads, 1 and above; 0 is nobody.
template <class Thread = unsigned>
struct error_checking_mutex {
  using operation = error_checking_operation;
  using thread = Thread;

  Thread owner = Thread(0);

  bool enabled(operation op, const Thread& caller) const {
    switch (op) {
      case operation::lock: return owner == Thread(0);
      case operation::deadlock: return owner == caller;
      case operation::try_lock_busy: return owner != Thread(0);
      case operation::give_up: return true;
      case operation::unlock: return owner == caller;
      case operation::not_owner: return owner != caller;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread& caller) {
    if (op == operation::lock) owner = caller;
    if (op == operation::unlock) owner = Thread(0);
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::lock: return "lock";
      case operation::deadlock: return "lock (deadlock)";
      case operation::try_lock_busy: return "try_lock (busy)";
      case operation::give_up: return "timed lock (gave up)";
      case operation::unlock: return "unlock";
      case operation::not_owner: return "unlock (not the owner)";
    }
    return "?";
  }

  friend bool operator==(const error_checking_mutex&, const error_checking_mutex&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_ERROR_CHECKING_MUTEX_H_
