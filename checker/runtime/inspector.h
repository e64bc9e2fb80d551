// inspector: looks at each execution that is visited: counts it, holds it against the specification, and reports what is wrong with it.
#ifndef HOLDFAST_CHECKER_RUNTIME_INSPECTOR_H_
#define HOLDFAST_CHECKER_RUNTIME_INSPECTOR_H_

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "checker/exploration.h"
#include "checker/graph/explorer.h"
#include "checker/report/record.h"
#include "checker/runtime/history.h"
#include "checker/runtime/narrate.h"
#include "checker/runtime/runner.h"
#include "checker/runtime/situation_search.h"

namespace holdfast::checker::runtime {

struct findings {
  std::uint64_t complete = 0;
  std::uint64_t blocked = 0;  // covered by others: a deadline would have passed, or a read was stale
  std::optional<violation> found;
  std::string bound;  // what the search ran into
  bool situation_reached = false;
  std::string witness;
  bool gave_up = false;  // the situation was not looked for in all of an execution
};

class inspector final : public graph::observer {
 public:
  // `pulse` is called now and then, and may stop the explorer.
  inspector(const exploration& what, const program& of, const runner& running, std::function<void()> pulse);

  void watch(graph::explorer& exploring) { exploring_ = &exploring; }
  // A replay: the first execution is told and ends the search, whatever it is.
  void tell_first() { tells_first_ = true; }
  // From now on executions are not judged: each is searched for the situation, until it is found.
  void look_everywhere() { looks_everywhere_ = true; }
  const findings& seen() const { return seen_; }
  void forget() { seen_ = {}; }

  void grown(const graph::graph& g) override;
  void complete(const graph::graph& g) override;
  void blocked(const graph::graph& g, const std::vector<graph::standing>& standings) override;
  void failed(const graph::graph& g, const graph::fault& f) override;

 private:
  narration told(const graph::graph& g) const;
  void require_room(const graph::graph& g) const;
  void look_for_inversion(const graph::graph& g);
  void look_for_unlent_priority(const graph::graph& g);
  void conclude_inversion(const graph::graph& g, const kernel::held_up& found, graph::event_id after);
  std::optional<unsigned char> operation_around(graph::node_id n) const;
  void look_for_leak(const graph::graph& g);
  void look_for_situation(const graph::graph& g);
  void conclude(violation v);
  void judge(const graph::graph& g, const std::vector<graph::standing>& standings);
  violation blocked_for_ever(const graph::graph& g, unsigned thread, violation_kind kind, const std::string& where);
  step next_of(const graph::graph& g, unsigned thread);
  step last_look(const graph::graph& g, unsigned thread);
  void add_missing_access(const graph::graph& g, violation& v);
  violation deadlock(const graph::graph& g, const std::vector<graph::standing>& standings);
  unsigned owner_of_what_it_waits_for(const graph::graph& g, unsigned thread) const;
  std::vector<unsigned> cycle_of_owners(const graph::graph& g) const;
  violation refused_cycle(const graph::graph& g, const std::vector<unsigned>& cycle);

  const exploration& what_;
  const program& program_;
  const runner& running_;
  std::function<void()> pulse_;
  graph::explorer* exploring_ = nullptr;
  history history_;
  findings seen_;
  std::optional<situation_search> search_;
  bool tells_first_ = false;
  std::vector<graph::event_id> told_order_;  // of a replay that passes through the situation; empty: the usual one
  bool looks_everywhere_ = false;
  unsigned until_pulse_ = 0;
};

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_INSPECTOR_H_
