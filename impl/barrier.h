// barrier: threads meet, phase after phase: none goes on before all that are expected have arrived.
//
// Guarantees: a wait returns after the phase of its token is complete, and every one does; all arrivals of a phase happen before its
// completion function, and that before the waits that the phase ends. One system call per phase, and only if somebody may sleep.
// constinit, trivially destructible, 12 bytes.
// Does not guarantee: anything if a thread dies before it arrives; that a wait returns if its token is 2^31 phases old, or if so many are
// completed while it sleeps.
//
//     remaining       how many arrivals the phase still lacks
//     expected        how many the next phase begins with
//     phase           bit 31 ..... 1 |   0    |     phase    how many phases have been completed (modulo 2^31)
//                         phase      | awaited|     awaited  some thread may sleep until the phase ends, or be about to
//
//     step                   remaining   expected   phase
//     drop [D1]                          - 1
//     arrive(n) [A2]         - n
//       the last: [A4,A5]    expected               phase + 1, not awaited; if it was, then wake all [A6]
//     announce [W4]                                 awaited
//
// I1: between two A5, as much is arrived as was expected at the first of them; the last arrival alone stands between its A2 and A5, and
//     nobody else touches remaining then.
// I2: a thread sleeps => the phase is awaited and its own, or a wake of all is owed.
//
// Memory order: each A2 (release) is read by those after it, and the last of them (acquire) has seen all; A5 (release) publishes that to
// the waits (acquire). A thread that arrives in the next phase has waited, or knows otherwise that the phase has ended.
// Lifetime: A2, and for the last A5, is an arrival's last access; A6 uses the address only. The barrier may be destroyed as soon as every
// wait that was begun has returned: by the only waiter at once, even if the arrival that let it go has not returned yet; by one of several
// waiters when it knows that the others have returned, for each looks at the phase once more after it was woken. Destruction waits for
// nobody, as pthread_barrier_destroy does.
// Source: std::barrier, with timed forms. One counter, not libstdc++'s tree: made for as many threads as there are processors, or few more.
#ifndef HOLDFAST_IMPL_BARRIER_H_
#define HOLDFAST_IMPL_BARRIER_H_

#include <chrono>
#include <cstddef>
#include <type_traits>
#include <utility>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/barrier_word.h"

namespace holdfast {

template <class P>
concept barrier_platform = has_load<P> && has_store<P> && has_exchange<P> && has_fetch_sub<P> && has_compare_exchange<P> && has_wait<P> &&
                           has_wake<P> && has_spinner<P> && has_misuse<P>;

// How many times a wait looks at a phase that has not ended, pausing in between, before it sleeps.
//
// Measured as counting_semaphore_default_spin is, with a calm pace: a phase, ns. With a brisk one (linux_spinner) it is two to seven times as
// fast as with a calm one.
//
//     threads, processors              limit 0      10     100   pthread_barrier   std::barrier
//     2 to itself (SCHED_FIFO)           14724     797     805    14818     8988
//     4                                  31400    6088    8568    31426     2737
//     8                                  27586   14017   25916    26757     7442
//     2 beside ten threads that run       6060   14075   13880     8468    11856
//     8                                  21573  105917   91945    22043    31054
inline constexpr unsigned barrier_default_spin = 10;

// The completion function of a barrier that was given none.
struct no_completion {
  constexpr void operator()() const noexcept {}
};

// Platform: the world it runs in. Completion: is called by the last to arrive, before anybody goes on. Scope: who may use it.
// The members of std::barrier. None allocates or throws.
template <barrier_platform Platform, class Completion = no_completion, scope Scope = scope::process_private,
          unsigned Spin = barrier_default_spin>
class basic_barrier {
  static_assert(std::is_nothrow_invocable_v<Completion&>, "the completion function must not throw");
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

 public:
  // Says which phase was arrived in.
  class arrival_token {
   public:
    arrival_token(arrival_token&&) noexcept = default;
    arrival_token& operator=(arrival_token&&) noexcept = default;

   private:
    friend basic_barrier;
    explicit arrival_token(const word& phase) noexcept : phase_(phase) {}
    word phase_;
  };

  constexpr explicit basic_barrier(word expected, Completion completion = Completion()) noexcept
      : remaining_(barrier_word::remaining, expected),
        expected_(barrier_word::expected, expected),
        phase_(barrier_word::description, barrier_word::first_phase),
        completion_(std::move(completion)) {}
  basic_barrier(const basic_barrier&) = delete;
  basic_barrier& operator=(const basic_barrier&) = delete;

  static constexpr std::ptrdiff_t max() noexcept { return barrier_word::most; }

