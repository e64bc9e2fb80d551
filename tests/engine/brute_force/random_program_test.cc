// Random programs are what they should be; and what the enumerator says of them agrees with other ways of finding out.
#include "tests/engine/brute_force/random_program.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "tests/engine/brute_force/enumerate.h"
#include "tests/engine/brute_force/interleavings.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {
namespace {

constexpr shape four_threads = {.least_threads = 4, .most_threads = 4, .most_instructions = 2};

std::vector<small_program> programs(std::size_t n, const shape& s) {
  std::mt19937_64 random(1);
  std::vector<small_program> all(n);
  std::ranges::generate(all, [&] { return random_program(random, s); });
  return all;
}

template <class Holds>
bool some_instruction(const std::vector<small_program>& all, Holds holds) {
  return std::ranges::any_of(all, [&](const small_program& p) {
    return std::ranges::any_of(p.threads, [&](const auto& thread) { return std::ranges::any_of(thread, holds); });
  });
}

TEST(RandomProgram, IsTheSameForTheSameSeed) {
  std::mt19937_64 random(42);
  random_program(random, {});
  EXPECT_EQ(to_string(random_program(random, {})),
            "x0: 32 bits = 0, x1: 32 bits = 0, x2: 8 bits = 0\n"
            "thread 1:\n"
            "  r0 = load(x2, relaxed)\n"
            "  r1 = load(x1, relaxed)\n"
            "thread 2:\n"
            "  r0 = load(x0, relaxed)\n"
            "  r1 = load(x2, acquire)\n"
            "  if (r0 == 3) store(x2, 1, relaxed)\n");
}

TEST(RandomProgram, HasNoFlawAndTheSizeAskedFor) {
  for (const small_program& p : programs(2000, {})) {
    EXPECT_EQ(flaw(p), "") << to_string(p);
    EXPECT_TRUE(p.threads.size() == 2 || p.threads.size() == 3);
    EXPECT_TRUE(p.locations.size() >= 1 && p.locations.size() <= 3);
    for (const auto& thread : p.threads) EXPECT_TRUE(thread.size() >= 1 && thread.size() <= 4);
    EXPECT_LE(estimate(p), shape().most_work);
  }
}

TEST(RandomProgram, HasEveryKindOfInstructionThatIsAskedFor) {
  const std::vector<small_program> all = programs(2000, {});
  for (const opcode what : {opcode::load, opcode::store, opcode::update, opcode::compare_exchange, opcode::fence, opcode::await_load,
                            opcode::await_exchange, opcode::await_compare_exchange}) {
    EXPECT_TRUE(some_instruction(all, [what](const instruction& i) { return i.what == what; }));
  }
  for (const order o : {order::plain, order::relaxed, order::consume, order::acquire, order::release, order::acq_rel, order::seq_cst}) {
    EXPECT_TRUE(some_instruction(all, [o](const instruction& i) { return i.mode == o; }));
  }
  EXPECT_TRUE(some_instruction(all, [](const instruction& i) { return i.only_if.has_value(); }));
  EXPECT_TRUE(some_instruction(all, [](const instruction& i) { return i.weak; }));
}

TEST(RandomProgram, HasNothingElse) {
  const std::vector<small_program> all = programs(
      2000,
      {.updates = false, .compare_exchanges = false, .fences = false, .seq_cst = false, .awaits = false, .plain = false, .guards = false});
  EXPECT_FALSE(some_instruction(all, [](const instruction& i) { return i.what != opcode::load && i.what != opcode::store; }));
  EXPECT_FALSE(some_instruction(all, [](const instruction& i) { return i.mode == order::plain || i.mode == order::seq_cst; }));
  EXPECT_FALSE(some_instruction(all, [](const instruction& i) { return i.only_if.has_value(); }));
}

TEST(RandomProgram, ExchangesAgainOnlyWhatItWrote) {
  EXPECT_FALSE(some_instruction(programs(2000, {}), [](const instruction& i) {
    const bool writes_back = i.until.how == comparison::not_equal && i.until.value.constant == i.value.constant &&
                             i.until.value.source.has_value() == i.value.source.has_value() &&
                             (!i.value.source || i.until.value.source->number == i.value.source->number);
    return i.what == opcode::await_exchange && !writes_back;
  }));
}

TEST(RandomProgram, MostlyEndsAndOftenBehavesWeakly) {
  std::size_t ended = 0;
  std::size_t weak = 0;
  const std::vector<small_program> all = programs(2000, {});
  for (const small_program& p : all) {
    const std::size_t n = count(p, model::rc11);
    ended += n > 0;
    weak += n > count(p, model::sc);
  }
  EXPECT_GT(ended, all.size() * 8 / 10);
  EXPECT_GT(weak, all.size() * 2 / 10);
}

class Enumerate : public testing::TestWithParam<shape> {};

INSTANTIATE_TEST_SUITE_P(, Enumerate, testing::Values(shape{.most_work = 300}, four_threads));

TEST_P(Enumerate, FindsEachExecutionOnce) {
  for (const small_program& p : programs(2000, GetParam())) {
    const std::vector<std::string> all = executions(p, model::rc11);
    EXPECT_TRUE(std::ranges::adjacent_find(all) == all.end()) << to_string(p);
  }
}

TEST_P(Enumerate, FindsTheSameWithAndWithoutPruning) {
  for (const small_program& p : programs(500, GetParam())) {
    for (const model m : {model::rc11, model::sc}) EXPECT_EQ(executions(p, m), executions(p, m, search::blind)) << to_string(p);
  }
}

TEST_P(Enumerate, FindsEveryInterleavingAndNoMoreUnderSc) {
  for (const small_program& p : programs(500, GetParam())) EXPECT_EQ(executions(p, model::sc), interleavings(p)) << to_string(p);
}

TEST_P(Enumerate, FindsWhatIsSequentiallyConsistentUnderRc11Too) {
  for (const small_program& p : programs(2000, GetParam())) {
    EXPECT_TRUE(std::ranges::includes(executions(p, model::rc11), executions(p, model::sc))) << to_string(p);
  }
}

}  // namespace
}  // namespace holdfast::oracle
