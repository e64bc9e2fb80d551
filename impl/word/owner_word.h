// owner_word: the thread that owns a lock, by the kernel's id of it.
//
//     owner   bits 31 and 30 are zero; bits 29 to 0: the owner's id, or 0: nobody owns the lock
//     depth   a number: how often the owner has locked it and not yet unlocked it
#ifndef HOLDFAST_IMPL_WORD_OWNER_WORD_H_
#define HOLDFAST_IMPL_WORD_OWNER_WORD_H_

#include <cstdint>

#include "impl/word/layout.h"

namespace holdfast {

struct owner_word {
  static constexpr std::uint32_t nobody = 0;

  static constexpr named_value nobody_name[] = {{nobody, "nobody", "nobody owns it"}};
  static constexpr field owner_fields[] = {{"owner", 0, 30, nobody_name}};
  static constexpr layout owner{"owner", owner_fields};

  // How often the owner has locked and not yet unlocked.
  static constexpr std::uint32_t none = 0;
  static constexpr std::uint32_t once = 1;
  static constexpr std::uint32_t deepest = 0xffffffff;
  static constexpr field depth_fields[] = {{"depth", 0, 32, {}}};
  static constexpr layout depth{"depth", depth_fields};

  template <class Word>
  static constexpr auto is(const Word& owner, const Word& thread) {
    return owner == thread;
  }
  template <class Word>
  static constexpr auto is_outermost(const Word& depth) {
    return depth == once;
  }
  template <class Word>
  static constexpr auto is_deepest(const Word& depth) {
    return depth == deepest;
  }
  template <class Word>
  static constexpr Word deeper(const Word& depth) {
    return depth + Word(once);
  }
  template <class Word>
  static constexpr Word shallower(const Word& depth) {
    return depth - Word(once);
  }
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_OWNER_WORD_H_
