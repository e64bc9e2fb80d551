// robust_word: the word of a robust mutex, which the kernel reads when its owner dies.
//
//     bit 31 | 30 | 29 ............ 0
//         W  | D  |   owner             W  WAITERS     some thread may sleep on the word
//                                       D  OWNER_DIED  with nobody as the owner: the kernel set it, the owner died and left the mutex
//                                                      with an owner: free to use; the kernel does not look at it
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
  static constexpr std::uint32_t left_for_ever = waiters | owner_died;  // of robust_state::not_recoverable

  static constexpr named_value nobody[] = {{0, "nobody", "nobody holds it"}};
  static constexpr named_value waiters_values[] = {{1, "WAITERS", "some thread may sleep on the word"}};
  static constexpr named_value died_values[] = {{1, "OWNER_DIED", "the owner died and left the mutex"}};
  static constexpr field fields[] = {{"owner", 0, 30, nobody}, {"D", 30, 1, died_values}, {"W", 31, 1, waiters_values}};
  static constexpr layout description{"robust", fields};

  // What the word becomes.
  template <class Word>
  static constexpr Word with_waiters(const Word& w) {  // and without the mark that its owner is about to clear them
    return (w | waiters) & ~owner_died;
  }
  template <class Word>
  static constexpr Word marked_closing(const Word& self) {
    return self | waiters | owner_died;
  }
  template <class Word>
  static constexpr Word taken_by(const Word& self, const Word& w) {  // keeps WAITERS
    return self | (w & waiters);
  }

  template <class Word>
  static constexpr auto owner_of(const Word& w) {
    return w & owner_mask;
  }
  // It has WAITERS, and its owner is not about to clear it.
  template <class Word>
  static constexpr auto may_be_slept_on(const Word& w) {
    return (w & (waiters | owner_died)) == waiters;
  }
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

// What owners of a robust mutex tell each other besides the word.
struct robust_state {
  static constexpr std::uint32_t sound = 0;
  static constexpr std::uint32_t inconsistent = 1;
  static constexpr std::uint32_t not_recoverable = 2;

  static constexpr named_value states[] = {
      {sound, "sound", "as an unlock left it"},
      {inconsistent, "inconsistent", "its owner has been told that the one before died"},
      {not_recoverable, "not_recoverable", "it was unlocked inconsistent: nobody may own it any more"},
  };
  static constexpr field fields[] = {{"state", 0, 2, states}};
  static constexpr layout description{"state", fields};

  static constexpr field patience_fields[] = {{"unlocks", 0, 32, {}}};
  static constexpr layout patience{"patience", patience_fields};
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_ROBUST_WORD_H_
