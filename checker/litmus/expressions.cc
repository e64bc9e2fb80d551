#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <string>
#include <system_error>

#include "checker/litmus/body.h"
#include "checker/litmus/declared_type.h"
#include "checker/litmus/nesting.h"

namespace holdfast::checker::litmus {
namespace {

struct binary_operator {
  std::string_view text;
  operation what;
  unsigned precedence;
};

constexpr std::array binary_operators = {
    binary_operator{"||", operation::logical_or, 1},    binary_operator{"&&", operation::logical_and, 2},
    binary_operator{"|", operation::bit_or, 3},         binary_operator{"^", operation::bit_xor, 4},
    binary_operator{"&", operation::bit_and, 5},        binary_operator{"==", operation::equal, 6},
    binary_operator{"!=", operation::not_equal, 6},     binary_operator{"<", operation::less, 7},
    binary_operator{"<=", operation::less_equal, 7},    binary_operator{">", operation::greater, 7},
    binary_operator{">=", operation::greater_equal, 7}, binary_operator{"+", operation::add, 8},
    binary_operator{"-", operation::subtract, 8},       binary_operator{"*", operation::multiply, 9},
    binary_operator{"/", operation::divide, 9},         binary_operator{"%", operation::remainder, 9},
};

bool is_arithmetic(operation o) {
  return (o >= operation::multiply && o <= operation::subtract) || (o >= operation::bit_and && o <= operation::bit_or);
}

// The first type of C's list for this kind of number that holds it.
type type_of_literal(std::uint64_t value, bool is_decimal, bool is_unsigned, bool is_long) {
  for (const type t : {int_type, type{4, false, false}, long_type, type{8, false, false}}) {
    const bool is_listed = t.is_signed ? !is_unsigned : is_unsigned || !is_decimal;
    if (is_listed && value <= greatest(t) && (t.size == 8 || !is_long)) return t;
  }
  return {8, false, false};
}

std::string text_of(const literal& l) {
  return l.of.is_signed ? std::to_string(static_cast<std::int64_t>(l.value)) : std::to_string(l.value);
}

}  // namespace

literal parse_literal(lexer& in) {
  const token t = in.expect_number("a number");
  std::string_view digits = t.text;
  int base = 10;
  if (digits.starts_with("0x") || digits.starts_with("0X")) {
    base = 16;
    digits.remove_prefix(2);
  } else if (digits.size() > 1 && digits[0] == '0') {
    base = 8;
  }
  literal l;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), l.value, base);
  if (error == std::errc::result_out_of_range) in.fail(t.at, "a number below 2^64", shown(t));
  const std::string_view suffix = digits.substr(static_cast<std::size_t>(end - digits.data()));
  const auto us = std::count_if(suffix.begin(), suffix.end(), [](char c) { return c == 'u' || c == 'U'; });
  const auto ls = std::count_if(suffix.begin(), suffix.end(), [](char c) { return c == 'l' || c == 'L'; });
  const bool is_suffix = static_cast<std::size_t>(us + ls) == suffix.size() && us <= 1 && ls <= 2;
  if (error != std::errc() || !is_suffix) in.fail(t.at, "an integer", shown(t));
  l.of = type_of_literal(l.value, base == 10, us != 0, ls != 0);
  return l;
}

literal negated(literal l) {
  const bool is_least = !l.of.is_signed && l.of.size == 8 && l.value == std::uint64_t{1} << 63;
  const type of = is_least ? long_type : promoted(l.of);
  return {converted(-l.value, of), of};
}

literal parse_signed_literal(lexer& in) {
  if (in.accept("true")) return {1, int_type};
  if (in.accept("false")) return {0, int_type};
  const bool is_negative = in.accept("-");
  if (in.peek().kind != token_kind::number) in.unexpected("a number");
  const literal l = parse_literal(in);
  return is_negative ? negated(l) : l;
}

void require_value_of(type t, const literal& l, lexer& in, position at) {
  const bool is_negative = l.of.is_signed && static_cast<std::int64_t>(l.value) < 0;
  if (is_negative ? static_cast<std::int64_t>(l.value) >= least(t) : l.value <= greatest(t)) return;
  in.fail(at, fmt::format("a value of `{}` ({} to {})", name_of(t), least(t), greatest(t)), fmt::format("`{}`", text_of(l)));
}

// A constant out of range is a mistake; a computed value is converted, as in C.
void body_parser::require_fits(index e, type t, bool of_either_sign) {
  const expression& c = thread_.expressions[e];
  if (c.what != operation::constant) return;
  if (of_either_sign && (bits(c.value, t) == c.value || converted(c.value, {t.size, true, false}) == c.value)) return;
  require_value_of(t, {c.value, c.of}, in_, c.at);
}

index body_parser::add(expression e) {
  std::size_t depth = 0;
  for (const index operand : {e.first, e.second, e.third}) {
    if (operand != none) depth = std::max(depth, depths_[operand]);
  }
  if (level_ + ++depth > max_depth) nesting::refuse(in_, e.at);
  thread_.expressions.push_back(e);
  depths_.push_back(depth);
  return static_cast<index>(thread_.expressions.size() - 1);
}

