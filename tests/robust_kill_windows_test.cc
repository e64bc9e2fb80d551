// glibc's robust mutex loses wake-ups when a process is killed: the mutex is free, and a thread sleeps for ever (FUTEX_WAKE shows that it
// is still queued). Shown on the C library and the kernel that are here, with real processes that are stepped by ptrace(2).
//
// The word is 0 or its owner's thread, with FUTEX_WAITERS if somebody may sleep. U unlocks, W sleeps, T is a third who comes between:
//
//     window 1   U: exchange(0) | T: 0 -> T | U killed before its wake      | T: T -> 0, wakes nobody | W sleeps
//     window 2   U: exchange(0), wakes V | T: 0 -> T | V killed before it sets FUTEX_WAITERS again | T: T -> 0, wakes nobody | W sleeps
//
// The killed process had named the mutex as its pending operation, so the kernel looks at the word: it wakes a sleeper if the word has no
// owner, and does not if it is T's. Later kernels also wake if there is an owner but no FUTEX_WAITERS; there these tests see that W is
// served, and say so.
#include <gnu/libc-version.h>
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <ostream>
#include <string>

#include "tests/asleep.h"
#include "tests/processes.h"
#include "tests/stepper.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

bool has_waiters(std::uint32_t word) { return (word & FUTEX_WAITERS) != 0; }

// How many were woken.
long wake_one(std::uint32_t* word) { return ::syscall(SYS_futex, word, FUTEX_WAKE, 1, nullptr, nullptr, 0); }

// glibc's, as it is.
class robust_mutex {
 public:
  robust_mutex() {
    pthread_mutexattr_t attributes;
    ::pthread_mutexattr_init(&attributes);
    ::pthread_mutexattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    ::pthread_mutexattr_setrobust(&attributes, PTHREAD_MUTEX_ROBUST);
    ::pthread_mutex_init(&mutex_, &attributes);
    ::pthread_mutexattr_destroy(&attributes);
  }

  int lock() { return ::pthread_mutex_lock(&mutex_); }
  int try_lock() { return ::pthread_mutex_trylock(&mutex_); }
  int unlock() { return ::pthread_mutex_unlock(&mutex_); }

  std::uint32_t word() const { return __atomic_load_n(&mutex_.__data.__lock, __ATOMIC_SEQ_CST); }
  long wake_one() { return holdfast::wake_one(reinterpret_cast<std::uint32_t*>(&mutex_.__data.__lock)); }

 private:
  pthread_mutex_t mutex_;
};

// Bodies of processes; each ends with 0 if it was served.
int lock_then_unlock(robust_mutex& m) {
  if (const int error = m.lock(); error != 0) return error;
  return m.unlock();
}

int lock_then_step_through_unlock(robust_mutex& m) {
  if (const int error = m.lock(); error != 0) return error;
  await_stepper();
  return m.unlock();
}

int step_through_lock_then_unlock(robust_mutex& m) {
  await_stepper();
  return lock_then_unlock(m);
}

// The kernel's rule by itself, without glibc: a process dies with an operation pending on a word that somebody else owns, without
// FUTEX_WAITERS, and on which a process sleeps. Whether that one is woken.
bool kernel_wakes_despite_an_owner() {
  struct robust_word {
    robust_list_head head;
    robust_list entry;
    std::uint32_t word;
  };
  const shared_object<robust_word> shared;
  shared->word = static_cast<std::uint32_t>(::getpid());
  const child_process waiter([&] { return ::syscall(SYS_futex, &shared->word, FUTEX_WAIT, shared->word, nullptr, nullptr, 0) != 0; });
  if (!falls_asleep(waiter.process())) return true;
  child_process dying([&] {
    shared->head.list.next = &shared->head.list;
    shared->head.futex_offset = offsetof(robust_word, word) - offsetof(robust_word, entry);
    shared->head.list_op_pending = &shared->entry;
    return ::syscall(SYS_set_robust_list, &shared->head, sizeof shared->head) != 0;
  });
  EXPECT_EQ(dying.await(), 0);
  return !asleep(waiter.process());
}

// What came of a kill.
enum class outcome {
  outside,  // it was not to be: the process has left the window
  lost,     // the mutex is free, and W sleeps
  woken,    // the kernel woke W, which was served
};

// For GoogleTest.
void PrintTo(outcome o, std::ostream* out) {
  *out << (o == outcome::outside ? "outside the window" : o == outcome::lost ? "lost wake-up" : "woken by the kernel");
}

std::string hex(std::uint32_t word) {
  char text[16];
  ::snprintf(text, sizeof text, "%#x", word);
  return text;
}

// Tells the story of the first kill of a test.
class narrator {
 public:
  explicit narrator(bool speaks) : speaks_(speaks) {}
  void operator()(const std::string& line) const {
    if (speaks_) std::cout << "  " << line << "\n";
  }

