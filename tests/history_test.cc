// Histories of real threads and processes are runs of the specification; those of broken mutexes are not.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <thread>
#include <vector>

#include "checker/history/judge.h"
#include "impl/mutex.h"
#include "models/spec/mutex.h"
#include "tests/asleep.h"
#include "tests/processes.h"
#include "tests/recorder.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using checker::judge;
using checker::judgement;
using checker::real_time;

constexpr std::size_t callers = 8;
constexpr std::size_t rounds = 6'250;  // 100,000 operations in all

struct shared_run {
  recording<callers + 1, 2 * rounds + 6> record;
  process_shared_mutex mutex;
};

// Every way of taking the mutex, in a different rotation for each caller.
template <class Lane, class Mutex>
void use(Lane& lane, Mutex& m, std::size_t thread) {
  // At first somebody else owns it: one call of each kind that meets an owner, for certain.
  if (lane.try_lock(m)) lane.unlock(m);
  if (lane.try_lock_for(m, 1us)) lane.unlock(m);
  lane.lock(m);
  lane.unlock(m);
  for (std::size_t i = 0; i < rounds; ++i) {
    bool owned = true;
    switch ((i + thread) % 4) {
      case 0:
      case 1: lane.lock(m); break;
      case 2: owned = lane.try_lock(m); break;
      case 3: owned = lane.try_lock_for(m, 2us); break;
    }
    if (owned) lane.unlock(m);
  }
}

void expect_accepted(const mutex_history& h) {
  judge<spec::mutex<>> judge;
  const judgement j = judge(h, real_time<spec::mutex<>>{h});
  EXPECT_TRUE(j.good()) << judge.explain(h);
  EXPECT_GT(h.size(), callers * rounds);
  const auto overlaps = std::count_if(h.begin(), h.end(), [](const mutex_call& c) { return c.end - c.begin > 1; });
  EXPECT_GE(overlaps, static_cast<std::ptrdiff_t>(callers)) << "the first calls overlap for certain";
}

template <class Mutex>
mutex_history history_of_threads() {
  const auto run = std::make_unique<shared_run>();
  Mutex m;
  auto& first = run->record.of(callers + 1);
  first.lock(m);
  std::vector<sleeper> waiters(callers);
  std::vector<std::thread> threads;
  for (std::size_t n = 1; n <= callers; ++n) {
    threads.emplace_back([&, n] {
      waiters[n - 1].is_me();
      use(run->record.of(n), m, n);
    });
    waiters[n - 1].await_sleep();
  }
  first.unlock(m);
  for (std::thread& t : threads) t.join();
  return run->record.history();
}

TEST(History, OfThreadsOnAMutexIsAccepted) { expect_accepted(history_of_threads<mutex>()); }

TEST(History, OfThreadsOnAMutexThatDoesNotSpinIsAccepted) {
  expect_accepted(history_of_threads<basic_mutex<linux_platform, scope::process_private, 0>>());
}

TEST(History, OfProcessesOnASharedMutexIsAccepted) {
  const shared_object<shared_run> run;
  auto& first = run->record.of(callers + 1);
  first.lock(run->mutex);
  std::vector<pid_t> children;
  for (std::size_t n = 1; n <= callers; ++n) {
    children.push_back(fork_child([&] {
      use(run->record.of(n), run->mutex, n);
      return 0;
    }));
    await_sleep_of(children.back(), children.back());
  }
  first.unlock(run->mutex);
  for (const pid_t child : children) EXPECT_EQ(await_child(child), 0);
  expect_accepted(run->record.history());
}

// Broken mutexes. Each meets its other thread inside the lock, so that the defect shows in every run.

using short_recording = recording<2, 4>;

struct verdict {
  mutex_history history;
  judge<spec::mutex<>> judge_;
  judgement given;
  explicit verdict(const short_recording& record) : history(record.history()), given(judge_(history, real_time<spec::mutex<>>{history})) {}
  const mutex_call& culprit() const { return history[given.unexplained]; }
};

