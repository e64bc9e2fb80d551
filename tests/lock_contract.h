// lock_contract: the contract of every lock that is Lockable, on real threads, as typed suites that the tests of each lock instantiate.
//
// A lock that has the timed forms is put through TimedLockContract as well.
#ifndef HOLDFAST_TESTS_LOCK_CONTRACT_H_
#define HOLDFAST_TESTS_LOCK_CONTRACT_H_

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

#include "impl/linux/deadline.h"
#include "tests/asleep.h"

namespace holdfast {

// What another thread gets from the lock now.
template <class Attempt>
bool elsewhere(Attempt attempt) {
  bool result = false;
  std::thread([&] { result = attempt(); }).join();
  return result;
}

template <class Lock>
bool is_held(Lock& lock) {
  return !elsewhere([&] {
    if (!lock.try_lock()) return false;
    lock.unlock();
    return true;
  });
}

template <class Lock>
constinit inline Lock constant_initialised;

template <class Lock>
class LockContract : public testing::Test {
 protected:
  Lock lock_;
};
TYPED_TEST_SUITE_P(LockContract);

TYPED_TEST_P(LockContract, NeitherConstructionNorDestructionRunsCode) {
  static_assert(std::is_trivially_destructible_v<TypeParam>);
  static_assert(std::is_nothrow_default_constructible_v<TypeParam>);
  static_assert(std::is_standard_layout_v<TypeParam>);
  static_assert(!std::is_copy_constructible_v<TypeParam> && !std::is_copy_assignable_v<TypeParam>);
  static_assert(noexcept(this->lock_.lock())&& noexcept(this->lock_.unlock())&& noexcept(this->lock_.try_lock()));
  const std::scoped_lock hold(constant_initialised<TypeParam>);
  EXPECT_TRUE(is_held(constant_initialised<TypeParam>));
}

TYPED_TEST_P(LockContract, IsHeldFromLockToUnlock) {
  EXPECT_FALSE(is_held(this->lock_));
  this->lock_.lock();
  EXPECT_TRUE(is_held(this->lock_));
  this->lock_.unlock();
  EXPECT_FALSE(is_held(this->lock_));
}

TYPED_TEST_P(LockContract, IsHeldAfterASuccessfulTry) {
  ASSERT_TRUE(this->lock_.try_lock());
  EXPECT_TRUE(is_held(this->lock_));
  this->lock_.unlock();
}

TYPED_TEST_P(LockContract, AFailedTryChangesNothing) {
  this->lock_.lock();
  EXPECT_FALSE(elsewhere([&] { return this->lock_.try_lock(); }));
  this->lock_.unlock();
  EXPECT_FALSE(is_held(this->lock_));
}

TYPED_TEST_P(LockContract, LockSleepsUntilUnlock) {
  this->lock_.lock();
  sleeper waiter;
  std::atomic<bool> owns{false};
  std::thread t([&] {
    waiter.is_me();
    this->lock_.lock();
    owns = true;
    this->lock_.unlock();
  });
  waiter.await_sleep();
  EXPECT_FALSE(owns);
  this->lock_.unlock();
  t.join();
  EXPECT_TRUE(owns);
}

TYPED_TEST_P(LockContract, EverySleeperGetsItsTurn) {
  this->lock_.lock();
  std::vector<sleeper> waiters(4);
  std::vector<std::thread> threads;
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      const std::scoped_lock hold(this->lock_);
    });
    waiter.await_sleep();
  }
  this->lock_.unlock();
  for (std::thread& t : threads) t.join();
  EXPECT_FALSE(is_held(this->lock_));
}

TYPED_TEST_P(LockContract, WorksWithScopedLockOfTwoTakenInOppositeOrders) {
  constexpr int rounds = 1000;
  TypeParam other;
  int counter = 0;
  std::thread t([&] {
    for (int i = 0; i < rounds; ++i) {
      const std::scoped_lock hold(this->lock_, other);
      ++counter;
    }
  });
  for (int i = 0; i < rounds; ++i) {
    const std::scoped_lock hold(other, this->lock_);
    ++counter;
  }
  t.join();
  EXPECT_EQ(counter, 2 * rounds);
}

TYPED_TEST_P(LockContract, WorksWithConditionVariableAny) {
  std::condition_variable_any changed;
  int turn = 0;
  std::thread t([&] {
    for (int i = 0; i < 100; ++i) {
      std::unique_lock hold(this->lock_);
      changed.wait(hold, [&] { return turn % 2 == 1; });
      ++turn;
      changed.notify_one();
    }
  });
  for (int i = 0; i < 100; ++i) {
    std::unique_lock hold(this->lock_);
    changed.wait(hold, [&] { return turn % 2 == 0; });
    ++turn;
    changed.notify_one();
  }
  t.join();
  EXPECT_EQ(turn, 200);
}

