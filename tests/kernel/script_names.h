// script_names: the words of a script's text, in the order of the enumerations. Private to script.cc and parse.cc.
#ifndef HOLDFAST_TESTS_KERNEL_SCRIPT_NAMES_H_
#define HOLDFAST_TESTS_KERNEL_SCRIPT_NAMES_H_

#include <cerrno>
#include <utility>

#include "tests/kernel/script.h"

namespace holdfast::kernel_test {

inline constexpr const char* opcode_names[] = {
    "wait",       "wake",          "requeue",     "cmp_requeue",     "wake_op",         "lock_pi",  "unlock_pi",
    "trylock_pi", "wait_bitset",   "wake_bitset", "wait_requeue_pi", "cmp_requeue_pi",  "lock_pi2", "futex_wait",
    "futex_wake", "futex_requeue", "futex_waitv", "set_robust_list", "get_robust_list", "unknown"};
inline constexpr const char* event_names[] = {"expire", "signal", "signal_restart", "stop",         "resume",  "spurious",
                                              "exit",   "kill",   "exec",           "set_priority", "enqueue", "returns"};
inline constexpr const char* deadline_names[] = {"never", "pending", "past", "invalid", "fault"};
inline constexpr const char* clock_names[] = {"monotonic", "realtime", "other"};
inline constexpr char page_letters[] = "stpofu";
inline constexpr std::pair<int, const char*> errors[] = {
    {EAGAIN, "EAGAIN"}, {EDEADLK, "EDEADLK"}, {EPERM, "EPERM"}, {ESRCH, "ESRCH"},         {EINVAL, "EINVAL"},
    {EFAULT, "EFAULT"}, {ENOSYS, "ENOSYS"},   {EINTR, "EINTR"}, {ETIMEDOUT, "ETIMEDOUT"},
};

inline bool has_entries(opcode op) { return op == opcode::futex_waitv || op == opcode::futex_requeue; }

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_SCRIPT_NAMES_H_
