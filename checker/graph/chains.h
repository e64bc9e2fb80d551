// chains: which orders of the kernel's operations on several words with priority inheritance an execution allows.
//
// Each word's location has who owns the word and who waits for it (pi_words.h). Who of several waiters gets it rests on priorities, which
// are lent along chains of owners: on what was done to other words by then. So the search chooses who it is (phase::pick), and what it made
// is an execution if the operations on all words can have followed each other so that the kernel, in one state, does what the execution
// has: hands each word to the one that was chosen. Such an order is a matter of the kernel alone: it orders no memory. It has
//   the operations on one word as its coherence order has them;
//   an operation after all that it follows from by program order and what was read; under sequential consistency, after all that comes
//   before it in the one order of that execution.
// A prefix of an execution may have no such order, because who lends a priority is not there yet: so whole executions are looked at.
//
// Not here: that LOCK_PI refuses to close a cycle of owners. Here it sleeps, and a cycle that stays is reported as one.
#ifndef HOLDFAST_CHECKER_GRAPH_CHAINS_H_
#define HOLDFAST_CHECKER_GRAPH_CHAINS_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "checker/graph/graph.h"
#include "checker/graph/pi_words.h"

namespace holdfast::checker::graph {

class chains {
 public:
  using requests = std::function<const request&(const event&)>;
  using decisions = std::function<leaving(const request&, std::uint64_t)>;

  chains(const graph& g, const pi_words& words, unsigned threads, bool under_sc, const requests& request_of, const decisions& decision);

  // Whether there is an order.
  bool has_order() { return follow(0, words_.nobody_waits()); }
  // In one of the orders, after the operation that ends with this event: a waiter, and the owner to whom its priority was not lent.
  struct inversion {
    kernel::held_up who;
    event_id after;
  };
  // After has_order().
  std::optional<inversion> found() const { return found_; }

 private:
  struct operation {
    event_id read;
    event_id last;
    bool writes = false;
    std::optional<leaving> why;  // the end of a sleep
    std::uint64_t before = 0;    // a set of operations, by number
  };

  struct known {
    std::uint64_t done;
    kernel::state after;
    bool can_follow;
  };

  void list(unsigned threads, const decisions& decision);
  void order(std::size_t first, std::size_t second);
  void order_by_coherence();
  void order_by_what_was_read();
  void order_under_sc();
  bool follow(std::uint64_t done, const kernel::state& s);
  bool does_the_same(const operation& o, kernel::state& s) const;

  const graph& g_;
  const pi_words& words_;
  requests request_of_;
  std::vector<operation> operations_;
  std::vector<known> known_;
  std::optional<inversion> found_;
};

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_CHAINS_H_
