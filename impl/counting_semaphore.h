// counting_semaphore: a number of permits, and the threads that wait for one, in one 32-bit futex word.
//
// Guarantees: no more permits are taken than were given; no lost wake-up; a release happens before the acquire that takes its permit.
// Whoever has acquired may destroy it (see Lifetime). A release makes a system call only if a waiter sleeps that no earlier permit is for.
// constinit, trivially destructible, 4 bytes.
// Does not guarantee: fairness (a running thread may overtake a sleeper); anything if a thread dies in acquire.
//
//     bit 31 ...... b | b - 1 ..... 0 |     permits  how many can be taken
//          waiters    |    permits    |     waiters  how many threads sleep, are about to, or have woken and not yet taken one or given up
//
//     b is what LeastMax needs: 16 by default, for 65535 permits and 65535 waiters at a time; 1 for a binary semaphore.
//
//     from \ step     take [A2,T2,S2,S4]   announce [S5]   take, announced [S8]       give up [S9]   release(n) [R1]
//     permits p = 0   --                   waiters + 1     --                         waiters - 1    p + n, then wake [R2]
//     permits p > 0   p - 1                --              p - 1, waiters - 1         waiters - 1    p + n, then wake [R2]
//
//     R2 wakes as many as R1's permits are for: n, but no more than waiters - p, and nobody if that is none.
//
// I1: permits given = permits taken + p.
// I2: waiters = the threads between S5 and S8 or S9.
// I3: of those, at least min(p, waiters) are awake, or a releaser owes them a wake: R1 owes one for each waiter that it newly has a permit
//     for. A waiter sleeps only on p = 0; S8 lowers p and waiters alike; S9 and the takers that did not announce only lower the minimum.
//
// Memory order: R1 (release) publishes to the takes (acquire). Every change of the word is a read-modify-write, so a take reads from the
// release sequence of each release before it.
// Lifetime: R1 is a releaser's last access to the word; R2 uses its address only. Once an acquire has returned, and no thread is inside
// acquire or a timed form or will call a member, the semaphore may be destroyed, even if the release has not returned yet.
// Source: glibc since 042e1521c7 counts the waiters beside the permits, for that lifetime. Ours counts both in 32 bits, announces only
// where there is no permit, and owes a wake only for a waiter that no earlier permit is for, so that a burst of releases wakes once.
#ifndef HOLDFAST_IMPL_COUNTING_SEMAPHORE_H_
#define HOLDFAST_IMPL_COUNTING_SEMAPHORE_H_

#include <bit>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/counting_semaphore_word.h"

namespace holdfast {

template <class P>
concept counting_semaphore_platform = has_load<P> && has_fetch_add<P> && has_fetch_sub<P> && has_compare_exchange<P> && has_wait<P> &&
                                      has_wake<P> && has_spinner<P> && has_misuse<P>;

// How many times acquire() looks at a word without permits, pausing in between, before it announces and sleeps. 10 looks take about as long
// as a sleep and a wake-up, 9 us. Where others want the processors, a look's yield gives them away, and not to spin is better.
//
// Measured 2026-11-24 on 2 processors of a virtual Xeon, Linux 6.18, g++ 12.2: hand-over to another thread and back, ns, medians of 5.
//
//     processors                        limit 0     10    100    sem_t   std::counting_semaphore
//     to itself (SCHED_FIFO)              31223   1708   1856    30332    5858
//     beside ten threads that run          9369  29146  26892     9078   12577
inline constexpr unsigned counting_semaphore_default_spin = 10;

// Platform: the world it runs in. LeastMax: how many permits it must be able to hold. Scope: who may use it.
// The members of std::counting_semaphore. None allocates or throws; all but acquire and the timed forms never block.
template <counting_semaphore_platform Platform, std::ptrdiff_t LeastMax = 65535, scope Scope = scope::process_private,
          unsigned Spin = counting_semaphore_default_spin>
class basic_counting_semaphore {
  static_assert(LeastMax >= 1 && LeastMax <= 0x7fffffff, "a semaphore holds at least one permit, and at most 2^31 - 1");
  using layout_of_word = counting_semaphore_word<std::bit_width(static_cast<std::uint32_t>(LeastMax))>;
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

 public:
  // REQUIRES: desired <= max(). More ends the program.
  constexpr explicit basic_counting_semaphore(word desired) noexcept : word_(layout_of_word::description, desired) {
    if (desired > layout_of_word::most_permits) Platform::misuse("counting_semaphore: more permits than max()");
  }
  basic_counting_semaphore(const basic_counting_semaphore&) = delete;
  basic_counting_semaphore& operator=(const basic_counting_semaphore&) = delete;

  static constexpr std::ptrdiff_t max() noexcept { return layout_of_word::most_permits; }

  // Blocks until it has taken a permit. Acquire. REQUIRES: at most as many threads wait at a time as the word can count; else misuse.
  void acquire() noexcept {
    // [A1] relaxed: a guess, which A2 tests.
    word w = word_.load(order::relaxed, "A1");
    // [A2] acquire: reads R1's write, so that what the releaser did is visible. Else: mutant a2_relaxed races.
    //      failure relaxed: the value is not used; acquire_slow reads the word again.
    if (layout_of_word::has_permits(w) && word_.compare_exchange_strong(w, w - 1u, order::acquire, order::relaxed, "A2")) return;
    acquire_slow();
  }

