#include "tests/benchmarks/rescue.h"

#include <gtest/gtest.h>

#include <chrono>

#include "impl/linux/linux_platform.h"
#include "tests/benchmarks/contended.h"

namespace holdfast::benchmarks {
namespace {

using namespace std::chrono_literals;

// Exclusion, and nobody is ever woken.
struct forgetful_lock {
  void lock() noexcept {
    while (word.exchange(1u, order::acquire, "L") != 0u) {
      linux_platform::wait(word, 1u, scope::process_private, linux_deadline::never(), "W");
    }
  }
  void unlock() noexcept { word.store(0u, order::release, "U"); }

  static constexpr field fields[] = {{"held", 0, 1, {}}};
  static constexpr layout description{"word", fields};
  linux_platform::atomic<std::uint32_t> word{description, 0u};
};

struct lock_that_wakes : forgetful_lock {
  void unlock() noexcept {
    forgetful_lock::unlock();
    linux_platform::wake(word, 1, scope::process_private, "K");
  }
};

// Long sections, so that somebody sleeps.
constexpr workload sections{4, 100'000, 0};

TEST(Rescue, ALockThatForgetsItsSleepersDoesNotKeepTheBenchmark) { EXPECT_TRUE(contend<forgetful_lock>(sections, 20ms).rescued); }

TEST(Rescue, ALockThatWakesThemNeedsNone) { EXPECT_FALSE(contend<lock_that_wakes>(sections, 20ms).rescued); }

}  // namespace
}  // namespace holdfast::benchmarks
