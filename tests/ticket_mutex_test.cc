// ticket_mutex: its contract, its order, and its sleepers' bits, on real threads and processes.
#include "impl/ticket_mutex.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/asleep.h"
#include "tests/lock_contract.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using without_spin = basic_ticket_mutex<linux_platform, scope::process_private, 0>;
using one_bit = basic_ticket_mutex<linux_platform, scope::process_private, 0, 1>;
using ticket_mutexes = testing::Types<ticket_mutex, process_shared_ticket_mutex, without_spin, one_bit>;
INSTANTIATE_TYPED_TEST_SUITE_P(Ticket, LockContract, ticket_mutexes);
INSTANTIATE_TYPED_TEST_SUITE_P(Ticket, TimedLockContract, ticket_mutexes);

static_assert(sizeof(process_shared_ticket_mutex) == 8 && alignof(ticket_mutex) == 4);

// So many sleep, in a known order; the order in which they were served.
template <class Mutex>
std::vector<int> order_of_service(int threads) {
  Mutex m;
  std::vector<int> order;
  m.lock();
  std::vector<sleeper> waiters(static_cast<std::size_t>(threads));
  std::vector<std::thread> running;
  for (int n = 0; n < threads; ++n) {
    sleeper& waiter = waiters[static_cast<std::size_t>(n)];
    running.emplace_back([&, n] {
      waiter.is_me();
      const std::scoped_lock hold(m);
      order.push_back(n);
    });
    waiter.await_sleep();
  }
  m.unlock();
  for (std::thread& t : running) t.join();
  return order;
}

std::vector<int> numbers_below(int n) {
  std::vector<int> numbers;
  for (int i = 0; i < n; ++i) numbers.push_back(i);
  return numbers;
}

TEST(TicketMutex, ServesSleepersInTheOrderInWhichTheyCame) { EXPECT_EQ(order_of_service<ticket_mutex>(8), numbers_below(8)); }

TEST(TicketMutex, ServesMoreSleepersThanThereAreBitsInOrder) {
  EXPECT_EQ(order_of_service<without_spin>(40), numbers_below(40));
  EXPECT_EQ(order_of_service<one_bit>(8), numbers_below(8));
}

TEST(TicketMutex, WhoUnlocksAndLocksAgainFindsTheSleeperServed) {
  ticket_mutex m;
  bool served = false;
  m.lock();
  sleeper waiter;
  std::thread t([&] {
    waiter.is_me();
    const std::scoped_lock hold(m);
    served = true;
  });
  waiter.await_sleep();
  m.unlock();
  m.lock();
  EXPECT_TRUE(served);
  m.unlock();
  t.join();
}

TEST(TicketMutex, ATryDoesNotOvertakeASleeper) {
  ticket_mutex m;
  m.lock();
  sleeper waiter;
  std::thread t([&] {
    waiter.is_me();
    const std::scoped_lock hold(m);
    EXPECT_FALSE(elsewhere([&] { return m.try_lock(); }));
  });
  waiter.await_sleep();
  m.unlock();
  t.join();
}

// Those that come later have tickets.
TEST(TicketMutex, WhoeverMayGiveUpComesAfterAllTickets) {
  without_spin m;
  std::vector<int> order;
  std::vector<sleeper> waiters(3);
  std::vector<std::thread> running;
  m.lock();
  running.emplace_back([&] {
    waiters[0].is_me();
    ASSERT_TRUE(m.try_lock_for(std::chrono::hours(1)));
    order.push_back(0);
    m.unlock();
  });
  waiters[0].await_sleep();
  for (int n = 1; n < 3; ++n) {
    sleeper& waiter = waiters[static_cast<std::size_t>(n)];
    running.emplace_back([&, n] {
      waiter.is_me();
      const std::scoped_lock hold(m);
      order.push_back(n);
    });
    waiter.await_sleep();
  }
  m.unlock();
  for (std::thread& t : running) t.join();
  EXPECT_EQ(order, (std::vector{1, 2, 0}));
}

TEST(TicketMutex, AllThatMayGiveUpAreWokenByTheLastTicket) {
  constexpr int threads = 6;
  ticket_mutex m;
  int counter = 0;
  std::vector<sleeper> waiters(threads);
  std::vector<std::thread> running;
  m.lock();
  for (sleeper& waiter : waiters) {
    running.emplace_back([&] {
      waiter.is_me();
      ASSERT_TRUE(m.try_lock_for(std::chrono::hours(1)));
      ++counter;
      m.unlock();
    });
    waiter.await_sleep();
  }
  m.unlock();
  for (std::thread& t : running) t.join();
  EXPECT_EQ(counter, threads);
}

// Deadlines as short as the sections, so that threads give up at every point of the others' ways.
TEST(TicketMutex, ProtectsACounterWhileThreadsGiveUp) {
  constexpr int threads = 4;
  constexpr int rounds = 1'000;
  without_spin m;
  std::int64_t counter = 0;
  std::atomic<std::int64_t> given_up{0};
  std::vector<std::thread> running;
  for (int n = 0; n < threads; ++n) {
    running.emplace_back([&, n] {
      for (int i = 0; i < rounds; ++i) {
        if (n % 2 == 0) {
          m.lock();
        } else if (!m.try_lock_for(std::chrono::microseconds(i % 256))) {
          ++given_up;
          continue;
        }
        if (++counter % 8 == 0) std::this_thread::sleep_for(std::chrono::microseconds(20));
        m.unlock();
      }
    });
  }
  for (std::thread& t : running) t.join();
  EXPECT_EQ(counter + given_up, threads * rounds);
  EXPECT_GT(given_up, 0);
}

TEST(TicketMutex, TheOwnerSeesWhetherAnybodyWaits) {
  ticket_mutex m;
  m.lock();
  EXPECT_FALSE(m.has_waiters());
  sleeper waiter;
  std::thread t([&] {
    waiter.is_me();
    const std::scoped_lock hold(m);
  });
  waiter.await_sleep();
  EXPECT_TRUE(m.has_waiters());
  m.unlock();
  t.join();
}

TEST(TicketMutex, ProtectsACounterOfFourProcesses) {
  struct guarded {
    std::int64_t counter = 0;
    process_shared_ticket_mutex mutex;
  };
  constexpr int rounds = 5'000;
  const shared_object<guarded> shared;
  shared->mutex.lock();  // all start together
  std::vector<pid_t> children;
  for (int n = 0; n < 4; ++n) {
    children.push_back(fork_child([&] {
      for (int i = 0; i < rounds; ++i) {
        const std::scoped_lock hold(shared->mutex);
        ++shared->counter;
      }
      return 0;
    }));
    await_sleep_of(children.back(), children.back());
  }
  shared->mutex.unlock();
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
  EXPECT_EQ(shared->counter, 4 * rounds);
}

TEST(TicketMutexDeathTest, UnlockOfAFreeMutexEndsTheProgramWithAMessage) {
  ticket_mutex m;
  EXPECT_EXIT(m.unlock(), testing::KilledBySignal(SIGABRT), "^holdfast: ticket_mutex: unlock of a mutex that nobody holds\n$");
}

}  // namespace
}  // namespace holdfast
