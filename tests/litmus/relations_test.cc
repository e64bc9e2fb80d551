// Relations of execution graphs: with program order, synchronizes-with makes all of happens-before.
#include "checker/litmus/relations.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <string>
#include <vector>

#include "checker/exploration.h"
#include "checker/graph/explorer.h"
#include "checker/litmus/executable.h"
#include "checker/runtime/runner.h"
#include "tests/litmus/notation.h"

namespace holdfast::checker::litmus {
namespace {

using graph::event_id;

class closure_check final : public graph::observer {
 public:
  explicit closure_check(const std::string& name) : name_(name) {}

  void complete(const graph::graph& g) override {
    std::vector<std::vector<bool>> before(g.size(), std::vector<bool>(g.size()));
    event_id start = 0;
    for (event_id e = 0; e < g.size(); ++e) {
      if (g.at(e).kind == graph::event_kind::start) start = e;
    }
    for (event_id e = 0; e < g.size(); ++e) {
      if (g.at(e).previous != graph::no_event) before[g.at(e).previous][e] = true;
      else if (g.at(e).thread != 0) before[start][e] = true;
      const bool is_join = g.at(e).kind == graph::event_kind::join;
      for (unsigned t = 1; is_join && t < graph::most_threads; ++t) {
        if (g.last_of(t) != graph::no_event) before[g.last_of(t)][e] = true;
      }
    }
    for (const auto& [from, to] : synchronisations(g)) before[from][to] = true;
    for (event_id via = 0; via < g.size(); ++via) {
      for (event_id a = 0; a < g.size(); ++a) {
        for (event_id b = 0; before[a][via] && b < g.size(); ++b) before[a][b] = before[a][b] || before[via][b];
      }
    }
    for (event_id a = 0; a < g.size(); ++a) {
      for (event_id b = 0; b < g.size(); ++b) ASSERT_EQ(before[a][b], a != b && g.happens_before(a, b)) << name_ << ": " << a << " " << b;
    }
    ++graphs;
  }
  void blocked(const graph::graph&, const std::vector<graph::standing>&) override {}
  void failed(const graph::graph&, const graph::fault& f) override { FAIL() << name_ << ": " << f.text; }

  std::size_t graphs = 0;

 private:
  std::string name_;
};

TEST(Relations, SynchronisationsAndProgramOrderMakeHappensBefore) {
  std::size_t graphs = 0;
  for (const expected_row& row : read_expected_rows("tests/litmus/expected_counts.tsv")) {
    const program p = parse_notation(row.test, row.program);
    executable code(p);
    exploration what;
    what.threads = static_cast<unsigned>(p.threads.size());
    runtime::runner running(code, what);
    closure_check found(row.test);
    graph::exploration_options options;
    options.races = false;
    graph::explorer exploring(running, what.threads, options, found);
    exploring.run({});
    while (exploring.must_restart()) {
      exploring.restart();
      exploring.run({});
    }
    graphs += found.graphs;
  }
  EXPECT_GT(graphs, 900u);
}

}  // namespace
}  // namespace holdfast::checker::litmus
