// layout: what the bits of a state word mean, as data.
//
// One constexpr description per word. The code takes its predicates from beside it, reports decode values with it, the documentation's
// diagram is drawn from it, and the proofs take their vocabulary from it.
#ifndef HOLDFAST_IMPL_WORD_LAYOUT_H_
#define HOLDFAST_IMPL_WORD_LAYOUT_H_

#include <cstdint>
#include <span>

namespace holdfast {

// One value that a field may have, with its name and what it means.
struct named_value {
  std::uint32_t value;
  const char* name;
  const char* meaning;
};

// `width` bits from bit `shift` (0 is the least significant). With no named values the field is a number.
struct field {
  const char* name;
  unsigned shift;
  unsigned width;
  std::span<const named_value> values;
};

// Bits that belong to no field must be zero.
struct layout {
  const char* name;
  std::span<const field> fields;
  bool priority_inheriting = false;  // the kernel reads and writes it, too: LOCK_PI, UNLOCK_PI and their like
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_WORD_LAYOUT_H_
