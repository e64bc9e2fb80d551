// robust_mutex: its contract, on real threads and processes that die.
#include "impl/robust_mutex.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
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

constinit robust_mutex constant_initialised;

struct guarded {
  std::int64_t counter = 0;
  robust_mutex mutex;
};

// What another thread gets from an attempt, and leaves: it ends as the owner if it got the mutex and does not unlock it.
template <class Attempt>
lock_result elsewhere(Attempt attempt) {
  lock_result result{};
  std::thread([&] { result = attempt(); }).join();
  return result;
}

// Whether somebody owns it. Takes it for a moment, and needs a sound one.
bool is_held(robust_mutex& m) {
  return elsewhere([&] {
           const lock_result r = m.try_lock();
           if (r == lock_result::acquired) m.unlock();
           return r;
         }) == lock_result::busy;
}

void die_as_owner(robust_mutex& m) {
  EXPECT_EQ(elsewhere([&] { return m.lock(); }), lock_result::acquired);
}

TEST(RobustMutex, IsFortyBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(robust_mutex) == sizeof(pthread_mutex_t) && alignof(robust_mutex) == 8);
  static_assert(std::is_trivially_destructible_v<robust_mutex> && std::is_nothrow_default_constructible_v<robust_mutex>);
  static_assert(std::is_standard_layout_v<robust_mutex> && !std::is_copy_constructible_v<robust_mutex>);
  static_assert(noexcept(constant_initialised.lock())&& noexcept(constant_initialised.unlock()));
  ASSERT_EQ(constant_initialised.lock(), lock_result::acquired);
  EXPECT_TRUE(is_held(constant_initialised));
  constant_initialised.unlock();
  EXPECT_FALSE(is_held(constant_initialised));
}

TEST(RobustMutex, TryLockIsBusyWhileHeldByAnotherAndByTheCaller) {
  robust_mutex m;
  ASSERT_EQ(m.try_lock(), lock_result::acquired);
  EXPECT_EQ(elsewhere([&] { return m.try_lock(); }), lock_result::busy);
  EXPECT_EQ(m.try_lock(), lock_result::busy);
  m.unlock();
  EXPECT_FALSE(is_held(m));
}

TEST(RobustMutex, LockSleepsUntilUnlock) {
  robust_mutex m;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  sleeper waiter;
  std::thread t([&] {
    waiter.is_me();
    EXPECT_EQ(m.lock(), lock_result::acquired);
    m.unlock();
  });
  waiter.await_sleep();
  m.unlock();
  t.join();
  EXPECT_FALSE(is_held(m));
}

TEST(RobustMutex, EverySleeperGetsItsTurn) {
  robust_mutex m;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  std::vector<sleeper> waiters(4);
  std::vector<std::thread> threads;
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      EXPECT_EQ(m.lock(), lock_result::acquired);
      m.unlock();
    });
    waiter.await_sleep();
  }
  m.unlock();
  for (std::thread& t : threads) t.join();
  EXPECT_FALSE(is_held(m));
}

TEST(RobustMutex, TimedLocksGiveUpNotBeforeTheirDeadlines) {
  robust_mutex m;
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
  m.unlock();
  EXPECT_EQ(m.try_lock_until(steady), lock_result::acquired) << "a free mutex is taken after the deadline";
  m.unlock();
}

TEST(RobustMutex, ATimedLockThatSleptTakesTheMutexWhenItsOwnerDies) {
  const shared_object<guarded> shared;
  const pid_t owner = fork_child([&] {
    if (shared->mutex.lock() != lock_result::acquired) return 1;
    for (;;) ::pause();
  });
  while (!is_held(shared->mutex)) std::this_thread::yield();
  sleeper waiter;
  lock_result got{};
  std::thread t([&] {
    waiter.is_me();
    got = shared->mutex.try_lock_for(1h);
    if (got == lock_result::owner_died) shared->mutex.make_consistent();
    shared->mutex.unlock();
  });
  waiter.await_sleep();
  ::kill(owner, SIGKILL);
  await_child(owner);
  t.join();
  EXPECT_EQ(got, lock_result::owner_died);
  EXPECT_FALSE(is_held(shared->mutex));
}

