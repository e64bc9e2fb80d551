// The engine against the brute-force enumerator, which shares no code with it: on random small programs both must find the same execution
// graphs, none missing and none twice.
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

class collector final : public graph::observer {
 public:
  explicit collector(std::size_t locations) : locations_(locations) {}
  void complete(const graph::graph& g) override { graphs.push_back(in_oracle_notation(g, locations_)); }
  void blocked(const graph::graph&, const std::vector<graph::standing>&) override { ++blocked_count; }
  void failed(const graph::graph&, const graph::fault& f) override { faults.push_back(f.text); }

  std::vector<std::string> graphs;
  std::vector<std::string> faults;
  std::size_t blocked_count = 0;

 private:
  std::size_t locations_;
};

std::vector<std::string> explored(const oracle::small_program& code, const graph::exploration_options& options) {
  oracle_program p(code);
  exploration what;
  what.threads = static_cast<unsigned>(code.threads.size());
  runtime::runner running(p, what);
  collector found(code.locations.size());
  graph::explorer exploring(running, what.threads, options, found);
  exploring.run({});
  while (exploring.must_restart()) {
    exploring.restart();
    found.graphs.clear();
    exploring.run({});
  }
  EXPECT_TRUE(found.faults.empty()) << found.faults.front() << "\n" << to_string(code);
  std::ranges::sort(found.graphs);
  return found.graphs;
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

// Returns the number of graphs.
std::size_t compare(const oracle::small_program& code, oracle::model m) {
  graph::exploration_options options;
  options.model = m == oracle::model::sc ? graph::memory_model::sc : graph::memory_model::rc11;
  options.races = false;
  const std::vector<std::string> expected = oracle::executions(code, m);
  const std::vector<std::string> found = explored(code, options);
  EXPECT_EQ(expected, found) << to_string(code) << (m == oracle::model::sc ? "under SC" : "under RC11") << "\n  missing:\n"
                             << listed(beyond(expected, found)) << "  too many:\n"
                             << listed(beyond(found, expected));
  return expected.size();
}

void compare_random(std::uint64_t seed, int programs, const oracle::shape& shape) {
  std::mt19937_64 random(seed);
  std::size_t graphs = 0;
  for (int i = 0; i < programs && !testing::Test::HasFailure(); ++i) {
    const oracle::small_program code = oracle::random_program(random, shape);
    graphs += compare(code, oracle::model::rc11);
    graphs += compare(code, oracle::model::sc);
  }
  EXPECT_GT(graphs, static_cast<std::size_t>(programs)) << "hardly any program had an execution";
}

oracle::shape without_awaits() {
  oracle::shape s;
  s.awaits = false;
  return s;
}

TEST(Oracle, RelaxedReadsAndWrites) {
  oracle::shape s = without_awaits();
  s.updates = s.compare_exchanges = s.fences = s.seq_cst = s.guards = false;
  compare_random(1, 2000, s);
}

TEST(Oracle, ReadModifyWrites) {
  oracle::shape s = without_awaits();
  s.fences = s.seq_cst = false;
  compare_random(2, 3000, s);
}

TEST(Oracle, FencesAndSequentialConsistency) { compare_random(3, 5000, without_awaits()); }

TEST(Oracle, FourThreads) {
  oracle::shape s = without_awaits();
  s.least_threads = s.most_threads = 4;
  s.most_instructions = 3;
  compare_random(4, 1500, s);
}

// Without sequentially consistent operations a thread that waits leaves no blocked executions.
TEST(Oracle, Awaits) {
  oracle::shape s;
  s.fences = s.seq_cst = false;
  compare_random(5, 10000, s);
}

TEST(Oracle, AwaitsAndSequentialConsistency) { compare_random(7, 5000, {}); }

TEST(Oracle, AwaitsOfFourThreads) {
  oracle::shape s;
  s.least_threads = s.most_threads = 4;
  s.most_instructions = 3;
  s.seq_cst = s.fences = false;
  compare_random(6, 2000, s);
}

// All threads run the first one's code.
void compare_alike(std::uint64_t seed, int programs, const oracle::shape& shape) {
  std::mt19937_64 random(seed);
  for (int i = 0; i < programs && !testing::Test::HasFailure(); ++i) {
    oracle::small_program code = oracle::random_program(random, shape);
    for (auto& thread : code.threads) thread = code.threads[0];
    if (oracle::estimate(code) > 4 * shape.most_work) continue;
    graph::exploration_options options;
    options.races = false;
    options.first_alike = 1;
    options.last_alike = static_cast<unsigned>(code.threads.size());
    std::set<std::string> expected;
    for (const std::string& g : oracle::executions(code, oracle::model::rc11)) expected.insert(smallest_renaming(g, code.threads.size()));
    std::multiset<std::string> found;
    for (const std::string& g : explored(code, options)) found.insert(smallest_renaming(g, code.threads.size()));
    const std::set<std::string> once(found.begin(), found.end());
    EXPECT_EQ(expected, once) << to_string(code);
    EXPECT_EQ(once.size(), found.size()) << to_string(code);
  }
}

TEST(Oracle, ThreadsThatAreAlike) {
  oracle::shape s;
  s.most_threads = 3;
  s.most_instructions = 3;
  compare_alike(8, 4000, s);
}

}  // namespace
}  // namespace holdfast::checker
