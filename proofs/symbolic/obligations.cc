#include "proofs/symbolic/obligations.h"

#include <algorithm>
#include <map>
#include <set>
#include <stdexcept>
#include <utility>

namespace holdfast::proofs {

namespace {

std::string negated(const std::string& t) { return "(not " + t + ")"; }
std::string equal(const std::string& a, const std::string& b) { return "(= " + a + " " + b + ")"; }
std::string implies(const std::string& a, const std::string& b) { return "(=> " + a + " " + b + ")"; }
std::string line(const std::string& term) { return "(assert " + term + ")\n"; }
std::string declared(const std::string& name, const std::string& sort) { return "(declare-const " + name + " " + sort + ")\n"; }

std::string is_free(const invariant& inv, const state_names& s) { return inv.system.meaning.is_free({s.word}).text; }

std::string layout_conjunct(const invariant& inv, const state_names& s) { return smt::fits(*inv.system.threads.word, s.word); }

std::string exclusion(const invariant& inv, const state_names& s) { return inv.at_most(inv.owners(s), inv.number(1)); }

std::string free_iff_unowned(const invariant& inv, const state_names& s) {
  return equal(is_free(inv, s), equal(inv.owners(s), inv.number(0)));
}

std::string no_sleeper_forgotten(const invariant& inv, const state_names& s) {
  const auto somebody_owes = inv.at_most(inv.number(1), inv.owing(s));
  const auto says_so = inv.system.meaning.has_waiters({s.word}).text;
  return implies(inv.at_most(inv.number(1), inv.asleep(s)), smt::any_of({says_so, somebody_owes}));
}

std::string published(const invariant& inv, const state_names& s) { return implies(is_free(inv, s), s.published); }

std::string no_misuse(const invariant& inv, const state_names& s) { return equal(s.counts[automaton::misuse], inv.number(0)); }

std::vector<bool> labelled(const automaton& a, const std::vector<std::string>& labels) {
  std::vector<bool> found(a.locations.size(), false);
  for (const auto& l : labels)
    for (auto at : a.labelled(l)) found[at] = true;
  return found;
}

}  // namespace

const std::vector<conjunct>& mutex_conjuncts() {
  static const std::vector<conjunct> all = {
      {"layout", "the word has a value that its layout names", layout_conjunct},
      {"exclusion", "at most one thread owns the lock", exclusion},
      {"free_iff_unowned", "the word is free exactly if no thread owns the lock", free_iff_unowned},
      {"no_sleeper_forgotten", "if a thread sleeps, the word says that some thread may, or some thread owes a wake or an announcement",
       no_sleeper_forgotten},
      {"published", "if the word is free, whoever reads it with acquire order sees the last owner's section", published},
      {"no_misuse", "no thread is told that it broke a precondition", no_misuse},
  };
  return all;
}

invariant::invariant(const thread_system& s, const std::vector<std::string>& owing_labels, counting h)
    : system(s), owes(labelled(s.threads, owing_labels)), how(h) {}

const char* invariant::sort() const { return how == counting::integers ? "Int" : "(_ BitVec 40)"; }

std::string invariant::number(unsigned value) const {
  return how == counting::integers ? std::to_string(value) : "(_ bv" + std::to_string(value) + " 40)";
}
std::string invariant::at_most(const std::string& a, const std::string& b) const {
  return std::string(how == counting::integers ? "(<= " : "(bvule ") + a + " " + b + ")";
}
std::string invariant::minus(const std::string& a, const std::string& b) const {
  return std::string(how == counting::integers ? "(- " : "(bvsub ") + a + " " + b + ")";
}
std::string invariant::times(unsigned factor, const std::string& a) const {
  return std::string(how == counting::integers ? "(* " : "(bvmul ") + number(factor) + " " + a + ")";
}
std::string invariant::sum(const std::vector<std::string>& parts) const {
  if (parts.empty()) return number(0);
  if (parts.size() == 1) return parts[0];
  std::string text = parts[0];
  for (std::size_t i = 1; i < parts.size(); ++i) {
    if (how == counting::integers) text += " " + parts[i];
    else text = "(bvadd " + text + " " + parts[i] + ")";
  }
  return how == counting::integers ? "(+ " + text + ")" : text;
}

std::string invariant::sum_where(const state_names& s, const std::vector<bool>& which) const {
  std::vector<std::string> parts;
  for (std::size_t l = 0; l < which.size(); ++l)
    if (which[l]) parts.push_back(s.counts[l]);
  return sum(parts);
}
std::string invariant::owners(const state_names& s) const { return sum_where(s, system.owning); }
std::string invariant::owing(const state_names& s) const { return sum_where(s, owes); }
std::string invariant::asleep(const state_names& s) const {
  std::vector<bool> sleeping;
  for (const auto& l : system.threads.locations) sleeping.push_back(l.asleep);
  return sum_where(s, sleeping);
}

namespace {

class writer {
 public:
  writer(const invariant& inv, const std::vector<never_fires>& impossible, const ranking& rank)
      : inv_(inv), a_(inv.system.threads), rank_(rank), spins_(rank.spins.begin(), rank.spins.end()) {
    for (const auto& n : impossible) impossible_[n.transition] = n.reason;
    before_ = {"w", {}, "published"};
    for (std::size_t l = 0; l < a_.locations.size(); ++l) before_.counts.push_back(count_of(a_, l));
  }

