// once: the contract of std::call_once, on real threads and processes.
#include "impl/once.h"

#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "tests/asleep.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

constinit once_flag constant_initialised;

TEST(Once, IsFourBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(once_flag) == 4 && std::is_trivially_destructible_v<once_flag> && !std::is_copy_constructible_v<once_flag>);
  int calls = 0;
  for (int i = 0; i < 3; ++i) call_once(constant_initialised, [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(Once, PassesItsArgumentsOn) {
  once_flag flag;
  std::unique_ptr<int> taken;
  std::string text;
  call_once(
      flag,
      [&](std::unique_ptr<int> p, const std::string& s) {
        taken = std::move(p);
        text = s;
      },
      std::make_unique<int>(42), "hello");
  EXPECT_EQ(*taken, 42);
  EXPECT_EQ(text, "hello");
}

TEST(Once, AFunctionThatThrowsLeavesTheFlagForTheNext) {
  once_flag flag;
  EXPECT_THROW(call_once(flag, [] { throw 1; }), int);
  EXPECT_THROW(call_once(flag, [] { throw 2; }), int);
  int calls = 0;
  call_once(flag, [&] { ++calls; });
  call_once(flag, [&] { ++calls; });
  EXPECT_EQ(calls, 1);
}

TEST(Once, CallersSleepWhileAFunctionRuns) {
  once_flag flag;
  std::vector<sleeper> waiters(3);
  std::vector<std::thread> threads;
  int calls = 0;
  call_once(flag, [&] {
    for (sleeper& waiter : waiters) {
      threads.emplace_back([&] {
        waiter.is_me();
        call_once(flag, [&] { ++calls; });
      });
      waiter.await_sleep();
    }
    ++calls;
  });
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(calls, 1);
}

TEST(Once, OneOfTheSleepersRunsItsOwnIfTheFunctionThrows) {
  once_flag flag;
  std::vector<sleeper> waiters(3);
  std::vector<std::thread> threads;
  int calls = 0;
  EXPECT_THROW(call_once(flag,
                         [&] {
                           for (sleeper& waiter : waiters) {
                             threads.emplace_back([&] {
                               waiter.is_me();
                               call_once(flag, [&] { ++calls; });
                             });
                             waiter.await_sleep();
                           }
                           throw 1;
                         }),
               int);
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(calls, 1);
}

TEST(Once, ManyThreadsSeeWhatOneFunctionDidUnderStress) {
  constexpr int rounds = 2000;
  std::vector<once_flag> flags(rounds);
  std::vector<int> made(rounds);
  std::atomic<int> thrown{0};
  const auto run = [&] {
    for (int i = 0; i < rounds; ++i) {
      for (;;) {
        try {
          call_once(flags[i], [&] {
            if (made[i]++ == 0) throw 1;
          });
          break;
        } catch (int) {
          ++thrown;
        }
      }
      if (made[i] != 2) std::abort();
    }
  };
  std::vector<std::thread> threads;
  for (int n = 0; n < 4; ++n) threads.emplace_back(run);
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(thrown, rounds);
}

TEST(ProcessSharedOnce, RunsInOneProcessOnly) {
  struct page {
    process_shared_once_flag flag;
    int calls = 0;
  };
  const shared_object<page> shared;
  std::vector<pid_t> children;
  call_once(shared->flag, [&] {
    for (int n = 0; n < 3; ++n) {
      children.push_back(fork_child([&] {
        call_once(shared->flag, [&] { ++shared->calls; });
        return shared->calls == 1 ? 0 : 1;
      }));
      await_sleep_of(children.back(), children.back());
    }
    ++shared->calls;
  });
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
}

}  // namespace
}  // namespace holdfast
