// mutex_subjects: the mutexes that are proved, what their proofs say of them, and the mutants that each proof must notice.
#ifndef HOLDFAST_PROOFS_MUTEX_SUBJECTS_H_
#define HOLDFAST_PROOFS_MUTEX_SUBJECTS_H_

#include <string>
#include <vector>

#include "proofs/symbolic/automaton.h"
#include "proofs/symbolic/prover.h"

namespace holdfast::proofs {

subject mutex_subject();   // impl/mutex.h, with lock, try_lock, a timed form and unlock; any limit of spinning
subject mutex1_subject();  // models/published/
subject mutex2_subject();
subject mutex3_subject();
subject musl_file_lock_subject();          // as fixed
subject musl_file_lock_subject_shipped();  // as shipped

std::vector<mutant> mutex_mutants();
std::vector<mutant> mutex2_mutants();
std::vector<mutant> mutex3_mutants();
mutant musl_as_shipped();  // of musl_file_lock_subject_shipped()

// A change that the proof does not notice, because the lock stays right.
struct survivor {
  mutant changed;
  std::string reason;
};
std::vector<survivor> mutex_survivors();

// The run that ends with two owners of mutex1; see mutex1_wrap.cc.
checker::result refute_mutex1(const checker::run_options& options);

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_MUTEX_SUBJECTS_H_
