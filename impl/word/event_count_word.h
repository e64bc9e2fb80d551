// event_count_word: the words of an event count, which are plain numbers.
//
//     epoch     how many notifications found waiters (modulo 2^32)
//     waiters   how many threads are between prepare_wait and the end of their wait
#ifndef HOLDFAST_IMPL_WORD_EVENT_COUNT_WORD_H_
#define HOLDFAST_IMPL_WORD_EVENT_COUNT_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct event_count_word {
  static constexpr std::uint32_t none = 0;

  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout epoch{"epoch", number};
  static constexpr layout waiters{"waiters", number};

  template <class Word>
  static constexpr auto has_waiters(const Word& waiters) {
    return waiters != Word(none);
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_EVENT_COUNT_WORD_H_
