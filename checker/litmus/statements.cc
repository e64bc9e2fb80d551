#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "checker/litmus/body.h"
#include "checker/litmus/declared_type.h"
#include "checker/litmus/nesting.h"

namespace holdfast::checker::litmus {
namespace {

struct assignment_operator {
  std::string_view text;
  operation what;
};

constexpr std::array assignment_operators = {
    assignment_operator{"+=", operation::add},       assignment_operator{"-=", operation::subtract},
    assignment_operator{"*=", operation::multiply},  assignment_operator{"/=", operation::divide},
    assignment_operator{"%=", operation::remainder}, assignment_operator{"&=", operation::bit_and},
    assignment_operator{"|=", operation::bit_or},    assignment_operator{"^=", operation::bit_xor},
    assignment_operator{"++", operation::add},       assignment_operator{"--", operation::subtract},
};

const assignment_operator* find_operator(std::string_view text) {
  const auto* const found =
      std::find_if(assignment_operators.begin(), assignment_operators.end(), [&](const auto& o) { return o.text == text; });
  return found == assignment_operators.end() ? nullptr : found;
}

bool assigns(std::string_view text) { return text == "=" || find_operator(text) != nullptr; }

// Any run of blanks and line ends becomes one blank.
std::string on_one_line(std::string_view text) {
  std::string line;
  for (const char c : text) {
    const bool is_blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!is_blank) line += c;
    if (is_blank && !line.empty() && line.back() != ' ') line += ' ';
  }
  if (line.ends_with(' ')) line.pop_back();
  return line;
}

}  // namespace

void body_parser::initialise(const token& name, type of, literal value) {
  append(all_, {.what = action::assign, .at = name.at, .place = scope_.declare(name, of), .value = constant(value, name.at)});
}

void body_parser::parse() {
  statements(all_);
  thread_.first = all_.first;
}

void body_parser::append(chain& to, statement s) {
  const auto added = static_cast<index>(thread_.statements.size());
  thread_.statements.push_back(s);
  if (to.first == none) to.first = added;
  if (to.last != none) thread_.statements[to.last].next = added;
  to.last = added;
}

void body_parser::statements(chain& into) {
  while (!in_.at("}") && !in_.at("|||") && !in_.at_end()) one_statement(into);
}

void body_parser::one_statement(chain& into) {
  const nesting guard(in_, nested_);
  const position at = in_.peek().at;
  if (in_.accept(";")) return;
  if (in_.at("{")) {
    const index inside = body();
    return append(into, {.what = action::block, .at = at, .body = inside});
  }
  if (in_.at("if")) return branch(into);
  if (in_.at("while")) return while_loop(into);
  if (in_.at("do")) return do_loop(into);
  if (in_.at("for")) return for_loop(into);
  if (in_.at("assert")) return require(into, action::expect);
  if ((in_.at("assume") || in_.at("__VERIFIER_assume")) && in_.at("(", 1)) return require(into, action::assume);
  if (in_.at("break") || in_.at("continue")) {
    if (loops_ == 0) in_.unexpected("a statement: no loop is open");
    append(into, {.what = in_.take().text == "break" ? action::leave : action::again, .at = at});
    return semicolon();
  }
  simple_statement(into);
  semicolon();
}

// What stands after `if (...)` and its like, a block or one statement.
index body_parser::body() {
  if (++level_ >= max_depth) nesting::refuse(in_, in_.peek().at);
  scope_.open();
  chain inside;
  if (in_.accept("{")) {
    statements(inside);
    in_.expect("}");
  } else {
    one_statement(inside);
  }
  scope_.close();
  --level_;
  return inside.first;
}

void body_parser::branch(chain& into) {
  statement s = {.what = action::branch, .at = in_.take().at};
  in_.expect("(");
  s.value = value();
  in_.expect(")");
  s.body = body();
  if (in_.accept("else")) s.otherwise = body();
  append(into, s);
}

void body_parser::while_loop(chain& into) {
  statement s = {.what = action::loop, .at = in_.take().at};
  in_.expect("(");
  s.value = value();
  in_.expect(")");
  ++loops_;
  s.body = body();
  --loops_;
  append(into, s);
}

void body_parser::do_loop(chain& into) {
  statement s = {.what = action::do_loop, .at = in_.take().at};
  ++loops_;
  s.body = body();
  --loops_;
  in_.expect("while");
  in_.expect("(");
  s.value = value();
  in_.expect(")");
  append(into, s);
  semicolon();
}

