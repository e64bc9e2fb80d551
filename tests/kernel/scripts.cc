#include "tests/kernel/scripts.h"

#include <errno.h>
#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace holdfast::kernel_test {
namespace {

constexpr const char* files[] = {"wait_wake", "deadlines_signals", "requeue", "pi", "requeue_pi", "robust"};

std::uint32_t word = 1;

bool known(long result) { return result >= 0 || errno != ENOSYS; }
bool has_command(long command) {
  alignas(8) std::uint32_t other = 0;
  return known(::syscall(SYS_futex, &word, command, 0, nullptr, &other, 0));
}
bool has_call(long number) { return known(::syscall(number, nullptr, 0, 0, 0, 0, 0)); }
// futex_wake of a word of another size.
bool has_size(unsigned flags) { return ::syscall(454, &word, 1, 1, flags) >= 0; }

struct feature {
  const char* name;
  bool (*there)();
  int op;  // of the scripts' that need it; -1: none
};

constexpr int none = -1;
constexpr int op(opcode o) { return static_cast<int>(o); }
const feature features[] = {
    {"FUTEX_WAIT", [] { return has_command(FUTEX_WAIT); }, op(opcode::wait)},
    {"FUTEX_WAKE", [] { return has_command(FUTEX_WAKE); }, op(opcode::wake)},
    {"FUTEX_REQUEUE", [] { return has_command(FUTEX_REQUEUE); }, op(opcode::requeue)},
    {"FUTEX_CMP_REQUEUE", [] { return has_command(FUTEX_CMP_REQUEUE); }, op(opcode::cmp_requeue)},
    {"FUTEX_WAKE_OP", [] { return has_command(FUTEX_WAKE_OP); }, op(opcode::wake_op)},
    {"FUTEX_UNLOCK_PI", [] { return has_command(FUTEX_UNLOCK_PI); }, op(opcode::unlock_pi)},
    {"FUTEX_TRYLOCK_PI", [] { return has_command(FUTEX_TRYLOCK_PI); }, op(opcode::trylock_pi)},
    {"FUTEX_LOCK_PI", [] { return has_command(FUTEX_TRYLOCK_PI); }, op(opcode::lock_pi)},
    {"FUTEX_WAIT_BITSET", [] { return has_command(FUTEX_WAIT_BITSET); }, op(opcode::wait_bitset)},
    {"FUTEX_WAKE_BITSET", [] { return has_command(FUTEX_WAKE_BITSET); }, op(opcode::wake_bitset)},
    {"FUTEX_WAIT_REQUEUE_PI", [] { return has_command(FUTEX_WAIT_REQUEUE_PI); }, op(opcode::wait_requeue_pi)},
    {"FUTEX_CMP_REQUEUE_PI", [] { return has_command(FUTEX_CMP_REQUEUE_PI); }, op(opcode::cmp_requeue_pi)},
    // Of a word at an address that is not aligned.
    {"FUTEX_LOCK_PI2", [] { return known(::syscall(SYS_futex, reinterpret_cast<char*>(&word) + 1, 13, 0, nullptr, nullptr, 0)); },
     op(opcode::lock_pi2)},
    {"FUTEX_ROBUST_UNLOCK", [] { return has_command(FUTEX_UNLOCK_PI | 512); }, none},
    {"FUTEX_WAIT | FUTEX_CLOCK_REALTIME", [] { return has_command(FUTEX_WAIT | FUTEX_CLOCK_REALTIME); }, none},
    {"futex_waitv", [] { return has_call(449); }, op(opcode::futex_waitv)},
    {"futex_wake", [] { return has_call(454); }, op(opcode::futex_wake)},
    {"futex_wait", [] { return has_call(455); }, op(opcode::futex_wait)},
    {"futex_requeue", [] { return has_call(456); }, op(opcode::futex_requeue)},
    {"FUTEX2_SIZE_U8", [] { return has_size(0); }, none},
    {"FUTEX2_SIZE_U16", [] { return has_size(1); }, none},
    {"FUTEX2_SIZE_U64", [] { return has_size(3); }, none},
};

}  // namespace

std::string file_text(const std::string& path) {
  std::ifstream in(path);
  if (!in) {
    std::fprintf(stderr, "%s: cannot be read\n", path.c_str());
    std::exit(1);
  }
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::vector<script> hand_written_scripts() {
  std::vector<script> all;
  for (const char* const file : files) {
    const std::string path = std::string("tests/kernel/scripts/") + file + ".txt";
    for (script& s : parse_scripts(file_text(path), path)) all.push_back(std::move(s));
  }
  return all;
}

std::vector<std::string> missing_features() {
  std::vector<std::string> missing;
  for (const feature& f : features) {
    if (!f.there()) missing.push_back(f.name);
  }
  return missing;
}

bool kernel_has(opcode o) {
  static const std::vector<std::string> missing = missing_features();
  for (const feature& f : features) {
    if (f.op == op(o)) return std::ranges::find(missing, f.name) == missing.end();
  }
  return true;
}

bool may_set_priorities() {
  static const bool may = [] {
    const pid_t child = ::fork();
    if (child == 0) {
      const ::sched_param priority{1};
      ::_exit(::sched_setscheduler(0, SCHED_FIFO, &priority) == 0 ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    return status == 0;
  }();
  return may;
}

std::string reason_to_skip(const script& s) {
  if (s.uses_priorities() && !may_set_priorities()) return "SCHED_FIFO is not permitted here";
  for (const script_step& step : s.steps) {
    if (step.what == action::call && !kernel_has(step.call.op)) return std::string("the kernel has no ") + name_of(step.call.op);
  }
  if (s.uses_kernel_thread()) {
    std::ifstream in("/proc/2/comm");
    std::string name;
    in >> name;
    if (name != "kthreadd") return "no kernel thread has a tid in this pid namespace";
  }
  return "";
}

}  // namespace holdfast::kernel_test
