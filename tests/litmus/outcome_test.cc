// Final states: what a condition says of them, and how they read.
#include "checker/litmus/outcome.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "checker/litmus/parse.h"
#include "checker/litmus/program.h"
#include "tests/litmus/fake_machine.h"

namespace holdfast::checker::litmus {
namespace {

program with_condition(const std::string& text) {
  return parse("int main() { atomic_int x = 0; uint8_t c = 0; {{{ int r1; int r2; ||| unsigned r1; }}} }\n" + text, "test.c");
}

constexpr auto minus_one = static_cast<std::uint64_t>(-1);

// 0:r1=-1 0:r2=1 1:r1=4294967295 x=-1 c=200
const final_state state = {{{minus_one, 1}, {0xffffffff}}, {0xffffffff, 200}};

bool is_one(const std::string& proposition) { return holds(with_condition("exists " + proposition).final_condition, state); }

TEST(Outcome, AtomsCompareValuesOfTheirType) {
  EXPECT_TRUE(is_one("0:r1=-1"));
  EXPECT_TRUE(is_one("1:r1=4294967295"));
  EXPECT_TRUE(is_one("x=-1"));
  EXPECT_TRUE(is_one("[c]=200"));
  EXPECT_TRUE(is_one("c!=0"));
  EXPECT_FALSE(is_one("0:r2=0"));
  EXPECT_FALSE(is_one("0:r2!=1"));
}

TEST(Outcome, ConnectivesHaveTheirMeaning) {
  EXPECT_TRUE(is_one("(x=-1 /\\ c=200)"));
  EXPECT_FALSE(is_one("(x=-1 /\\ c=1)"));
  EXPECT_TRUE(is_one("(x=0 \\/ c=200)"));
  EXPECT_TRUE(is_one("~(x=0)"));
  EXPECT_TRUE(is_one("x=0 => c=0"));
  EXPECT_FALSE(is_one("x=-1 => c=0"));
  EXPECT_TRUE(is_one("true"));
  EXPECT_FALSE(is_one("false"));
  EXPECT_TRUE(is_one("(x=0 /\\ c=0 \\/ 0:r2=1)"));
  EXPECT_FALSE(is_one("(x=0 /\\ (c=0 \\/ 0:r2=1))"));
}

TEST(Outcome, QuantifiersSpeakOfAllStates) {
  const auto is_met_by = [](const std::string& condition, std::vector<std::uint64_t> values_of_x) {
    std::vector<final_state> all;
    for (const std::uint64_t x : values_of_x) all.push_back({{{0, 0}, {0}}, {x, 0}});
    return is_met(with_condition(condition).final_condition, all);
  };
  EXPECT_TRUE(is_met_by("exists x=1", {0, 1}));
  EXPECT_FALSE(is_met_by("exists x=1", {0, 2}));
  EXPECT_FALSE(is_met_by("exists x=1", {}));
  EXPECT_TRUE(is_met_by("~exists x=1", {0, 2}));
  EXPECT_FALSE(is_met_by("~exists x=1", {0, 1}));
  EXPECT_TRUE(is_met_by("forall x=1", {1, 1}));
  EXPECT_FALSE(is_met_by("forall x=1", {1, 0}));
  EXPECT_TRUE(is_met_by("forall x=1", {}));
}

TEST(Outcome, PrintsWhatIsObserved) {
  EXPECT_EQ(text_of(with_condition(""), state), "0:r1=-1 0:r2=1 1:r1=4294967295 x=-1 c=200");
  EXPECT_EQ(text_of(with_condition("exists (c=1 /\\ 1:r1=0)"), state), "1:r1=4294967295 c=200");
  EXPECT_EQ(text_of(with_condition("locations [x;] exists (0:r1=1)"), state), "0:r1=-1 x=-1");
}

TEST(Outcome, AThreadsVariablesAreInTheFormThatConditionsCompare) {
  const program p = parse(
      "int main() { atomic<int8_t> x = 0; {{{ x.store(-2); int8_t a = x.load(); uint16_t b = x.load(); }}} }\n"
      "forall (0:a=-2 /\\ 0:b=65534 /\\ x=-2)",
      "test.c");
  fake_machine on(p);
  const final_state s = {{run_alone(p, on)}, on.memory};
  EXPECT_TRUE(holds(p.final_condition, s));
  EXPECT_EQ(text_of(p, s), "0:a=-2 0:b=65534 x=-2");
}

}  // namespace
}  // namespace holdfast::checker::litmus