index body_parser::constant(literal l, position at) { return add({.what = operation::constant, .of = l.of, .at = at, .value = l.value}); }

index body_parser::combined(operation what, index first, index second, position at) {
  const type result = is_arithmetic(what) ? common(thread_.expressions[first].of, thread_.expressions[second].of) : int_type;
  return add({.what = what, .of = result, .at = at, .first = first, .second = second});
}

index body_parser::conditional() {
  const nesting guard(in_, nested_);
  const index first = binary(1);
  if (!in_.at("?")) return first;
  const position at = in_.take().at;
  const index second = conditional();
  in_.expect(":");
  const index third = conditional();
  const type result = common(thread_.expressions[second].of, thread_.expressions[third].of);
  return add({.what = operation::conditional, .of = result, .at = at, .first = first, .second = second, .third = third});
}

index body_parser::binary(unsigned least_precedence) {
  index left = unary();
  for (;;) {
    const token t = in_.peek();
    const auto* const found =
        std::find_if(binary_operators.begin(), binary_operators.end(), [&](const binary_operator& o) { return o.text == t.text; });
    if (found == binary_operators.end() || found->precedence < least_precedence) return left;
    in_.take();
    left = combined(found->what, left, binary(found->precedence + 1), t.at);
  }
}

index body_parser::unary() {
  const nesting guard(in_, nested_);
  const token t = in_.peek();
  if (in_.accept("+")) return unary();
  if (in_.accept("!")) return add({.what = operation::logical_not, .of = int_type, .at = t.at, .first = unary()});
  if (!in_.at("-") && !in_.at("~")) return postfix();
  in_.take();
  const index operand = unary();
  const type of = promoted(thread_.expressions[operand].of);
  if (t.text == "~") return add({.what = operation::complement, .of = of, .at = t.at, .first = operand});
  if (thread_.expressions[operand].what != operation::constant) {
    return add({.what = operation::negate, .of = of, .at = t.at, .first = operand});
  }
  expression& number = thread_.expressions[operand];
  const literal l = negated({number.value, number.of});
  number.value = l.value;
  number.of = l.of;
  number.at = t.at;
  return operand;
}

// CppMem's readsvalue.
index body_parser::postfix() {
  const index e = primary();
  if (!in_.at(".")) return e;
  const position at = in_.take().at;
  if (!in_.at("readsvalue")) in_.unexpected("`readsvalue`");
  in_.take();
  const operation what = thread_.expressions[e].what;
  if (what != operation::load && what != operation::plain_load && what != operation::read_modify_write) {
    in_.fail(at, "`readsvalue` after a read of shared memory", "`.readsvalue` after another expression");
  }
  in_.expect("(");
  const index expected = value();
  require_fits(expected, thread_.expressions[e].of);
  in_.expect(")");
  return add({.what = operation::reads_value, .of = thread_.expressions[e].of, .at = at, .first = e, .second = expected});
}

index body_parser::primary() {
  const token t = in_.peek();
  if (t.kind == token_kind::number) {
    const literal l = parse_literal(in_);
    return constant(l, t.at);
  }
  if (in_.accept("true")) return constant({1, int_type}, t.at);
  if (in_.accept("false")) return constant({0, int_type}, t.at);
  if (in_.at("(") && at_type(in_, 1)) {
    in_.take();
    const declared_type to = parse_type(in_);
    in_.expect(")");
    return add({.what = operation::convert, .of = to.of, .at = t.at, .first = unary()});
  }
  if (in_.accept("(")) {
    const index inside = value();
    in_.expect(")");
    return inside;
  }
  if (in_.at("&")) in_.unexpected("a value (addresses are not supported)");
  if (const auto c = begin_access()) return finish_access(*c);
  return variable();
}

index body_parser::variable() {
  const bool through_pointer = in_.accept("*");
  const token name = in_.expect_name("an expression");
  if (in_.at("(")) in_.fail(name.at, "an atomic operation, assert or assume", shown(name));
  if (in_.at("->") || in_.at("[")) in_.unexpected("a variable (pointers and arrays are not supported)");
  return read(name, through_pointer);
}

index body_parser::read(const token& name, bool through_pointer) {
  if (const auto shared = scope_.find_shared(name.text)) {
    if (through_pointer != (dialect_ == dialect::herd)) {
      in_.fail(name.at, dialect_ == dialect::herd ? fmt::format("`*{0}`: {0} is a pointer", name.text) : "a variable that is a pointer",
               shown(name));
    }
    const index place = plain(name, *shared, false);
    return add({.what = operation::plain_load, .of = program_.locations[place].of, .at = name.at, .place = place});
  }
  if (through_pointer) in_.fail(name.at, "a parameter of this thread", shown(name));
  const auto found = scope_.find_local(name.text);
  if (!found) undeclared(name);
  return add({.what = operation::read_local, .of = thread_.locals[*found].of, .at = name.at, .place = *found});
}

}  // namespace holdfast::checker::litmus
