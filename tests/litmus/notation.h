// notation: the short form of litmus tests in the `program` column of expected_counts.tsv, which explains it.
//
// A location is atomic if it is accessed with an order or through `&`, else plain; it starts at 0. Locals are ints.
#ifndef HOLDFAST_TESTS_LITMUS_NOTATION_H_
#define HOLDFAST_TESTS_LITMUS_NOTATION_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

// Throws parse_error. Positions are those of the same program in CppMem's language.
program parse_notation(std::string_view name, std::string_view text);

// One row of expected_counts.tsv: complete consistent graphs under each memory model.
struct expected_row {
  std::string test;
  std::uint64_t rc11 = 0;
  std::uint64_t sc = 0;
  std::uint64_t imm = 0;
  std::string note;
  std::string program;
  bool is_racy() const { return note.starts_with("racy"); }  // the count is that without the check for races
};

// Throws std::runtime_error if the file is not there or not such a table.
std::vector<expected_row> read_expected_rows(const std::string& path);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_TESTS_LITMUS_NOTATION_H_