TYPED_TEST_P(LockContract, ProtectsACounterUnderStress) {
  constexpr int threads = 8;
  constexpr int rounds = 4'000;
  std::int64_t counter = 0;
  std::atomic<std::int64_t> taken{0};
  std::vector<std::thread> running;
  for (int n = 0; n < threads; ++n) {
    running.emplace_back([&, n] {
      std::int64_t mine = 0;
      for (int i = 0; i < rounds; ++i) {
        if ((i + n) % 4 != 0) this->lock_.lock();
        else if (!this->lock_.try_lock()) continue;
        ++counter;
        ++mine;
        this->lock_.unlock();
      }
      taken += mine;
    });
  }
  for (std::thread& t : running) t.join();
  EXPECT_EQ(counter, taken.load());
  EXPECT_GE(counter, threads * rounds / 4 * 3) << "lock always takes it";
}

// The example of POSIX: an object that counts its users is freed by the last of them, even while the one before is still in its unlock.
TYPED_TEST_P(LockContract, MayBeFreedByItsLastUser) {
  struct counted {
    int users = 2;
    TypeParam lock;
  };
  for (int round = 0; round < 200; ++round) {
    auto* const object = new counted;
    const auto leave = [object] {
      object->lock.lock();
      const bool last = --object->users == 0;
      object->lock.unlock();
      if (last) delete object;
    };
    std::thread t(leave);
    leave();
    t.join();
  }
}

REGISTER_TYPED_TEST_SUITE_P(LockContract, NeitherConstructionNorDestructionRunsCode, IsHeldFromLockToUnlock, IsHeldAfterASuccessfulTry,
                            AFailedTryChangesNothing, LockSleepsUntilUnlock, EverySleeperGetsItsTurn,
                            WorksWithScopedLockOfTwoTakenInOppositeOrders, WorksWithConditionVariableAny, ProtectsACounterUnderStress,
                            MayBeFreedByItsLastUser);

template <class Lock>
class TimedLockContract : public testing::Test {
 protected:
  Lock lock_;
};
TYPED_TEST_SUITE_P(TimedLockContract);

TYPED_TEST_P(TimedLockContract, GivesUpNotBeforeItsDeadlineOnEitherClock) {
  using namespace std::chrono_literals;
  this->lock_.lock();
  const auto steady = std::chrono::steady_clock::now() + 3ms;
  EXPECT_FALSE(elsewhere([&] { return this->lock_.try_lock_until(steady); }));
  EXPECT_GE(std::chrono::steady_clock::now(), steady);
  const auto system = std::chrono::system_clock::now() + 3ms;
  EXPECT_FALSE(elsewhere([&] { return this->lock_.try_lock_until(system); }));
  EXPECT_GE(std::chrono::system_clock::now(), system);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(elsewhere([&] { return this->lock_.try_lock_for(3ms); }));
  EXPECT_GE(std::chrono::steady_clock::now() - start, 3ms);
  this->lock_.unlock();
  EXPECT_FALSE(is_held(this->lock_));
}

TYPED_TEST_P(TimedLockContract, TakesADeadlineOfThePlatform) {
  using namespace std::chrono_literals;
  const auto until = linux_deadline::after(3ms);
  EXPECT_TRUE(this->lock_.try_lock_until(until));
  EXPECT_FALSE(elsewhere([&] { return this->lock_.try_lock_until(until); }));
  EXPECT_TRUE(until.has_passed());
  this->lock_.unlock();
}

TYPED_TEST_P(TimedLockContract, TakesAFreeLockAfterItsDeadline) {
  ASSERT_TRUE(this->lock_.try_lock_until(std::chrono::steady_clock::time_point::min()));
  EXPECT_TRUE(is_held(this->lock_));
  this->lock_.unlock();
}

TYPED_TEST_P(TimedLockContract, TakesTheLockThatComesFreeWhileItSleeps) {
  using namespace std::chrono_literals;
  this->lock_.lock();
  sleeper waiter;
  bool owned = false;
  std::thread t([&] {
    waiter.is_me();
    owned = this->lock_.try_lock_for(1h);
    if (owned) this->lock_.unlock();
  });
  waiter.await_sleep();
  this->lock_.unlock();
  t.join();
  EXPECT_TRUE(owned);
}

TYPED_TEST_P(TimedLockContract, GivingUpLosesNoWakeUpOfAnotherSleeper) {
  using namespace std::chrono_literals;
  this->lock_.lock();
  sleeper patient;
  std::thread t([&] {
    patient.is_me();
    const std::scoped_lock hold(this->lock_);
  });
  patient.await_sleep();
  EXPECT_FALSE(elsewhere([&] { return this->lock_.try_lock_for(1ms); }));
  this->lock_.unlock();
  t.join();
}

REGISTER_TYPED_TEST_SUITE_P(TimedLockContract, GivesUpNotBeforeItsDeadlineOnEitherClock, TakesADeadlineOfThePlatform,
                            TakesAFreeLockAfterItsDeadline, TakesTheLockThatComesFreeWhileItSleeps, GivingUpLosesNoWakeUpOfAnotherSleeper);

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_LOCK_CONTRACT_H_
