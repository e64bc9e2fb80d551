// mcs_mutex: its contract, its order, its nodes and those that are left in its queue, on real threads.
#include "impl/mcs_mutex.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <latch>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <type_traits>
#include <vector>

#include "impl/linux/deadline.h"
#include "tests/asleep.h"
#include "tests/lock_contract.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

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

// With a new node for each call, which lasts as long as the mutex: whoever gives up leaves it, and the thread may end.
template <class Mutex>
class with_lasting_nodes {
 public:
  void lock() noexcept {
    auto& mine = new_node();
    mutex_.lock(mine);
    owner_ = &mine;
  }
  bool try_lock() noexcept {
    return owned_if([&](auto& mine) { return mutex_.try_lock(mine); });
  }
  template <class Time>
  bool try_lock_until(const Time& until) noexcept {
    return owned_if([&](auto& mine) { return mutex_.try_lock_until(mine, until); });
  }
  template <class Duration>
  bool try_lock_for(const Duration& duration) noexcept {
    return owned_if([&](auto& mine) { return mutex_.try_lock_for(mine, duration); });
  }
  void unlock() noexcept { mutex_.unlock(*owner_); }

 private:
  auto& new_node() {
    const std::scoped_lock hold(adding_);
    return nodes_.emplace_back();
  }
  template <class Try>
  bool owned_if(const Try& attempt) {
    auto& mine = new_node();
    if (!attempt(mine)) return false;
    owner_ = &mine;
    return true;
  }

  Mutex mutex_;
  std::mutex adding_;
  std::deque<typename Mutex::timed_node> nodes_;
  typename Mutex::timed_node* owner_ = nullptr;
};
using mcs_mutexes_with_lasting_nodes = testing::Types<with_lasting_nodes<mcs_mutex>, with_lasting_nodes<without_spin>>;
INSTANTIATE_TYPED_TEST_SUITE_P(Mcs, TimedLockContract, mcs_mutexes_with_lasting_nodes);

static_assert(sizeof(mcs_mutex) == 8 && sizeof(mcs_mutex::node) == 16);
static_assert(std::is_trivially_destructible_v<mcs_mutex> && std::is_trivially_destructible_v<mcs_mutex::node>);
static_assert(sizeof(mcs_mutex::timed_node) == 24 && !std::is_copy_constructible_v<mcs_mutex::timed_node>);
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

TEST(McsMutex, WhoeverComesBackInTimeHasItsOldPlace) {
  mcs_mutex m;
  std::vector<int> order;
  std::vector<sleeper> waiters(2);
  std::latch gave_up(1), come_back(1);
  std::optional<mcs_mutex::guard> hold(m);
  std::thread first([&] {
    mcs_mutex::timed_node mine;
    EXPECT_FALSE(m.try_lock_for(mine, 1ms));
    EXPECT_FALSE(m.try_lock(mine));
    EXPECT_TRUE(mine.is_queued());
    gave_up.count_down();
    come_back.wait();
    waiters[0].is_me();
    m.lock(mine);
    EXPECT_FALSE(mine.is_queued());
    order.push_back(0);
    m.unlock(mine);
  });
  gave_up.wait();
  std::thread second([&] {
    waiters[1].is_me();
    const mcs_mutex::guard mine(m);
    order.push_back(1);
  });
  waiters[1].await_sleep();
  come_back.count_down();
  waiters[0].await_sleep();
  hold.reset();
  first.join();
  second.join();
  EXPECT_EQ(order, (std::vector{0, 1}));
}

TEST(McsMutex, NodesThatWereLeftArePassedOver) {
  mcs_mutex m;
  mcs_mutex::timed_node left[3];
  sleeper waiter;
  std::thread t;
  {
    const mcs_mutex::guard hold(m);
    for (mcs_mutex::timed_node& node : std::span(left).first(2)) {
      EXPECT_FALSE(elsewhere([&] { return m.try_lock_for(node, 1ms); }));
    }
    t = std::thread([&] {
      waiter.is_me();
      const mcs_mutex::guard mine(m);
      EXPECT_FALSE(left[0].is_queued() || left[1].is_queued());
      EXPECT_FALSE(elsewhere([&] { return m.try_lock_for(left[2], 1ms); }));
      EXPECT_TRUE(mine.has_waiters());
    });
    waiter.await_sleep();
    EXPECT_TRUE(left[0].is_queued() && left[1].is_queued());
  }
  t.join();
  EXPECT_FALSE(left[2].is_queued());
  ASSERT_TRUE(m.try_lock(left[2]));
  m.unlock(left[2]);
}

