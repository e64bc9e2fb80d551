// counting_semaphore: the contract of std::counting_semaphore and what ours adds, on real threads and processes.
#include "impl/counting_semaphore.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdint>
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

template <class Semaphore>
class SemaphoreContract : public testing::Test {};

using semaphores = testing::Types<counting_semaphore<>, process_shared_counting_semaphore<>,
                                  basic_counting_semaphore<linux_platform, 65535, scope::process_private, 0>, counting_semaphore<4>>;
class semaphore_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    constexpr const char* names[] = {"private", "shared", "private_without_spin", "four_permits"};
    return names[i];
  }
};
TYPED_TEST_SUITE(SemaphoreContract, semaphores, semaphore_names);

template <class Semaphore>
constinit Semaphore constant_initialised{2};

TYPED_TEST(SemaphoreContract, IsFourBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(TypeParam) == 4 && alignof(TypeParam) == 4);
  static_assert(std::is_trivially_destructible_v<TypeParam> && std::is_standard_layout_v<TypeParam>);
  static_assert(!std::is_copy_constructible_v<TypeParam> && !std::is_copy_assignable_v<TypeParam>);
  constant_initialised<TypeParam>.acquire();
  constant_initialised<TypeParam>.acquire();
  EXPECT_FALSE(constant_initialised<TypeParam>.try_acquire());
}

TYPED_TEST(SemaphoreContract, HasTheMembersOfTheStandardOneWithoutExceptions) {
  TypeParam s(0);
  constexpr std::chrono::milliseconds duration{1};
  constexpr steady_clock::time_point until{};
  static_assert(noexcept(s.acquire())&& noexcept(s.try_acquire())&& noexcept(s.try_acquire_for(duration)));
  static_assert(noexcept(s.try_acquire_until(until))&& noexcept(s.release())&& noexcept(s.release(2)));
  static_assert(TypeParam::max() >= 4);
}

TYPED_TEST(SemaphoreContract, HasAsManyPermitsAsItWasMadeWith) {
  TypeParam s(3);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(s.try_acquire());
  EXPECT_FALSE(s.try_acquire());
}

TYPED_TEST(SemaphoreContract, AReleaseOfSeveralGivesThatMany) {
  TypeParam s(0);
  s.release(3);
  s.release(0);
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(s.try_acquire_for(0s));
  EXPECT_FALSE(s.try_acquire());
}

TYPED_TEST(SemaphoreContract, HoldsMaxPermits) {
  TypeParam s(0);
  s.release(static_cast<std::uint32_t>(TypeParam::max()));
  EXPECT_TRUE(s.try_acquire());
  s.release();
}

TYPED_TEST(SemaphoreContract, AcquireSleepsUntilRelease) {
  TypeParam s(0);
  sleeper waiter;
  std::atomic<bool> acquired{false};
  std::thread t([&] {
    waiter.is_me();
    s.acquire();
    acquired = true;
  });
  waiter.await_sleep();
  EXPECT_FALSE(acquired);
  s.release();
  t.join();
  EXPECT_TRUE(acquired);
}

TYPED_TEST(SemaphoreContract, AReleaseOfSeveralWakesThatMany) {
  TypeParam s(0);
  std::vector<sleeper> waiters(4);
  std::vector<std::thread> threads;
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      s.acquire();
    });
    waiter.await_sleep();
  }
  s.release(4);
  for (std::thread& t : threads) t.join();
  EXPECT_FALSE(s.try_acquire());
}

TYPED_TEST(SemaphoreContract, ABurstOfReleasesServesEverySleeper) {
  TypeParam s(0);
  std::vector<sleeper> waiters(4);
  std::vector<std::thread> threads;
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      s.acquire();
    });
    waiter.await_sleep();
  }
  for (int i = 0; i < 4; ++i) s.release();
  for (std::thread& t : threads) t.join();
  EXPECT_FALSE(s.try_acquire());
}

TYPED_TEST(SemaphoreContract, ATimedAcquireGivesUpNotBeforeItsDeadline) {
  TypeParam s(0);
  const auto steady = steady_clock::now() + 5ms;
  EXPECT_FALSE(s.try_acquire_until(steady));
  EXPECT_GE(steady_clock::now(), steady);
  const auto system = system_clock::now() + 5ms;
  EXPECT_FALSE(s.try_acquire_until(system));
  EXPECT_GE(system_clock::now(), system);
  const auto start = steady_clock::now();
  EXPECT_FALSE(s.try_acquire_for(5ms));
  EXPECT_GE(steady_clock::now() - start, 5ms);
}

TYPED_TEST(SemaphoreContract, ATimedAcquireTakesAPermitAfterItsDeadline) {
  TypeParam s(2);
  EXPECT_TRUE(s.try_acquire_until(steady_clock::time_point::min()));
  EXPECT_TRUE(s.try_acquire_for(-1h));
}

TYPED_TEST(SemaphoreContract, ATimedAcquireThatSleptTakesThePermitWhenItComes) {
  TypeParam s(0);
  sleeper waiter;
  bool acquired = false;
  std::thread t([&] {
    waiter.is_me();
    acquired = s.try_acquire_for(1h);
  });
  waiter.await_sleep();
  s.release();
  t.join();
  EXPECT_TRUE(acquired);
}

