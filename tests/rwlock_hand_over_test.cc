// glibc's reader-writer lock loses a wake-up when a timed writer gives up: shown on the C library that is here, with real processes that
// are stepped by ptrace(2). models/published/glibc_rwlock.h has the story; the kind is one that prefers writers.
//
//     R leaves, as the last: WRPHASE | P, the primary writer, times out: WRHANDOVER | W takes it, has its section, leaves
//     the test reads: phase := 0; leaves | R: phase := 1, in a read phase
//     T: begins a write phase | R reads: sees 1, sets USED, sleeps | T: phase := 1 over 1|USED; leaves, wakes nobody
#include <errno.h>
#include <gnu/libc-version.h>
#include <gtest/gtest.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <iostream>
#include <optional>
#include <string>

#include "checker/report/decode.h"
#include "models/published/glibc_rwlock_word.h"
#include "tests/asleep.h"
#include "tests/processes.h"
#include "tests/stepper.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;
using word_of = published::glibc_rwlock_word;

// glibc's, as it is.
class shared_lock {
 public:
  explicit shared_lock(int kind) {
    pthread_rwlockattr_t attributes;
    ::pthread_rwlockattr_init(&attributes);
    ::pthread_rwlockattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
    ::pthread_rwlockattr_setkind_np(&attributes, kind);
    ::pthread_rwlock_init(&lock_, &attributes);
    ::pthread_rwlockattr_destroy(&attributes);
  }

  int read() { return ::pthread_rwlock_rdlock(&lock_); }
  int write() { return ::pthread_rwlock_wrlock(&lock_); }
  int write_until(const timespec& when) { return ::pthread_rwlock_timedwrlock(&lock_, &when); }
  int try_to_write() { return ::pthread_rwlock_trywrlock(&lock_); }
  int leave() { return ::pthread_rwlock_unlock(&lock_); }

  std::uint32_t readers() const { return __atomic_load_n(&lock_.__data.__readers, __ATOMIC_SEQ_CST); }
  std::uint32_t phase() const { return __atomic_load_n(&lock_.__data.__wrphase_futex, __ATOMIC_SEQ_CST); }
  // How many were woken.
  long wake_phase() { return ::syscall(SYS_futex, &lock_.__data.__wrphase_futex, FUTEX_WAKE, 1, nullptr, nullptr, 0); }

 private:
  pthread_rwlock_t lock_;
};

// Bodies of processes; each ends with 0 if it was served.
int read_then_step_through_another(shared_lock& l) {
  if (const int error = l.read(); error != 0) return error;
  await_stepper();
  if (const int error = l.leave(); error != 0) return error;
  if (const int error = l.read(); error != 0) return error;
  return l.leave();
}

int write_within_a_second(shared_lock& l) {
  timespec when;
  ::clock_gettime(CLOCK_REALTIME, &when);
  ++when.tv_sec;
  if (const int error = l.write_until(when); error != 0) return error;
  return l.leave();
}

int write_once(shared_lock& l) {
  if (const int error = l.write(); error != 0) return error;
  return l.leave();
}

int step_through_writing_once(shared_lock& l) {
  await_stepper();
  return write_once(l);
}

// R reads; P sleeps until R leaves, for a second at most; W sleeps until P is through.
struct scene {
  explicit scene(int kind) : lock(kind) {
    EXPECT_TRUE(falls_asleep(p.process()));
    w.emplace([this] { return write_once(*lock); });
    EXPECT_TRUE(falls_asleep(w->process()));
  }

  const shared_object<shared_lock> lock;
  stepper r{fork_child([this] { return read_then_step_through_another(*lock); })};
  child_process p{[this] { return write_within_a_second(*lock); }};
  std::optional<child_process> w;
};

void tell(const scene& s, const std::string& line) {
  std::cout << "  " << line << ": " << checker::decode(word_of::readers, s.lock->readers()) << "; "
            << checker::decode(word_of::phase, s.lock->phase()) << "\n";
}

