// What GenMC prints, as it is read.
#include "tests/benchmarks/engine/genmc.h"

#include <gtest/gtest.h>

namespace holdfast::benchmarks::engine {
namespace {

TEST(ReadGenmc, CountsCompleteAndBlockedExecutions) {
  const genmc_answer a = read_genmc(
      "GenMC v0.11.0 (LLVM 14.0.6)\r\nCopyright\r\n\r\n*** Transformation complete.\r\n*** Verification complete.\r\nNo errors were "
      "detected.\r\n"
      "Number of complete executions explored: 3324\r\nNumber of blocked executions seen: 1058\r\nTotal wall-clock time: 0.14s\r\n");
  EXPECT_TRUE(a.accepts);
  EXPECT_EQ(a.version, "GenMC v0.11.0 (LLVM 14.0.6)");
  EXPECT_EQ(a.complete, 3324u);
  EXPECT_EQ(a.blocked, 1058u);
}

TEST(ReadGenmc, HasNoBlockedExecutionsWhereItNamesNone) {
  const genmc_answer a = read_genmc("GenMC\nNo errors were detected.\nNumber of complete executions explored: 6\n");
  EXPECT_TRUE(a.accepts);
  EXPECT_EQ(a.blocked, 0u);
}

TEST(ReadGenmc, RefusesWithTheLineThatNamesTheError) {
  const genmc_answer a = read_genmc(
      "GenMC\r\nWarning: Unordered writes!\r\nThis warning is treated as an error due to in-place revisiting (IPR).\r\n"
      "Number of complete executions explored: 4\r\n");
  EXPECT_FALSE(a.accepts);
  EXPECT_EQ(a.refusal, "This warning is treated as an error due to in-place revisiting (IPR).");
}

TEST(ReadGenmc, RefusesWithoutACount) { EXPECT_EQ(read_genmc("GenMC\nkilled\n").refusal, "it gave no count"); }

}  // namespace
}  // namespace holdfast::benchmarks::engine
