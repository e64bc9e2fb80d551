// disassembly: the instructions of some functions of the running program, and whether each was reached.
#ifndef HOLDFAST_TESTS_DISASSEMBLY_H_
#define HOLDFAST_TESTS_DISASSEMBLY_H_

#include <set>
#include <string>
#include <vector>

namespace holdfast {

// As objdump -d -C has it. `place` is "robust_mutex_kill_test+0x1a2b", as stepper::place() has it.
struct instruction {
  std::string place;
  std::string function;
  std::string text;
};

// Of functions whose names have one of the first strings, and none of the second. Without what pads.
std::vector<instruction> disassembly_of(const std::vector<std::string>& functions, const std::vector<std::string>& but_not);

// A failure if some were not, apart from short ways to a call of one of `excused`, and back. Says how many were.
void expect_reached(const std::vector<instruction>& all, const std::set<std::string>& places, const std::vector<std::string>& excused);

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_DISASSEMBLY_H_
