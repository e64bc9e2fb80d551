// gallir_semaphore: a semaphore whose waiters slept on a word that a post does not change, and its fix.
//
// As shipped (gallir/concurrencia#5) the count may fall below zero, and whoever takes it there sleeps on another word. Nothing ever changes
// that word, so the kernel's comparison never notices a post that came first:
//     T1: count 0 -> -1 | T2: count -1 -> 0, wakes nobody | T1: reads the word, sleeps on it, for ever
// As fixed, a waiter sleeps on the count itself, and on the value that it found wanting: the kernel looks whether it still is.
//
//     count   as shipped: the permits, or minus the waiters; as fixed: the permits
//     sleep   as shipped: always 0, what the waiters sleep on
//
// Source: the description of the issue. The published text repeats its wake until it has woken somebody, which a wake here cannot tell;
// there the poster spins until the waiter is asleep, and a waiter that a signal wakes makes it spin for ever. Its orders are relaxed: it
// publishes nothing, either. Those of the fix are ours: the weakest that order a post before the wait that takes its permit.
#ifndef HOLDFAST_MODELS_PUBLISHED_GALLIR_SEMAPHORE_H_
#define HOLDFAST_MODELS_PUBLISHED_GALLIR_SEMAPHORE_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct gallir_semaphore_word {
  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout count{"count", number};
  static constexpr layout sleep{"sleep", number};

  static constexpr bool is_positive(std::uint32_t w) { return static_cast<std::int32_t>(w) > 0; }
  static constexpr bool is_negative(std::uint32_t w) { return static_cast<std::int32_t>(w) < 0; }
};

template <class Platform, version Version>
  requires has_load<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> && has_compare_exchange<Platform> &&
           has_wait<Platform> && has_wake<Platform>
class gallir_semaphore {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  explicit gallir_semaphore(word permits) : count_(gallir_semaphore_word::count, permits) {}

  void wait() noexcept {
    if constexpr (Version == version::as_shipped) {
      // [W1] relaxed, as shipped: publishes nothing.
      if (gallir_semaphore_word::is_positive(count_.fetch_sub(1u, order::relaxed, "W1"))) return;
      // [W2] relaxed. Too late: whatever came between W1 and here is not noticed.
      const word expected = sleep_.load(order::relaxed, "W2");
      // [W3] as shipped only.
      Platform::wait(sleep_, expected, scope::process_private, deadline::never(), "W3");
    } else {
      for (;;) {
        // [W4] relaxed: a guess, which W5 or W6 tests.
        word c = count_.load(order::relaxed, "W4");
        if (gallir_semaphore_word::is_positive(c)) {
          // [W5] acquire: reads P3's write, so what the poster did is visible. Else: mutant w5_relaxed races.
          //      failure relaxed: W4 reads again.
          if (count_.compare_exchange_strong(c, c - 1u, order::acquire, order::relaxed, "W5")) return;
        } else {
          // [W6] sleeps only while the count is what W4 found. Else: mutant w6_never_sleeps does not reach the situation.
          Platform::wait(count_, c, scope::process_private, deadline::never(), "W6");
        }
      }
    }
  }

  void post() noexcept {
    if constexpr (Version == version::as_shipped) {
      // [P1] relaxed, as shipped: publishes nothing.
      if (!gallir_semaphore_word::is_negative(count_.fetch_add(1u, order::relaxed, "P1"))) return;
      // [P2] as shipped only: wakes nobody if the waiter is not asleep yet.
      Platform::wake(sleep_, 1, scope::process_private, "P2");
    } else {
      // [P3] release: publishes what the poster did to W5. Else: mutant p3_relaxed races.
      count_.fetch_add(1u, order::release, "P3");
      // [P4] wakes one of those that sleep on zero. Else: mutant p4_dropped loses a wake-up.
      Platform::wake(count_, 1, scope::process_private, "P4");
    }
  }

 private:
  typename Platform::template atomic<word> count_;
  typename Platform::template atomic<word> sleep_{gallir_semaphore_word::sleep, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GALLIR_SEMAPHORE_H_
