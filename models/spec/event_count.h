// event_count: the specification of an event count.
//
// State: which threads have prepared to wait, which of them a notification has come after, and how many of these must return at least. A
// wait may return once a notification has come after its preparation; it may stay blocked unless one is owed to it.
#ifndef HOLDFAST_MODELS_SPEC_EVENT_COUNT_H_
#define HOLDFAST_MODELS_SPEC_EVENT_COUNT_H_

#include <bit>

namespace holdfast::spec {

// Operations, each with the result it returned:
//   prepare
//   leave       cancel_wait(), or a timed form that returned false
//   wait        what a wait counts as that has not returned
//   timed_wait  the same of a timed form, which may not stay blocked
//   woken       a wait returned, or a timed form returned true
//   notify_one, notify_all
enum class event_count_operation : unsigned char { prepare, leave, wait, timed_wait, woken, notify_one, notify_all };

// Threads are numbered below 32.
struct event_count {
  using operation = event_count_operation;
  using thread = unsigned;

  unsigned prepared = 0;  // a bit for each thread
  unsigned notified = 0;  // of those
  int owed = 0;           // as many of the notified must return

  bool enabled(operation op, thread caller) const {
    switch (op) {
      case operation::prepare: return !has(prepared, caller);
      case operation::leave: return has(prepared, caller);
      case operation::wait: return has(notified, caller) && owed != 0;
      case operation::woken: return has(notified, caller);
      case operation::timed_wait:
      case operation::notify_one:
      case operation::notify_all: return true;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, thread caller) {
    if (op == operation::prepare) prepared |= 1u << caller;
    if (op == operation::leave || op == operation::woken) {
      prepared &= ~(1u << caller);
      notified &= ~(1u << caller);
      if (op == operation::woken && owed != 0) --owed;
    }
    if (op == operation::notify_one || op == operation::notify_all) {
      notified = prepared;
      owed = op == operation::notify_one ? owed + 1 : std::popcount(notified);
    }
    if (owed > std::popcount(notified)) owed = std::popcount(notified);
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::prepare: return "prepare_wait";
      case operation::leave: return "cancel_wait";
      case operation::wait: return "wait";
      case operation::timed_wait: return "timed wait";
      case operation::woken: return "wait (notified)";
      case operation::notify_one: return "notify_one";
      case operation::notify_all: return "notify_all";
    }
    return "?";
  }

  friend bool operator==(const event_count&, const event_count&) = default;

 private:
  static bool has(unsigned set, thread t) { return (set >> t & 1u) != 0; }
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_EVENT_COUNT_H_
