// robust_contract: the contract of a robust mutex, on real threads and processes that die, as typed suites that the tests of each instantiate.
//
// Such a test says what its mutex is called in messages, and how often it is locked: robust_facts<Lock>.
#ifndef HOLDFAST_TESTS_ROBUST_CONTRACT_H_
#define HOLDFAST_TESTS_ROBUST_CONTRACT_H_

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <thread>
#include <type_traits>
#include <vector>

#include "impl/lock_result.h"
#include "tests/asleep.h"
#include "tests/processes.h"

namespace holdfast {

// name: "robust mutex"; locked_twice: what follows it if the owner locks; rounds: of each process that locks to count.
template <class Lock>
struct robust_facts;

// What another thread gets from an attempt, and leaves: it ends as the owner if it got the mutex and does not unlock it.
template <class Attempt>
lock_result elsewhere(Attempt attempt) {
  lock_result result{};
  std::thread([&] { result = attempt(); }).join();
  return result;
}

// Whether somebody owns it. Takes it for a moment, and needs a sound one.
template <class Lock>
bool is_held(Lock& m) {
  return elsewhere([&] {
           const lock_result r = m.try_lock();
           if (r == lock_result::acquired) m.unlock();
           return r;
         }) == lock_result::busy;
}

template <class Lock>
void die_as_owner(Lock& m) {
  EXPECT_EQ(elsewhere([&] { return m.lock(); }), lock_result::acquired);
}

// Threads that begin to wait one after the other, and leave what they get sound.
class robust_waiters {
 public:
  template <class Lock>
  robust_waiters(Lock& m, std::size_t count) : got(count), sleepers_(count) {
    for (std::size_t i = 0; i < count; ++i) {
      threads_.emplace_back([this, &m, i] {
        sleepers_[i].is_me();
        got[i] = m.lock();
        if (got[i] == lock_result::owner_died) m.make_consistent();
        if (got[i] != lock_result::not_recoverable) m.unlock();
      });
      sleepers_[i].await_sleep();
    }
  }
  void join() {
    for (std::thread& t : threads_) t.join();
  }

  std::vector<lock_result> got;

 private:
  std::vector<sleeper> sleepers_;
  std::vector<std::thread> threads_;
};

template <class Lock>
struct robust_counter {
  std::int64_t value = 0;
  Lock mutex;
};

template <class Lock>
constinit inline Lock constant_initialised;

template <class Lock>
class RobustContract : public testing::Test {
 protected:
  Lock lock_;
};
TYPED_TEST_SUITE_P(RobustContract);

TYPED_TEST_P(RobustContract, IsFortyBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(TypeParam) == sizeof(pthread_mutex_t) && alignof(TypeParam) == 8);
  static_assert(std::is_trivially_destructible_v<TypeParam> && std::is_nothrow_default_constructible_v<TypeParam>);
  static_assert(std::is_standard_layout_v<TypeParam> && !std::is_copy_constructible_v<TypeParam>);
  TypeParam& m = constant_initialised<TypeParam>;
  static_assert(noexcept(m.lock())&& noexcept(m.unlock()));
  ASSERT_EQ(m.lock(), lock_result::acquired);
  EXPECT_TRUE(is_held(m));
  m.unlock();
  EXPECT_FALSE(is_held(m));
}

TYPED_TEST_P(RobustContract, TryLockIsBusyWhileHeldByAnotherAndByTheCaller) {
  TypeParam& m = this->lock_;
  ASSERT_EQ(m.try_lock(), lock_result::acquired);
  EXPECT_EQ(elsewhere([&] { return m.try_lock(); }), lock_result::busy);
  EXPECT_EQ(m.try_lock(), lock_result::busy);
  m.unlock();
  EXPECT_FALSE(is_held(m));
}

TYPED_TEST_P(RobustContract, EverySleeperGetsItsTurn) {
  TypeParam& m = this->lock_;
  for (const std::size_t count : {1u, 4u}) {
    ASSERT_EQ(m.lock(), lock_result::acquired);
    robust_waiters w(m, count);
    m.unlock();
    w.join();
    EXPECT_EQ(w.got, std::vector(count, lock_result::acquired));
    EXPECT_FALSE(is_held(m));
  }
}

TYPED_TEST_P(RobustContract, TimedLocksGiveUpNotBeforeTheirDeadlinesOnEitherClock) {
  using namespace std::chrono_literals;
  using std::chrono::steady_clock;
  using std::chrono::system_clock;
  TypeParam& m = this->lock_;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  const auto steady = steady_clock::now() + 5ms;
  EXPECT_EQ(elsewhere([&] { return m.try_lock_until(steady); }), lock_result::timed_out);
  EXPECT_GE(steady_clock::now(), steady);
  const auto system = system_clock::now() + 5ms;
  EXPECT_EQ(elsewhere([&] { return m.try_lock_until(system); }), lock_result::timed_out);
  EXPECT_GE(system_clock::now(), system);
  const auto start = steady_clock::now();
  EXPECT_EQ(elsewhere([&] { return m.try_lock_for(5ms); }), lock_result::timed_out);
  EXPECT_GE(steady_clock::now(), start + 5ms);
  EXPECT_EQ(elsewhere([&] { return m.try_lock_for(-1h); }), lock_result::timed_out);
  m.unlock();
  EXPECT_EQ(m.try_lock_until(steady), lock_result::acquired) << "a free mutex is taken after the deadline";
  m.unlock();
}

