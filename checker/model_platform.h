// model_platform: what a scenario may ask of an exploring platform beyond what a lock may ask (impl/platform.h).
//
// A scenario is written once over such a platform. It builds its locks and data, runs its threads, and records each operation of a lock, so
// that the execution can be held against a specification.
#ifndef HOLDFAST_CHECKER_MODEL_PLATFORM_H_
#define HOLDFAST_CHECKER_MODEL_PLATFORM_H_

#include <cstddef>
#include <cstdint>

#include "impl/platform.h"

namespace holdfast::checker {

// One operation of a lock as an execution showed it. `happens_before` order comes from the engine.
struct observed_operation {
  unsigned thread;          // from 1
  unsigned char operation;  // a value of the specification's operation type
  bool pending;             // had not returned at the end: its thread is blocked in it
  bool cut_off = false;     // its thread died in it: it may have taken effect or not; it is pending, too
  bool is_death = false;    // no operation, but the death of the thread and all that the kernel did for it
};

// What an engine shows of the state when it asks whether the situation is reached.
class world_view {
 public:
  virtual ~world_view() = default;
  // The newest value of the nth atomic object, in order of construction; no_such_word while there is none.
  static constexpr std::uint64_t no_such_word = ~std::uint64_t{0};
  virtual std::uint64_t word(std::size_t nth) const = 0;
  // How many threads sleep on it; none while it does not exist.
  virtual std::size_t asleep_on(std::size_t nth) const = 0;
};

// P::begin_operation(op) and P::end_operation(op) enclose one operation of a lock; the second names the result. expect() fails the check
// if its condition is false.
template <class P>
concept model_platform = platform<P> && requires(unsigned char op, bool condition, const char* text, typename P::site s) {
  P::begin_operation(op, s);
  P::end_operation(op);
  P::expect(condition, text, s);
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_MODEL_PLATFORM_H_
