#include "checker/litmus/cppmem.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "checker/litmus/body.h"
#include "checker/litmus/declared_type.h"
#include "checker/litmus/final_condition.h"
#include "checker/litmus/scope.h"

namespace holdfast::checker::litmus {
namespace {

// Braces round a whole thread are no block of it.
bool is_one_block(const thread& t) {
  return t.first != none && t.statements[t.first].what == action::block && t.statements[t.first].next == none;
}

class cppmem_parser {
 public:
  cppmem_parser(lexer& in, program& into) : in_(in), program_(into) {}

  void parse();

 private:
  void preamble();
  void begin_main();
  void declaration(bool is_static);
  void declarator(declared_type of, const token& name, bool is_static);
  void threads();
  void end_main();

  lexer& in_;
  program& program_;
  shared_names shared_;
};

void cppmem_parser::parse() {
  preamble();
  while (at_type(in_)) declaration(false);
  for (int i = 0; i < 3; ++i) {
    if (!in_.at("{")) in_.unexpected("a declaration or `{{{`, which begins the threads");
    in_.take();
  }
  threads();
  end_main();
  parse_final_condition(in_, program_);
}

// Everything up to and with `int main() {`.
void cppmem_parser::preamble() {
  constexpr std::string_view expected = "`int main()` (CppMem) or `C NAME` (herd)";
  for (;;) {
    if (in_.accept("#")) {
      in_.text_before('\n');
    } else if (in_.at("using") && in_.at("namespace", 1)) {
      while (!in_.at(";") && !in_.at_end()) in_.take();
      in_.expect(";");
    } else if ((in_.at("int") || in_.at("void")) && in_.at("main", 1)) {
      in_.take();
      in_.take();
      return begin_main();
    } else if (at_type(in_)) {
      declaration(true);
    } else {
      in_.unexpected(program_.locations.empty() ? expected : "a declaration or `int main()`");
    }
  }
}

void cppmem_parser::begin_main() {
  in_.expect("(");
  in_.accept("void");
  in_.expect(")");
  in_.expect("{");
}

void cppmem_parser::declaration(bool is_static) {
  const declared_type of = parse_type(in_);
  do {
    declarator(of, parse_declared_name(in_), is_static);
  } while (in_.accept(","));
  in_.expect(";");
}

void cppmem_parser::declarator(declared_type of, const token& name, bool is_static) {
  if (const auto [earlier, is_new] = shared_.emplace(name.text, static_cast<index>(program_.locations.size())); !is_new) {
    const position at = program_.locations[earlier->second].at;
    in_.fail(name.at, fmt::format("a name that is not yet declared (line {} declares it)", at.line), shown(name));
  }
  if (program_.locations.size() == max_locations) in_.fail(name.at, fmt::format("at most {} locations", max_locations), shown(name));
  location l = {.name = std::string(name.text), .of = of.of, .is_atomic = of.is_atomic, .initial = std::nullopt, .at = name.at};
  if (is_static) l.initial = 0;
  const bool is_in_braces = in_.at("{");
  const bool is_in_parentheses = in_.at("(");
  if (is_in_braces || is_in_parentheses || in_.at("=")) {
    in_.take();
    const position at = in_.peek().at;
    const literal value = parse_signed_literal(in_);
    require_value_of(l.of, value, in_, at);
    l.initial = bits(value.value, l.of);
    if (is_in_braces) in_.expect("}");
    if (is_in_parentheses) in_.expect(")");
  }
  program_.locations.push_back(l);
}

void cppmem_parser::threads() {
  do {
    if (program_.threads.size() == max_threads) in_.fail(in_.peek().at, fmt::format("at most {} threads", max_threads), "one more");
    thread t;
    t.at = in_.peek().at;
    body_parser(in_, program_, t, shared_, dialect::cppmem).parse();
    if (is_one_block(t)) t.first = t.statements[t.first].body;
    program_.threads.push_back(std::move(t));
  } while (in_.accept("|||"));
  if (!in_.at("}")) in_.unexpected("`|||` or `}}}`");
  for (int i = 0; i < 3; ++i) {
    if (!in_.at("}")) in_.unexpected("`}}}`, which ends the threads");
    in_.take();
  }
}

void cppmem_parser::end_main() {
  while (in_.accept(";")) {
  }
  if (in_.accept("return")) {
    in_.accept("-");
    if (in_.peek().kind == token_kind::end || in_.peek().kind == token_kind::symbol) in_.unexpected("a value");
    in_.take();
    in_.expect(";");
  }
  if (!in_.at("}")) in_.unexpected("`return 0;` or the `}` of main");
  in_.take();
}

}  // namespace

void parse_cppmem(lexer& in, program& into) { cppmem_parser(in, into).parse(); }

}  // namespace holdfast::checker::litmus