TEST(RobustMutex, TheNextOwnerIsToldOfADeathAndTheOneAfterIsNot) {
  robust_mutex m;
  die_as_owner(m);
  ASSERT_EQ(m.lock(), lock_result::owner_died);
  m.make_consistent();
  m.unlock();
  EXPECT_EQ(m.lock(), lock_result::acquired);
  m.unlock();
}

TEST(RobustMutex, TryAndTimedLocksAreToldOfADeath) {
  robust_mutex m;
  die_as_owner(m);
  EXPECT_EQ(elsewhere([&] { return m.try_lock(); }), lock_result::owner_died);
  EXPECT_EQ(elsewhere([&] { return m.try_lock_for(1ms); }), lock_result::owner_died) << "the one who was told died, too";
  EXPECT_EQ(m.lock(), lock_result::owner_died);
  m.make_consistent();
  m.unlock();
}

TEST(RobustMutex, UnlockedWithoutMakeConsistentItIsLostToAll) {
  robust_mutex m;
  die_as_owner(m);
  ASSERT_EQ(m.lock(), lock_result::owner_died);
  std::vector<sleeper> waiters(3);
  std::vector<std::thread> threads;
  for (sleeper& waiter : waiters) {
    threads.emplace_back([&] {
      waiter.is_me();
      EXPECT_EQ(m.lock(), lock_result::not_recoverable);
    });
    waiter.await_sleep();
  }
  m.unlock();
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(m.lock(), lock_result::not_recoverable);
  EXPECT_EQ(m.try_lock(), lock_result::not_recoverable);
  EXPECT_EQ(m.try_lock_for(1ms), lock_result::not_recoverable);
}

TEST(RobustMutex, MakesNoSystemCallsOnceContentionIsOver) {
  robust_mutex m;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  EXPECT_EQ(elsewhere([&] { return m.try_lock_for(1ms); }), lock_result::timed_out);  // leaves WAITERS
  m.unlock();
  for (std::uint32_t i = 0; i < robust_mutex_patience + 2; ++i) {
    ASSERT_EQ(m.lock(), lock_result::acquired);
    m.unlock();
  }
  const auto& word = *reinterpret_cast<const std::atomic<std::uint32_t>*>(&m);
  EXPECT_EQ(word.load(), robust_word::free);
}

// Both kinds on the thread's one list, unlocked in another order than they were locked in.
TEST(RobustMutex, LivesOnOneListWithGlibcsRobustMutexes) {
  struct mutexes {
    pthread_mutex_t theirs[3];
    robust_mutex ours[3];
  };
  const shared_object<mutexes> shared;
  pthread_mutexattr_t attributes;
  ::pthread_mutexattr_init(&attributes);
  ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  ::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  for (pthread_mutex_t& m : shared->theirs) ::pthread_mutex_init(&m, &attributes);
  // Also priority-inheriting ones, whose pointers have a low bit.
  pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  ::pthread_mutex_init(&shared->theirs[1], &attributes);

  // Every order of locking 6 and unlocking one of them, then death: whatever is left is recovered, of both kinds.
  for (int first = 0; first < 6; ++first) {
    for (int unlocked = 0; unlocked < 6; ++unlocked) {
      const auto theirs = [](int i) { return i % 2 == 0; };
      const int status = await_child(fork_child([&] {
        for (int n = 0; n < 6; ++n) {
          const int i = (first + n) % 6;
          if (theirs(i) ? ::pthread_mutex_lock(&shared->theirs[i / 2]) != 0 : shared->ours[i / 2].lock() != lock_result::acquired) return 1;
        }
        if (theirs(unlocked)) return ::pthread_mutex_unlock(&shared->theirs[unlocked / 2]);
        shared->ours[unlocked / 2].unlock();
        return 0;
      }));
      ASSERT_EQ(status, 0);
      for (int i = 0; i < 6; ++i) {
        if (theirs(i)) {
          pthread_mutex_t& m = shared->theirs[i / 2];
          ASSERT_EQ(::pthread_mutex_lock(&m), i == unlocked ? 0 : EOWNERDEAD) << i << " of " << first << ", " << unlocked;
          if (i != unlocked) ::pthread_mutex_consistent(&m);
          ::pthread_mutex_unlock(&m);
        } else {
          robust_mutex& m = shared->ours[i / 2];
          ASSERT_EQ(m.lock(), i == unlocked ? lock_result::acquired : lock_result::owner_died) << i << " of " << first << ", " << unlocked;
          if (i != unlocked) m.make_consistent();
          m.unlock();
        }
      }
    }
  }
  ::pthread_mutexattr_destroy(&attributes);
}