  // Arrives so many times, and ends the phase if nothing remains: calls the completion function, and wakes all. Acquire and release.
  // REQUIRES: so many remain, and it is one at least; more is detected and ends the program. The phase before has ended, and the caller
  // knows: it has waited for it, or heard from somebody who has.
  [[nodiscard]] arrival_token arrive(word update = 1u) noexcept {
    // [A1] relaxed: the phase cannot end before this arrival, and that the one before it did is known.
    const word phase = barrier_word::phase(phase_.load(order::relaxed, "A1"));
    // [A2] release: publishes what the caller did to the last A2. Else: mutant a2_acquire races.
    //      acquire: the last reads from all before it, so that their work is visible. Else: mutant a2_release races.
    const word remaining = remaining_.fetch_sub(update, order::acq_rel, "A2");
    if (remaining == update) {
      end(phase);
    } else if (!(update < remaining)) {
      Platform::misuse("barrier: more arrivals than it expects");
    }
    return arrival_token(phase);
  }

  // Blocks until the phase of the token has ended. Acquire.
  void wait(arrival_token&& token) noexcept {
    if (!has_ended(token)) static_cast<void>(wait_slow_until(token.phase_, deadline::never()));
  }

  void arrive_and_wait() noexcept { wait(arrive()); }

  // Arrives, and is expected no more from the next phase on. Acquire and release.
  void arrive_and_drop() noexcept {
    // [D1] relaxed: published by the arrival, as everything else.
    expected_.fetch_sub(1u, order::relaxed, "D1");
    static_cast<void>(arrive());
  }

  // Whether the phase of the token has ended; never blocks. Acquire if it has.
  [[nodiscard]] bool try_wait(const arrival_token& token) const noexcept { return has_ended(token); }

  // Blocks until the phase of the token has ended (true, acquire) or the deadline has passed (false).
  [[nodiscard]] bool try_wait_until(const arrival_token& token, const deadline& until) noexcept {
    return has_ended(token) || wait_slow_until(token.phase_, until);
  }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock; the latter follows changes of the system's time.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_wait_until(const arrival_token& token, const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return has_ended(token) || wait_slow_until(token.phase_, deadline::at(until));
  }

  // The duration is measured on the steady clock.
  template <class Rep, class Period>
  [[nodiscard]] bool try_wait_for(const arrival_token& token, const std::chrono::duration<Rep, Period>& duration) noexcept {
    return has_ended(token) || wait_slow_until(token.phase_, deadline::after(duration));
  }

 private:
  // By the last to arrive, alone.
  void end(const word& phase) noexcept {
    completion_();
    // [A3] relaxed: whoever dropped has arrived, which A2 has read.
    const word expected = expected_.load(order::relaxed, "A3");
    // [A4] relaxed: published by A5 to those who arrive next.
    remaining_.store(expected, order::relaxed, "A4");
    // [A5] release: publishes what all did, and the completion, to W1, W2 and W3. Else: mutant a5_relaxed races.
    //      The last access: after it a waiter may destroy the barrier.
    const word w = phase_.exchange(barrier_word::after(phase), order::release, "A5");
    // [A6] pays the wakes that `awaited` owes. Else: mutant a6_dropped loses a wake-up.
    if (barrier_word::is_awaited(w)) Platform::wake(phase_, everyone, Scope, "A6");
  }

  bool has_ended(const arrival_token& token) const noexcept {
    // [W1] acquire: reads A5's write, so that what all did is visible. Else: mutant w1_relaxed races.
    return barrier_word::phase(phase_.load(order::acquire, "W1")) != token.phase_;
  }

  [[gnu::cold, gnu::noinline]] bool wait_slow_until(const word& phase, const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::brisk); spin.again();) {
      // [W2] acquire: as W1. Else: mutant w2_relaxed races.
      if (barrier_word::phase(phase_.load(order::acquire, "W2")) != phase) return true;
    }
    for (;;) {
      // [W3] acquire: as W1. Else: mutant w3_relaxed races.
      word w = phase_.load(order::acquire, "W3");
      if (barrier_word::phase(w) != phase) return true;
      const word announced = barrier_word::with_waiters(phase);
      // [W4] relaxed: A5 finds it, in the same word. failure relaxed: the loop reads again.
      if (!barrier_word::is_awaited(w) && !phase_.compare_exchange_strong(w, announced, order::relaxed, order::relaxed, "W4")) continue;
      // [W5] sleeps only while the phase is the token's. Else: mutant w5_never_sleeps does not reach the situation.
      if (Platform::wait(phase_, announced, Scope, until, "W5") == wait_result::timed_out) return false;
    }
  }

  typename Platform::template atomic<word> remaining_;
  typename Platform::template atomic<word> expected_;
  typename Platform::template atomic<word> phase_;
  [[no_unique_address]] Completion completion_;
};

template <class Completion = no_completion>
using barrier = basic_barrier<linux_platform, Completion>;
template <class Completion = no_completion>
using process_shared_barrier = basic_barrier<linux_platform, Completion, scope::process_shared>;

static_assert(sizeof(barrier<>) == 12);
static_assert(std::is_trivially_destructible_v<barrier<>>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_BARRIER_H_
