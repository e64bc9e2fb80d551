// latch: the specification of a latch.
//
// State: what is still to be counted down. It never grows; waits return once nothing remains, and may stay blocked only until then.
#ifndef HOLDFAST_MODELS_SPEC_LATCH_H_
#define HOLDFAST_MODELS_SPEC_LATCH_H_

namespace holdfast::spec {

// Operations, each with the result it returned:
//   wait        wait() returned, or a try or timed form returned true
//   wait_busy   try_wait() returned false
//   give_up     a timed form returned false
//   count_down  one was counted down
enum class latch_operation : unsigned char { wait, wait_busy, give_up, count_down };

// Expected: what is to be counted down at first. Thread: ids of threads; who calls makes no difference.
template <unsigned Expected, class Thread = unsigned>
struct latch {
  using operation = latch_operation;
  using thread = Thread;

  unsigned remaining = Expected;

  bool enabled(operation op, const Thread&) const {
    switch (op) {
      case operation::wait: return remaining == 0;
      case operation::wait_busy: return remaining != 0;
      case operation::give_up: return true;
      case operation::count_down: return remaining != 0;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, const Thread&) {
    if (op == operation::count_down) --remaining;
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::wait: return "wait";
      case operation::wait_busy: return "try_wait (busy)";
      case operation::give_up: return "timed wait (gave up)";
      case operation::count_down: return "count_down";
    }
    return "?";
  }

  friend bool operator==(const latch&, const latch&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_LATCH_H_
