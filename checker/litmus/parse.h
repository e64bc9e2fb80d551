// parse: litmus tests of both formats, told apart by their text: herd's C format begins with `C NAME`, CppMem's language is C++.
#ifndef HOLDFAST_CHECKER_LITMUS_PARSE_H_
#define HOLDFAST_CHECKER_LITMUS_PARSE_H_

#include <cstddef>
#include <string_view>

#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

inline constexpr std::size_t max_text = std::size_t{1} << 20;

// `file` is what errors call the text; without folders and ending it names a CppMem program. Throws parse_error: exactly one line, on the
// first thing that is wrong, whatever the text is.
program parse(std::string_view text, std::string_view file);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_PARSE_H_
