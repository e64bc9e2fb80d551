// barrier: the specification of a barrier with phases.
//
// State: the phase, how many arrivals it lacks, how many the next begins with, and the phase in which each thread last arrived. The arrival
// after which nothing is lacking ends the phase. A wait is for the phase of its thread's last arrival, and may stay blocked only until that
// has ended.
#ifndef HOLDFAST_MODELS_SPEC_BARRIER_H_
#define HOLDFAST_MODELS_SPEC_BARRIER_H_

#include <array>

namespace holdfast::spec {

// Operations, each with the result it returned:
//   arrive, drop   arrive() and arrive_and_drop()
//   wait           wait() returned, or a timed form returned true
//   give_up        a timed form returned false
enum class barrier_operation : unsigned char { arrive, drop, wait, give_up };

// Expected: how many arrivals a phase takes at first. Threads are numbered below 16.
template <unsigned Expected>
struct barrier {
  using operation = barrier_operation;
  using thread = unsigned;

  unsigned phase = 0;
  unsigned remaining = Expected;
  unsigned expected = Expected;
  std::array<unsigned, 16> arrived_in{};

  bool enabled(operation op, thread caller) const {
    switch (op) {
      case operation::arrive:
      case operation::drop: return remaining != 0;
      case operation::wait: return arrived_in[caller] != phase;
      case operation::give_up: return true;
    }
    return false;
  }

  // REQUIRES: the operation is enabled.
  void effect(operation op, thread caller) {
    if (op == operation::drop) --expected;
    if (op != operation::arrive && op != operation::drop) return;
    arrived_in[caller] = phase;
    if (--remaining != 0) return;
    remaining = expected;
    ++phase;
  }

  static constexpr const char* name(operation op) {
    switch (op) {
      case operation::arrive: return "arrive";
      case operation::drop: return "arrive_and_drop";
      case operation::wait: return "wait";
      case operation::give_up: return "timed wait (gave up)";
    }
    return "?";
  }

  friend bool operator==(const barrier&, const barrier&) = default;
};

}  // namespace holdfast::spec

#endif  // HOLDFAST_MODELS_SPEC_BARRIER_H_
