// counting_semaphore_word: permits and waiters of a semaphore in one word, so that one access tells a release all that it has to know.
//
//     bit 31 ...... b | b - 1 ..... 0 |     permits  how many can be taken
//          waiters    |    permits    |     waiters  how many threads sleep, are about to, or have woken and not yet taken one or given up
#ifndef HOLDFAST_IMPL_WORD_COUNTING_SEMAPHORE_WORD_H_
#define HOLDFAST_IMPL_WORD_COUNTING_SEMAPHORE_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

// PermitBits: b. What the permits do not need counts waiters.
template <unsigned PermitBits>
struct counting_semaphore_word {
  static_assert(PermitBits >= 1 && PermitBits <= 31);

  static constexpr std::uint32_t most_permits = (1u << PermitBits) - 1;
  static constexpr std::uint32_t one_waiter = 1u << PermitBits;
  static constexpr std::uint32_t most_waiters = 0xffffffff >> PermitBits;

  static constexpr field fields[] = {{"permits", 0, PermitBits, {}}, {"waiters", PermitBits, 32 - PermitBits, {}}};
  static constexpr layout description{"semaphore", fields};

  template <class Word>
  static constexpr Word permits(const Word& w) {
    return w & most_permits;
  }
  template <class Word>
  static constexpr Word waiters(const Word& w) {
    return w >> PermitBits;
  }
  template <class Word>
  static constexpr auto has_permits(const Word& w) {
    return permits(w) != 0u;
  }
  template <class Word>
  static constexpr auto has_waiters(const Word& w) {
    return (w & ~most_permits) != 0u;
  }
  template <class Word>
  static constexpr auto has_most_waiters(const Word& w) {
    return (w & ~most_permits) == (most_waiters << PermitBits);
  }
  // Whether so many more permits fit.
  template <class Word>
  static constexpr auto has_room_for(const Word& w, const Word& update) {
    return update <= most_permits - permits(w);
  }
  // How many of the waiters so many more permits are for: those that the permits before them are not for.
  template <class Word>
  static constexpr Word served_by(const Word& w, const Word& update) {
    const Word unserved = waiters(w) > permits(w) ? waiters(w) - permits(w) : Word(0u);
    return update < unserved ? update : unserved;
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_COUNTING_SEMAPHORE_WORD_H_
