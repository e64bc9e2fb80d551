#include "proofs/symbolic/fiber.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <utility>

namespace holdfast::proofs {

namespace {
constexpr std::size_t stack_size = 1 << 20;  // the solver runs on it as well
}

fiber::fiber() : stack_(new std::byte[stack_size]) {}
fiber::~fiber() = default;

void fiber::enter(unsigned high, unsigned low) {
  auto* self = reinterpret_cast<fiber*>(static_cast<std::uintptr_t>(high) << 32 | low);
  self->function_();
  self->leave();
}

void fiber::run(std::function<void()> function) {
  function_ = std::move(function);
  if (getcontext(&inside_) != 0) std::abort();
  inside_.uc_stack.ss_sp = stack_.get();
  inside_.uc_stack.ss_size = stack_size;
  inside_.uc_link = nullptr;
  const auto self = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&inside_, reinterpret_cast<void (*)()>(&fiber::enter), 2, static_cast<unsigned>(self >> 32), static_cast<unsigned>(self));
  if (swapcontext(&outside_, &inside_) != 0) std::abort();
}

void fiber::leave() {
  if (setcontext(&outside_) != 0) std::abort();
  std::abort();
}

}  // namespace holdfast::proofs
