// interpreter: runs one thread of a litmus test on a machine that answers for shared memory.
//
// Guarantees: what it does is a function of the program and of the machine's answers. All that changes while it runs (the thread's
// variables and temporaries, of fixed size and initialised) is on the stack of run_thread; there is no allocation, no counter, nothing to
// destroy. So a call of the machine need not return, and two stops at one place with the same bytes on the stack are the same state. Trees
// are not deeper than max_depth: with optimisation run_thread takes at most 16 KiB of stack, with a sanitizer 48.
// Operands are evaluated, and accesses made, from left to right. Division by zero fails as an assertion does, and gives 0.
#ifndef HOLDFAST_CHECKER_LITMUS_INTERPRETER_H_
#define HOLDFAST_CHECKER_LITMUS_INTERPRETER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "checker/litmus/program.h"
#include "impl/platform.h"

namespace holdfast::checker::litmus {

// Shared memory and the scheduler. Locations are indices into program::locations, values the bits of such a location (zero beyond its
// size), positions and texts live as long as the program.
class machine {
 public:
  virtual std::uint64_t load(std::size_t location, order o, const position& at) = 0;
  virtual void store(std::size_t location, std::uint64_t value, order o, const position& at) = 0;

  // Returns the old value. A sum or difference is to be cut to the location's size.
  virtual std::uint64_t read_modify_write(std::size_t location, update how, std::uint64_t operand, order o, const position& at) = 0;

  // If it returns false, it has set `expected` to the value found.
  virtual bool compare_exchange(std::size_t location, std::uint64_t& expected, std::uint64_t desired, order success, order failure,
                                bool weak, const position& at) = 0;

  virtual void fence(order o, const position& at) = 0;
  virtual std::uint64_t plain_load(std::size_t location, const position& at) = 0;
  virtual void plain_store(std::size_t location, std::uint64_t value, const position& at) = 0;

  // The program asserts this; `text` is the assertion.
  virtual void expect(bool holds, std::string_view text, const position& at) = 0;

  // The execution is of interest only if this holds; the machine may abandon the thread.
  virtual void assume(bool holds, const position& at) = 0;

  // A loop begins another round. One without accesses (`while (1) {}`) never stops but here.
  virtual void repeat(const position& at) = 0;

 protected:
  ~machine() = default;
};

// Writes the thread's variables, as `converted` to their types, when it has ended and not before. REQUIRES: one place for each variable.
void run_thread(const program& p, std::size_t thread, machine& on, std::span<std::uint64_t> registers_out);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_INTERPRETER_H_
