#include "tests/stepper.h"

#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>

#include "tests/processes.h"

namespace holdfast {
namespace {

#if defined(__x86_64__)
constexpr bool supported = true;
constexpr std::size_t instruction_register = offsetof(user, regs.rip);
constexpr std::size_t call_register = offsetof(user, regs.rax);  // the number, before the call
constexpr long call_instruction = 0x050f;                        // the bytes 0f 05
constexpr long call_mask = 0xffff;
#else
constexpr bool supported = false;
constexpr std::size_t instruction_register = 0;
constexpr std::size_t call_register = 0;
constexpr long call_instruction = 0;
constexpr long call_mask = 0;
#endif

// Of a child that is stopped; what cannot fail then.
long peek(__ptrace_request request, pid_t process, std::uintptr_t where) {
  errno = 0;
  const long value = ::ptrace(request, process, where, nullptr);
  if (errno != 0) {
    ::perror("stepper: ptrace");
    ::abort();
  }
  return value;
}

bool stops_a_process(int signal) { return signal == SIGSTOP || signal == SIGTSTP || signal == SIGTTIN || signal == SIGTTOU; }

}  // namespace

void await_stepper() {
  if (::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr) != 0) ::_exit(errno);
  ::raise(SIGSTOP);  // it is stopped before it sees the signal, and never does
}

std::string stepper::refusal() {
  if (!supported) return "not written for this processor";
  stepper probe(fork_child([] {
    await_stepper();
    return 0;
  }));
  if (!probe.ended() && probe.step() && probe.run() == 0) return "";
  if (WIFSIGNALED(probe.status())) return ::strsignal(WTERMSIG(probe.status()));
  return ::strerror(WEXITSTATUS(probe.status()));
}

stepper::stepper(pid_t child) : process_(child) {
  if (!await_stop()) return;
  // Fails if what stopped is no tracee: then it could not be stepped.
  if (::ptrace(PTRACE_SETOPTIONS, process_, nullptr, PTRACE_O_EXITKILL) != 0) kill();
}

void stepper::begin_step() {
  if (ended_) return;
  // Fails if it was killed meanwhile, or if steps are refused; end_step() sees the end of it either way.
  if (::ptrace(PTRACE_SINGLESTEP, process_, nullptr, signal_) != 0) ::kill(process_, SIGKILL);
}

bool stepper::end_step() {
  while (await_stop()) {
    if (signal_ == 0) return true;
    begin_step();  // it stopped for a signal, and has executed nothing
  }
  return false;
}

int stepper::run() {
  while (!ended_) {
    if (::ptrace(PTRACE_CONT, process_, nullptr, signal_) != 0) ::kill(process_, SIGKILL);
    await_stop();
  }
  return status_;
}

void stepper::kill() {
  if (!ended_) ::kill(process_, SIGKILL);
  while (await_stop()) {
  }
}

std::uintptr_t stepper::instruction_pointer() const {
  return static_cast<std::uintptr_t>(peek(PTRACE_PEEKUSER, process_, instruction_register));
}

std::string stepper::place() const {
  // The child is a fork: the same files are in the same places here.
  const std::uintptr_t address = instruction_pointer();
  Dl_info file;
  if (::dladdr(reinterpret_cast<void*>(address), &file) == 0) return "?";
  const char* const slash = ::strrchr(file.dli_fname, '/');
  char text[256];
  ::snprintf(text, sizeof text, "%s+%#zx", slash != nullptr ? slash + 1 : file.dli_fname,
             static_cast<std::size_t>(address - reinterpret_cast<std::uintptr_t>(file.dli_fbase)));
  return text;
}

bool stepper::at_system_call(long number) const {
  if (ended_) return false;
  return (peek(PTRACE_PEEKTEXT, process_, instruction_pointer()) & call_mask) == call_instruction &&
         peek(PTRACE_PEEKUSER, process_, call_register) == number;
}

bool stepper::await_stop() {
  if (ended_) return false;
  int status = 0;
  while (::waitpid(process_, &status, __WALL | WUNTRACED) != process_) {
    if (errno != EINTR) ::abort();
  }
  if (WIFSTOPPED(status)) {
    const int signal = WSTOPSIG(status);
    signal_ = signal == SIGTRAP || stops_a_process(signal) ? 0 : signal;
    return true;
  }
  status_ = status;
  ended_ = true;
  return false;
}

}  // namespace holdfast
