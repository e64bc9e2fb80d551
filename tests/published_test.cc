// The published algorithms run on the real platform, too: the text that is explored is text that works.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "impl/linux/linux_platform.h"
#include "models/published/futex_condvar.h"
#include "models/published/gallir_semaphore.h"
#include "models/published/glibc_mutex.h"
#include "models/published/glibc_semaphore.h"
#include "models/published/hotspot_parker.h"
#include "models/published/libcxx_atomic_wait.h"
#include "models/published/libcxx_semaphore.h"
#include "models/published/libstdcxx_atomic_wait.h"
#include "models/published/libstdcxx_semaphore.h"
#include "models/published/mcs_lock.h"
#include "models/published/musl_file_lock.h"
#include "models/published/musl_lock.h"
#include "models/published/musl_once.h"
#include "models/published/musl_semaphore.h"
#include "models/published/mutex1.h"
#include "models/published/mutex2.h"
#include "models/published/mutex3.h"
#include "models/published/peterson.h"
#include "models/published/ticket_lock.h"
#include "models/published/treiber_stack.h"
#include "models/published/ttas_lock.h"
#include "models/published/vsync_mutex.h"
#include "tests/asleep.h"

namespace holdfast::published {
namespace {

// Runs the section with the lock held. Which of the two threads it is, and a node for the queue, only some locks want to know.
template <class Lock, class Section>
void with(Lock& lock, unsigned, const Section& section) {
  const std::scoped_lock hold(lock);
  section();
}
template <class Section>
void with(mcs_lock<linux_platform>& lock, unsigned, const Section& section) {
  mcs_lock<linux_platform>::node mine;
  lock.lock(mine);
  section();
  lock.unlock(mine);
}
template <peterson_version Version, class Section>
void with(peterson<linux_platform, Version>& lock, unsigned self, const Section& section) {
  lock.lock(self);
  section();
  lock.unlock(self);
}

// What two threads, each of which counts so often, come to.
template <class Lock>
std::int64_t count_of_two_threads(int rounds) {
  Lock lock;
  std::int64_t counter = 0;
  const auto body = [&](unsigned self) {
    for (int i = 0; i < rounds; ++i) with(lock, self, [&] { ++counter; });
  };
  std::thread other(body, 1);
  body(0);
  other.join();
  return counter;
}

// Two threads and no more: mutex1 tends to keep more of them awake, and the file lock as shipped forgets a third.
template <class Mutex>
class Published : public testing::Test {};

using mutexes =
    testing::Types<mutex1<linux_platform>, mutex2<linux_platform>, mutex3<linux_platform>,
                   musl_file_lock<linux_platform, musl_version::as_shipped>, musl_file_lock<linux_platform, musl_version::as_fixed>,
                   musl_lock<linux_platform, version::as_fixed>, glibc_mutex<linux_platform, version::as_fixed>,
                   vsync_mutex<linux_platform, version::as_fixed>>;
class mutex_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    constexpr const char* names[] = {"mutex1", "mutex2", "mutex3", "musl_as_shipped", "musl_as_fixed",
                                     "musl_lock", "glibc_mutex", "vsync_mutex"};
    return names[i];
  }
};
TYPED_TEST_SUITE(Published, mutexes, mutex_names);

TYPED_TEST(Published, UnlockWakesASleeper) {
  TypeParam m;
  m.lock();
  sleeper waiter;
  int value = 0;
  std::thread t([&] {
    waiter.is_me();
    const std::scoped_lock hold(m);
    ++value;
  });
  waiter.await_sleep();
  value = 41;
  m.unlock();
  t.join();
  EXPECT_EQ(value, 42);
}

TYPED_TEST(Published, ProtectsACounterOfTwoThreads) { EXPECT_EQ(count_of_two_threads<TypeParam>(20'000), 40'000); }

// Few rounds: where there is one processor for both threads, each may cost a time slice.
template <class Lock>
class PublishedSpinning : public testing::Test {};

using spinning_locks = testing::Types<ticket_lock<linux_platform>, ttas_lock<linux_platform>, mcs_lock<linux_platform>,
                                      peterson<linux_platform, peterson_version::sequential>>;
class spinning_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    constexpr const char* names[] = {"ticket_lock", "ttas_lock", "mcs_lock", "peterson"};
    return names[i];
  }
};
TYPED_TEST_SUITE(PublishedSpinning, spinning_locks, spinning_names);

TYPED_TEST(PublishedSpinning, ProtectsACounterOfTwoThreads) { EXPECT_EQ(count_of_two_threads<TypeParam>(300), 600); }

TEST(PublishedTtasLock, TryLockFailsWhileHeld) {
  ttas_lock<linux_platform> lock;
  EXPECT_TRUE(lock.try_lock());
  EXPECT_FALSE(lock.try_lock());
  lock.unlock();
  EXPECT_TRUE(lock.try_lock());
}

// The real world does not name its data.
struct platform_with_names : linux_platform {
  template <class T>
  struct plain : linux_plain<T> {
    plain(const char*, T initial) : linux_plain<T>(initial) {}
  };
};

