// event: the contract of events with manual and automatic reset, on real threads and processes.
#include "impl/event.h"

#include <gtest/gtest.h>

#include <atomic>
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

template <class Event>
class EventContract : public testing::Test {};
using events = testing::Types<manual_reset_event, auto_reset_event, process_shared_manual_reset_event, process_shared_auto_reset_event>;
TYPED_TEST_SUITE(EventContract, events);

template <class Event>
constinit Event constant_initialised{true};

TYPED_TEST(EventContract, IsFourBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(TypeParam) == 4 && std::is_trivially_destructible_v<TypeParam> && !std::is_copy_constructible_v<TypeParam>);
  EXPECT_TRUE(constant_initialised<TypeParam>.try_wait());
}

TYPED_TEST(EventContract, IsNotSetAtFirst) {
  TypeParam e;
  EXPECT_FALSE(e.try_wait());
}

TYPED_TEST(EventContract, IsNotSetAfterReset) {
  TypeParam e(true);
  e.reset();
  EXPECT_FALSE(e.try_wait());
  e.reset();
  e.set();
  e.set();
  e.wait();
}

TYPED_TEST(EventContract, WaitSleepsUntilSet) {
  TypeParam e;
  sleeper waiter;
  std::atomic<bool> passed{false};
  std::thread t([&] {
    waiter.is_me();
    e.wait();
    passed = true;
  });
  waiter.await_sleep();
  EXPECT_FALSE(passed);
  e.set();
  t.join();
  EXPECT_TRUE(passed);
}

TYPED_TEST(EventContract, ATimedWaitGivesUpNotBeforeItsDeadline) {
  TypeParam e;
  const auto steady = steady_clock::now() + 5ms;
  EXPECT_FALSE(e.try_wait_until(steady));
  EXPECT_GE(steady_clock::now(), steady);
  const auto system = system_clock::now() + 5ms;
  EXPECT_FALSE(e.try_wait_until(system));
  EXPECT_GE(system_clock::now(), system);
  EXPECT_FALSE(e.try_wait_for(1ms));
  e.set();
  EXPECT_TRUE(e.try_wait_for(-1h));
}

TYPED_TEST(EventContract, GivingUpTakesNoWakeUpFromAnotherSleeper) {
  TypeParam e;
  sleeper patient;
  std::thread t([&] {
    patient.is_me();
    e.wait();
  });
  patient.await_sleep();
  EXPECT_FALSE(e.try_wait_for(1ms));
  e.set();
  t.join();
}

TYPED_TEST(EventContract, MayBeDestroyedByTheOnlyWaiter) {
  for (int i = 0; i < 1000; ++i) {
    auto e = std::make_unique<TypeParam>();
    std::thread other([to = e.get()] { to->set(); });
    e->wait();
    e.reset();
    other.join();
  }
}

TEST(ManualResetEvent, LetsEverySleeperPassAndStaysSet) {
  manual_reset_event e;
  std::vector<sleeper> waiters(4);
  std::vector<std::thread> threads;
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      e.wait();
    });
    waiter.await_sleep();
  }
  e.set();
  for (std::thread& t : threads) t.join();
  EXPECT_TRUE(e.try_wait());
  EXPECT_TRUE(e.try_wait());
}

TEST(AutoResetEvent, LetsOneWaitPassForEachSet) {
  auto_reset_event e;
  std::vector<sleeper> waiters(3);
  std::vector<std::thread> threads;
  std::atomic<int> passed{0};
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      e.wait();
      ++passed;
    });
    waiter.await_sleep();
  }
  for (int n = 1; n <= 3; ++n) {
    e.set();
    while (passed != n) std::this_thread::yield();
    EXPECT_FALSE(e.try_wait());
  }
  for (std::thread& t : threads) t.join();
}

TEST(AutoResetEvent, ProtectsACounterUnderStress) {
  auto_reset_event turn(true);
  int counter = 0;
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n) {
    threads.emplace_back([&] {
      for (int i = 0; i < 10'000; ++i) {
        while (i % 4 == 0 && !turn.try_wait_for(1us)) continue;
        if (i % 4 != 0) turn.wait();
        ++counter;
        turn.set();
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(counter, 40'000);
}

TEST(ProcessSharedEvent, WakesASleeperInAnotherProcess) {
  const shared_object<process_shared_auto_reset_event> shared;
  const pid_t child = fork_child([&] {
    shared->wait();
    return 0;
  });
  await_sleep_of(child, child);
  shared->set();
  EXPECT_EQ(await_child(child), 0);
  EXPECT_FALSE(shared->try_wait());
}

}  // namespace
}  // namespace holdfast
