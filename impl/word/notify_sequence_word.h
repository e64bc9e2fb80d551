// notify_sequence_word: the words of a notify_sequence: the sequence itself, and the waiters of each half of it.
//
//     sequence   bit 31 | 30 ................. 0 |     waiters   bit 31  | 30 ................ 0 |
//                half   |  notifies, modulo 2^31 |               awaited |  waiters that entered |
#ifndef HOLDFAST_IMPL_WORD_NOTIFY_SEQUENCE_WORD_H_
#define HOLDFAST_IMPL_WORD_NOTIFY_SEQUENCE_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

template <unsigned Bits>
struct sequence_word {
  static_assert(1 <= Bits && Bits <= 32);
  static constexpr std::uint32_t half = std::uint32_t{1} << (Bits - 1);
  static constexpr std::uint32_t newest = half - 1 + half;

  static constexpr field fields[] = {{"notifies", 0, Bits, {}}};
  static constexpr layout description{"sequence", fields};

  template <class Word>
  static constexpr auto is_upper(const Word& w) {
    return (w & half) != 0;
  }
  // The value after the newest is 0.
  template <class Word>
  static constexpr Word next(const Word& w) {
    return (w + 1u) & newest;
  }
  template <class Word>
  static constexpr auto ends_its_half(const Word& w) {
    return is_upper(w) != is_upper(next(w));
  }
};

struct waiters_word {
  static constexpr std::uint32_t awaited = std::uint32_t{1} << 31;

  static constexpr named_value wanted[] = {{0, "", "nobody waits for the last of them"}, {1, "awaited", "the last of them wakes somebody"}};
  static constexpr field fields[] = {{"waiters", 0, 31, {}}, {"awaited", 31, 1, wanted}};
  static constexpr layout lower{"lower", fields};
  static constexpr layout upper{"upper", fields};

  template <class Word>
  static constexpr auto is_empty(const Word& w) {
    return (w & ~awaited) == 0;
  }
  template <class Word>
  static constexpr auto is_last(const Word& w) {
    return (w & ~awaited) == 1;
  }
  // None or one.
  template <class Word>
  static constexpr auto is_few(const Word& w) {
    return (w & ~awaited & ~Word(1)) == 0;
  }
  template <class Word>
  static constexpr auto is_awaited_last(const Word& w) {
    return w == (awaited | 1u);
  }
  template <class Word>
  static constexpr Word with_awaited(const Word& w) {
    return w | awaited;
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_NOTIFY_SEQUENCE_WORD_H_
