// once_word: the word of a once_flag.
//
//     bit 31 ............ 2 | 1 0 |      value  name     meaning
//        must be zero       |  s  |        0    fresh    nobody has begun, or whoever did has thrown
//                                          1    running  a thread runs its function
//                                          2    awaited  a thread runs its function; some thread may sleep or be about to
//                                          3    done     a function has returned
#ifndef HOLDFAST_IMPL_WORD_ONCE_WORD_H_
#define HOLDFAST_IMPL_WORD_ONCE_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct once_word {
  static constexpr std::uint32_t fresh = 0;
  static constexpr std::uint32_t running = 1;
  static constexpr std::uint32_t awaited = 2;
  static constexpr std::uint32_t done = 3;

  static constexpr named_value states[] = {
      {fresh, "fresh", "nobody has begun, or whoever did has thrown"},
      {running, "running", "a thread runs its function"},
      {awaited, "awaited", "a thread runs its function, and some thread may sleep or be about to"},
      {done, "done", "a function has returned"},
  };
  static constexpr field fields[] = {{"state", 0, 2, states}};
  static constexpr layout description{"once", fields};

  template <class Word>
  static constexpr auto is_done(const Word& w) {
    return w == done;
  }
  template <class Word>
  static constexpr auto is_awaited(const Word& w) {
    return w == awaited;
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_ONCE_WORD_H_
