// Every small change of mutex3's extracted relation, one at a time: an edge led elsewhere or taken away, another value written, a negated
// condition, a weakened order. Each falls to some obligation, or is on the list of survivors with the reason.
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "proofs/mutex_subjects.h"
#include "proofs/symbolic/solvers.h"

namespace holdfast::proofs {
namespace {

struct change {
  std::string name;
  std::function<void(automaton&)> apply;
};

void add_targets(const automaton& a, std::size_t i, const std::string& edge_name, std::vector<change>& all) {
  const edge& e = a.edges[i];
  if (e.what == action::sleeps) return;  // where a thread sleeps is the kernel's business
  for (std::size_t to = 0; to < a.locations.size(); ++to) {
    if (to == e.to || to == automaton::misuse || a.locations[to].asleep) continue;
    all.push_back({edge_name + " leads to " + a.locations[to].name, [i, to](automaton& m) {
                     m.edges[i].to = to;
                     m.edges[i].remembers.assign(m.locations[to].parameters, "w");
                   }});
  }
}

std::vector<change> changes_of(const automaton& a) {
  std::vector<change> all;
  for (std::size_t i = 0; i < a.edges.size(); ++i) {
    const edge& e = a.edges[i];
    const auto name = a.name_of_edge(i);
    add_targets(a, i, name, all);
    if (e.what != action::call) all.push_back({name + " is gone", [i](automaton& m) { m.edges[i].condition = "false"; }});
    if (e.condition != "true") all.push_back({name + " is negated", [i](automaton& m) { m.edges[i].condition = "(not " + m.edges[i].condition + ")"; }});
    if (e.acquires) all.push_back({name + " does not acquire", [i](automaton& m) { m.edges[i].acquires = false; }});
    if (e.releases) all.push_back({name + " does not release", [i](automaton& m) { m.edges[i].releases = false; }});
    if (e.what == action::wakes) all.push_back({name + " wakes nobody", [i](automaton& m) { m.edges[i].what = action::call; }});
    if (e.update.empty()) continue;
    for (std::uint32_t v : {0u, 1u, 2u, 3u})
      if (smt::bits(v) != e.update) all.push_back({name + " writes " + std::to_string(v), [i, v](automaton& m) { m.edges[i].update = smt::bits(v); }});
  }
  return all;
}

// The first obligation that Z3 refutes; empty if there is none.
std::string falls_to(const subject& s, const change& c) {
  const auto system = system_of(s, {}, c.apply);
  const auto inv = invariant_of(s, system);
  for (const auto& o : obligations_of(s, inv)) {
    const auto answer = z3_answer(o.text);
    EXPECT_TRUE(answer == "sat" || answer == "unsat") << c.name << ": " << o.name << ": " << answer;
    if (answer != (o.satisfiable ? "sat" : "unsat")) return o.name;
  }
  return "";
}

TEST(Sweep, EveryChangeOfMutex3FallsOrIsKnownToBeHarmless) {
  const std::map<std::string, std::string> harmless = {
  };
  const auto s = mutex3_subject();
  std::size_t fallen = 0;
  std::map<std::string, int> by_rule;
  for (const auto& c : changes_of(s.extracted({}))) {
    const auto obligation = falls_to(s, c);
    const bool known = harmless.count(c.name) != 0;
    EXPECT_EQ(obligation.empty(), known) << c.name << ": " << (obligation.empty() ? "survives" : "falls to " + obligation);
    if (obligation.empty()) continue;
    ++fallen;
    ++by_rule[obligation.substr(obligation.find(" / ") + 3)];
  }
  for (const auto& [rule, n] : by_rule) RecordProperty(rule, n);
  EXPECT_EQ(fallen, 0u);
}

}  // namespace
}  // namespace holdfast::proofs
