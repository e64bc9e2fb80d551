#include "checker/litmus/print.h"

#include <fmt/format.h>

#include <array>
#include <cstddef>
#include <string_view>

#include "checker/litmus/declared_type.h"
#include "checker/litmus/orders.h"

namespace holdfast::checker::litmus {
namespace {

// In the order of the enumerators, from multiply to logical_or.
constexpr std::array<std::string_view, 16> binary_names = {"*",  "/",  "%",  "+", "-", "<", "<=", ">",
                                                           ">=", "==", "!=", "&", "^", "|", "&&", "||"};

// In the order of the enumerators.
constexpr std::array<std::string_view, 6> update_names = {"exchange", "fetch_add", "fetch_sub", "fetch_and", "fetch_or", "fetch_xor"};

class thread_printer {
 public:
  thread_printer(const program& p, const thread& t) : program_(p), thread_(t) {}

  std::string text();

 private:
  std::string of(index e) const { return of(thread_.expressions[e]); }
  std::string of(const expression& e) const;
  std::string operand(index e) const;
  std::string compare_exchange(const expression& e) const;
  std::string simple(const statement& s) const;
  void line(std::string_view text) { text_ += fmt::format("{:{}}{}\n", "", 2 * depth_, text); }
  void block(std::string_view before, index first, std::string_view after);
  void add(const statement& s);

