// error_checking_mutex: its contract and its results, on real threads and processes.
#include "impl/error_checking_mutex.h"

#include <gtest/gtest.h>

#include <chrono>
#include <mutex>
#include <thread>

#include "tests/asleep.h"
#include "tests/lock_contract.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

// As a lock of <mutex>, which has no results.
template <class Mutex>
class without_results {
 public:
  void lock() noexcept { EXPECT_EQ(mutex_.lock(), checked_lock::acquired); }
  [[nodiscard]] bool try_lock() noexcept { return mutex_.try_lock(); }
  template <class Deadline>
  [[nodiscard]] bool try_lock_until(const Deadline& until) noexcept {
    return mutex_.try_lock_until(until) == checked_lock::acquired;
  }
  template <class Duration>
  [[nodiscard]] bool try_lock_for(const Duration& duration) noexcept {
    return mutex_.try_lock_for(duration) == checked_lock::acquired;
  }
  void unlock() noexcept { EXPECT_EQ(mutex_.unlock(), checked_unlock::released); }

 private:
  Mutex mutex_;
};

using checked_mutexes = testing::Types<without_results<error_checking_mutex>, without_results<process_shared_error_checking_mutex>>;
INSTANTIATE_TYPED_TEST_SUITE_P(ErrorChecking, LockContract, checked_mutexes);
INSTANTIATE_TYPED_TEST_SUITE_P(ErrorChecking, TimedLockContract, checked_mutexes);

checked_unlock unlock_elsewhere(error_checking_mutex& m) {
  checked_unlock result = checked_unlock::released;
  std::thread([&] { result = m.unlock(); }).join();
  return result;
}

TEST(ErrorCheckingMutex, ALockByItsOwnerIsADeadlockInEveryForm) {
  error_checking_mutex m;
  ASSERT_EQ(m.lock(), checked_lock::acquired);
  EXPECT_EQ(m.lock(), checked_lock::deadlock);
  EXPECT_FALSE(m.try_lock());
  EXPECT_EQ(m.try_lock_for(1h), checked_lock::deadlock);
  EXPECT_EQ(m.try_lock_until(std::chrono::steady_clock::now() + 1h), checked_lock::deadlock);
  EXPECT_EQ(m.try_lock_until(std::chrono::system_clock::now() + 1h), checked_lock::deadlock);
  EXPECT_EQ(m.try_lock_until(linux_deadline::never()), checked_lock::deadlock);
  EXPECT_EQ(m.unlock(), checked_unlock::released);
  EXPECT_EQ(m.unlock(), checked_unlock::not_owner);
}

TEST(ErrorCheckingMutex, AnUnlockByAnotherThreadChangesNothing) {
  error_checking_mutex m;
  EXPECT_EQ(unlock_elsewhere(m), checked_unlock::not_owner);
  ASSERT_EQ(m.lock(), checked_lock::acquired);
  EXPECT_EQ(unlock_elsewhere(m), checked_unlock::not_owner);
  EXPECT_FALSE(elsewhere([&] { return m.try_lock(); }));
  EXPECT_EQ(m.unlock(), checked_unlock::released);
}

TEST(ErrorCheckingMutex, ATryThatSucceedsOwnsIt) {
  error_checking_mutex m;
  ASSERT_TRUE(m.try_lock());
  EXPECT_EQ(m.lock(), checked_lock::deadlock);
  EXPECT_EQ(m.unlock(), checked_unlock::released);
}

TEST(ErrorCheckingMutex, ATimedLockThatGaveUpDoesNotOwnIt) {
  error_checking_mutex m;
  ASSERT_EQ(m.lock(), checked_lock::acquired);
  EXPECT_TRUE(elsewhere([&] { return m.try_lock_for(1ms) == checked_lock::timed_out && m.unlock() == checked_unlock::not_owner; }));
  EXPECT_EQ(m.unlock(), checked_unlock::released);
}

TEST(ErrorCheckingMutex, AChildOfAForkDoesNotOwnWhatItsParentOwns) {
  const shared_object<process_shared_error_checking_mutex> m;
  ASSERT_EQ(m->lock(), checked_lock::acquired);
  EXPECT_EQ(await_child(fork_child(
                [&] { return m->unlock() == checked_unlock::not_owner && m->try_lock_for(1ms) == checked_lock::timed_out ? 0 : 1; })),
            0);
  EXPECT_EQ(m->unlock(), checked_unlock::released);
}

}  // namespace
}  // namespace holdfast
