// shared_mutex: a reader-writer lock in one 32-bit futex word.
//
// Guarantees: a writer excludes everybody, readers share; no lost wake-up; a writer's section happens before those that follow it, and
// after those that it follows. constinit, trivially destructible, 4 bytes. What else depends on the policy:
//   phase_fair      Neither side starves. A reader that waits does so for the readers that hold the mutex and at most one writer's section,
//                   whoever else arrives: the next writer to unlock hands it to all readers that wait. A writer at the door (below) waits
//                   for the section under way and at most one phase of readers: after it no reader that was not waiting gets in first.
//   prefer_writers  A reader gets in only while no writer has the mutex or is at the door. Readers may starve.
//   prefer_readers  A reader waits only while a writer has the mutex, and for that section alone. Writers may starve.
// Does not guarantee: an order among writers: a running one may get to the door before those that sleep, and, unless phase_fair, overtake
// the one at the door; recursion, of readers too; upgrades; anything if an owner dies; more than 16383 readers that hold or wait.
// The word, the steps, the invariants and the memory orders: impl/shared_mutex_protocol.h.
// Lifetime: X2 and S1 are the last accesses of unlock and unlock_shared; the wakes use the word's address only.
// Source: phases after B. Brandenburg and J. Anderson, "Spin-Based Reader-Writer Synchronization for Multiprocessor Real-Time Systems"
// (2010), here without their queue of writers; the door is the three-state mutex of impl/mutex.h; waiting by kind in one word, by bitsets.
#ifndef HOLDFAST_IMPL_SHARED_MUTEX_H_
#define HOLDFAST_IMPL_SHARED_MUTEX_H_

#include <chrono>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/shared_mutex_protocol.h"

namespace holdfast {

// How many times a reader looks at a word that does not let it in, pausing in between, before it waits; a writer does two thirds as often,
// and again at the door. 0: wait at once. Few looks that are further and further apart: those who look take the word's line from the
// readers, and a section that is not over by then takes long. Throughput as a multiple of absl's, measured 2026-11-30, 2 processors, AMD
// EPYC, threads pinned: first 100 looks by everybody, with a brisk pace, and 12 with a growing one; then, in another run, in which absl had
// 0.4 to 0.9 of its throughput in the first, 12 by everybody, and 12 by readers and 8 by writers.
//
//                                  2 threads       4 threads       8 threads     |  2 threads       4 threads       8 threads
//     1 of 100 writes, 0.1 us      0.84 -> 1.03    0.91 -> 1.15    0.86 -> 1.07  |  1.87 -> 1.95    1.35 -> 1.45    1.12 -> 1.20
//     1 of 10 writes, 0.1 us       1.19 -> 1.26    1.24 -> 1.25    1.24 -> 1.25  |
//     1 of 10 writes, 2 us         1.58 -> 1.95    1.17 -> 1.63    0.86 -> 1.15  |  2.18 -> 2.32    1.60 -> 1.73    1.16 -> 1.35
//
// A writer that looks twice, then waits at the door, does better still in the first row, and leaves the slowest of eight threads a fifth of
// what the fastest gets. If readers look seven times, without a yield, eight threads do a third of what they do now.
inline constexpr unsigned shared_mutex_default_spin = 12;

// Platform: the world it runs in. Scope: who may use it; a process_shared one lies in memory that the processes share.
// Meets SharedTimedMutex. No member allocates or throws; all but the lock and timed forms never block.
template <shared_mutex_platform Platform, scope Scope = scope::process_private, shared_policy Policy = shared_policy::phase_fair,
          unsigned Spin = shared_mutex_default_spin>
class basic_shared_mutex : shared_mutex_protocol<Platform, Scope, Policy, Spin> {
  using protocol = shared_mutex_protocol<Platform, Scope, Policy, Spin>;
  using deadline = typename Platform::deadline;

 public:
  constexpr basic_shared_mutex() noexcept = default;
  basic_shared_mutex(const basic_shared_mutex&) = delete;
  basic_shared_mutex& operator=(const basic_shared_mutex&) = delete;

  // Blocks until the caller owns the mutex alone. Acquire. REQUIRES: the caller does not own it, nor share it.
  void lock() noexcept {
    if (!try_lock()) lock_slow();
  }

  // Takes the mutex if nobody holds it (phase_fair: and no writer is at the door); never blocks. True: the caller owns it (acquire).
  [[nodiscard]] bool try_lock() noexcept { return protocol::take(); }

  // As lock, but gives up (false, nothing is ordered) when the deadline has passed. A mutex that try_lock would take is taken even then.
  [[nodiscard]] bool try_lock_until(const deadline& until) noexcept {
    if (try_lock()) return true;
    return this->lock_slow_until(until);
  }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock; the latter follows changes of the system's time.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    if (try_lock()) return true;
    return this->lock_slow_until(deadline::at(until));
  }

  // The duration is measured on the steady clock.
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    if (try_lock()) return true;
    return this->lock_slow_until(deadline::after(duration));
  }

  // Releases the mutex. Release. Never blocks. REQUIRES: the caller owns it alone; that somebody does is checked.
  void unlock() noexcept { protocol::release(); }

  // Blocks until the caller shares the mutex. Acquire. REQUIRES: the caller does not own it, nor share it.
  void lock_shared() noexcept {
    if (!try_lock_shared()) lock_shared_slow();
  }

  // Shares the mutex if no writer holds it (unless prefer_readers: and none is at the door); never blocks. True: shared (acquire).
  [[nodiscard]] bool try_lock_shared() noexcept { return protocol::take_share(); }

  // As the timed forms above, for a share.
  [[nodiscard]] bool try_lock_shared_until(const deadline& until) noexcept {
    if (try_lock_shared()) return true;
    return this->lock_shared_slow_until(until);
  }
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_shared_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    if (try_lock_shared()) return true;
    return this->lock_shared_slow_until(deadline::at(until));
  }
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_shared_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    if (try_lock_shared()) return true;
    return this->lock_shared_slow_until(deadline::after(duration));
  }

  // Gives up the share. Release. Never blocks. REQUIRES: the caller shares the mutex; that somebody does is checked.
  void unlock_shared() noexcept { protocol::release_share(); }

 private:
  // Take no arguments: a deadline passed from lock() would cost the fast path a stack frame.
  [[gnu::cold, gnu::noinline]] void lock_slow() noexcept { static_cast<void>(this->lock_slow_until(deadline::never())); }
  [[gnu::cold, gnu::noinline]] void lock_shared_slow() noexcept { static_cast<void>(this->lock_shared_slow_until(deadline::never())); }
};

using shared_mutex = basic_shared_mutex<linux_platform>;
using process_shared_shared_mutex = basic_shared_mutex<linux_platform, scope::process_shared>;

static_assert(sizeof(shared_mutex) == 4);
static_assert(std::is_trivially_destructible_v<shared_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_SHARED_MUTEX_H_
