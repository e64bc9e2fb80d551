// declared_type: how types are spelled in C and C++.
#ifndef HOLDFAST_CHECKER_LITMUS_DECLARED_TYPE_H_
#define HOLDFAST_CHECKER_LITMUS_DECLARED_TYPE_H_

#include <string>

#include "checker/litmus/lexer.h"
#include "checker/litmus/type.h"

namespace holdfast::checker::litmus {

struct declared_type {
  type of;
  bool is_atomic = false;
  bool operator==(const declared_type&) const = default;
};

// Whether a declaration, or a cast after `(`, begins after that many tokens; also if its type is one that parse_type refuses.
bool at_type(lexer& in, std::size_t ahead = 0);

// `unsigned long`, `uint8_t`, `atomic_int`, `std::atomic<int>`, `_Atomic int`, with `const` and `volatile` where C has them. Refuses what
// is no integer of 1 to 8 bytes.
declared_type parse_type(lexer& in);

// The name of what is declared. Refuses pointers and arrays.
token parse_declared_name(lexer& in);

// "int", "uint8_t", "atomic_int", "atomic<uint8_t>"
std::string name_of(type t);
std::string name_of(declared_type t);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_DECLARED_TYPE_H_
