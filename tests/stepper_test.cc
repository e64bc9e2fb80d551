// The stepper itself: what it sees of a child, and that the child is gone afterwards.
#include "tests/stepper.h"

#include <errno.h>
#include <gtest/gtest.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <string>

#include "tests/processes.h"

namespace holdfast {
namespace {

class Stepper : public testing::Test {
 protected:
  void SetUp() override {
    const std::string refusal = stepper::refusal();
    if (!refusal.empty()) GTEST_SKIP() << "ptrace cannot step children here (" << refusal << ")";
  }
};

// Not of the fixture: it is about machines where that skips.
TEST(StepperRefusal, IsSaidWhereAFilterRefusesPtrace) {
  child_process refused([] {
    const scmp_filter_ctx filter = ::seccomp_init(SCMP_ACT_ALLOW);
    if (filter == nullptr || ::seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ptrace), 0) != 0) return 2;
    if (::seccomp_load(filter) != 0) return 3;
    return stepper::refusal().empty() ? 1 : 0;
  });
  EXPECT_EQ(refused.await(), 0);
}

TEST_F(Stepper, SeesEveryStoreAtTheInstructionThatMakesIt) {
  const shared_object<std::atomic<int>> count;
  stepper s(fork_child([&] {
    await_stepper();
    for (int i = 0; i < 3; ++i) count->fetch_add(1);
    return 7;
  }));
  for (int i = 1; i <= 3; ++i) {
    EXPECT_TRUE(s.run_until([&] { return count->load() != i - 1; }));
    EXPECT_EQ(count->load(), i);
  }
  EXPECT_EQ(WEXITSTATUS(s.run()), 7);
  EXPECT_TRUE(s.ended());
}

TEST_F(Stepper, AKilledChildExecutesNothingMore) {
  const shared_object<std::atomic<int>> count;
  stepper s(fork_child([&] {
    await_stepper();
    for (;;) count->fetch_add(1);
    return 0;
  }));
  ASSERT_TRUE(s.run_until([&] { return count->load() == 2; }));
  s.kill();
  EXPECT_EQ(count->load(), 2);
  EXPECT_EQ(WTERMSIG(s.status()), SIGKILL);
  EXPECT_FALSE(s.step());
}

TEST_F(Stepper, ComesToASystemCallBeforeItIsMade) {
  const shared_object<std::atomic<int>> word;
  stepper s(fork_child([&] {
    await_stepper();
    word->store(1);
    return static_cast<int>(::syscall(SYS_getppid) == 0);
  }));
  ASSERT_TRUE(s.run_until([&] { return s.at_system_call(SYS_getppid); }));
  EXPECT_EQ(word->load(), 1);
  EXPECT_NE(s.place().find('+'), std::string::npos);
  const std::uintptr_t call = s.instruction_pointer();
  EXPECT_TRUE(s.step());
  EXPECT_EQ(s.instruction_pointer(), call + 2);
  EXPECT_EQ(s.run(), 0);
}

TEST_F(Stepper, AStepOverACallThatSleepsHasTwoHalves) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  stepper s(fork_child([&] {
    await_stepper();
    char byte;
    return ::read(ends[0], &byte, 1) == 1 ? 0 : 1;
  }));
  ASSERT_TRUE(s.run_until([&] { return s.at_system_call(SYS_read); }));
  s.begin_step();
  EXPECT_EQ(::write(ends[1], "", 1), 1);
  EXPECT_TRUE(s.end_step());
  EXPECT_EQ(s.run(), 0);
  ::close(ends[0]);
  ::close(ends[1]);
}

TEST_F(Stepper, AChildThatIsKilledByOthersHasEnded) {
  stepper s(fork_child([] {
    await_stepper();
    for (;;) {
    }
    return 0;
  }));
  EXPECT_TRUE(s.step());
  ::kill(s.process(), SIGKILL);
  EXPECT_FALSE(s.run_until([] { return false; }));
  EXPECT_EQ(WTERMSIG(s.status()), SIGKILL);
}

TEST_F(Stepper, SignalsReachTheChild) {
  static volatile std::sig_atomic_t handled;
  stepper s(fork_child([] {
    std::signal(SIGUSR1, [](int) { handled = 1; });
    await_stepper();
    while (handled == 0) {
    }
    return 0;
  }));
  ::kill(s.process(), SIGUSR1);
  EXPECT_TRUE(s.step());
  EXPECT_EQ(s.run(), 0);
}

TEST_F(Stepper, AChildThatNeverWaitsForItHasEnded) {
  stepper s(fork_child([] { return 5; }));
  EXPECT_TRUE(s.ended());
  EXPECT_EQ(WEXITSTATUS(s.status()), 5);
}

TEST_F(Stepper, ItsChildDoesNotOutliveIt) {
  pid_t child = 0;
  {
    const stepper s(fork_child([] {
      await_stepper();
      return 0;
    }));
    child = s.process();
    EXPECT_EQ(::kill(child, 0), 0);
  }
  EXPECT_EQ(::waitpid(child, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace holdfast
