// latch: a gate that opens, once and for good, when as much has been counted down as was expected, in one 32-bit futex word.
//
// Guarantees: no wait returns before the latch is open, and every one does after; every count_down happens before what a wait, or a
// successful try_wait, lets pass. Whoever has waited may destroy it (see Lifetime). Only the last count_down makes a system call, and only
// if somebody may sleep. constinit, trivially destructible, 4 bytes.
// Does not guarantee: anything if a thread dies before it has counted down.
//
//     bit 31 | 30 ..... 0 |     remaining  how much is still to be counted down; 0: the latch is open
//     awaited| remaining  |     awaited    some thread may sleep or be about to
//
//     from \ step      count_down(n) [D1]                         announce [W4]
//     remaining > n    remaining - n                              awaited
//     remaining = n    open; if awaited, then wake all [D2]       awaited
//     open             n = 0: as it is; else misuse               --
//
// I1: remaining never grows; awaited is never taken back.
// I2: a thread sleeps => the latch is awaited, and it is not open or the last count_down owes the wake of all.
//
// Memory order: each D1 (release) is read, itself or through the ones after it, by whoever sees the latch open (acquire).
// Lifetime: D1 is a count_down's last access to the word; D2 uses its address only. Once a wait has returned, and no thread is inside
// another or will call a member, the latch may be destroyed, even if a count_down has not returned yet.
// Source: std::latch, with timed forms.
#ifndef HOLDFAST_IMPL_LATCH_H_
#define HOLDFAST_IMPL_LATCH_H_

#include <chrono>
#include <cstddef>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/latch_word.h"

namespace holdfast {

template <class P>
concept latch_platform =
    has_load<P> && has_fetch_sub<P> && has_compare_exchange<P> && has_wait<P> && has_wake<P> && has_spinner<P> && has_misuse<P>;

// How many times a wait looks at a latch that is not open, pausing in between, before it sleeps. As counting_semaphore_default_spin.
inline constexpr unsigned latch_default_spin = 10;

// Platform: the world it runs in. Scope: who may use it. The members of std::latch. None allocates or throws.
template <latch_platform Platform, scope Scope = scope::process_private, unsigned Spin = latch_default_spin>
class basic_latch {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

 public:
  // REQUIRES: expected <= max(). More ends the program.
  constexpr explicit basic_latch(word expected) noexcept : word_(latch_word::description, expected) {
    if (!latch_word::has(word(latch_word::most), expected)) Platform::misuse("latch: more expected than max()");
  }
  basic_latch(const basic_latch&) = delete;
  basic_latch& operator=(const basic_latch&) = delete;

  static constexpr std::ptrdiff_t max() noexcept { return latch_word::most; }

  // Counts down; opens the latch and wakes all if nothing remains. Release. Never blocks.
  // REQUIRES: so much remains. More is detected and ends the program.
  void count_down(word update = 1u) noexcept {
    // [D1] release: publishes what the caller did to T1, W1, W2 and W3. Else: mutant d1_relaxed races.
    //      The last access to the word: after it a waiter may destroy the latch.
    const word w = word_.fetch_sub(update, order::release, "D1");
    if (latch_word::is_awaited(w) || !latch_word::has(w, update)) count_down_slow(w, update);
  }

  // Whether the latch is open; never blocks. Acquire if it is.
  [[nodiscard]] bool try_wait() const noexcept {
    // [T1] acquire: reads the last D1's write, so that what was counted down for is visible. Else: mutant t1_relaxed races.
    return latch_word::is_open(word_.load(order::acquire, "T1"));
  }

  // Blocks until the latch is open. Acquire.
  void wait() noexcept {
    // [W1] acquire: as T1. Else: mutant w1_relaxed races.
    if (!latch_word::is_open(word_.load(order::acquire, "W1"))) wait_slow();
  }

  // Blocks until the latch is open (true, acquire) or the deadline has passed (false).
  [[nodiscard]] bool try_wait_until(const deadline& until) noexcept { return try_wait() || wait_slow_until(until); }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock; the latter follows changes of the system's time.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_wait_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return try_wait() || wait_slow_until(deadline::at(until));
  }

  // The duration is measured on the steady clock.
  template <class Rep, class Period>
  [[nodiscard]] bool try_wait_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    return try_wait() || wait_slow_until(deadline::after(duration));
  }

  void arrive_and_wait(word update = 1u) noexcept {
    count_down(update);
    wait();
  }

 private:
  [[gnu::cold, gnu::noinline]] void wait_slow() noexcept { static_cast<void>(wait_slow_until(deadline::never())); }

  [[gnu::cold, gnu::noinline]] bool wait_slow_until(const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::brisk); spin.again();) {
      // [W2] acquire: as T1. Else: mutant w2_relaxed races.
      if (latch_word::is_open(word_.load(order::acquire, "W2"))) return true;
    }
    for (;;) {
      // [W3] acquire: as T1. Else: mutant w3_relaxed races.
      word w = word_.load(order::acquire, "W3");
      if (latch_word::is_open(w)) return true;
      const word announced = latch_word::with_waiters(w);
      // [W4] relaxed: the last count_down finds it, in the same word. failure relaxed: the loop reads again.
      if (!latch_word::is_awaited(w) && !word_.compare_exchange_strong(w, announced, order::relaxed, order::relaxed, "W4")) continue;
      // [W5] sleeps only while something remains. Else: mutant w5_never_sleeps does not reach the situation.
      if (Platform::wait(word_, announced, Scope, until, "W5") == wait_result::timed_out) return false;
    }
  }

  [[gnu::cold, gnu::noinline]] void count_down_slow(word w, word update) noexcept {
    if (!latch_word::has(w, update)) Platform::misuse("latch: counted down more than remains");
    if (!latch_word::opens(w, update)) return;
    // [D2] pays the wakes that `awaited` owes. Else: mutant d2_dropped loses a wake-up.
    Platform::wake(word_, everyone, Scope, "D2");
  }

  typename Platform::template atomic<word> word_;
};

using latch = basic_latch<linux_platform>;
using process_shared_latch = basic_latch<linux_platform, scope::process_shared>;

static_assert(sizeof(latch) == 4);
static_assert(std::is_trivially_destructible_v<latch>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_LATCH_H_
