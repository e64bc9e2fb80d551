// collector: looks at each execution of a litmus test that the engine visits, and adds up what it finds.
#ifndef HOLDFAST_CHECKER_LITMUS_COLLECTOR_H_
#define HOLDFAST_CHECKER_LITMUS_COLLECTOR_H_

#include <unordered_map>
#include <vector>

#include "checker/graph/explorer.h"
#include "checker/litmus/executable.h"
#include "checker/litmus/execute.h"
#include "checker/litmus/fate.h"
#include "checker/litmus/program.h"
#include "checker/litmus/sites.h"

namespace holdfast::checker::litmus {

class collector final : public graph::observer {
 public:
  // REQUIRES: all outlive it.
  collector(const program& p, const sites& where, const execute_options& options) : program_(p), where_(where), options_(options) {}

  void watch(graph::explorer& exploring) { exploring_ = &exploring; }
  void forget() { found_ = {}; }
  findings take();

  void grown(const graph::graph& g) override;
  void complete(const graph::graph& g) override;
  void blocked(const graph::graph& g, const std::vector<graph::standing>& standings) override;
  void failed(const graph::graph& g, const graph::fault& f) override;

 private:
  const fate& fate_in(const graph::graph& g, std::size_t thread);
  final_state state_of(const graph::graph& g);
  access access_of(const graph::graph& g, graph::event_id e) const;
  std::vector<defect> defects_of(const graph::graph& g);
  void note_defects(const graph::graph& g, bool is_complete);
  void stop(const std::string& why);

  const program& program_;
  const sites& where_;
  const execute_options& options_;
  graph::explorer* exploring_ = nullptr;
  std::unordered_map<graph::node_id, fate> fates_;  // of a thread at a node: of its whole history
  findings found_;
};

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_COLLECTOR_H_