TYPED_TEST_P(RobustContract, TheNextOwnerIsToldOfADeathAndTheOneAfterIsNot) {
  TypeParam& m = this->lock_;
  die_as_owner(m);
  ASSERT_EQ(m.lock(), lock_result::owner_died);
  m.make_consistent();
  m.unlock();
  EXPECT_EQ(m.lock(), lock_result::acquired);
  m.unlock();
}

TYPED_TEST_P(RobustContract, TryAndTimedLocksAreToldOfADeath) {
  using namespace std::chrono_literals;
  TypeParam& m = this->lock_;
  die_as_owner(m);
  EXPECT_EQ(elsewhere([&] { return m.try_lock(); }), lock_result::owner_died);
  EXPECT_EQ(elsewhere([&] { return m.try_lock_for(1ms); }), lock_result::owner_died) << "the one who was told died, too";
  EXPECT_EQ(elsewhere([&] { return m.try_lock_until(std::chrono::system_clock::now() - 1h); }), lock_result::owner_died);
  EXPECT_EQ(m.lock(), lock_result::owner_died);
  m.make_consistent();
  m.unlock();
}

TYPED_TEST_P(RobustContract, UnlockedWithoutMakeConsistentItIsLostToAll) {
  using namespace std::chrono_literals;
  TypeParam& m = this->lock_;
  die_as_owner(m);
  ASSERT_EQ(m.lock(), lock_result::owner_died);
  robust_waiters w(m, 3);
  m.unlock();
  w.join();
  EXPECT_EQ(w.got, std::vector(3, lock_result::not_recoverable));
  EXPECT_EQ(m.lock(), lock_result::not_recoverable);
  EXPECT_EQ(m.try_lock(), lock_result::not_recoverable);
  EXPECT_EQ(m.try_lock_for(1ms), lock_result::not_recoverable);
}

TYPED_TEST_P(RobustContract, TheChildOfAForkOwnsNothing) {
  const shared_object<TypeParam> shared;
  TypeParam& m = *shared;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  EXPECT_EQ(await_child(fork_child([&] { return m.try_lock() == lock_result::busy ? 0 : 1; })), 0);
  EXPECT_TRUE(is_held(m)) << "the child's end is no death of the owner";
  const int status = await_child(fork_child([&] {
    ::close(STDERR_FILENO);
    m.unlock();
    return 0;
  }));
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  EXPECT_TRUE(is_held(m));
  m.unlock();
  EXPECT_EQ(await_child(fork_child([&] { return m.lock() == lock_result::acquired ? 0 : 1; })), 0) << "and dies";
  EXPECT_EQ(m.lock(), lock_result::owner_died);
  m.make_consistent();
  m.unlock();
}

TYPED_TEST_P(RobustContract, ProtectsACounterOfFourProcesses) {
  constexpr int processes = 4;
  constexpr int rounds = robust_facts<TypeParam>::rounds;
  const shared_object<robust_counter<TypeParam>> shared;
  std::vector<pid_t> children;
  for (int n = 0; n < processes; ++n) {
    children.push_back(fork_child([&] {
      for (int i = 0; i < rounds; ++i) {
        if (shared->mutex.lock() != lock_result::acquired) return 1;
        ++shared->value;
        shared->mutex.unlock();
      }
      return 0;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
  EXPECT_EQ(shared->value, processes * rounds);
}

REGISTER_TYPED_TEST_SUITE_P(RobustContract, IsFortyBytesWithoutConstructionOrDestructionAtRunTime,
                            TryLockIsBusyWhileHeldByAnotherAndByTheCaller, EverySleeperGetsItsTurn,
                            TimedLocksGiveUpNotBeforeTheirDeadlinesOnEitherClock, TheNextOwnerIsToldOfADeathAndTheOneAfterIsNot,
                            TryAndTimedLocksAreToldOfADeath, UnlockedWithoutMakeConsistentItIsLostToAll, TheChildOfAForkOwnsNothing,
                            ProtectsACounterOfFourProcesses);

template <class Lock>
class RobustContractDeathTest : public RobustContract<Lock> {};
TYPED_TEST_SUITE_P(RobustContractDeathTest);

TYPED_TEST_P(RobustContractDeathTest, MisuseEndsTheProgramWithAMessage) {
  TypeParam& m = this->lock_;
  using facts = robust_facts<TypeParam>;
  const std::string start = std::string("^holdfast: ") + facts::name + ": ";
  const std::string not_owned = start + "unlock of a mutex that the caller does not own\n$";
  EXPECT_EXIT(m.unlock(), testing::KilledBySignal(SIGABRT), not_owned);
  ASSERT_EQ(m.lock(), lock_result::acquired);
  EXPECT_EXIT(std::thread([&] { m.unlock(); }).join(), testing::KilledBySignal(SIGABRT), not_owned);
  const auto lock_twice = [] {
    TypeParam mine;
    static_cast<void>(mine.lock());
    static_cast<void>(mine.lock());
  };
  EXPECT_EXIT(lock_twice(), testing::KilledBySignal(SIGABRT), start + facts::locked_twice);
  const auto consistent = [] {
    TypeParam mine;
    static_cast<void>(mine.lock());
    mine.make_consistent();
  };
  EXPECT_EXIT(consistent(), testing::KilledBySignal(SIGABRT), start + "make_consistent of a mutex that the caller has not");
  m.unlock();
}

REGISTER_TYPED_TEST_SUITE_P(RobustContractDeathTest, MisuseEndsTheProgramWithAMessage);

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_ROBUST_CONTRACT_H_
