#include "checker/cli/interrupt.h"

#include <csignal>

namespace holdfast::checker {
namespace {

std::atomic<bool> flag{false};
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler sets it");

extern "C" void holdfast_on_signal(int) { flag.store(true); }

}  // namespace

void watch_for(int signal) {
  struct sigaction before = {};
  if (sigaction(signal, nullptr, &before) != 0 || before.sa_handler == SIG_IGN) return;
  struct sigaction action = {};
  action.sa_handler = holdfast_on_signal;
  action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

const std::atomic<bool>& interrupted() { return flag; }

}  // namespace holdfast::checker
