// The mutex with priority inheritance on real threads and processes: contract, misuse, and that an owner runs for those who wait.
#include "impl/pi_mutex.h"

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "impl/mutex.h"
#include "tests/asleep.h"
#include "tests/priority_inversion.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constinit pi_mutex is_constant_initialised;

TEST(PiMutex, CountsEveryIncrementOfManyThreads) {
  pi_mutex m;
  unsigned count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 2000; ++i) {
        const std::scoped_lock guard(m);
        ++count;
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(count, 16000u);
}

TEST(PiMutex, IsNotTakenByATryWhileAnotherOwnsIt) {
  pi_mutex m;
  m.lock();
  std::thread([&] { EXPECT_FALSE(m.try_lock()); }).join();
  m.unlock();
  EXPECT_TRUE(m.try_lock());
  m.unlock();
}

TEST(PiMutex, GivesUpWhenTheDeadlineHasPassedOnEitherClock) {
  pi_mutex m;
  m.lock();
  std::thread([&] {
    EXPECT_FALSE(m.try_lock_for(1ms));
    EXPECT_FALSE(m.try_lock_until(std::chrono::steady_clock::now() - 1s));
    EXPECT_FALSE(m.try_lock_until(std::chrono::system_clock::now() + 1ms));
  }).join();
  m.unlock();
  EXPECT_TRUE(m.try_lock_for(0s));
  m.unlock();
}

TEST(PiMutex, IsHandedToASleeper) {
  pi_mutex m;
  m.lock();
  sleeper waiting;
  std::thread waiter([&] {
    waiting.is_me();
    m.lock();
    m.unlock();
  });
  waiting.await_sleep();
  m.unlock();
  waiter.join();
  EXPECT_TRUE(m.try_lock());
  m.unlock();
}

TEST(PiMutexDeathTest, EndsTheProgramWhenItIsLockedByItsOwner) {
  pi_mutex m;
  const auto lock_twice = [&m] {
    m.lock();
    m.lock();
  };
  EXPECT_DEATH(lock_twice(), "pi_mutex: lock by its owner");
}

TEST(PiMutexDeathTest, EndsTheProgramWhenItIsUnlockedByAnother) {
  pi_mutex m;
  EXPECT_DEATH(m.unlock(), "pi_mutex: unlock by a thread that does not own it");
  m.lock();
  EXPECT_DEATH(std::thread([&] { m.unlock(); }).join(), "pi_mutex: unlock by a thread that does not own it");
  m.unlock();
}

TEST(PiMutexDeathTest, EndsTheProgramWhenItsOwnerHasDied) {
  pi_mutex m;
  std::thread([&] { m.lock(); }).join();
  EXPECT_DEATH(m.lock(), "pi_mutex: lock of a mutex whose owner has died");
}

TEST(ProcessSharedPiMutex, IsHandedToAnotherProcess) {
  const shared_object<process_shared_pi_mutex> shared;
  shared->lock();
  const pid_t child = fork_child([&] {
    shared->lock();
    shared->unlock();
    return 0;
  });
  await_sleep_of(child, child);
  shared->unlock();
  EXPECT_EQ(await_child(child), 0);
}

TEST(PriorityInversion, IsBoundedByTheOwnersSectionAndWithoutInheritanceByNothing) {
  const bool permitted = on_one_processor([] {
    EXPECT_FALSE(waits_for_the_one_in_between<pi_mutex>());
    EXPECT_TRUE(waits_for_the_one_in_between<mutex>());
  });
  if (!permitted) GTEST_SKIP() << "SCHED_FIFO is not permitted here";
}

}  // namespace
}  // namespace holdfast
