// toolchain: the compilers of this machine, for tests about what does not compile and about what code becomes.
#ifndef HOLDFAST_TESTS_TOOLCHAIN_H_
#define HOLDFAST_TESTS_TOOLCHAIN_H_

#include <string>
#include <vector>

namespace holdfast {

// Those that the project supports; a test that needs one fails where it is missing.
inline const std::vector<std::string> compilers = {"g++", "clang++-19"};

struct command_result {
  int status;          // 0: success
  std::string output;  // standard output and standard error
};

// By the shell, in the root of the tree.
command_result run(const std::string& command);

// A path for a file of the running test.
std::string scratch(const std::string& name);

void write_file(const std::string& path, const std::string& text);
std::string read_file(const std::string& path);

}  // namespace holdfast

#endif  // HOLDFAST_TESTS_TOOLCHAIN_H_
