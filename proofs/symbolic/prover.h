// prover: a lock's proof and its mutants as checks (checker/check.h).
#ifndef HOLDFAST_PROOFS_SYMBOLIC_PROVER_H_
#define HOLDFAST_PROOFS_SYMBOLIC_PROVER_H_

#include <functional>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/report/record.h"
#include "proofs/symbolic/automaton.h"
#include "proofs/symbolic/obligations.h"
#include "proofs/symbolic/paths.h"
#include "proofs/symbolic/system.h"

namespace holdfast::proofs {

// A lock and what its proof says about it.
struct subject {
  std::string lock;  // "mutex"
  std::function<automaton(const std::vector<mutation>&)> extracted;
  word_meaning meaning;
  std::vector<std::string> owing;  // labels; see invariant
  std::vector<never_fires> impossible;
  ranking rank;
};

// A change that the proof must notice, in the template's operations or in the automaton, and the obligation that it must break.
struct mutant {
  std::string name;    // "u2_dropped"
  std::string change;  // one line, for a reader
  std::vector<mutation> operations;
  std::function<void(automaton&)> edit;  // may be empty
  std::string breaks;                    // "unlock.U1.to.idle_2 / no_sleeper_forgotten"
};

thread_system system_of(const subject& s, const std::vector<mutation>& operations = {}, const std::function<void(automaton&)>& edit = {});

// Keeps a reference to `system`.
invariant invariant_of(const subject& s, const thread_system& system, counting how = counting::integers);

// All that must be shown. What a mutant took away from the code, a label or a transition, no longer counts.
std::vector<obligation> obligations_of(const subject& s, const invariant& inv);

// Decides every obligation. verified: both solvers answer each as it must be. violated: both refute one. Otherwise inconclusive.
// With bits_40 all but progress.
checker::result prove(const subject& s, const checker::run_options& options, counting how = counting::integers);

// Decides the obligation that the mutant must break; if it stands, all of them.
checker::result prove_mutant(const subject& s, const mutant& m, const checker::run_options& options);

// The state in which an obligation fails, decoded, with as few threads as will do: "word 1 (held); at lock.L5.asleep 1".
std::string counterexample(const invariant& inv, const obligation& o);

// What every proof rests on.
std::vector<std::string> assumptions(counting how);

// Fills the answers of `o` and what follows from them for the verdict.
void judge(checker::result& r, const invariant& inv, const std::vector<obligation>& all, const checker::run_options& options);

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_PROVER_H_
