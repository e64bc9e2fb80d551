// mcs_mutex: its contract, its order and its nodes, on real threads.
#include "impl/mcs_mutex.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdlib>
#include <mutex>
#include <thread>
#include <type_traits>
#include <vector>

#include "tests/asleep.h"
#include "tests/lock_contract.h"

namespace holdfast {
namespace {

// With a node of each thread's own behind lock() and unlock(), for what knows nothing of nodes. A thread that holds several takes one more.
template <class Mutex>
class with_hidden_nodes {
  struct entry {
    typename Mutex::node node;
    const void* of = nullptr;
  };
  static entry& entry_of(const void* owner) {
    static thread_local entry entries[4];
    for (entry& e : entries)
      if (e.of == owner) return e;
    std::abort();
  }

 public:
  void lock() noexcept {
    entry& mine = entry_of(nullptr);
    mine.of = this;
    mutex_.lock(mine.node);
  }
  bool try_lock() noexcept {
    entry& mine = entry_of(nullptr);
    if (!mutex_.try_lock(mine.node)) return false;
    mine.of = this;
    return true;
  }
  void unlock() noexcept {
    entry& mine = entry_of(this);
    mine.of = nullptr;
    mutex_.unlock(mine.node);
  }

 private:
  Mutex mutex_;
};

using without_spin = basic_mcs_mutex<linux_platform, 0>;
using mcs_mutexes = testing::Types<with_hidden_nodes<mcs_mutex>, with_hidden_nodes<without_spin>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Mcs, LockContract, mcs_mutexes);
GTEST_ALLOW_UNINSTANTIATED_PARAMETERIZED_TEST(TimedLockContract);

static_assert(sizeof(mcs_mutex) == 8 && sizeof(mcs_mutex::node) == 16);
static_assert(std::is_trivially_destructible_v<mcs_mutex> && std::is_trivially_destructible_v<mcs_mutex::node>);
static_assert(!std::is_copy_constructible_v<mcs_mutex::node> && !std::is_copy_constructible_v<mcs_mutex::guard>);

constinit mcs_mutex constant;

TEST(McsMutex, AGuardOwnsItUntilItsEnd) {
  {
    const mcs_mutex::guard hold(constant);
    EXPECT_TRUE(hold.owns_lock());
    EXPECT_FALSE(elsewhere([] { return mcs_mutex::guard(constant, std::try_to_lock).owns_lock(); }));
  }
  EXPECT_TRUE(elsewhere([] { return mcs_mutex::guard(constant, std::try_to_lock).owns_lock(); }));
}

TEST(McsMutex, ANodeMayBeUsedAgain) {
  mcs_mutex m;
  mcs_mutex::node node;
  for (int i = 0; i < 3; ++i) {
    m.lock(node);
    m.unlock(node);
    ASSERT_TRUE(m.try_lock(node));
    m.unlock(node);
  }
}

TEST(McsMutex, ServesSleepersInTheOrderInWhichTheyCame) {
  constexpr std::size_t threads = 8;
  mcs_mutex m;
  std::vector<std::size_t> order;
  std::vector<std::size_t> expected;
  std::vector<sleeper> waiters(threads);
  std::vector<std::thread> running;
  {
    const mcs_mutex::guard hold(m);
    for (std::size_t n = 0; n < threads; ++n) {
      expected.push_back(n);
      running.emplace_back([&, n] {
        waiters[n].is_me();
        const mcs_mutex::guard mine(m);
        order.push_back(n);
      });
      waiters[n].await_sleep();
    }
    EXPECT_TRUE(hold.has_waiters());
  }
  for (std::thread& t : running) t.join();
  EXPECT_EQ(order, expected);
}

TEST(McsMutex, TheOwnerSeesWhetherAnybodyWaits) {
  mcs_mutex m;
  const mcs_mutex::guard hold(m);
  EXPECT_FALSE(hold.has_waiters());
}

// The wake for a node comes when the node's frame is gone, or is another's: each takes it from the other as fast as it can.
TEST(McsMutex, NodesMayEndAsSoonAsUnlockReturns) {
  mcs_mutex m;
  int counter = 0;
  const auto body = [&] {
    for (int i = 0; i < 20'000; ++i) {
      const mcs_mutex::guard hold(m);
      ++counter;
    }
  };
  std::thread other(body);
  std::thread third(body);
  body();
  other.join();
  third.join();
  EXPECT_EQ(counter, 60'000);
}

}  // namespace
}  // namespace holdfast