  const program& program_;
  const thread& thread_;
  std::string text_;
  std::size_t depth_ = 2;
};

// With the suffix that gives it its type.
std::string constant_text(const expression& e) {
  const std::string_view suffix = e.of == int_type ? "" : e.of.size == 4 ? "u" : e.of.is_signed ? "l" : "ul";
  return value_text(e.value, e.of).append(suffix);
}

bool is_negative_constant(const expression& e) {
  return e.what == operation::constant && e.of.is_signed && static_cast<std::int64_t>(e.value) < 0;
}

std::string thread_printer::operand(index e) const {
  const expression& inside = thread_.expressions[e];
  const bool is_primary = inside.what <= operation::reads_value && !is_negative_constant(inside);
  return is_primary ? of(inside) : fmt::format("({})", of(inside));
}

std::string thread_printer::of(const expression& e) const {
  switch (e.what) {
    case operation::constant: return constant_text(e);
    case operation::read_local: return thread_.locals[e.place].name;
    case operation::plain_load: return program_.locations[e.place].name;
    case operation::load: return fmt::format("{}.load({})", program_.locations[e.place].name, name_of(e.success));
    case operation::read_modify_write:
      return fmt::format("{}.{}({}, {})", program_.locations[e.place].name, update_names.at(static_cast<std::size_t>(e.how)), of(e.first),
                         name_of(e.success));
    case operation::compare_exchange: return compare_exchange(e);
    case operation::reads_value: return fmt::format("{}.readsvalue({})", of(e.first), of(e.second));
    case operation::negate: return "-" + operand(e.first);
    case operation::complement: return "~" + operand(e.first);
    case operation::logical_not: return "!" + operand(e.first);
    case operation::convert: return fmt::format("({}){}", name_of(e.of), operand(e.first));
    case operation::conditional: return fmt::format("{} ? {} : {}", operand(e.first), operand(e.second), operand(e.third));
    default: break;
  }
  const auto name = static_cast<std::size_t>(e.what) - static_cast<std::size_t>(operation::multiply);
  return fmt::format("{} {} {}", operand(e.first), binary_names.at(name), operand(e.second));
}

std::string thread_printer::compare_exchange(const expression& e) const {
  const std::string_view strength = e.is_weak ? "weak" : "strong";
  const std::string& place = program_.locations[e.place].name;
  const std::string rest = fmt::format("{}, {}, {})", of(e.second), name_of(e.success), name_of(e.failure));
  if (e.expected == expectation::value) return fmt::format("cas_{}_explicit(&{}, {}, {}", strength, place, of(e.first), rest);
  const std::string& found = e.expected == expectation::local ? thread_.locals[e.found].name : program_.locations[e.found].name;
  return fmt::format("{}.compare_exchange_{}({}, {}", place, strength, found, rest);
}

// A statement without others inside, and without its semicolon.
std::string thread_printer::simple(const statement& s) const {
  switch (s.what) {
    case action::assign: return fmt::format("{} = {}", thread_.locals[s.place].name, of(s.value));
    case action::plain_store: return fmt::format("{} = {}", program_.locations[s.place].name, of(s.value));
    case action::store: return fmt::format("{}.store({}, {})", program_.locations[s.place].name, of(s.value), name_of(s.how));
    case action::fence: return fmt::format("atomic_thread_fence({})", name_of(s.how));
    case action::evaluate: return of(s.value);
    case action::leave: return "break";
    case action::again: return "continue";
    case action::expect: return fmt::format("assert({})", of(s.value));
    case action::assume: return fmt::format("assume({})", of(s.value));
    default: return "";
  }
}

void thread_printer::block(std::string_view before, index first, std::string_view after) {
  line(fmt::format("{}{{", before));
  ++depth_;
  for (index i = first; i != none; i = thread_.statements[i].next) add(thread_.statements[i]);
  --depth_;
  line(fmt::format("}}{}", after));
}

void thread_printer::add(const statement& s) {
  const auto list = [&](index step) {
    std::string text;
    for (index i = step; i != none; i = thread_.statements[i].next) text += (text.empty() ? "" : "; ") + simple(thread_.statements[i]);
    return text;
  };
  switch (s.what) {
    case action::branch:
      block(fmt::format("if ({}) ", of(s.value)), s.body, "");
      if (s.otherwise != none) block("else ", s.otherwise, "");
      break;
    case action::loop:
      if (s.step == none && s.value != none) {
        block(fmt::format("while ({}) ", of(s.value)), s.body, "");
      } else {
        block(fmt::format("for (; {}; {}) ", s.value == none ? "" : of(s.value), list(s.step)), s.body, "");
      }
      break;
    case action::do_loop: block("do ", s.body, fmt::format(" while ({});", of(s.value))); break;
    case action::block: block("", s.body, ""); break;
    default: line(simple(s) + ";");
  }
}

std::string thread_printer::text() {
  for (const local& l : thread_.locals) line(fmt::format("{} {};", name_of(l.of), l.name));
  for (index i = thread_.first; i != none; i = thread_.statements[i].next) add(thread_.statements[i]);
  return text_;
}

std::string clause_text(const program& p, index i) {
  const clause& c = p.final_condition.clauses[i];
  const auto inside = [&](index j) {
    const clause& d = p.final_condition.clauses[j];
    const bool is_list = d.what >= connective::conjunction && d.first != none;
    return is_list ? fmt::format("({})", clause_text(p, j)) : clause_text(p, j);
  };
  if (c.what == connective::negation) return fmt::format("~({})", clause_text(p, c.first));
  if (c.what >= connective::conjunction) {
    const bool is_conjunction = c.what == connective::conjunction;
    if (c.first == none) return is_conjunction ? "true" : "false";
    std::string text = inside(c.first);
    for (index j = p.final_condition.clauses[c.first].next; j != none; j = p.final_condition.clauses[j].next) {
      text += (is_conjunction ? " /\\ " : " \\/ ") + inside(j);
    }
    return text;
  }
  const type of = c.of.in == none ? p.locations[c.of.place].of : p.threads[c.of.in].locals[c.of.place].of;
  return fmt::format("{}{}{}", name_of(p, c.of), c.what == connective::equal ? "=" : "!=", value_text(c.value, of));
}

}  // namespace

std::string value_text(std::uint64_t value, type of) {
  const std::uint64_t v = converted(value, of);
  return of.is_signed ? std::to_string(static_cast<std::int64_t>(v)) : std::to_string(v);
}

std::string name_of(const program& p, observable o) {
  return o.in == none ? p.locations[o.place].name : fmt::format("{}:{}", o.in, p.threads[o.in].locals[o.place].name);
}

std::string condition_text(const program& p) {
  const condition& c = p.final_condition;
  if (c.over == quantifier::absent) return "";
  const std::string_view over = c.over == quantifier::exists ? "exists" : c.over == quantifier::forall ? "forall" : "~exists";
  return fmt::format("{} ({})", over, clause_text(p, c.root));
}

std::string to_text(const program& p) {
  std::string text = fmt::format("// {}\nint main() {{\n", p.name);
  for (const location& l : p.locations) {
    text += fmt::format("  {} {}", name_of(declared_type{l.of, l.is_atomic}), l.name);
    text += l.initial ? fmt::format(" = {};\n", value_text(*l.initial, l.of)) : ";\n";
  }
  for (const thread& t : p.threads) {
    text += fmt::format("  {} {{\n{}  }}\n", &t == p.threads.data() ? "{{{" : "|||", thread_printer(p, t).text());
  }
  text += "  }}}\n  return 0;\n}\n";
  if (const std::string condition = condition_text(p); !condition.empty()) text += condition + "\n";
  return text;
}

}  // namespace holdfast::checker::litmus
