// The specification of a condition variable: which histories it explains.
#include <gtest/gtest.h>

#include <cstddef>
#include <vector>

#include "checker/history/judge.h"
#include "models/spec/condition_variable.h"

namespace holdfast {
namespace {

using specification = spec::condition_variable<>;
using enum spec::condition_variable_operation;
using checker::ending;
using operations = std::vector<checker::recorded<specification>>;

// In the order in which they are listed; the blocked ones come last.
checker::judgement judged(const operations& history) {
  static checker::judge<specification> judge;
  return judge(history, [](std::size_t i, std::size_t j) { return i < j; });
}
operations waiting(const std::vector<unsigned>& threads) {
  operations history;
  for (const unsigned t : threads) {
    history.push_back({t, lock});
    history.push_back({t, enter});
  }
  return history;
}
operations operator+(operations a, const operations& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}
operations blocked(unsigned thread) { return {{thread, released, ending::blocked}}; }
operations returned_and_left(unsigned thread) { return {{thread, returned}, {thread, unlock}}; }

TEST(ConditionVariableSpecification, AWaitMayStayBlockedIfNobodyNotifies) { EXPECT_TRUE(judged(waiting({1}) + blocked(1)).good()); }

TEST(ConditionVariableSpecification, ANotifyThatReleasesNobodyIsLost) {
  EXPECT_FALSE(judged(waiting({1}) + operations{{9, notify_one}} + blocked(1)).good());
}

TEST(ConditionVariableSpecification, ANotifyBeforeTheWaitIsNotStored) {
  EXPECT_TRUE(judged(operations{{9, notify_one}, {9, notify_all}} + waiting({1}) + blocked(1)).good());
}

TEST(ConditionVariableSpecification, AWaitMayReturnForNoReason) { EXPECT_TRUE(judged(waiting({1}) + returned_and_left(1)).good()); }

TEST(ConditionVariableSpecification, NotifyOneMayReleaseAnyOne) {
  const operations two = waiting({1, 2}) + operations{{9, notify_one}};
  EXPECT_TRUE(judged(two + returned_and_left(1) + blocked(2)).good());
  EXPECT_TRUE(judged(two + returned_and_left(2) + blocked(1)).good());
  EXPECT_FALSE(judged(two + blocked(1) + blocked(2)).good());
}

TEST(ConditionVariableSpecification, TwoNotifiesReleaseTwo) {
  const operations two = waiting({1, 2}) + operations{{9, notify_one}, {9, notify_one}};
  EXPECT_TRUE(judged(two + returned_and_left(2) + returned_and_left(1)).good());
  EXPECT_FALSE(judged(two + returned_and_left(2) + blocked(1)).good());
}

TEST(ConditionVariableSpecification, NotifyAllReleasesAll) {
  const operations two = waiting({1, 2}) + operations{{9, notify_all}};
  EXPECT_TRUE(judged(two + returned_and_left(2) + returned_and_left(1)).good());
  EXPECT_FALSE(judged(two + returned_and_left(1) + blocked(2)).good());
}

TEST(ConditionVariableSpecification, ALaterWaitDoesNotTakeTheNotifyOfAnEarlierOne) {
  EXPECT_FALSE(judged(waiting({1}) + operations{{9, notify_one}} + waiting({2}) + returned_and_left(2) + blocked(1)).good());
  EXPECT_TRUE(judged(waiting({1}) + operations{{9, notify_one}} + waiting({2}) + returned_and_left(1) + blocked(2)).good());
}

TEST(ConditionVariableSpecification, WhoIsReleasedAnyhowLeavesTheNotifyToTheEarlierOne) {
  // Two notifies, the first of which only waits of threads 1 and 2 can pay for; 3 came between them.
  const operations three = waiting({1, 2}) + operations{{9, notify_one}} + waiting({3}) + operations{{9, notify_one}};
  EXPECT_TRUE(judged(three + returned_and_left(3) + returned_and_left(1) + blocked(2)).good());
  EXPECT_TRUE(judged(three + returned_and_left(1) + returned_and_left(2) + blocked(3)).good());
  EXPECT_FALSE(judged(three + returned_and_left(1) + blocked(2) + blocked(3)).good());
}

TEST(ConditionVariableSpecification, AReleasedWaitMayStayBlockedWhileTheMutexIsHeld) {
  EXPECT_TRUE(judged(waiting({1}) + operations{{9, lock}, {9, notify_one}} + blocked(1)).good());
  EXPECT_FALSE(judged(waiting({1}) + operations{{9, lock}, {9, notify_one}, {9, unlock}} + blocked(1)).good());
}

TEST(ConditionVariableSpecification, ATimedWaitMayNotStayBlocked) {
  EXPECT_FALSE(judged(waiting({1}) + operations{{1, give_up, ending::blocked}}).good());
}

TEST(ConditionVariableSpecification, AWaitReturnsWithTheMutex) {
  EXPECT_FALSE(judged(waiting({1}) + operations{{9, lock}, {1, returned}}).accepted);
  EXPECT_FALSE(judged(operations{{1, enter}}).accepted);
}

}  // namespace
}  // namespace holdfast