// Tests the word, then sets it.
class test_then_set_mutex {
 public:
  explicit test_then_set_mutex(std::barrier<>& both_have_tested) : both_have_tested_(both_have_tested) {}
  void lock() {
    while (held_) std::this_thread::yield();
    both_have_tested_.arrive_and_wait();
    held_ = true;
  }
  void unlock() { held_ = false; }

 private:
  std::barrier<>& both_have_tested_;
  std::atomic<bool> held_{false};
};

TEST(History, OfATestWithoutASetInOneStepIsRejected) {
  std::barrier both(2);
  test_then_set_mutex m(both);
  short_recording record;
  const auto body = [&](unsigned n) {
    record.of(n).lock(m);
    both.arrive_and_wait();
    record.of(n).unlock(m);
  };
  std::thread t(body, 2);
  body(1);
  t.join();
  const verdict v(record);
  EXPECT_FALSE(v.given.accepted);
  EXPECT_EQ(v.culprit().operation, spec::mutex_operation::lock);
}

class mutex_whose_try_always_succeeds : public mutex {
 public:
  bool try_lock() noexcept {
    static_cast<void>(mutex::try_lock());
    return true;
  }
};

TEST(History, OfATryThatAlwaysSucceedsIsRejected) {
  mutex_whose_try_always_succeeds m;
  short_recording record;
  record.of(1).lock(m);
  std::thread([&] { EXPECT_TRUE(record.of(2).try_lock(m)); }).join();
  record.of(1).unlock(m);
  const verdict v(record);
  EXPECT_FALSE(v.given.accepted);
  EXPECT_EQ(v.culprit().thread, 2u);
}

class mutex_that_stays_held : public mutex {
 public:
  void unlock() noexcept {}
};

TEST(History, OfAnUnlockThatDoesNotReleaseIsRejected) {
  mutex_that_stays_held m;
  short_recording record;
  record.of(1).lock(m);
  record.of(1).unlock(m);
  std::thread([&] { EXPECT_FALSE(record.of(2).try_lock(m)); }).join();
  const verdict v(record);
  EXPECT_FALSE(v.given.accepted);
  EXPECT_EQ(v.culprit().operation, spec::mutex_operation::try_lock_busy);
}

class mutex_that_gives_up : public mutex {
 public:
  void lock() noexcept { static_cast<void>(try_lock_for(1ms)); }
};

TEST(History, OfALockThatGivesUpSilentlyIsRejected) {
  mutex_that_gives_up m;
  short_recording record;
  record.of(1).lock(m);
  std::thread([&] { record.of(2).lock(m); }).join();
  record.of(1).unlock(m);
  const verdict v(record);
  EXPECT_FALSE(v.given.accepted);
  EXPECT_EQ(v.culprit().thread, 2u);
}

// Its unlock wakes nobody.
class mutex_without_wake {
 public:
  void lock() {
    while (held_.exchange(1, order::acquire, "L") != 0) futex_wait(&bell_, 0, scope::process_private, linux_deadline::never());
  }
  void unlock() { held_.store(0, order::release, "U"); }
  // For the test to end. The store lets the sleeper's return happen after what the caller did so far.
  void wake() {
    held_.store(0, order::release, "B");
    futex_wake(&bell_, everyone, scope::process_private);
  }

 private:
  static constexpr field fields[] = {{"held", 0, 1, {}}};
  static constexpr layout description{"mutex_without_wake", fields};
  linux_platform::atomic<std::uint32_t> held_{description, 0};
  std::uint32_t bell_ = 0;
};

TEST(History, OfAnUnlockThatWakesNobodyHasAStuckLock) {
  mutex_without_wake m;
  short_recording record;
  record.of(1).lock(m);
  sleeper waiter;
  std::thread t([&] {
    waiter.is_me();
    record.of(2).lock(m);
  });
  waiter.await_sleep();
  record.of(1).unlock(m);
  const verdict v(record);
  m.wake();
  t.join();
  EXPECT_TRUE(v.given.accepted);
  ASSERT_EQ(v.given.stuck.size(), 1u);
  EXPECT_EQ(v.history[v.given.stuck[0]].thread, 2u);
}

}  // namespace
}  // namespace holdfast
