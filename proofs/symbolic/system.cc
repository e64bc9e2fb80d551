#include "proofs/symbolic/system.h"

#include <z3++.h>

#include <deque>
#include <optional>
#include <set>
#include <stdexcept>
#include <utility>

#include "impl/platform.h"

namespace holdfast::proofs {

namespace {

std::string truth_after(const edge& e) { return e.update.empty() ? "w" : e.update; }

std::string declare_word(const std::string& name) { return "(declare-const " + name + " (_ BitVec 32))\n"; }

// Answers questions about one edge: is `claim` true whenever the edge is taken?
class edge_oracle {
 public:
  edge_oracle(const automaton& a, const word_meaning& meaning) : a_(a), meaning_(meaning) {}

  bool possible(const edge& e, bool owner) { return satisfiable(premises(e, owner)); }
  bool always(const edge& e, bool owner, const std::string& claim) {
    return !satisfiable(premises(e, owner) + "(assert (not " + claim + "))\n");
  }

  std::string free(const std::string& word) const { return meaning_.is_free({word}).text; }
  std::string waiters(const std::string& word) const { return meaning_.has_waiters({word}).text; }

 private:
  std::string premises(const edge& e, bool owner) const {
    const auto& from = a_.locations[e.from];
    std::string text = declare_word("w");
    for (std::size_t i = 0; i < from.parameters; ++i) text += declare_word("p" + std::to_string(i));
    for (const auto& c : from.constraints) text += "(assert " + c + ")\n";
    text += "(assert " + e.condition + ")\n(assert " + smt::fits(*a_.word, "w") + ")\n";
    if (owner) text += "(assert (not " + free("w") + "))\n";
    return text;
  }

  bool satisfiable(const std::string& text) {
    z3::solver solver(context_);
    solver.from_string(text.c_str());
    const auto answer = solver.check();
    if (answer == z3::unknown) throw std::runtime_error("the solver cannot decide what an edge does to the word");
    return answer == z3::sat;
  }

  z3::context context_;
  const automaton& a_;
  const word_meaning& meaning_;
};

bool ends_sleep(const edge& e) { return e.what == action::woken || e.what == action::interrupted || e.what == action::timed_out; }

}  // namespace

std::string count_of(const automaton& a, std::size_t location) { return "n." + a.locations[location].name; }

std::vector<bool> owning_locations(const automaton& a, const word_meaning& meaning) {
  edge_oracle ask(a, meaning);
  std::vector<std::optional<bool>> role(a.locations.size());
  role[automaton::idle] = false;
  role[automaton::owner] = true;
  role[automaton::misuse] = false;
  std::deque<std::size_t> pending{automaton::idle, automaton::owner};
  while (!pending.empty()) {
    const auto from = pending.front();
    pending.pop_front();
    for (const auto& e : a.edges) {
      if (e.from != from || role[e.to]) continue;
      bool owns = *role[from];
      const auto was = ask.free("w"), is = ask.free(truth_after(e));
      if (!e.update.empty() && ask.possible(e, owns)) {
        if (!owns && ask.always(e, owns, "(and " + was + " (not " + is + "))")) owns = true;
        else if (owns && ask.always(e, owns, "(and (not " + was + ") " + is + ")")) owns = false;
      }
      role[e.to] = owns;
      pending.push_back(e.to);
    }
  }
  std::vector<bool> found;
  for (const auto& r : role) found.push_back(r.value_or(false));
  return found;
}

std::vector<bool> owing_locations(const automaton& a, const word_meaning& meaning, const std::vector<bool>& owning) {
  edge_oracle ask(a, meaning);
  std::vector<bool> owes(a.locations.size(), true);
  for (std::size_t l = 0; l < owes.size(); ++l) owes[l] = !a.locations[l].label.empty() && !a.locations[l].asleep;
  for (bool changed = true; changed;) {
    changed = false;
    for (const auto& e : a.edges) {
      if (!owes[e.from] || owes[e.to] || e.what == action::wakes || ends_sleep(e)) continue;
      const bool owns = owning[e.from];
      if (!ask.possible(e, owns) || ask.always(e, owns, ask.waiters(truth_after(e)))) continue;
      owes[e.from] = false;
      changed = true;
    }
  }
  return owes;
}

namespace {

class system_builder {
 public:
  system_builder(thread_system& s) : s_(s), a_(s.threads) {}

