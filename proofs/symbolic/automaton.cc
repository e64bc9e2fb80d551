#include "proofs/symbolic/automaton.h"

#include <z3++.h>

#include <stdexcept>

namespace holdfast::proofs {

const char* name_of(entry_kind entry) {
  switch (entry) {
    case entry_kind::lock: return "lock";
    case entry_kind::try_lock: return "try_lock";
    case entry_kind::timed_lock: return "timed_lock";
    case entry_kind::unlock: return "unlock";
  }
  return "?";
}

const char* name_of(action what) {
  switch (what) {
    case action::call: return "call";
    case action::load: return "load";
    case action::store: return "store";
    case action::read_modify_write: return "read_modify_write";
    case action::changed: return "changed";
    case action::sleeps: return "sleeps";
    case action::woken: return "woken";
    case action::interrupted: return "interrupted";
    case action::timed_out: return "timed_out";
    case action::wakes: return "wakes";
  }
  return "?";
}

std::size_t automaton::find(std::string_view location_name) const {
  for (std::size_t i = 0; i < locations.size(); ++i)
    if (locations[i].name == location_name) return i;
  throw std::invalid_argument(lock + " has no location " + std::string(location_name));
}

std::vector<std::size_t> automaton::labelled(std::string_view label) const {
  std::vector<std::size_t> found;
  for (std::size_t i = 0; i < locations.size(); ++i)
    if (locations[i].label == label && !locations[i].asleep) found.push_back(i);
  if (found.empty()) throw std::invalid_argument(lock + " has no operation labelled " + std::string(label));
  return found;
}

std::string automaton::name_of_edge(std::size_t edge_index) const {
  const edge& e = edges[edge_index];
  const auto base = [&](const edge& x) {
    const bool says_why = x.what == action::woken || x.what == action::interrupted || x.what == action::timed_out;
    return locations[x.from].name + (says_why ? std::string(".") + proofs::name_of(x.what) : "") + ".to." + locations[x.to].name;
  };
  const auto mine = base(e);
  int same_before = 0;
  for (std::size_t i = 0; i < edge_index; ++i) same_before += base(edges[i]) == mine;
  return same_before == 0 ? mine : mine + "_" + std::to_string(same_before + 1);
}

bool admits(const automaton& a, std::size_t edge_index, std::uint32_t before, std::uint32_t after) {
  const edge& e = a.edges[edge_index];
  const location& from = a.locations[e.from];
  const auto bits = [](std::uint32_t v) { return "(_ bv" + std::to_string(v) + " 32)"; };
  std::string text = "(declare-const w (_ BitVec 32))\n";
  for (std::size_t i = 0; i < from.parameters; ++i) text += "(declare-const p" + std::to_string(i) + " (_ BitVec 32))\n";
  for (const auto& c : from.constraints) text += "(assert " + c + ")\n";
  text += "(assert (= w " + bits(before) + "))\n(assert " + e.condition + ")\n";
  text += "(assert (= " + bits(after) + " " + (e.update.empty() ? "w" : e.update) + "))\n";
  z3::context context;
  z3::solver solver(context);
  solver.from_string(text.c_str());
  return solver.check() == z3::sat;
}

bool admits(const automaton& a, const recorded_step& step) {
  for (std::size_t i = 0; i < a.edges.size(); ++i) {
    const location& from = a.locations[a.edges[i].from];
    if (from.label == step.label && !from.asleep && admits(a, i, step.before, step.after)) return true;
  }
  return false;
}

}  // namespace holdfast::proofs
