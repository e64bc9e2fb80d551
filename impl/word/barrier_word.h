// barrier_word: the phase of a barrier, which its waiters sleep on, and its counts.
//
//     bit 31 ..... 1 |   0    |     phase    how many phases have been completed (modulo 2^31)
//         phase      | awaited|     awaited  some thread may sleep until the phase ends, or be about to
#ifndef HOLDFAST_IMPL_WORD_BARRIER_WORD_H_
#define HOLDFAST_IMPL_WORD_BARRIER_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct barrier_word {
  static constexpr std::uint32_t first_phase = 0;
  static constexpr std::uint32_t awaited = 1;
  static constexpr std::uint32_t one_phase = 2;
  static constexpr std::uint32_t most = 0x7fffffff;

  static constexpr field fields[] = {{"awaited", 0, 1, {}}, {"phase", 1, 31, {}}};
  static constexpr layout description{"phase", fields};
  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout remaining{"remaining", number};
  static constexpr layout expected{"expected", number};

  template <class Word>
  static constexpr auto is_awaited(const Word& w) {
    return (w & Word(awaited)) != Word(0u);
  }
  // The phase alone.
  template <class Word>
  static constexpr Word phase(const Word& w) {
    return w - (w & Word(awaited));
  }
  template <class Word>
  static constexpr Word with_waiters(const Word& phase) {
    return phase + Word(awaited);
  }
  template <class Word>
  static constexpr Word after(const Word& phase) {
    return phase + Word(one_phase);
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_BARRIER_WORD_H_