  void build() {
    for (std::size_t i = 0; i < a_.edges.size(); ++i) add(i);
    std::set<std::string> seen;
    for (const auto& t : s_.transitions)
      if (!seen.insert(t.name).second) throw std::logic_error("two transitions are called " + t.name);
  }

 private:
  void add(std::size_t index) {
    const edge& e = a_.edges[index];
    if (e.what == action::wakes) {
      add_wakes(index);
    } else if (e.what != action::interrupted || !same_as_woken(e)) {
      s_.transitions.push_back(start(index, a_.name_of_edge(index)));
    }
  }

  // A sleep that a signal ends often goes on like one that ends for no reason: one transition.
  bool same_as_woken(const edge& e) const {
    for (const auto& other : a_.edges)
      if (other.what == action::woken && other.from == e.from && other.to == e.to && other.remembers == e.remembers) return true;
    return false;
  }

  transition start(std::size_t index, std::string name) const {
    const edge& e = a_.edges[index];
    const location& from = a_.locations[e.from];
    transition t;
    t.name = std::move(name);
    t.edge = index;
    t.moves.push_back({e.from, e.to, "1"});
    for (std::size_t i = 0; i < from.parameters; ++i) t.values.push_back("p" + std::to_string(i));
    for (const auto& c : from.constraints) t.guards.push_back(c);
    t.update = e.update;
    t.takes = !s_.owning[e.from] && s_.owning[e.to];
    t.acquires = e.acquires;
    if (from.operation == "load") {
      t.values.push_back("seen");
      t.guards.push_back("(let ((w seen)) " + e.condition + ")");
    } else {
      t.guards.push_back(e.condition);
    }
    t.published = publishes(e, t.takes);
    return t;
  }

  publication publishes(const edge& e, bool takes) const {
    if (takes) return publication::cleared;
    if (e.update.empty()) return publication::kept;
    const bool after_section = s_.owning[e.from] && a_.locations[e.from].entry == entry_kind::unlock;
    if (after_section && e.releases) return publication::set;
    return e.what == action::store ? publication::cleared : publication::kept;
  }

  std::vector<std::size_t> sleepers() const {
    std::vector<std::size_t> found;
    for (std::size_t l = 0; l < a_.locations.size(); ++l)
      if (a_.locations[l].asleep) found.push_back(l);
    return found;
  }

  void add_wakes(std::size_t index) {
    const auto base = a_.locations[a_.edges[index].from].name + ".wakes";
    auto nobody = start(index, base + ".nobody");
    nobody.nobody_at = sleepers();
    s_.transitions.push_back(nobody);
    if (a_.edges[index].wakes == everyone) return add_wake_all(index, base);
    for (std::size_t i = 0; i < a_.edges.size(); ++i) {
      const edge& sleeper = a_.edges[i];
      if (sleeper.what != action::woken) continue;
      auto t = start(index, base + "." + a_.name_of_edge(i));
      t.moves.push_back({sleeper.from, sleeper.to, "1"});
      s_.transitions.push_back(t);
    }
  }

  // Everybody goes on, each in one of the ways open to it.
  void add_wake_all(std::size_t index, const std::string& base) {
    auto t = start(index, base + ".everyone");
    for (auto l : sleepers()) {
      division everybody{l, {}};
      for (std::size_t i = 0; i < a_.edges.size(); ++i) {
        if (a_.edges[i].what != action::woken || a_.edges[i].from != l) continue;
        const auto name = "m" + std::to_string(i);
        t.moves.push_back({l, a_.edges[i].to, name});
        everybody.into.push_back(name);
      }
      t.divisions.push_back(everybody);
    }
    s_.transitions.push_back(t);
  }

  thread_system& s_;
  const automaton& a_;
};

}  // namespace

thread_system make_system(automaton a, const word_meaning& meaning) {
  thread_system s;
  s.threads = std::move(a);
  s.meaning = meaning;
  s.owning = owning_locations(s.threads, meaning);
  system_builder(s).build();
  return s;
}

}  // namespace holdfast::proofs
