// event_count: its contract on real threads and processes.
#include "impl/event_count.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
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

constinit event_count constant_initialised;

TEST(EventCount, IsEightBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(event_count) == 8 && std::is_trivially_destructible_v<event_count> && !std::is_copy_constructible_v<event_count>);
  constant_initialised.notify_all();
}

TEST(EventCount, ANotificationAfterThePreparationEndsTheWait) {
  event_count e;
  const event_count::key prepared = e.prepare_wait();
  e.notify_one();
  e.wait(prepared);
}

TEST(EventCount, ANotificationBeforeThePreparationDoesNot) {
  event_count e;
  e.notify_all();
  EXPECT_FALSE(e.wait_for(e.prepare_wait(), 1ms));
}

TEST(EventCount, ANotificationAfterACancelledPreparationIsNotKept) {
  event_count e;
  static_cast<void>(e.prepare_wait());
  e.cancel_wait();
  e.notify_one();
  EXPECT_FALSE(e.wait_for(e.prepare_wait(), 1ms));
}

TEST(EventCount, ATimedWaitGivesUpNotBeforeItsDeadline) {
  event_count e;
  const auto steady = steady_clock::now() + 5ms;
  EXPECT_FALSE(e.wait_until(e.prepare_wait(), steady));
  EXPECT_GE(steady_clock::now(), steady);
  const auto system = system_clock::now() + 5ms;
  EXPECT_FALSE(e.wait_until(e.prepare_wait(), system));
  EXPECT_GE(system_clock::now(), system);
}

TEST(EventCount, NotifyOneWakesOneOfTheSleepersAndNotifyAllTheRest) {
  event_count e;
  std::vector<sleeper> waiters(4);
  std::vector<std::thread> threads;
  std::atomic<int> passed{0};
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      e.wait(e.prepare_wait());
      ++passed;
    });
    waiter.await_sleep();
  }
  e.notify_one();
  while (passed == 0) std::this_thread::yield();
  e.notify_all();
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(passed, 4);
}

TEST(EventCount, AwaitsEachOfManyChangesUnderStress) {
  constexpr int rounds = 20'000;
  event_count changed;
  std::atomic<int> turn{0};
  const auto play = [&](int player) {
    for (int i = 0; i < rounds; ++i) {
      changed.await([&] { return turn.load(std::memory_order_relaxed) == 2 * i + player; });
      turn.store(2 * i + player + 1, std::memory_order_relaxed);
      changed.notify_all();
    }
  };
  std::thread other([&] { play(1); });
  play(0);
  other.join();
  EXPECT_EQ(turn, 2 * rounds);
}

TEST(ProcessSharedEventCount, WakesASleeperInAnotherProcess) {
  struct page {
    process_shared_event_count changed;
    std::atomic<int> value{0};
  };
  const shared_object<page> shared;
  const pid_t child = fork_child([&] {
    shared->changed.await([&] { return shared->value.load(std::memory_order_relaxed) == 42; });
    return 0;
  });
  await_sleep_of(child, child);
  shared->value.store(42, std::memory_order_relaxed);
  shared->changed.notify_one();
  EXPECT_EQ(await_child(child), 0);
}

}  // namespace
}  // namespace holdfast
