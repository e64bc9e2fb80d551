// wake_op: the operation that FUTEX_WAKE_OP's last argument encodes: what becomes of the second word, and which old values wake there.
#ifndef HOLDFAST_CHECKER_KERNEL_WAKE_OP_H_
#define HOLDFAST_CHECKER_KERNEL_WAKE_OP_H_

#include <cstdint>

namespace holdfast::checker::kernel {

class wake_op_argument {
 public:
  constexpr explicit wake_op_argument(std::uint32_t encoded, bool has_signs = true)
      : operation_(encoded >> 28 & 7),
        comparison_(encoded >> 24 & 15),
        by_(number(encoded >> 12 & 0xfff, has_signs)),
        than_(number(encoded & 0xfff, has_signs)) {
    if (encoded >> 31 != 0) by_ = static_cast<std::int32_t>(std::uint32_t{1} << (static_cast<unsigned>(by_) & 31));
  }

  constexpr bool has_operation() const { return operation_ < 5; }
  constexpr bool has_comparison() const { return comparison_ < 6; }

  // REQUIRES: there is an operation.
  constexpr std::uint32_t applied(std::uint32_t old) const {
    const auto by = static_cast<std::uint32_t>(by_);
    switch (operation_) {
      case 0: return by;
      case 1: return old + by;
      case 2: return old | by;
      case 3: return old & ~by;
      default: return old ^ by;
    }
  }

  // REQUIRES: there is a comparison.
  constexpr bool wakes_second(std::uint32_t old) const {
    const auto signed_old = static_cast<std::int32_t>(old);
    switch (comparison_) {
      case 0: return signed_old == than_;
      case 1: return signed_old != than_;
      case 2: return signed_old < than_;
      case 3: return signed_old <= than_;
      case 4: return signed_old > than_;
      default: return signed_old >= than_;
    }
  }

 private:
  static constexpr std::int32_t number(std::uint32_t twelve_bits, bool has_sign) {
    return static_cast<std::int32_t>(has_sign && (twelve_bits & 0x800) != 0 ? twelve_bits | 0xfffff000 : twelve_bits);
  }

  std::uint32_t operation_, comparison_;
  std::int32_t by_, than_;
};

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_WAKE_OP_H_
