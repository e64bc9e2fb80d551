// The engine stores nothing that it visited: what it needs does not grow with the number of execution graphs.
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>

#include "impl/mutex.h"
#include "tests/engine/exploring.h"
#include "tests/engine/own_process.h"
#include "tests/engine/programs.h"
#include "tests/engine/tally.h"

namespace holdfast::checker {
namespace {

constexpr std::uint64_t mib = std::uint64_t{1} << 20;
constexpr std::uint64_t most_bytes = 64 * mib;
// A thread has a stack of 64 KiB, and the requests that it may make are kept. What is stored for each of 10^5 graphs is more than this if it
// is more than 42 bytes.
constexpr std::uint64_t most_growth = 4 * mib;
constexpr std::uint64_t all_of_them = std::numeric_limits<std::uint64_t>::max();

template <class Scenario>
of_own_process<tally> in_memory_of_its_own(unsigned threads, std::uint64_t at_most) {
  return in_own_process([=] { return tally_of(exploration_of<Scenario>(threads), {}, at_most); });
}

void expect_flat(const of_own_process<tally>& few, const of_own_process<tally>& many) {
  EXPECT_FALSE(few.result.failed || many.result.failed);
  EXPECT_LE(few.result.complete, 1000u);
  EXPECT_GE(many.result.complete, 100'000u);
  EXPECT_LT(many.peak_bytes, most_bytes);
  EXPECT_LT(many.peak_bytes, few.peak_bytes + most_growth) << few.result.complete << " and " << many.result.complete << " executions";
}

TEST(Memory, IsFlatAsASearchGoesOn) {
  using mutex = programs::counting<basic_mutex<graph_platform>>;
  expect_flat(in_memory_of_its_own<mutex>(4, 1000), in_memory_of_its_own<mutex>(4, 200'000));
}

TEST(Memory, IsFlatFromASmallSearchToALargeOne) {
  expect_flat(in_memory_of_its_own<programs::one_counter>(3, all_of_them), in_memory_of_its_own<programs::one_counter>(9, all_of_them));
}

}  // namespace
}  // namespace holdfast::checker
