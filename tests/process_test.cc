// process_shared_mutex: between processes that share the memory it lies in.
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <vector>

#include "impl/mutex.h"
#include "tests/asleep.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

struct guarded_counter {
  std::int64_t counter = 0;
  process_shared_mutex mutex;
};

TEST(ProcessSharedMutex, ProtectsACounterOfFourProcesses) {
  constexpr int processes = 4;
  constexpr int rounds = 50'000;
  const shared_object<guarded_counter> shared;
  std::vector<pid_t> children;
  shared->mutex.lock();  // all start together
  for (int n = 0; n < processes; ++n) {
    children.push_back(fork_child([&] {
      for (int i = 0; i < rounds; ++i) {
        const std::scoped_lock hold(shared->mutex);
        ++shared->counter;
      }
      return 0;
    }));
    await_sleep_of(children.back(), children.back());
  }
  shared->mutex.unlock();
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
  EXPECT_EQ(shared->counter, processes * rounds);
}

TEST(ProcessSharedMutex, UnlockWakesASleeperInAnotherProcess) {
  const shared_object<guarded_counter> shared;
  shared->mutex.lock();
  const pid_t child = fork_child([&] {
    shared->mutex.lock();
    const std::int64_t seen = shared->counter;
    shared->mutex.unlock();
    return seen == 42 ? 0 : 1;
  });
  await_sleep_of(child, child);
  shared->counter = 42;
  shared->mutex.unlock();
  EXPECT_EQ(await_child(child), 0);
}

TEST(ProcessSharedMutex, TryFailsWhileAnotherProcessOwnsIt) {
  const shared_object<guarded_counter> shared;
  shared->mutex.lock();
  EXPECT_EQ(await_child(fork_child([&] { return shared->mutex.try_lock(); })), 0);
  shared->mutex.unlock();
}

TEST(ProcessSharedMutex, ATimedLockGivesUpWhileAnotherProcessOwnsIt) {
  const shared_object<guarded_counter> shared;
  shared->mutex.lock();
  EXPECT_EQ(await_child(fork_child([&] { return shared->mutex.try_lock_for(1ms); })), 0);
  shared->mutex.unlock();
}

TEST(ProcessSharedMutex, StaysHeldWhenItsOwnerDies) {
  const shared_object<guarded_counter> shared;
  const pid_t child = fork_child([&] {
    shared->mutex.lock();
    return 0;
  });
  EXPECT_EQ(await_child(child), 0);
  EXPECT_FALSE(shared->mutex.try_lock()) << "it is not robust, and says so";
}

TEST(ProcessSharedMutex, ASleeperThatIsKilledLeavesTheOthersTheirWakeUp) {
  const shared_object<guarded_counter> shared;
  shared->mutex.lock();
  const pid_t victim = fork_child([&] {
    shared->mutex.lock();
    return 1;
  });
  await_sleep_of(victim, victim);
  const pid_t other = fork_child([&] {
    shared->mutex.lock();
    shared->mutex.unlock();
    return 0;
  });
  await_sleep_of(other, other);
  ::kill(victim, SIGKILL);
  EXPECT_NE(await_child(victim), 0);
  shared->mutex.unlock();
  EXPECT_EQ(await_child(other), 0);
}

}  // namespace
}  // namespace holdfast
