#include "impl/linux/futex.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <array>
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

pi_result result_of_pi(const char* call, long answer) noexcept {
  if (answer >= 0) return pi_result::done;
  switch (errno) {
    case ETIMEDOUT: return pi_result::timed_out;
    case EAGAIN: return pi_result::again;
    case EDEADLK: return pi_result::deadlock;
    case ESRCH: return pi_result::owner_lost;
    case EPERM: return pi_result::not_owner;
    case EINVAL: return pi_result::inconsistent;
    default: fail(call, errno);
  }
}

// FUTEX_LOCK_PI2, where there is one: before Linux 5.14 the deadline is on the real-time clock.
long lock_pi(void* word, scope who, const linux_deadline& until) noexcept {
  if (until.clock() == deadline_clock::none) return ::syscall(SYS_futex, word, operation(FUTEX_LOCK_PI, who), 0, nullptr, nullptr, 0);
  const ::timespec time{until.seconds(), until.nanoseconds()};
  if (until.clock() == deadline_clock::system) return ::syscall(SYS_futex, word, operation(FUTEX_LOCK_PI, who), 0, &time, nullptr, 0);
  constexpr int futex_lock_pi2 = 13;
  return ::syscall(SYS_futex, word, operation(futex_lock_pi2, who), 0, &time, nullptr, 0);
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

any_result futex_wait_any(std::span<const futex_awaited> words, scope who, const linux_deadline& until) noexcept {
  const errno_kept kept;
  // Its flag for private words is that of the other calls.
  const auto flags = static_cast<std::uint32_t>(FUTEX_32 | operation(0, who));
  std::array<::futex_waitv, most_awaited> entries{};
  for (std::size_t i = 0; i < words.size(); ++i) {
    entries[i].val = words[i].expected;
    entries[i].uaddr = reinterpret_cast<std::uintptr_t>(words[i].word);
    entries[i].flags = flags;
  }
  const ::timespec time{until.seconds(), until.nanoseconds()};
  const ::timespec* const limit = until.clock() == deadline_clock::none ? nullptr : &time;
  const ::clockid_t clock = until.clock() == deadline_clock::system ? CLOCK_REALTIME : CLOCK_MONOTONIC;
  const long index = ::syscall(SYS_futex_waitv, entries.data(), words.size(), 0, limit, clock);
  if (index >= 0) return {wait_result::woken, static_cast<unsigned>(index)};
  switch (errno) {
    case EAGAIN: return {wait_result::changed, 0};
    case EINTR: return {wait_result::interrupted, 0};
    case ETIMEDOUT: return {wait_result::timed_out, 0};
    default: fail("futex_waitv", errno);
  }
}

bool futex_requeue(const void* from, std::uint32_t expected, int how_many_wake, int how_many_move, const void* to, scope who) noexcept {
  const errno_kept kept;
  // The number to move travels in the place of the timeout.
  const auto move = static_cast<unsigned long>(how_many_move);
  if (::syscall(SYS_futex, from, operation(FUTEX_CMP_REQUEUE, who), how_many_wake, move, to, expected) >= 0) return true;
  if (errno == EAGAIN) return false;
  fail("futex requeue", errno);
}

int futex_wake_op(const void* first, int how_many, void* second, int how_many_second, word_change change, scope who) noexcept {
  const errno_kept kept;
  // The number to wake on the second word travels in the place of the timeout.
  const auto also = static_cast<unsigned long>(how_many_second);
  const long woken = ::syscall(SYS_futex, first, operation(FUTEX_WAKE_OP, who), how_many, also, second, change.encoded());
  if (woken >= 0) return static_cast<int>(woken);
  fail("futex wake_op", errno);
}

pi_result futex_lock_pi(void* word, scope who, const linux_deadline& until) noexcept {
  const errno_kept kept;
  for (;;) {
    // EAGAIN: the word's owner is on its way out. EINTR is of old kernels only.
    const pi_result result = result_of_pi("futex lock_pi", lock_pi(word, who, until));
    if (result != pi_result::again) return result;
  }
}

pi_result futex_try_lock_pi(void* word, scope who) noexcept {
  const errno_kept kept;
  return result_of_pi("futex trylock_pi", ::syscall(SYS_futex, word, operation(FUTEX_TRYLOCK_PI, who), 0, nullptr, nullptr, 0));
}

pi_result futex_unlock_pi(void* word, scope who) noexcept {
  const errno_kept kept;
  return result_of_pi("futex unlock_pi", ::syscall(SYS_futex, word, operation(FUTEX_UNLOCK_PI, who), 0, nullptr, nullptr, 0));
}

pi_result futex_wait_requeue_pi(const void* word, std::uint32_t expected, void* to, scope who, const linux_deadline& until) noexcept {
  const errno_kept kept;
  int call = operation(FUTEX_WAIT_REQUEUE_PI, who);
  if (until.clock() == deadline_clock::system) call |= FUTEX_CLOCK_REALTIME;
  const ::timespec time{until.seconds(), until.nanoseconds()};
  const ::timespec* const limit = until.clock() == deadline_clock::none ? nullptr : &time;
  return result_of_pi("futex wait_requeue_pi", ::syscall(SYS_futex, word, call, expected, limit, to, 0));
}

pi_result futex_requeue_pi(const void* from, std::uint32_t expected, int how_many_move, void* to, scope who) noexcept {
  const errno_kept kept;
  // The number to move travels in the place of the timeout. The kernel insists on one to wake.
  const auto move = static_cast<unsigned long>(how_many_move);
  return result_of_pi("futex cmp_requeue_pi", ::syscall(SYS_futex, from, operation(FUTEX_CMP_REQUEUE_PI, who), 1, move, to, expected));
}

}  // namespace holdfast
