// The engine against the brute-force enumerator on programs that wait, on one word or several, wake, requeue and wake with an update of a word.
// Both must find the same execution graphs, none missing and none twice: those in which every thread ends, and those in which some sleep for
// ever; and the same ends of them: what is in memory, and in the registers of the threads that ended, which have what each wait, requeue and
// wake_op answered.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "checker/graph/explorer.h"
#include "checker/runtime/runner.h"
#include "tests/engine/brute_force/enumerate.h"
#include "tests/engine/brute_force/random_program.h"
#include "tests/engine/oracle_program.h"

namespace holdfast::checker {
namespace {

using graph::standing;

struct found {
  std::vector<std::string> graphs;
  std::set<std::string> ends;
  friend bool operator==(const found&, const found&) = default;
};

std::string end_of(const std::vector<std::uint64_t>& memory, const std::vector<std::uint64_t>& results, const std::string& asleep) {
  std::string text;
  for (const std::uint64_t m : memory) text += std::to_string(m) + " ";
  for (const std::uint64_t r : results) text += "/" + std::to_string(r);
  return text + asleep;
}

class collector final : public graph::observer {
 public:
  explicit collector(const oracle::small_program& code) : code_(code) {}

  void complete(const graph::graph& g) override { add(g, {}); }
  void blocked(const graph::graph& g, const std::vector<standing>& standings) override {
    std::vector<unsigned> asleep;
    for (unsigned t = 1; t < standings.size(); ++t) {
      if (standings[t] == standing::asleep || standings[t] == standing::asleep_timed) asleep.push_back(t);
      else if (standings[t] != standing::ended) return;
    }
    add(g, asleep);
  }
  void failed(const graph::graph&, const graph::fault& f) override { faults.push_back(f.text); }

  found all;
  std::vector<std::string> faults;

 private:
  void add(const graph::graph& g, const std::vector<unsigned>& asleep) {
    all.graphs.push_back(in_oracle_notation(g, code_.locations.size(), enters_kernel(code_), asleep));
    std::vector<std::uint64_t> memory;
    const auto last = [&g](std::size_t l) { return g.at(g.last_write(static_cast<graph::location_id>(l))).value; };
    const std::size_t n = code_.locations.size();
    for (std::size_t l = 1; l <= n; ++l) memory.push_back(last(l));
    std::vector<std::uint64_t> results;
    for (std::size_t t = 1; t <= code_.threads.size(); ++t) results.push_back(last(n + t));
    const std::string& text = all.graphs.back();
    all.ends.insert(end_of(memory, results, text.substr(std::min(text.find(" asleep:"), text.size()))));
  }

