// pi_condition_variable_word: the two words of a condition variable with priority inheritance. Both are numbers.
#ifndef HOLDFAST_IMPL_WORD_PI_CONDITION_VARIABLE_WORD_H_
#define HOLDFAST_IMPL_WORD_PI_CONDITION_VARIABLE_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct pi_condition_variable_word {
  static constexpr std::uint32_t nobody = 0;

  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout sequence{"sequence", number};
  static constexpr layout waiters{"waiters", number};
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_PI_CONDITION_VARIABLE_WORD_H_
