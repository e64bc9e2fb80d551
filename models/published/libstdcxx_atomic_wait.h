// libstdcxx_atomic_wait: std::atomic's wait and notify by a proxy, whose version was read too late, and its fix.
//
// A value that is no futex is waited for on a proxy, its version, which every notification raises. As shipped in libstdc++ (the proxied
// wait) the waiter looks at the value first and reads the version to sleep on afterwards. A notification in between is not noticed:
//     T1: the value is the old one | T2: changes the value, version 0 -> 1, wakes nobody | T1: reads version 1, sleeps on it, for ever
// As fixed it reads the version first.
//
//     version   how many notifications there were (modulo 2^32)
//
//     as shipped   look at the value | read version [W1] | sleep while the version is that [W3]
//     as fixed     read version [W2] | look at the value | sleep while the version is that [W3]
//     notifier     change the value  | version + 1 [N1]  | wake [N2]
//
// What the caller changed is published by N1 and read with W2. The version may wrap while a thread stands between W2 and W3.
// Source: the description in the commit that fixed it; written from it, not from libstdc++'s source. Its number of waiters is left out: a
// notification always makes its system call.
#ifndef HOLDFAST_MODELS_PUBLISHED_LIBSTDCXX_ATOMIC_WAIT_H_
#define HOLDFAST_MODELS_PUBLISHED_LIBSTDCXX_ATOMIC_WAIT_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct libstdcxx_atomic_wait_word {
  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout version{"version", number};
};

template <class Platform, version Version>
  requires has_load<Platform> && has_fetch_add<Platform> && has_wait<Platform> && has_wake<Platform>
class libstdcxx_atomic_wait {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  // Returns once `test()` says so. It looks at the value; whoever changes the value notifies.
  template <class Test>
  void wait(const Test& test) noexcept {
    for (;;) {
      word seen = 0u;
      if constexpr (Version == version::as_shipped) {
        if (test()) return;
        // [W1] acquire, as shipped only: too late.
        seen = version_.load(order::acquire, "W1");
      } else {
        // [W2] acquire: reads N1's write, so that the test sees what was notified before. Else: mutant w2_relaxed loses a wake-up.
        seen = version_.load(order::acquire, "W2");
        if (test()) return;
      }
      // [W3] sleeps only while the version is what was seen. Else: mutant w3_never_sleeps does not reach the situation.
      Platform::wait(version_, seen, scope::process_private, deadline::never(), "W3");
    }
  }

  void notify_all() noexcept {
    // [N1] release: publishes what the caller changed to W2. Else: mutant n1_relaxed loses a wake-up.
    version_.fetch_add(1u, order::release, "N1");
    // [N2] wakes everybody: they test again. Else: mutant n2_dropped loses a wake-up.
    Platform::wake(version_, everyone, scope::process_private, "N2");
  }

 private:
  typename Platform::template atomic<word> version_{libstdcxx_atomic_wait_word::version, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_LIBSTDCXX_ATOMIC_WAIT_H_
