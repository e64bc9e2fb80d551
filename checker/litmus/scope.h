// scope: what names mean in one thread.
//
// A name that is declared in a block means nothing after it, as in C. Conditions name a thread's variables regardless of blocks, so that
// two variables of a thread may share a name only if they never meet and have one type; they are one variable then.
#ifndef HOLDFAST_CHECKER_LITMUS_SCOPE_H_
#define HOLDFAST_CHECKER_LITMUS_SCOPE_H_

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/litmus/lexer.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

// The locations that a thread can name; in herd's format, its pointers.
using shared_names = std::map<std::string, index, std::less<>>;

class scope {
 public:
  // REQUIRES: all outlive the scope.
  scope(lexer& in, thread& of, const shared_names& shared) : in_(in), thread_(of), shared_(shared) {}

  void open() { ++depth_; }
  void close();

  std::optional<index> find_local(std::string_view name) const;
  std::optional<index> find_shared(std::string_view name) const;  // unless a local hides it

  index declare(const token& name, type of);

  // A variable that CppMem's language lets a thread assign to without declaring it: of 64 bits, and known in the whole thread.
  index declare_by_use(const token& name);

 private:
  index add(const token& name, type of, std::size_t depth);

  lexer& in_;
  thread& thread_;
  const shared_names& shared_;
  std::size_t depth_ = 1;
  std::vector<std::size_t> declared_at_;  // for each local, the depth of its block; 0: out of its block
};

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_SCOPE_H_
