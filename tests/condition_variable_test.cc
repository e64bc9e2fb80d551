// condition_variable: its contract on real threads and processes, with every mutex that it may have, and with a sequence that wraps.
#include "impl/condition_variable.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
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

template <class Condition, class Mutex>
struct monitor {
  using condition = Condition;
  using mutex = Mutex;
  Condition changed;
  Mutex m;
};

// Whose sleepers cannot be moved.
class any_mutex {
 public:
  void lock() { m_.lock(); }
  void unlock() { m_.unlock(); }

 private:
  std::mutex m_;
};

constexpr auto in_process = scope::process_private;
using without_spin = basic_condition_variable<linux_platform, in_process, 0>;
template <unsigned Bits>
using narrow = basic_condition_variable<linux_platform, in_process, 0, notify_sequence<linux_platform, in_process, Bits>>;

using monitors = testing::Types<monitor<condition_variable, mutex>, monitor<without_spin, mutex>,
                                monitor<process_shared_condition_variable, process_shared_mutex>, monitor<condition_variable, std::mutex>,
                                monitor<condition_variable_any, any_mutex>, monitor<condition_variable, process_shared_mutex>,
                                monitor<narrow<1>, mutex>, monitor<narrow<3>, mutex>>;
class monitor_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    constexpr const char* names[] = {"private",   "private_without_spin", "shared",  "std_mutex",
                                     "any_mutex", "mutex_of_other_scope", "one_bit", "three_bits"};
    return names[i];
  }
};

template <class Monitor>
class ConditionVariableContract : public testing::Test {
 protected:
  using unique_lock = std::unique_lock<typename Monitor::mutex>;

  // Threads that wait until they are told that they may go.
  class waiting {
   public:
    waiting(ConditionVariableContract& test, unsigned threads) : test_(test), sleepers_(threads) {
      for (sleeper& s : sleepers_) {
        threads_.emplace_back([this, &s] {
          s.is_me();
          unique_lock hold(test_.m_);
          test_.changed_.wait(hold, [this] { return test_.may_go_ != 0; });
          --test_.may_go_;
          ++test_.gone_;
        });
      }
      for (const sleeper& s : sleepers_) s.await_sleep();
    }
    ~waiting() {
      for (std::thread& t : threads_) t.join();
    }
    std::thread& thread(unsigned nth) { return threads_[nth]; }

   private:
    ConditionVariableContract& test_;
    std::vector<sleeper> sleepers_;
    std::vector<std::thread> threads_;
  };

  void let_go(int how_many) {
    const std::lock_guard hold(m_);
    may_go_ += how_many;
  }

  Monitor both_;
  typename Monitor::condition& changed_ = both_.changed;
  typename Monitor::mutex& m_ = both_.m;
  int may_go_ = 0;
  int gone_ = 0;
};
TYPED_TEST_SUITE(ConditionVariableContract, monitors, monitor_names);

template <class Condition>
constinit Condition constant_initialised;

TYPED_TEST(ConditionVariableContract, IsSixteenBytesWithoutConstructionOrDestructionAtRunTime) {
  using condition = typename TypeParam::condition;
  static_assert(sizeof(condition) == 16 && alignof(condition) == 4);
  static_assert(std::is_trivially_destructible_v<condition>);
  static_assert(std::is_nothrow_default_constructible_v<condition>);
  static_assert(std::is_standard_layout_v<condition>);
  static_assert(!std::is_copy_constructible_v<condition> && !std::is_copy_assignable_v<condition>);
  static_assert(noexcept(this->changed_.notify_one())&& noexcept(this->changed_.notify_all()));
  constant_initialised<condition>.notify_all();
}

TYPED_TEST(ConditionVariableContract, ANotifyWithoutWaitersIsNotStored) {
  this->changed_.notify_one();
  this->changed_.notify_all();
  std::unique_lock hold(this->m_);
  this->changed_.notify_one(hold);
  this->changed_.notify_all(hold);
  EXPECT_EQ(this->changed_.wait_for(hold, 1ms), std::cv_status::timeout);
}

