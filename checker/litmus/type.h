// type: the integer types of litmus tests, and C's conversions between them.
#ifndef HOLDFAST_CHECKER_LITMUS_TYPE_H_
#define HOLDFAST_CHECKER_LITMUS_TYPE_H_

#include <cstdint>

namespace holdfast::checker::litmus {

struct type {
  std::uint8_t size = 4;  // in bytes: 1, 2, 4 or 8
  bool is_signed = true;
  bool is_boolean = false;
  bool operator==(const type&) const = default;
};

inline constexpr type int_type = {4, true, false};
inline constexpr type long_type = {8, true, false};
inline constexpr type bool_type = {1, false, true};

// The bits of an object of the type that has this value.
constexpr std::uint64_t bits(std::uint64_t value, type t) {
  if (t.is_boolean) return value != 0 ? 1 : 0;
  const unsigned unused = 64 - 8 * t.size;
  return value << unused >> unused;
}

// The value, in two's complement of 64 bits, of an object of the type that has these bits, or that was assigned this value.
constexpr std::uint64_t converted(std::uint64_t value, type t) {
  if (t.is_boolean || !t.is_signed) return bits(value, t);
  const unsigned unused = 64 - 8 * t.size;
  return static_cast<std::uint64_t>(static_cast<std::int64_t>(value << unused) >> unused);
}

// The type in which arithmetic on one operand takes place.
constexpr type promoted(type t) { return t.size < 4 ? int_type : t; }

// The type in which arithmetic on two operands takes place.
constexpr type common(type a, type b) {
  const type x = promoted(a);
  const type y = promoted(b);
  if (x.size != y.size) return x.size > y.size ? x : y;
  return {x.size, x.is_signed && y.is_signed, false};
}

constexpr std::int64_t least(type t) { return t.is_signed ? -static_cast<std::int64_t>(std::uint64_t{1} << (8 * t.size - 2)) * 2 : 0; }

constexpr std::uint64_t greatest(type t) {
  if (t.is_boolean) return 1;
  return ~std::uint64_t{0} >> (64 - 8 * t.size + (t.is_signed ? 1 : 0));
}

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_TYPE_H_
