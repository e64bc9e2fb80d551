// Every small change of mutex3's extracted relation, one at a time: an edge led elsewhere or taken away, another value written, a negated
// condition, a weakened order. Each falls to some obligation, or is on the list of survivors with the reason.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "proofs/mutex_subjects.h"
#include "proofs/symbolic/solvers.h"

namespace holdfast::proofs {
namespace {

struct change {
  std::string name;
  std::string at;  // the location where it is felt first
  std::function<void(automaton&)> apply;
};

void add_targets(const automaton& a, std::size_t i, const std::string& edge_name, std::vector<change>& all) {
  const edge& e = a.edges[i];
  if (e.what == action::sleeps) return;  // where a thread sleeps is the kernel's business
  for (std::size_t to = 0; to < a.locations.size(); ++to) {
    if (to == e.to || to == automaton::misuse || a.locations[to].asleep) continue;
    all.push_back({edge_name + " leads to " + a.locations[to].name, a.locations[e.from].name, [i, to](automaton& m) {
                     m.edges[i].to = to;
                     m.edges[i].remembers.assign(m.locations[to].parameters, "w");
                   }});
  }
}

std::vector<change> changes_of(const automaton& a) {
  std::vector<change> all;
  for (std::size_t i = 0; i < a.edges.size(); ++i) {
    const edge& e = a.edges[i];
    const auto name = a.name_of_edge(i), at = a.locations[e.from].name;
    add_targets(a, i, name, all);
    if (e.what != action::call) all.push_back({name + " is gone", at, [i](automaton& m) { m.edges[i].condition = "false"; }});
    if (e.condition != "true")
      all.push_back({name + " is negated", at, [i](automaton& m) { m.edges[i].condition = "(not " + m.edges[i].condition + ")"; }});
    if (e.acquires) all.push_back({name + " does not acquire", at, [i](automaton& m) { m.edges[i].acquires = false; }});
    if (e.releases) all.push_back({name + " does not release", at, [i](automaton& m) { m.edges[i].releases = false; }});
    if (e.what == action::wakes) all.push_back({name + " wakes nobody", at, [i](automaton& m) { m.edges[i].what = action::call; }});
    if (e.update.empty()) continue;
    for (std::uint32_t v : {0u, 1u, 2u, 3u})
      if (smt::bits(v) != e.update)
        all.push_back({name + " writes " + std::to_string(v), at, [i, v](automaton& m) { m.edges[i].update = smt::bits(v); }});
  }
  return all;
}

// The first obligation that Z3 refutes; empty if there is none.
std::string falls_to(const subject& s, const change& c) {
  const auto system = system_of(s, {}, c.apply);
  const auto inv = invariant_of(s, system);
  auto all = obligations_of(s, inv);
  const auto concerned = [&](const obligation& o) { return o.name.starts_with(c.at); };
  std::stable_partition(all.begin(), all.end(), concerned);
  for (const auto& o : all) {
    const auto answer = z3_answer(o.text);
    EXPECT_TRUE(answer == "sat" || answer == "unsat") << c.name << ": " << o.name << ": " << answer;
    if (answer != (o.satisfiable ? "sat" : "unsat")) return o.name;
  }
  return "";
}

// Why a change is harmless, and the changes of which that is true.
const std::map<std::string, std::vector<std::string>>& harmless() {
  static const std::map<std::string, std::vector<std::string>> all = {
      {"a lock that begins further on announces more, or looks later, than it need",
       {
           "idle.to.lock.L1 leads to lock.L2",
           "idle.to.lock.L1 leads to lock.L3",
           "idle.to.lock.L1 leads to lock.L3.b",
           "idle.to.lock.L1 leads to lock.L4",
           "idle.to.lock.L1 leads to lock.L4.b",
       }},
      {"every unlock makes a system call",
       {
           "lock.L1.to.owner writes 2",
       }},
      {"the wait finds the word changed, or the announcement is made later; L4 follows in either case",
       {
           "lock.L1.to.lock.L2 leads to lock.L3",
           "lock.L1.to.lock.L2 leads to lock.L3.b",
           "lock.L1.to.lock.L2 leads to lock.L4",
           "lock.L1.to.lock.L2 leads to lock.L4.b",
           "lock.L1.to.lock.L3 leads to lock.L2",
           "lock.L1.to.lock.L3 leads to lock.L3.b",
           "lock.L1.to.lock.L3 leads to lock.L4",
           "lock.L1.to.lock.L3 leads to lock.L4.b",
       }},
      {"the other location is its twin: they differ in a value that nothing reads",
       {
           "lock.L2.to.lock.L3.b leads to lock.L3",
           "lock.L3.to.lock.L4 leads to lock.L4.b",
           "lock.L3.asleep.woken.to.lock.L4 leads to lock.L4.b",
           "lock.L3.b.to.lock.L4.b leads to lock.L4",
           "lock.L3.b.asleep.woken.to.lock.L4.b leads to lock.L4",
           "lock.L4.to.lock.L3.b leads to lock.L3",
           "lock.L4.b.to.lock.L3.b leads to lock.L3",
       }},
      {"announces twice before it sleeps",
       {
           "lock.L2.to.lock.L3.b leads to lock.L4",
           "lock.L2.to.lock.L3.b leads to lock.L4.b",
       }},
      {"the word was held: nothing is owned, nothing need be seen",
       {
           "lock.L2.to.lock.L3.b does not acquire",
           "lock.L4.to.lock.L3.b does not acquire",
           "lock.L4.b.to.lock.L3.b does not acquire",
       }},
      {"the sleep ended without a wake, so nothing was owed; the thread may begin anywhere in lock",
       {
           "lock.L3.asleep.interrupted.to.lock.L4 leads to lock.L1",
           "lock.L3.asleep.interrupted.to.lock.L4 leads to lock.L2",
           "lock.L3.asleep.interrupted.to.lock.L4 leads to lock.L3",
           "lock.L3.asleep.interrupted.to.lock.L4 leads to lock.L3.b",
           "lock.L3.asleep.interrupted.to.lock.L4 leads to lock.L4.b",
           "lock.L3.b.asleep.interrupted.to.lock.L4.b leads to lock.L1",
           "lock.L3.b.asleep.interrupted.to.lock.L4.b leads to lock.L2",
           "lock.L3.b.asleep.interrupted.to.lock.L4.b leads to lock.L3",
           "lock.L3.b.asleep.interrupted.to.lock.L4.b leads to lock.L3.b",
           "lock.L3.b.asleep.interrupted.to.lock.L4.b leads to lock.L4",
       }},
      {"a signal that never comes",
       {
           "lock.L3.asleep.interrupted.to.lock.L4 is gone",
           "lock.L3.b.asleep.interrupted.to.lock.L4.b is gone",
       }},
      {"the same value, written as a constant",
       {
           "unlock.U1.to.idle writes 0",
           "unlock.U1.to.unlock.U2 writes 1",
       }},
      {"U2 releases after it",
       {
           "unlock.U1.to.unlock.U2 does not release",
       }},
      {"U2 stores over it before anybody can own",
       {
           "unlock.U1.to.unlock.U2 writes 2",
       }},
  };
  return all;
}

std::string reason_for(const std::string& change_name) {
  for (const auto& [reason, names] : harmless())
    for (const auto& n : names)
      if (n == change_name) return reason;
  return "";
}

TEST(Sweep, EveryChangeOfMutex3FallsOrIsKnownToBeHarmless) {
  const auto s = mutex3_subject();
  std::size_t fallen = 0;
  std::map<std::string, int> by_rule;
  for (const auto& c : changes_of(s.extracted({}))) {
    const auto obligation = falls_to(s, c);
    EXPECT_EQ(obligation.empty(), !reason_for(c.name).empty())
        << c.name << ": " << (obligation.empty() ? "survives" : "falls to " + obligation);
    if (obligation.empty()) continue;
    ++fallen;
    ++by_rule[obligation.substr(obligation.find(" / ") + 3)];
  }
  for (const auto& [rule, n] : by_rule) RecordProperty(rule, n);
  EXPECT_EQ(fallen, 247u);
}

}  // namespace
}  // namespace holdfast::proofs
