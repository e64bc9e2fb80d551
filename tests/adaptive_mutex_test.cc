// adaptive_mutex: its contract, on real threads and processes, also where all share one processor.
#include "impl/adaptive_mutex.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <signal.h>

#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/asleep.h"
#include "tests/lock_contract.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using without_spin = basic_adaptive_mutex<linux_platform, scope::process_private, 0>;
using adaptive_mutexes = testing::Types<adaptive_mutex, process_shared_adaptive_mutex, without_spin>;
INSTANTIATE_TYPED_TEST_SUITE_P(Adaptive, LockContract, adaptive_mutexes);
INSTANTIATE_TYPED_TEST_SUITE_P(Adaptive, TimedLockContract, adaptive_mutexes);

TEST(AdaptiveMutex, KnowsTheProcessorOfItsThread) {
  cpu_set_t before;
  ASSERT_EQ(::sched_getaffinity(0, sizeof before, &before), 0);
  for (unsigned cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &before)) continue;
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(cpu, &only);
    ASSERT_EQ(::sched_setaffinity(0, sizeof only, &only), 0);
    EXPECT_EQ(linux_platform::this_processor(), cpu + 1);
  }
  ::sched_setaffinity(0, sizeof before, &before);
}

TEST(AdaptiveMutex, ServesThreadsThatShareOneProcessor) {
  EXPECT_EQ(await_child(fork_child([] {
              cpu_set_t all;
              ::sched_getaffinity(0, sizeof all, &all);
              cpu_set_t one;
              CPU_ZERO(&one);
              unsigned cpu = 0;
              while (!CPU_ISSET(cpu, &all)) ++cpu;
              CPU_SET(cpu, &one);
              ::sched_setaffinity(0, sizeof one, &one);
              adaptive_mutex m;
              int counter = 0;
              std::vector<std::thread> threads;
              for (int n = 0; n < 4; ++n) {
                threads.emplace_back([&] {
                  for (int i = 0; i < 5'000; ++i) {
                    const std::scoped_lock hold(m);
                    ++counter;
                  }
                });
              }
              for (std::thread& t : threads) t.join();
              return counter == 20'000 ? 0 : 1;
            })),
            0);
}

TEST(AdaptiveMutex, ProtectsACounterOfFourProcesses) {
  struct guarded {
    std::int64_t counter = 0;
    process_shared_adaptive_mutex mutex;
  };
  const shared_object<guarded> shared;
  shared->mutex.lock();  // all start together
  std::vector<pid_t> children;
  for (int n = 0; n < 4; ++n) {
    children.push_back(fork_child([&] {
      for (int i = 0; i < 20'000; ++i) {
        const std::scoped_lock hold(shared->mutex);
        ++shared->counter;
      }
      return 0;
    }));
    await_sleep_of(children.back(), children.back());
  }
  shared->mutex.unlock();
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
  EXPECT_EQ(shared->counter, 80'000);
}

TEST(AdaptiveMutexDeathTest, UnlockOfAFreeMutexEndsTheProgramWithAMessage) {
  adaptive_mutex m;
  EXPECT_EXIT(m.unlock(), testing::KilledBySignal(SIGABRT), "^holdfast: adaptive_mutex: unlock of a mutex that nobody holds\n$");
}

}  // namespace
}  // namespace holdfast
