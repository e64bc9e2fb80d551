// mutex: the contract of every lock that is Lockable and TimedLockable, on real threads.
#include "impl/mutex.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <concepts>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "tests/asleep.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using std::chrono::system_clock;

using mutex_without_spin = basic_mutex<linux_platform, scope::process_private, 0>;
using process_shared_mutex_without_spin = basic_mutex<linux_platform, scope::process_shared, 0>;

// The named requirements of the standard.
template <class L>
concept basic_lockable = requires(L& l) {
  { l.lock() } -> std::same_as<void>;
  { l.unlock() }
  noexcept->std::same_as<void>;
};
template <class L>
concept lockable = basic_lockable<L> && requires(L& l) {
  { l.try_lock() } -> std::same_as<bool>;
};
template <class L>
concept timed_lockable = lockable<L> && requires(L& l, steady_clock::time_point steady, system_clock::time_point system) {
  { l.try_lock_for(1ms) } -> std::same_as<bool>;
  { l.try_lock_until(steady) } -> std::same_as<bool>;
  { l.try_lock_until(system) } -> std::same_as<bool>;
};

template <class Mutex>
class MutexContract : public testing::Test {
 protected:
  // What another thread gets from the mutex now.
  template <class Attempt>
  static bool elsewhere(Attempt attempt) {
    bool result = false;
    std::thread([&] { result = attempt(); }).join();
    return result;
  }
  static bool is_held(Mutex& m) {
    return !elsewhere([&] {
      if (!m.try_lock()) return false;
      m.unlock();
      return true;
    });
  }

  Mutex m_;
};

using mutexes = testing::Types<mutex, process_shared_mutex, mutex_without_spin, process_shared_mutex_without_spin>;
class mutex_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    constexpr const char* names[] = {"private", "shared", "private_without_spin", "shared_without_spin"};
    return names[i];
  }
};
TYPED_TEST_SUITE(MutexContract, mutexes, mutex_names);

template <class Mutex>
constinit Mutex constant_initialised;

TYPED_TEST(MutexContract, MeetsTheNamedRequirements) {
  static_assert(basic_lockable<TypeParam>);
  static_assert(lockable<TypeParam>);
  static_assert(timed_lockable<TypeParam>);
  static_assert(noexcept(this->m_.lock())&& noexcept(this->m_.unlock())&& noexcept(this->m_.try_lock()));
}

TYPED_TEST(MutexContract, IsFourBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(TypeParam) == 4 && alignof(TypeParam) == 4);
  static_assert(std::is_trivially_destructible_v<TypeParam>);
  static_assert(std::is_nothrow_default_constructible_v<TypeParam>);
  static_assert(std::is_standard_layout_v<TypeParam>);
  static_assert(!std::is_copy_constructible_v<TypeParam> && !std::is_copy_assignable_v<TypeParam>);
  const std::scoped_lock hold(constant_initialised<TypeParam>);
  EXPECT_TRUE(this->is_held(constant_initialised<TypeParam>));
}

TYPED_TEST(MutexContract, IsFreeAtFirst) { EXPECT_FALSE(this->is_held(this->m_)); }

TYPED_TEST(MutexContract, IsHeldAfterLock) {
  this->m_.lock();
  EXPECT_TRUE(this->is_held(this->m_));
  this->m_.unlock();
}

TYPED_TEST(MutexContract, IsFreeAfterUnlock) {
  this->m_.lock();
  this->m_.unlock();
  EXPECT_FALSE(this->is_held(this->m_));
}

TYPED_TEST(MutexContract, IsHeldAfterASuccessfulTry) {
  ASSERT_TRUE(this->m_.try_lock());
  EXPECT_TRUE(this->is_held(this->m_));
  this->m_.unlock();
}

TYPED_TEST(MutexContract, AFailedTryChangesNothing) {
  this->m_.lock();
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock(); }));
  this->m_.unlock();
  EXPECT_FALSE(this->is_held(this->m_));
}

TYPED_TEST(MutexContract, LockSleepsUntilUnlock) {
  this->m_.lock();
  sleeper waiter;
  std::atomic<bool> owns{false};
  std::thread t([&] {
    waiter.is_me();
    this->m_.lock();
    owns = true;
    this->m_.unlock();
  });
  waiter.await_sleep();
  EXPECT_FALSE(owns);
  this->m_.unlock();
  t.join();
  EXPECT_TRUE(owns);
}

TYPED_TEST(MutexContract, EverySleeperGetsItsTurn) {
  this->m_.lock();
  std::vector<sleeper> waiters(4);
  std::vector<std::thread> threads;
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      const std::scoped_lock hold(this->m_);
    });
    waiter.await_sleep();
  }
  this->m_.unlock();
  for (std::thread& t : threads) t.join();
  EXPECT_FALSE(this->is_held(this->m_));
}

TYPED_TEST(MutexContract, ATimedLockGivesUpNotBeforeItsSteadyDeadline) {
  this->m_.lock();
  const auto until = steady_clock::now() + 5ms;
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock_until(until); }));
  EXPECT_GE(steady_clock::now(), until);
  this->m_.unlock();
}

TYPED_TEST(MutexContract, ATimedLockGivesUpNotBeforeItsSystemDeadline) {
  this->m_.lock();
  const auto until = system_clock::now() + 5ms;
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock_until(until); }));
  EXPECT_GE(system_clock::now(), until);
  this->m_.unlock();
}

