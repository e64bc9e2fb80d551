// pi_word: the word of a mutex with priority inheritance, which the kernel and user space write by turns.
//
//     bit 31 | 30 | 29 ............ 0
//         W  | D  |   owner             W  WAITERS     somebody sleeps in the kernel, or did and the owner has not unlocked since
//                                       D  OWNER_DIED  the kernel set it: the last owner died and left the mutex
//                                       owner: the kernel's id of the thread that holds it; 0: nobody does
#ifndef HOLDFAST_IMPL_WORD_PI_WORD_H_
#define HOLDFAST_IMPL_WORD_PI_WORD_H_

#include "impl/word/layout.h"
#include "impl/word/robust_word.h"

namespace holdfast {

// The bits are the robust word's, and so are the predicates; the kernel gives it to the next owner.
struct pi_word : robust_word {
  static constexpr layout description{"pi", fields, true};
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_PI_WORD_H_