  const oracle::small_program& code_;
};

found explored(const oracle::small_program& code, const graph::exploration_options& options, bool any_waiter) {
  oracle_program p(code, true);
  exploration what;
  what.threads = static_cast<unsigned>(code.threads.size());
  what.spurious_wake_ups = code.spurious_wake_ups ? 1 : 0;
  what.wakes = any_waiter ? wake_order::any_waiter : wake_order::first_come;
  runtime::runner running(p, what);
  collector watching(code);
  graph::explorer exploring(running, what.threads, options, watching);
  exploring.run({});
  while (exploring.must_restart()) {
    exploring.restart();
    watching.all = {};
    exploring.run({});
  }
  EXPECT_TRUE(watching.faults.empty()) << watching.faults.front() << "\n" << to_string(code);
  std::ranges::sort(watching.all.graphs);
  return watching.all;
}

found enumerated(const oracle::small_program& code, oracle::model m, const oracle::kernel_options& kernel) {
  found all;
  const auto add = [&](const oracle::execution& e) {
    all.graphs.push_back(canonical(e));
    std::vector<std::uint64_t> results;
    for (std::size_t t = 0; t < code.threads.size(); ++t) {
      const bool sleeps = std::ranges::find(e.asleep, static_cast<int>(t + 1)) != e.asleep.end();
      results.push_back(sleeps ? 0 : number_of(e.at_end[t]));
    }
    const std::string& text = all.graphs.back();
    all.ends.insert(end_of(e.memory, results, text.substr(std::min(text.find(" asleep:"), text.size()))));
  };
  enumerate(code, m, add, oracle::search::pruned, kernel);
  std::ranges::sort(all.graphs);
  return all;
}

std::string listed(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& l : lines) text += "    " + l + "\n";
  return text;
}

// What stands in `a` more often than in `b`.
std::vector<std::string> beyond(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<std::string> difference;
  std::ranges::set_difference(a, b, std::back_inserter(difference));
  return difference;
}

struct comparison {
  oracle::model m = oracle::model::rc11;
  bool any_waiter = false;
  bool wakes_order_memory = false;
  bool awaits = true;
  bool cut_pure = true;
};

// How many there are of each kind, of all programs.
struct seen {
  std::size_t graphs = 0;
  std::size_t asleep = 0;
};

void compare(const oracle::small_program& code, const comparison& how, seen& so_far) {
  graph::exploration_options options;
  options.model = how.m == oracle::model::sc ? graph::memory_model::sc : graph::memory_model::rc11;
  options.races = false;
  options.awaits = how.awaits;
  options.cut_pure = how.cut_pure;
  options.wakes_order_memory = how.wakes_order_memory;
  oracle::kernel_options kernel;
  kernel.any_waiter = how.any_waiter;
  if (how.wakes_order_memory) kernel.view = oracle::queue_view::orders_wakes;
  const found expected = enumerated(code, how.m, kernel);
  const found actual = explored(code, options, how.any_waiter);
  EXPECT_EQ(expected.graphs, actual.graphs) << to_string(code) << (how.m == oracle::model::sc ? "under SC" : "under RC11")
                                            << "\n  missing:\n"
                                            << listed(beyond(expected.graphs, actual.graphs)) << "  too many:\n"
                                            << listed(beyond(actual.graphs, expected.graphs));
  EXPECT_EQ(expected.ends, actual.ends) << to_string(code);
  so_far.graphs += expected.graphs.size();
  for (const std::string& g : expected.graphs) so_far.asleep += g.find("asleep") != std::string::npos ? 1 : 0;
}

// As many times as many programs as a short test tries.
#ifndef HOLDFAST_TIMES
#define HOLDFAST_TIMES 1
#endif

void compare_random(std::uint64_t seed, int programs, const oracle::futex_shape& shape, const comparison& how = {}) {
  std::mt19937_64 random(seed);
  programs *= HOLDFAST_TIMES;
  seen s;
  for (int i = 0; i < programs && !testing::Test::HasFailure(); ++i) {
    compare(oracle::random_futex_program(random, shape), how, s);
  }
  EXPECT_GT(s.graphs - s.asleep, static_cast<std::size_t>(programs)) << "hardly any execution came to its end";
  EXPECT_GT(s.asleep, static_cast<std::size_t>(programs)) << "hardly any thread slept for ever";
}

oracle::futex_shape plain_shape() {
  oracle::futex_shape s;
  s.timed = s.requeues = s.wake_ops = s.fences = s.seq_cst = false;
  s.most_locations = 1;
  return s;
}

TEST(FutexOracle, OneWord) { compare_random(1, 1500, plain_shape()); }

TEST(FutexOracle, TwoWords) {
  oracle::futex_shape s = plain_shape();
  s.most_locations = 2;
  compare_random(2, 1500, s);
}

TEST(FutexOracle, TimeOuts) {
  oracle::futex_shape s = plain_shape();
  s.timed = true;
  compare_random(3, 800, s);
}

TEST(FutexOracle, Requeues) {
  oracle::futex_shape s = plain_shape();
  s.requeues = true;
  s.most_locations = 2;
  compare_random(4, 1500, s);
}

TEST(FutexOracle, WakeOps) {
  oracle::futex_shape s = plain_shape();
  s.wake_ops = true;
  s.most_locations = 2;
  compare_random(12, 1500, s);
}

TEST(FutexOracle, WaitsOnTwoWords) {
  oracle::futex_shape s = plain_shape();
  s.most_awaited = 2;
  s.most_work = 600;
  s.timed = true;
  s.most_locations = 2;
  compare_random(13, 500, s);
}

TEST(FutexOracle, WaitsOnTwoWordsAndEverything) {
  oracle::futex_shape s;
  s.most_awaited = 2;
  s.most_work = 600;
  compare_random(14, 200, s);
  comparison how;
  how.m = oracle::model::sc;
  compare_random(15, 200, s, how);
  how = {};
  how.wakes_order_memory = true;
  compare_random(16, 200, s, how);
}

TEST(FutexOracle, WaitsOnUpToFourWords) {
  oracle::futex_shape s;
  s.least_threads = 2;
  s.most_threads = 2;
  s.most_awaited = 4;
  s.most_locations = 4;
  s.most_work = 600;
  compare_random(17, 200, s);
  comparison how;
  how.m = oracle::model::sc;
  compare_random(18, 200, s, how);
}

TEST(FutexOracle, SpuriousWakeUps) {
  oracle::futex_shape s;
  s.spurious_wake_ups = true;
  compare_random(19, 200, s);
  s.most_awaited = 2;
  s.most_work = 600;
  compare_random(20, 200, s);
  comparison how;
  how.m = oracle::model::sc;
  compare_random(21, 200, s, how);
}

TEST(FutexOracle, Everything) { compare_random(5, 1500, {}); }

TEST(FutexOracle, EverythingUnderSc) {
  comparison how;
  how.m = oracle::model::sc;
  compare_random(6, 1500, {}, how);
}

TEST(FutexOracle, WakesThatOrderMemory) {
  comparison how;
  how.wakes_order_memory = true;
  compare_random(7, 1000, {}, how);
}

TEST(FutexOracle, AnyWaiter) {
  comparison how;
  how.any_waiter = true;
  compare_random(8, 500, {}, how);
}

TEST(FutexOracle, FourThreads) {
  oracle::futex_shape s;
  s.least_threads = s.most_threads = 4;
  s.most_instructions = 2;
  compare_random(9, 500, s);
}

// What reduces the search leaves no execution out: threads that await a value are the ones that it concerns.
TEST(FutexOracle, WithAndWithoutReductions) {
  oracle::futex_shape s;
  s.awaits = true;
  for (const bool awaits : {true, false}) {
    for (const bool cut_pure : {true, false}) {
      comparison how;
      how.awaits = awaits;
      how.cut_pure = cut_pure;
      compare_random(10, 250, s, how);
    }
  }
}

// Two orders of coherence that are no happens-before: thread 2's wake comes after thread 1's write of the word.
TEST(FutexOracle, WhatComesBeforeUnderScAlone) {
  using enum oracle::order;
  const oracle::small_program p = {{{}, {}},
                                   {{oracle::store(0, 1, relaxed), oracle::store(1, 1, relaxed)},
                                    {oracle::store(1, 2, relaxed), oracle::wake(0, 1)},
                                    {oracle::wait({0}, 0, 0)}}};
  seen s;
  for (const oracle::model m : {oracle::model::rc11, oracle::model::sc}) {
    comparison how;
    how.m = m;
    compare(p, how, s);
  }
  EXPECT_EQ(s.graphs, 11u);
}

// All threads run the first one's code: of the executions that differ only in the names of threads, one is visited.
TEST(FutexOracle, ThreadsThatAreAlike) {
  std::mt19937_64 random(11);
  oracle::futex_shape shape;
  shape.most_instructions = 2;
  for (int i = 0; i < 300 * HOLDFAST_TIMES && !HasFailure(); ++i) {
    oracle::small_program code = oracle::random_futex_program(random, shape);
    for (auto& thread : code.threads) thread = code.threads[0];
    if (oracle::estimate(code) > 4 * shape.most_work) continue;
    graph::exploration_options options;
    options.races = false;
    options.first_alike = 1;
    options.last_alike = static_cast<unsigned>(code.threads.size());
    std::set<std::string> expected;
    for (const std::string& g : enumerated(code, oracle::model::rc11, {}).graphs)
      expected.insert(smallest_renaming(g, code.threads.size()));
    std::multiset<std::string> actual;
    for (const std::string& g : explored(code, options, false).graphs) actual.insert(smallest_renaming(g, code.threads.size()));
    const std::set<std::string> once(actual.begin(), actual.end());
    EXPECT_EQ(expected, once) << to_string(code);
    EXPECT_EQ(once.size(), actual.size()) << to_string(code);
  }
}

}  // namespace
}  // namespace holdfast::checker
