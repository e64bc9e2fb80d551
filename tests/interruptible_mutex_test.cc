// interruptible_mutex: its contract, and its waiters called off by signals, on real threads and processes.
#include "impl/interruptible_mutex.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <thread>

#include "tests/asleep.h"
#include "tests/lock_contract.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using result = interruptible_result;

using without_spin = basic_interruptible_mutex<linux_platform, scope::process_private, 0>;
using interruptible_mutexes = testing::Types<interruptible_mutex, process_shared_interruptible_mutex, without_spin>;
INSTANTIATE_TYPED_TEST_SUITE_P(Interruptible, LockContract, interruptible_mutexes);
INSTANTIATE_TYPED_TEST_SUITE_P(Interruptible, TimedLockContract, interruptible_mutexes);

// A handler that does nothing but run, for the time of one object.
class handled {
 public:
  explicit handled(int flags) {
    struct sigaction action {};
    action.sa_handler = [](int) {};
    action.sa_flags = flags;
    ::sigaction(SIGUSR1, &action, &before_);
  }
  ~handled() { ::sigaction(SIGUSR1, &before_, nullptr); }
  handled(const handled&) = delete;
  handled& operator=(const handled&) = delete;

 private:
  struct sigaction before_ {};
};

// Runs the call in a thread that has to wait, and sends that thread a signal once it sleeps.
template <class Call>
result called_off(Call call) {
  sleeper waiter;
  result r = result::acquired;
  std::thread t([&] {
    waiter.is_me();
    r = call();
  });
  waiter.await_sleep();
  ::pthread_kill(t.native_handle(), SIGUSR1);
  t.join();
  return r;
}

TEST(InterruptibleMutex, IsTakenAtOnceIfItIsFree) {
  interruptible_mutex m;
  ASSERT_EQ(m.lock_interruptible(), result::acquired);
  EXPECT_TRUE(is_held(m));
  m.unlock();
  ASSERT_EQ(m.try_lock_interruptible_for(0s), result::acquired);
  m.unlock();
  ASSERT_EQ(m.try_lock_interruptible_until(std::chrono::steady_clock::time_point::min()), result::acquired);
  m.unlock();
}

TEST(InterruptibleMutex, ASignalEndsTheWait) {
  const handled handler(0);
  interruptible_mutex m;
  m.lock();
  EXPECT_EQ(called_off([&] { return m.lock_interruptible(); }), result::interrupted);
  EXPECT_TRUE(is_held(m));
  m.unlock();
  EXPECT_FALSE(is_held(m));
}

TEST(InterruptibleMutex, ASignalEndsAWaitWithADeadlineEvenIfItsHandlerRestartsCalls) {
  const handled handler(SA_RESTART);
  interruptible_mutex m;
  m.lock();
  EXPECT_EQ(called_off([&] { return m.try_lock_interruptible_for(1h); }), result::interrupted);
  m.unlock();
}

TEST(InterruptibleMutex, ADeadlineEndsTheWaitToo) {
  interruptible_mutex m;
  m.lock();
  EXPECT_TRUE(elsewhere([&] { return m.try_lock_interruptible_for(1ms) == result::timed_out; }));
  const auto until = std::chrono::system_clock::now() + 1ms;
  EXPECT_TRUE(elsewhere([&] { return m.try_lock_interruptible_until(until) == result::timed_out; }));
  m.unlock();
}

// Both handlers return before the mutex is free: a lock() that one of them ended would have returned without it.
TEST(InterruptibleMutex, LockGoesOnWhenASignalEndsItsSleep) {
  const handled handler(0);
  interruptible_mutex m;
  bool unlocked = false;
  m.lock();
  sleeper waiter;
  std::thread t([&] {
    waiter.is_me();
    const std::scoped_lock hold(m);
    EXPECT_TRUE(unlocked);
  });
  for (int i = 0; i < 2; ++i) {
    waiter.await_sleep();
    ::pthread_kill(t.native_handle(), SIGUSR1);
  }
  waiter.await_sleep();
  unlocked = true;
  m.unlock();
  t.join();
}

TEST(InterruptibleMutex, AWaiterThatIsCalledOffLeavesTheOtherItsWakeUp) {
  const handled handler(0);
  interruptible_mutex m;
  m.lock();
  sleeper first;
  sleeper second;
  result called = result::acquired;
  std::thread impatient([&] {
    first.is_me();
    called = m.lock_interruptible();
  });
  first.await_sleep();
  std::thread patient([&] {
    second.is_me();
    const std::scoped_lock hold(m);
  });
  second.await_sleep();
  ::pthread_kill(impatient.native_handle(), SIGUSR1);
  impatient.join();
  EXPECT_EQ(called, result::interrupted);
  m.unlock();
  patient.join();
}

// Signals and wake-ups race; whoever is patient must come to an end.
TEST(InterruptibleMutex, NoWakeUpIsLostUnderAStormOfSignals) {
  const handled handler(0);
  interruptible_mutex m;
  std::atomic<int> patient_left{2};
  std::atomic<bool> stop{false};
  int counter = 0;

  std::atomic<int> taken{0};
  const auto patient = [&] {
    for (int i = 0; i < 3'000; ++i) {
      const std::scoped_lock hold(m);
      ++counter;
      ++taken;
    }
    --patient_left;
  };
  std::thread a(patient);
  std::thread b(patient);
  std::thread impatient([&] {
    while (!stop) {
      if (m.lock_interruptible() != result::acquired) continue;
      ++counter;
      ++taken;
      m.unlock();
    }
  });
  while (patient_left != 0) {
    ::pthread_kill(impatient.native_handle(), SIGUSR1);
    std::this_thread::yield();
  }
  stop = true;
  a.join();
  b.join();
  impatient.join();

  EXPECT_EQ(counter, taken.load());
}

TEST(InterruptibleMutex, ASignalEndsTheWaitOfAnotherProcess) {
  const shared_object<process_shared_interruptible_mutex> m;
  m->lock();
  const pid_t child = fork_child([&] {
    const handled handler(0);
    return m->lock_interruptible() == result::interrupted ? 0 : 1;
  });
  await_sleep_of(child, child);
  ::kill(child, SIGUSR1);
  EXPECT_EQ(await_child(child), 0);
  m->unlock();
  EXPECT_TRUE(m->try_lock());
  m->unlock();
}

TEST(InterruptibleMutexDeathTest, UnlockOfAFreeMutexEndsTheProgramWithAMessage) {
  interruptible_mutex m;
  EXPECT_EXIT(m.unlock(), testing::KilledBySignal(SIGABRT), "^holdfast: interruptible_mutex: unlock of a mutex that nobody holds\n$");
}

}  // namespace
}  // namespace holdfast
