// words: the strong word and truth value on which a lock template runs when it is proved.
//
// A word is a 32-bit term of the solver, a flag a Boolean one. Both keep themselves in a registry while they live, so that the extraction
// sees everything a thread remembers between two operations (symbolic/paths.h). Only unsigned, branch-free operations exist. What the
// solver's own classes accept and misread does not compile here: `w == 0` with a signed constant, `if (w)`, `!w`, `<`, `++`, `+=`, `<<`,
// `>>`, `*`, `switch (w)`, casts, `bool b = w == x`.
// A flag tested by `if`, `while`, `&&`, `||` or `?:` forks the path: both answers are followed where both are possible.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_WORDS_H_
#define HOLDFAST_PROOFS_SYMBOLIC_WORDS_H_

#include <concepts>
#include <cstdint>

namespace holdfast::proofs {

// The number of a term in the arena of the running extraction.
enum class term : std::uint32_t {};

enum class word_operator : unsigned char { equal, add, subtract, bit_and, bit_or, bit_xor };

// The extraction that runs on this thread; it must be running while words and flags exist.
term constant_term(std::uint32_t value);
term truth_term(bool value);
term combine(word_operator op, term a, term b);
term negate(term flag);
term choose(term condition, term yes, term no);
bool fork_on(term flag);
void enrol(term& live, bool is_flag);
void strike(term& live);

// A term that the registry knows for as long as the object lives.
template <bool IsFlag>
class registered_term {
 public:
  explicit registered_term(term value) : value_(value) { enrol(value_, IsFlag); }
  registered_term(const registered_term& other) : value_(other.value_) { enrol(value_, IsFlag); }
  registered_term& operator=(const registered_term& other) = default;
  ~registered_term() { strike(value_); }
  term value() const { return value_; }

 protected:
  term value_;
};

class flag : public registered_term<true> {
 public:
  explicit flag(term value) : registered_term(value) {}
  template <std::same_as<bool> Bool>
  explicit flag(Bool value) : registered_term(truth_term(value)) {}
  template <class Other>
    requires(!std::same_as<Other, bool> && !std::same_as<Other, term> && !std::same_as<Other, flag>)
  flag(Other) = delete;

  // Forks the path.
  explicit operator bool() const { return fork_on(value_); }
  // Does not fork.
  flag operator!() const { return flag(negate(value_)); }
};

class word : public registered_term<false> {
 public:
  explicit word(term value) : registered_term(value) {}
  template <std::same_as<std::uint32_t> Unsigned>
  word(Unsigned value) : registered_term(constant_term(value)) {}
  template <class Other>
    requires(!std::same_as<Other, std::uint32_t> && !std::same_as<Other, term> && !std::same_as<Other, word>)
  word(Other) = delete;

  friend flag operator==(const word& a, const word& b) { return flag(combine(word_operator::equal, a.value_, b.value_)); }
  friend flag operator!=(const word& a, const word& b) { return !(a == b); }
  friend word operator+(const word& a, const word& b) { return word(combine(word_operator::add, a.value_, b.value_)); }
  friend word operator-(const word& a, const word& b) { return word(combine(word_operator::subtract, a.value_, b.value_)); }
  friend word operator&(const word& a, const word& b) { return word(combine(word_operator::bit_and, a.value_, b.value_)); }
  friend word operator|(const word& a, const word& b) { return word(combine(word_operator::bit_or, a.value_, b.value_)); }
  friend word operator^(const word& a, const word& b) { return word(combine(word_operator::bit_xor, a.value_, b.value_)); }
};

// Connectives that do not fork, for predicates that must stay one term.
inline flag both(const flag& a, const flag& b) { return flag(choose(a.value(), b.value(), truth_term(false))); }
inline flag either(const flag& a, const flag& b) { return flag(choose(a.value(), truth_term(true), b.value())); }
inline word select(const flag& condition, const word& yes, const word& no) {
  return word(choose(condition.value(), yes.value(), no.value()));
}

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_WORDS_H_
