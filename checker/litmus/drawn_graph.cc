#include "checker/litmus/drawn_graph.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>
#include <vector>

#include "checker/litmus/executable.h"
#include "checker/litmus/print.h"
#include "checker/litmus/relations.h"

namespace holdfast::checker::litmus {
namespace {

using graph::event;
using graph::event_id;
using graph::event_kind;
using graph::no_event;

std::string_view short_name(order o) {
  switch (o) {
    case order::relaxed: return "rlx";
    case order::consume: return "con";
    case order::acquire: return "acq";
    case order::release: return "rel";
    case order::acq_rel: return "ar";
    case order::seq_cst: return "sc";
  }
  return "";
}

// a, b, ..., z, aa, ab, ...
std::string letters(std::size_t number) {
  const std::string last(1, static_cast<char>('a' + number % 26));
  return number < 26 ? last : letters(number / 26 - 1) + last;
}

class drawer {
 public:
  drawer(const program& p, const graph::graph& g) : program_(p), graph_(g), drawn_(g.size()) {}

  drawn_execution draw() {
    add_initial_writes();
    for (std::size_t t = 0; t < program_.threads.size(); ++t) add_thread(t);
    for (event_id e = 0; e < graph_.size(); ++e) {
      if (graph_.at(e).kind == event_kind::read) connect(graph_.at(e).reads_from, e, edge_kind::rf);
      if (graph_.at(e).kind == event_kind::write) connect(e, graph_.at(e).co_next, edge_kind::mo);
    }
    for (const auto& [from, to] : synchronisations(graph_)) connect(from, to, edge_kind::sw);
    for (const auto& [one, other] : races(program_, graph_)) connect(one, other, edge_kind::dr);
    return result_;
  }

 private:
  void add_initial_writes() {
    for (std::size_t l = 0; l < program_.locations.size(); ++l) {
      const event_id e = graph_.first_write(number_of(l));
      if (program_.locations[l].initial) add(e, drawn_event::initial_write, label_of(e, no_event));
    }
  }

  void add_thread(std::size_t thread) {
    std::vector<event_id> events;
    for (event_id e = graph_.last_of(static_cast<unsigned>(thread + 1)); e != no_event; e = graph_.at(e).previous) events.push_back(e);
    std::reverse(events.begin(), events.end());
    event_id before = no_event;
    for (std::size_t i = 0; i < events.size(); ++i) {
      const event_id e = events[i];
      if (graph_.at(e).kind == event_kind::gave_way) continue;
      const bool updates = graph_.at(e).kind == event_kind::read && graph_.at(e).exclusive;
      add(e, static_cast<int>(thread), label_of(e, updates ? events[i + 1] : no_event));
      if (updates) drawn_[events[++i]] = drawn_[e];
      if (before != no_event) connect(before, e, edge_kind::sb);
      before = e;
    }
  }

  void add(event_id e, int thread, const std::string& label) {
    drawn_[e] = result_.events.size();
    result_.events.push_back({thread, letters(result_.events.size()) + ":" + label});
  }

  // `written` is the write of a read-modify-write.
  std::string label_of(event_id id, event_id written) const {
    const event& e = graph_.at(id);
    if (e.kind == event_kind::fence) return fmt::format("F{}", short_name(e.memory_order));
    const location& l = program_.locations[e.location - 1u];
    const std::string_view how = l.is_atomic && e.thread != 0 ? short_name(e.memory_order) : "na";
    const bool is_read = e.kind == event_kind::read;
    const bool is_unknown = is_read && graph_.at(e.reads_from).co_previous == no_event && !l.initial;
    const std::string value = is_unknown ? "?" : value_text(e.value, l.of);
    if (written == no_event) return fmt::format("{}{} {}={}", is_read ? "R" : "W", how, l.name, value);
    return fmt::format("RMW{} {}={}/{}", how, l.name, value, value_text(graph_.at(written).value, l.of));
  }

  void connect(event_id from, event_id to, edge_kind kind) {
    if (to != no_event && drawn_[from] && drawn_[to]) result_.edges.push_back({*drawn_[from], *drawn_[to], kind});
  }

  const program& program_;
  const graph::graph& graph_;
  std::vector<std::optional<std::size_t>> drawn_;  // which of the drawn events each is
  drawn_execution result_;
};

}  // namespace

drawn_execution drawn(const program& p, const graph::graph& g) { return drawer(p, g).draw(); }

}  // namespace holdfast::checker::litmus
