#include "tests/litmus/notation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>
#include <optional>
#include <set>
#include <sstream>
#include <stdexcept>
#include <utility>

#include "checker/litmus/lexer.h"
#include "checker/litmus/parse.h"

namespace holdfast::checker::litmus {
namespace {

// Its order in C++; nothing if it is none.
std::optional<std::string_view> order_named(std::string_view short_name) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 5> orders = {{{"rlx", "memory_order_relaxed"},
                                                                                    {"acq", "memory_order_acquire"},
                                                                                    {"rel", "memory_order_release"},
                                                                                    {"ar", "memory_order_acq_rel"},
                                                                                    {"sc", "memory_order_seq_cst"}}};
  for (const auto& [name, order] : orders) {
    if (name == short_name) return order;
  }
  return std::nullopt;
}

// "Wrel" is a W with an order.
struct marked {
  std::string_view function;
  std::string_view order;
};

std::optional<marked> marked_access(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 6> letters = {{{"FAI", "atomic_fetch_add_explicit"},
                                                                                     {"XCHG", "atomic_exchange_explicit"},
                                                                                     {"CAS", "atomic_compare_exchange_strong_explicit"},
                                                                                     {"W", "atomic_store_explicit"},
                                                                                     {"R", "atomic_load_explicit"},
                                                                                     {"F", "atomic_thread_fence"}}};
  for (const auto& [letter, function] : letters) {
    if (!word.starts_with(letter)) continue;
    if (const auto order = order_named(word.substr(letter.size()))) return marked{function, *order};
  }
  return std::nullopt;
}

// Translates to CppMem's language, token by token.
class translator {
 public:
  explicit translator(std::string_view text) : in_(text, "notation") {}

  std::string text();

 private:
  void one_thread();
  void token_in_thread();
  void access(const marked& m);
  void name(const token& t, bool is_address);
  void emit(std::string_view text) { body_ += fmt::format("{} ", text); }

  lexer in_;
  std::string_view before_;  // the token before
  std::string body_;
  std::vector<std::string> pending_;  // for each open parenthesis, what is still to come before it closes
  std::set<std::string, std::less<>> atomic_;
  std::set<std::string, std::less<>> plain_;
  std::set<std::string, std::less<>> locals_;
};

std::string translator::text() {
  do {
    if (!body_.empty()) emit("|||");
    one_thread();
  } while (in_.accept("\u2016"));
  if (!in_.at_end()) in_.unexpected("the end");
  std::string declarations;
  for (const std::string& n : atomic_) declarations += fmt::format("atomic_int {} = 0; ", n);
  for (const std::string& n : plain_) {
    if (!atomic_.contains(n)) declarations += fmt::format("int {} = 0; ", n);
  }
  return fmt::format("int main() {{ {}{{{{{{ {}}}}}}} return 0; }}", declarations, body_);
}

void translator::one_thread() {
  locals_.clear();
  in_.expect_name("the name of a thread");
  in_.expect("{");
  emit("{");
  for (int depth = 1; depth > 0;) {
    if (in_.at_end()) in_.unexpected("`}`");
    depth += in_.at("{") ? 1 : in_.at("}") ? -1 : 0;
    token_in_thread();
  }
}

void translator::token_in_thread() {
  if (const auto m = marked_access(in_.peek().text)) return access(*m);
  const token t = in_.take();
  const std::string_view before = std::exchange(before_, t.text);
  if (t.text == "(") pending_.emplace_back();
  if (t.text == ")" && !pending_.empty()) {
    emit(pending_.back());
    pending_.pop_back();
  }
  if (t.kind == token_kind::name) return name(t, before == "&");
  emit(t.text);
}

// Wrel(x,1), Rrlx(x), Fsc, CASrlx/rlx(x,exp=r,2)
void translator::access(const marked& m) {
  in_.take();
  emit(m.function);
  if (m.function == "atomic_thread_fence") return emit(fmt::format("({})", m.order));
  std::string orders = fmt::format(", {}", m.order);
  if (in_.accept("/")) orders += fmt::format(", {}", order_named(in_.take().text).value());
  in_.expect("(");
  const token location = in_.expect_name("a location");
  atomic_.emplace(location.text);
  emit(fmt::format("( &{}", location.text));
  pending_.push_back(orders);
  if (m.function != "atomic_compare_exchange_strong_explicit") return;
  in_.expect(",");
  in_.expect("exp");
  in_.expect("=");
  emit(fmt::format(", &{}", in_.expect_name("a local").text));
}

void translator::name(const token& t, bool is_address) {
  if (t.text.starts_with("mo_")) {
    if (const auto order = order_named(t.text.substr(3))) return emit(*order);
  }
  emit(t.text);
  if (t.text == "int") {
    locals_.emplace(in_.peek().text);
  } else if (is_address) {
    atomic_.emplace(t.text);
  } else if (!is_reserved(t.text) && !in_.at("(") && !locals_.contains(t.text)) {
    plain_.emplace(t.text);
  }
}

std::vector<std::string> fields_of(const std::string& line) {
  std::vector<std::string> fields(1);
  for (const char c : line) {
    if (c == '\t') {
      fields.emplace_back();
    } else {
      fields.back() += c;
    }
  }
  return fields;
}

}  // namespace

program parse_notation(std::string_view name, std::string_view text) {
  program p = parse(translator(text).text(), name);
  p.name = name;
  return p;
}

std::vector<expected_row> read_expected_rows(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot read " + path);
  std::vector<expected_row> rows;
  bool has_head = false;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    const std::vector<std::string> f = fields_of(line);
    if (f.size() != 6) throw std::runtime_error("not a row of six: " + line);
    if (std::exchange(has_head, true)) rows.push_back({f[0], std::stoull(f[1]), std::stoull(f[2]), std::stoull(f[3]), f[4], f[5]});
  }
  return rows;
}

}  // namespace holdfast::checker::litmus