// for (A; B; C) is a block of A and a loop.
void body_parser::for_loop(chain& into) {
  const position at = in_.take().at;
  statement loop = {.what = action::loop, .at = at};
  scope_.open();
  ++level_;
  in_.expect("(");
  chain before;
  if (!in_.at(";")) simple_statement(before);
  in_.expect(";");
  if (!in_.at(";")) loop.value = value();
  in_.expect(";");
  chain step;
  if (!in_.at(")") && at_type(in_)) in_.unexpected("an assignment or `)`");
  if (!in_.at(")")) simple_statement(step);
  loop.step = step.first;
  in_.expect(")");
  ++loops_;
  loop.body = body();
  --loops_;
  --level_;
  scope_.close();
  if (before.first == none) return append(into, loop);
  append(before, loop);
  append(into, {.what = action::block, .at = at, .body = before.first});
}

// assert(...) and assume(...)
void body_parser::require(chain& into, action what) {
  statement s = {.what = what, .at = in_.take().at};
  in_.expect("(");
  const char* const begin = in_.peek().text.data();
  s.value = value();
  const token close = in_.expect(")");
  if (what == action::expect) {
    s.place = static_cast<index>(thread_.texts.size());
    thread_.texts.push_back(on_one_line({begin, static_cast<std::size_t>(close.text.data() - begin)}));
  }
  append(into, s);
  semicolon();
}

void body_parser::declaration(chain& into) {
  const position at = in_.peek().at;
  const declared_type declared = parse_type(in_);
  if (declared.is_atomic) {
    in_.fail(at, "the type of a thread's own variable (shared ones are declared before the threads)", quoted(name_of(declared)));
  }
  do {
    const token name = parse_declared_name(in_);
    const index initial = in_.accept("=") ? value() : none;
    const index place = scope_.declare(name, declared.of);
    if (initial == none) continue;
    require_fits(initial, declared.of);
    append(into, {.what = action::assign, .at = name.at, .place = place, .value = initial});
  } while (in_.accept(","));
}

void body_parser::simple_statement(chain& into) {
  if (at_type(in_)) return declaration(into);
  if (at_assignment()) return assignment(into);
  const position at = in_.peek().at;
  if (at_store_or_fence()) return store_or_fence(into, *begin_access());
  append(into, {.what = action::evaluate, .at = at, .value = value()});
}

bool body_parser::at_assignment() {
  if (in_.at("++") || in_.at("--")) return true;
  const std::size_t name = in_.at("*") ? 1 : 0;
  return in_.peek(name).kind == token_kind::name && assigns(in_.peek(name + 1).text);
}

void body_parser::assignment(chain& into) {
  token how = in_.peek();
  const bool is_prefix = how.text == "++" || how.text == "--";
  if (is_prefix) in_.take();
  const bool through_pointer = in_.accept("*");
  const token name = in_.expect_name("a variable");
  if (!is_prefix) how = in_.take();
  const assignment_operator* const updates = find_operator(how.text);
  if (updates == nullptr) return assign(into, name, through_pointer, value(), true);
  const index old = read(name, through_pointer);
  const bool is_step = how.text == "++" || how.text == "--";
  const index operand = is_step ? constant({1, int_type}, how.at) : value();
  assign(into, name, through_pointer, combined(updates->what, old, operand, name.at), false);
}

void body_parser::assign(chain& into, const token& name, bool through_pointer, index value, bool may_declare) {
  const auto shared = scope_.find_shared(name.text);
  if (through_pointer || shared) {
    if (!shared) in_.fail(name.at, "a parameter of this thread", shown(name));
    if (!through_pointer && dialect_ == dialect::herd) in_.fail(name.at, fmt::format("`*{0}`: {0} is a pointer", name.text), shown(name));
    const index place = plain(name, *shared, true);
    require_fits(value, program_.locations[place].of);
    return append(into, {.what = action::plain_store, .at = name.at, .place = place, .value = value});
  }
  auto place = scope_.find_local(name.text);
  if (!place && (dialect_ == dialect::herd || !may_declare)) undeclared(name);
  if (!place) place = scope_.declare_by_use(name);
  require_fits(value, thread_.locals[*place].of);
  append(into, {.what = action::assign, .at = name.at, .place = *place, .value = value});
}

void body_parser::store_or_fence(chain& into, call c) {
  statement s = {.what = c.what == access::store ? action::store : action::fence, .at = c.at, .place = c.place};
  if (c.what == access::store) {
    separate(c);
    s.value = value();
    require_fits(s.value, program_.locations[c.place].of);
  }
  s.how = last_order(c, c.what == access::store ? ordered::store : ordered::update);
  in_.expect(")");
  append(into, s);
}

// CppMem lets the last statement of a thread do without.
void body_parser::semicolon() {
  if (dialect_ == dialect::cppmem && (in_.at("}") || in_.at("|||"))) return;
  in_.expect(";");
}

}  // namespace holdfast::checker::litmus