 private:
  bool speaks_;
};

// T, who took the free mutex by the fast path and has not unlocked it yet.
struct third {
  explicit third(robust_mutex& m) : process(fork_child([&] { return lock_then_step_through_unlock(m); })), mutex(m) {
    EXPECT_FALSE(process.ended());
    EXPECT_EQ(mutex.word(), owned());
  }
  std::uint32_t owned() const { return static_cast<std::uint32_t>(process.process()); }
  void unlock() { EXPECT_EQ(process.run(), 0); }

  stepper process;
  robust_mutex& mutex;
};

// The kill has been, and T still owns the mutex. A wake would have made W runnable before the kill returned, and W sets FUTEX_WAITERS before
// it sleeps again: W was not woken if it sleeps now, and the bit is not set afterwards.
outcome after_kill(third& t, child_process& w, std::chrono::milliseconds time, const narrator& tell) {
  if (!asleep(w.process()) || has_waiters(t.mutex.word())) {
    t.unlock();
    EXPECT_EQ(w.await(), 0);
    return outcome::woken;
  }
  t.unlock();
  EXPECT_EQ(t.mutex.word(), 0U);
  EXPECT_TRUE(stays_asleep(w.process(), time));
  tell("T unlocked: word " + hex(t.mutex.word()) + ", the mutex is free; W still sleeps " + std::to_string(time.count()) + " ms later");

  // It is free indeed, and whoever uses it now does not help W.
  EXPECT_EQ(t.mutex.try_lock(), 0);
  EXPECT_EQ(t.mutex.unlock(), 0);
  EXPECT_TRUE(asleep(w.process()));

  // The wake that nobody owes is all that is missing.
  const long woken = t.mutex.wake_one();
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(w.await(), 0);
  tell("FUTEX_WAKE by the test: " + std::to_string(woken) + " woken; that was W, which gets the mutex and ends");
  return outcome::lost;
}

// U holds the mutex and is about to unlock it; W sleeps.
struct one_waiter {
  one_waiter() { EXPECT_TRUE(falls_asleep(w.process())); }

  // To n instructions after the releasing store; false if the wake is among them.
  bool release_and_step(int n) {
    EXPECT_TRUE(u.run_until([&] { return mutex->word() == 0; }));
    for (; n > 0; --n) {
      if (u.at_system_call(SYS_futex) || !u.step()) return false;
    }
    return true;
  }

  const shared_object<robust_mutex> mutex;
  stepper u{fork_child([this] { return lock_then_step_through_unlock(*mutex); })};
  child_process w{[this] { return lock_then_unlock(*mutex); }};
};

// V sleeps, in a step over its system call; then W does; U is about to unlock.
struct two_waiters {
  two_waiters() {
    EXPECT_TRUE(v.run_until([&] { return v.at_system_call(SYS_futex); }));
    v.begin_step();
    EXPECT_TRUE(falls_asleep(v.process()));
    w.emplace([this] { return lock_then_unlock(*mutex); });
    EXPECT_TRUE(falls_asleep(w->process()));
  }

  // V's sleep has ended, and it has executed nothing since.
  void release_and_wake() {
    EXPECT_EQ(u.run(), 0);
    EXPECT_TRUE(v.end_step());
    EXPECT_EQ(mutex->word(), 0U);
    EXPECT_TRUE(asleep(w->process()));
  }

  const shared_object<robust_mutex> mutex;
  stepper u{fork_child([this] { return lock_then_step_through_unlock(*mutex); })};
  stepper v{fork_child([this] { return step_through_lock_then_unlock(*mutex); })};
  std::optional<child_process> w;
};

// What these tests are about.
std::string here() {
  utsname kernel{};
  ::uname(&kernel);
  return std::string("glibc ") + ::gnu_get_libc_version() + ", Linux " + kernel.release;
}

std::string instructions(int n) { return std::to_string(n) + (n == 1 ? " instruction" : " instructions"); }

// Window 1, the kill n instructions after the releasing store.
outcome kill_unlocker(int n, std::chrono::milliseconds time, const narrator& tell) {
  one_waiter scene;
  tell("U holds the mutex, W sleeps: word " + hex(scene.mutex->word()));
  if (!scene.release_and_step(n)) return outcome::outside;
  tell("U has released it, and is at " + scene.u.place() + ": word " + hex(scene.mutex->word()) + "; its wake is still to come");
  EXPECT_TRUE(asleep(scene.w.process()));
  third t(*scene.mutex);
  tell("T locks it: word " + hex(scene.mutex->word()));
  scene.u.kill();
  tell("U is killed");
  return after_kill(t, scene.w, time, tell);
}