TYPED_TEST(ConditionVariableContract, NotifyOneReleasesOneAfterAnother) {
  {
    const typename TestFixture::waiting three(*this, 3);
    for (int i = 0; i < 3; ++i) {
      this->let_go(1);
      this->changed_.notify_one();
    }
  }
  EXPECT_EQ(this->gone_, 3);
}

TYPED_TEST(ConditionVariableContract, NotifyAllReleasesAll) {
  {
    const typename TestFixture::waiting three(*this, 3);
    this->let_go(3);
    this->changed_.notify_all();
  }
  EXPECT_EQ(this->gone_, 3);
}

TYPED_TEST(ConditionVariableContract, TheOwnerNotifiesWithTheLock) {
  {
    const typename TestFixture::waiting four(*this, 4);
    std::unique_lock hold(this->m_);
    this->may_go_ = 4;
    this->changed_.notify_one(hold);
    this->changed_.notify_all(hold);
    EXPECT_EQ(this->gone_, 0);
  }
  EXPECT_EQ(this->gone_, 4);
}

TYPED_TEST(ConditionVariableContract, TheOwnerNotifiesWithTheMutexItself) {
  {
    const typename TestFixture::waiting two(*this, 2);
    const std::lock_guard hold(this->m_);
    this->may_go_ = 2;
    this->changed_.notify_all(this->m_);
  }
  EXPECT_EQ(this->gone_, 2);
}

TYPED_TEST(ConditionVariableContract, WaitTakesTheMutexItself) {
  sleeper waiter;
  std::thread t([&] {
    waiter.is_me();
    const std::lock_guard hold(this->m_);
    this->changed_.wait(this->m_, [&] { return this->may_go_ != 0; });
  });
  waiter.await_sleep();
  this->let_go(1);
  this->changed_.notify_one();
  t.join();
}

TYPED_TEST(ConditionVariableContract, ATimedWaitGivesUpNotBeforeItsSteadyDeadline) {
  std::unique_lock hold(this->m_);
  const auto until = steady_clock::now() + 5ms;
  EXPECT_EQ(this->changed_.wait_until(hold, until), std::cv_status::timeout);
  EXPECT_GE(steady_clock::now(), until);
  EXPECT_TRUE(hold.owns_lock());
}

TYPED_TEST(ConditionVariableContract, ATimedWaitGivesUpNotBeforeItsSystemDeadline) {
  std::unique_lock hold(this->m_);
  const auto until = system_clock::now() + 5ms;
  EXPECT_EQ(this->changed_.wait_until(hold, until), std::cv_status::timeout);
  EXPECT_GE(system_clock::now(), until);
}

TYPED_TEST(ConditionVariableContract, ATimedWaitGivesUpNotBeforeItsDuration) {
  std::unique_lock hold(this->m_);
  const auto start = steady_clock::now();
  EXPECT_FALSE(this->changed_.wait_for(hold, 5ms, [] { return false; }));
  EXPECT_GE(steady_clock::now() - start, 5ms);
  EXPECT_EQ(this->changed_.wait_for(hold, -1h), std::cv_status::timeout);
}

TYPED_TEST(ConditionVariableContract, ATimedWaitReturnsWhatItsPredicateDoes) {
  std::unique_lock hold(this->m_);
  EXPECT_TRUE(this->changed_.wait_until(hold, steady_clock::time_point::min(), [] { return true; }));
  EXPECT_FALSE(this->changed_.wait_until(hold, system_clock::time_point::min(), [] { return false; }));
  int asked = 0;
  EXPECT_TRUE(this->changed_.wait_for(hold, 1ms, [&] { return ++asked == 2; })) << "it looks once more when the time is over";
}

