#include "checker/litmus/parse.h"

#include <string>

#include "checker/litmus/cppmem.h"
#include "checker/litmus/herd.h"
#include "checker/litmus/lexer.h"

namespace holdfast::checker::litmus {
namespace {

// "tests/MP+rel+acq.c" is called MP+rel+acq.
std::string_view stem(std::string_view file) {
  file.remove_prefix(file.rfind('/') + 1);
  const std::size_t dot = file.rfind('.');
  return dot == 0 || dot == file.npos ? file : file.substr(0, dot);
}

bool is_herd(std::string_view text, std::string_view file) {
  lexer in(text, file);
  in.comments_in_parentheses(true);
  return in.at("C");
}

}  // namespace

program parse(std::string_view text, std::string_view file) {
  lexer in(text, file);
  if (text.size() > max_text) in.fail({}, "a litmus test of at most 1 MiB", "a larger file");
  program p;
  p.file = file;
  p.name = stem(file);
  if (is_herd(text, file)) {
    parse_herd(in, p);
  } else {
    parse_cppmem(in, p);
  }
  return p;
}

}  // namespace holdfast::checker::litmus
