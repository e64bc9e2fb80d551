// shared_mutex: the specification that every reader-writer lock of this project is held to.
//
// State: the writer that owns it, or nobody, and the readers that share it. Each operation says when it is enabled and what it does; one
// that is not enabled waits, and may stay blocked for ever only as long as it is not enabled. Which side goes first is no part of it.
#ifndef HOLDFAST_MODELS_SPEC_SHARED_MUTEX_H_
#define HOLDFAST_MODELS_SPEC_SHARED_MUTEX_H_

#include <cstdint>

namespace holdfast::spec {

// Operations, each with the result it returned:
//   lock              lock(), try_lock() or a timed form returned as the owner
//   try_busy          try_lock() returned false
//   unlock            unlock() took effect
//   lock_shared       lock_shared(), try_lock_shared() or a timed form returned with a share
//   try_shared_busy   try_lock_shared() returned false
//   unlock_shared     unlock_shared() took effect
//   give_up           a timed form returned false
enum class shared_mutex_operation : unsigned char { lock, try_busy, unlock, lock_shared, try_shared_busy, unlock_shared, give_up };

// What a try that fails says of the lock.
//   held      somebody held it, of those that exclude the caller
//   declined  nothing: it may also fail because a writer waits
enum class failed_try : bool { held, declined };

// Thread: ids of threads, from 1 to 63; 0 is nobody.
template <failed_try Failure = failed_try::held, class Thread = unsigned>
struct shared_mutex {
  using operation = shared_mutex_operation;
  using thread = Thread;

  std::uint64_t readers = 0;  // a bit for each
  Thread writer = 0;

  bool enabled(operation op, const Thread& caller) const {
    switch (op) {
      case operation::lock: return writer == 0 && readers == 0;
      case operation::try_busy: return Failure == failed_try::declined || writer != 0 || readers != 0;
      case operation::unlock: return writer == caller;
      case operation::lock_shared: return writer == 0 && (readers & bit(caller)) == 0;
      case operation::try_shared_busy: return Failure == failed_try::declined || writer != 0;
      case operation::unlock_shared: return (readers & bit(caller)) != 0;
      case operation::give_up: return true;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread& caller) {
    if (op == operation::lock) writer = caller;
    if (op == operation::unlock) writer = 0;
    if (op == operation::lock_shared) readers |= bit(caller);
    if (op == operation::unlock_shared) readers &= ~bit(caller);
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::lock: return "lock";
      case operation::try_busy: return "try_lock (busy)";
      case operation::unlock: return "unlock";
      case operation::lock_shared: return "lock_shared";
      case operation::try_shared_busy: return "try_lock_shared (busy)";
      case operation::unlock_shared: return "unlock_shared";
      case operation::give_up: return "timed lock (gave up)";
    }
    return "?";
  }

  friend bool operator==(const shared_mutex&, const shared_mutex&) = default;

 private:
  static constexpr std::uint64_t bit(const Thread& t) { return std::uint64_t{1} << t; }
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_SHARED_MUTEX_H_
