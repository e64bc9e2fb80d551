// narrow_word: an unsigned integer modulo 2^Bits, for a model that wants a counter to wrap within reach.
#ifndef HOLDFAST_CHECKER_NARROW_WORD_H_
#define HOLDFAST_CHECKER_NARROW_WORD_H_

#include <cstdint>

namespace holdfast::checker {

template <unsigned Bits>
class narrow_word {
 public:
  static constexpr std::uint32_t mask = (std::uint32_t{1} << Bits) - 1;

  constexpr narrow_word(std::uint32_t value) : value_(value & mask) {}
  constexpr explicit operator std::uint32_t() const { return value_; }

  friend constexpr narrow_word operator+(narrow_word a, narrow_word b) { return {a.value_ + b.value_}; }
  friend constexpr narrow_word operator-(narrow_word a, narrow_word b) { return {a.value_ - b.value_}; }
  friend constexpr narrow_word operator&(narrow_word a, narrow_word b) { return {a.value_ & b.value_}; }
  friend constexpr narrow_word operator|(narrow_word a, narrow_word b) { return {a.value_ | b.value_}; }
  friend constexpr bool operator==(narrow_word, narrow_word) = default;
  friend constexpr bool operator<(narrow_word a, narrow_word b) { return a.value_ < b.value_; }

 private:
  std::uint32_t value_;
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_NARROW_WORD_H_