  std::vector<obligation> all() {
    start();
    for (std::size_t l = 0; l < a_.locations.size(); ++l) total(l);
    no_deadlock();
    if (!rank_.weights.empty()) weigh();
    for (const auto& t : inv_.system.transitions) about(t);
    std::set<std::string> named = spins_;
    for (const auto& n : impossible_) named.insert(n.first);
    for (const auto& n : named)
      if (used_.count(n) == 0) throw std::invalid_argument(a_.lock + " has no transition " + n);
    return std::move(found_);
  }

 private:
  std::string state() const {
    std::string text = "; the word, and how many threads are where\n" + declared("w", "(_ BitVec 32)");
    for (const auto& c : before_.counts) text += declared(c, inv_.sort());
    return text + "; the last owner's section is published by the value of the word\n" + declared("published", "Bool");
  }

  std::string numbers_are_numbers() const {
    std::string text;
    if (inv_.how == counting::integers) {
      for (const auto& c : before_.counts) text += line(inv_.at_most(inv_.number(0), c));
      return text;
    }
    const auto limit = inv_.number(1u << 30);
    for (const auto& c : before_.counts) text += line("(bvult " + c + " " + limit + ")");
    return text + line("(bvult " + inv_.sum(before_.counts) + " " + limit + ")");
  }

  std::string holds() const {
    std::string text = "; the invariant\n" + numbers_are_numbers();
    for (const auto& c : mutex_conjuncts()) text += "; " + c.name + "\n" + line(c.text(inv_, before_));
    return text;
  }

  void add(const std::string& subject, const std::string& rule, const std::string& body, bool satisfiable = false) {
    const auto name = subject + " / " + rule;
    const auto text = "; " + a_.lock + ": " + name + "\n; expected: " + (satisfiable ? "sat" : "unsat") + "\n(set-logic ALL)\n" + state() +
                      body + "(check-sat)\n";
    found_.push_back({name, rule, subject, text, satisfiable});
  }

  void start() {
    std::string at_start = "; the start: everybody is outside, nothing needs publishing\n" + numbers_are_numbers();
    at_start += line(equal("w", smt::bits(a_.initial))) + line("published");
    for (std::size_t l = 0; l < a_.locations.size(); ++l)
      if (l != automaton::idle) at_start += line(equal(before_.counts[l], inv_.number(0)));
    for (const auto& c : mutex_conjuncts()) add("start", c.name, at_start + "; fails\n" + line(negated(c.text(inv_, before_))));
    add("start", "fires", at_start, true);
  }

  // The edges of a location cover every value of the word.
  void total(std::size_t l) {
    const auto& here = a_.locations[l];
    if (l == automaton::misuse) return;
    std::string text = "; a thread is here, and no edge is open to it\n";
    for (std::size_t i = 0; i < here.parameters; ++i) text += declared("p" + std::to_string(i), "(_ BitVec 32)");
    for (const auto& c : here.constraints) text += line(c);
    for (const auto& e : a_.edges)
      if (e.from == l) text += line(negated(e.condition));
    add(here.name, "total", text);
  }

  // Somebody is in the lock, and everybody who is sleeps.
  void no_deadlock() {
    std::string text = holds() + "; somebody is in the lock, and all who are sleep\n";
    text += line(inv_.at_most(inv_.number(1), inv_.asleep(before_)));
    for (std::size_t l = 0; l < a_.locations.size(); ++l)
      if (l != automaton::idle && !a_.locations[l].asleep) text += line(equal(before_.counts[l], inv_.number(0)));
    add("invariant", "no_deadlock", text);
  }

