// mailbox: hands values from some threads to others, one at a time. put() waits until it is empty, take() until it is full.
#ifndef TESTS_USER_MAILBOX_H_
#define TESTS_USER_MAILBOX_H_

#include "impl/platform.h"

namespace user {

using holdfast::order;

struct mailbox_word {
  static constexpr std::uint32_t empty = 0;
  static constexpr std::uint32_t full = 1;
  static constexpr std::uint32_t in_use = 2;
  static constexpr holdfast::named_value states[] = {
      {empty, "empty", "put() may claim it"},
      {full, "full", "take() may claim it"},
      {in_use, "in_use", "somebody writes or reads the value"},
  };
  static constexpr holdfast::field fields[] = {{"state", 0, 2, states}};
  static constexpr holdfast::layout description{"mailbox", fields};
};

template <class Platform>
class mailbox {
  using word = typename Platform::word;

 public:
  void put(unsigned value) {
    claim(mailbox_word::empty);
    value_.store(value, "fill");
    // [S1] release: publishes the value to the claim of a take().
    state_.store(mailbox_word::full, order::release, "S1");
  }

  unsigned take() {
    claim(mailbox_word::full);
    const unsigned value = value_.load("use");
    // [S2] release: the value is read before the next put() writes it.
    state_.store(mailbox_word::empty, order::release, "S2");
    return value;
  }

 private:
  void claim(word wanted) {
    word found = wanted;
    // [C1] acquire: reads S1's or S2's store.
    while (!state_.compare_exchange_strong(found, mailbox_word::in_use, order::acquire, order::relaxed, "C1")) found = wanted;
  }

  typename Platform::template atomic<word> state_{mailbox_word::description, mailbox_word::empty};
  typename Platform::template plain<unsigned> value_{"value", 0};
};

}  // namespace user

#endif  // TESTS_USER_MAILBOX_H_
