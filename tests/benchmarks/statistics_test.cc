#include "tests/benchmarks/statistics.h"

#include <gtest/gtest.h>

#include "tests/benchmarks/goals.h"

namespace holdfast::benchmarks {
namespace {

TEST(Quartiles, AreInterpolatedBetweenNeighbours) {
  const quartiles q = quartiles_of({4, 1, 3, 2});
  EXPECT_DOUBLE_EQ(q.low, 1.75);
  EXPECT_DOUBLE_EQ(q.median, 2.5);
  EXPECT_DOUBLE_EQ(q.high, 3.25);
}

TEST(Quartiles, OfOneValueAreThatValue) {
  const quartiles q = quartiles_of({7});
  EXPECT_DOUBLE_EQ(q.low, 7);
  EXPECT_DOUBLE_EQ(q.high, 7);
}

TEST(Ratios, ArePairedByRoundAndLeaveOutARoundWithoutAReference) { EXPECT_EQ(ratios({2, 9, 8}, {1, 0, 2}), (std::vector<double>{2, 4})); }

// One cell: pthread normal at `normal` of a ceiling of 1, holdfast and one peer as given.
std::vector<judgement> judge_one(double normal, std::vector<double> ours, double peer) {
  cell c{"2 us", "none", {2, 1, 0}, std::vector<double>(ours.size(), 1), {}};
  c.locks.push_back({pthread_normal::name, std::vector<double>(ours.size(), normal), {}});
  c.locks.push_back({absl_mutex::name, std::vector<double>(ours.size(), peer), {}});
  c.locks.push_back({holdfast_mutex::name, ours, {}});
  results run;
  run.contended.push_back(c);
  return judge(run);
}

TEST(Goals, AThirdMoreIsWantedOnlyWherePthreadLeavesEnoughUnused) {
  EXPECT_EQ(judge_one(0.9, {1, 1, 1}, 0.5).size(), 2u);
  const std::vector<judgement> all = judge_one(0.6, {0.7, 0.7, 0.7}, 0.5);
  ASSERT_EQ(all.size(), 3u);
  EXPECT_EQ(all.back().wanted, 1.3);
  EXPECT_EQ(all.back().is, verdict::misses);
}

TEST(Goals, AMedianThatMissesWithinItsSpreadIsNoise) {
  const std::vector<judgement> all = judge_one(1.0, {0.9, 0.9, 0.99, 1.1, 1.1}, 0.5);
  EXPECT_EQ(all.front().is, verdict::noise);
  EXPECT_EQ(all.back().is, verdict::holds);
}

TEST(Goals, WithoutHoldfastThereAreNone) { EXPECT_TRUE(judge(results{}).empty()); }

}  // namespace
}  // namespace holdfast::benchmarks
