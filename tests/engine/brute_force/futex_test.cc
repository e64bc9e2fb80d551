// The enumerator's executions of programs that enter the kernel, against numbers found by hand and against every interleaving.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/brute_force/enumerate.h"
#include "tests/engine/brute_force/interleavings.h"
#include "tests/engine/brute_force/random_program.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {
namespace {

using enum order;

constexpr int x = 0;
constexpr int y = 1;
constexpr reg r0{0};

using strings = std::vector<std::string>;

strings all_of(const std::vector<std::vector<instruction>>& threads, model m = model::rc11) {
  return executions({std::vector<location>(2), threads}, m);
}

TEST(Futex, AWaitSleepsOrFindsTheWordChanged) {
  EXPECT_EQ(all_of({{wait(r0, x, 0)}}), strings{"1.0<-init 1.1<-init | x0: x1: q:1.1 asleep:1"});
  EXPECT_EQ(all_of({{wait(r0, x, 1)}}), strings{"1.0<-init | x0: x1: q:"});
  EXPECT_EQ(all_of({{timed_wait(r0, x, 0)}}), (strings{"1.0<-init 1.1<-init 1.2<-1.1 | x0: x1: q:1.1,1.2",  //
                                                       "1.0<-init 1.1<-init | x0: x1: q:1.1 asleep:1"}));
}

// The waiter finds the word changed; or it sleeps and is woken. That the wake comes too early and the waiter sees the old word, no order
// under the lock explains.
TEST(Futex, NoWakeUpIsLost) {
  for (const model m : {model::rc11, model::sc}) {
    EXPECT_EQ(all_of({{wait(r0, x, 0)}, {store(x, 1, relaxed), wake(x, 1)}}, m),
              (strings{"1.0<-2.0 2.1<-init | x0:2.0 x1: q:",  //
                       "1.0<-init 1.1<-init 1.2<-2.1 2.1<-1.1 | x0:2.0 x1: q:1.1,2.1"}));
  }
}

TEST(Futex, AWakeThatComesBeforeItsWriteIsLost) {
  EXPECT_EQ(all_of({{wait(r0, x, 0)}, {wake(x, 1), store(x, 1, relaxed)}}),
            (strings{"1.0<-2.1 2.0<-init | x0:2.1 x1: q:",                            //
                     "1.0<-init 1.1<-init 1.2<-2.0 2.0<-1.1 | x0:2.1 x1: q:1.1,2.0",  //
                     "1.0<-init 1.1<-init 2.0<-init | x0:2.1 x1: q:1.1 asleep:1"}));
}

std::vector<small_program> programs(std::size_t n, const futex_shape& s) {
  std::mt19937_64 random(1);
  std::vector<small_program> all(n);
  std::ranges::generate(all, [&] { return random_futex_program(random, s); });
  return all;
}

TEST(Futex, FindsEachExecutionOnce) {
  for (const small_program& p : programs(300, {})) {
    const strings all = executions(p, model::rc11);
    EXPECT_TRUE(std::ranges::adjacent_find(all) == all.end()) << to_string(p);
  }
}

TEST(Futex, FindsTheSameWithAndWithoutPruning) {
  for (const small_program& p : programs(100, {.most_instructions = 2, .most_work = 200})) {
    for (const model m : {model::rc11, model::sc}) EXPECT_EQ(executions(p, m), executions(p, m, search::blind)) << to_string(p);
  }
}

TEST(Futex, FindsEveryInterleavingUnderSc) {
  for (const small_program& p : programs(500, {.most_work = 500})) EXPECT_EQ(executions(p, model::sc), interleavings(p)) << to_string(p);
}

TEST(Futex, FindsWhatIsSequentiallyConsistentUnderRc11Too) {
  for (const small_program& p : programs(500, {})) {
    EXPECT_TRUE(std::ranges::includes(executions(p, model::rc11), executions(p, model::sc))) << to_string(p);
  }
}

}  // namespace
}  // namespace holdfast::oracle
