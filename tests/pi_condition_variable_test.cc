// The condition variable with priority inheritance on real threads and processes.
#include "impl/pi_condition_variable.h"

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/asleep.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

constinit pi_condition_variable is_constant_initialised;

struct mailbox {
  process_shared_pi_mutex mutex;
  process_shared_pi_condition_variable condition;
  int items = 0;
};

TEST(PiConditionVariable, HandsEveryItemToAConsumer) {
  pi_mutex mutex;
  pi_condition_variable condition;
  int items = 0;
  int taken = 0;
  constexpr int all = 4000;
  std::vector<std::thread> consumers;
  for (int t = 0; t < 4; ++t) {
    consumers.emplace_back([&] {
      for (int i = 0; i < all / 4; ++i) {
        std::unique_lock lock(mutex);
        condition.wait(lock, [&] { return items != 0; });
        --items;
        ++taken;
      }
    });
  }
  for (int i = 0; i < all; ++i) {
    std::unique_lock lock(mutex);
    ++items;
    if (i % 2 == 0) lock.unlock();
    condition.notify_one(mutex);
  }
  for (std::thread& t : consumers) t.join();
  EXPECT_EQ(taken, all);
  EXPECT_EQ(items, 0);
}

TEST(PiConditionVariable, NotifiesAllWhoSleep) {
  pi_mutex mutex;
  pi_condition_variable condition;
  bool go = false;
  std::vector<sleeper> waiting(4);
  std::vector<std::thread> threads;
  for (sleeper& s : waiting) {
    threads.emplace_back([&] {
      std::unique_lock lock(mutex);
      s.is_me();
      condition.wait(lock, [&] { return go; });
    });
  }
  for (const sleeper& s : waiting) s.await_sleep();
  {
    const std::scoped_lock lock(mutex);
    go = true;
    condition.notify_all(mutex);
  }
  for (std::thread& t : threads) t.join();
}

TEST(PiConditionVariable, GivesUpOwningTheMutex) {
  pi_mutex mutex;
  pi_condition_variable condition;
  std::unique_lock lock(mutex);
  EXPECT_EQ(condition.wait_for(lock, 1ms), std::cv_status::timeout);
  EXPECT_EQ(condition.wait_until(lock, std::chrono::system_clock::now() - 1s), std::cv_status::timeout);
  EXPECT_FALSE(condition.wait_for(lock, 1ms, [] { return false; }));
  EXPECT_TRUE(lock.owns_lock());
  std::thread([&] { EXPECT_FALSE(mutex.try_lock()); }).join();
}

TEST(PiConditionVariableDeathTest, EndsTheProgramWhenTheWaiterDoesNotOwnTheMutex) {
  pi_mutex mutex;
  pi_condition_variable condition;
  std::unique_lock lock(mutex, std::defer_lock);
  EXPECT_DEATH(condition.wait(lock), "pi_condition_variable: wait without owning the mutex");
}

TEST(ProcessSharedPiConditionVariable, NotifiesAnotherProcess) {
  const shared_object<mailbox> shared;
  const pid_t child = fork_child([&] {
    std::unique_lock lock(shared->mutex);
    shared->condition.wait(lock, [&] { return shared->items != 0; });
    return shared->items == 7 ? 0 : 1;
  });
  await_sleep_of(child, child);
  {
    const std::scoped_lock lock(shared->mutex);
    shared->items = 7;
    shared->condition.notify_one(shared->mutex);
  }
  EXPECT_EQ(await_child(child), 0);
}

}  // namespace
}  // namespace holdfast
