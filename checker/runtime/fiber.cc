#include "checker/runtime/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>

#ifndef __x86_64__
#error "fibers switch stacks by hand; so far this is written for x86-64"
#endif

// Saves the callee-saved registers and the stack pointer, and takes up another stack where it was left.
extern "C" void holdfast_switch_stack(void** save, void* load);
asm(R"(
.text
.type holdfast_switch_stack, @function
holdfast_switch_stack:
  endbr64
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
.size holdfast_switch_stack, .-holdfast_switch_stack
)");

namespace holdfast::checker::runtime {
namespace {

thread_local fiber* starting = nullptr;

// As far as the code between two pauses usually reaches. What is beyond only makes equal states look different.
constexpr std::size_t cleared_bytes = 4096;

std::size_t guard_bytes() {
  static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  return page;
}

}  // namespace

// Below the stack lies a page that nobody may touch, so that an overflow ends the program at once.
fiber::fiber() {
  void* memory = mmap(nullptr, guard_bytes() + stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  mprotect(memory, guard_bytes(), PROT_NONE);
  stack_ = static_cast<std::byte*>(memory) + guard_bytes();
  lowest_ = stack_ + stack_bytes;
}

fiber::~fiber() { munmap(stack_ - guard_bytes(), guard_bytes() + stack_bytes); }

void fiber::restart(entry function, void* argument) {
  function_ = function;
  argument_ = argument;
  std::memset(lowest_, 0, static_cast<std::size_t>(stack_ + stack_bytes - lowest_));
  lowest_ = stack_ + stack_bytes;
  // As holdfast_switch_stack left it: six registers, the address to return to, and the alignment of a function's first instruction.
  auto* top = reinterpret_cast<void**>(stack_ + stack_bytes) - 2;
  *top = reinterpret_cast<void*>(&fiber::start);
  own_ = top - 6;
}

void fiber::start() {
  fiber* const self = starting;
  self->function_(self->argument_);
  self->pause();
  __builtin_unreachable();
}

void fiber::resume() {
  auto* const low = static_cast<std::byte*>(own_);
  const std::size_t cleared = std::min(cleared_bytes, static_cast<std::size_t>(low - stack_));
  std::memset(low - cleared, 0, cleared);
  lowest_ = std::min(lowest_, low - cleared);
  starting = this;
  holdfast_switch_stack(&caller_, own_);
}

void fiber::pause() { holdfast_switch_stack(&own_, caller_); }

std::span<const std::byte> fiber::live() const {
  const auto* low = static_cast<const std::byte*>(own_);
  return {low, static_cast<std::size_t>(stack_ + stack_bytes - low)};
}

}  // namespace holdfast::checker::runtime
