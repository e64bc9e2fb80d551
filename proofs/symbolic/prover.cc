#include "proofs/symbolic/prover.h"

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <utility>

#include "proofs/symbolic/solvers.h"

namespace holdfast::proofs {

namespace {

using checker::result;
using checker::verdict;
using checker::violation_kind;

std::string file_name(const std::string& lock, const std::string& obligation_name) {
  std::string name;
  for (char c : obligation_name) {
    if (c == '/') name += "--";
    else if (c != ' ') name += c;
  }
  return lock + "." + name + ".smt2";
}

std::string keep_file(const std::string& folder, const std::string& lock, const obligation& o) {
  if (folder.empty()) return "";
  std::filesystem::create_directories(folder);
  const auto path = std::filesystem::path(folder) / file_name(lock, o.name);
  std::ofstream out(path);
  out << o.text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
  return path.string();
}

enum class standing : unsigned char { proved, refuted, undecided };

standing standing_of(const checker::obligation_result& o) {
  bool all_as_expected = !o.answers.empty(), all_opposite = !o.answers.empty();
  const std::string opposite = o.expected == "sat" ? "unsat" : "sat";
  for (const auto& a : o.answers) {
    all_as_expected = all_as_expected && a.answer == o.expected;
    all_opposite = all_opposite && a.answer == opposite;
  }
  return all_as_expected ? standing::proved : all_opposite ? standing::refuted : standing::undecided;
}

void report(result& r, violation_kind kind, const std::string& object, const std::string& explanation) {
  r.found = checker::violation{};
  r.found->kind = kind;
  r.found->object = object;
  r.found->explanation = explanation;
}

std::string answers_of(const checker::obligation_result& o) {
  std::string text;
  for (const auto& a : o.answers) text += (text.empty() ? "" : ", ") + a.solver + ": " + a.answer;
  return text;
}

result begin(const subject& s, counting how) {
  result r;
  r.name = s.lock + "/proof";
  r.engine = "proof";
  r.model = how == counting::integers ? "any number of threads, all words: inductive invariant under RC11"
                                      : "fewer than 2^30 threads, all words: inductive invariant under RC11";
  r.assumptions = assumptions(how);
  return r;
}

// Runs a proof; what keeps it from being one is a verdict, inconclusive, and says why.
template <class Body>
result timed(const subject& s, counting how, Body body) {
  auto r = begin(s, how);
  const auto start = std::chrono::steady_clock::now();
  try {
    body(r);
  } catch (const std::exception& e) {
    r.outcome = verdict::inconclusive;
    report(r, violation_kind::undecided, s.lock, e.what());
  }
  r.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return r;
}

std::string explained(const invariant& inv, const obligation& o) {
  if (o.satisfiable) return "the transition cannot fire: nothing that is proved about it says anything";
  return "fails at: " + counterexample(inv, o);
}

}  // namespace

std::vector<std::string> assumptions(counting how) {
  return {
      how == counting::integers ? "N: any number of threads (integer counters)" : "N: fewer than 2^30 threads (40-bit counters)",
      "code: the transitions are extracted from the template that ships; a location is merged only with its equal, and every merge is probed",
      "kernel: wait compares and sleeps in one step; wake takes any sleeper; sleeps may end spuriously; a consumed wake is never a time-out",
      "memory: RC11; the accesses to one word are totally ordered by coherence, and plain loads are taken to return anything",
      "callers: lock only as a non-owner, unlock only as the owner, nobody dies in the lock",
      "solvers: Z3 and cvc5 agree on every obligation; neither answer is certified",
      "not proved: fairness, freedom from starvation, termination",
  };
}

thread_system system_of(const subject& s, const std::vector<mutation>& operations, const std::function<void(automaton&)>& edit) {
  auto a = s.extracted({});
  for (const auto& m : operations) a.labelled(m.label);  // throws for a label that the code lacks
  if (!operations.empty()) a = s.extracted(operations);
  if (edit) edit(a);
  return make_system(std::move(a), s.meaning);
}

std::string counterexample(const invariant& inv, const obligation& o) {
  const auto& a = inv.system.threads;
  std::vector<std::string> inside;
  for (std::size_t l = 0; l < a.locations.size(); ++l)
    if (l != automaton::idle) inside.push_back(count_of(a, l));
  std::map<std::string, std::string> model;
  for (unsigned most = 1; most <= 5 && model.empty(); ++most)
    model = model_of(o.text, "(assert " + inv.at_most(inv.sum(inside), inv.number(most)) + ")\n");
  if (model.empty()) model = model_of(o.text, "");
  const auto word = [&](const char* name) { return smt::decoded(*a.word, static_cast<std::uint32_t>(std::stoul(model[name]))); };
  std::string text;
  if (model.count("w") != 0) text = "word " + word("w");
  if (model.count("w.next") != 0) text += " -> " + word("w.next");
  for (std::size_t l = 0; l < a.locations.size(); ++l) {
    const auto n = model.find(count_of(a, l));
    if (l != automaton::idle && n != model.end() && n->second != "0") text += "; at " + a.locations[l].name + " " + n->second;
  }
  if (model.count("published") != 0 && model["published"] == "false") text += "; not published";
  return text;
}

void judge(result& r, const invariant& inv, const std::vector<obligation>& all, const checker::run_options& options) {
  std::vector<std::string> texts;
  for (const auto& o : all) texts.push_back(o.text);
  const auto answers = decide(texts, {.stop = options.stop});
  const obligation* refuted = nullptr;
  const checker::obligation_result* open = nullptr;
  r.obligations.reserve(r.obligations.size() + all.size());
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto& o = r.obligations.emplace_back();
    o.name = all[i].name;
    o.expected = all[i].satisfiable ? "sat" : "unsat";
    o.answers = answers[i].answers;
    o.smt_file = keep_file(options.artifacts, r.name.substr(0, r.name.find('/')) + (r.mutant.empty() ? "" : "." + r.mutant), all[i]);
    const auto stands = standing_of(o);
    if (stands == standing::refuted) {
      o.counterexample = explained(inv, all[i]);
      if (refuted == nullptr) refuted = &all[i];
    }
    if (stands == standing::undecided && open == nullptr) open = &o;
  }
  r.executions = r.obligations.size();
  if (refuted != nullptr) {
    r.outcome = verdict::violated;
    report(r, violation_kind::obligation, refuted->name, explained(inv, *refuted));
  } else if (open != nullptr) {
    r.outcome = verdict::inconclusive;
    report(r, violation_kind::undecided, open->name, "the solvers do not both answer " + open->expected + " (" + answers_of(*open) + ")");
    if (options.stop != nullptr && options.stop->load()) r.limits.stopped_by = "Ctrl-C";
  } else {
    r.outcome = verdict::verified;
  }
}

checker::result prove(const subject& s, const checker::run_options& options, counting how) {
  return timed(s, how, [&](result& r) {
    const auto system = system_of(s);
    const invariant inv(system, s.owing, how);
    judge(r, inv, obligations_of(inv, s.impossible), options);
  });
}

checker::result prove_mutant(const subject& s, const mutant& m, const checker::run_options& options) {
  return timed(s, counting::integers, [&](result& r) {
    r.mutant = m.name;
    const auto system = system_of(s, m.operations, m.edit);
    const invariant inv(system, s.owing, counting::integers);
    const auto all = obligations_of(inv, {});
    for (const auto& o : all) {
      if (o.name != m.breaks) continue;
      judge(r, inv, {o}, options);
      if (r.outcome != verdict::verified) return;
      r.obligations.clear();
    }
    judge(r, inv, all, options);
  });
}

}  // namespace holdfast::proofs