class RwlockHandOver : public testing::TestWithParam<int> {
 protected:
  void SetUp() override {
    const std::string refusal = stepper::refusal();
    if (!refusal.empty()) GTEST_SKIP() << "ptrace cannot step children here (" << refusal << "): nothing is shown";
  }
};

INSTANTIATE_TEST_SUITE_P(, RwlockHandOver, testing::Values(PTHREAD_RWLOCK_PREFER_WRITER_NP, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP),
                         [](const auto& kind) {
                           return kind.param == PTHREAD_RWLOCK_PREFER_WRITER_NP ? "PreferWriter" : "PreferWriterNonrecursive";
                         });

TEST_P(RwlockHandOver, ATimedWriterThatGivesUpAsTheLastReaderLeavesCostsALaterReaderItsWakeUp) {
  scene s(GetParam());
  shared_lock& lock = *s.lock;
  tell(s, "R reads, P and W sleep");
  ASSERT_TRUE(s.r.run_until([&] { return word_of::is_write_phase(lock.readers()); }));
  ASSERT_TRUE(asleep(s.p.process())) << "it took longer than P's second to get here";
  tell(s, "R has begun the write phase, and is at " + s.r.place());

  ASSERT_EQ(WEXITSTATUS(s.p.await()), ETIMEDOUT);
  if (falls_asleep(s.w->process())) {
    EXPECT_EQ(s.r.run(), 0);
    EXPECT_EQ(s.w->await(), 0);
    GTEST_SKIP() << "glibc " << ::gnu_get_libc_version() << ": W waits until R has handed the phase over: nothing is lost";
  }
  ASSERT_EQ(s.w->await(), 0);
  ASSERT_FALSE(word_of::is_writers(lock.phase()));
  tell(s, "P has timed out; W has had its section, before R has handed the phase over");

  ASSERT_EQ(lock.read(), 0);
  ASSERT_EQ(lock.leave(), 0);
  ASSERT_TRUE(s.r.run_until([&] { return word_of::is_writers(lock.phase()); }));
  ASSERT_EQ(lock.readers(), 0u);
  tell(s, "the test has read and left, and R has gone on: the lock is idle, the futex says that a writer has it");

  stepper t(fork_child([&] { return step_through_writing_once(lock); }));
  ASSERT_TRUE(t.run_until([&] { return word_of::is_write_phase(lock.readers()); }));
  ASSERT_TRUE(s.r.run_until([&] { return s.r.at_system_call(SYS_futex); }));
  s.r.begin_step();
  ASSERT_TRUE(falls_asleep(s.r.process()));
  tell(s, "T has begun to write; R wants to read again, and sleeps");
  ASSERT_EQ(t.run(), 0);
  tell(s, "T has left");
  ASSERT_FALSE(word_of::is_write_phase(lock.readers()) || word_of::is_write_locked(lock.readers()));
  EXPECT_TRUE(stays_asleep(s.r.process(), 300ms));
  EXPECT_EQ(lock.try_to_write(), EBUSY);

  // The wake that nobody owes is all that is missing.
  EXPECT_EQ(lock.wake_phase(), 1);
  EXPECT_TRUE(s.r.end_step());
  EXPECT_EQ(s.r.run(), 0);
  tell(s, "R slept for 300 ms more; FUTEX_WAKE by the test: R reads and ends");
  std::cout << "  glibc " << ::gnu_get_libc_version() << " loses the wake-up\n";
}

TEST_P(RwlockHandOver, WithoutTheTimeOutEveryoneIsServed) {
  scene s(GetParam());
  ASSERT_TRUE(s.r.run_until([&] { return word_of::is_writers(s.lock->phase()); }));
  EXPECT_EQ(s.r.run(), 0);
  EXPECT_EQ(s.p.await(), 0);
  EXPECT_EQ(s.w->await(), 0);
  EXPECT_EQ(s.lock->try_to_write(), 0);
}

}  // namespace
}  // namespace holdfast