TEST(RobustMutex, TheChildOfAForkOwnsNothing) {
  const shared_object<guarded> shared;
  ASSERT_EQ(shared->mutex.lock(), lock_result::acquired);
  EXPECT_EQ(await_child(fork_child([&] { return shared->mutex.try_lock() == lock_result::busy ? 0 : 1; })), 0);
  EXPECT_TRUE(is_held(shared->mutex)) << "the child's end is no death of the owner";
  const int status = await_child(fork_child([&] {
    ::close(STDERR_FILENO);
    shared->mutex.unlock();
    return 0;
  }));
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  EXPECT_TRUE(is_held(shared->mutex));
  shared->mutex.unlock();
  EXPECT_EQ(await_child(fork_child([&] {
              const lock_result r = shared->mutex.lock();
              return r == lock_result::acquired ? 0 : 1;  // and dies
            })),
            0);
  EXPECT_EQ(shared->mutex.lock(), lock_result::owner_died);
  shared->mutex.make_consistent();
  shared->mutex.unlock();
}

TEST(RobustMutex, ProtectsACounterOfFourProcesses) {
  constexpr int processes = 4;
  constexpr int rounds = 20'000;
  const shared_object<guarded> shared;
  std::vector<pid_t> children;
  for (int n = 0; n < processes; ++n) {
    children.push_back(fork_child([&] {
      for (int i = 0; i < rounds; ++i) {
        if (shared->mutex.lock() != lock_result::acquired) return 1;
        ++shared->counter;
        shared->mutex.unlock();
      }
      return 0;
    }));
  }
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
  EXPECT_EQ(shared->counter, processes * rounds);
}

TEST(RobustMutexDeathTest, MisuseEndsTheProgramWithAMessage) {
  robust_mutex m;
  constexpr auto not_owned = "^holdfast: robust mutex: unlock of a mutex that the caller does not own\n$";
  EXPECT_EXIT(m.unlock(), testing::KilledBySignal(SIGABRT), not_owned);
  ASSERT_EQ(m.lock(), lock_result::acquired);
  EXPECT_EXIT(std::thread([&] { m.unlock(); }).join(), testing::KilledBySignal(SIGABRT), not_owned);
  const auto lock_twice = [] {
    robust_mutex mine;
    static_cast<void>(mine.lock());
    static_cast<void>(mine.lock());
  };
  EXPECT_EXIT(lock_twice(), testing::KilledBySignal(SIGABRT), "^holdfast: robust mutex: lock of a mutex that the caller owns\n$");
  const auto consistent = [] {
    robust_mutex mine;
    static_cast<void>(mine.lock());
    mine.make_consistent();
  };
  EXPECT_EXIT(consistent(), testing::KilledBySignal(SIGABRT),
              "^holdfast: robust mutex: make_consistent of a mutex that the caller has not");
  m.unlock();
}

// A list of another layout, or none, is another C library's.
TEST(RobustMutexDeathTest, AForeignRobustListEndsTheProgramWithAMessage) {
  const auto with_list = [](void* head) {
    robust_mutex m;
    ::syscall(SYS_set_robust_list, head, 24);
    static_cast<void>(m.lock());
  };
  void* other[3] = {other, nullptr, nullptr};
  EXPECT_EXIT(std::thread(with_list, other).join(), testing::KilledBySignal(SIGABRT),
              "^holdfast: robust mutex: .* another layout than glibc's");
  EXPECT_EXIT(std::thread(with_list, nullptr).join(), testing::KilledBySignal(SIGABRT),
              "^holdfast: robust mutex: .* registered no robust list");
}

}  // namespace
}  // namespace holdfast
