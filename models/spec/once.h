// once: the specification of a call that is to happen once.
//
// State: whether a function has returned. Only while none has may one be run, and a call that runs none returns after one has. A call whose
// function ends may not stay blocked.
#ifndef HOLDFAST_MODELS_SPEC_ONCE_H_
#define HOLDFAST_MODELS_SPEC_ONCE_H_

namespace holdfast::spec {

// Operations, each with the result it returned:
//   call      what a call counts as that has not returned
//   ran       it ran its function, which returned
//   threw     it ran its function, which threw
//   found     it ran nothing: another's function had returned
enum class once_operation : unsigned char { call, ran, threw, found };

// Thread: ids of threads; who calls makes no difference.
template <class Thread = unsigned>
struct once {
  using operation = once_operation;
  using thread = Thread;

  bool is_done = false;

  bool enabled(operation op, const Thread&) const {
    switch (op) {
      case operation::call: return true;
      case operation::ran:
      case operation::threw: return !is_done;
      case operation::found: return is_done;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread&) {
    if (op == operation::ran) is_done = true;
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::call: return "call_once";
      case operation::ran: return "call_once (ran)";
      case operation::threw: return "call_once (threw)";
      case operation::found: return "call_once (found it done)";
    }
    return "?";
  }

  friend bool operator==(const once&, const once&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_ONCE_H_