  std::string fires(const transition& t) const {
    std::string text = "; the transition\n";
    for (const auto& v : t.values) text += declared(v, "(_ BitVec 32)");
    for (const auto& d : t.divisions) {
      for (const auto& n : d.into) {
        text += declared(n, inv_.sort()) + line(inv_.at_most(inv_.number(0), n));
        text += line(inv_.at_most(n, before_.counts[d.of]));
      }
      text += line(equal(before_.counts[d.of], inv_.sum(d.into)));
    }
    for (const auto& m : t.moves)
      if (m.count == "1") text += line(inv_.at_most(inv_.number(1), before_.counts[m.from]));
    for (auto l : t.nobody_at) text += line(equal(before_.counts[l], inv_.number(0)));
    for (const auto& g : t.guards)
      if (g != "true") text += line(g);
    return text;
  }

  // The state afterwards; parts that do not change keep their names.
  std::string effect(const transition& t, state_names& after) const {
    after = before_;
    std::string text = "; its effect\n";
    if (!t.update.empty()) {
      after.word = "w.next";
      text += declared("w.next", "(_ BitVec 32)") + line(equal("w.next", t.update));
    }
    std::map<std::size_t, std::string> changed;
    for (const auto& m : t.moves) {
      if (m.from == m.to) continue;
      const auto n = m.count == "1" ? inv_.number(1) : m.count;
      for (auto l : {m.from, m.to}) changed.try_emplace(l, before_.counts[l]);
      changed[m.from] = inv_.minus(changed[m.from], n);
      changed[m.to] = inv_.sum({changed[m.to], n});
    }
    for (const auto& [l, value] : changed) {
      after.counts[l] = before_.counts[l] + ".next";
      text += declared(after.counts[l], inv_.sort()) + line(equal(after.counts[l], value));
    }
    if (t.published == publication::set) after.published = "true";
    if (t.published == publication::cleared) after.published = "false";
    return text;
  }

  void about(const transition& t) {
    used_.insert(t.name);
    const auto premises = holds() + fires(t);
    state_names after;
    const auto acts = effect(t, after);
    const bool possible = impossible_.count(t.name) == 0;
    for (const auto& c : mutex_conjuncts())
      add(t.name, c.name, premises + acts + "; " + c.name + " fails\n" + line(negated(c.text(inv_, after))));
    add(t.name, "calls", out_of_order(t));
    add(t.name, "step", premises + acts + specification_fails(t, after));
    if (t.takes) {
      std::string reads = t.acquires ? "published" : "false";
      add(t.name, "acquires", premises + "; the new owner does not see the last section\n" + line(negated(reads)));
    }
    if (must_progress(t)) add(t.name, "progress", premises + acts + does_not_fall(after));
    add(t.name, "fires", premises, possible);
  }

  // Callers and calls: an entry begins where its caller may be, stays within itself, and ends as what it says: lock as the owner, unlock as
  // none, the others as their result tells.
  std::string out_of_order(const transition& t) const {
    std::vector<std::string> kept;
    for (const auto& m : t.moves) {
      const bool acting = &m == &t.moves[0];
      const auto& result = acting ? a_.edges[t.edge].returns : "";
      const auto from = entry_at(m.from), to = entry_at(m.to);
      bool ok = from == to && result.empty() && from != "outside";
      if (from == "outside")
        ok = m.from == automaton::owner ? to == "unlock" : m.from == automaton::idle && to != "unlock" && to != "outside";
      if (m.to == automaton::misuse) ok = true;
      if (m.to == automaton::owner)
        ok = from == "lock" ? result == "nothing" : (from == "try_lock" || from == "timed_lock") && result == "true";
      if (m.to == automaton::idle)
        ok = from == "unlock" ? result == "nothing" : (from == "try_lock" || from == "timed_lock") && result == "false";
      kept.push_back(ok ? "true" : "false");
    }
    return "; a thread leaves its call, or begins one, out of order\n" + line(negated(smt::all_of(kept)));
  }

  std::string entry_at(std::size_t l) const { return a_.locations[l].label.empty() ? "outside" : name_of(a_.locations[l].entry); }

  // Each location's weight, by its label.
  void weigh() {
    weights_.resize(a_.locations.size());
    std::set<std::string> used;
    for (std::size_t l = 0; l < a_.locations.size(); ++l) {
      if (l == automaton::idle || l == automaton::misuse) continue;
      const auto name = l == automaton::owner ? std::string("owner") : a_.locations[l].label;
      const auto found = std::find_if(rank_.weights.begin(), rank_.weights.end(), [&](const weight& w) { return w.label == name; });
      if (found == rank_.weights.end()) throw std::invalid_argument(a_.lock + ": no weight is given for " + name);
      used.insert(name);
      weights_[l] = a_.locations[l].asleep ? weight{name, found->first, 0, 0, 0} : *found;
    }
    for (const auto& w : rank_.weights)
      if (used.count(w.label) == 0) throw std::invalid_argument(a_.lock + " has no operation labelled " + w.label);
  }

