// mcs_word: the words of a queue lock whose waiters sleep.
//
//     tail   the last node of the queue, or null: nobody owns the lock
//     next   the node behind this one, or null: there is none, or it is not linked yet
//     state  of a node     value  name      meaning
//                              0  waiting   its thread waits for the one before it, awake; or it has not had to wait
//                              1  parked    its thread sleeps or is about to
//                              2  granted   its thread has been given the lock; or it had given up, and is being passed over
//                              3  given_up  its thread has stopped waiting, and may come back
//                              4  gone      it was passed over, and is in the queue no more
#ifndef HOLDFAST_IMPL_WORD_MCS_WORD_H_
#define HOLDFAST_IMPL_WORD_MCS_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct mcs_word {
  static constexpr std::uint32_t waiting = 0;
  static constexpr std::uint32_t parked = 1;
  static constexpr std::uint32_t granted = 2;
  static constexpr std::uint32_t given_up = 3;
  static constexpr std::uint32_t gone = 4;

  static constexpr named_value null[] = {{0, "null", "no node"}};
  static constexpr field pointer[] = {{"node", 0, 64, null}};
  static constexpr layout tail{"tail", pointer};
  static constexpr layout next{"next", pointer};

  static constexpr named_value states[] = {
      {waiting, "waiting", "waits awake, or has not had to wait"},
      {parked, "parked", "sleeps or is about to"},
      {granted, "granted", "has been given the lock, or is being passed over"},
      {given_up, "given_up", "has stopped waiting, and may come back"},
      {gone, "gone", "was passed over, and is out of the queue"},
  };
  static constexpr field state_fields[] = {{"state", 0, 3, states}};
  static constexpr layout state{"state", state_fields};

  template <class Word>
  static constexpr auto is_waiting(const Word& w) {
    return w == waiting;
  }
  template <class Word>
  static constexpr auto is_granted(const Word& w) {
    return w == granted;
  }
  template <class Word>
  static constexpr auto is_parked(const Word& w) {
    return w == parked;
  }
  template <class Word>
  static constexpr auto is_given_up(const Word& w) {
    return w == given_up;
  }
  template <class Word>
  static constexpr auto is_gone(const Word& w) {
    return w == gone;
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_MCS_WORD_H_
