// host: a process whose threads make system calls when told, through memory that it shares with the test. It is forked from the test, so
// that the memory lies at the same addresses in all of them.
#ifndef HOLDFAST_TESTS_KERNEL_HOST_H_
#define HOLDFAST_TESTS_KERNEL_HOST_H_

#include <linux/futex.h>
#include <stddef.h>
#include <sys/types.h>
#include <time.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <span>

#include "tests/kernel/script.h"

namespace holdfast::kernel_test {

// uapi/linux/futex.h of Debian 12 has no futex2 flags; the layout is struct futex_waitv's.
struct waitv_record {
  std::uint64_t val;
  std::uint64_t uaddr;
  std::uint32_t flags;
  std::uint32_t reserved;
};

inline constexpr std::size_t page_size = 4096;

enum class order_kind : std::uint32_t { call, exit, exec };

// One thread's. command counts up; entered and done follow it.
struct alignas(64) slot {
  std::atomic<std::uint32_t> command;
  std::atomic<std::uint32_t> entered;
  std::atomic<std::uint32_t> done;
  std::atomic<std::uint32_t> tid;  // 0: there is no such thread
  order_kind kind;
  long number;
  long arguments[6];
  long result;
  ::timespec until;
  std::array<waitv_record, 130> entries;
  ::robust_list_head head;
  ::robust_list_head* got_head;
  std::size_t got_length;
};

// What the test and the hosts share besides the futexes.
struct control {
  std::array<slot, threads> slots;
  // A host's first thread: asked to replace the threads that have ended.
  std::array<std::atomic<std::uint32_t>, processes> asked;
  std::array<std::atomic<std::uint32_t>, processes> answered;
};

// In the child, does not return. Reads the pages first: an operation that finds a word's page absent may answer EFAULT where it would have
// answered something else.
[[noreturn]] void run_host(control& c, int process, std::span<const char* const> readable, bool many_buckets);

// Of a word that nobody but the hosts and the test know.
void wait_for_change(std::atomic<std::uint32_t>& word, std::uint32_t old);
void wake_all(std::atomic<std::uint32_t>& word);

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_HOST_H_
