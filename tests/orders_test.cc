// Every shipped lock asks for the memory orders that it needs, and for no stronger ones; and the table that says so can tell.
#include "checker/orders/orders.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/report/explain.h"
#include "checker/runtime/explore.h"
#include "checker/runtime/graph_platform.h"
#include "checker/scenario.h"
#include "models/mutex_scenarios.h"

namespace holdfast::checker {
namespace {

// "L1 acquire", "L1 failure relaxed": what each operation needs.
std::vector<std::string> needs(const order_table& table) {
  std::vector<std::string> lines;
  for (const needed_order& n : table.operations) {
    std::string line = n.operation.label + (n.of_failure ? " failure" : "");
    for (const order o : n.weakest) line += std::string(" ") + text_of(o);
    lines.push_back(line);
  }
  return lines;
}

order_table table_of(const std::string& lock) {
  std::vector<const check*> scenarios;
  for (const check* c : all_checks()) {
    const bool usable = c->divides && c->mutant.empty() && !c->is_long && c->expected.outcome == verdict::verified;
    if (usable && c->name.starts_with(lock + "/")) scenarios.push_back(c);
  }
  return weakest_orders(scenarios, {}, {});
}

TEST(Orders, OfTheMutexAreTheWeakestThatDo) {
  const order_table table = table_of("mutex");
  const std::vector<std::string> expected = {"L1 acquire", "L1 failure relaxed", "L2 relaxed", "L3 acquire",         "L3 failure relaxed",
                                             "L4 acquire", "L6 relaxed",         "T1 acquire", "T1 failure relaxed", "U1 release"};
  EXPECT_EQ(needs(table), expected);
  for (const needed_order& n : table.operations) {
    EXPECT_FALSE(n.asks_for_more()) << n.operation.label;
    EXPECT_EQ(n.too_weak.empty(), n.asked == order::relaxed) << n.operation.label;
    for (const weaker_order& w : n.too_weak) EXPECT_FALSE(w.allows.steps.empty()) << n.operation.label;
  }
}

constexpr layout x_word{"x", {}};

// A lock that asks for more than it needs.
struct strong_lock {
  graph_platform::atomic<unsigned> x{x_word, 0};
  graph_platform::plain<unsigned> count{"count", 0};
  void thread(unsigned) {
    while (x.exchange(1, order::seq_cst, "L1") != 0) {
    }
    count.store(count.load("read") + 1, "write");
    x.store(0, order::seq_cst, "U1");
  }
};

TEST(Orders, ThatAreStrongerThanNeededAreNamed) {
  exploration e;
  e.name = "strong/count";
  e.make = make_program<strong_lock>;
  check c;
  c.name = e.name;
  c.run = [e](const run_options& options) { return runtime::explore(e, options); };
  const check* const scenarios[] = {&c};
  const order_table table = weakest_orders(scenarios, {}, {});
  EXPECT_EQ(needs(table), (std::vector<std::string>{"L1 acquire", "U1 release"}));
  EXPECT_TRUE(std::ranges::all_of(table.operations, &needed_order::asks_for_more));
  const std::string text = text_of(table, false);
  EXPECT_NE(text.find("asks for seq_cst"), std::string::npos) << text;
  EXPECT_NE(text.find("warning: it asks for more than it needs: acquire does"), std::string::npos) << text;
  EXPECT_NE(text.find("relaxed: data race on `count`"), std::string::npos) << text;
}

TEST(Mutant, ItsDescriptionStatesTheOrder) {
  EXPECT_EQ(models::description_of(models::weakened("L1")), "[L1] is relaxed");
  EXPECT_EQ(models::description_of(models::weakened("L2", order::acquire)), "[L2] is acquire");
  EXPECT_EQ(models::description_of(models::weakened_failure("L2")), "[L2] is relaxed if it fails");
  EXPECT_EQ(models::description_of(models::dropped("U2")), "[U2] is left out");
}

}  // namespace
}  // namespace holdfast::checker
