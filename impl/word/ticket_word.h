// ticket_word: the two words of a ticket mutex.
//
//     bit 31 ...................... 1 | 0
//        ticket                       | S |     next:     the ticket that the next thread gets; S is 0
//                                               serving:  the ticket that is served; S: some thread may sleep on the word
#ifndef HOLDFAST_IMPL_WORD_TICKET_WORD_H_
#define HOLDFAST_IMPL_WORD_TICKET_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct ticket_word {
  static constexpr std::uint32_t first = 0;
  static constexpr std::uint32_t sleepers = 1;
  static constexpr std::uint32_t one_ticket = 2;
  static constexpr std::uint32_t ticket_mask = ~sleepers;
  static constexpr std::uint32_t no_ticket = 0x80000000;  // the bit that a thread without a ticket sleeps with

  static constexpr named_value sleepers_values[] = {{1, "SLEEPERS", "some thread may sleep on the word"}};
  static constexpr field next_fields[] = {{"ticket", 1, 31, {}}};
  static constexpr field serving_fields[] = {{"ticket", 1, 31, {}}, {"S", 0, 1, sleepers_values}};
  static constexpr layout next{"next", next_fields};
  static constexpr layout serving{"serving", serving_fields};

  // A ticket is a word without S.
  template <class Word>
  static constexpr Word ticket_of(const Word& w) {
    return w & Word(ticket_mask);
  }
  template <class Word>
  static constexpr Word after(const Word& w) {
    return w + Word(one_ticket);
  }
  template <class Word>
  static constexpr Word with_sleepers(const Word& w) {
    return w | Word(sleepers);
  }
  template <class Word>
  static constexpr auto has_sleepers(const Word& w) {
    return (w & Word(sleepers)) != Word(0);
  }
  template <class Word>
  static constexpr auto is_turn_of(const Word& w, const Word& ticket) {
    return ticket_of(w) == ticket;
  }
  template <class Word>
  static constexpr auto is_next(const Word& w, const Word& ticket) {
    return after(ticket_of(w)) == ticket;
  }

  // The one bit, of so many, 31 at most, that the thread with the ticket sleeps with. Of a bitset, which has 32 bits however narrow the words are.
  template <class Word>
  static constexpr std::uint32_t bit_of(const Word& ticket, unsigned bits) {
    return std::uint32_t{1} << (static_cast<std::uint32_t>(ticket) / one_ticket % bits);
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_TICKET_WORD_H_
