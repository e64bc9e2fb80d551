// robust_pi_mutex: processes are killed at random instants, and nobody is left behind.
#include <gtest/gtest.h>

#include <chrono>
#include <iostream>

#include "impl/robust_pi_mutex.h"
#include "tests/random_kills.h"

namespace holdfast {
namespace {

using namespace std::chrono_literals;

TEST(RobustPiMutexRandomKills, NobodyIsLeftBehind) {
  const tally t = kill_at_random<recovering<robust_pi_mutex>>(from_environment("HOLDFAST_KILLS", 2000), 4, 20s, false);
  std::cout << "  " << t.kills << " kills, " << t.turns << " turns\n";
  EXPECT_EQ(t.left_behind, 0);
  EXPECT_EQ(t.overlaps, 0u);
  EXPECT_GT(t.turns, 0u);
}

}  // namespace
}  // namespace holdfast