TYPED_TEST(ConditionVariableContract, ATimedWaitIsNotified) {
  sleeper waiter;
  bool satisfied = false;
  std::thread t([&] {
    waiter.is_me();
    std::unique_lock hold(this->m_);
    satisfied = this->changed_.wait_for(hold, 1h, [&] { return this->may_go_ != 0; });
  });
  waiter.await_sleep();
  this->let_go(1);
  this->changed_.notify_one();
  t.join();
  EXPECT_TRUE(satisfied);
}

TYPED_TEST(ConditionVariableContract, GivingUpEatsNoNotify) {
  {
    const typename TestFixture::waiting patient(*this, 1);
    {
      std::unique_lock hold(this->m_);
      EXPECT_EQ(this->changed_.wait_for(hold, 1ms), std::cv_status::timeout);
    }
    this->let_go(1);
    this->changed_.notify_one();
  }
  EXPECT_EQ(this->gone_, 1);
}

// A handler that does nothing, while the object lives; system calls are restarted or not.
class handled_signal {
 public:
  explicit handled_signal(int flags) {
    struct sigaction nothing {};
    nothing.sa_handler = [](int) {};
    nothing.sa_flags = flags;
    ::sigaction(SIGUSR1, &nothing, &before_);
  }
  ~handled_signal() { ::sigaction(SIGUSR1, &before_, nullptr); }

 private:
  struct sigaction before_;
};

TYPED_TEST(ConditionVariableContract, SignalsLoseNoNotify) {
  for (const int flags : {0, SA_RESTART}) {
    const handled_signal handled(flags);
    typename TestFixture::waiting two(*this, 2);
    for (unsigned n : {0u, 1u}) ::pthread_kill(two.thread(n).native_handle(), SIGUSR1);
    std::unique_lock hold(this->m_);
    this->may_go_ = 2;
    this->changed_.notify_all(hold);
    // Where it is supported, they sleep on the mutex now, and the kernel sends them back to where they came from.
    for (unsigned n : {0u, 1u}) ::pthread_kill(two.thread(n).native_handle(), SIGUSR1);
  }
  EXPECT_EQ(this->gone_, 4);
}

TYPED_TEST(ConditionVariableContract, MayBeDestroyedWhenAllHaveDeparted) {
  for (int round = 0; round < 100; ++round) {
    auto changed = std::make_unique<typename TypeParam::condition>();
    bool ready = false;
    bool waits = false;
    std::thread t([&] {
      const std::lock_guard hold(this->m_);
      waits = true;
      while (!ready) changed->wait(this->m_);
    });
    for (bool seen = false; !seen; std::this_thread::yield()) {
      const std::lock_guard hold(this->m_);
      seen = waits;
      if (seen) {
        ready = true;
        changed->notify_all(this->m_);
      }
    }
    changed->await_departures();
    changed.reset();
    t.join();
  }
}

TYPED_TEST(ConditionVariableContract, ServesOneMutexAfterAnother) {
  typename TypeParam::mutex other;
  for (typename TypeParam::mutex* m : {&this->m_, &other, &this->m_}) {
    sleeper waiter;
    bool ready = false;
    std::thread t([&] {
      waiter.is_me();
      std::unique_lock hold(*m);
      this->changed_.wait(hold, [&] { return ready; });
    });
    waiter.await_sleep();
    {
      std::unique_lock hold(*m);
      ready = true;
      this->changed_.notify_one(hold);
    }
    t.join();
  }
}