TYPED_TEST(SemaphoreContract, GivingUpTakesNoWakeUpFromAnotherSleeper) {
  TypeParam s(0);
  sleeper patient;
  std::thread t([&] {
    patient.is_me();
    s.acquire();
  });
  patient.await_sleep();
  EXPECT_FALSE(s.try_acquire_for(1ms));
  s.release();
  t.join();
}

TYPED_TEST(SemaphoreContract, PassesEveryItemOfSeveralProducersOnceUnderStress) {
  constexpr int rounds = 20'000;
  TypeParam items(0);
  TypeParam room(4);
  std::atomic<std::int64_t> sum{0};
  std::atomic<std::int64_t> slots[4] = {};
  std::atomic<unsigned> in{0};
  std::atomic<unsigned> out{0};
  const auto produce = [&](int first) {
    for (int i = first; i < rounds; i += 2) {
      room.acquire();
      std::atomic<std::int64_t>& slot = slots[in++ % 4];
      for (std::int64_t empty = 0; !slot.compare_exchange_weak(empty, i + 1); empty = 0) std::this_thread::yield();
      items.release();
    }
  };
  const auto consume = [&](int first) {
    for (int i = first; i < rounds; i += 2) {
      while (!items.try_acquire_for(1us)) continue;
      std::atomic<std::int64_t>& slot = slots[out++ % 4];
      std::int64_t item = 0;
      while ((item = slot.exchange(0)) == 0) std::this_thread::yield();
      sum += item;
      room.release();
    }
  };
  std::thread threads[] = {std::thread(produce, 0), std::thread(produce, 1), std::thread(consume, 0), std::thread(consume, 1)};
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(sum, std::int64_t{rounds} * (rounds + 1) / 2);
  EXPECT_FALSE(items.try_acquire());
}

TEST(CountingSemaphore, MayBeDestroyedByWhoeverHasAcquired) {
  for (int i = 0; i < 2000; ++i) {
    auto s = std::make_unique<counting_semaphore<>>(0);
    std::thread poster([to = s.get()] { to->release(); });
    s->acquire();
    s.reset();
    poster.join();
  }
}

TEST(BinarySemaphore, HoldsOnePermitAndPingPongs) {
  static_assert(binary_semaphore::max() == 1 && sizeof(binary_semaphore) == 4);
  binary_semaphore ping(0);
  binary_semaphore pong(0);
  int turns = 0;
  std::thread t([&] {
    for (int i = 0; i < 2000; ++i) {
      ping.acquire();
      ++turns;
      pong.release();
    }
  });
  for (int i = 0; i < 2000; ++i) {
    ping.release();
    pong.acquire();
    ++turns;
  }
  t.join();
  EXPECT_EQ(turns, 4000);
}

TEST(ProcessSharedCountingSemaphore, AReleaseWakesASleeperInAnotherProcess) {
  struct page {
    std::int64_t value = 0;
    process_shared_counting_semaphore<> full{0};
  };
  const shared_object<page> shared;
  const pid_t child = fork_child([&] {
    shared->full.acquire();
    return shared->value == 42 ? 0 : 1;
  });
  await_sleep_of(child, child);
  shared->value = 42;
  shared->full.release();
  EXPECT_EQ(await_child(child), 0);
}

TEST(ProcessSharedCountingSemaphore, FourProcessesCountUnderOnePermit) {
  struct page {
    std::int64_t counter = 0;
    process_shared_binary_semaphore permit{1};
  };
  constexpr int rounds = 20'000;
  const shared_object<page> shared;
  std::vector<pid_t> children;
  for (int n = 0; n < 4; ++n) {
    children.push_back(fork_child([&] {
      for (int i = 0; i < rounds; ++i) {
        shared->permit.acquire();
        ++shared->counter;
        shared->permit.release();
      }
      return 0;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
  EXPECT_EQ(shared->counter, 4 * rounds);
}

TEST(CountingSemaphoreDeathTest, ReleaseBeyondMaxEndsTheProgramWithAMessage) {
  binary_semaphore s(1);
  EXPECT_EXIT(s.release(), testing::KilledBySignal(SIGABRT), "^holdfast: counting_semaphore: release beyond max\\(\\)\n$");
  counting_semaphore<> negative(0);
  EXPECT_EXIT(negative.release(static_cast<std::uint32_t>(-1)), testing::KilledBySignal(SIGABRT), "release beyond max");
}

TEST(CountingSemaphoreDeathTest, MorePermitsThanMaxAtFirstEndTheProgramWithAMessage) {
  EXPECT_EXIT(binary_semaphore(2), testing::KilledBySignal(SIGABRT), "^holdfast: counting_semaphore: more permits than max\\(\\)\n$");
}

TEST(CountingSemaphoreDeathTest, OneWaiterTooManyEndsTheProgramWithAMessage) {
  EXPECT_EXIT(
      {
        counting_semaphore<0x7fffffff> s(0);  // one bit is left for waiters
        sleeper first;
        std::thread t([&] {
          first.is_me();
          s.acquire();
        });
        first.await_sleep();
        s.acquire();
      },
      testing::KilledBySignal(SIGABRT), "^holdfast: counting_semaphore: more threads wait than it can count\n$");
}

}  // namespace
}  // namespace holdfast
