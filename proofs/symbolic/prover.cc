#include "proofs/symbolic/prover.h"

#include <algorithm>
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

bool has_transition(const thread_system& system, const std::string& name) {
  for (const auto& t : system.transitions)
    if (t.name == name) return true;
  return false;
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
  r.name = s.lock + (how == counting::integers ? "/proof" : "/proof_40_bits");
  r.engine = "proof";
  r.model = how == counting::integers ? "any number of threads, all words: inductive invariant under RC11"
                                      : "fewer than 2^30 threads, all words: inductive invariant under RC11";
  if (how == counting::bits_40) r.threads = most_threads_counted;
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
  if (o.satisfiable) return "it cannot fire, so that nothing proved about it says anything";
  return counterexample(inv, o);
}

// A label that a mutant took away from the code no longer owes; one that the code never had is an error, found in system_of.
std::vector<std::string> remaining(const std::vector<std::string>& labels, const automaton& a) {
  std::vector<std::string> found;
  for (const auto& l : labels) {
    for (const auto& here : a.locations) {
      if (here.label != l) continue;
      found.push_back(l);
      break;
    }
  }
  return found;
}

}  // namespace

std::vector<std::string> assumptions(counting how) {
  return {
      how == counting::integers ? "N: any number of threads (integer counters)" : "N: fewer than 2^30 threads (40-bit counters)",
      "code: the transitions are extracted from the template that ships; a location is merged only with its equal, and every merge is "
      "probed",
      "kernel: wait compares and sleeps in one step; wake takes any sleeper; sleeps may end spuriously; a consumed wake is never a "
      "time-out",
      "memory: RC11; the accesses to one word are totally ordered by coherence, and plain loads are taken to return anything",
      "callers: lock only as a non-owner, unlock only as the owner, nobody dies in the lock; nothing is claimed about fairness",
      "solvers: Z3 and cvc5 agree on every obligation; neither answer is certified",
      "progress, and it alone: no new arrivals, no spurious wake-ups, owners unlock, spinning ends as the platform promises",
  };
}

thread_system system_of(const subject& s, const std::vector<mutation>& operations, const std::function<void(automaton&)>& edit) {
  auto a = s.extracted({});
  for (const auto& m : operations) a.labelled(m.label);  // throws for a label that the code lacks
  for (const auto& l : s.owing) a.labelled(l);
  if (!operations.empty()) a = s.extracted(operations);
  if (edit) edit(a);
  return make_system(std::move(a), s.meaning);
}

invariant invariant_of(const subject& s, const thread_system& system, counting how) {
  return invariant(system, remaining(s.owing, system.threads), how);
}

std::vector<obligation> obligations_of(const subject& s, const invariant& inv) {
  const auto& system = inv.system;
  std::vector<never_fires> impossible;
  for (const auto& n : s.impossible)
    if (has_transition(system, n.transition)) impossible.push_back(n);
  ranking rank;
  for (const auto& name : s.rank.spins)
    if (has_transition(system, name)) rank.spins.push_back(name);
  for (const auto& w : s.rank.weights)
    if (w.label == "owner" || !remaining({w.label}, system.threads).empty()) rank.weights.push_back(w);
  return obligations_of(inv, impossible, rank);
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

namespace {

// The answers, a few obligations at a time: so that a caller sees progress and can stop.
class questions {
 public:
  questions(const std::vector<obligation>& all, const checker::run_options& options) : all_(all), options_(options) {}

  std::vector<decision_of_both> ask() {
    std::vector<decision_of_both> answers;
    while (answers.size() < all_.size()) {
      if (stopped_by_.empty() && out_of_time()) stopped_by_ = std::to_string(static_cast<long>(*options_.seconds)) + " s limit";
      if (stopped_by_.empty() && options_.stop != nullptr && options_.stop->load()) stopped_by_ = "Ctrl-C";
      const auto end = std::min(all_.size(), answers.size() + at_once);
      if (!stopped_by_.empty()) {
        answers.resize(all_.size(), {{{"z3", "stopped", 0}, {"cvc5", "stopped", 0}}, {}});
        break;
      }
      std::vector<std::string> texts;
      for (std::size_t i = answers.size(); i < end; ++i) texts.push_back(all_[i].text);
      for (auto& d : decide(texts, {.stop = options_.stop})) answers.push_back(std::move(d));
      if (options_.on_progress) options_.on_progress({answers.size(), static_cast<double>(all_.size()), seconds()});
    }
    return answers;
  }

  const std::string& stopped_by() const { return stopped_by_; }

 private:
  static constexpr std::size_t at_once = 60;

  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(); }
  bool out_of_time() const { return options_.seconds && seconds() >= *options_.seconds; }

  const std::vector<obligation>& all_;
  const checker::run_options& options_;
  const std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::string stopped_by_;
};

}  // namespace

void judge(result& r, const invariant& inv, const std::vector<obligation>& all, const checker::run_options& options) {
  questions asked(all, options);
  const auto answers = asked.ask();
  const obligation* refuted = nullptr;
  std::size_t open = all.size();
  const auto first = r.obligations.size();
  auto prefix = r.name + (r.mutant.empty() ? "" : "." + r.mutant);
  std::replace(prefix.begin(), prefix.end(), '/', '.');
  for (std::size_t i = 0; i < all.size(); ++i) {
    auto& o = r.obligations.emplace_back();
    o.name = all[i].name;
    o.expected = all[i].satisfiable ? "sat" : "unsat";
    o.answers = answers[i].answers;
    o.smt_file = keep_file(options.artifacts, prefix, all[i]);
    const auto stands = standing_of(o);
    if (stands == standing::refuted) {
      o.counterexample = explained(inv, all[i]);
      if (refuted == nullptr) refuted = &all[i];
    }
    if (stands == standing::undecided && open == all.size()) open = i;
  }
  r.executions = r.obligations.size();
  r.limits.stopped_by = asked.stopped_by();
  if (refuted != nullptr) {
    r.outcome = verdict::violated;
    report(r, violation_kind::obligation, refuted->name, explained(inv, *refuted));
  } else if (open != all.size()) {
    const auto& o = r.obligations[first + open];
    r.outcome = verdict::inconclusive;
    report(r, violation_kind::undecided, o.name, "the solvers do not both answer " + o.expected + " (" + answers_of(o) + ")");
  } else {
    r.outcome = verdict::verified;
  }
}

checker::result prove(const subject& s, const checker::run_options& options, counting how) {
  return timed(s, how, [&](result& r) {
    const auto system = system_of(s);
    const auto inv = invariant_of(s, system, how);
    // Sums of multiples are slow over bit-vectors: the rank is compared over integers only.
    judge(r, inv, obligations_of(inv, s.impossible, how == counting::integers ? s.rank : ranking{}), options);
  });
}

checker::result prove_mutant(const subject& s, const mutant& m, const checker::run_options& options) {
  return timed(s, counting::integers, [&](result& r) {
    r.mutant = m.name;
    const auto system = system_of(s, m.operations, m.edit);
    const auto inv = invariant_of(s, system);
    const auto all = obligations_of(s, inv);
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