// By its end, or before.
void leave_and_wait(bool withdraw) {
  mcs_mutex m;
  sleeper leaver;
  std::optional<mcs_mutex::guard> hold(m);
  std::atomic<bool> ended{false};
  std::thread t([&] {
    {
      mcs_mutex::timed_node mine;
      EXPECT_FALSE(m.try_lock_for(mine, 1ms));
      leaver.is_me();
      if (withdraw) mine.withdraw();
      ended = withdraw;
      EXPECT_EQ(mine.is_queued(), !withdraw);
    }
    ended = true;
  });
  leaver.await_sleep();
  EXPECT_FALSE(ended);
  hold.reset();
  t.join();
  EXPECT_TRUE(elsewhere([&] { return mcs_mutex::guard(m, std::try_to_lock).owns_lock(); }));
}

TEST(McsMutex, TheEndOfANodeThatWasLeftWaitsForItsTurn) { leave_and_wait(false); }

TEST(McsMutex, ANodeThatIsWithdrawnWaitsForItsTurn) { leave_and_wait(true); }

TEST(McsMutex, MayBeFreedBeforeANodeThatWasPassedOver) {
  auto m = std::make_unique<mcs_mutex>();
  std::latch is_held(1), unlock(1);
  std::thread t([&] {
    const mcs_mutex::guard hold(*m);
    is_held.count_down();
    unlock.wait();
  });
  is_held.wait();
  mcs_mutex::timed_node mine;
  EXPECT_FALSE(m->try_lock_for(mine, 1ms));
  unlock.count_down();
  t.join();
  m.reset();
  EXPECT_FALSE(mine.is_queued());
}

TEST(McsMutex, ATimedGuardOwnsItIfItGotItInTime) {
  mcs_mutex m;
  mcs_mutex::timed_node nodes[2];
  {
    const mcs_mutex::timed_guard hold(m, nodes[0], 0ms);
    EXPECT_TRUE(hold.owns_lock());
    EXPECT_FALSE(hold.has_waiters());
    EXPECT_FALSE(elsewhere([&] { return mcs_mutex::timed_guard(m, nodes[1], std::chrono::system_clock::now()).owns_lock(); }));
    EXPECT_TRUE(hold.has_waiters());
  }
  EXPECT_TRUE(elsewhere([&] { return mcs_mutex::timed_guard(m, nodes[1], linux_deadline::after(1h)).owns_lock(); }));
}

// Deadlines as short as the sections, so that threads give up and come back at every point of the others' ways, and nodes end in the queue.
TEST(McsMutex, ProtectsACounterWhileThreadsGiveUp) {
  without_spin m;
  std::int64_t counter = 0;
  std::atomic<std::int64_t> taken{0}, given_up{0};
  const auto count = [&](without_spin::node& mine) {
    if (++counter % 8 == 0) std::this_thread::sleep_for(20us);
    ++taken;
    m.unlock(mine);
  };
  const auto gives_up = [&] {
    for (int i = 0; i < 200; ++i) {
      without_spin::timed_node mine;
      for (int tries = 0; tries < 8; ++tries) {
        if (m.try_lock_for(mine, std::chrono::microseconds(i))) count(mine);
        else ++given_up;
      }
    }
  };
  const auto waits = [&] {
    for (int i = 0; i < 1'000; ++i) {
      without_spin::node mine;
      m.lock(mine);
      count(mine);
    }
  };
  std::vector<std::thread> running;
  for (int n = 0; n < 2; ++n) {
    running.emplace_back(gives_up);
    running.emplace_back(waits);
  }
  for (std::thread& t : running) t.join();
  EXPECT_EQ(counter, taken.load());
  EXPECT_EQ(counter + given_up, 2 * 200 * 8 + 2 * 1'000);
  EXPECT_GT(given_up, 0);
}

}  // namespace
}  // namespace holdfast
