#include "checker/kernel/futex.h"

#include <gtest/gtest.h>

#include <vector>

namespace holdfast::checker::kernel {
namespace {

constexpr word_id a = 0;
constexpr word_id b = 1;

// A state in which the threads sleep on word a, in this order.
futex_state asleep(std::initializer_list<thread_id> threads) {
  futex_state s;
  for (const thread_id t : threads) step(s, wait{t, a, 7, 7}, first_come);
  return s;
}

std::vector<int> woken(const outcome& o) { return {o.woken_threads().begin(), o.woken_threads().end()}; }

TEST(FutexWait, SleepsWhileTheWordHasTheExpectedValue) {
  futex_state s;
  EXPECT_EQ(step(s, wait{1, a, 2, 2}, first_come).result, code::sleeps);
  EXPECT_TRUE(s.sleeps(1));
}

TEST(FutexWait, DoesNotSleepOnAnotherValue) {
  futex_state s;
  EXPECT_EQ(step(s, wait{1, a, 0, 2}, first_come).result, code::again);
  EXPECT_EQ(s, futex_state());
}

TEST(FutexWake, TakesTheFirstCome) {
  futex_state s = asleep({3, 1, 2});
  EXPECT_EQ(woken(step(s, wake{a, 2}, first_come)), (std::vector<int>{3, 1}));
  EXPECT_TRUE(s.sleeps(2));
}

TEST(FutexWake, TakesWhomItIsTold) {
  futex_state s = asleep({1, 2, 3});
  const auto last = [](std::size_t candidates) { return candidates - 1; };
  EXPECT_EQ(woken(step(s, wake{a, 2}, last)), (std::vector<int>{3, 2}));
}

TEST(FutexWake, AsksOnlyWhenThereIsAChoice) {
  futex_state s = asleep({1});
  int asked = 0;
  step(s, wake{a, 1}, [&asked](std::size_t) { return static_cast<std::size_t>(asked++); });
  EXPECT_EQ(asked, 0);
}

TEST(FutexWake, TakesThoseWhoseBitsetItMeets) {
  futex_state s;
  step(s, wait{1, a, 7, 7, 1}, first_come);
  step(s, wait{2, a, 7, 7, 2}, first_come);
  step(s, wait{3, a, 7, 7}, first_come);
  EXPECT_EQ(woken(step(s, wake{a, 1, 2}, first_come)), (std::vector<int>{2}));
  EXPECT_EQ(woken(step(s, wake{a, 9, 4}, first_come)), (std::vector<int>{3}));
  EXPECT_EQ(woken(step(s, wake{a, 9}, first_come)), (std::vector<int>{1}));
}

TEST(FutexWake, RefusesABitsetWithoutBits) {
  futex_state s;
  EXPECT_EQ(step(s, wait{1, a, 7, 7, 0}, first_come).result, code::invalid);
  EXPECT_EQ(step(s, wake{a, 1, 0}, first_come).result, code::invalid);
  EXPECT_EQ(s, futex_state());
}

TEST(FutexWake, OfZeroOrLessWakesOne) {
  futex_state s = asleep({1, 2});
  EXPECT_EQ(step(s, wake{a, 0}, first_come).count, 1);
  EXPECT_EQ(step(s, wake{a, -5}, first_come).count, 1);
}

TEST(FutexWake, LeavesSleepersOnOtherWordsAsleep) {
  futex_state s = asleep({1});
  step(s, wait{2, b, 0, 0}, first_come);
  EXPECT_EQ(woken(step(s, wake{b, 9}, first_come)), std::vector<int>{2});
  EXPECT_TRUE(s.sleeps(1));
}

TEST(FutexWake, OfNobodyChangesNothing) {
  futex_state s;
  const outcome o = step(s, wake{a, 1}, first_come);
  EXPECT_EQ(o.result, code::ok);
  EXPECT_EQ(o.count, 0);
  EXPECT_EQ(s, futex_state());
}

TEST(FutexLeave, ReportsTheReasonAndLeavesTheQueue) {
  for (const auto& [reason, result] :
       {std::pair{leave_reason::timed_out, code::timed_out}, std::pair{leave_reason::interrupted, code::interrupted},
        std::pair{leave_reason::spurious, code::spurious}}) {
    futex_state s = asleep({1, 2});
    EXPECT_EQ(step(s, leave{1, reason}, first_come).result, result);
    EXPECT_FALSE(s.sleeps(1));
    EXPECT_TRUE(s.sleeps(2));
  }
}

TEST(FutexLeave, AWakeUpThatWasConsumedIsNeverATimeOut) {
  futex_state s = asleep({1});
  step(s, wake{a, 1}, first_come);
  EXPECT_EQ(step(s, leave{1, leave_reason::timed_out}, first_come).result, code::ok);
}

// SET 0; wakes on the second word if the old value is greater than 1.
constexpr std::uint32_t set_0_if_above_1 = 4u << 24 | 1;

TEST(FutexWakeOp, WakesOnTheFirstWordAndThenOnTheSecond) {
  futex_state s = asleep({1, 2});
  step(s, wait{3, b, 2, 2}, first_come);
  step(s, wait{4, b, 2, 2}, first_come);
  const outcome o = step(s, wake_op{a, b, 1, 1, 2, set_0_if_above_1}, first_come);
  EXPECT_EQ(woken(o), (std::vector<int>{1, 3}));
  EXPECT_EQ(o.count, 2);
  EXPECT_TRUE(s.sleeps(2) && s.sleeps(4));
}

TEST(FutexWakeOp, WakesNobodyOnTheSecondWordIfItsOldValueFails) {
  futex_state s = asleep({1, 2});
  EXPECT_EQ(woken(step(s, wake_op{b, a, 1, 1, 1, set_0_if_above_1}, first_come)), std::vector<int>());
  EXPECT_EQ(woken(step(s, wake_op{b, a, 1, 1, 0x80000000, set_0_if_above_1}, first_come)), std::vector<int>());
  EXPECT_EQ(woken(step(s, wake_op{a, a, 1, 1, 2, set_0_if_above_1}, first_come)), (std::vector<int>{1, 2}));
}

TEST(FutexRequeue, WakesSomeAndMovesTheOthersInOrder) {
  futex_state s = asleep({1, 2, 3, 4});
  const outcome o = step(s, requeue{a, b, 7, 7, 1, 2}, first_come);
  EXPECT_EQ(woken(o), std::vector<int>{1});
  EXPECT_EQ(o.count, 3);
  EXPECT_EQ(s.asleep_on(a), 1u);
  EXPECT_EQ(woken(step(s, wake{b, 9}, first_come)), (std::vector<int>{2, 3}));
}

TEST(FutexRequeue, AMovedWaiterGoesBehindThoseAlreadyThere) {
  futex_state s;
  step(s, wait{5, b, 0, 0}, first_come);
  step(s, wait{1, a, 0, 0}, first_come);
  step(s, requeue{a, b, 0, 0, 0, 1}, first_come);
  EXPECT_EQ(woken(step(s, wake{b, 9}, first_come)), (std::vector<int>{5, 1}));
}

TEST(FutexRequeue, ComparesFirst) {
  futex_state s = asleep({1});
  const futex_state before = s;
  EXPECT_EQ(step(s, requeue{a, b, 8, 7, 1, 1}, first_come).result, code::again);
  EXPECT_EQ(s, before);
}

TEST(FutexRequeue, RejectsNegativeNumbers) {
  futex_state s = asleep({1});
  EXPECT_EQ(step(s, requeue{a, b, 7, 7, -1, 1}, first_come).result, code::invalid);
  EXPECT_EQ(step(s, requeue{a, b, 7, 7, 1, -1}, first_come).result, code::invalid);
  EXPECT_TRUE(s.sleeps(1));
}

TEST(FutexRequeue, ToTheSameWordKeepsEverybodyWakeable) {
  futex_state s = asleep({1, 2});
  EXPECT_EQ(step(s, requeue{a, a, 7, 7, 0, 9}, first_come).count, 2);
  EXPECT_EQ(woken(step(s, wake{a, 9}, first_come)), (std::vector<int>{1, 2}));
}

}  // namespace
}  // namespace holdfast::checker::kernel
