// latch_word: the word of a latch: what is still to be counted down, and whether somebody waits for that.
//
//     bit 31 | 30 ..... 0 |     remaining  how much is still to be counted down; 0: the latch is open
//     awaited| remaining  |     awaited    some thread may sleep or be about to
#ifndef HOLDFAST_IMPL_WORD_LATCH_WORD_H_
#define HOLDFAST_IMPL_WORD_LATCH_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct latch_word {
  static constexpr std::uint32_t most = 0x7fffffff;
  static constexpr std::uint32_t awaited = 0x80000000;

  static constexpr field fields[] = {{"remaining", 0, 31, {}}, {"awaited", 31, 1, {}}};
  static constexpr layout description{"latch", fields};

  template <class Word>
  static constexpr auto is_open(const Word& w) {
    return (w & most) == 0u;
  }
  template <class Word>
  static constexpr auto is_awaited(const Word& w) {
    return (w & awaited) != 0u;
  }
  template <class Word>
  static constexpr Word with_waiters(const Word& w) {
    return w | awaited;
  }
  // Whether so much is still to be counted down.
  template <class Word>
  static constexpr auto has(const Word& w, const Word& update) {
    return update <= (w & most);
  }
  // Whether to count so much down opens the latch.
  template <class Word>
  static constexpr auto opens(const Word& w, const Word& update) {
    return update == (w & most);
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_LATCH_WORD_H_
