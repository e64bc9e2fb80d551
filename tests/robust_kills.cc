#include "tests/robust_kills.h"

#include <sys/wait.h>

namespace holdfast {

bool has_stopped_or_ended(pid_t process) {
  siginfo_t what{};
  return ::waitid(P_PID, static_cast<id_t>(process), &what, WEXITED | WSTOPPED | WNOHANG | WNOWAIT) == 0 && what.si_pid != 0;
}

bool ends_soon(pid_t process) {
  using namespace std::chrono_literals;
  for (const auto until = std::chrono::steady_clock::now() + 20s; std::chrono::steady_clock::now() < until;) {
    if (has_stopped_or_ended(process)) return true;
    std::this_thread::yield();
  }
  return false;
}

std::set<std::string>& killed_at() {
  static std::set<std::string> places;
  return places;
}

}  // namespace holdfast