TYPED_TEST(MutexContract, ATimedLockTakesADeadlineOfThePlatform) {
  const auto until = linux_deadline::after(5ms);
  EXPECT_TRUE(this->m_.try_lock_until(until));
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock_until(until); }));
  EXPECT_TRUE(until.has_passed());
  this->m_.unlock();
}

TYPED_TEST(MutexContract, ATimedLockGivesUpNotBeforeItsDuration) {
  this->m_.lock();
  const auto start = steady_clock::now();
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock_for(5ms); }));
  EXPECT_GE(steady_clock::now() - start, 5ms);
  this->m_.unlock();
}

TYPED_TEST(MutexContract, ATimedLockThatSleptTakesTheMutexWhenItComesFree) {
  this->m_.lock();
  sleeper waiter;
  bool owned = false;
  std::thread t([&] {
    waiter.is_me();
    owned = this->m_.try_lock_for(1h);
    if (owned) this->m_.unlock();
  });
  waiter.await_sleep();
  this->m_.unlock();
  t.join();
  EXPECT_TRUE(owned);
}

TYPED_TEST(MutexContract, ATimedLockTakesAFreeMutexAfterItsDeadline) {
  ASSERT_TRUE(this->m_.try_lock_until(steady_clock::time_point::min()));
  EXPECT_TRUE(this->is_held(this->m_));
  this->m_.unlock();
}

TYPED_TEST(MutexContract, ATimedLockWithoutAnEndWaitsForTheOwner) {
  this->m_.lock();
  sleeper waiter;
  bool owned = false;
  std::thread t([&] {
    waiter.is_me();
    owned = this->m_.try_lock_until(steady_clock::time_point::max());
    if (owned) this->m_.unlock();
  });
  waiter.await_sleep();
  this->m_.unlock();
  t.join();
  EXPECT_TRUE(owned);
}

TYPED_TEST(MutexContract, GivingUpLosesNoWakeUpOfAnotherSleeper) {
  this->m_.lock();
  sleeper patient;
  std::thread t([&] {
    patient.is_me();
    const std::scoped_lock hold(this->m_);
  });
  patient.await_sleep();
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock_for(1ms); }));
  this->m_.unlock();
  t.join();
}

TYPED_TEST(MutexContract, WorksWithUniqueLock) {
  {
    std::unique_lock<TypeParam> hold(this->m_);
    EXPECT_TRUE(this->is_held(this->m_));
    hold.unlock();
    EXPECT_FALSE(this->is_held(this->m_));
    EXPECT_TRUE(hold.try_lock_for(1ms));
  }
  EXPECT_FALSE(this->is_held(this->m_));
}

TYPED_TEST(MutexContract, WorksWithScopedLockOfTwoTakenInOppositeOrders) {
  constexpr int rounds = 2000;
  TypeParam other;
  int counter = 0;
  std::thread t([&] {
    for (int i = 0; i < rounds; ++i) {
      const std::scoped_lock hold(this->m_, other);
      ++counter;
    }
  });
  for (int i = 0; i < rounds; ++i) {
    const std::scoped_lock hold(other, this->m_);
    ++counter;
  }
  t.join();
  EXPECT_EQ(counter, 2 * rounds);
}

TYPED_TEST(MutexContract, WorksWithConditionVariableAny) {
  std::condition_variable_any changed;
  int turn = 0;
  std::thread t([&] {
    for (int i = 0; i < 100; ++i) {
      std::unique_lock hold(this->m_);
      changed.wait(hold, [&] { return turn % 2 == 1; });
      ++turn;
      changed.notify_one();
    }
  });
  for (int i = 0; i < 100; ++i) {
    std::unique_lock hold(this->m_);
    changed.wait(hold, [&] { return turn % 2 == 0; });
    ++turn;
    changed.notify_one();
  }
  t.join();
  EXPECT_EQ(turn, 200);
}

TYPED_TEST(MutexContract, ProtectsACounterUnderStress) {
  constexpr int threads = 8;
  constexpr int rounds = 20'000;
  std::int64_t counter = 0;
  std::vector<std::thread> running;
  std::atomic<std::int64_t> taken{0};
  for (int n = 0; n < threads; ++n) {
    running.emplace_back([&, n] {
      std::int64_t mine = 0;
      for (int i = 0; i < rounds; ++i) {
        // Every form of taking it, in a different rotation for each thread.
        bool owned = true;
        switch ((i + n) % 4) {
          case 0: this->m_.lock(); break;
          case 1: owned = this->m_.try_lock(); break;
          case 2: owned = this->m_.try_lock_for(1us); break;
          case 3: owned = this->m_.try_lock_until(system_clock::now() + 1h); break;
        }
        if (!owned) continue;
        ++counter;
        ++mine;
        this->m_.unlock();
      }
      taken += mine;
    });
  }
  for (std::thread& t : running) t.join();
  EXPECT_EQ(counter, taken.load());
  EXPECT_GE(counter, threads * rounds / 2) << "lock and the patient timed lock always take it";
}

template <class Mutex>
class MutexDeathTest : public testing::Test {};
TYPED_TEST_SUITE(MutexDeathTest, mutexes, mutex_names);

TYPED_TEST(MutexDeathTest, UnlockOfAFreeMutexEndsTheProgramWithAMessage) {
  TypeParam m;
  EXPECT_EXIT(m.unlock(), testing::KilledBySignal(SIGABRT), "^holdfast: mutex: unlock of a mutex that nobody holds\n$");
}

}  // namespace
}  // namespace holdfast
