// parse_error: the one thing that is wrong with a litmus file, in one line: `FILE:LINE:COLUMN: expected ..., found ...`.
#ifndef HOLDFAST_CHECKER_LITMUS_PARSE_ERROR_H_
#define HOLDFAST_CHECKER_LITMUS_PARSE_ERROR_H_

#include <fmt/format.h>

#include <stdexcept>
#include <string_view>

#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

class parse_error : public std::runtime_error {
 public:
  parse_error(std::string_view file, position where, std::string_view expected, std::string_view found)
      : std::runtime_error(fmt::format("{}:{}:{}: expected {}, found {}", file, where.line, where.column, expected, found)), at_(where) {}

  position at() const { return at_; }

 private:
  position at_;
};

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_PARSE_ERROR_H_
