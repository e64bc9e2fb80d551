// robust_mutex: a process is killed before every instruction of lock and unlock, and nobody is left behind.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdint>

#include "impl/robust_mutex.h"
#include "tests/disassembly.h"
#include "tests/robust_kill_scenes.h"

namespace holdfast {
namespace {

// It does not look again before it sleeps: a look reads the word and writes nothing, and takes some two hundred instructions. Those of
// robust_mutex, which does, are in robust_mutex_random_kill_test.
using tested = basic_robust_mutex<linux_platform, robust_mutex_patience, 0>;
using fixture = robust_kills<tested, robust_mutex_patience + 2>;
INSTANTIATE_TYPED_TEST_SUITE_P(RobustMutex, RobustKills, fixture);

class RobustMutexKills : public fixture {
 protected:
  // As if an owner had slept: the next contended unlocks do not try to clear WAITERS.
  static void forget_quiet(scene& s) { reinterpret_cast<std::atomic<std::uint32_t>*>(&s.mutex())[2].store(robust_mutex_patience); }
};

TEST_F(RobustMutexKills, UnlockWithASleeperAfterOwnersThatSlept) {
  kill_at_every_instruction([](scene& s) {
    s.start_victim(unlock_only);
    s.start_waiter();
    forget_quiet(s);
  });
}

// Who sleeps takes the owner's mark back.
TEST_F(RobustMutexKills, UnlockThatIsKeptFromClearingWaiters) {
  kill_at_every_instruction([](scene& s) {
    s.starts_waiter_at = robust_word::waiters | robust_word::owner_died;
    s.start_victim(unlock_only);
    s.leave_waiters_without_a_sleeper();
  });
}

// Between the victim's look at the word and its compare-exchange.
TEST_F(RobustMutexKills, LockOfAMutexThatComesFree) {
  kill_after_a_change(
      [](scene& s) {
        s.own();
        s.start_victim(lock_and_unlock);
      },
      25, 100);
}

TEST_F(RobustMutexKills, LockOfAMutexThatAnotherTakes) {
  kill_after_a_change(
      [](scene& s) {
        s.own();
        s.leave_waiters_without_a_sleeper();
        forget_quiet(s);
        s.disown();
        s.start_victim(lock_and_unlock);
      },
      25, 100);
}

TEST_F(RobustMutexKills, ZThereIsNoOtherInstruction) {
  // The public members, where not inlined, are what the test itself calls.
  const auto all = disassembly_of({"under_test_", "basic_robust_mutex<holdfast::linux_platform, 4u, 0u>::"},
                                  {"::lock()", "::try_lock()", "::unlock()", "::make_consistent()", "::try_lock_for<", "::try_lock_until"});
  ASSERT_GT(all.size(), 100u);
  expect_reached(all, killed_at(), {"misuse", "ask_head", "ask_thread_id"});
}

}  // namespace
}  // namespace holdfast
