// robust_pi_mutex: its contract, on real threads and processes that die.
#include "impl/robust_pi_mutex.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <type_traits>
#include <vector>

#include "impl/linux/robust_list.h"
#include "impl/robust_mutex.h"
#include "tests/asleep.h"
#include "tests/priority_inversion.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using std::chrono::steady_clock;
using std::chrono::system_clock;

constinit robust_pi_mutex constant_initialised;

struct guarded {
  std::int64_t counter = 0;
  robust_pi_mutex mutex;
};

// What another thread gets from an attempt, and leaves: it ends as the owner if it got the mutex and does not unlock it.
template <class Attempt>
lock_result elsewhere(Attempt attempt) {
  lock_result result{};
  std::thread([&] { result = attempt(); }).join();
  return result;
}

void die_as_owner(robust_pi_mutex& m) {
  EXPECT_EQ(elsewhere([&] { return m.lock(); }), lock_result::acquired);
}

std::uint32_t word_of(const robust_pi_mutex& m) { return reinterpret_cast<const std::atomic<std::uint32_t>*>(&m)->load(); }

// In threads that begin to wait one after the other, and leave what they get sound.
class waiters {
 public:
  waiters(robust_pi_mutex& m, std::size_t count) : got(count), sleepers_(count) {
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

TEST(RobustPiMutex, IsFortyBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(robust_pi_mutex) == sizeof(pthread_mutex_t) && alignof(robust_pi_mutex) == 8);
  static_assert(std::is_trivially_destructible_v<robust_pi_mutex> && std::is_nothrow_default_constructible_v<robust_pi_mutex>);
  static_assert(std::is_standard_layout_v<robust_pi_mutex> && !std::is_copy_constructible_v<robust_pi_mutex>);
  static_assert(noexcept(constant_initialised.lock())&& noexcept(constant_initialised.unlock()));
  ASSERT_EQ(constant_initialised.lock(), lock_result::acquired);
  EXPECT_EQ(word_of(constant_initialised), static_cast<std::uint32_t>(::gettid()));
  constant_initialised.unlock();
  EXPECT_EQ(word_of(constant_initialised), 0u);
}

TEST(RobustPiMutex, TryLockIsBusyWhileHeldByAnotherAndByTheCaller) {
  robust_pi_mutex m;
  ASSERT_EQ(m.try_lock(), lock_result::acquired);
  EXPECT_EQ(elsewhere([&] { return m.try_lock(); }), lock_result::busy);
  EXPECT_EQ(m.try_lock(), lock_result::busy);
  m.unlock();
  EXPECT_EQ(word_of(m), 0u);
}

TEST(RobustPiMutex, EverySleeperGetsItsTurnAndTheWordIsFreeAfterTheLast) {
  robust_pi_mutex m;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  waiters w(m, 4);
  m.unlock();
  w.join();
  EXPECT_EQ(w.got, std::vector(4, lock_result::acquired));
  EXPECT_EQ(word_of(m), 0u);
}

TEST(RobustPiMutex, TimedLocksGiveUpNotBeforeTheirDeadlinesOnEitherClock) {
  robust_pi_mutex m;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  const auto steady = steady_clock::now() + 5ms;
  EXPECT_EQ(elsewhere([&] { return m.try_lock_until(steady); }), lock_result::timed_out);
  EXPECT_GE(steady_clock::now(), steady);
  const auto system = system_clock::now() + 5ms;
  EXPECT_EQ(elsewhere([&] { return m.try_lock_until(system); }), lock_result::timed_out);
  EXPECT_GE(system_clock::now(), system);
  EXPECT_EQ(elsewhere([&] { return m.try_lock_for(1ms); }), lock_result::timed_out);
  EXPECT_EQ(elsewhere([&] { return m.try_lock_for(-1h); }), lock_result::timed_out);
  m.unlock();
  EXPECT_EQ(word_of(m), 0u) << "WAITERS is gone with the owner that those who gave up waited for";
  EXPECT_EQ(m.try_lock_until(steady), lock_result::acquired) << "a free mutex is taken after the deadline";
  m.unlock();
}

TEST(RobustPiMutex, TheNextOwnerIsToldOfADeathAndTheOneAfterIsNot) {
  robust_pi_mutex m;
  die_as_owner(m);
  EXPECT_EQ(word_of(m), robust_pi_word::owner_died);
  ASSERT_EQ(m.lock(), lock_result::owner_died);
  EXPECT_EQ(word_of(m), static_cast<std::uint32_t>(::gettid())) << "OWNER_DIED does not stay: UNLOCK_PI would be refused";
  m.make_consistent();
  m.unlock();
  EXPECT_EQ(m.lock(), lock_result::acquired);
  m.unlock();
}

TEST(RobustPiMutex, TryAndTimedLocksAreToldOfADeath) {
  robust_pi_mutex m;
  die_as_owner(m);
  EXPECT_EQ(elsewhere([&] { return m.try_lock(); }), lock_result::owner_died);
  EXPECT_EQ(elsewhere([&] { return m.try_lock_for(1ms); }), lock_result::owner_died) << "the one who was told died, too";
  EXPECT_EQ(elsewhere([&] { return m.try_lock_until(system_clock::now() - 1h); }), lock_result::owner_died);
  EXPECT_EQ(m.lock(), lock_result::owner_died);
  m.make_consistent();
  m.unlock();
}

TEST(RobustPiMutex, TheFirstSleeperIsToldOfAKilledOwnerAndTheOthersAreNot) {
  const shared_object<guarded> shared;
  child_process owner([&] {
    if (shared->mutex.lock() != lock_result::acquired) return 1;
    for (;;) ::pause();
  });
  while (word_of(shared->mutex) == 0) std::this_thread::yield();
  waiters w(shared->mutex, 3);
  ::kill(owner.process(), SIGKILL);
  owner.await();
  w.join();
  using enum lock_result;
  EXPECT_EQ(w.got, (std::vector{owner_died, acquired, acquired}));
  EXPECT_EQ(word_of(shared->mutex), 0u);
}

// A sleeper that is killed, in front of another.
TEST(RobustPiMutex, TheDeathOfASleeperIsNobodysBusiness) {
  const shared_object<guarded> shared;
  ASSERT_EQ(shared->mutex.lock(), lock_result::acquired);
  child_process first([&] { return shared->mutex.lock() == lock_result::acquired ? 0 : 1; });
  await_sleep_of(first.process(), first.process());
  waiters w(shared->mutex, 1);
  ::kill(first.process(), SIGKILL);
  first.await();
  shared->mutex.unlock();
  w.join();
  EXPECT_EQ(w.got[0], lock_result::acquired);
}

TEST(RobustPiMutex, UnlockedWithoutMakeConsistentItIsLostToAll) {
  robust_pi_mutex m;
  die_as_owner(m);
  ASSERT_EQ(m.lock(), lock_result::owner_died);
  waiters w(m, 3);
  m.unlock();
  w.join();
  EXPECT_EQ(w.got, std::vector(3, lock_result::not_recoverable));
  EXPECT_EQ(m.lock(), lock_result::not_recoverable);
  EXPECT_EQ(m.try_lock(), lock_result::not_recoverable);
  EXPECT_EQ(m.try_lock_for(1ms), lock_result::not_recoverable);
  EXPECT_EQ(word_of(m), 0u);
}

// All three kinds on the thread's one list, unlocked in another order than they were locked in.
TEST(RobustPiMutex, LivesOnOneListWithRobustMutexesAndGlibcs) {
  struct mutexes {
    pthread_mutex_t theirs[2];  // the second inherits priorities
    robust_mutex plain[2];
    robust_pi_mutex ours[2];
  };
  const shared_object<mutexes> shared;
  pthread_mutexattr_t attributes;
  ::pthread_mutexattr_init(&attributes);
  ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
  ::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
  ::pthread_mutex_init(&shared->theirs[0], &attributes);
  ::pthread_mutexattr_setprotocol(&attributes, PTHREAD_PRIO_INHERIT);
  ::pthread_mutex_init(&shared->theirs[1], &attributes);
  ::pthread_mutexattr_destroy(&attributes);
  const auto lock = [&](int i) {
    if (i % 3 == 1) return shared->plain[i / 3].lock();
    if (i % 3 == 2) return shared->ours[i / 3].lock();
    const int error = ::pthread_mutex_lock(&shared->theirs[i / 3]);
    return error == 0 ? lock_result::acquired : error == EOWNERDEAD ? lock_result::owner_died : lock_result::busy;
  };
  const auto make_consistent = [&](int i) {
    if (i % 3 == 1) return shared->plain[i / 3].make_consistent();
    if (i % 3 == 2) return shared->ours[i / 3].make_consistent();
    ::pthread_mutex_consistent(&shared->theirs[i / 3]);
  };
  const auto unlock = [&](int i) {
    if (i % 3 == 1) return shared->plain[i / 3].unlock();
    if (i % 3 == 2) return shared->ours[i / 3].unlock();
    ::pthread_mutex_unlock(&shared->theirs[i / 3]);
  };

  // Every order of locking 6 and unlocking one of them, then death: whatever is left is recovered, of all kinds.
  for (int first = 0; first < 6; ++first) {
    for (int unlocked = 0; unlocked < 6; ++unlocked) {
      ASSERT_EQ(await_child(fork_child([&] {
                  for (int n = 0; n < 6; ++n) {
                    if (lock((first + n) % 6) != lock_result::acquired) return 1;
                  }
                  unlock(unlocked);
                  return 0;
                })),
                0);
      for (int i = 0; i < 6; ++i) {
        ASSERT_EQ(lock(i), i == unlocked ? lock_result::acquired : lock_result::owner_died) << i << " of " << first << ", " << unlocked;
        if (i != unlocked) make_consistent(i);
        unlock(i);
      }
    }
  }
}

TEST(RobustPiMutex, ItsEntrySaysThatItInheritsPriorities) {
  robust_pi_mutex m;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  const robust_list_detail::head& list = *robust_list_detail::head_of_this_thread();
  void** const entry = robust_list_detail::entry_of(&m);
  EXPECT_EQ(list.first, robust_list_detail::pointer_to(entry, robust_kind::priority_inheriting));
  EXPECT_EQ(entry[-1], &list.first);
  EXPECT_EQ(list.pending, nullptr);
  m.unlock();
  EXPECT_EQ(list.first, &list.first);
}

TEST(RobustPiMutex, TheChildOfAForkOwnsNothing) {
  const shared_object<guarded> shared;
  ASSERT_EQ(shared->mutex.lock(), lock_result::acquired);
  EXPECT_EQ(await_child(fork_child([&] { return shared->mutex.try_lock() == lock_result::busy ? 0 : 1; })), 0);
  EXPECT_EQ(word_of(shared->mutex), static_cast<std::uint32_t>(::gettid())) << "the child's end is no death of the owner";
  const int status = await_child(fork_child([&] {
    ::close(STDERR_FILENO);
    shared->mutex.unlock();
    return 0;
  }));
  EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  shared->mutex.unlock();
}

TEST(RobustPiMutex, ProtectsACounterOfFourProcesses) {
  constexpr int processes = 4;
  constexpr int rounds = 2'000;
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

TEST(RobustPiMutexDeathTest, MisuseEndsTheProgramWithAMessage) {
  robust_pi_mutex m;
  constexpr auto not_owned = "^holdfast: robust pi mutex: unlock of a mutex that the caller does not own\n$";
  EXPECT_EXIT(m.unlock(), testing::KilledBySignal(SIGABRT), not_owned);
  ASSERT_EQ(m.lock(), lock_result::acquired);
  EXPECT_EXIT(std::thread([&] { m.unlock(); }).join(), testing::KilledBySignal(SIGABRT), not_owned);
  const auto lock_twice = [] {
    robust_pi_mutex mine;
    static_cast<void>(mine.lock());
    static_cast<void>(mine.lock());
  };
  EXPECT_EXIT(lock_twice(), testing::KilledBySignal(SIGABRT), "^holdfast: robust pi mutex: lock by its owner");
  const auto consistent = [] {
    robust_pi_mutex mine;
    static_cast<void>(mine.lock());
    mine.make_consistent();
  };
  EXPECT_EXIT(consistent(), testing::KilledBySignal(SIGABRT),
              "^holdfast: robust pi mutex: make_consistent of a mutex that the caller has not");
  m.unlock();
}

// As if the list had been too long for the kernel.
TEST(RobustPiMutexDeathTest, AnOwnerThatLeftNoMarkEndsTheProgramWithAMessage) {
  const auto lock_after_an_unlisted_death = [] {
    robust_pi_mutex m;
    std::thread([&] {
      static_cast<void>(m.lock());
      robust_list_unlink(&m);
    }).join();
    static_cast<void>(m.lock());
  };
  EXPECT_EXIT(lock_after_an_unlisted_death(), testing::KilledBySignal(SIGABRT),
              "^holdfast: robust pi mutex: its owner has died, and had it on no robust list\n$");
}

TEST(RobustPiMutexInversion, IsBoundedByTheOwnersSectionAndWithoutInheritanceByNothing) {
  const bool permitted = on_one_processor([] {
    EXPECT_FALSE(waits_for_the_one_in_between<robust_pi_mutex>());
    EXPECT_TRUE(waits_for_the_one_in_between<robust_mutex>());
  });
  if (!permitted) GTEST_SKIP() << "SCHED_FIFO is not permitted here";
}

}  // namespace
}  // namespace holdfast
