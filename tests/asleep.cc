#include "tests/asleep.h"

#include <unistd.h>

#include <fstream>
#include <string>
#include <thread>

namespace holdfast {
namespace {

// The first word of a file under /proc, or nothing if it cannot be read.
std::string first_word(const std::string& path) {
  std::ifstream file(path);
  std::string word;
  file >> word;
  return word;
}

// The letter of the thread's state: what follows the name, which may hold blanks and parentheses.
char state_of(const std::string& directory) {
  std::ifstream file(directory + "/stat");
  std::string line;
  std::getline(file, line);
  const std::size_t name_end = line.rfind(')');
  return name_end == std::string::npos || name_end + 2 >= line.size() ? '?' : line[name_end + 2];
}

}  // namespace

bool sleeps_in_futex(pid_t process, pid_t thread) {
  const std::string directory = "/proc/" + std::to_string(process) + "/task/" + std::to_string(thread);
  if (state_of(directory) != 'S') return false;
  // "running", or the number of the call; a kernel that hides it leaves the state alone to go by.
  const std::string call = first_word(directory + "/syscall");
  return call.empty() || call == std::to_string(SYS_futex);
}

void await_sleep_of(pid_t process, pid_t thread) {
  while (!sleeps_in_futex(process, thread)) std::this_thread::yield();
}

void sleeper::is_me() { thread_.store(static_cast<pid_t>(::syscall(SYS_gettid))); }

void sleeper::await_sleep() const {
  while (thread_.load() == 0) std::this_thread::yield();
  await_sleep_of(::getpid(), thread_.load());
}

}  // namespace holdfast
