// robust_pi_word: the word of a robust mutex with priority inheritance, as the kernel reads and writes it.
//
//     bit 31 | 30 | 29 ............ 0
//         W  | D  |   owner             W  WAITERS     somebody sleeps in the kernel, or did and the owner has not unlocked since
//                                       D  OWNER_DIED  the kernel set it: the owner before died. With an owner: it has not taken note yet
//                                       owner: the kernel's id of the thread that holds it; 0: nobody does
#ifndef HOLDFAST_IMPL_WORD_ROBUST_PI_WORD_H_
#define HOLDFAST_IMPL_WORD_ROBUST_PI_WORD_H_

#include "impl/word/layout.h"
#include "impl/word/robust_word.h"

namespace holdfast {

// The bits are the robust word's, and so are the predicates; whoever waits does so in the kernel, which gives it to the next owner.
struct robust_pi_word : robust_word {
  static constexpr layout description{"robust_pi", fields, true};
  static constexpr std::uint32_t all_but_owner_died = waiters | owner_mask;
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_ROBUST_PI_WORD_H_
