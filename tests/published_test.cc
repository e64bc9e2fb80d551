// The published algorithms run on the real platform, too: the text that is explored is text that works.
#include <gtest/gtest.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "impl/linux/linux_platform.h"
#include "models/published/mcs_lock.h"
#include "models/published/musl_file_lock.h"
#include "models/published/mutex1.h"
#include "models/published/mutex2.h"
#include "models/published/mutex3.h"
#include "models/published/peterson.h"
#include "models/published/ticket_lock.h"
#include "models/published/treiber_stack.h"
#include "models/published/ttas_lock.h"
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
                   musl_file_lock<linux_platform, musl_version::as_shipped>, musl_file_lock<linux_platform, musl_version::as_fixed>>;
class mutex_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    constexpr const char* names[] = {"mutex1", "mutex2", "mutex3", "musl_as_shipped", "musl_as_fixed"};
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

}  // namespace
}  // namespace holdfast::published
