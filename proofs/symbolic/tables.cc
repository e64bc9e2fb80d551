#include "proofs/symbolic/tables.h"

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <stdexcept>

#include "proofs/symbolic/solvers.h"

namespace holdfast::proofs {

namespace {

// "#x00000002" as "2"; "(not (= w #x00000001))" as "w != 1".
std::string readable(std::string term) {
  for (auto at = term.find("#x"); at != std::string::npos; at = term.find("#x"))
    term.replace(at, 10, std::to_string(static_cast<std::int32_t>(std::stoul(term.substr(at + 2, 8), nullptr, 16))));
  return term;
}

// The values of the layout that the word may have while a thread is at the location.
std::string words_at(const invariant& inv, std::size_t at) {
  const auto& a = inv.system.threads;
  const state_names now = [&] {
    state_names s{"w", {}, "published"};
    for (std::size_t l = 0; l < a.locations.size(); ++l) s.counts.push_back(count_of(a, l));
    return s;
  }();
  std::string text = "(declare-const w (_ BitVec 32))\n(declare-const published Bool)\n";
  for (const auto& c : now.counts) text += "(declare-const " + c + " Int)\n(assert (<= 0 " + c + "))\n";
  for (const auto& c : mutex_conjuncts()) text += "(assert " + c.text(inv, now) + ")\n";
  text += "(assert (<= 1 " + now.counts[at] + "))\n(check-sat)\n";
  std::string names;
  for (const auto& f : a.word->fields)
    for (const auto& v : f.values)
      if (!model_of(text, "(assert (= w " + smt::bits(v.value) + "))\n").empty())
        names += (names.empty() ? "" : ", ") + std::string(v.name);
  return names.empty() ? "nothing: no thread is ever there" : names;
}

std::string operation_of(const location& l) {
  if (l.label.empty()) return "";
  if (l.asleep) return "asleep in `wait`";
  std::string arguments;
  for (const auto& x : l.arguments) arguments += (arguments.empty() ? "" : ", ") + readable(x);
  return "`" + l.operation + "(" + arguments + (arguments.empty() ? "" : "; ") + l.manner + ")`";
}

std::string effect_of(const edge& e) {
  std::string text = e.update.empty() ? "" : "w := " + readable(e.update);
  const auto also = [&](const std::string& what) { text += (text.empty() ? "" : ", ") + what; };
  if (e.acquires) also("acquire");
  if (e.releases) also("release");
  if (e.what == action::sleeps) also("sleeps");
  if (e.what == action::wakes) also(e.wakes == 1 ? "wakes one, if one sleeps" : "wakes all");
  if (e.what == action::woken || e.what == action::interrupted || e.what == action::timed_out) also(name_of(e.what));
  if (e.what == action::changed) also("the kernel finds the word changed");
  if (e.returns == "true" || e.returns == "false") also("returns " + e.returns);
  if (e.returns == "nothing" && e.to != automaton::misuse) also("returns");
  return text;
}

}  // namespace

table locations_table(const subject& s) {
  const auto system = system_of(s);
  const auto inv = invariant_of(s, system);
  const auto& a = system.threads;
  std::string text = "| location | about to do | the word may be | owns | owes | source |\n|---|---|---|---|---|---|\n";
  for (std::size_t l = 0; l < a.locations.size(); ++l) {
    const auto& here = a.locations[l];
    const auto file = here.where.substr(0, here.where.rfind(':'));
    text += "| " + here.name + " | " + operation_of(here) + " | " + words_at(inv, l) + " | " + (system.owning[l] ? "yes" : "") + " | " +
            (inv.owes[l] ? "yes" : "") + " | " + (here.label.empty() ? "" : "[" + here.label + "] in " + file) + " |\n";
  }
  return {s.lock + ".locations", text};
}

table edges_table(const subject& s) {
  const auto a = s.extracted({});
  std::string text = "| edge | if | effect |\n|---|---|---|\n";
  for (std::size_t i = 0; i < a.edges.size(); ++i) {
    const auto& e = a.edges[i];
    text +=
        "| " + a.name_of_edge(i) + " | " + (e.condition == "true" ? "" : "`" + readable(e.condition) + "`") + " | " + effect_of(e) + " |\n";
  }
  return {s.lock + ".edges", text};
}

table obligations_table(const subject& s, const checker::result& r) {
  std::map<std::string, std::map<std::string, std::string>> cell;
  std::vector<std::string> subjects;
  for (const auto& o : r.obligations) {
    const auto slash = o.name.find(" / ");
    const auto subject_name = o.name.substr(0, slash), rule = o.name.substr(slash + 3);
    if (cell.count(subject_name) == 0) subjects.push_back(subject_name);
    bool holds = !o.answers.empty();
    for (const auto& a : o.answers) holds = holds && a.answer == o.expected;
    const bool impossible = rule == "fires" && o.expected == "unsat";
    cell[subject_name][rule] = !holds ? "**FAILS**" : impossible ? "never" : "ok";
  }
  const auto rules = rules_of_a_transition();
  std::string text = "| transition |", ruler = "|---|";
  for (const auto& name : rules) text += " " + name + " |", ruler += "---|";
  text += "\n" + ruler + "\n";
  std::string others;
  for (const auto& name : subjects) {
    const auto& row = cell[name];
    if (row.count("total") != 0 || row.count("no_deadlock") != 0) {
      for (const auto& [rule, answer] : row) others += "| " + name + " | " + rule + " | " + answer + " |\n";
      continue;
    }
    text += "| " + name + " |";
    for (const auto& rule : rules) text += " " + (row.count(rule) != 0 ? row.at(rule) : "") + " |";
    text += "\n";
  }
  return {s.lock + ".obligations", text + "\n| about | rule | |\n|---|---|---|\n" + others};
}

table mutants_table(const subject& s, const std::vector<mutant>& mutants) {
  std::string text = "| mutant | change | the obligation that falls | in this state |\n|---|---|---|---|\n";
  for (const auto& m : mutants) {
    const auto system = system_of(s, m.operations, m.edit);
    const auto inv = invariant_of(s, system);
    std::string state = "**none: the mutant survives**";
    for (const auto& o : obligations_of(s, inv)) {
      if (o.name == m.breaks && !model_of(o.text, "").empty()) state = counterexample(inv, o);
    }
    text += "| " + m.name + " | " + m.change + " | " + m.breaks + " | " + state + " |\n";
  }
  return {s.lock + ".mutants", text};
}

table diagram(const subject& s, entry_kind acquiring) {
  const auto system = system_of(s);
  const auto inv = invariant_of(s, system);
  const auto& a = system.threads;
  std::vector<bool> drawn;
  for (const auto& l : a.locations) drawn.push_back(l.label.empty() || l.entry == acquiring || l.entry == entry_kind::unlock);
  std::string text = "```mermaid\nflowchart TD\n";
  for (std::size_t l = 0; l < a.locations.size(); ++l) {
    if (!drawn[l] || l == automaton::misuse) continue;
    const auto id = "n" + std::to_string(l);
    text += "  " + id + (system.owning[l] ? "[[" : "[") + "\"" + a.locations[l].name + "\"" + (system.owning[l] ? "]]" : "]") + "\n";
    if (inv.owes[l]) text += "  style " + id + " stroke-dasharray: 4\n";
  }
  std::map<std::pair<std::size_t, std::size_t>, std::set<std::string>> labels;
  for (const auto& e : a.edges) {
    if (!drawn[e.from] || !drawn[e.to] || e.to == automaton::misuse) continue;
    auto what = e.what == action::call ? "" : e.update.empty() ? std::string(name_of(e.what)) : "w := " + readable(e.update);
    if (e.what == action::load) what = "";
    labels[{e.from, e.to}].insert(what);
  }
  for (const auto& [ends, set] : labels) {
    std::string label;
    for (const auto& l : set)
      if (!l.empty()) label += (label.empty() ? "" : ", ") + l;
    text += "  n" + std::to_string(ends.first) + " -->" + (label.empty() ? "" : "|\"" + label + "\"|") + " n" +
            std::to_string(ends.second) + "\n";
  }
  return {s.lock + ".diagram", text + "```\n"};
}

table run_table(const std::string& lock, const checker::violation& v) {
  std::string text = "| thread | operation | reads | writes | |\n|---|---|---|---|---|\n";
  for (const auto& s : v.steps) {
    text += "| T" + std::to_string(s.thread) + " | [" + s.label + "] " + s.operation + " | " + (s.read ? s.read->text : "") + " | " +
            (s.written ? s.written->text : "") + " | " + s.result + " |\n";
  }
  return {lock + ".run", text};
}

void write_tables(const std::vector<table>& tables, const std::string& folder) {
  if (folder.empty()) return;
  std::filesystem::create_directories(folder);
  for (const auto& t : tables) {
    const auto path = std::filesystem::path(folder) / (t.name + ".md");
    std::ofstream out(path);
    out << t.text;
    if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
  }
}

}  // namespace holdfast::proofs
