// glibc_semaphore: a semaphore that a post still read after its permit was taken, and its fix.
//
// As shipped (glibc BZ 12674; musl had the same, 88c4e720) value and number of waiters are two words, and a post reads the second after it
// has raised the first. By then the permit may have been taken and the semaphore freed, which POSIX allows:
//     T2: value 0 -> 1 | T1: value 1 -> 0, its wait returns, it frees the semaphore | T2: reads nwaiters
// As fixed (042e1521c7) both are in one word: what a post has to know is what its one access found.
//
//     as shipped   value      the permits                 nwaiters   how many wait
//     as fixed     bits 31 ........ 16 | 15 ........ 0
//                      nwaiters        |   value
//
//     from \ step           take [W8]         announce [W9]   take [W12]              post [P4]
//     value 0               --                nwaiters + 1    --                      value + 1, wake one if nwaiters > 0
//     value > 0             value - 1         nwaiters + 1    value - 1, nwaiters-1   value + 1, wake one if nwaiters > 0
//
// Lifetime, as fixed: P4 is the poster's last access; P5 uses the address only.
// Source: the descriptions of the bug and its fix; written from them, not from glibc's source. glibc's word has 64 bits, and its waiters
// sleep on the half that is the value; here it has 32, and they sleep on the whole: a change of nwaiters ends a sleep for nothing.
// Memory orders are ours: the weakest that order a post before the wait that takes its permit, and as shipped those that lose no wake-up.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_SEMAPHORE_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_SEMAPHORE_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct glibc_semaphore_word {
  static constexpr std::uint32_t one_waiter = 1u << 16;

  static constexpr field both[] = {{"value", 0, 16, {}}, {"nwaiters", 16, 16, {}}};
  static constexpr layout description{"semaphore", both};
  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout value{"value", number};
  static constexpr layout nwaiters{"nwaiters", number};

  static constexpr bool has_permits(std::uint32_t w) { return (w & (one_waiter - 1)) != 0; }
  static constexpr bool has_waiters(std::uint32_t w) { return w >= one_waiter; }
};

template <class Platform, version Version>
class glibc_semaphore;

template <class Platform>
  requires has_load<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> && has_compare_exchange<Platform> &&
           has_wait<Platform> && has_wake<Platform>
class glibc_semaphore<Platform, version::as_shipped> {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;

 public:
  explicit glibc_semaphore(word permits) : value_(glibc_semaphore_word::value, permits) {}

  void wait() noexcept {
    if (take()) return;
    // [W1] seq_cst, as shipped only: a post that does not see it comes before it.
    nwaiters_.fetch_add(1u, order::seq_cst, "W1");
    while (!take()) {
      // [W2] as shipped only.
      Platform::wait(value_, 0u, scope::process_private, deadline::never(), "W2");
    }
    // [W3] relaxed: a wake in vain does no harm.
    nwaiters_.fetch_sub(1u, order::relaxed, "W3");
  }

  void post() noexcept {
    // [P1] seq_cst, as shipped only: before P2, so that of a post and a waiter one sees the other.
    value_.fetch_add(1u, order::seq_cst, "P1");
    // [P2] seq_cst, as shipped only. Reads what may have been freed: the permit is there since P1.
    if (nwaiters_.load(order::seq_cst, "P2") == 0u) return;
    // [P3] as shipped only.
    Platform::wake(value_, 1, scope::process_private, "P3");
  }

 private:
  flag take() noexcept {
    // [W4] seq_cst, as shipped only: after W1, so that of a waiter and a post one sees the other.
    word c = value_.load(order::seq_cst, "W4");
    while (c != 0u) {
      // [W5] acquire, as shipped only: reads P1's write.
      if (value_.compare_exchange_strong(c, c - 1u, order::acquire, order::relaxed, "W5")) return flag(true);
    }
    return flag(false);
  }

  typename Platform::template atomic<word> value_;
  typename Platform::template atomic<word> nwaiters_{glibc_semaphore_word::nwaiters, 0u};
};

template <class Platform>
  requires has_load<Platform> && has_fetch_add<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform>
class glibc_semaphore<Platform, version::as_fixed> {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  explicit glibc_semaphore(word permits) : word_(glibc_semaphore_word::description, permits) {}

  void wait() noexcept {
    // [W7] relaxed: a guess, which W8 tests.
    word c = word_.load(order::relaxed, "W7");
    // [W8] acquire: reads P4's write, so what the poster did is visible. Else: mutant w8_relaxed races. failure relaxed: W9 reads again.
    if (glibc_semaphore_word::has_permits(c) && word_.compare_exchange_strong(c, c - 1u, order::acquire, order::relaxed, "W8")) return;
    // [W9] relaxed: every later post finds it, in the same word.
    c = word_.fetch_add(glibc_semaphore_word::one_waiter, order::relaxed, "W9") + glibc_semaphore_word::one_waiter;
    for (;;) {
      if (!glibc_semaphore_word::has_permits(c)) {
        // [W10] sleeps only while there is no permit. Else: mutant w10_never_sleeps does not reach the situation.
        Platform::wait(word_, c, scope::process_private, deadline::never(), "W10");
        // [W11] relaxed: a guess, which W12 or W10 tests.
        c = word_.load(order::relaxed, "W11");
        continue;
      }
      // [W12] acquire: as W8. Else: mutant w12_relaxed races. failure relaxed: the next guess.
      if (word_.compare_exchange_strong(c, c - 1u - glibc_semaphore_word::one_waiter, order::acquire, order::relaxed, "W12")) return;
    }
  }

  void post() noexcept {
    // [P4] release: publishes what the poster did to W8 and W12. Else: mutant p4_relaxed races.
    if (!glibc_semaphore_word::has_waiters(word_.fetch_add(1u, order::release, "P4"))) return;
    // [P5] wakes one of those that sleep. Else: mutant p5_dropped loses a wake-up.
    Platform::wake(word_, 1, scope::process_private, "P5");
  }

 private:
  typename Platform::template atomic<word> word_;
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_SEMAPHORE_H_
