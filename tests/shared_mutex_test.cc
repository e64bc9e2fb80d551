// shared_mutex: the contract of a SharedTimedMutex, on real threads and processes, with each policy.
#include "impl/shared_mutex.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <shared_mutex>
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

template <shared_policy Policy, scope Scope = scope::process_private, unsigned Spin = shared_mutex_default_spin>
using lock_with = basic_shared_mutex<linux_platform, Scope, Policy, Spin>;

template <class Mutex>
class SharedMutexContract : public testing::Test {
 protected:
  // What another thread gets from the mutex now.
  template <class Attempt>
  static bool elsewhere(Attempt attempt) {
    bool result = false;
    std::thread([&] { result = attempt(); }).join();
    return result;
  }
  static bool can_be_owned(Mutex& m) {
    return elsewhere([&] {
      const std::unique_lock hold(m, std::try_to_lock);
      return hold.owns_lock();
    });
  }
  static bool can_be_shared(Mutex& m) {
    return elsewhere([&] {
      const std::shared_lock hold(m, std::try_to_lock);
      return hold.owns_lock();
    });
  }

  Mutex m_;
};

using mutexes = testing::Types<lock_with<shared_policy::phase_fair>, lock_with<shared_policy::prefer_writers>,
                               lock_with<shared_policy::prefer_readers>, lock_with<shared_policy::phase_fair, scope::process_shared>,
                               lock_with<shared_policy::phase_fair, scope::process_private, 0>>;
class mutex_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    constexpr const char* names[] = {"phase_fair", "prefer_writers", "prefer_readers", "shared_between_processes", "without_spin"};
    return names[i];
  }
};
TYPED_TEST_SUITE(SharedMutexContract, mutexes, mutex_names);

template <class Mutex>
constinit Mutex constant_initialised;

TYPED_TEST(SharedMutexContract, IsFourBytesWithoutConstructionOrDestructionAtRunTime) {
  static_assert(sizeof(TypeParam) == 4 && alignof(TypeParam) == 4);
  static_assert(std::is_trivially_destructible_v<TypeParam>);
  static_assert(std::is_nothrow_default_constructible_v<TypeParam>);
  static_assert(std::is_standard_layout_v<TypeParam>);
  static_assert(!std::is_copy_constructible_v<TypeParam> && !std::is_copy_assignable_v<TypeParam>);
  const std::shared_lock hold(constant_initialised<TypeParam>);
  EXPECT_FALSE(this->can_be_owned(constant_initialised<TypeParam>));
}

TYPED_TEST(SharedMutexContract, IsFreeAtFirst) {
  EXPECT_TRUE(this->can_be_owned(this->m_));
  EXPECT_TRUE(this->can_be_shared(this->m_));
}

TYPED_TEST(SharedMutexContract, AnOwnerExcludesEverybody) {
  const std::unique_lock hold(this->m_);
  EXPECT_FALSE(this->can_be_owned(this->m_));
  EXPECT_FALSE(this->can_be_shared(this->m_));
}

TYPED_TEST(SharedMutexContract, AReaderExcludesWritersOnly) {
  const std::shared_lock hold(this->m_);
  EXPECT_FALSE(this->can_be_owned(this->m_));
  EXPECT_TRUE(this->can_be_shared(this->m_));
}

TYPED_TEST(SharedMutexContract, IsFreeAfterUnlock) {
  std::scoped_lock(this->m_);
  std::shared_lock(this->m_).unlock();
  EXPECT_TRUE(this->can_be_owned(this->m_));
}

TYPED_TEST(SharedMutexContract, AWriterSleepsUntilTheLastReaderLeaves) {
  this->m_.lock_shared();
  sleeper waiter;
  std::atomic<bool> owns{false};
  std::thread t([&] {
    waiter.is_me();
    const std::scoped_lock hold(this->m_);
    owns = true;
  });
  waiter.await_sleep();
  EXPECT_FALSE(owns);
  this->m_.unlock_shared();
  t.join();
  EXPECT_TRUE(owns);
}

