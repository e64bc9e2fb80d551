// robust_word: the word of a robust mutex, which the kernel reads when its owner dies.
//
//     bit 31 | 30 | 29 ............ 0
//         W  | D  |   owner             W  WAITERS     some thread may sleep on the word
//                                       D  OWNER_DIED  the kernel set it: the owner died and left the mutex
//                                       owner: the kernel's id of the thread that holds it; 0: nobody does
#ifndef HOLDFAST_IMPL_WORD_ROBUST_WORD_H_
#define HOLDFAST_IMPL_WORD_ROBUST_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct robust_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t waiters = 0x80000000;
  static constexpr std::uint32_t owner_died = 0x40000000;
  static constexpr std::uint32_t owner_mask = 0x3fffffff;

  static constexpr named_value nobody[] = {{0, "nobody", "nobody holds it"}};
  static constexpr named_value waiters_values[] = {{1, "WAITERS", "some thread may sleep on the word"}};
  static constexpr named_value died_values[] = {{1, "OWNER_DIED", "the owner died and left the mutex"}};
  static constexpr field fields[] = {{"owner", 0, 30, nobody}, {"D", 30, 1, died_values}, {"W", 31, 1, waiters_values}};
  static constexpr layout description{"robust", fields};

  template <class Word>
  static constexpr auto is_free(const Word& w) {
    return (w & owner_mask) == 0;
  }
  template <class Word>
  static constexpr auto has_waiters(const Word& w) {
    return (w & waiters) != 0;
  }
  template <class Word>
  static constexpr auto has_dead_owner(const Word& w) {
    return (w & owner_died) != 0;
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_ROBUST_WORD_H_
