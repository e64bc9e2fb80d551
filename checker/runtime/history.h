// history: the operations of an execution graph with their order, held against the specification.
#ifndef HOLDFAST_CHECKER_RUNTIME_HISTORY_H_
#define HOLDFAST_CHECKER_RUNTIME_HISTORY_H_

#include <string>
#include <unordered_map>
#include <vector>

#include "checker/graph/explorer.h"
#include "checker/model_platform.h"
#include "checker/program.h"

namespace holdfast::checker::runtime {

// An operation, with what happened before it began and the event of its thread at which it ended.
struct ordered_operation {
  observed_operation seen;
  unsigned thread_in_graph = 0;
  graph::clock begin;
  std::uint8_t end = 0;  // index of the thread's last event; 0: none yet
};

class history {
 public:
  // Of the graph: in order of return, as far as the graph has one; the pending ones last. Set-up counts as the thread after the last.
  void read(const graph::graph& g, const graph::thread_tree& tree, unsigned threads);

  const std::vector<ordered_operation>& operations() const { return operations_; }
  // Whether the thread is inside an operation at the end.
  bool is_pending(unsigned thread) const;

  // What the specification says of it. Equal histories are judged once.
  finding judge(const program& of);

 private:
  void note(const graph::mark& m, unsigned thread, const graph::event& at, unsigned threads);

  std::vector<ordered_operation> operations_;
  std::vector<ordered_operation> open_;
  std::vector<observed_operation> seen_;
  std::string key_;
  std::unordered_map<std::string, finding> judged_;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_HISTORY_H_
