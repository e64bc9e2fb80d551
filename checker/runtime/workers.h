// workers: threads that explore parts of one tree of executions, and give each other what they have not begun.
#ifndef HOLDFAST_CHECKER_RUNTIME_WORKERS_H_
#define HOLDFAST_CHECKER_RUNTIME_WORKERS_H_

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/exploration.h"
#include "checker/graph/explorer.h"
#include "checker/runtime/gate.h"
#include "checker/runtime/inspector.h"
#include "checker/runtime/runner.h"

namespace holdfast::checker::runtime {

class workers {
 public:
  workers(const exploration& what, const run_options& options, const graph::exploration_options& settings);

  // From a search that was stopped: what is left, whether it blocks, and what it had counted.
  struct beginning {
    std::vector<graph::task> parts;
    bool blocks = false;
    bool is_resumed = false;
    std::uint64_t counted = 0;
    bool until_situation = false;  // ends when the situation is reached
  };
  // Throws unusable_frontier if a part is not there, or if everything has to be visited again.
  void run(const beginning& from);
  // Tells one execution, the first on the way that the path names in a search that blocks, or that does not to begin with.
  void tell(const std::vector<std::uint16_t>& path, bool blocks);

  // After a run() that went through everything: once more, for a situation that the executions were not seen to pass through. Each is
  // searched, until it is found.
  void look_everywhere();

  // After run(): all together. The violation is that of the part that comes first.
  findings seen() const;
  // Why the search ended early; empty: it did not.
  const std::string& stopped_by() const { return stopped_by_; }
  std::vector<graph::task> left() const;
  bool blocks() const { return blocks_; }
  // Throws std::logic_error if threads that are said to be alike were seen to differ.
  void require_alike() const;
  // The labelled atomic operations that were met, sorted by label.
  std::vector<labelled_operation> operations() const;
  bool mutation_applied() const { return runner_.mutation_applied(); }

 private:
  struct worker {
    std::unique_ptr<program> judging;  // never run
    std::unique_ptr<inspector> inspecting;
    std::unique_ptr<gate> counting;  // none: every execution passes
    std::unique_ptr<graph::explorer> exploring;
    unsigned long reported = 0;
  };

  std::size_t depth_of_division();
  bool run_once(const std::vector<graph::task>& parts);
  void explore_part(worker& w, const graph::task& part);
  void require_alike(unsigned a, graph::node_id at_a, unsigned b, graph::node_id at_b) const;
  void work(worker& w);
  void pulse(worker& w);
  void keep_rest(worker& w);
  void stop_at_limit(worker& w);
  bool limit_reached();
  void stop_all(std::string why);

  const exploration& what_;
  const run_options& options_;
  graph::exploration_options settings_;
  execution_limit limit_;
  bool until_situation_ = false;
  std::unique_ptr<program> program_;
  runner runner_;
  std::vector<worker> workers_;
  bool blocks_ = false;
  std::uint64_t counted_before_ = 0;
  std::chrono::steady_clock::time_point begun_;
  std::chrono::steady_clock::time_point reported_;
  std::optional<double> estimate_;

  std::atomic<unsigned> hungry_ = 0;
  std::atomic<bool> stopping_ = false;
  std::atomic<std::uint64_t> executions_ = 0;
  mutable std::mutex lock_;  // guards what follows
  std::condition_variable changed_;
  std::deque<graph::task> waiting_;
  std::vector<graph::task> rest_;
  unsigned idle_ = 0;
  std::string stopped_by_;
  std::exception_ptr error_;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_WORKERS_H_