TYPED_TEST(SharedMutexContract, AllSleepersGetTheirTurn) {
  this->m_.lock();
  std::vector<sleeper> waiters(8);
  std::vector<std::thread> threads;
  std::atomic<int> served{0};
  for (std::size_t i = 0; i < waiters.size(); ++i) {
    threads.emplace_back([&, i] {
      waiters[i].is_me();
      if (i % 2 == 0) {
        const std::scoped_lock hold(this->m_);
        ++served;
      } else {
        const std::shared_lock hold(this->m_);
        ++served;
      }
    });
    waiters[i].await_sleep();
  }
  EXPECT_EQ(served, 0);
  this->m_.unlock();
  for (std::thread& t : threads) t.join();
  EXPECT_EQ(served, 8);
  EXPECT_TRUE(this->can_be_owned(this->m_));
}

TYPED_TEST(SharedMutexContract, TimedFormsGiveUpNotBeforeTheirDeadlines) {
  const std::unique_lock hold(this->m_);
  const auto steady = steady_clock::now() + 2ms;
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock_until(steady); }));
  EXPECT_GE(steady_clock::now(), steady);
  const auto system = system_clock::now() + 2ms;
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock_shared_until(system); }));
  EXPECT_GE(system_clock::now(), system);
  const auto start = steady_clock::now();
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock_shared_for(2ms); }));
  EXPECT_FALSE(this->elsewhere([&] { return this->m_.try_lock_for(2ms); }));
  EXPECT_GE(steady_clock::now() - start, 4ms);
}

TYPED_TEST(SharedMutexContract, TimedFormsTakeAFreeMutexAfterTheirDeadline) {
  ASSERT_TRUE(this->m_.try_lock_shared_until(steady_clock::time_point::min()));
  this->m_.unlock_shared();
  ASSERT_TRUE(this->m_.try_lock_until(steady_clock::time_point::min()));
  this->m_.unlock();
}

TYPED_TEST(SharedMutexContract, TimedFormsThatSleptGetTheMutex) {
  this->m_.lock();
  sleeper writer, reader;
  bool owned = false, shared = false;
  std::thread w([&] {
    writer.is_me();
    owned = this->m_.try_lock_for(1h);
    if (owned) this->m_.unlock();
  });
  std::thread r([&] {
    reader.is_me();
    shared = this->m_.try_lock_shared_for(1h);
    if (shared) this->m_.unlock_shared();
  });
  writer.await_sleep();
  reader.await_sleep();
  this->m_.unlock();
  w.join();
  r.join();
  EXPECT_TRUE(owned && shared);
}

TYPED_TEST(SharedMutexContract, AWriterThatGivesUpLetsReadersIn) {
  this->m_.lock_shared();
  sleeper writer;
  std::thread w([&] {
    writer.is_me();
    EXPECT_FALSE(this->m_.try_lock_for(20ms));
  });
  EXPECT_TRUE(this->elsewhere([&] { return this->m_.try_lock_shared_for(1h) && (this->m_.unlock_shared(), true); }));
  w.join();
  EXPECT_TRUE(this->can_be_shared(this->m_));
  this->m_.unlock_shared();
  EXPECT_TRUE(this->can_be_owned(this->m_));
}

TYPED_TEST(SharedMutexContract, ProtectsACounterUnderStress) {
  constexpr int threads = 8;
  constexpr int rounds = 10'000;
  std::int64_t counter = 0, copy = 0;
  std::atomic<std::int64_t> written{0};
  std::vector<std::thread> running;
  for (int n = 0; n < threads; ++n) {
    running.emplace_back([&, n] {
      for (int i = 0; i < rounds; ++i) {
        // Every form of taking it, in a different rotation for each thread.
        const int form = (i + n) % 8;
        bool held = true;
        switch (form) {
          case 0: this->m_.lock(); break;
          case 1: held = this->m_.try_lock(); break;
          case 2: held = this->m_.try_lock_for(1us); break;
          case 3: held = this->m_.try_lock_until(system_clock::now() + 1h); break;
          case 4: this->m_.lock_shared(); break;
          case 5: held = this->m_.try_lock_shared(); break;
          case 6: held = this->m_.try_lock_shared_for(1us); break;
          case 7: held = this->m_.try_lock_shared_until(system_clock::now() + 1h); break;
        }
        if (!held) continue;
        if (form < 4) {
          ++counter;
          ++copy;
          ++written;
          this->m_.unlock();
        } else {
          EXPECT_EQ(counter, copy);
          this->m_.unlock_shared();
        }
      }
    });
  }
  for (std::thread& t : running) t.join();
  EXPECT_EQ(counter, written.load());
  EXPECT_GE(counter, threads * rounds / 4) << "lock and the patient timed lock always take it";
  EXPECT_TRUE(this->can_be_owned(this->m_));
}

