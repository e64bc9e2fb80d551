// obligations: what must be shown of a system of threads, as SMT-LIB 2 text that two solvers decide.
//
// For an inductive invariant: it holds at the start, and each transition keeps each conjunct. Beyond that, for each transition: it can
// fire (else the obligations about it say nothing); it is a step of the specification or none; calls return as what they say; a thread
// that becomes the owner reads a published section with acquire order; and the threads in the lock come closer to its end (ranking). For
// each location: its edges leave no value of the word out. For the invariant: whenever a thread is in the lock, some thread can go on
// without help from a signal or a clock.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_OBLIGATIONS_H_
#define HOLDFAST_PROOFS_SYMBOLIC_OBLIGATIONS_H_

#include <string>
#include <vector>

#include "proofs/symbolic/system.h"

namespace holdfast::proofs {

// integers: any number of threads. bits_40: fewer than 2^30 threads, counted in 40 bits; a cross-check of the first.
enum class counting : unsigned char { integers, bits_40 };

// What counters of 40 bits are good for: fewer than 2^30, the bound of Linux's thread ids.
inline constexpr unsigned most_threads_counted = (1u << 30) - 1;

// The names of a state's parts.
struct state_names {
  std::string word;
  std::vector<std::string> counts;
  std::string published;
};

class invariant;

struct conjunct {
  std::string name;     // "no_sleeper_forgotten"
  std::string meaning;  // one sentence
  std::string (*text)(const invariant&, const state_names&);
};

// The conjuncts of a mutex, in the order of impl/mutex.h.
const std::vector<conjunct>& mutex_conjuncts();

// A system with the locations whose threads owe the sleepers something, by label.
class invariant {
 public:
  // Throws std::invalid_argument for a label that the code lacks.
  invariant(const thread_system& system, const std::vector<std::string>& owing_labels, counting how);

  std::string owners(const state_names& s) const;  // how many threads own the lock
  std::string owing(const state_names& s) const;
  std::string asleep(const state_names& s) const;
  std::string number(unsigned value) const;
  std::string at_most(const std::string& a, const std::string& b) const;
  std::string sum(const std::vector<std::string>& parts) const;
  std::string minus(const std::string& a, const std::string& b) const;
  std::string times(unsigned factor, const std::string& a) const;
  const char* sort() const;

  const thread_system& system;
  const std::vector<bool> owes;
  const counting how;

 private:
  std::string sum_where(const state_names& s, const std::vector<bool>& which) const;
};

struct obligation {
  std::string name;          // "lock.L4.to.owner / exclusion"
  std::string rule;          // "exclusion", "fires", "step", ...
  std::string subject;       // the transition, the location or "start"
  std::string text;          // a whole SMT-LIB 2 file
  bool satisfiable = false;  // what the solvers must answer: a transition must be able to fire
};

// A transition that cannot fire, with the reason; the solvers must agree that it cannot.
struct never_fires {
  std::string transition;
  std::string reason;
};

// What a thread at the locations of one label still has to go through: a first number, and a second one that depends on what the word says.
// A sleeper has the first number of its wait, and 0.
struct weight {
  std::string label;  // or "owner"
  unsigned first = 0;
  unsigned if_free = 0;
  unsigned if_held = 0;
  unsigned if_waiters = 0;
};

// Summed over all threads and compared in that order, the numbers fall with every transition but these: arrivals, sleeps that end without
// a wake, and rounds of spinning, each of which leaves the numbers alone or occurs a bounded number of times in a call.
struct ranking {
  std::vector<weight> weights;     // of every label, or of none: then progress is not stated
  std::vector<std::string> spins;  // transitions
};

// Throws std::invalid_argument for a transition or a label that the code lacks, and for a label without a weight.
std::vector<obligation> obligations_of(const invariant& inv, const std::vector<never_fires>& impossible, const ranking& rank);

// The names of the columns of the matrix of transitions: the conjuncts and the further rules.
std::vector<std::string> rules_of_a_transition();

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_OBLIGATIONS_H_
