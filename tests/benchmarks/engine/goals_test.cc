#include "tests/benchmarks/engine/goals.h"

#include <gtest/gtest.h>

#include <string>

namespace holdfast::benchmarks::engine {
namespace {

series explored(std::uint64_t complete, double seconds) {
  series s;
  s.complete = complete;
  s.seconds = {seconds, seconds, seconds};
  s.others = {0, 0, 0};
  return s;
}

results one_row(std::uint64_t ours, std::uint64_t theirs, double times_as_fast) {
  results run;
  run.rows.push_back({"a program", explored(ours, 1), {}, {}, genmc_series{explored(theirs, times_as_fast), "", false}});
  return run;
}

std::vector<judgement> about(const results& run, const std::string& goal) {
  std::vector<judgement> some;
  for (const judgement& j : judge(run)) {
    if (j.goal.find(goal) != std::string::npos) some.push_back(j);
  }
  return some;
}

TEST(EngineGoals, AnotherCountThanGenmcsMisses) {
  EXPECT_EQ(about(one_row(3324, 3324, 1), "as many").at(0).is, verdict::holds);
  EXPECT_EQ(about(one_row(3325, 3324, 1), "as many").at(0).is, verdict::misses);
}

TEST(EngineGoals, TwentyTimesGenmcsRateIsWantedFromAThousandExecutionsOn) {
  EXPECT_EQ(about(one_row(1000, 1000, 21), "GenMC's").at(0).is, verdict::holds);
  EXPECT_EQ(about(one_row(1000, 1000, 19), "GenMC's").at(0).is, verdict::misses);
  EXPECT_TRUE(about(one_row(999, 999, 19), "GenMC's").empty());
}

TEST(EngineGoals, ARefusedProgramIsNotCompared) {
  results run = one_row(3324, 4, 1);
  run.rows[0].genmc->refusal = "unordered writes";
  EXPECT_TRUE(about(run, "GenMC").empty());
}

TEST(EngineGoals, TwoThreadsAreComparedWithOne) {
  results run;
  run.how.jobs = 2;
  run.rows.push_back({"a program", explored(1000, 1), explored(1000, 1), explored(1000, 0.5), {}});
  EXPECT_EQ(about(run, "two threads").at(0).is, verdict::holds);
  run.rows[0].many = explored(1000, 0.6);
  EXPECT_EQ(about(run, "two threads").at(0).is, verdict::misses);
}

TEST(EngineGoals, RoundsInWhichOthersWereBusyDoNotCountForThreads) {
  results run;
  run.how.jobs = 2;
  run.rows.push_back({"a program", explored(1000, 1), explored(1000, 1), explored(1000, 0.5), {}});
  run.rows[0].many->seconds = {1, 0.5, 1};
  run.rows[0].many->others = {1, 0, 0.9};
  EXPECT_EQ(about(run, "two threads").at(0).is, verdict::holds);
  run.rows[0].many->others = {1, 1, 1};
  EXPECT_TRUE(about(run, "two threads").empty());
}

TEST(EngineGoals, MemoryIsThatOfEveryWayToExplore) {
  results run;
  run.how.jobs = 2;
  run.rows.push_back({"a program", explored(1, 1), explored(1, 1), explored(1, 1), {}});
  EXPECT_EQ(about(run, "MiB").at(0).is, verdict::holds);
  run.rows[0].many->peak_bytes = std::uint64_t{65} << 20;
  EXPECT_EQ(about(run, "MiB").at(0).is, verdict::misses);
}

}  // namespace
}  // namespace holdfast::benchmarks::engine
