// system: any number of threads that run one automaton on one word, and the kernel.
//
// Threads are counted, not named: `n.lock.L4` is how many are at lock.L4. A transition moves one thread (a wake-up: two) and may change
// the word. The kernel's part, an assumption of every proof:
//   * a wait compares the word and joins the sleepers in one step, or finds the word changed and returns;
//   * a wake takes any one of the sleepers, or all, and none only if nobody sleeps;
//   * a sleep may end at any moment without a wake; one with a deadline may also time out, and then consumed no wake.
// A plain load may return any value at all: it is a hint, possibly stale. Everything else, a compare-exchange that fails included, reads
// the newest value of the word: one word's accesses are totally ordered by coherence.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_SYSTEM_H_
#define HOLDFAST_PROOFS_SYMBOLIC_SYSTEM_H_

#include <cstddef>
#include <string>
#include <vector>

#include "models/spec/mutex.h"
#include "proofs/symbolic/automaton.h"
#include "proofs/symbolic/smt.h"

namespace holdfast::proofs {

// What a lock's word says, in the solver's terms: the predicates of its layout.
struct word_meaning {
  smt::truth (*is_free)(const smt::word_term&);
  smt::truth (*has_waiters)(const smt::word_term&);
};

// Whether a thread at a location owns the lock. Derived: an edge that takes the word from free makes its thread the owner, one that frees
// the word ends that, and no other edge changes it. The derivation is not trusted: the obligations are about the roles it finds.
std::vector<bool> owning_locations(const automaton& a, const word_meaning& meaning);

// Whether every way on from a location, before the thread sleeps, owns or leaves, sets the word to "has waiters" or wakes somebody: the
// greatest set of locations of which that is true. The proofs state these locations by label; a test compares.
std::vector<bool> owing_locations(const automaton& a, const word_meaning& meaning, const std::vector<bool>& owning);

// `count` threads go from one location to another.
struct move {
  std::size_t from = 0;
  std::size_t to = 0;
  std::string count = "1";  // or the name of a free number
};

// What a transition makes of "the last owner's section is published by the value of the word".
enum class publication : unsigned char { kept, set, cleared };

// All threads at a location, as the sum of free numbers.
struct division {
  std::size_t of = 0;
  std::vector<std::string> into;
};

struct transition {
  std::string name;                    // "unlock.U2.wakes.lock.L5.asleep.to.lock.L6"
  std::size_t edge = 0;                // of the thread that acts
  std::vector<move> moves;             // the first is that thread's
  std::vector<std::string> values;     // remembered or free words: p0, ..., seen
  std::vector<std::string> guards;     // SMT-LIB, over w and the values
  std::vector<std::size_t> nobody_at;  // locations that must be empty
  std::vector<division> divisions;
  std::string update;  // of the word; empty: unchanged
  publication published = publication::kept;
  bool takes = false;  // the thread becomes the owner
  bool acquires = false;
};

struct thread_system {
  automaton threads;
  word_meaning meaning;
  std::vector<bool> owning;
  std::vector<transition> transitions;
};

thread_system make_system(automaton a, const word_meaning& meaning);

// The name of a location's count: "n.lock.L4".
std::string count_of(const automaton& a, std::size_t location);

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_SYSTEM_H_
