// The published algorithms run on the real platform, too: the text that is explored is text that works.
#include <gtest/gtest.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

#include "impl/linux/linux_platform.h"
#include "models/published/musl_file_lock.h"
#include "models/published/mutex1.h"
#include "models/published/mutex2.h"
#include "models/published/mutex3.h"
#include "tests/asleep.h"

namespace holdfast::published {
namespace {

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

TYPED_TEST(Published, ProtectsACounterOfTwoThreads) {
  constexpr int rounds = 20'000;
  TypeParam m;
  std::int64_t counter = 0;
  const auto body = [&] {
    for (int i = 0; i < rounds; ++i) {
      const std::scoped_lock hold(m);
      ++counter;
    }
  };
  std::thread other(body);
  body();
  other.join();
  EXPECT_EQ(counter, 2 * rounds);
}

}  // namespace
}  // namespace holdfast::published
