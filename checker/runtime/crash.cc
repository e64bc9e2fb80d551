#include "checker/runtime/crash.h"

#include <csignal>
#include <cstring>
#include <memory>

namespace holdfast::checker::runtime {
namespace {

thread_local crash_point* innermost = nullptr;

// SIGABRT: std::terminate, for an exception that leaves a noexcept function.
constexpr int faults[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// The fault may be that the stack is full, so the handler has one of its own.
struct handler_stack {
  handler_stack() {
    stack_t s{};
    s.ss_sp = memory.get();
    s.ss_size = bytes;
    sigaltstack(&s, nullptr);
  }
  ~handler_stack() {
    stack_t s{};
    s.ss_flags = SS_DISABLE;
    sigaltstack(&s, nullptr);
  }
  static constexpr std::size_t bytes = std::size_t{64} << 10;
  std::unique_ptr<char[]> memory = std::make_unique<char[]>(bytes);
};

void on_fault(int signal, siginfo_t* information, void*) {
  if (innermost != nullptr) innermost->take(signal, information->si_addr);
  std::signal(signal, SIG_DFL);  // not ours: it ends the program as usual
}

void install() {
  for (const int signal : faults) {
    struct sigaction action {};
    action.sa_sigaction = &on_fault;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER;
    sigaction(signal, &action, nullptr);
  }
}

}  // namespace

crash_point::crash_point() : outer_(innermost) {
  static const bool installed = (install(), true);
  static thread_local const handler_stack stack;
  static_cast<void>(installed);
  static_cast<void>(stack);
  innermost = this;
}

crash_point::~crash_point() { innermost = outer_; }

void crash_point::take(int signal, const void* address) {
  address_ = address;
  signal_ = signal;
  siglongjmp(where_, 1);
}

const char* crash_point::signal_name() const { return strsignal(signal_); }

}  // namespace holdfast::checker::runtime
