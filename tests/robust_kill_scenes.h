// robust_kill_scenes: the scenes that every robust mutex is killed in.
//
//   INSTANTIATE_TYPED_TEST_SUITE_P(RobustMutex, RobustKills, robust_kills<robust_mutex, 6>);
#ifndef HOLDFAST_TESTS_ROBUST_KILL_SCENES_H_
#define HOLDFAST_TESTS_ROBUST_KILL_SCENES_H_

#include <gtest/gtest.h>

#include "tests/robust_kills.h"

namespace holdfast {

template <class Fixture>
class RobustKills : public Fixture {};
TYPED_TEST_SUITE_P(RobustKills);

TYPED_TEST_P(RobustKills, LockAndUnlockOfAFreeMutex) {
  this->kill_at_every_instruction([](auto& s) { s.start_victim(TestFixture::lock_and_unlock); });
}

TYPED_TEST_P(RobustKills, TryLockOfAFreeMutex) {
  this->kill_at_every_instruction([](auto& s) { s.start_victim(TestFixture::try_lock_and_unlock); });
}

TYPED_TEST_P(RobustKills, TryLockOfAHeldMutex) {
  this->kill_at_every_instruction([](auto& s) {
    s.own();
    s.start_victim(TestFixture::try_lock_and_unlock);
  });
}

TYPED_TEST_P(RobustKills, UnlockWithASleeper) {
  this->kill_at_every_instruction([](auto& s) {
    s.start_victim(TestFixture::unlock_only);
    s.start_waiter();
  });
}

TYPED_TEST_P(RobustKills, UnlockWithWaitersButNoSleeper) {
  this->kill_at_every_instruction([](auto& s) {
    s.start_victim(TestFixture::unlock_only);
    s.leave_waiters_without_a_sleeper();
  });
}

TYPED_TEST_P(RobustKills, LockOfAHeldMutex) {
  this->kill_at_every_instruction([](auto& s) {
    s.own();
    s.start_victim(TestFixture::lock_and_unlock);
  });
}

TYPED_TEST_P(RobustKills, LockOfAHeldMutexBeforeAnotherSleeper) {
  this->kill_at_every_instruction([](auto& s) {
    s.wants_waiter_behind = true;
    s.own();
    s.start_victim(TestFixture::lock_and_unlock);
  });
}

TYPED_TEST_P(RobustKills, LockOfAHeldMutexBehindAnotherSleeper) {
  this->kill_at_every_instruction([](auto& s) {
    s.own();
    s.start_waiter();
    s.start_victim(TestFixture::lock_and_unlock);
  });
}

TYPED_TEST_P(RobustKills, TimedLockThatGivesUp) {
  this->kill_at_every_instruction([](auto& s) {
    s.own();
    s.start_victim(TestFixture::give_up);
  });
}

TYPED_TEST_P(RobustKills, TimedLockOfAFreeMutex) {
  this->kill_at_every_instruction([](auto& s) { s.start_victim(TestFixture::give_up); });
}

TYPED_TEST_P(RobustKills, LockAfterADeath) {
  this->kill_at_every_instruction([](auto& s) {
    s.leave_dead();
    s.start_victim(TestFixture::lock_and_unlock);
  });
}

TYPED_TEST_P(RobustKills, TryLockAfterADeath) {
  this->kill_at_every_instruction([](auto& s) {
    s.leave_dead();
    s.start_victim(TestFixture::try_lock_and_unlock);
  });
}

TYPED_TEST_P(RobustKills, UnlockThatMakesItNotRecoverable) {
  this->kill_at_every_instruction([](auto& s) {
    s.may_be_lost = true;
    s.leave_dead();
    s.start_victim(TestFixture::unlock_inconsistent);
    s.start_waiter();
  });
}

TYPED_TEST_P(RobustKills, LockThatFindsItNotRecoverable) {
  this->kill_at_every_instruction([](auto& s) {
    s.may_be_lost = true;
    s.leave_for_ever();
    s.start_victim(TestFixture::lock_and_unlock);
  });
}

TYPED_TEST_P(RobustKills, TryLockThatFindsItNotRecoverable) {
  this->kill_at_every_instruction([](auto& s) {
    s.may_be_lost = true;
    s.leave_for_ever();
    s.start_victim(TestFixture::try_lock_and_unlock);
  });
}

TYPED_TEST_P(RobustKills, TimedLockThatFindsItNotRecoverable) {
  this->kill_at_every_instruction([](auto& s) {
    s.may_be_lost = true;
    s.leave_for_ever();
    s.start_victim(TestFixture::give_up);
  });
}

// The test has been told of a death, and unlocks when the victim sleeps, and another behind it.
TYPED_TEST_P(RobustKills, SleepThatEndsWithNotRecoverable) {
  this->kill_at_every_instruction([](auto& s) {
    s.may_be_lost = true;
    s.wants_waiter_behind = true;
    s.leave_dead();
    s.own();
    s.start_victim(TestFixture::lock_and_unlock);
  });
}

REGISTER_TYPED_TEST_SUITE_P(RobustKills, LockAndUnlockOfAFreeMutex, TryLockOfAFreeMutex, TryLockOfAHeldMutex, UnlockWithASleeper,
                            UnlockWithWaitersButNoSleeper, LockOfAHeldMutex, LockOfAHeldMutexBeforeAnotherSleeper,
                            LockOfAHeldMutexBehindAnotherSleeper, TimedLockThatGivesUp, TimedLockOfAFreeMutex, LockAfterADeath,
                            TryLockAfterADeath, UnlockThatMakesItNotRecoverable, LockThatFindsItNotRecoverable,
                            TryLockThatFindsItNotRecoverable, TimedLockThatFindsItNotRecoverable, SleepThatEndsWithNotRecoverable);

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_ROBUST_KILL_SCENES_H_
