// mutex1_wrap: how two threads come to own mutex1, on concrete words.
//
// The obligation lock.L3.to.lock.L2 / free_iff_unowned fails where the word is 2^32 - 1 and held: the increment frees it. That
// such a state is reached is shown in three steps, each decided for itself, none by trust in the counterexample:
//   begins   three threads bring the word from 0 to 3: the first owns; the second is about to increment; the third has seen 2.
//   round    from any held word w, the two lockers bring it to w + 1 and change places: each increment keeps the other awake.
//   ends     from 2^32 - 1 the same step gives 0, and the locker whose wait fails reads 0: the second owner.
// 2^32 - 4 rounds lead from the first to the last: induction, on the word.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "proofs/mutex_subjects.h"
#include "proofs/symbolic/script.h"
#include "proofs/symbolic/smt.h"

namespace holdfast::proofs {

namespace {

using checker::result;

constexpr const char* failing = "lock.L3.to.lock.L2 / free_iff_unowned";

// One owner; `next` is about to increment; `other` has seen the word before its last increment, and is about to wait.
std::vector<placed_thread> lockers(const automaton& a, const std::string& word, unsigned next, unsigned other) {
  std::vector<placed_thread> t(3);
  t[0] = {automaton::owner, {}};
  t[next - 1] = {a.find("lock.L3"), {"#x00000001"}};
  t[other - 1] = {a.find("lock.L2"), {"(bvsub " + word + " #x00000001)"}};
  return t;
}

script begin(const automaton& a) {
  script s(a, std::vector<placed_thread>(3), smt::bits(0));
  s.go(1, "idle.to.lock.L1").go(1, "lock.L1.to.owner");
  for (unsigned t : {2u, 3u}) s.go(t, "idle.to.lock.L1").go(t, "lock.L1.to.lock.L2");
  return s.go(2, "lock.L2.to.lock.L3");
}

script round(const automaton& a, const std::string& word) {
  return script(a, lockers(a, word, 2, 3), word).go(2, "lock.L3.to.lock.L2").go(3, "lock.L2.to.lock.L3");
}

script end(const automaton& a) {
  auto s = round(a, smt::bits(0xffffffff));
  return s.go(3, "lock.L3.to.owner");
}

// That a script can be followed and ends where the claim says.
obligation holds(const automaton& a, const std::string& name, const std::string& premises, const script& s, const std::string& claim) {
  const auto text = "; " + a.lock + ": wrap / " + name + "\n; expected: unsat\n(set-logic ALL)\n" + premises + "(assert (not (and " +
                    s.possible() + " " + claim + ")))\n(check-sat)\n";
  return {"wrap / " + name, name, "wrap", text, false};
}

std::string in_place(const automaton& a, const script& s, const std::string& word, unsigned next, unsigned other) {
  const bool there =
      s.at(next).location == a.find("lock.L3") && s.at(other).location == a.find("lock.L2") && s.at(1).location == automaton::owner;
  if (!there) return "false";
  return "(and (= " + s.word() + " " + word + ") (= " + s.at(other).remembers.at(0) + " (bvsub " + word + " #x00000001)))";
}

std::vector<obligation> wrap(const automaton& a) {
  const std::string some_word = "(declare-const word (_ BitVec 32))\n(assert (not (= word #x00000000)))\n";
  const auto first = begin(a), middle = round(a, "word"), last = end(a);
  const bool two = last.at(1).location == automaton::owner && last.at(3).location == automaton::owner;
  return {
      holds(a, "begins", "", first, in_place(a, first, smt::bits(3), 2, 3)),
      holds(a, "round", some_word, middle, in_place(a, middle, "(bvadd word #x00000001)", 3, 2)),
      holds(a, "ends", "", last, two ? "true" : "false"),
  };
}

void show(checker::violation& v, const automaton& a, const script& s) {
  for (const auto& step : s.steps()) {
    const edge& e = a.edges[step.edge];
    const location& from = a.locations[e.from];
    if (e.what == action::call) continue;
    checker::step shown;
    shown.thread = step.thread;
    shown.label = from.label;
    shown.operation = from.operation;
    shown.object = a.word->name;
    shown.order = from.operation == "wait" ? "" : from.manner;
    const auto before = value_of(step.before), after = value_of(step.after);
    shown.read = checker::decoded_word{before, smt::decoded(*a.word, before)};
    if (!e.update.empty()) shown.written = checker::decoded_word{after, smt::decoded(*a.word, after)};
    if (e.what == action::changed) shown.result = "changed";
    if (e.to == automaton::owner) {
      shown.result = "owns";
      v.parties.push_back(v.steps.size());
    }
    const auto colon = from.where.rfind(':');
    shown.where = {from.where.substr(0, colon), std::stoi(from.where.substr(colon + 1)), name_of(from.entry)};
    v.steps.push_back(std::move(shown));
  }
}

}  // namespace

result refute_mutex1(const checker::run_options& options) {
  const auto s = mutex1_subject();
  auto r = prove(s, options);
  if (r.outcome != checker::verdict::violated) return r;
  const auto system = system_of(s);
  const auto& a = system.threads;
  result reached;
  reached.name = r.name;
  judge(reached, invariant_of(s, system), wrap(a), options);
  for (auto& o : reached.obligations) r.obligations.push_back(std::move(o));
  r.executions = r.obligations.size();
  if (reached.outcome != checker::verdict::verified) {
    r.outcome = checker::verdict::inconclusive;
    r.found = reached.found;
    return r;
  }
  for (const auto& o : r.obligations)
    if (o.name == failing && !o.counterexample.empty()) r.found->object = o.name, r.found->explanation = o.counterexample;
  r.found->explanation +=
      "; and so it comes: two lockers keep each other awake for 4294967292 increments between the steps below; "
      "the counter wraps to 0 while the mutex is held, and the next locker owns it too";
  show(*r.found, a, begin(a));
  show(*r.found, a, end(a));
  return r;
}

}  // namespace holdfast::proofs
