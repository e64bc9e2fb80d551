// Families of programs whose number of executions is known by a formula or from elsewhere.
#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tests/engine/brute_force/enumerate.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {
namespace {

using enum order;
using thread = std::vector<instruction>;

constexpr int x = 0;
constexpr int y = 1;
constexpr reg r0{0};
constexpr reg r1{1};

small_program program(std::vector<thread> threads) { return {std::vector<location>(4), std::move(threads)}; }

// n threads of the same code, after those that are given.
small_program copies(std::size_t n, const thread& code, std::vector<thread> others = {}) {
  others.insert(others.end(), n, code);
  return program(std::move(others));
}

std::size_t factorial(std::size_t n) { return n < 2 ? 1 : n * factorial(n - 1); }

instruction increment(int location, order o) { return update(r0, location, update_kind::add, 1, o); }

TEST(Families, TwoThreadsAndTwoLocations) {
  const small_program sb = program({{store(x, 1, relaxed), load(r0, y, relaxed)}, {store(y, 1, relaxed), load(r0, x, relaxed)}});
  const small_program lb = program({{load(r0, x, relaxed), store(y, 1, relaxed)}, {load(r0, y, relaxed), store(x, 1, relaxed)}});
  const small_program two_2w = program({{store(x, 1, relaxed), store(y, 2, relaxed)}, {store(y, 1, relaxed), store(x, 2, relaxed)}});
  EXPECT_EQ(count(sb, model::rc11), 4u);
  EXPECT_EQ(count(lb, model::rc11), 3u);
  EXPECT_EQ(count(two_2w, model::rc11), 4u);
  for (const small_program& p : {sb, lb, two_2w}) EXPECT_EQ(count(p, model::sc), 3u);
}

TEST(Families, IndependentReadsOfIndependentWrites) {
  const auto iriw = [](order read, order write) {
    return program(
        {{store(x, 1, write)}, {store(y, 1, write)}, {load(r0, x, read), load(r1, y, read)}, {load(r0, y, read), load(r1, x, read)}});
  };
  EXPECT_EQ(count(iriw(acquire, release), model::rc11), 16u);
  EXPECT_EQ(count(iriw(seq_cst, seq_cst), model::rc11), 15u);
  EXPECT_EQ(count(iriw(relaxed, relaxed), model::sc), 15u);
}

TEST(Families, OneIncrementEach) {
  for (std::size_t n = 1; n <= 4; ++n) {
    const small_program p = copies(n, {increment(x, relaxed)});
    EXPECT_EQ(count(p, model::rc11), factorial(n));
    EXPECT_EQ(count(p, model::sc), factorial(n));
  }
}

TEST(Families, TwoIncrementsEach) {
  EXPECT_EQ(count(copies(3, {increment(x, relaxed), increment(x, relaxed)}), model::rc11), 90u) << "6! / 2!^3";
}

TEST(Families, TwoIndependentCounters) {
  for (std::size_t n = 2; n <= 3; ++n) {
    EXPECT_EQ(count(copies(n, {increment(x, seq_cst), increment(y, relaxed)}), model::rc11), factorial(n) * factorial(n));
  }
}

TEST(Families, ReadersOfOneStore) {
  for (std::size_t n = 1; n <= 4; ++n) {
    EXPECT_EQ(count(copies(n, {load(r0, x, relaxed)}, {{store(x, 1, relaxed)}}), model::rc11), std::size_t{1} << n);
  }
}

// All read 0; or one succeeds, and each other reads 0 or 3.
TEST(Families, CompareExchangesBesideAStoreOfWhatTheyExpect) {
  for (std::size_t n = 1; n <= 4; ++n) {
    const small_program p = copies(n, {compare_exchange(r0, x, 2, 3, relaxed, relaxed)}, {{store(x, 2, relaxed)}});
    EXPECT_EQ(count(p, model::rc11), n * (std::size_t{1} << (n - 1)) + 1);
  }
}

TEST(Families, AChainOfCompareExchanges) {
  const std::size_t known[] = {2, 5, 14, 43};
  for (std::size_t n = 2; n <= 5; ++n) {
    small_program p = program({});
    for (std::size_t i = 0; i < n; ++i) p.threads.push_back({compare_exchange(r0, x, i, i + 1, relaxed, relaxed)});
    EXPECT_EQ(count(p, model::rc11), known[n - 2]);
  }
}

// fib_bench of the verification competition: each thread adds the other's number to its own, k times. No choice depends on the sums.
TEST(Families, Fibonacci) {
  const std::size_t known[] = {19, 141};
  for (std::size_t k = 2; k <= 3; ++k) {
    small_program p = program({{}, {}});
    for (std::size_t i = 0; i < k; ++i) {
      for (const int mine : {x, y}) {
        const thread step = {load(r0, mine, seq_cst), load(r1, 1 - mine, seq_cst), store(mine, r1 + i, seq_cst)};
        thread& all = p.threads[static_cast<std::size_t>(mine)];
        all.insert(all.end(), step.begin(), step.end());
      }
    }
    EXPECT_EQ(count(p, model::rc11), known[k - 2]);
  }
}

TEST(Families, SpinLocks) {
  const thread by_cas = {await_compare_exchange(r0, x, 0, 1, acquire, relaxed), store(x, 0, release)};
  const thread by_exchange = {await_exchange(r0, x, 1, acquire, equals(0)), store(x, 0, release)};
  for (std::size_t n = 1; n <= 4; ++n) {
    EXPECT_EQ(count(copies(n, by_cas), model::rc11), factorial(n));
    EXPECT_EQ(count(copies(n, by_exchange), model::rc11), factorial(n));
  }
}

TEST(Families, TestAndTestAndSetLocks) {
  const thread section = {await_load(r0, x, relaxed, equals(0)), await_exchange(r0, x, 1, acquire, equals(0)), store(x, 0, release)};
  for (std::size_t n = 1; n <= 4; ++n) EXPECT_EQ(count(copies(n, section), model::rc11), factorial(n) * factorial(n));
}

TEST(Families, TicketLocks) {
  const thread section = {increment(x, relaxed), await_load(r1, y, acquire, equals(r0)), load(r1, y, relaxed), store(y, r1 + 1, release)};
  for (std::size_t n = 1; n <= 4; ++n) EXPECT_EQ(count(copies(n, section), model::rc11), factorial(n));
}

TEST(Families, AnAwaitThatNeverEndsLeavesNothing) {
  EXPECT_EQ(count(program({{await_load(r0, x, relaxed, equals(1))}, {store(x, 2, relaxed)}}), model::rc11), 0u);
  EXPECT_EQ(count(program({{await_load(r0, x, relaxed, equals(1)), store(y, 1, relaxed)},
                           {await_load(r0, y, relaxed, equals(1)), store(x, 1, relaxed)}}),
                  model::rc11),
            0u);
}

}  // namespace
}  // namespace holdfast::oracle
