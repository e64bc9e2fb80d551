// body: the statements of one thread, in C with CppMem's or herd's way to name shared memory.
//
//   CppMem   x            a plain location            x.load(ORDER), atomic_load_explicit(&x, ORDER)   an atomic one
//   herd     *x           likewise, by a parameter    atomic_load_explicit(x, ORDER)
//
// Refuses what is not of C's integers: pointers, arrays, functions, mutexes, assignments inside expressions.
#ifndef HOLDFAST_CHECKER_LITMUS_BODY_H_
#define HOLDFAST_CHECKER_LITMUS_BODY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "checker/litmus/lexer.h"
#include "checker/litmus/orders.h"
#include "checker/litmus/program.h"
#include "checker/litmus/scope.h"

namespace holdfast::checker::litmus {

enum class dialect : std::uint8_t { cppmem, herd };

// A decimal, hexadecimal or octal number with its type as in C. Throws parse_error if it has no type of 64 bits.
struct literal {
  std::uint64_t value = 0;
  type of;
};
literal parse_literal(lexer& in);
literal negated(literal l);

// The same with a sign, or `true` or `false`.
literal parse_signed_literal(lexer& in);

// Throws parse_error unless an object of the type can have the value.
void require_value_of(type t, const literal& l, lexer& in, position at);

class body_parser {
 public:
  // REQUIRES: all outlive the parser; `whole` has its locations.
  body_parser(lexer& in, const program& whole, thread& into, const shared_names& shared, dialect how)
      : in_(in), program_(whole), thread_(into), scope_(in, into, shared), dialect_(how) {}

  // A variable that has a value before the body begins.
  void initialise(const token& name, type of, literal value);

  // Reads statements up to the `}` or `|||` that ends the thread, which it leaves.
  void parse();

 private:
  // A list of statements under construction.
  struct chain {
    index first = none;
    index last = none;
  };

  enum class access : std::uint8_t { load, store, exchange, add, sub, bit_and, bit_or, bit_xor, strong, weak, fence };
  enum class orders : std::uint8_t { required, optional, absent };

  // An atomic operation of which the name and, as a rule, the location have been read.
  struct call {
    access what;
    position at;
    orders given;
    bool is_method = false;
    bool has_arguments = false;
    index place = none;
  };

  // statements.cc
  void append(chain& to, statement s);
  void statements(chain& into);
  void one_statement(chain& into);
  index body();
  void branch(chain& into);
  void while_loop(chain& into);
  void do_loop(chain& into);
  void for_loop(chain& into);
  void require(chain& into, action what);
  void declaration(chain& into);
  void simple_statement(chain& into);
  bool at_assignment();
  void assignment(chain& into);
  void assign(chain& into, const token& name, bool through_pointer, index value, bool may_declare);
  void store_or_fence(chain& into, call c);
  void semicolon();

  // expressions.cc
  index add(expression e);
  index value() { return conditional(); }
  index conditional();
  index binary(unsigned least_precedence);
  index unary();
  index postfix();
  index primary();
  index variable();
  index read(const token& name, bool through_pointer);
  index constant(literal l, position at);
  index combined(operation what, index first, index second, position at);
  void require_fits(index e, type t, bool of_either_sign = false);

  // accesses.cc
  static std::optional<call> function_named(std::string_view name);
  static std::optional<access> method_named(std::string_view name);
  bool at_store_or_fence();
  std::optional<call> begin_access();
  index target(access what);
  void require_atomic(const token& name, index place, access what) const;
  index finish_access(call c);
  index compare_exchange(call c, expression e);
  void expected_value(call& c, expression& e);
  void expected_variable(expression& e);
  void separate(call& c);
  order last_order(call& c, ordered what);
  index plain(const token& name, index place, bool is_write) const;
  [[noreturn]] void undeclared(const token& name) const;

  lexer& in_;
  const program& program_;
  thread& thread_;
  scope scope_;
  dialect dialect_;
  chain all_;
  std::vector<std::size_t> depths_;  // of each expression
  std::size_t level_ = 0;            // how many statements the one being read is inside
  std::size_t loops_ = 0;            // how many of them are loops
  std::size_t nested_ = 0;           // calls of the parser within one another
};

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_BODY_H_