  // Takes a permit if there is one; never blocks, and fails for no other reason. Acquire if it succeeds.
  [[nodiscard]] bool try_acquire() noexcept {
    // [T1] relaxed: a guess, which T2 tests.
    word w = word_.load(order::relaxed, "T1");
    while (layout_of_word::has_permits(w)) {
      // [T2] acquire: as A2. Else: mutant t2_relaxed races. failure relaxed: the next guess.
      if (word_.compare_exchange_strong(w, w - 1u, order::acquire, order::relaxed, "T2")) return true;
    }
    return false;
  }

  // Blocks until it has taken a permit (true, acquire) or the deadline has passed (false). A permit is taken even after the deadline.
  [[nodiscard]] bool try_acquire_until(const deadline& until) noexcept {
    if (try_acquire()) return true;
    return acquire_slow_until(until);
  }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock; the latter follows changes of the system's time.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_acquire_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    if (try_acquire()) return true;
    return acquire_slow_until(deadline::at(until));
  }

  // The duration is measured on the steady clock.
  template <class Rep, class Period>
  [[nodiscard]] bool try_acquire_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    if (try_acquire()) return true;
    return acquire_slow_until(deadline::after(duration));
  }

  // Gives permits, and wakes the sleepers that they are for. Release. Never blocks.
  // REQUIRES: there are at most max() permits afterwards. More are detected and end the program.
  void release(word update = 1u) noexcept {
    // [R1] release: publishes what the caller did to A2, T2, S2, S4 and S8. Else: mutant r1_relaxed races.
    //      The last access to the word: after it an acquirer may destroy the semaphore.
    const word w = word_.fetch_add(update, order::release, "R1");
    if (layout_of_word::has_waiters(w) || !layout_of_word::has_room_for(w, update)) release_slow(w, update);
  }

 private:
  // Takes no arguments: a deadline passed from acquire() would cost the fast path a stack frame.
  [[gnu::cold, gnu::noinline]] void acquire_slow() noexcept { static_cast<void>(acquire_slow_until(deadline::never())); }

  [[gnu::cold, gnu::noinline]] bool acquire_slow_until(const deadline& until) noexcept {
    if (spin_and_take(until)) return true;
    // [S3] relaxed: a guess, which S4 or S5 tests.
    word w = word_.load(order::relaxed, "S3");
    for (;;) {
      if (layout_of_word::has_permits(w)) {
        // [S4] acquire: as A2. Else: mutant s4_relaxed races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(w, w - 1u, order::acquire, order::relaxed, "S4")) return true;
        continue;
      }
      if (layout_of_word::has_most_waiters(w)) Platform::misuse("counting_semaphore: more threads wait than it can count");
      // [S5] relaxed: every later release finds the waiter, in the same word. failure relaxed: the next guess.
      if (word_.compare_exchange_strong(w, w + layout_of_word::one_waiter, order::relaxed, order::relaxed, "S5")) break;
    }
    return take_announced(until);
  }

  // As one of the word's waiters.
  bool take_announced(const deadline& until) noexcept {
    for (;;) {
      // [S6] relaxed: a guess, which S7 or S8 tests.
      word w = word_.load(order::relaxed, "S6");
      if (!layout_of_word::has_permits(w)) {
        // [S7] sleeps only while there is no permit. Else: mutant s7_never_sleeps does not reach the situation.
        if (Platform::wait(word_, w, Scope, until, "S7") != wait_result::timed_out) continue;
        // [S9] relaxed: whoever has timed out consumed no wake, so nobody else is owed one for it.
        word_.fetch_sub(layout_of_word::one_waiter, order::relaxed, "S9");
        return false;
      }
      // [S8] acquire: as A2. Else: mutant s8_relaxed races. failure relaxed: the loop reads again.
      if (word_.compare_exchange_strong(w, w - 1u - layout_of_word::one_waiter, order::acquire, order::relaxed, "S8")) return true;
    }
  }

  // Takes a permit that comes soon. Stops early once somebody else may sleep.
  flag spin_and_take(const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::brisk); spin.again();) {
      // [S1] relaxed: a guess, which S2 tests.
      word w = word_.load(order::relaxed, "S1");
      if (layout_of_word::has_permits(w)) {
        // [S2] acquire: as A2. Else: mutant s2_relaxed races. failure relaxed: the loop reads again.
        if (word_.compare_exchange_strong(w, w - 1u, order::acquire, order::relaxed, "S2")) return flag(true);
      } else if (layout_of_word::has_waiters(w)) {
        return flag(false);
      }
    }
    return flag(false);
  }

  [[gnu::cold, gnu::noinline]] void release_slow(word w, word update) noexcept {
    if (!layout_of_word::has_room_for(w, update)) Platform::misuse("counting_semaphore: release beyond max()");
    const word served = layout_of_word::served_by(w, update);
    if (served == 0u) return;
    // [R2] wakes those that R1's permits are for. Else: mutant r2_dropped loses a wake-up.
    Platform::wake(word_, static_cast<int>(served), Scope, "R2");
  }

  typename Platform::template atomic<word> word_;
};

template <std::ptrdiff_t LeastMax = 65535>
using counting_semaphore = basic_counting_semaphore<linux_platform, LeastMax>;
template <std::ptrdiff_t LeastMax = 65535>
using process_shared_counting_semaphore = basic_counting_semaphore<linux_platform, LeastMax, scope::process_shared>;
using binary_semaphore = counting_semaphore<1>;
using process_shared_binary_semaphore = process_shared_counting_semaphore<1>;

static_assert(sizeof(counting_semaphore<>) == 4);
static_assert(std::is_trivially_destructible_v<counting_semaphore<>>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_COUNTING_SEMAPHORE_H_
