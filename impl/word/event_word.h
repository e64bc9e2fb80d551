// event_word: the word of an event that is set and reset.
//
//     bit 31 ............ 2 | 1 0 |      value  name           meaning
//        must be zero       |  s  |        0    unset          not set; no thread has announced that it may sleep
//                                          1    unset_waiters  not set; some thread may sleep or be about to
//                                          2    set            set
#ifndef HOLDFAST_IMPL_WORD_EVENT_WORD_H_
#define HOLDFAST_IMPL_WORD_EVENT_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct event_word {
  static constexpr std::uint32_t unset = 0;
  static constexpr std::uint32_t unset_waiters = 1;
  static constexpr std::uint32_t set = 2;

  static constexpr named_value states[] = {
      {unset, "unset", "not set; no thread has announced that it may sleep"},
      {unset_waiters, "unset_waiters", "not set; some thread may sleep or be about to"},
      {set, "set", "set"},
  };
  static constexpr field fields[] = {{"state", 0, 2, states}};
  static constexpr layout description{"event", fields};

  template <class Word>
  static constexpr auto is_set(const Word& w) {
    return w == set;
  }
  template <class Word>
  static constexpr auto has_waiters(const Word& w) {
    return w == unset_waiters;
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_EVENT_WORD_H_
