// libstdcxx_semaphore: libstdc++'s std::counting_semaphore as GCC 12 has it, which loses a wake-up, and our repair.
//
// As shipped, acquire() reads the count for the kernel to compare, and then tries a few times to take a permit, each with a look and one
// compare-exchange of its own. release() notifies only if there was no permit. So a waiter that read 1 and whose tries all failed, since
// others took the permit or changed the count under it, sleeps on a count of 1, and no release that makes 2 out of 1 wakes it:
//     count 1 | T1: reads 1, to sleep on | T2: 1 -> 0 | T1: tries, finds 0 | T2: 0 -> 1, wakes nobody yet | T1: sleeps on 1, for ever
// As repaired a thread sleeps on no other value than 0, and whoever leaves 0 wakes. The way to the bug is that of libcxx_semaphore.h, but
// there the waiters are counted; here nothing but the count says that somebody may sleep.
//
//     count     the permits
//
// Source: <bits/semaphore_base.h> and <bits/atomic_wait.h> of GCC 12.2, read for what they do. Reported as pytorch/pytorch#177884 (2026),
// which has the hang from their tests and names the failing compare-exchange. tests/std_semaphore_test.cc does it to the library that is here.
// Of the tries (twelve, and four with a yield) one is left: more of them make the bug rarer, and each can fail.
#ifndef HOLDFAST_MODELS_PUBLISHED_LIBSTDCXX_SEMAPHORE_H_
#define HOLDFAST_MODELS_PUBLISHED_LIBSTDCXX_SEMAPHORE_H_

#include <cstdint>

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct libstdcxx_semaphore_word {
  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout count{"count", number};
};

// Woken: how many threads a release wakes.
template <class Platform, version Version, std::uint32_t Woken = everyone>
requires has_load<Platform> && has_fetch_add<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform>
class libstdcxx_semaphore {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;

 public:
  explicit libstdcxx_semaphore(word permits) : count_(libstdcxx_semaphore_word::count, permits) {}

  void wait() noexcept {
    do {
      word to_sleep_on = 0u;
      if constexpr (Version == version::as_shipped) {
        // [A1] relaxed (libstdc++: acquire), as shipped only: what the kernel is to compare.
        to_sleep_on = count_.load(order::relaxed, "A1");
      }
      if (take()) return;
      // [A4] as repaired: sleeps only while there is no permit. Else: mutant a4_never_sleeps does not reach the situation.
      Platform::wait(count_, to_sleep_on, scope::process_private, deadline::never(), "A4");
    } while (!take());
  }

  void post() noexcept {
    // [P1] release: publishes what the poster did to A3. Else: mutant p1_relaxed races.
    if (count_.fetch_add(1u, order::release, "P1") != 0u) return;
    // [P2] wakes everybody: they try again. Else: mutant p2_dropped loses a wake-up. One is not enough, as the posts that follow wake
    //      nobody: scenario repaired_wakes_one. (libstdc++ wanted to wake one; a comment there asks why that did not work.)
    Platform::wake(count_, Woken, scope::process_private, "P2");
  }

 private:
  flag take() noexcept {
    // [A2] relaxed (libstdc++: acquire): a guess, which A3 tests.
    word c = count_.load(order::relaxed, "A2");
    if (c == 0u) return flag(false);
    // [A3] acquire: reads P1's write or one after it, so what the poster did is visible. Else: mutant a3_relaxed races.
    //      failure relaxed: the caller looks again.
    return count_.compare_exchange_strong(c, c - 1u, order::acquire, order::relaxed, "A3");
  }

  typename Platform::template atomic<word> count_;
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_LIBSTDCXX_SEMAPHORE_H_
