#include "tests/engine/counting.h"

#include <algorithm>

namespace holdfast::checker {
namespace {

using graph::event;
using graph::event_id;
using graph::event_kind;

std::string outcome(const graph::graph& g) {
  std::string text;
  for (graph::location_id l = graph::kernel_queue + 1; l < g.location_count(); ++l) {
    event_id w = g.last_write(l);
    while (w != graph::no_event && g.at(w).dead) w = g.at(w).co_previous;
    text += (w == graph::no_event ? "none" : std::to_string(g.at(w).value)) + " ";
  }
  return text;
}

class counter final : public graph::observer {
 public:
  void complete(const graph::graph& g) override {
    ++seen.complete;
    if (!texts_.insert(canonical(g)).second) ++seen.twice;
    seen.outcomes.insert(outcome(g));
  }
  void blocked(const graph::graph&, const std::vector<graph::standing>&) override { ++seen.blocked; }
  void failed(const graph::graph&, const graph::fault& f) override {
    seen.faults.push_back(f);
    exploring->stop();
  }

  void clear() {
    seen = {};
    texts_.clear();
  }

  counted seen;
  graph::explorer* exploring = nullptr;

 private:
  std::set<std::string> texts_;
};

}  // namespace

std::string canonical(const graph::graph& g) {
  std::vector<std::string> names(g.size());
  std::vector<int> count(graph::most_threads);
  for (event_id e = 0; e < g.size(); ++e) {
    if (g.at(e).kind != event_kind::gave_way) names[e] = std::to_string(g.at(e).thread) + "." + std::to_string(count[g.at(e).thread]++);
  }
  const auto name = [&names](event_id e) { return e == graph::no_event ? std::string("none") : names[e]; };
  std::vector<std::string> lines;
  for (event_id e = 0; e < g.size(); ++e) {
    const event& x = g.at(e);
    if (x.kind == event_kind::gave_way) continue;
    std::string line = name(e) + " " + std::to_string(static_cast<int>(x.kind)) + " " + std::to_string(x.location);
    if (x.reads_from != graph::no_event) line += " from " + name(x.reads_from);
    if (x.kind == event_kind::write) line += " after " + name(x.co_previous);
    if (x.kind == event_kind::choice) line += " " + std::to_string(x.value);
    lines.push_back(std::move(line));
  }
  std::ranges::sort(lines);
  std::string text;
  for (const std::string& l : lines) text += l + "\n";
  return text;
}

counted count(program& p, const exploration& what, const graph::exploration_options& options) {
  runtime::runner running(p, what);
  counter watching;
  graph::explorer exploring(running, what.threads, options, watching);
  watching.exploring = &exploring;
  for (;;) {
    exploring.run({});
    if (!exploring.must_restart()) return watching.seen;
    exploring.restart();
    watching.clear();
  }
}

}  // namespace holdfast::checker