// What tells the policies apart.
template <class Mutex>
bool a_late_reader_gets_in() {
  Mutex m;
  m.lock_shared();
  sleeper writer;
  std::thread w([&] {
    writer.is_me();
    const std::scoped_lock hold(m);
  });
  writer.await_sleep();
  bool in = false;
  std::thread([&] {
    in = m.try_lock_shared();
    if (in) m.unlock_shared();
  }).join();
  m.unlock_shared();
  w.join();
  return in;
}

TEST(SharedMutexPolicy, AReaderPassesAWriterThatWaitsOnlyIfReadersArePreferred) {
  EXPECT_FALSE(a_late_reader_gets_in<lock_with<shared_policy::phase_fair>>());
  EXPECT_FALSE(a_late_reader_gets_in<lock_with<shared_policy::prefer_writers>>());
  EXPECT_TRUE(a_late_reader_gets_in<lock_with<shared_policy::prefer_readers>>());
}

template <class Mutex>
std::string order_after_a_writer() {
  Mutex m;
  std::string order;
  m.lock();
  sleeper writer, reader;
  std::thread w([&] {
    writer.is_me();
    const std::scoped_lock hold(m);
    order += 'w';
  });
  writer.await_sleep();
  std::thread r([&] {
    reader.is_me();
    const std::shared_lock hold(m);
    order += 'r';
  });
  reader.await_sleep();
  m.unlock();
  w.join();
  r.join();
  return order;
}

TEST(SharedMutexPolicy, AfterAWriterTheReadersThatWaitAreNextUnlessWritersArePreferred) {
  EXPECT_EQ(order_after_a_writer<lock_with<shared_policy::phase_fair>>(), "rw");
  EXPECT_EQ(order_after_a_writer<lock_with<shared_policy::prefer_readers>>(), "rw");
  EXPECT_EQ(order_after_a_writer<lock_with<shared_policy::prefer_writers>>(), "wr");
}

TEST(ProcessSharedSharedMutex, ProtectsACounterOfFourProcesses) {
  constexpr int processes = 4;
  constexpr int rounds = 20'000;
  struct guarded {
    std::int64_t counter = 0;
    process_shared_shared_mutex mutex;
  };
  const shared_object<guarded> shared;
  std::vector<pid_t> children;
  shared->mutex.lock();  // all start together
  for (int n = 0; n < processes; ++n) {
    children.push_back(fork_child([&, n] {
      std::int64_t last = 0;
      for (int i = 0; i < rounds; ++i) {
        if ((i + n) % 4 == 0) {
          const std::scoped_lock hold(shared->mutex);
          ++shared->counter;
        } else {
          const std::shared_lock hold(shared->mutex);
          if (shared->counter < last) return 1;
          last = shared->counter;
        }
      }
      return 0;
    }));
    await_sleep_of(children.back(), children.back());
  }
  shared->mutex.unlock();
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
  EXPECT_EQ(shared->counter, processes * rounds / 4);
}

template <class Mutex>
class SharedMutexDeathTest : public testing::Test {};
TYPED_TEST_SUITE(SharedMutexDeathTest, mutexes, mutex_names);

TYPED_TEST(SharedMutexDeathTest, UnlocksOfAFreeMutexEndTheProgramWithAMessage) {
  TypeParam m;
  EXPECT_EXIT(m.unlock(), testing::KilledBySignal(SIGABRT), "^holdfast: shared_mutex: unlock of a mutex that no writer holds\n$");
  EXPECT_EXIT(m.unlock_shared(), testing::KilledBySignal(SIGABRT),
              "^holdfast: shared_mutex: unlock_shared of a mutex that nobody shares\n$");
}

}  // namespace
}  // namespace holdfast
