// report: what litmus tests came to, for a reader and as JSON.
#ifndef HOLDFAST_CHECKER_LITMUS_REPORT_H_
#define HOLDFAST_CHECKER_LITMUS_REPORT_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

#include "checker/graph/explorer.h"
#include "checker/litmus/execute.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

struct tested {
  const program* test = nullptr;
  graph::memory_model model = graph::memory_model::rc11;
  findings found;
  std::string drawings;  // where they are: "graphs/MP-001.svg to graphs/MP-004.svg"
};

// The head of a test's report, for a table of them, and then the details.
class text_report {
 public:
  // Knows of all tests before the first is reported, so that the heads are aligned.
  void make_room(const program& p);
  // `command` is what starts holdfast here.
  std::string of(const tested& t, std::string_view command) const;

 private:
  std::size_t name_ = 0;
  std::size_t threads_ = 0;
};

// {"schema": 1, "tool": "holdfast", "not_run": 0, "litmus": [{"file", "name", "threads", "model", "judgement", "executions", "blocked",
//   "abandoned", "stopped_by", "condition": {"text", "truth", "executions"}, "states", "defects"}]}
std::string json_report(std::span<const tested> all, std::size_t not_run);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_REPORT_H_
