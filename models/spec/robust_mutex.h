// robust_mutex: the specification of a mutex that outlives its owners.
//
// State: the owner, or nobody; what the owner before left behind. Who takes the mutex after an owner has died is told so, and has to make
// it consistent before the unlock; otherwise it is lost to all, for ever.
#ifndef HOLDFAST_MODELS_SPEC_ROBUST_MUTEX_H_
#define HOLDFAST_MODELS_SPEC_ROBUST_MUTEX_H_

namespace holdfast::spec {

// Operations, each with the result it returned:
//   lock, owner_died, not_recoverable   lock(), try_lock() or a timed form returned that: the caller owns it after the first two
//   busy, give_up                       try_lock() returned busy, also if another is just finding out that it is ruined; a timed form
//                                       returned timed_out
//   make_consistent, unlock
//   locking, trying                     lock(), and the other forms, of a thread that has not returned: the first waits, the others may not
//   death                               of a thread, with what the kernel does for it
enum class robust_operation : unsigned char {
  lock,
  owner_died,
  not_recoverable,
  busy,
  give_up,
  make_consistent,
  unlock,
  locking,
  trying,
  death
};

struct robust_mutex {
  using operation = robust_operation;
  using thread = unsigned;
  static constexpr operation death = operation::death;

  //   sound         as an unlock left it
  //   left          nobody owns it, and the last owner died
  //   inconsistent  its owner knows that the one before died
  //   ruined        not recoverable
  enum class condition : unsigned char { sound, left, inconsistent, ruined };

  thread owner = 0;
  condition is = condition::sound;

  bool enabled(operation op, thread caller) const {
    switch (op) {
      case operation::lock: return owner == 0 && is == condition::sound;
      case operation::owner_died: return owner == 0 && is == condition::left;
      case operation::not_recoverable: return is == condition::ruined;
      case operation::busy: return owner != 0 || is == condition::ruined;
      case operation::make_consistent: return owner == caller && is == condition::inconsistent;
      case operation::unlock: return owner == caller;
      case operation::locking: return owner == 0;
      case operation::give_up:
      case operation::trying:
      case operation::death: return true;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, thread caller) {
    switch (op) {
      case operation::lock:
      case operation::owner_died:
      case operation::locking:
      case operation::trying:
        if (owner != 0 || is == condition::ruined) return;
        owner = caller;
        if (is == condition::left) is = condition::inconsistent;
        return;
      case operation::make_consistent: is = condition::sound; return;
      case operation::unlock:
        owner = 0;
        if (is == condition::inconsistent) is = condition::ruined;
        return;
      case operation::death:
        if (owner != caller) return;
        owner = 0;
        is = condition::left;
        return;
      default: return;
    }
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::lock: return "lock";
      case operation::owner_died: return "lock (owner died)";
      case operation::not_recoverable: return "lock (not recoverable)";
      case operation::busy: return "try_lock (busy)";
      case operation::give_up: return "timed lock (gave up)";
      case operation::make_consistent: return "make_consistent";
      case operation::unlock: return "unlock";
      case operation::locking: return "lock";
      case operation::trying: return "try_lock";
      case operation::death: return "death";
    }
    return "?";
  }

  friend bool operator==(const robust_mutex&, const robust_mutex&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_ROBUST_MUTEX_H_
