// barrier: the contract of std::barrier and what ours adds, on real threads and processes.
#include "impl/barrier.h"

#include <gtest/gtest.h>
#include <signal.h>

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

constinit barrier<> constant_initialised{1};

TEST(Barrier, IsTwelveBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(barrier<>) == 12 && std::is_trivially_destructible_v<barrier<>> && !std::is_copy_constructible_v<barrier<>>);
  static_assert(!std::is_copy_constructible_v<barrier<>::arrival_token> && std::is_nothrow_move_constructible_v<barrier<>::arrival_token>);
  for (int i = 0; i < 3; ++i) constant_initialised.arrive_and_wait();
}

TEST(Barrier, AWaitReturnsWhenThePhaseHasEndedAndNotBefore) {
  barrier<> b(2);
  sleeper waiter;
  std::atomic<bool> passed{false};
  std::thread t([&] {
    waiter.is_me();
    b.arrive_and_wait();
    passed = true;
  });
  waiter.await_sleep();
  EXPECT_FALSE(passed);
  b.wait(b.arrive());
  t.join();
  EXPECT_TRUE(passed);
}

TEST(Barrier, ATokenOfAPhaseThatHasEndedWaitsForNothing) {
  barrier<> b(1);
  auto first = b.arrive();
  auto second = b.arrive();
  EXPECT_TRUE(b.try_wait(first));
  b.wait(std::move(second));
  b.wait(std::move(first));
}

TEST(Barrier, SeveralArrivalsAtOnceCount) {
  barrier<> b(3);
  const auto token = b.arrive(2);
  EXPECT_FALSE(b.try_wait(token));
  EXPECT_TRUE(b.try_wait(b.arrive()));
  EXPECT_TRUE(b.try_wait(token));
}

TEST(Barrier, ATimedWaitGivesUpNotBeforeItsDeadlineAndMayWaitAgain) {
  barrier<> b(2);
  auto token = b.arrive();
  const auto steady = steady_clock::now() + 5ms;
  EXPECT_FALSE(b.try_wait_until(token, steady));
  EXPECT_GE(steady_clock::now(), steady);
  const auto system = system_clock::now() + 5ms;
  EXPECT_FALSE(b.try_wait_until(token, system));
  EXPECT_GE(system_clock::now(), system);
  EXPECT_FALSE(b.try_wait_for(token, 1ms));
  EXPECT_TRUE(b.try_wait(b.arrive()));
  EXPECT_TRUE(b.try_wait_for(token, -1h));
  b.wait(std::move(token));
}

TEST(Barrier, WhoDropsIsExpectedNoMore) {
  barrier<> b(2);
  auto token = b.arrive();
  b.arrive_and_drop();
  b.wait(std::move(token));
  b.arrive_and_wait();
}

TEST(Barrier, CallsTheCompletionOnceAPhaseBeforeAnybodyGoesOn) {
  constexpr int threads = 4;
  constexpr int rounds = 2000;
  int phases = 0;
  const auto count = [&phases]() noexcept { ++phases; };
  basic_barrier<linux_platform, decltype(count)> b(threads, count);
  std::vector<std::thread> running;
  for (int n = 0; n < threads; ++n) {
    running.emplace_back([&] {
      for (int i = 1; i <= rounds; i += 2) {
        b.arrive_and_wait();
        if (phases != i) ADD_FAILURE() << phases << " in phase " << i;
        b.arrive_and_wait();
      }
    });
  }
  for (std::thread& t : running) t.join();
  EXPECT_EQ(phases, rounds);
}

TEST(Barrier, ThreadsSeeWhatTheOthersDidInEveryPhase) {
  constexpr unsigned threads = 4;
  constexpr int rounds = 5000;
  for (const bool spinning : {true, false}) {
    barrier<> with_spin(threads);
    basic_barrier<linux_platform, no_completion, scope::process_private, 0> without_spin(threads);
    int value[threads] = {};
    const auto meet = [&] { spinning ? with_spin.arrive_and_wait() : without_spin.arrive_and_wait(); };
    std::vector<std::thread> running;
    for (unsigned n = 0; n < threads; ++n) {
      running.emplace_back([&, n] {
        for (int i = 1; i <= rounds; ++i) {
          value[n] = i;
          meet();
          for (const int v : value) {
            if (v != i) ADD_FAILURE() << v << " in round " << i;
          }
          meet();
        }
      });
    }
    for (std::thread& t : running) t.join();
  }
}

TEST(Barrier, MayBeDestroyedByTheOnlyWaiter) {
  for (int i = 0; i < 2000; ++i) {
    auto b = std::make_unique<barrier<>>(2u);
    std::thread other([to = b.get()] { static_cast<void>(to->arrive()); });
    b->arrive_and_wait();
    b.reset();
    other.join();
  }
}

TEST(ProcessSharedBarrier, ProcessesMeetInEveryPhase) {
  struct page {
    process_shared_barrier<> meeting{3};
    int value[3] = {};
  };
  const shared_object<page> shared;
  std::vector<pid_t> children;
  for (int n = 0; n < 3; ++n) {
    children.push_back(fork_child([&, n] {
      for (int i = 1; i <= 2000; ++i) {
        shared->value[n] = i;
        shared->meeting.arrive_and_wait();
        for (const int v : shared->value) {
          if (v != i) return 1;
        }
        shared->meeting.arrive_and_wait();
      }
      return 0;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
}

TEST(BarrierDeathTest, OneArrivalTooManyEndsTheProgramWithAMessage) {
  barrier<> b(1);
  EXPECT_EXIT(static_cast<void>(b.arrive(2)), testing::KilledBySignal(SIGABRT), "^holdfast: barrier: more arrivals than it expects\n$");
}

}  // namespace
}  // namespace holdfast
