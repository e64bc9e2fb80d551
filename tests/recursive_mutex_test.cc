// recursive_mutex: its contract, its depth and its owner, on real threads and processes.
#include "impl/recursive_mutex.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "impl/ticket_mutex.h"
#include "tests/asleep.h"
#include "tests/lock_contract.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

using around_ticket_mutex = basic_recursive_mutex<linux_platform, ticket_mutex>;
using recursive_mutexes = testing::Types<recursive_mutex, process_shared_recursive_mutex, around_ticket_mutex>;
INSTANTIATE_TYPED_TEST_SUITE_P(Recursive, LockContract, recursive_mutexes);
INSTANTIATE_TYPED_TEST_SUITE_P(Recursive, TimedLockContract, recursive_mutexes);

struct without_timed_forms {
  void lock() noexcept { inside.lock(); }
  bool try_lock() noexcept { return inside.try_lock(); }
  void unlock() noexcept { inside.unlock(); }
  mutex inside;
};
using around_one_without = basic_recursive_mutex<linux_platform, without_timed_forms>;

template <class L>
concept timed = requires(L& l) {
  l.try_lock_for(1ms);
}
|| requires(L& l, linux_deadline d) { l.try_lock_until(d); };
static_assert(timed<recursive_mutex> && timed<around_ticket_mutex> && !timed<around_one_without>,
              "the timed forms are those of the mutex inside");

TEST(RecursiveMutex, IsFreeWhenUnlockedAsOftenAsLocked) {
  recursive_mutex m;
  m.lock();
  ASSERT_TRUE(m.try_lock());
  ASSERT_TRUE(m.try_lock_for(0s));
  ASSERT_TRUE(m.try_lock_until(std::chrono::steady_clock::now() + 1h));
  ASSERT_TRUE(m.try_lock_until(std::chrono::system_clock::now() + 1h));
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(is_held(m));
    m.unlock();
  }
  EXPECT_FALSE(is_held(m));
}

TEST(RecursiveMutex, ASleeperGetsItAtTheOutermostUnlockOnly) {
  recursive_mutex m;
  bool outermost = false;
  m.lock();
  m.lock();
  sleeper waiter;
  std::thread t([&] {
    waiter.is_me();
    const std::scoped_lock hold(m);
    EXPECT_TRUE(outermost);
  });
  waiter.await_sleep();
  m.unlock();
  waiter.await_sleep();
  outermost = true;
  m.unlock();
  t.join();
}

TEST(RecursiveMutex, AChildOfAForkDoesNotOwnWhatItsParentOwns) {
  const shared_object<process_shared_recursive_mutex> m;
  m->lock();
  EXPECT_EQ(await_child(fork_child([&] { return m->try_lock() || m->try_lock_for(1ms) ? 1 : 0; })), 0);
  m->unlock();
  EXPECT_EQ(await_child(fork_child([&] {
              if (!m->try_lock() || !m->try_lock()) return 1;
              m->unlock();
              m->unlock();
              return 0;
            })),
            0);
}

TEST(RecursiveMutexDeathTest, UnlockByAThreadThatDoesNotOwnItEndsTheProgramWithAMessage) {
  recursive_mutex m;
  constexpr const char* message = "^holdfast: recursive_mutex: unlock by a thread that does not own it\n$";
  EXPECT_EXIT(m.unlock(), testing::KilledBySignal(SIGABRT), message);
  m.lock();
  EXPECT_EXIT(std::thread([&] { m.unlock(); }).join(), testing::KilledBySignal(SIGABRT), message);
  m.unlock();
}

}  // namespace
}  // namespace holdfast
