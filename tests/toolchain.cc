#include "tests/toolchain.h"

#include <gtest/gtest.h>
#include <stdio.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace holdfast {

command_result run(const std::string& command) {
  command_result result{-1, {}};
  ::FILE* pipe = ::popen(("{ " + command + " ; } 2>&1").c_str(), "r");
  if (pipe == nullptr) return result;
  char part[4096];
  while (const std::size_t length = ::fread(part, 1, sizeof part, pipe)) result.output.append(part, length);
  result.status = ::pclose(pipe);
  return result;
}

std::string scratch(const std::string& name) { return testing::TempDir() + "/holdfast_" + std::to_string(::getpid()) + "_" + name; }

void write_file(const std::string& path, const std::string& text) { std::ofstream(path) << text; }

std::string read_file(const std::string& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

}  // namespace holdfast
