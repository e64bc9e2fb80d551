// program: a scenario as an engine runs it.
#ifndef HOLDFAST_CHECKER_PROGRAM_H_
#define HOLDFAST_CHECKER_PROGRAM_H_

#include <cstddef>
#include <span>

#include "checker/model_platform.h"
#include "checker/report/record.h"

namespace holdfast::checker {

// What is wrong with one execution.
struct finding {
  violation_kind kind = violation_kind::none;
  std::size_t culprit = 0;  // index of the observed operation that cannot be explained
  const char* text = "";    // static
};
using precedes = bool (*)(std::size_t i, std::size_t j);

// The engine calls construct(), then run() once for each thread, then finish() if every thread returned, then destroy(); again and again,
// each time with other choices. The functions do not touch the heap.
class program {
 public:
  virtual ~program() = default;
  virtual void construct() = 0;
  virtual void run(unsigned thread) = 0;  // from 1
  virtual void finish() = 0;
  virtual void destroy() = 0;
  // `before` says which operations happen before which. Threads blocked for ever have a pending operation.
  virtual finding judge(std::span<const observed_operation> operations, precedes before) const = 0;
  virtual const char* operation_name(unsigned char operation) const = 0;
  // Where the scenario lies, for an engine that wants to see that its threads share nothing behind the platform's back.
  virtual std::span<const std::byte> memory() const { return {}; }
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_PROGRAM_H_
