// lexer: the tokens of a litmus file, one after the other, and the errors that name them.
//
// Skips white space, `//` and `/* */` comments, and between the parts of a herd file `(* *)` comments. Reads no further than it is asked
// to, so that the first thing that is wrong in a file is the one that is reported. Throws parse_error.
#ifndef HOLDFAST_CHECKER_LITMUS_LEXER_H_
#define HOLDFAST_CHECKER_LITMUS_LEXER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

enum class token_kind : std::uint8_t { name, number, symbol, end };

struct token {
  token_kind kind = token_kind::end;
  std::string_view text;
  position at;
};

class lexer {
 public:
  // REQUIRES: both texts outlive the lexer and its tokens.
  lexer(std::string_view text, std::string_view file) : text_(text), file_(file) {}

  std::string_view file() const { return file_; }

  // The next token, or one of the four after it.
  const token& peek(std::size_t ahead = 0);
  token take();

  bool at(std::string_view text, std::size_t ahead = 0);
  bool at_end() { return peek().kind == token_kind::end; }
  bool accept(std::string_view text);
  token expect(std::string_view text);
  token expect_name(std::string_view what = "a name");  // and no reserved word
  token expect_number(std::string_view what);

  // What comes before the next `stop`, or else the end, as it stands. REQUIRES: no token was peeked at since the last was taken.
  std::string_view text_before(char stop);

  // Whether `(* *)` is a comment: it is between the parts of a herd file, and is not in C. REQUIRES: as text_before.
  void comments_in_parentheses(bool yes) { has_parenthesised_comments_ = yes; }

  // The next token is not what was expected.
  [[noreturn]] void unexpected(std::string_view expected);
  [[noreturn]] void fail(position at, std::string_view expected, std::string_view found) const;

 private:
  bool starts(std::string_view what) const { return text_.substr(offset_).starts_with(what); }
  void advance(std::size_t bytes);
  bool skip_comment(std::string_view open, std::string_view close);
  void skip_blanks();
  token read();

  std::string_view text_;
  std::string_view file_;
  std::size_t offset_ = 0;
  position here_;
  bool has_parenthesised_comments_ = false;
  std::array<token, 5> ahead_;  // tokens peeked at
  std::size_t peeked_ = 0;
};

// As a message shows them: "`x`", "the end of the file".
std::string shown(const token& t);
std::string quoted(std::string_view text);

bool is_reserved(std::string_view name);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_LEXER_H_
