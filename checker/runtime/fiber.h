// fiber: a stack of its own for code that is stopped and continued at will, and given up without being unwound.
#ifndef HOLDFAST_CHECKER_RUNTIME_FIBER_H_
#define HOLDFAST_CHECKER_RUNTIME_FIBER_H_

#include <cstddef>
#include <memory>
#include <span>

namespace holdfast::checker::runtime {

class fiber {
 public:
  using entry = void (*)(void* argument);
  static constexpr std::size_t stack_bytes = std::size_t{64} << 10;

  fiber();
  ~fiber();
  fiber(const fiber&) = delete;
  fiber& operator=(const fiber&) = delete;

  // The code will begin anew at the next resume(), on a stack of zeros. What it had on the stack before is gone.
  void restart(entry function, void* argument);
  // Runs the code until it calls pause(). What it will push from here lands on zeros, so that equal code leaves equal bytes.
  void resume();
  // Called on the fiber: back to whoever called resume().
  void pause();

  // The live part of the stack, with the saved registers, while the fiber is paused.
  std::span<const std::byte> live() const;

 private:
  static void start();

  std::byte* stack_;   // the lowest byte
  std::byte* lowest_;  // what is below has not been cleared since the last restart: it is as it was then
  void* own_ = nullptr;
  void* caller_ = nullptr;
  entry function_ = nullptr;
  void* argument_ = nullptr;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_FIBER_H_
