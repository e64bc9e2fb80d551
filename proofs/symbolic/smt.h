// smt: SMT-LIB text as values, so that word predicates and specifications are written once and serve the proofs as they are.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_SMT_H_
#define HOLDFAST_PROOFS_SYMBOLIC_SMT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "impl/word/layout.h"

namespace holdfast::proofs::smt {

std::string bits(std::uint32_t value);  // "#x00000002"
std::string all_of(const std::vector<std::string>& parts);
std::string any_of(const std::vector<std::string>& parts);

// A Boolean term. It cannot be tested: it has no value here.
struct truth {
  std::string text;
  explicit truth(bool value) : text(value ? "true" : "false") {}
  explicit truth(std::string term) : text(std::move(term)) {}
};

// A 32-bit term, for the predicates of a word's layout.
struct word_term {
  std::string text;
  friend truth operator==(const word_term& a, std::uint32_t b) { return truth("(= " + a.text + " " + bits(b) + ")"); }
};

// The id of a thread: an integer term, 0 for nobody.
struct thread_term {
  std::string text;
  explicit thread_term(int id) : text(std::to_string(id)) {}
  explicit thread_term(std::string term) : text(std::move(term)) {}
  friend truth operator==(const thread_term& a, const thread_term& b) { return truth("(= " + a.text + " " + b.text + ")"); }
  friend truth operator!=(const thread_term& a, const thread_term& b) { return truth("(not (= " + a.text + " " + b.text + "))"); }
};

// That a word has only values that its layout names, and zero in every bit that belongs to no field.
std::string fits(const layout& l, const std::string& word);

// "2 (held_waiters)".
std::string decoded(const layout& l, std::uint32_t value);

}  // namespace holdfast::proofs::smt

#endif  // HOLDFAST_PROOFS_SYMBOLIC_SMT_H_
