// observer: what an exploration is asked for, what it shows of the graphs that it visits, and how its tree of executions is divided.
#ifndef HOLDFAST_CHECKER_GRAPH_OBSERVER_H_
#define HOLDFAST_CHECKER_GRAPH_OBSERVER_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/graph/graph.h"
#include "checker/kernel/toggles.h"
#include "checker/report/record.h"

namespace holdfast::checker::graph {

enum class memory_model : std::uint8_t { rc11, sc };

struct exploration_options {
  memory_model model = memory_model::rc11;
  bool awaits = true;    // false: a read that makes its thread read again is an event, and its thread is blocked
  bool cut_pure = true;  // an iteration that writes back what it read is as good as none
  // Threads from `first_alike` up to `last_alike` run the same code with the same arguments: of executions that differ only in which of
  // them does what, one is visited.
  unsigned first_alike = 0;
  unsigned last_alike = 0;
  std::vector<unsigned> priorities;  // of the threads from 1: pi_words
  kernel::toggles on;                // what the kernel does otherwise
  bool wakes_order_memory = false;   // a wake synchronises with whom it wakes
  bool races = true;                 // false: ordinary data is read and written as if it were atomic and relaxed
};

// Why the events of a graph are in error.
struct fault {
  violation_kind kind = violation_kind::none;
  const char* text = "";      // static
  event_id event = no_event;  // the last event of it
  event_id other = no_event;  // the other party of a race
  unsigned thread = 0;
  bool is_bound = false;  // not an error of the program: the search went into a limit of its own
};

// Where a thread stands in an execution that is over.
enum class standing : std::uint8_t {
  ended,
  asleep,        // in the kernel, for ever
  asleep_timed,  // the same, but its deadline would pass: another execution covers it
  spins,         // re-reads for ever what will not change
  stale,         // might have read something newer: another execution covers it
  waits,         // for other threads to end
  abandoned,     // the execution is of no interest: see runtime::abandon
};

// Who looks at what the explorer visits. Each call may ask it to stop.
class observer {
 public:
  virtual ~observer() = default;
  // After every event; the graph is a prefix of executions.
  virtual void grown(const graph&) {}
  // Every thread has ended.
  virtual void complete(const graph&) = 0;
  // Nobody can run, and not all have ended.
  virtual void blocked(const graph&, const std::vector<standing>&) = 0;
  virtual void failed(const graph&, const fault&) = 0;
};

// A part of the tree of executions: below the node at the end of a path, the children from a number up to another. Children are numbered
// from 0 in the order in which they are visited; the numbering is a function of the program and the options.
struct task {
  std::vector<std::uint16_t> path;
  std::uint32_t first = 0;
  std::uint32_t end = ~0u;
};

// One of `total` disjoint shares of the tree: what the hashes of the paths at a depth give to it.
struct share {
  std::size_t depth = 0;
  unsigned index = 0;
  unsigned total = 1;
};

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_OBSERVER_H_
