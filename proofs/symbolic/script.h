// script: particular threads that follow particular edges, as one SMT-LIB term: how a state that an induction cannot exclude is reached.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_SCRIPT_H_
#define HOLDFAST_PROOFS_SYMBOLIC_SCRIPT_H_

#include <cstddef>
#include <string>
#include <vector>

#include "proofs/symbolic/automaton.h"

namespace holdfast::proofs {

// Where a thread is and the terms it remembers there.
struct placed_thread {
  std::size_t location = automaton::idle;
  std::vector<std::string> remembers;
};

struct scripted_step {
  unsigned thread = 0;  // threads count from 1
  std::size_t edge = 0;
  std::string before;  // the word, as a term
  std::string after;
};

// Follows a script. Throws std::invalid_argument for an edge that does not leave from where the thread is.
class script {
 public:
  script(const automaton& a, std::vector<placed_thread> threads, std::string word);

  // The thread takes the edge of that name; no thread may sleep in a script.
  script& go(unsigned thread, const std::string& edge);

  const std::vector<scripted_step>& steps() const { return steps_; }
  const placed_thread& at(unsigned thread) const { return threads_.at(thread - 1); }
  const std::string& word() const { return word_; }
  // That every edge was open when it was taken.
  std::string possible() const;

 private:
  std::string seen_from(const placed_thread& t, const std::string& term) const;

  const automaton& a_;
  std::vector<placed_thread> threads_;
  std::string word_;
  std::vector<std::string> conditions_;
  std::vector<scripted_step> steps_;
};

// A term without symbols, evaluated.
std::uint32_t value_of(const std::string& term);

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_SCRIPT_H_
