// robust_pi_mutex: its contract, on real threads and processes that die.
#include "impl/robust_pi_mutex.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <thread>
#include <vector>

#include "impl/linux/robust_list.h"
#include "impl/robust_mutex.h"
#include "tests/asleep.h"
#include "tests/priority_inversion.h"
#include "tests/processes.h"
#include "tests/robust_contract.h"

namespace holdfast {

template <>
struct robust_facts<robust_pi_mutex> {
  static constexpr const char* name = "robust pi mutex";
  static constexpr const char* locked_twice = "lock by its owner";
  static constexpr int rounds = 2'000;
};

namespace {

using namespace std::chrono_literals;

INSTANTIATE_TYPED_TEST_SUITE_P(RobustPiMutex, RobustContract, robust_pi_mutex);
INSTANTIATE_TYPED_TEST_SUITE_P(RobustPiMutex, RobustContractDeathTest, robust_pi_mutex);

std::uint32_t word_of(const robust_pi_mutex& m) { return reinterpret_cast<const std::atomic<std::uint32_t>*>(&m)->load(); }

TEST(RobustPiMutex, TheWordIsTheOwnersIdAndFreeAfterTheLast) {
  robust_pi_mutex m;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  EXPECT_EQ(word_of(m), static_cast<std::uint32_t>(::gettid()));
  robust_waiters w(m, 4);
  m.unlock();
  w.join();
  EXPECT_EQ(word_of(m), 0u);
}

TEST(RobustPiMutex, WaitersIsGoneWithTheOwnerThatThoseWhoGaveUpWaitedFor) {
  robust_pi_mutex m;
  ASSERT_EQ(m.lock(), lock_result::acquired);
  EXPECT_EQ(elsewhere([&] { return m.try_lock_for(1ms); }), lock_result::timed_out);
  m.unlock();
  EXPECT_EQ(word_of(m), 0u);
}

TEST(RobustPiMutex, OwnerDiedDoesNotStayForUnlockPiWouldBeRefused) {
  robust_pi_mutex m;
  die_as_owner(m);
  EXPECT_EQ(word_of(m), robust_pi_word::owner_died);
  ASSERT_EQ(m.lock(), lock_result::owner_died);
  EXPECT_EQ(word_of(m), static_cast<std::uint32_t>(::gettid()));
  m.unlock();
  EXPECT_EQ(m.lock(), lock_result::not_recoverable);
  EXPECT_EQ(word_of(m), 0u);
}

TEST(RobustPiMutex, TheFirstSleeperIsToldOfAKilledOwnerAndTheOthersAreNot) {
  const shared_object<robust_pi_mutex> shared;
  child_process owner([&] {
    if (shared->lock() != lock_result::acquired) return 1;
    for (;;) ::pause();
  });
  while (word_of(*shared) == 0) std::this_thread::yield();
  robust_waiters w(*shared, 3);
  ::kill(owner.process(), SIGKILL);
  owner.await();
  w.join();
  using enum lock_result;
  EXPECT_EQ(w.got, (std::vector{owner_died, acquired, acquired}));
  EXPECT_EQ(word_of(*shared), 0u);
}

// A sleeper that is killed, in front of another.
TEST(RobustPiMutex, TheDeathOfASleeperIsNobodysBusiness) {
  const shared_object<robust_pi_mutex> shared;
  ASSERT_EQ(shared->lock(), lock_result::acquired);
  child_process first([&] { return shared->lock() == lock_result::acquired ? 0 : 1; });
  await_sleep_of(first.process(), first.process());
  robust_waiters w(*shared, 1);
  ::kill(first.process(), SIGKILL);
  first.await();
  shared->unlock();
  w.join();
  EXPECT_EQ(w.got[0], lock_result::acquired);
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
