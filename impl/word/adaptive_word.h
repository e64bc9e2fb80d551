// adaptive_word: the word of a mutex that knows on which processor it was taken, and the number that it learns.
//
//     bit 31 ............ 2 | 1 0 |      value  name          meaning
//        processor          |  s  |        0    free          nobody holds it; the processor is 0
//                                          1    held          held; no thread has announced that it may sleep
//                                          2    held_waiters  held; some thread may sleep or be about to
//     processor: that on which the owner took it, plus 1; 0: not known. The owner may have moved since
#ifndef HOLDFAST_IMPL_WORD_ADAPTIVE_WORD_H_
#define HOLDFAST_IMPL_WORD_ADAPTIVE_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct adaptive_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t held_waiters = 2;
  static constexpr std::uint32_t state_mask = 3;
  static constexpr std::uint32_t one_processor = 4;

  static constexpr named_value states[] = {
      {free, "free", "nobody holds it"},
      {held, "held", "held; no thread has announced that it may sleep"},
      {held_waiters, "held_waiters", "held; some thread may sleep or be about to"},
  };
  static constexpr named_value unknown[] = {{0, "unknown", "not known"}};
  static constexpr field fields[] = {{"state", 0, 2, states}, {"processor", 2, 30, unknown}};
  static constexpr layout description{"mutex", fields};
  static constexpr field number[] = {{"looks", 0, 32, {}}};
  static constexpr layout looks{"looks", number};

  // `processor`: as the platform numbers them from 1; 0: not known.
  template <class Word>
  static constexpr Word held_on(const Word& processor) {
    return processor * one_processor + held;
  }
  template <class Word>
  static constexpr Word held_with_waiters_on(const Word& processor) {
    return processor * one_processor + held_waiters;
  }
  template <class Word>
  static constexpr Word with_waiters(const Word& w) {
    return (w & Word(~state_mask)) + held_waiters;
  }
  template <class Word>
  static constexpr auto is_free(const Word& w) {
    return w == free;
  }
  template <class Word>
  static constexpr auto has_waiters(const Word& w) {
    return (w & Word(state_mask)) == held_waiters;
  }
  template <class Word>
  static constexpr auto is_held_on(const Word& w, const Word& processor) {
    return processor != 0 && w / one_processor == processor;
  }

  // How often to look, when that many looks have been enough of late: twice as often and ten times more, up to `most`.
  static constexpr std::uint32_t looks_allowed(std::uint32_t enough, std::uint32_t most) {
    const std::uint32_t more = 2 * enough + 10;
    return more < most ? more : most;
  }
  // An eighth of the way from what was enough to what this time took.
  static constexpr std::uint32_t learned(std::uint32_t enough, std::uint32_t taken) {
    return taken < enough ? enough - (enough - taken) / 8 : enough + (taken - enough) / 8;
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_ADAPTIVE_WORD_H_
