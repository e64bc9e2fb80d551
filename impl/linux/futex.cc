#include "impl/linux/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <atomic>

#include "impl/linux/process.h"

namespace holdfast {
namespace {

static_assert(sizeof(long) == 8 && sizeof(::time_t) == 8, "holdfast: 64-bit Linux only");

// The calling thread's errno, put back at the end.
class errno_kept {
 public:
  errno_kept() noexcept : saved_(errno) {}
  ~errno_kept() { errno = saved_; }
  errno_kept(const errno_kept&) = delete;
  errno_kept& operator=(const errno_kept&) = delete;

 private:
  const int saved_;
};

enum class private_operations : int { undecided, supported, refused };

constinit std::atomic<private_operations> decision{private_operations::undecided};

// Nobody sleeps on it.
constinit std::atomic<std::uint32_t> probed{0};

[[gnu::cold, gnu::noinline]] private_operations decide() noexcept {
  const long answer = ::syscall(SYS_futex, &probed, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1, nullptr, nullptr, 0);
  const auto mine = answer == -1 && errno == ENOSYS ? private_operations::refused : private_operations::supported;
  auto standing = private_operations::undecided;
  // relaxed: the decision publishes nothing but itself, and the compare-exchange lets only one be made.
  if (decision.compare_exchange_strong(standing, mine, std::memory_order::relaxed, std::memory_order::relaxed)) return mine;
  return standing;
}

int operation(int base, scope who) noexcept {
  if (who == scope::process_shared) return base;
  auto standing = decision.load(std::memory_order::relaxed);
  if (standing == private_operations::undecided) standing = decide();
  return standing == private_operations::supported ? base | FUTEX_PRIVATE_FLAG : base;
}

const char* error_name(int error) noexcept {
  switch (error) {
    case EACCES: return "EACCES";
    case EFAULT: return "EFAULT: the word is not mapped";
    case EINVAL: return "EINVAL";
    case ENOMEM: return "ENOMEM";
    case ENOSYS: return "ENOSYS: the kernel or a sandbox refuses it";
    case EPERM: return "EPERM: a sandbox refuses it";
    default: return "unexpected";
  }
}

[[noreturn, gnu::cold, gnu::noinline]] void fail(const char* call, int error) noexcept {
  char line[128];
  ::snprintf(line, sizeof line, "%s failed with errno %d (%s)", call, error, error_name(error));
  misuse(line);
}

}  // namespace

wait_result futex_wait(const void* word, std::uint32_t expected, scope who, const linux_deadline& until, std::uint32_t bitset) noexcept {
  const errno_kept kept;
  // The bitset form takes an absolute time, so that a signal does not lengthen the wait, and either clock.
  int call = operation(FUTEX_WAIT_BITSET, who);
  if (until.clock() == deadline_clock::system) call |= FUTEX_CLOCK_REALTIME;
  const ::timespec time{until.seconds(), until.nanoseconds()};
  const ::timespec* const limit = until.clock() == deadline_clock::none ? nullptr : &time;
  if (::syscall(SYS_futex, word, call, expected, limit, nullptr, bitset) == 0) return wait_result::woken;
  switch (errno) {
    case EAGAIN: return wait_result::changed;
    case EINTR: return wait_result::interrupted;
    case ETIMEDOUT: return wait_result::timed_out;
    default: fail("futex wait", errno);
  }
}

int futex_wake(const void* word, int how_many, scope who, std::uint32_t bitset) noexcept {
  if (how_many <= 0) return 0;  // the kernel would wake one
  const errno_kept kept;
  const int call = operation(bitset == every_bit ? FUTEX_WAKE : FUTEX_WAKE_BITSET, who);
  const long woken = ::syscall(SYS_futex, word, call, how_many, nullptr, nullptr, bitset);
  if (woken >= 0) return static_cast<int>(woken);
  // The word may be gone: unmapped, or its memory now a priority-inheriting futex, which refuses a plain wake.
  if (errno == EFAULT || errno == EINVAL) return 0;
  fail("futex wake", errno);
}

bool futex_requeue(const void* from, std::uint32_t expected, int how_many_wake, int how_many_move, const void* to, scope who) noexcept {
  const errno_kept kept;
  // The number to move travels in the place of the timeout.
  const auto move = static_cast<unsigned long>(how_many_move);
  if (::syscall(SYS_futex, from, operation(FUTEX_CMP_REQUEUE, who), how_many_wake, move, to, expected) >= 0) return true;
  if (errno == EAGAIN) return false;
  fail("futex requeue", errno);
}

}  // namespace holdfast
