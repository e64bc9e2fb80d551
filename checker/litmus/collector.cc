#include "checker/litmus/collector.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "checker/litmus/drawn_graph.h"
#include "checker/litmus/relations.h"
#include "checker/report/text.h"

namespace holdfast::checker::litmus {
namespace {

using graph::event;
using graph::event_id;
using graph::event_kind;
using graph::no_event;

auto place_of(const access& a) { return std::tuple(a.at.line, a.at.column, a.thread, a.what); }

auto key_of(const defect& d) {
  return std::tuple(d.what, place_of(d.first), d.other ? place_of(*d.other) : place_of({}), d.location, std::string_view(d.text));
}

bool is_same(const defect& a, const defect& b) { return key_of(a) == key_of(b); }

void add_once(std::vector<defect>& all, defect d) {
  if (d.other && place_of(*d.other) < place_of(d.first)) std::swap(d.first, *d.other);
  const bool is_there = std::any_of(all.begin(), all.end(), [&](const defect& other) { return is_same(d, other); });
  if (!is_there) all.push_back(std::move(d));
}

}  // namespace

findings collector::take() {
  std::sort(found_.defects.begin(), found_.defects.end(), [](const defect& a, const defect& b) { return key_of(a) < key_of(b); });
  return std::move(found_);
}

void collector::stop(const std::string& why) {
  found_.stopped_by = why;
  exploring_->stop();
}

const fate& collector::fate_in(const graph::graph& g, std::size_t thread) {
  const auto number = static_cast<unsigned>(thread + 1);
  const event_id last = g.last_of(number);
  graph::node_id at = graph::no_node;
  if (last == no_event) at = exploring_->tree().root(number);
  else at = g.at(last).after != graph::no_node ? g.at(last).after : g.at(last).at;
  const auto known = fates_.find(at);
  return known != fates_.end() ? known->second : fates_.emplace(at, fate_of(program_, thread, exploring_->tree(), at)).first->second;
}

final_state collector::state_of(const graph::graph& g) {
  final_state s;
  for (const thread& t : program_.threads) s.registers.emplace_back(t.locals.size());
  s.locations.resize(program_.locations.size());
  for (const observable& o : program_.observed) {
    if (o.in == none) s.locations[o.place] = g.at(g.last_write(number_of(o.place))).value;
    else s.registers[o.in][o.place] = fate_in(g, o.in).registers[o.place];
  }
  return s;
}

access collector::access_of(const graph::graph& g, event_id id) const {
  const event& e = g.at(id);
  const access_kind what = e.exclusive ? access_kind::updates : e.kind == event_kind::write ? access_kind::writes : access_kind::reads;
  return {e.thread - std::size_t{1}, what, where_.position_of(exploring_->tree().at(e.at).next.at->label)};
}

std::vector<defect> collector::defects_of(const graph::graph& g) {
  std::vector<defect> found;
  for (const auto& [a, b] : races(program_, g)) {
    add_once(found, {defect_kind::race, g.at(a).location - 1u, access_of(g, a), access_of(g, b), "", 0});
  }
  for (event_id e = 0; e < g.size(); ++e) {
    const event& r = g.at(e);
    if (r.kind != event_kind::read || r.location > program_.locations.size() || program_.locations[r.location - 1u].initial) continue;
    if (g.at(r.reads_from).co_previous != no_event) continue;
    add_once(found, {defect_kind::uninitialised, r.location - 1u, access_of(g, e), std::nullopt, "", 0});
  }
  for (std::size_t t = 0; t < program_.threads.size(); ++t) {
    for (const failed_assertion& f : fate_in(g, t).failures) {
      add_once(found, {defect_kind::assertion, none, {t, access_kind::reads, f.at}, std::nullopt, std::string(f.text), 0});
    }
  }
  return found;
}

void collector::note_defects(const graph::graph& g, bool is_complete) {
  for (defect& d : defects_of(g)) {
    const auto known = std::find_if(found_.defects.begin(), found_.defects.end(), [&](const defect& other) { return is_same(d, other); });
    defect& noted = known != found_.defects.end() ? *known : found_.defects.emplace_back(std::move(d));
    noted.executions += is_complete ? 1 : 0;
  }
}

void collector::grown(const graph::graph&) {
  if (options_.stop != nullptr && options_.stop->load()) stop("Ctrl-C");
}

void collector::complete(const graph::graph& g) {
  ++found_.executions;
  ++found_.states[state_of(g)];
  note_defects(g, true);
  if (options_.draws) found_.drawings.push_back(drawn(program_, g));
}

// Where a thread reads what is not the newest, another execution has it read that.
void collector::blocked(const graph::graph& g, const std::vector<graph::standing>& standings) {
  const bool is_covered = std::find(standings.begin(), standings.end(), graph::standing::stale) != standings.end();
  for (std::size_t t = 0; t < program_.threads.size(); ++t) {
    const fate& f = fate_in(g, t);
    if (f.how == ending::idles) {
      return stop(fmt::format("the loop at {}:{}:{} went round {} times without an access: it may never end", program_.file, f.at.line,
                              f.at.column, grouped(most_idle_rounds)));
    }
    if (f.how == ending::abandoned) {
      found_.abandoned += is_covered ? 0 : 1;
      return;
    }
  }
  note_defects(g, false);
  found_.blocked += is_covered ? 0 : 1;
}

void collector::failed(const graph::graph& g, const graph::fault& f) {
  note_defects(g, false);
  stop(f.text);
}

}  // namespace holdfast::checker::litmus