TEST(PublishedTreiberStack, GivesBackEveryValueOnce) {
  constexpr std::uint32_t values = 2'000;
  treiber_stack<platform_with_names, popped_nodes::kept> stack;
  std::vector<int> seen[2] = {std::vector<int>(2 * values), std::vector<int>(2 * values)};
  const auto body = [&](unsigned self) {
    for (std::uint32_t i = 0; i < values; ++i) {
      stack.push(self * values + i);
      if (std::uint32_t value = 0; i % 4 != 0 && stack.pop(value)) ++seen[self][value];
    }
  };
  std::thread other(body, 1);
  body(0);
  other.join();
  for (std::uint32_t value = 0; stack.pop(value);) ++seen[0][value];
  for (std::uint32_t value = 0; value < 2 * values; ++value) EXPECT_EQ(seen[0][value] + seen[1][value], 1) << value;
}

// The fixed semaphores: a post ends a wait, and one permit is a lock.
struct platform_with_fences : linux_platform {
  static void fence(order o, site) noexcept { std::atomic_thread_fence(o); }
};

template <class Semaphore>
class PublishedSemaphore : public testing::Test {};

using semaphores = testing::Types<gallir_semaphore<linux_platform, version::as_fixed>, glibc_semaphore<linux_platform, version::as_fixed>,
                                  musl_semaphore<linux_platform, version::as_fixed>,
                                  libcxx_semaphore<platform_with_fences, version::as_fixed>,
                                  libstdcxx_semaphore<linux_platform, version::as_fixed>>;
class semaphore_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    constexpr const char* names[] = {"gallir", "glibc", "musl", "libcxx", "libstdcxx"};
    return names[i];
  }
};
TYPED_TEST_SUITE(PublishedSemaphore, semaphores, semaphore_names);

TYPED_TEST(PublishedSemaphore, APostWakesASleeper) {
  TypeParam s(0);
  sleeper waiter;
  int value = 0;
  std::thread t([&] {
    waiter.is_me();
    s.wait();
    ++value;
  });
  waiter.await_sleep();
  value = 41;
  s.post();
  t.join();
  EXPECT_EQ(value, 42);
}

TYPED_TEST(PublishedSemaphore, OnePermitProtectsACounterOfThreeThreads) {
  constexpr int rounds = 5'000;
  TypeParam s(1);
  int counter = 0;
  const auto body = [&] {
    for (int i = 0; i < rounds; ++i) {
      s.wait();
      ++counter;
      s.post();
    }
  };
  std::thread second(body);
  std::thread third(body);
  body();
  second.join();
  third.join();
  EXPECT_EQ(counter, 3 * rounds);
}

// Two threads change a number in turn, each waiting for the other.
template <class Facility>
class PublishedWait : public testing::Test {};

using facilities = testing::Types<libcxx_atomic_wait<platform_with_fences, version::as_fixed>,
                                  libstdcxx_atomic_wait<linux_platform, version::as_fixed>>;
class facility_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    return i == 0 ? "libcxx" : "libstdcxx";
  }
};
TYPED_TEST_SUITE(PublishedWait, facilities, facility_names);

TYPED_TEST(PublishedWait, EachOfTwoThreadsSeesTheOtherTakeItsTurn) {
  constexpr unsigned turns = 2'000;
  TypeParam facility;
  std::atomic<unsigned> turn{0};
  const auto body = [&](unsigned self) {
    for (unsigned mine = self; mine < turns; mine += 2) {
      facility.wait([&] { return turn.load(std::memory_order_acquire) == mine; });
      turn.store(mine + 1, std::memory_order_release);
      facility.notify_all();
    }
  };
  std::thread other(body, 1);
  body(0);
  other.join();
  EXPECT_EQ(turn, turns);
}

TEST(PublishedMuslOnce, InitialisesOnceForAll) {
  for (int round = 0; round < 200; ++round) {
    musl_once<linux_platform, version::as_fixed> once;
    int initialised = 0;
    const auto body = [&] {
      once.call([&] { ++initialised; });
      EXPECT_EQ(initialised, 1);
    };
    std::thread second(body);
    std::thread third(body);
    body();
    second.join();
    third.join();
  }
}

TEST(PublishedHotspotParker, EveryUnparkEndsAPark) {
  constexpr unsigned turns = 2'000;
  hotspot_parker<platform_with_fences, version::as_fixed> parkers[2];
  std::atomic<unsigned> turn{0};
  const auto body = [&](unsigned self) {
    for (unsigned mine = self; mine < turns; mine += 2) {
      while (turn.load(std::memory_order_acquire) != mine) parkers[self].park();
      turn.store(mine + 1, std::memory_order_release);
      parkers[1 - self].unpark();
    }
  };
  std::thread other(body, 1);
  body(0);
  other.join();
  EXPECT_EQ(turn, turns);
}

// A mutex that takes the labels of the model's.
struct labelled_mutex {
  void lock(const char*) { mutex.lock(); }
  void unlock(const char*) { mutex.unlock(); }
  std::mutex mutex;
};

TEST(PublishedFutexCondvar, EachOfTwoThreadsIsSignalledInItsTurn) {
  constexpr unsigned turns = 2'000;
  futex_condvar<linux_platform, condvar_version::with_sequence> changed;
  labelled_mutex mutex;
  unsigned turn = 0;
  const auto body = [&](unsigned self) {
    for (unsigned mine = self; mine < turns; mine += 2) {
      mutex.lock("");
      while (turn != mine) changed.wait(mutex);
      ++turn;
      mutex.unlock("");
      changed.signal();
    }
  };
  std::thread other(body, 1);
  body(0);
  other.join();
  EXPECT_EQ(turn, turns);
}

}  // namespace
}  // namespace holdfast::published
