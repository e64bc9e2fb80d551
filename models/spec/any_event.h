// any_event: the specification of two events with automatic reset, of which threads wait for one or for any.
//
// State: which are set. A wait takes the event that it returns for; it may stay blocked only while none that it waits for is set.
#ifndef HOLDFAST_MODELS_SPEC_ANY_EVENT_H_
#define HOLDFAST_MODELS_SPEC_ANY_EVENT_H_

namespace holdfast::spec {

// Operations, each with the result that it returned:
//   set_first, set_second
//   wait_first, wait_second   wait() of that event returned
//   any                       wait_any() has not returned
//   any_first, any_second     wait_any() returned with that event
enum class any_event_operation : unsigned char { set_first, set_second, wait_first, wait_second, any, any_first, any_second };

struct any_event {
  using operation = any_event_operation;
  using thread = unsigned;

  bool first = false;
  bool second = false;

  bool enabled(operation op, thread) const {
    switch (op) {
      case operation::set_first:
      case operation::set_second: return true;
      case operation::wait_first:
      case operation::any_first: return first;
      case operation::wait_second:
      case operation::any_second: return second;
      case operation::any: return first || second;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, thread) {
    if (op == operation::set_first) first = true;
    if (op == operation::set_second) second = true;
    if (op == operation::wait_first || op == operation::any_first) first = false;
    if (op == operation::wait_second || op == operation::any_second) second = false;
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::set_first: return "set (first)";
      case operation::set_second: return "set (second)";
      case operation::wait_first: return "wait (first)";
      case operation::wait_second: return "wait (second)";
      case operation::any: return "wait_any";
      case operation::any_first: return "wait_any (first)";
      case operation::any_second: return "wait_any (second)";
    }
    return "?";
  }

  friend bool operator==(const any_event&, const any_event&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_ANY_EVENT_H_
