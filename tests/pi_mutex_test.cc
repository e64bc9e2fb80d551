// The mutex with priority inheritance on real threads and processes: contract, misuse, and that an owner runs for those who wait.
#include "impl/pi_mutex.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <sched.h>
#include <time.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>
#include <vector>

#include "impl/mutex.h"
#include "tests/asleep.h"
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

// Of four threads on one processor the most urgent one directs. The least urgent owns the mutex; the one in between has work to do for as long
// as it likes; the third wants the mutex. Returns whether the one in between was through with its work when the third had the mutex.
template <class Mutex>
bool waits_for_the_one_in_between() {
  constexpr auto work = 100ms;
  const auto processor_time = [] {
    ::timespec t;
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return std::chrono::seconds(t.tv_sec) + std::chrono::nanoseconds(t.tv_nsec);
  };
  Mutex m;
  std::atomic<bool> is_owned = false;
  std::atomic<bool> is_wanted = false;
  std::atomic<bool> is_through = false;
  bool waited = false;
  const auto start = [](int priority, auto body) {
    return std::thread([priority, body] {
      const ::sched_param p{priority};
      ::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &p);
      body();
    });
  };
  std::thread low = start(10, [&] {
    m.lock();
    is_owned = true;
    is_owned.notify_one();
    while (!is_wanted) {
    }
    m.unlock();
  });
  is_owned.wait(false);
  std::thread middle = start(20, [&] {
    while (processor_time() < work) {
    }
    is_through = true;
  });
  std::thread high = start(30, [&] {
    is_wanted = true;
    m.lock();
    waited = is_through;
    m.unlock();
  });
  high.join();
  middle.join();
  low.join();
  return waited;
}

TEST(PriorityInversion, IsBoundedByTheOwnersSectionAndWithoutInheritanceByNothing) {
  std::thread([] {
    ::cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(::sched_getcpu(), &one);
    ASSERT_EQ(::sched_setaffinity(0, sizeof one, &one), 0);
    const ::sched_param most{40};
    if (::pthread_setschedparam(::pthread_self(), SCHED_FIFO, &most) != 0) GTEST_SKIP() << "SCHED_FIFO is not permitted here";
    EXPECT_FALSE(waits_for_the_one_in_between<pi_mutex>());
    EXPECT_TRUE(waits_for_the_one_in_between<mutex>());
  }).join();
}

}  // namespace
}  // namespace holdfast
