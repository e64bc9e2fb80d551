#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>

#include "checker/litmus/body.h"

namespace holdfast::checker::litmus {
namespace {

bool is_of_mutex(std::string_view name) {
  constexpr std::array<std::string_view, 8> names = {"lock",       "unlock",    "try_lock",    "mtx_lock",
                                                     "mtx_unlock", "spin_lock", "spin_unlock", "mtx_trylock"};
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

// What stands for it in C++, without `atomic_` and `_explicit`.
std::optional<body_parser::access> body_parser::method_named(std::string_view name) {
  struct named {
    std::string_view name;
    access what;
  };
  constexpr std::array all = {
      named{"load", access::load},
      named{"store", access::store},
      named{"exchange", access::exchange},
      named{"fetch_add", access::add},
      named{"fetch_sub", access::sub},
      named{"fetch_and", access::bit_and},
      named{"fetch_or", access::bit_or},
      named{"fetch_xor", access::bit_xor},
      named{"compare_exchange_strong", access::strong},
      named{"compare_exchange_weak", access::weak},
  };
  const auto* const found = std::find_if(all.begin(), all.end(), [&](const named& n) { return n.name == name; });
  if (found == all.end()) return std::nullopt;
  return found->what;
}

// C's functions, and CppMem's names for some.
std::optional<body_parser::call> body_parser::function_named(std::string_view name) {
  constexpr std::string_view suffix = "_explicit";
  call c = {.what = access::fence, .at = {}, .given = orders::absent};
  if (name == "fence" || name == "atomic_thread_fence") {
    c.given = orders::required;
    return c;
  }
  if (name.ends_with(suffix)) {
    name.remove_suffix(suffix.size());
    c.given = orders::required;
  }
  if (name == "cas_strong" || name == "cas_weak" || name == "cas") {
    c.what = name == "cas_strong" ? access::strong : access::weak;
    return c;
  }
  if (!name.starts_with("atomic_")) return std::nullopt;
  const auto method = method_named(name.substr(7));
  if (!method) return std::nullopt;
  c.what = *method;
  return c;
}

bool body_parser::at_store_or_fence() {
  const bool is_of_std = in_.at("std") && in_.at("::", 1);
  const std::size_t first = is_of_std ? 2 : 0;
  if (in_.at(".", first + 1)) return dialect_ == dialect::cppmem && in_.at("store", first + 2);
  if (!in_.at("(", first + 1)) return false;
  const auto c = function_named(in_.peek(first).text);
  return c && (c->what == access::store || c->what == access::fence);
}

// Reads the beginning of an access: up to its first argument, or the one after its location.
std::optional<body_parser::call> body_parser::begin_access() {
  const token first = in_.peek();
  if (first.kind != token_kind::name) return std::nullopt;
  if (in_.at("std") && in_.at("::", 1)) {
    in_.take();
    in_.take();
  }
  const token name = in_.peek();
  if (in_.at("(", 1)) {
    if (is_of_mutex(name.text)) in_.unexpected("an atomic operation (mutexes are not supported)");
    auto c = function_named(name.text);
    if (!c) return std::nullopt;
    in_.take();
    in_.take();
    c->at = first.at;
    c->has_arguments = c->what != access::fence;
    if (c->has_arguments) c->place = target(c->what);
    return c;
  }
  if (dialect_ != dialect::cppmem || !in_.at(".", 1) || in_.at("readsvalue", 2)) return std::nullopt;
  in_.take();
  in_.take();
  const auto method = method_named(in_.peek().text);
  if (!method && is_of_mutex(in_.peek().text)) in_.unexpected("an atomic operation (mutexes are not supported)");
  if (!method) in_.unexpected("load, store, exchange, fetch_..., compare_exchange_... or readsvalue");
  const auto place = scope_.find_shared(name.text);
  if (!place && scope_.find_local(name.text)) in_.fail(name.at, "an atomic location", fmt::format("{}, which is not shared", shown(name)));
  if (!place) undeclared(name);
  require_atomic(name, *place, *method);
  in_.take();
  in_.expect("(");
  return call{.what = *method, .at = first.at, .given = orders::optional, .is_method = true, .place = *place};
}

// The location that a function is given: `&x`, or in herd's format the pointer x.
index body_parser::target(access what) {
  const bool is_herd = dialect_ == dialect::herd;
  const std::string_view expected = is_herd ? "a parameter of this thread, a pointer to an atomic location" : "`&` and an atomic location";
  if (!is_herd && !in_.accept("&")) in_.unexpected(expected);
  const token name = in_.expect_name(expected);
  const auto place = scope_.find_shared(name.text);
  if (!place) {
    if (is_herd || scope_.find_local(name.text)) in_.fail(name.at, expected, shown(name));
    undeclared(name);
  }
  require_atomic(name, *place, what);
  return *place;
}

void body_parser::require_atomic(const token& name, index place, access what) const {
  const location& l = program_.locations[place];
  if (!l.is_atomic) in_.fail(name.at, "an atomic location", fmt::format("{}, which is plain", shown(name)));
  const bool is_arithmetic = what >= access::add && what <= access::bit_xor;
  if (is_arithmetic && l.of.is_boolean) in_.fail(name.at, "an atomic integer", fmt::format("{}, which is a bool", shown(name)));
}

// Reads the rest of an access that gives a value.
index body_parser::finish_access(call c) {
  if (c.what == access::store || c.what == access::fence) {
    in_.fail(c.at, "a value", c.what == access::store ? "a store, which has none" : "a fence, which has none");
  }
  expression e = {.of = program_.locations[c.place].of, .at = c.at, .place = c.place};
  if (c.what == access::strong || c.what == access::weak) return compare_exchange(c, e);
  if (c.what == access::load) {
    e.what = operation::load;
    e.success = last_order(c, ordered::load);
  } else {
    e.what = operation::read_modify_write;
    e.how = static_cast<update>(static_cast<int>(c.what) - static_cast<int>(access::exchange));
    separate(c);
    e.first = value();
    require_fits(e.first, e.of, e.how != update::exchange);
    e.success = last_order(c, ordered::update);
  }
  in_.expect(")");
  return add(e);
}

index body_parser::compare_exchange(call c, expression e) {
  e.what = operation::compare_exchange;
  e.is_weak = c.what == access::weak;
  separate(c);
  expected_value(c, e);
  separate(c);
  e.second = value();
  require_fits(e.second, e.of);
  e.of = int_type;
  const bool has_orders = c.given != orders::absent && !(c.given == orders::optional && in_.at(")"));
  if (has_orders) {
    e.success = last_order(c, ordered::update);
    e.failure = c.given == orders::optional && in_.at(")") ? failure_for(e.success) : last_order(c, ordered::failure);
  }
  in_.expect(")");
  return add(e);
}

// A variable that receives what was found: `&e`, the lvalue e of a method, a pointer in herd's format. Else CppMem's plain value.
void body_parser::expected_value(call& c, expression& e) {
  if (in_.accept("&")) return expected_variable(e);
  const bool is_lone_name = in_.peek().kind == token_kind::name && in_.at(",", 1);
  if (is_lone_name && (c.is_method || dialect_ == dialect::herd)) return expected_variable(e);
  if (dialect_ == dialect::herd) in_.unexpected("`&` and the variable with the expected value");
  e.first = value();
  require_fits(e.first, e.of);
}

void body_parser::expected_variable(expression& e) {
  const token name = in_.expect_name("a variable");
  if (const auto local = scope_.find_local(name.text)) {
    e.expected = expectation::local;
    e.found = *local;
  } else if (const auto shared = scope_.find_shared(name.text)) {
    e.expected = expectation::location;
    e.found = plain(name, *shared, false);
  } else {
    undeclared(name);
  }
}

void body_parser::separate(call& c) {
  if (c.has_arguments) in_.expect(",");
  c.has_arguments = true;
}

order body_parser::last_order(call& c, ordered what) {
  const bool is_left_out = c.given == orders::absent || (c.given == orders::optional && in_.at(")"));
  if (is_left_out) return order::seq_cst;
  if (c.has_arguments && !in_.at(",")) in_.unexpected("`,` and a memory order");
  separate(c);
  return parse_order(in_, what);
}

// The location, if it may be read and written without a memory order.
index body_parser::plain(const token& name, index place, bool is_write) const {
  if (!program_.locations[place].is_atomic) return place;
  const std::string_view form = dialect_ == dialect::cppmem ? (is_write ? "{0}.store(VALUE, ORDER)" : "{0}.load(ORDER)")
                                : is_write                  ? "atomic_store_explicit({0}, VALUE, ORDER)"
                                                            : "atomic_load_explicit({0}, ORDER)";
  in_.fail(name.at, fmt::format("{}, because {} is atomic", fmt::format(fmt::runtime(form), name.text), shown(name)),
           is_write ? "a plain write" : "a plain read");
}

void body_parser::undeclared(const token& name) const {
  in_.fail(name.at, "a declared variable", fmt::format("{}, which is not declared", shown(name)));
}

}  // namespace holdfast::checker::litmus
