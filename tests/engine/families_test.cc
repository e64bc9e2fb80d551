// Programs whose number of execution graphs is known: by a formula, or by other tools (GenMC, Nidhugg).
#include <gtest/gtest.h>

#include "impl/mutex.h"
#include "models/published/mutex3.h"
#include "models/published/ticket_lock.h"
#include "models/published/ttas_lock.h"
#include "tests/engine/counting.h"
#include "tests/engine/programs.h"

namespace holdfast::checker {
namespace {

using namespace programs;

// Every graph once, and no blocked one.
template <class Scenario>
void expect_count(unsigned threads, std::uint64_t expected, const graph::exploration_options& options = {}) {
  const counted c = count<Scenario>(threads, options);
  EXPECT_EQ(c.complete, expected) << threads << " threads";
  EXPECT_EQ(c.blocked, 0u) << threads << " threads";
  EXPECT_EQ(c.twice, 0u) << threads << " threads";
  EXPECT_TRUE(c.faults.empty()) << threads << " threads";
}

graph::exploration_options under_sc() {
  graph::exploration_options o;
  o.model = graph::memory_model::sc;
  return o;
}

graph::exploration_options without_cutting() {
  graph::exploration_options o;
  o.cut_pure = false;
  return o;
}

std::uint64_t factorial(unsigned n) { return n < 2 ? 1 : n * factorial(n - 1); }

TEST(Families, LitmusTests) {
  expect_count<store_buffering<relaxed>>(2, 4);
  expect_count<store_buffering<sc>>(2, 3);
  expect_count<store_buffering<relaxed>>(2, 3, under_sc());
  expect_count<load_buffering>(2, 3);
  expect_count<load_buffering>(2, 3, under_sc());
  expect_count<two_plus_two_writes>(2, 4);
  expect_count<two_plus_two_writes>(2, 3, under_sc());
}

TEST(Families, IndependentReadsOfIndependentWrites) {
  expect_count<independent_reads<release, acquire>>(4, 16);
  expect_count<independent_reads<sc, sc>>(4, 15);
  expect_count<independent_reads<relaxed, relaxed>>(4, 15, under_sc());
}

// A thread whose guess has become old cannot go on: a compare-exchange that fails would only make it guess again, which other executions
// begin with. GenMC leaves the same number of complete executions, and 8 and 3456 blocked ones. An attempt to push is one of those, too, if
// the link that it has written counts for nothing.
TEST(Families, TreiberStack) {
  const auto expect = [](unsigned threads, const graph::exploration_options& options, std::uint64_t complete, std::uint64_t blocked) {
    const counted c = count<push_and_pop>(threads, options);
    EXPECT_EQ(c.complete, complete) << threads << " threads";
    EXPECT_EQ(c.blocked, blocked) << threads << " threads";
    EXPECT_EQ(c.twice, 0u) << threads << " threads";
    EXPECT_TRUE(c.faults.empty()) << threads << " threads";
  };
  expect(2, without_cutting(), 22, 8);
  expect(3, without_cutting(), 4812, 3456);
  expect(2, {}, 10, 6);
  expect(3, {}, 270, 387);
}

// What is left out shows nothing that the rest does not.
TEST(Families, CuttingLosesNoOutcome) {
  scenario_program<push_and_pop, unspecified> p;
  exploration what;
  what.threads = 3;
  graph::exploration_options without_awaits = without_cutting();
  without_awaits.awaits = false;
  const counted all = count(p, what, without_awaits);
  const counted some = count(p, what, {});
  EXPECT_GT(all.outcomes.size(), 1u);
  EXPECT_EQ(some.outcomes, all.outcomes);
  EXPECT_LT(some.complete, all.complete);
}

TEST(Families, Fibonacci) {
  expect_count<fibonacci<2>>(2, 19);
  expect_count<fibonacci<3>>(2, 141);
  expect_count<fibonacci<4>>(2, 1107);
  expect_count<fibonacci<3>>(2, 141, under_sc());
}

TEST(Families, ClosedForms) {
  for (unsigned n = 2; n <= 7; ++n) expect_count<one_counter>(n, factorial(n));
  for (unsigned n = 2; n <= 4; ++n) expect_count<two_counters>(n, factorial(n) * factorial(n));
  for (unsigned n = 1; n <= 10; ++n) expect_count<readers>(n + 1, std::uint64_t{1} << n);
  for (unsigned n = 1; n <= 8; ++n) expect_count<compare_exchanges_beside_a_store>(n + 1, n * (std::uint64_t{1} << (n - 1)) + 1);
  const std::uint64_t chain[] = {2, 5, 14, 43, 144, 523, 2048, 8597};
  for (unsigned n = 2; n <= 9; ++n) expect_count<chain_of_compare_exchanges>(n, chain[n - 2]);
}

TEST(Families, SpinningLocksLeaveNoBlockedExecutions) {
  for (unsigned n = 2; n <= 5; ++n) expect_count<counting<published::ticket_lock<world>>>(n, factorial(n));
  for (unsigned n = 2; n <= 5; ++n) expect_count<compare_exchange_lock>(n, factorial(n));
  for (unsigned n = 2; n <= 5; ++n) expect_count<exchange_lock>(n, factorial(n));
  const std::uint64_t ttas[] = {4, 36, 576};
  for (unsigned n = 2; n <= 4; ++n) expect_count<counting<published::ttas_lock<world>>>(n, ttas[n - 2]);
  for (unsigned n = 2; n <= 4; ++n) expect_count<test_and_test_and_set_lock>(n, ttas[n - 2]);
  const std::uint64_t mcs[] = {6, 66};
  for (unsigned n = 2; n <= 3; ++n) expect_count<counting_with_nodes>(n, mcs[n - 2]);
}

TEST(Families, MutexThatAwaitsAValue) {
  const std::uint64_t exchange[] = {6, 198, 41688};
  for (unsigned n = 2; n <= 4; ++n) expect_count<awaiting_mutex<true>>(n, exchange[n - 2], without_cutting());
  const std::uint64_t exchange_cut[] = {6, 168, 17040};
  for (unsigned n = 2; n <= 4; ++n) expect_count<awaiting_mutex<true>>(n, exchange_cut[n - 2]);
  const std::uint64_t decrement[] = {10, 3324};
  for (unsigned n = 2; n <= 3; ++n) expect_count<awaiting_mutex<false>>(n, decrement[n - 2], without_cutting());
  const std::uint64_t decrement_cut[] = {10, 1812};
  for (unsigned n = 2; n <= 3; ++n) expect_count<awaiting_mutex<false>>(n, decrement_cut[n - 2]);
}

// With the kernel's queue. The first numbers are without cutting iterations that write back what they read.
TEST(Families, MutexesWithTheKernelsQueue) {
  using shipped = counting<basic_mutex<world>>;
  expect_count<shipped>(2, 8, without_cutting());
  expect_count<shipped>(3, 1260, without_cutting());
  expect_count<shipped>(2, 8);
  expect_count<shipped>(3, 972);
  using drepper = counting<published::mutex3<world>>;
  expect_count<drepper>(2, 18, without_cutting());
  expect_count<drepper>(3, 59616, without_cutting());
  expect_count<drepper>(2, 18);
  expect_count<drepper>(3, 29286);
}

}  // namespace
}  // namespace holdfast::checker
