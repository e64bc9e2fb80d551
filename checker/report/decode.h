// decode: a state word in the names of its layout.
#ifndef HOLDFAST_CHECKER_REPORT_DECODE_H_
#define HOLDFAST_CHECKER_REPORT_DECODE_H_

#include <cstdint>
#include <string>

#include "impl/word/layout.h"

namespace holdfast::checker {

// "held_waiters"; "readers=3 writer_waits"; a number where the layout names no value; " +0x80" for bits that belong to no field.
std::string decode(const layout& description, std::uint64_t value);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_REPORT_DECODE_H_
