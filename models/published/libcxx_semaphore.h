// libcxx_semaphore: a counting semaphore on a waiting facility that tested one value and slept on another, and its fix.
//
// As shipped in libc++ (llvm#77659, D114119) a waiter reads the count, for the kernel to compare, and then the test reads it again by
// itself. Between the two the count may go down and up again; the waiter then waits for another change than the one that it needs:
//     count 1 | T1: reads 1, to sleep on | T2: 1 -> 0 | T1: tests 0: no permit | T2: 0 -> 1, nobody waits yet | T1: sleeps on 1, for ever
// As fixed it is the value to sleep on that is tested, and if the test looks again, what it finds last is slept on.
//
//     count     the permits
//     waiters   how many threads sleep or are about to: a notification without any costs no system call
//
// Source: the descriptions of the issue and its fix; written from them, not from libc++'s source. Between the number of waiters and the
// count there are fences as in the fix of llvm#109290 (see libcxx_atomic_wait.h), so that nothing but this bug is shown.
#ifndef HOLDFAST_MODELS_PUBLISHED_LIBCXX_SEMAPHORE_H_
#define HOLDFAST_MODELS_PUBLISHED_LIBCXX_SEMAPHORE_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct libcxx_semaphore_word {
  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout count{"count", number};
  static constexpr layout waiters{"waiters", number};
};

// Platform::fence(order, site) is std::atomic_thread_fence.
template <class Platform, version Version>
  requires has_load<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> && has_compare_exchange<Platform> &&
           has_wait<Platform> && has_wake<Platform>
class libcxx_semaphore {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;

 public:
  explicit libcxx_semaphore(word permits) : count_(libcxx_semaphore_word::count, permits) {}

  void wait() noexcept {
    // [A1] relaxed: a guess, which A3 tests.
    word c = count_.load(order::relaxed, "A1");
    while (!take(c)) {
      // [A2] relaxed: what the kernel is to compare; as fixed also what is tested.
      word monitor = count_.load(order::relaxed, "A2");
      if constexpr (Version == version::as_fixed) {
        if (take(monitor)) return;
      } else {
        // [A4] relaxed, as shipped only: another look than A2.
        word tested = count_.load(order::relaxed, "A4");
        if (take(tested)) return;
      }
      sleep_on(monitor);
      // [A5] relaxed: as A1.
      c = count_.load(order::relaxed, "A5");
    }
  }

  void post() noexcept {
    // [P1] release: publishes what the poster did to A3. Else: mutant p1_relaxed races.
    count_.fetch_add(1u, order::release, "P1");
    // [P2] seq_cst: of a poster and a waiter one sees the other (W2). Else: mutant p2_relaxed loses a wake-up.
    Platform::fence(order::seq_cst, "P2");
    // [P3] relaxed: see P2.
    if (waiters_.load(order::relaxed, "P3") == 0u) return;
    // [P4] wakes everybody: they test again. Else: mutant p4_dropped loses a wake-up.
    Platform::wake(count_, everyone, scope::process_private, "P4");
  }

 private:
  // False: the last value that was found, now in c, is zero.
  flag take(word& c) noexcept {
    while (c != 0u) {
      // [A3] acquire: reads P1's write, so what the poster did is visible. Else: mutant a3_relaxed races. failure relaxed: the next guess.
      if (count_.compare_exchange_strong(c, c - 1u, order::acquire, order::relaxed, "A3")) return flag(true);
    }
    return flag(false);
  }

  void sleep_on(word monitor) noexcept {
    // [W1] relaxed: W2 orders it.
    waiters_.fetch_add(1u, order::relaxed, "W1");
    // [W2] seq_cst: of a waiter and a poster one sees the other (P2). Else: mutant w2_relaxed loses a wake-up.
    Platform::fence(order::seq_cst, "W2");
    // [W3] sleeps only while the count is the monitor. Else: mutant w3_never_sleeps does not reach the situation.
    Platform::wait(count_, monitor, scope::process_private, deadline::never(), "W3");
    // [W4] relaxed: a wake in vain does no harm.
    waiters_.fetch_sub(1u, order::relaxed, "W4");
  }

  typename Platform::template atomic<word> count_;
  typename Platform::template atomic<word> waiters_{libcxx_semaphore_word::waiters, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_LIBCXX_SEMAPHORE_H_
