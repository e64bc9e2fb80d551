// event: the specification of an event that is set and reset.
//
// State: whether it is set. Waits return while it is, and with automatic reset take that away; they may stay blocked only while it is not.
#ifndef HOLDFAST_MODELS_SPEC_EVENT_H_
#define HOLDFAST_MODELS_SPEC_EVENT_H_

namespace holdfast::spec {

// Operations, each with the result it returned:
//   wait       wait() returned, or a try or timed form returned true
//   wait_busy  try_wait() returned false
//   give_up    a timed form returned false
//   set, reset
enum class event_operation : unsigned char { wait, wait_busy, give_up, set, reset };

// Automatic: each wait resets. Thread: ids of threads; who calls makes no difference.
template <bool Automatic, class Thread = unsigned>
struct event {
  using operation = event_operation;
  using thread = Thread;

  bool is_set = false;

  bool enabled(operation op, const Thread&) const {
    switch (op) {
      case operation::wait: return is_set;
      case operation::wait_busy: return !is_set;
      case operation::give_up:
      case operation::set:
      case operation::reset: return true;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread&) {
    if (op == operation::set) is_set = true;
    if (op == operation::reset || (Automatic && op == operation::wait)) is_set = false;
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::wait: return "wait";
      case operation::wait_busy: return "try_wait (busy)";
      case operation::give_up: return "timed wait (gave up)";
      case operation::set: return "set";
      case operation::reset: return "reset";
    }
    return "?";
  }

  friend bool operator==(const event&, const event&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_EVENT_H_
