#include "checker/litmus/herd.h"

#include <fmt/format.h>

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "checker/litmus/body.h"
#include "checker/litmus/declared_type.h"
#include "checker/litmus/final_condition.h"
#include "checker/litmus/scope.h"

namespace holdfast::checker::litmus {
namespace {

// What is known of a location beside what the program has of it.
struct declared {
  std::optional<position> typed;       // where its type was given
  std::optional<position> as_pointer;  // where a parameter said whether it is atomic
  literal initial;
  position initial_at;
};

// A variable that the initial state gives a value, or a pointer that it makes.
struct initial_register {
  token thread;
  token name;
  type of;
  literal value;
  index points_to = none;
};

class herd_parser {
 public:
  herd_parser(lexer& in, program& into) : in_(in), program_(into) {}

  void parse();

 private:
  void header();
  void initial_state();
  void initial_item();
  void initial_of_register(type of);
  void procedure();
  void parameter(shared_names& pointers);
  void check_registers();
  void settle_values();

  index location_named(const token& name);
  void give_type(index place, declared_type of, position at);
  void give_pointer(index place, declared_type of, position at);
  std::size_t number_of(const token& thread) const;

  lexer& in_;
  program& program_;
  shared_names names_;
  std::vector<declared> declared_;  // as program_.locations
  std::vector<initial_register> registers_;
};

void herd_parser::parse() {
  in_.comments_in_parentheses(true);
  header();
  initial_state();
  do {
    procedure();
  } while (in_.peek().kind == token_kind::name && in_.peek().text.starts_with('P') && in_.at("(", 1));
  check_registers();
  settle_values();
  parse_final_condition(in_, program_);
}

// C NAME, and any lines before the initial state.
void herd_parser::header() {
  in_.take();
  if (in_.at("{") || in_.at_end()) in_.unexpected("the name of the test");
  const char* const begin = in_.peek().text.data();
  const char* end = begin;
  while (!in_.at_end() && !in_.at("{") && !in_.at("\"") && in_.peek().text.data() == end) {
    const token part = in_.take();
    end = part.text.data() + part.text.size();
  }
  program_.name.assign(begin, end);
  while (!in_.at("{")) {
    if (in_.peek().kind == token_kind::name) {
      in_.take();
      in_.text_before('\n');
    } else if (in_.at("\"")) {
      in_.take();
      in_.text_before('"');
      in_.expect("\"");
    } else {
      in_.unexpected("`{`, which begins the initial state");
    }
  }
}

void herd_parser::initial_state() {
  in_.expect("{");
  while (!in_.at("}")) {
    if (in_.accept(";")) continue;
    initial_item();
    if (!in_.at("}") && !in_.at(";")) in_.unexpected("`;` or `}`");
  }
  in_.take();
}

// x, x=1, [x]=1, int x, atomic_int x=1, 0:r5=1, 0:r5=x
void herd_parser::initial_item() {
  const position at = in_.peek().at;
  const bool has_type = at_type(in_);
  const declared_type of = has_type ? parse_type(in_) : declared_type{long_type};
  if (in_.at(":", 1)) {
    if (of.is_atomic) in_.unexpected("a location: registers are not atomic");
    return initial_of_register(of.of);
  }
  const bool is_in_brackets = in_.accept("[");
  const token name = parse_declared_name(in_);
  if (is_in_brackets) in_.expect("]");
  const index place = location_named(name);
  if (has_type) {
    give_type(place, of, at);
    program_.locations[place].is_atomic |= of.is_atomic;
  }
  if (!in_.accept("=")) return;
  declared_[place].initial_at = in_.peek().at;
  declared_[place].initial = parse_signed_literal(in_);
}

void herd_parser::initial_of_register(type of) {
  initial_register r = {.thread = in_.take(), .name = {}, .of = of, .value = {}};
  in_.expect(":");
  r.name = in_.expect_name("a register");
  if (in_.accept("=")) {
    in_.accept("&");
    const position at = in_.peek().at;
    if (in_.peek().kind == token_kind::name && !is_reserved(in_.peek().text)) {
      r.points_to = location_named(in_.take());
    } else {
      r.value = parse_signed_literal(in_);
      require_value_of(of, r.value, in_, at);
    }
  }
  registers_.push_back(r);
}

void herd_parser::procedure() {
  const std::size_t number = program_.threads.size();
  if (number == max_threads) in_.fail(in_.peek().at, fmt::format("at most {} threads", max_threads), shown(in_.peek()));
  thread t;
  if (in_.at("void")) in_.take();
  t.at = in_.peek().at;
  if (const std::string name = fmt::format("P{}", number); !in_.accept(name)) in_.unexpected(quoted(name) + " and its parameters");
  shared_names pointers;
  in_.expect("(");
  while (!in_.at(")")) {
    parameter(pointers);
    if (!in_.at(")")) in_.expect(",");
  }
  in_.expect(")");
  in_.expect("{");
  in_.comments_in_parentheses(false);
  for (const initial_register& r : registers_) {
    if (r.points_to == none || number_of(r.thread) != number) continue;
    if (!declared_[r.points_to].typed) give_type(r.points_to, {}, r.name.at);
    pointers.emplace(r.name.text, r.points_to);
  }
  body_parser body(in_, program_, t, pointers, dialect::herd);
  for (const initial_register& r : registers_) {
    if (r.points_to == none && number_of(r.thread) == number) body.initialise(r.name, r.of, r.value);
  }
  body.parse();
  in_.expect("}");
  in_.comments_in_parentheses(true);
  program_.threads.push_back(std::move(t));
}

// volatile int* x. The initial state may have made it point to a location of another name.
void herd_parser::parameter(shared_names& pointers) {
  const position at = in_.peek().at;
  if (!at_type(in_)) in_.unexpected("a parameter, as in `atomic_int* x`");
  const declared_type of = parse_type(in_);
  if (!in_.at("*")) in_.unexpected("`*`: parameters are pointers to locations");
  in_.take();
  while (in_.accept("const") || in_.accept("volatile")) {
  }
  const token name = in_.expect_name("the name of a location");
  index place = none;
  for (const initial_register& r : registers_) {
    const bool is_this = r.points_to != none && number_of(r.thread) == program_.threads.size() && r.name.text == name.text;
    if (is_this) place = r.points_to;
  }
  if (place == none) place = location_named(name);
  if (!pointers.emplace(name.text, place).second) in_.fail(name.at, "a parameter of another name", shown(name));
  give_type(place, of, at);
  give_pointer(place, of, at);
}

index herd_parser::location_named(const token& name) {
  const auto [found, is_new] = names_.emplace(name.text, static_cast<index>(program_.locations.size()));
  if (!is_new) return found->second;
  if (program_.locations.size() == max_locations) in_.fail(name.at, fmt::format("at most {} locations", max_locations), shown(name));
  program_.locations.push_back({.name = std::string(name.text), .of = {}, .is_atomic = false, .initial = 0, .at = name.at});
  declared_.emplace_back();
  return found->second;
}

void herd_parser::give_type(index place, declared_type of, position at) {
  location& l = program_.locations[place];
  if (declared_[place].typed && l.of != of.of) {
    in_.fail(at, fmt::format("the type `{}` that line {} gives {}", name_of(l.of), declared_[place].typed->line, l.name),
             quoted(name_of(of.of)));
  }
  l.of = of.of;
  if (!declared_[place].typed) declared_[place].typed = at;
}

// All parameters agree on what is atomic; the initial state may leave it out.
void herd_parser::give_pointer(index place, declared_type of, position at) {
  location& l = program_.locations[place];
  declared& d = declared_[place];
  const bool is_settled = d.as_pointer || l.is_atomic;
  if (is_settled && l.is_atomic != of.is_atomic) {
    in_.fail(
        at,
        fmt::format("`{}*`, as line {} has it", name_of(declared_type{l.of, l.is_atomic}), (d.as_pointer ? *d.as_pointer : *d.typed).line),
        fmt::format("`{}*`: accesses of {} would be mixed", name_of(of), l.name));
  }
  l.is_atomic = of.is_atomic;
  if (!d.as_pointer) d.as_pointer = at;
}

std::size_t herd_parser::number_of(const token& thread) const {
  std::string_view digits = thread.text;
  if (thread.kind == token_kind::name && digits.starts_with('P')) digits.remove_prefix(1);
  std::size_t number = max_threads;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return error == std::errc() && end == digits.data() + digits.size() ? number : max_threads;
}

void herd_parser::check_registers() {
  for (const initial_register& r : registers_) {
    if (number_of(r.thread) < program_.threads.size()) continue;
    in_.fail(r.thread.at, fmt::format("a thread (0 to {})", program_.threads.size() - 1), shown(r.thread));
  }
}

void herd_parser::settle_values() {
  for (std::size_t i = 0; i < program_.locations.size(); ++i) {
    location& l = program_.locations[i];
    require_value_of(l.of, declared_[i].initial, in_, declared_[i].initial_at);
    l.initial = bits(declared_[i].initial.value, l.of);
  }
}

}  // namespace

void parse_herd(lexer& in, program& into) { herd_parser(in, into).parse(); }

}  // namespace holdfast::checker::litmus
