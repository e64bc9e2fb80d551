#include "checker/litmus/final_condition.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <tuple>

#include "checker/litmus/body.h"
#include "checker/litmus/declared_type.h"
#include "checker/litmus/nesting.h"

namespace holdfast::checker::litmus {
namespace {

class condition_parser {
 public:
  condition_parser(lexer& in, program& into) : in_(in), program_(into), condition_(into.final_condition) {}

  void parse();

 private:
  void locations();
  quantifier over();
  index implication();
  index connected(connective what);
  index negation();
  index atom();
  observable parse_observable();
  observable parse_register();
  index add(clause c);
  index negated(index c) { return add({.what = connective::negation, .first = c}); }
  bool accept_connective(connective what);
  void observe(observable o);

  lexer& in_;
  program& program_;
  condition& condition_;
  std::size_t nested_ = 0;
};

void condition_parser::parse() {
  if (in_.at("locations")) locations();
  if (in_.at("filter")) in_.unexpected("a condition (filters are not supported)");
  condition_.over = over();
  if (condition_.over != quantifier::absent) {
    condition_.root = implication();
    in_.accept(";");
  }
  if (!in_.at_end()) in_.unexpected(condition_.over == quantifier::absent ? "exists, ~exists, forall or the end of the file" : "the end");
  if (program_.observed.empty()) {
    for (index t = 0; t < program_.threads.size(); ++t) {
      for (index i = 0; i < program_.threads[t].locals.size(); ++i) observe({t, i});
    }
    for (index i = 0; i < program_.locations.size(); ++i) observe({none, i});
  }
  std::sort(program_.observed.begin(), program_.observed.end(),
            [](const observable& a, const observable& b) { return std::tie(a.in, a.place) < std::tie(b.in, b.place); });
}

// locations [0:r2; x; y int;]
void condition_parser::locations() {
  in_.take();
  in_.expect("[");
  while (!in_.at("]")) {
    observe(parse_observable());
    if (at_type(in_)) parse_type(in_);
    if (!in_.at("]")) in_.expect(";");
  }
  in_.expect("]");
}

quantifier condition_parser::over() {
  if (in_.accept("exists")) return quantifier::exists;
  if (in_.accept("forall")) return quantifier::forall;
  if (!in_.at("~") || !in_.at("exists", 1)) return quantifier::absent;
  in_.take();
  in_.take();
  return quantifier::not_exists;
}

index condition_parser::add(clause c) {
  condition_.clauses.push_back(c);
  return static_cast<index>(condition_.clauses.size() - 1);
}

// a => b is ~a \/ b.
index condition_parser::implication() {
  const nesting guard(in_, nested_);
  const index left = connected(connective::disjunction);
  if (!in_.accept("=>")) return left;
  const index right = implication();
  const index absent = negated(left);
  condition_.clauses[absent].next = right;
  return add({.what = connective::disjunction, .first = absent});
}

bool condition_parser::accept_connective(connective what) {
  return what == connective::conjunction ? in_.accept("/\\") || in_.accept("&&") : in_.accept("\\/") || in_.accept("||");
}

// As many as there are of `/\`, or of `\/` with those inside it.
index condition_parser::connected(connective what) {
  const auto operand = [&] { return what == connective::disjunction ? connected(connective::conjunction) : negation(); };
  const index first = operand();
  index last = first;
  while (accept_connective(what)) {
    const index next = operand();
    condition_.clauses[last].next = next;
    last = next;
  }
  return last == first ? first : add({.what = what, .first = first});
}

index condition_parser::negation() {
  const nesting guard(in_, nested_);
  if (in_.accept("~") || in_.accept("!") || in_.accept("not")) return negated(negation());
  if (in_.accept("true")) return add({.what = connective::conjunction});
  if (in_.accept("false")) return add({.what = connective::disjunction});
  if (!in_.accept("(")) return atom();
  const index inside = implication();
  in_.expect(")");
  return inside;
}

index condition_parser::atom() {
  clause c = {.of = parse_observable()};
  if (in_.accept("!=")) {
    c.what = connective::not_equal;
  } else if (!in_.accept("=") && !in_.accept("==")) {
    in_.unexpected("`=` or `!=`");
  }
  const position at = in_.peek().at;
  const literal l = parse_signed_literal(in_);
  const bool is_location = c.of.in == none;
  const type t = is_location ? program_.locations[c.of.place].of : program_.threads[c.of.in].locals[c.of.place].of;
  require_value_of(t, l, in_, at);
  c.value = is_location ? bits(l.value, t) : converted(l.value, t);
  observe(c.of);
  return add(c);
}

// 0:r1, P0:r1, x, [x]
observable condition_parser::parse_observable() {
  if (in_.peek().kind == token_kind::number || in_.at(":", 1)) return parse_register();
  const bool is_in_brackets = in_.accept("[");
  const token name = in_.expect_name("a register (0:r1) or a location");
  if (is_in_brackets) in_.expect("]");
  const auto found =
      std::find_if(program_.locations.begin(), program_.locations.end(), [&](const location& l) { return l.name == name.text; });
  if (found == program_.locations.end()) {
    in_.fail(name.at, "a register (0:r1) or a location", fmt::format("{}, which is no location", shown(name)));
  }
  return {none, static_cast<index>(found - program_.locations.begin())};
}

observable condition_parser::parse_register() {
  const token number = in_.take();
  std::string_view digits = number.text;
  if (number.kind == token_kind::name && digits.starts_with('P')) digits.remove_prefix(1);
  std::size_t of = max_threads;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), of);
  if (error != std::errc() || end != digits.data() + digits.size() || of >= program_.threads.size()) {
    in_.fail(number.at, fmt::format("a thread (0 to {})", program_.threads.size() - 1), shown(number));
  }
  in_.expect(":");
  const token name = in_.expect_name("a register");
  const std::vector<local>& locals = program_.threads[of].locals;
  const auto found = std::find_if(locals.begin(), locals.end(), [&](const local& l) { return l.name == name.text; });
  if (found == locals.end())
    in_.fail(name.at, fmt::format("a variable of thread {}", of), fmt::format("{}, which it does not have", shown(name)));
  return {static_cast<index>(of), static_cast<index>(found - locals.begin())};
}

void condition_parser::observe(observable o) {
  std::vector<observable>& all = program_.observed;
  if (std::find(all.begin(), all.end(), o) == all.end()) all.push_back(o);
}

}  // namespace

void parse_final_condition(lexer& in, program& into) { condition_parser(in, into).parse(); }

}  // namespace holdfast::checker::litmus
