// The engine on the classical litmus tests: how many executions each has under RC11 and under SC.
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "checker/litmus/execute.h"
#include "tests/litmus/notation.h"

namespace holdfast::checker::litmus {
namespace {

// Of RC11 as published, where the table has the figures of a tool with another SC axiom (po;hb;po for po|!=loc;hb;po|!=loc).
const std::map<std::string, std::uint64_t> as_published = {{"WWmerge1", 18}, {"Z6.U", 24}};

std::uint64_t executions(const program& p, graph::memory_model m) {
  execute_options options;
  options.model = m;
  const findings f = execute(p, options);
  EXPECT_EQ(f.stopped_by, "") << p.name;
  EXPECT_EQ(f.blocked, 0u) << p.name;
  return f.executions;
}

TEST(ExpectedCounts, AreThoseOfTheEngine) {
  const auto rows = read_expected_rows("tests/litmus/expected_counts.tsv");
  EXPECT_EQ(rows.size(), 64u);
  for (const expected_row& row : rows) {
    const program p = parse_notation(row.test, row.program);
    const auto published = as_published.find(row.test);
    EXPECT_EQ(executions(p, graph::memory_model::rc11), published != as_published.end() ? published->second : row.rc11) << row.test;
    EXPECT_EQ(executions(p, graph::memory_model::sc), row.sc) << row.test << " under SC";
  }
}

TEST(ExpectedCounts, RacesAreFoundWhereTheTableHasThem) {
  for (const expected_row& row : read_expected_rows("tests/litmus/expected_counts.tsv")) {
    const findings f = execute(parse_notation(row.test, row.program), {});
    EXPECT_EQ(!f.defects.empty(), row.is_racy()) << row.test;
  }
}

}  // namespace
}  // namespace holdfast::checker::litmus
