// A mutex may be destroyed as soon as nobody will lock it again, even while its last unlocker has not returned (glibc BZ 13690).
//
// The unlocker's releasing write [U1] is its last access: another thread may own the mutex at once, unlock it and unmap its memory. These
// tests do that between the release and what follows it.
#include <gtest/gtest.h>

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "impl/linux/linux_platform.h"
#include "impl/mutex.h"
#include "tests/asleep.h"
#include "tests/processes.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

// A label that can be looked at.
struct visible_site {
  const char* label;
  template <std::size_t N>
  consteval visible_site(const char (&text)[N]) : label(text) {}
};

// What happens right after an operation on a word, and what has happened to one since.
struct {
  std::function<void(std::string_view label)> after;
  std::vector<std::string_view> labels;
} observed;

void saw(visible_site s) {
  observed.labels.push_back(s.label);
  if (observed.after) observed.after(s.label);
}

// linux_platform, but for an observer after every operation.
struct observed_platform {
  using word = linux_platform::word;
  using flag = linux_platform::flag;
  using site = visible_site;
  using deadline = linux_platform::deadline;
  using spinner = linux_platform::spinner;

  template <class T>
  class atomic {
   public:
    constexpr atomic(const layout& l, T initial) noexcept : real_(l, initial) {}
    T load(order o, site s) const noexcept { return watched(real_.load(o, ""), s); }
    void store(T v, order o, site s) noexcept {
      real_.store(v, o, "");
      saw(s);
    }
    T exchange(T v, order o, site s) noexcept { return watched(real_.exchange(v, o, ""), s); }
    bool compare_exchange_strong(T& expected, T v, order success, order failure, site s) noexcept {
      return watched(real_.compare_exchange_strong(expected, v, success, failure, ""), s);
    }
    bool compare_exchange_weak(T& expected, T v, order success, order failure, site s) noexcept {
      return watched(real_.compare_exchange_weak(expected, v, success, failure, ""), s);
    }

   private:
    template <class Result>
    static Result watched(Result r, site s) {
      saw(s);
      return r;
    }
    linux_platform::atomic<T> real_;
  };

  static wait_result wait(atomic<word>& w, word expected, scope who, const deadline& until, site s) noexcept {
    const wait_result r = futex_wait(&w, expected, who, until);
    saw(s);
    return r;
  }
  static void wake(atomic<word>& w, int how_many, scope who, site s) noexcept {
    futex_wake(&w, how_many, who);
    saw(s);
  }
  static void misuse(const char* what) noexcept { linux_platform::misuse(what); }
};

template <scope Scope>
using observed_mutex = basic_mutex<observed_platform, Scope, 0>;

// A release that looks at the word again, as one might write to save a system call.
template <scope Scope>
class looks_back_mutex : public observed_mutex<Scope> {
 public:
  void unlock() noexcept {
    observed_mutex<Scope>::unlock();
    static_cast<void>(observed_mutex<Scope>::try_lock());
  }
};

// Leaves the mutex owned by the caller, and marked as if a thread slept: one announced itself and gave up.
template <class Mutex>
void own_with_a_mark(Mutex& m) {
  m.lock();
  bool gave_up = false;
  std::thread([&] { gave_up = !m.try_lock_for(1us); }).join();
  EXPECT_TRUE(gave_up);
}

// Unlocks, and unmaps the mutex right after the release, as the next owner may.
template <class Mutex>
void unlock_and_lose_the_memory(shared_object<Mutex>& memory, Mutex& m) {
  observed.labels.clear();
  observed.after = [&](std::string_view label) {
    if (label == "U1") memory.unmap();
  };
  m.unlock();
  observed.after = nullptr;
}

template <class Mutex>
class Lifetime : public testing::Test {};
using observed_mutexes = testing::Types<observed_mutex<scope::process_private>, observed_mutex<scope::process_shared>>;
class scope_names {
 public:
  template <class T>
  static std::string GetName(int i) {
    return i == 0 ? "private" : "shared";
  }
};
TYPED_TEST_SUITE(Lifetime, observed_mutexes, scope_names);

TYPED_TEST(Lifetime, UncontendedUnlockEndsWithItsRelease) {
  shared_object<TypeParam> memory;
  TypeParam& m = *memory;
  m.lock();
  unlock_and_lose_the_memory(memory, m);
  EXPECT_EQ(observed.labels, (std::vector<std::string_view>{"U1"}));
}

TYPED_TEST(Lifetime, ContendedUnlockOnlyWakesAfterItsRelease) {
  shared_object<TypeParam> memory;
  TypeParam& m = *memory;
  own_with_a_mark(m);
  unlock_and_lose_the_memory(memory, m);
  EXPECT_EQ(observed.labels, (std::vector<std::string_view>{"U1", "U2"}));
}

using LifetimeDeathTest = testing::Test;

TEST_F(LifetimeDeathTest, AnUnlockThatLooksBackFaults) {
  EXPECT_DEATH(
      {
        shared_object<looks_back_mutex<scope::process_private>> memory;
        looks_back_mutex<scope::process_private>& m = *memory;
        m.lock();
        unlock_and_lose_the_memory(memory, m);
      },
      "");
}

// The shipped mutex, without an observer: a counted object that its last user unmaps, as in the bug report.
template <class Mutex>
void last_user_unmaps(int rounds) {
  struct counted {
    int users = 2;
    Mutex mutex;
  };
  for (int round = 0; round < rounds; ++round) {
    shared_object<counted> memory;
    const auto leave = [&] {
      counted& object = *memory;
      object.mutex.lock();
      const bool last = --object.users == 0;
      object.mutex.unlock();
      if (last) memory.unmap();
    };
    memory->mutex.lock();
    sleeper waiter;
    std::thread t([&] {
      waiter.is_me();
      leave();
    });
    waiter.await_sleep();
    --memory->users;
    memory->mutex.unlock();  // the other owns it now, and may unmap it before this returns
    t.join();
  }
}

TEST(LifetimeStress, TheLastUserUnmapsAPrivateMutex) { last_user_unmaps<mutex>(100); }

TEST(LifetimeStress, TheLastUserUnmapsASharedMutex) { last_user_unmaps<process_shared_mutex>(100); }

}  // namespace
}  // namespace holdfast
