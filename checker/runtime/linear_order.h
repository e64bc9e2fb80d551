// linear_order: the events of an execution graph in one order, or in others.
#ifndef HOLDFAST_CHECKER_RUNTIME_LINEAR_ORDER_H_
#define HOLDFAST_CHECKER_RUNTIME_LINEAR_ORDER_H_

#include <array>
#include <cstdint>
#include <vector>

#include "checker/graph/graph.h"

namespace holdfast::checker::runtime {

// The events that have been placed: of each thread, so many from its start.
//
// Every event comes after those of its thread that precede it, after what it read, and after what it overwrote and whoever read that, where
// there is such an order. Where there is none, the program not being sequentially consistent, the latter gives way first.
class placing {
 public:
  explicit placing(const graph::graph& g) : g_(&g) {}

  bool is_whole() const { return placed_ == g_->size(); }
  // The threads whose next event may be the next, as a set; not empty unless it is whole.
  std::uint32_t ready() const;
  graph::event_id next_of(unsigned thread) const { return g_->event_of(thread, counts_[thread] + 1u); }
  graph::event_id place(unsigned thread);

  // Equal prefixes have equal counts.
  using counts = std::array<std::uint8_t, graph::most_threads>;
  const counts& placed() const { return counts_; }

 private:
  // How much of the graph the order of the steps respects.
  enum class respect : std::uint8_t { everything, what_is_read, program_order };

  bool is_placed(graph::event_id e) const { return e == graph::no_event || g_->at(e).index <= counts_[g_->at(e).thread]; }
  bool is_ready(graph::event_id e, respect r) const;
  bool is_joined(std::uint64_t threads) const;

  const graph::graph* g_;
  counts counts_{};
  unsigned placed_ = 0;
};

// Which of several events that could be next comes next.
struct preference {
  enum class rule : std::uint8_t {
    same_thread,  // one of the same thread as before, or else the one added first
    in_turn,      // one of the next thread
    priority,     // one of `first`, or else of the threads after it
    reversed,     // one of `first`, or else of the threads before it
    as_added,     // the one added first
  };
  rule by = rule::same_thread;
  unsigned first = 0;
};

std::vector<graph::event_id> linear_order(const graph::graph& g, const preference& p = {});

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_LINEAR_ORDER_H_
