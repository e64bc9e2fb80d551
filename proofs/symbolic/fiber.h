// fiber: runs a function on a stack of its own that the function may leave for good, without unwinding it.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_FIBER_H_
#define HOLDFAST_PROOFS_SYMBOLIC_FIBER_H_

#include <ucontext.h>

#include <functional>
#include <memory>

namespace holdfast::proofs {

class fiber {
 public:
  fiber();
  ~fiber();
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;

  // Returns when the function returns or leaves.
  void run(std::function<void()> function);
  // Called from within the function. What is on its stack is never destroyed.
  [[noreturn]] void leave();

 private:
  static void enter(unsigned high, unsigned low);

  std::unique_ptr<std::byte[]> stack_;
  std::function<void()> function_;
  ucontext_t outside_{};
  ucontext_t inside_{};
};

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_FIBER_H_
