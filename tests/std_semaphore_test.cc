// libstdc++'s std::counting_semaphore loses a wake-up: shown on the library that is here, with a real process that is stepped by ptrace(2).
// models/published/libstdcxx_semaphore.h has the story.
//
//     count 1 | the child reads 1, to sleep on | the test takes the permit | the child tries in vain, and is about to sleep
//     the test gives the permit back | the child sleeps, beside a permit
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <chrono>
#include <climits>
#include <iostream>
#include <semaphore>
#include <string>

#include "tests/asleep.h"
#include "tests/processes.h"
#include "tests/stepper.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

using semaphore = std::counting_semaphore<>;
static_assert(sizeof(semaphore) == sizeof(int), "libstdc++'s semaphore is the count and nothing else");

int permits_of(const semaphore& s) { return __atomic_load_n(reinterpret_cast<const int*>(&s), __ATOMIC_SEQ_CST); }
// This process and the child share the memory: a library that waits for threads of one process only is not woken.
long wake_everybody(semaphore& s) { return ::syscall(SYS_futex, &s, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0); }

enum class outcome { took_it_before, was_served, lost_the_wake_up };

// The test takes the permit when the child is so many instructions into acquire(), and gives it back when the child is about to sleep.
outcome take_it_after(int instructions) {
  const shared_object<semaphore> permits{1};
  stepper child(fork_child([&] {
    await_stepper();
    permits->acquire();
    return 0;
  }));
  for (int i = 0; i < instructions; ++i) {
    if (permits_of(*permits) == 0 || !child.step()) return outcome::took_it_before;
  }
  if (!permits->try_acquire()) return outcome::took_it_before;
  EXPECT_TRUE(child.run_until([&] { return child.at_system_call(SYS_futex); }));
  permits->release();
  child.begin_step();
  const bool lost = falls_asleep(child.process()) && stays_asleep(child.process(), 100ms);
  if (lost) {
    EXPECT_EQ(permits_of(*permits), 1) << "it sleeps for want of a permit";
    if (wake_everybody(*permits) != 1) {
      ADD_FAILURE() << "it does not sleep on the count, or for threads of its own process only";
      child.kill();
      return outcome::lost_the_wake_up;
    }
  }
  EXPECT_TRUE(child.end_step());
  EXPECT_EQ(child.run(), 0);
  EXPECT_EQ(permits_of(*permits), 0);
  return lost ? outcome::lost_the_wake_up : outcome::was_served;
}

TEST(StdSemaphore, AWaiterSleepsBesideAPermit) {
  if (const std::string refusal = stepper::refusal(); !refusal.empty()) {
    GTEST_SKIP() << "ptrace cannot step children here (" << refusal << "): nothing is shown";
  }
  int lost = 0, served = 0, instructions = 0;
  for (outcome o; (o = take_it_after(instructions)) != outcome::took_it_before; ++instructions) {
    lost += o == outcome::lost_the_wake_up;
    served += o == outcome::was_served;
    ASSERT_LT(instructions, 1000) << "acquire() never takes the permit";
  }
  std::cout << "  libstdc++ " << __GLIBCXX__ << ": the permit taken at each of " << instructions
            << " instructions of acquire() and given back before the sleep: served " << served << " times, the wake-up lost " << lost
            << " times\n";
  EXPECT_GT(served, 0) << "taken before the child has looked, it has to be served";
  if (lost == 0) GTEST_SKIP() << "this libstdc++ loses nothing here";
}

}  // namespace
}  // namespace holdfast
