#include "checker/litmus/lexer.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/litmus/parse_error.h"

namespace holdfast::checker::litmus {
namespace {

// Those of several characters, the longest first.
constexpr std::array<std::string_view, 25> symbols = {
    "|||", "<<=", ">>=", "&&", "||", "==", "!=", "<=", ">=", "/\\", "\\/", "=>", "->",
    "::",  "++",  "--",  "+=", "-=", "*=", "/=", "%=", "&=", "|=",  "^=",  "<<",
};

constexpr std::array<std::string_view, 22> reserved = {
    "if",     "else",  "while",  "do",   "for",    "break",   "continue", "return", "goto",  "switch", "case",
    "assert", "const", "struct", "void", "atomic", "_Atomic", "volatile", "true",   "false", "std",    "sizeof",
};

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == '\v'; }
bool continues_character(char c) { return (static_cast<unsigned char>(c) & 0xc0) == 0x80; }

// How many bytes of the text a name or a number takes.
std::size_t word_length(std::string_view text) {
  const bool is_number = is_digit(text[0]);
  std::size_t n = 1;
  while (n < text.size()) {
    const bool is_fraction = is_number && text[n] == '.' && n + 1 < text.size() && is_digit(text[n + 1]);
    if (!is_letter(text[n]) && !is_digit(text[n]) && !is_fraction) break;
    ++n;
  }
  return n;
}

std::size_t symbol_length(std::string_view text) {
  const auto* longer = std::find_if(symbols.begin(), symbols.end(), [&](std::string_view s) { return text.starts_with(s); });
  if (longer != symbols.end()) return longer->size();
  std::size_t n = 1;
  while (n < text.size() && n < 4 && continues_character(text[n])) ++n;
  return n;
}

}  // namespace

bool is_reserved(std::string_view name) { return std::find(reserved.begin(), reserved.end(), name) != reserved.end(); }

std::string quoted(std::string_view text) {
  constexpr std::size_t shown_at_most = 40;
  if (text.size() <= shown_at_most) return fmt::format("`{}`", text);
  std::size_t n = shown_at_most;
  while (continues_character(text[n])) --n;
  return fmt::format("`{}...`", text.substr(0, n));
}

std::string shown(const token& t) {
  if (t.kind == token_kind::end) return "the end of the file";
  const auto first = static_cast<unsigned char>(t.text[0]);
  const bool is_character = (first >= 0x20 && first < 0x7f) || (first >= 0xc2 && t.text.size() > 1);
  return is_character ? quoted(t.text) : fmt::format("a byte {:#04x}", first);
}

void lexer::advance(std::size_t bytes) {
  for (const char c : text_.substr(offset_, bytes)) {
    if (c == '\n') {
      ++here_.line;
      here_.column = 1;
    } else if (!continues_character(c)) {
      ++here_.column;
    }
  }
  offset_ += bytes;
}

bool lexer::skip_comment(std::string_view open, std::string_view close) {
  if (!starts(open)) return false;
  const std::size_t end = text_.find(close, offset_ + open.size());
  if (end == text_.npos) fail(here_, fmt::format("the end `{}` of this comment", close), "the end of the file");
  advance(end + close.size() - offset_);
  return true;
}

void lexer::skip_blanks() {
  for (;;) {
    if (offset_ < text_.size() && is_blank(text_[offset_])) {
      advance(1);
    } else if (starts("//")) {
      advance(std::min(text_.find('\n', offset_), text_.size()) - offset_);
    } else if (!skip_comment("/*", "*/") && !(has_parenthesised_comments_ && skip_comment("(*", "*)"))) {
      return;
    }
  }
}

token lexer::read() {
  skip_blanks();
  token t = {token_kind::end, {}, here_};
  const std::string_view rest = text_.substr(offset_);
  if (rest.empty()) return t;
  const bool is_word = is_letter(rest[0]) || is_digit(rest[0]);
  t.kind = is_digit(rest[0]) ? token_kind::number : is_word ? token_kind::name : token_kind::symbol;
  t.text = rest.substr(0, is_word ? word_length(rest) : symbol_length(rest));
  advance(t.text.size());
  return t;
}

const token& lexer::peek(std::size_t ahead) {
  while (peeked_ <= ahead) ahead_.at(peeked_++) = read();
  return ahead_.at(ahead);
}

token lexer::take() {
  const token t = peek();
  std::move(ahead_.begin() + 1, ahead_.end(), ahead_.begin());
  --peeked_;
  return t;
}

bool lexer::at(std::string_view text, std::size_t ahead) {
  const token& t = peek(ahead);
  return t.kind != token_kind::end && t.text == text;
}

bool lexer::accept(std::string_view text) {
  const bool is_there = at(text);
  if (is_there) take();
  return is_there;
}

token lexer::expect(std::string_view text) {
  if (!at(text)) unexpected(quoted(text));
  return take();
}

token lexer::expect_name(std::string_view what) {
  if (peek().kind != token_kind::name || is_reserved(peek().text)) unexpected(what);
  return take();
}

token lexer::expect_number(std::string_view what) {
  if (peek().kind != token_kind::number) unexpected(what);
  return take();
}

std::string_view lexer::text_before(char stop) {
  const std::string_view text = text_.substr(offset_, std::min(text_.find(stop, offset_), text_.size()) - offset_);
  advance(text.size());
  return text;
}

void lexer::unexpected(std::string_view expected) { fail(peek().at, expected, shown(peek())); }

void lexer::fail(position at, std::string_view expected, std::string_view found) const { throw parse_error(file_, at, expected, found); }

}  // namespace holdfast::checker::litmus
