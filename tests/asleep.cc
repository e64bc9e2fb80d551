#include "tests/asleep.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstring>
#include <thread>

namespace holdfast {
namespace {

// The start of a file of the thread's directory under /proc; empty if it cannot be read. Plain calls: where the tests refuse futex
// operations to the process, the C++ library's streams do not work.
struct start_of_file {
  char text[256] = "";

  start_of_file(pid_t process, pid_t thread, const char* file) {
    char path[64];
    ::snprintf(path, sizeof path, "/proc/%d/task/%d/%s", process, thread, file);
    const int descriptor = ::open(path, O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) return;
    const ssize_t length = ::read(descriptor, text, sizeof text - 1);
    text[length > 0 ? length : 0] = '\0';
    ::close(descriptor);
  }
};

}  // namespace

bool sleeps_in_futex(pid_t process, pid_t thread) {
  // The state follows the name, which is in parentheses and may hold some itself.
  const start_of_file stat(process, thread, "stat");
  const char* const name_end = std::strrchr(stat.text, ')');
  if (name_end == nullptr || std::strncmp(name_end, ") S", 3) != 0) return false;
  // "running", or the number of the call; a kernel that hides it leaves the state alone to go by.
  const start_of_file call(process, thread, "syscall");
  const long number = ::strtol(call.text, nullptr, 10);
  return call.text[0] == '\0' || number == SYS_futex || number == SYS_futex_waitv;
}

void await_sleep_of(pid_t process, pid_t thread) {
  while (!sleeps_in_futex(process, thread)) std::this_thread::yield();
}

bool asleep(pid_t process) { return sleeps_in_futex(process, process); }

bool falls_asleep(pid_t process) {
  siginfo_t ended{};
  while (!asleep(process)) {
    if (::waitid(P_PID, static_cast<id_t>(process), &ended, WEXITED | WNOHANG | WNOWAIT) == 0 && ended.si_pid != 0) return false;
    std::this_thread::yield();
  }
  return true;
}

bool stays_asleep(pid_t process, std::chrono::milliseconds time) {
  for (const auto until = std::chrono::steady_clock::now() + time; std::chrono::steady_clock::now() < until;) {
    if (!asleep(process)) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return asleep(process);
}

void sleeper::is_me() { thread_.store(static_cast<pid_t>(::syscall(SYS_gettid))); }

void sleeper::await_sleep() const {
  while (thread_.load() == 0) std::this_thread::yield();
  await_sleep_of(::getpid(), thread_.load());
}

}  // namespace holdfast