TYPED_TEST(ConditionVariableContract, AQueueLosesNothingUnderStress) {
  constexpr int producers = 3;
  constexpr int consumers = 3;
  constexpr int items = 20'000;  // of each producer
  constexpr int capacity = 4;
  typename TypeParam::condition not_full;
  int queued = 0;
  std::int64_t left = std::int64_t{producers} * items;
  std::vector<std::thread> threads;
  for (int n = 0; n < producers; ++n) {
    threads.emplace_back([&, n] {
      for (int i = 0; i < items; ++i) {
        std::unique_lock hold(this->m_);
        not_full.wait(hold, [&] { return queued < capacity; });
        ++queued;
        if ((i + n) % 2 == 0) this->changed_.notify_one(hold);
        hold.unlock();
        if ((i + n) % 2 != 0) this->changed_.notify_one();
      }
    });
  }
  for (int n = 0; n < consumers; ++n) {
    threads.emplace_back([&] {
      for (;;) {
        std::unique_lock hold(this->m_);
        while (queued == 0 && left != 0) static_cast<void>(this->changed_.wait_for(hold, 1h));
        if (left == 0) return;
        --queued;
        if (--left == 0) this->changed_.notify_all(hold);
        hold.unlock();
        not_full.notify_one();
      }
    });
  }
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(queued, 0);
  EXPECT_EQ(left, 0);
}

TYPED_TEST(ConditionVariableContract, EveryBroadcastReachesAll) {
  constexpr int threads = 6;
  constexpr int rounds = 2'000;
  int round = 0;
  int arrived = 0;
  std::vector<std::thread> running;
  for (int n = 0; n < threads; ++n) {
    running.emplace_back([&] {
      for (int mine = 0; mine < rounds; ++mine) {
        std::unique_lock hold(this->m_);
        if (++arrived == threads) {
          arrived = 0;
          ++round;
          if (mine % 2 == 0) this->changed_.notify_all(hold);
          hold.unlock();
          if (mine % 2 != 0) this->changed_.notify_all();
        } else {
          this->changed_.wait(hold, [&] { return round != mine; });
        }
      }
    });
  }
  for (std::thread& t : running) t.join();
  EXPECT_EQ(round, rounds);
}

template <class Monitor>
class ConditionVariableDeathTest : public testing::Test {};
TYPED_TEST_SUITE(ConditionVariableDeathTest, monitors, monitor_names);

TYPED_TEST(ConditionVariableDeathTest, AWaitWithoutTheLockEndsTheProgramWithAMessage) {
  TypeParam both;
  std::unique_lock not_held(both.m, std::defer_lock);
  EXPECT_EXIT(both.changed.wait(not_held), testing::KilledBySignal(SIGABRT), "^holdfast: condition_variable: the lock is not held\n$");
}

struct between_processes {
  process_shared_condition_variable changed;
  process_shared_mutex m;
  int turn = 0;
};

TEST(ProcessSharedConditionVariable, PassesATurnToAndFroBetweenProcesses) {
  constexpr int turns = 2'000;
  const shared_object<between_processes> shared;
  const auto take_turns = [&](int parity) {
    for (int i = parity; i < turns; i += 2) {
      std::unique_lock hold(shared->m);
      shared->changed.wait(hold, [&] { return shared->turn == i; });
      ++shared->turn;
      shared->changed.notify_one(hold);
    }
    return 0;
  };
  const pid_t child = fork_child([&] { return take_turns(1); });
  take_turns(0);
  EXPECT_EQ(await_child(child), 0);
  EXPECT_EQ(shared->turn, turns);
}

TEST(ProcessSharedConditionVariable, ABroadcastMovesSleepersOfOtherProcesses) {
  const shared_object<between_processes> shared;
  std::vector<pid_t> children;
  for (int n = 0; n < 3; ++n) {
    children.push_back(fork_child([&] {
      std::unique_lock hold(shared->m);
      shared->changed.wait(hold, [&] { return shared->turn != 0; });
      ++shared->turn;
      return 0;
    }));
    await_sleep_of(children.back(), children.back());
  }
  {
    std::unique_lock hold(shared->m);
    shared->turn = 1;
    shared->changed.notify_all(hold);
    for (const pid_t child : children) EXPECT_TRUE(sleeps_in_futex(child, child)) << "none runs before the mutex is free";
  }
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
  EXPECT_EQ(shared->turn, 4);
}

}  // namespace
}  // namespace holdfast
