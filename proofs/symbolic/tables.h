// tables: what the reader's page (proofs/<lock>.md) takes from an extraction and a proof, as Markdown.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_TABLES_H_
#define HOLDFAST_PROOFS_SYMBOLIC_TABLES_H_

#include <string>
#include <vector>

#include "checker/report/record.h"
#include "proofs/symbolic/prover.h"

namespace holdfast::proofs {

// One table of a page: `<!-- begin NAME -->` and `<!-- end NAME -->` stand around it there.
struct table {
  std::string name;  // "mutex.locations"
  std::string text;
};

// Each location: the operation, what the word may be there, and what a thread there owes. Decided by Z3 from the invariant.
table locations_table(const subject& s);
// Each edge: condition, effect.
table edges_table(const subject& s);
// Transitions against rules: which solvers' answers there are. No times: they would differ from run to run.
table obligations_table(const subject& s, const checker::result& r);
// Each mutant, the obligation that falls, and the state in which it does.
table mutants_table(const subject& s, const std::vector<mutant>& mutants);
// The automaton of two entries as a Mermaid diagram; edges between the same two locations are drawn once.
table diagram(const subject& s, entry_kind acquiring);
// The steps of a violation.
table run_table(const std::string& lock, const checker::violation& v);

// Writes tables into a folder, one file each; does nothing if it is empty.
void write_tables(const std::vector<table>& tables, const std::string& folder);

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_TABLES_H_
