// mutex_word: the word of a three-state mutex (Drepper, "Futexes Are Tricky", sections 4 and 5).
//
//     bit 31 ............ 2 | 1 0 |      value  name          meaning
//        must be zero       |  s  |        0    free          nobody holds it
//                                          1    held          held; no thread has announced that it may sleep
//                                          2    held_waiters  held; some thread may sleep or be about to
#ifndef HOLDFAST_IMPL_WORD_MUTEX_WORD_H_
#define HOLDFAST_IMPL_WORD_MUTEX_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct mutex_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t held_waiters = 2;

  static constexpr named_value states[] = {
      {free, "free", "nobody holds it"},
      {held, "held", "held; no thread has announced that it may sleep"},
      {held_waiters, "held_waiters", "held; some thread may sleep or be about to"},
  };
  static constexpr field fields[] = {{"state", 0, 2, states}};
  static constexpr layout description{"mutex", fields};

  // Total and branch-free: the same predicates serve integers and terms of a proof.
  template <class Word>
  static constexpr auto is_free(const Word& w) {
    return w == free;
  }
  template <class Word>
  static constexpr auto is_held_alone(const Word& w) {
    return w == held;
  }
  template <class Word>
  static constexpr auto has_waiters(const Word& w) {
    return w == held_waiters;
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_MUTEX_WORD_H_
