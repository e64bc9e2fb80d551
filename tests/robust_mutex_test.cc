// robust_mutex: its contract, on real threads and processes that die.
#include "impl/robust_mutex.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>

#include "tests/asleep.h"
#include "tests/processes.h"
#include "tests/robust_contract.h"

namespace holdfast {

template <>
struct robust_facts<robust_mutex> {
  static constexpr const char* name = "robust mutex";
  static constexpr const char* locked_twice = "lock of a mutex that the caller owns\n$";
  static constexpr int rounds = 20'000;
};

namespace {

using namespace std::chrono_literals;

INSTANTIATE_TYPED_TEST_SUITE_P(RobustMutex, RobustContract, robust_mutex);
INSTANTIATE_TYPED_TEST_SUITE_P(RobustMutex, RobustContractDeathTest, robust_mutex);

TEST(RobustMutex, ATimedLockThatSleptTakesTheMutexWhenItsOwnerDies) {
  const shared_object<robust_mutex> shared;
  const pid_t owner = fork_child([&] {
    if (shared->lock() != lock_result::acquired) return 1;
    for (;;) ::pause();
  });
  while (!is_held(*shared)) std::this_thread::yield();
  sleeper waiter;
  lock_result got{};
  std::thread t([&] {
    waiter.is_me();
    got = shared->try_lock_for(1h);
    if (got == lock_result::owner_died) shared->make_consistent();
    shared->unlock();
  });
  waiter.await_sleep();
  ::kill(owner, SIGKILL);
  await_child(owner);
  t.join();
  EXPECT_EQ(got, lock_result::owner_died);
  EXPECT_FALSE(is_held(*shared));
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
