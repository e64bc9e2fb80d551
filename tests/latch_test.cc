// latch: the contract of std::latch and what ours adds, on real threads and processes.
#include "impl/latch.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <memory>
#include <thread>
#include <type_traits>
#include <vector>

#include "tests/asleep.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constinit latch constant_initialised{1};

TEST(Latch, IsFourBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(latch) == 4 && std::is_trivially_destructible_v<latch> && !std::is_copy_constructible_v<latch>);
  static_assert(noexcept(constant_initialised.wait())&& noexcept(constant_initialised.count_down()));
  EXPECT_FALSE(constant_initialised.try_wait());
  constant_initialised.count_down();
  EXPECT_TRUE(constant_initialised.try_wait());
  constant_initialised.wait();
}

TEST(Latch, IsOpenAtFirstIfNothingIsExpected) {
  latch l(0);
  EXPECT_TRUE(l.try_wait());
  l.count_down(0);
  l.wait();
}

TEST(Latch, CountsDownSeveralAtOnce) {
  latch l(5);
  l.count_down(2);
  EXPECT_FALSE(l.try_wait());
  l.count_down(3);
  EXPECT_TRUE(l.try_wait());
}

TEST(Latch, LetsEverySleeperPassWhenItOpensAndNotBefore) {
  latch l(2);
  std::vector<sleeper> waiters(4);
  std::vector<std::thread> threads;
  std::atomic<int> passed{0};
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      l.wait();
      ++passed;
    });
    waiter.await_sleep();
  }
  l.count_down();
  EXPECT_EQ(passed, 0);
  l.count_down();
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(passed, 4);
}

TEST(Latch, ATimedWaitGivesUpNotBeforeItsDeadline) {
  latch l(1);
  const auto steady = steady_clock::now() + 5ms;
  EXPECT_FALSE(l.try_wait_until(steady));
  EXPECT_GE(steady_clock::now(), steady);
  const auto system = system_clock::now() + 5ms;
  EXPECT_FALSE(l.try_wait_until(system));
  EXPECT_GE(system_clock::now(), system);
  EXPECT_FALSE(l.try_wait_for(1ms));
  l.count_down();
  EXPECT_TRUE(l.try_wait_until(steady));
  EXPECT_TRUE(l.try_wait_for(-1h));
}

TEST(Latch, ThreadsThatArriveAndWaitSeeWhatTheOthersDid) {
  constexpr unsigned threads = 8;
  for (int round = 0; round < 200; ++round) {
    latch l(threads);
    int done[threads] = {};
    std::vector<std::thread> running;
    for (unsigned n = 0; n < threads; ++n) {
      running.emplace_back([&, n] {
        done[n] = 1;
        l.arrive_and_wait();
        for (const int d : done) EXPECT_EQ(d, 1);
      });
    }
    for (std::thread& t : running) t.join();
  }
}

TEST(Latch, MayBeDestroyedByTheOnlyWaiter) {
  for (int i = 0; i < 2000; ++i) {
    auto l = std::make_unique<latch>(1);
    std::thread other([to = l.get()] { to->count_down(); });
    l->wait();
    l.reset();
    other.join();
  }
}

TEST(ProcessSharedLatch, WakesASleeperInAnotherProcess) {
  const shared_object<process_shared_latch> shared(1u);
  const pid_t child = fork_child([&] {
    shared->wait();
    return 0;
  });
  await_sleep_of(child, child);
  shared->count_down();
  EXPECT_EQ(await_child(child), 0);
}

TEST(LatchDeathTest, CountingDownMoreThanRemainsEndsTheProgramWithAMessage) {
  latch l(1);
  EXPECT_EXIT(l.count_down(2), testing::KilledBySignal(SIGABRT), "^holdfast: latch: counted down more than remains\n$");
}

TEST(LatchDeathTest, ExpectingMoreThanMaxEndsTheProgramWithAMessage) {
  EXPECT_EXIT(latch(0x80000000), testing::KilledBySignal(SIGABRT), "^holdfast: latch: more expected than max\\(\\)\n$");
}

}  // namespace
}  // namespace holdfast
