// The proofs of the mutexes: for any number of threads and all words, by an inductive invariant. proofs/mutex.md is the argument.
#include <utility>

#include "checker/check.h"
#include "proofs/mutex_subjects.h"
#include "proofs/symbolic/tables.h"

namespace holdfast::proofs {
namespace {

using checker::check;
using checker::check_kind;
using checker::run_options;
using checker::verdict;
using checker::violation_kind;

check proof_of(const subject& s, std::string description) {
  check c;
  c.name = s.lock + "/proof";
  c.description = std::move(description);
  c.kind = check_kind::proof;
  return c;
}

void register_proof(const subject& s, std::string description, std::uint64_t obligations) {
  auto c = proof_of(s, std::move(description));
  c.expected.executions = obligations;
  c.run = [s](const run_options& options) {
    auto r = prove(s, options);
    if (!options.artifacts.empty()) write_tables({locations_table(s), edges_table(s), obligations_table(s, r)}, options.artifacts);
    return r;
  };
  register_check(std::move(c));
}

// The same obligations over bit-vectors: an independent check of the counting, not of the lock.
void register_cross_check(const subject& s, std::uint64_t obligations) {
  auto c = proof_of(s, "fewer than 2^30 threads, counted in 40 bits");
  c.name += "_40_bits";
  c.threads = most_threads_counted;
  c.expected.executions = obligations;
  c.run = [s](const run_options& options) { return prove(s, options, counting::bits_40); };
  register_check(std::move(c));
}

void register_mutants(const subject& s, const std::vector<mutant>& mutants) {
  for (const auto& m : mutants) {
    auto c = proof_of(s, m.change);
    c.mutant = m.name;
    c.expected.outcome = verdict::violated;
    c.expected.kind = violation_kind::obligation;
    c.expected.object = m.breaks;
    c.run = [s, m](const run_options& options) { return prove_mutant(s, m, options); };
    register_check(std::move(c));
  }
}

// mutex1 is refuted: the obligation that fails, and a run that reaches the failure.
void register_mutex1() {
  auto c = proof_of(mutex1_subject(), "the counter wraps while the mutex is held: two owners");
  c.expected.outcome = verdict::violated;
  c.expected.kind = violation_kind::obligation;
  c.expected.object = "lock.L3.to.lock.L2 / free_iff_unowned";
  c.run = refute_mutex1;
  register_check(std::move(c));
}

void register_all() {
  register_proof(mutex_subject(), "the mutex that ships: lock, try_lock, timed lock, unlock; any spinning", 571);
  register_mutants(mutex_subject(), mutex_mutants());
  register_mutex1();
  register_proof(mutex2_subject(), "as printed: compare-exchanges, decrement and store", 249);
  register_mutants(mutex2_subject(), mutex2_mutants());
  register_proof(mutex3_subject(), "as printed: an exchange in the slow path", 252);
  register_mutants(mutex3_subject(), mutex3_mutants());
  register_cross_check(mutex_subject(), 529);
  register_cross_check(mutex2_subject(), 229);
  register_cross_check(mutex3_subject(), 232);
  register_proof(musl_file_lock_subject(), "as fixed: a thread that found the lock held retakes it as held_waiters", 218);
  register_mutants(musl_file_lock_subject_shipped(), {musl_as_shipped()});
}

const bool registered = (register_all(), true);

}  // namespace
}  // namespace holdfast::proofs
