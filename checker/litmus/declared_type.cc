#include "checker/litmus/declared_type.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace holdfast::checker::litmus {
namespace {

struct named_type {
  std::string_view name;
  type of;
};

// One word each, in C and after `atomic_`; the first name of a type is the one it is printed with.
constexpr std::array named_types = {
    named_type{"bool", bool_type},
    named_type{"int8_t", {1, true, false}},
    named_type{"uint8_t", {1, false, false}},
    named_type{"int16_t", {2, true, false}},
    named_type{"uint16_t", {2, false, false}},
    named_type{"int", int_type},
    named_type{"unsigned", {4, false, false}},
    named_type{"int64_t", long_type},
    named_type{"uint64_t", {8, false, false}},
    named_type{"int32_t", int_type},
    named_type{"uint32_t", {4, false, false}},
    named_type{"size_t", {8, false, false}},
    named_type{"ptrdiff_t", long_type},
    named_type{"intptr_t", long_type},
    named_type{"uintptr_t", {8, false, false}},
    named_type{"_Bool", bool_type},
};

// After `atomic_` only.
constexpr std::array short_names = {
    named_type{"char", {1, true, false}},    named_type{"schar", {1, true, false}},   named_type{"uchar", {1, false, false}},
    named_type{"short", {2, true, false}},   named_type{"ushort", {2, false, false}}, named_type{"uint", {4, false, false}},
    named_type{"long", {8, true, false}},    named_type{"ulong", {8, false, false}},  named_type{"llong", {8, true, false}},
    named_type{"ullong", {8, false, false}},
};

// Several of them make one type.
constexpr std::array<std::string_view, 6> basic_words = {"unsigned", "signed", "char", "short", "int", "long"};

constexpr std::array<std::string_view, 12> refused_types = {
    "mutex", "mtx_t", "thread", "float", "double", "__int128", "__int128_t", "__uint128_t", "struct", "auto", "void", "atomic_t",
};

template <class Names>
const named_type* find(const Names& all, std::string_view name) {
  const auto* const found = std::find_if(all.begin(), all.end(), [&](const named_type& t) { return t.name == name; });
  return found == all.end() ? nullptr : found;
}

const named_type* find_atomic(std::string_view name) {
  constexpr std::string_view prefix = "atomic_";
  if (!name.starts_with(prefix)) return nullptr;
  name.remove_prefix(prefix.size());
  const named_type* found = find(named_types, name);
  return found != nullptr ? found : find(short_names, name);
}

template <class Names>
bool contains(const Names& all, std::string_view name) {
  return std::find(all.begin(), all.end(), name) != all.end();
}

bool is_qualifier(std::string_view name) { return name == "const" || name == "volatile"; }

void skip_qualifiers(lexer& in) {
  while (is_qualifier(in.peek().text)) in.take();
}

[[noreturn]] void refuse_type(lexer& in, const token& t) {
  const bool is_lock = t.text == "mutex" || t.text == "mtx_t";
  in.fail(t.at, is_lock ? "an integer type (mutexes are not supported: atomics only)" : "an integer type of 1 to 8 bytes", shown(t));
}

// `unsigned long int` and its like.
type parse_basic_words(lexer& in) {
  const token first = in.peek();
  std::array<unsigned, basic_words.size()> count{};
  while (contains(basic_words, in.peek().text)) {
    ++count.at(static_cast<std::size_t>(std::find(basic_words.begin(), basic_words.end(), in.take().text) - basic_words.begin()));
    skip_qualifiers(in);
  }
  const auto [is_unsigned, is_signed, chars, shorts, ints, longs] = count;
  const bool is_one_size = chars + shorts + (longs != 0 ? 1 : 0) <= 1 && ints + chars <= 1;
  if (is_unsigned + is_signed > 1 || longs > 2 || !is_one_size) in.fail(first.at, "an integer type", "words that make none");
  const std::uint8_t size = chars != 0 ? 1 : shorts != 0 ? 2 : longs != 0 ? 8 : 4;
  return {size, is_unsigned == 0, false};
}

type parse_plain_type(lexer& in) {
  skip_qualifiers(in);
  if (in.accept("std")) in.expect("::");
  if (contains(basic_words, in.peek().text)) return parse_basic_words(in);
  const named_type* found = find(named_types, in.peek().text);
  if (found == nullptr) refuse_type(in, in.peek());
  in.take();
  skip_qualifiers(in);
  return found->of;
}

}  // namespace

// A variable may have the name of a refused type, such as `mutex`.
bool at_type(lexer& in, std::size_t ahead) {
  const token first = in.peek(ahead);
  if (first.kind != token_kind::name) return false;
  if (first.text == "std" && ahead == 0) return in.at("::", 1) && at_type(in, 2);
  if (contains(refused_types, first.text)) return in.peek(ahead + 1).kind == token_kind::name || in.at("*", ahead + 1);
  return is_qualifier(first.text) || first.text == "_Atomic" || first.text == "atomic" || contains(basic_words, first.text) ||
         find(named_types, first.text) != nullptr || find_atomic(first.text) != nullptr;
}

declared_type parse_type(lexer& in) {
  skip_qualifiers(in);
  if (in.at("std") && in.at("::", 1) && (in.at("atomic", 2) || find_atomic(in.peek(2).text) != nullptr)) {
    in.take();
    in.take();
  }
  declared_type t;
  if (const named_type* found = find_atomic(in.peek().text); found != nullptr) {
    in.take();
    t = {found->of, true};
  } else if (in.accept("atomic")) {
    in.expect("<");
    t = {parse_plain_type(in), true};
    in.expect(">");
  } else if (in.accept("_Atomic")) {
    const bool is_in_parentheses = in.accept("(");
    t = {parse_plain_type(in), true};
    if (is_in_parentheses) in.expect(")");
  } else {
    t = {parse_plain_type(in), false};
  }
  skip_qualifiers(in);
  return t;
}

token parse_declared_name(lexer& in) {
  if (in.at("*")) in.unexpected("a variable (pointers are not supported)");
  const token name = in.expect_name();
  if (in.at("[")) in.unexpected("a variable (arrays are not supported)");
  return name;
}

std::string name_of(type t) {
  const auto* const found = std::find_if(named_types.begin(), named_types.end(), [&](const named_type& n) { return n.of == t; });
  return std::string(found->name);
}

std::string name_of(declared_type t) {
  if (!t.is_atomic) return name_of(t.of);
  return t.of == int_type ? "atomic_int" : fmt::format("atomic<{}>", name_of(t.of));
}

}  // namespace holdfast::checker::litmus