// Window 2, the kill n instructions after the end of V's sleep.
outcome kill_woken(int n, std::chrono::milliseconds time, const narrator& tell) {
  two_waiters scene;
  tell("U holds the mutex, V and then W sleep: word " + hex(scene.mutex->word()));
  scene.release_and_wake();
  tell("U has released it and woken V, which is at " + scene.v.place() + ": word " + hex(scene.mutex->word()));
  third t(*scene.mutex);
  tell("T locks it: word " + hex(scene.mutex->word()));
  for (int i = 0; i < n; ++i) {
    EXPECT_TRUE(scene.v.step());
    if (scene.mutex->word() != t.owned()) return outcome::outside;
  }
  scene.v.kill();
  tell("V is killed after " + instructions(n) + ", before it sets FUTEX_WAITERS");
  return after_kill(t, *scene.w, time, tell);
}

class RobustKillWindows : public testing::Test {
 protected:
  void SetUp() override {
    const std::string refusal = stepper::refusal();
    if (!refusal.empty()) GTEST_SKIP() << "ptrace cannot step children here (" << refusal << "): nothing is shown";
  }

  // One kill before each instruction of a window; the first one is told, and watched for longer.
  template <class Kill>
  void kill_at_every_instruction(const char* window, Kill kill) {
    const bool later_rule = kernel_wakes_despite_an_owner();
    const outcome expected = later_rule ? outcome::woken : outcome::lost;
    int n = 0;
    for (;; ++n) {
      const outcome o = kill(n, n == 0 ? 300ms : 0ms, narrator(n == 0));
      ASSERT_FALSE(HasFailure()) << "a kill after " << instructions(n) << " of " << window;
      if (o == outcome::outside) break;
      ASSERT_EQ(expected, o) << "a kill after " << instructions(n) << " of " << window << "; by itself, this kernel follows the "
                             << (later_rule ? "later" : "earlier") << " rule";
    }
    ASSERT_GT(n, 0) << "it was never in " << window;
    const std::string where = window + (", of " + instructions(n));
    if (later_rule) GTEST_SKIP() << here() << ": this kernel wakes, by the later rule: nothing is lost in " << where;
    std::cout << "  " << here() << ": a kill before any of them loses the wake-up: " << where << "\n";
  }
};

TEST_F(RobustKillWindows, AnUnlockerKilledBeforeItsWakeLeavesAWaiterAsleepForEver) {
  kill_at_every_instruction("window 1, from the releasing store to the wake", kill_unlocker);
}

TEST_F(RobustKillWindows, AWokenWaiterKilledBeforeItSaysThatOthersWaitLeavesThemAsleepForEver) {
  kill_at_every_instruction("window 2, from the end of the sleep to FUTEX_WAITERS", kill_woken);
}

TEST_F(RobustKillWindows, WithoutTheKillTheUnlockersWakeServesTheWaiter) {
  one_waiter scene;
  ASSERT_TRUE(scene.release_and_step(0));
  third t(*scene.mutex);
  EXPECT_EQ(scene.u.run(), 0);
  t.unlock();
  EXPECT_EQ(scene.w.await(), 0);
}

TEST_F(RobustKillWindows, WithoutTheKillTheWokenWaiterServesTheOther) {
  two_waiters scene;
  scene.release_and_wake();
  third t(*scene.mutex);
  EXPECT_TRUE(scene.v.run_until([&] { return scene.v.at_system_call(SYS_futex); }));
  EXPECT_EQ(scene.mutex->word(), t.owned() | FUTEX_WAITERS);
  scene.v.begin_step();
  EXPECT_TRUE(falls_asleep(scene.v.process()));
  t.unlock();
  EXPECT_TRUE(scene.v.end_step());
  EXPECT_EQ(scene.v.run(), 0);
  EXPECT_EQ(scene.w->await(), 0);
}

TEST_F(RobustKillWindows, WithoutTheThirdTheKernelServesTheWaiterOfAKilledUnlocker) {
  for (int n = 0;; ++n) {
    one_waiter scene;
    if (!scene.release_and_step(n)) break;
    scene.u.kill();
    ASSERT_EQ(scene.w.await(), 0) << instructions(n) << " after the releasing store";
    ASSERT_FALSE(HasFailure());
  }
}

TEST_F(RobustKillWindows, WithoutTheThirdTheKernelServesTheOtherOfAKilledWaiter) {
  for (int n = 0;; ++n) {
    two_waiters scene;
    scene.release_and_wake();
    for (int i = 0; i < n; ++i) EXPECT_TRUE(scene.v.step());
    if (scene.mutex->word() != 0) break;  // V owns it
    scene.v.kill();
    ASSERT_EQ(scene.w->await(), 0) << instructions(n) << " after the end of the sleep";
    ASSERT_FALSE(HasFailure());
  }
}

}  // namespace
}  // namespace holdfast
