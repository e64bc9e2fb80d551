// robust_pi_mutex: a process is killed before every instruction of lock and unlock, and nobody is left behind.
#include <gtest/gtest.h>

#include "impl/robust_pi_mutex.h"
#include "tests/disassembly.h"
#include "tests/robust_kill_scenes.h"

namespace holdfast {
namespace {

using fixture = robust_kills<robust_pi_mutex, 1>;
INSTANTIATE_TYPED_TEST_SUITE_P(RobustPiMutex, RobustKills, fixture);

using RobustPiMutexKills = fixture;

// Between the victim's compare-exchange and what the kernel does.
TEST_F(RobustPiMutexKills, LockOfAMutexThatComesFree) {
  kill_after_a_change(
      [](scene& s) {
        s.own();
        s.start_victim(lock_and_unlock);
      },
      5, 60);
}

TEST_F(RobustPiMutexKills, TryLockAfterADeathOfAMutexThatAnotherTakes) {
  kill_after_a_change(
      [](scene& s) {
        s.leave_dead();
        s.start_victim(try_lock_and_unlock);
      },
      5, 60);
}

TEST_F(RobustPiMutexKills, ZThereIsNoOtherInstruction) {
  // The public members, where not inlined, are what the test itself calls.
  const auto all = disassembly_of(
      {"under_test_", "basic_robust_pi_mutex<holdfast::linux_platform>::"},
      {"::lock()", "::try_lock()", "::unlock()", "::make_consistent()", "::try_lock_for<", "::try_lock_until", "::refused("});
  ASSERT_GT(all.size(), 100u);
  expect_reached(all, killed_at(), {"misuse", "refused", "ask_head", "ask_thread_id"});
}

}  // namespace
}  // namespace holdfast
