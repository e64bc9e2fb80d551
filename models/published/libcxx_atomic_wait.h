// libcxx_atomic_wait: std::atomic's wait and notify by a table of futexes, with an order too weak, and its fix.
//
// A value that is no futex is waited for on a futex of a table, its version, which every notification raises. Beside it is the number of
// waiters, so that a notification without any makes no system call. As shipped in libc++ (llvm#109290, fixed by PR 146267) the waiter
// raises the number and the notifier the version, each before it looks at the other; but nothing orders the one before the other:
//     T1: waiters 0 -> 1, version still 0: sleeps | T2: version 0 -> 1, waiters still 0: wakes nobody
// As fixed there is a fence in between, on both sides.
//
//     version   how many notifications there were (modulo 2^32)
//     waiters   how many threads sleep or are about to
//
//     waiter     read version [W1] | look at the value | waiters + 1 [W2] | fence [W3] | sleep while the version is that [W4]
//     notifier   change the value  | version + 1 [N1]  | fence [N2]       | waiters [N3]: wake if there are any [N4]
//
// What the caller changed is published by N1 and read with W1. The version may wrap while a thread stands between W1 and W4.
// Source: the descriptions of the issue and its fix; written from them, not from libc++'s source. A futex call orders nothing here, as the
// fix presumes.
#ifndef HOLDFAST_MODELS_PUBLISHED_LIBCXX_ATOMIC_WAIT_H_
#define HOLDFAST_MODELS_PUBLISHED_LIBCXX_ATOMIC_WAIT_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct libcxx_atomic_wait_word {
  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout version{"version", number};
  static constexpr layout waiters{"waiters", number};
};

// Platform::fence(order, site) is std::atomic_thread_fence.
template <class Platform, version Version>
  requires has_load<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> && has_wait<Platform> && has_wake<Platform>
class libcxx_atomic_wait {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

  static constexpr order counted = Version == version::as_shipped ? order::seq_cst : order::relaxed;

 public:
  // Returns once `test()` says so. It looks at the value; whoever changes the value notifies.
  template <class Test>
  void wait(const Test& test) noexcept {
    while (!test()) {
      // [W1] acquire: reads N1's write, so that the test sees what was notified before. Else: mutant w1_relaxed loses a wake-up.
      const word seen = version_.load(order::acquire, "W1");
      if (test()) return;
      // [W2] relaxed: W3 orders it. As shipped seq_cst, which W4 is not.
      waiters_.fetch_add(1u, counted, "W2");
      if constexpr (Version == version::as_fixed) {
        // [W3] seq_cst: of a waiter and a notifier one sees the other (N2). Else: mutant w3_relaxed loses a wake-up.
        Platform::fence(order::seq_cst, "W3");
      }
      // [W4] sleeps only while the version is what W1 found. Else: mutant w4_never_sleeps does not reach the situation.
      Platform::wait(version_, seen, scope::process_private, deadline::never(), "W4");
      // [W5] relaxed: a wake in vain does no harm.
      waiters_.fetch_sub(1u, order::relaxed, "W5");
    }
  }

  void notify_all() noexcept {
    // [N1] release: publishes what the caller changed to W1. Else: mutant n1_relaxed loses a wake-up.
    version_.fetch_add(1u, order::release, "N1");
    if constexpr (Version == version::as_fixed) {
      // [N2] seq_cst: of a notifier and a waiter one sees the other (W3). Else: mutant n2_relaxed loses a wake-up.
      Platform::fence(order::seq_cst, "N2");
    }
    // [N3] relaxed: see N2. As shipped seq_cst, which N1 is not.
    if (waiters_.load(counted, "N3") == 0u) return;
    // [N4] wakes everybody: they test again. Else: mutant n4_dropped loses a wake-up.
    Platform::wake(version_, everyone, scope::process_private, "N4");
  }

 private:
  typename Platform::template atomic<word> version_{libcxx_atomic_wait_word::version, 0u};
  typename Platform::template atomic<word> waiters_{libcxx_atomic_wait_word::waiters, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_LIBCXX_ATOMIC_WAIT_H_
