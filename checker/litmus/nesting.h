// nesting: bounds on how deep a file's statements, expressions and conditions go, so that neither reading nor running them can exhaust a
// stack.
#ifndef HOLDFAST_CHECKER_LITMUS_NESTING_H_
#define HOLDFAST_CHECKER_LITMUS_NESTING_H_

#include <cstddef>

#include "checker/litmus/lexer.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

// One call of a recursive parser, which counts them in `depth`. Parentheses leave no trace in a tree: the parser goes deeper than the tree.
class nesting {
 public:
  nesting(lexer& in, std::size_t& depth) : depth_(depth) {
    if (depth_ == 4 * max_depth) refuse(in, in.peek().at);
    ++depth_;
  }
  ~nesting() { --depth_; }
  nesting(const nesting&) = delete;
  nesting& operator=(const nesting&) = delete;

  [[noreturn]] static void refuse(const lexer& in, position at) { in.fail(at, "at most 100 levels of nesting", "more"); }
  static_assert(max_depth == 100);

 private:
  std::size_t& depth_;
};

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_NESTING_H_