  bool must_progress(const transition& t) const {
    const edge& e = a_.edges[t.edge];
    const bool arrives = e.what == action::call && e.from == automaton::idle;
    const bool wakes_unasked = e.what == action::woken || e.what == action::interrupted;
    return !rank_.weights.empty() && !arrives && !wakes_unasked && spins_.count(t.name) == 0;
  }

  std::string weighted(const state_names& s, unsigned weight::*which) const {
    std::vector<std::string> parts;
    for (std::size_t l = 0; l < weights_.size(); ++l)
      if (weights_[l].*which != 0) parts.push_back(inv_.times(weights_[l].*which, s.counts[l]));
    return inv_.sum(parts);
  }

  std::string second_number(const state_names& s) const {
    const auto waiters = inv_.system.meaning.has_waiters({s.word}).text;
    return "(ite " + is_free(inv_, s) + " " + weighted(s, &weight::if_free) + " (ite " + waiters + " " + weighted(s, &weight::if_waiters) +
           " " + weighted(s, &weight::if_held) + "))";
  }

  std::string does_not_fall(const state_names& after) const {
    const auto less = [&](const std::string& x, const std::string& y) { return negated(inv_.at_most(y, x)); };
    const auto first = weighted(before_, &weight::first), first_after = weighted(after, &weight::first);
    const auto second_falls = less(second_number(after), second_number(before_));
    return "; the rank does not fall\n" +
           line(negated(smt::any_of({less(first_after, first), smt::all_of({equal(first_after, first), second_falls})})));
  }

  std::string specification_fails(const transition& t, const state_names& after) const;

  const invariant& inv_;
  const automaton& a_;
  const ranking& rank_;
  const std::set<std::string> spins_;
  std::vector<weight> weights_;
  std::map<std::string, std::string> impossible_;
  std::set<std::string> used_;
  state_names before_;
  std::vector<obligation> found_;
};

// The specification's owner, 0 or a thread's id, is what the locations say: 0 if nobody is at an owning location, the thread that acts if
// it is, another thread otherwise. The step must be the specification's operation, or leave its state alone.
std::string writer::specification_fails(const transition& t, const state_names& after) const {
  using spec = spec::mutex<smt::thread_term, smt::truth>;
  using operation = spec::operation;
  const edge& e = a_.edges[t.edge];
  const bool owned = inv_.system.owning[e.from], owns = inv_.system.owning[e.to];
  for (std::size_t i = 1; i < t.moves.size(); ++i)
    if (inv_.system.owning[t.moves[i].from] != inv_.system.owning[t.moves[i].to]) return "; the kernel made a sleeper the owner\n";
  const auto nobody_before = equal(inv_.owners(before_), inv_.number(0));
  const auto nobody_after = equal(inv_.owners(after), inv_.number(0));
  const smt::thread_term self("self"), owner("owner"), owner_next("owner.next");
  std::string text = "; the specification's state before and after, as the locations say\n";
  for (const char* id : {"self", "owner", "owner.next"}) text += declared(id, "Int");
  text += line("(>= self 1)") + line("(>= owner 0)") + line(equal(nobody_before, (owner == smt::thread_term(0)).text));
  text += line(owned ? (owner == self).text : (owner != self).text);
  text += line(equal("owner.next", "(ite " + nobody_after + " 0 " + (owns ? "self" : "owner") + ")"));
  text += "; that is no step of it\n";
  spec s{owner};
  const bool timed = a_.locations[e.from].entry == entry_kind::timed_lock;
  std::string enabled = "true";
  const auto perform = [&](operation op) {
    enabled = s.enabled(op, self).text;
    s.effect(op, self);
  };
  if (!owned && owns) perform(operation::lock);
  else if (owned && !owns) perform(operation::unlock);
  else if (e.returns == "false") perform(timed ? operation::give_up : operation::try_lock_busy);
  return text + line(negated("(and " + enabled + " " + (owner_next == s.owner).text + ")"));
}

}  // namespace

std::vector<obligation> obligations_of(const invariant& inv, const std::vector<never_fires>& impossible, const ranking& rank) {
  return writer(inv, impossible, rank).all();
}

std::vector<std::string> rules_of_a_transition() {
  std::vector<std::string> names;
  for (const auto& c : mutex_conjuncts()) names.push_back(c.name);
  names.insert(names.end(), {"calls", "step", "acquires", "progress", "fires"});
  return names;
}

}  // namespace holdfast::proofs
