// lock, try_lock and unlock cost nothing over writing them by hand: where nobody contends, the same instructions in the same order.
#include <gtest/gtest.h>

#include <ostream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "tests/toolchain.h"

namespace holdfast {
namespace {

struct build {
  std::string compiler;
  std::string level;
  friend std::ostream& operator<<(std::ostream& o, const build& b) { return o << b.compiler << " " << b.level; }
};

// The object file's disassembly.
std::string disassemble(const build& b, const std::string& source, const std::string& options = "") {
  const std::string object = scratch("fast_path.o");
  const command_result compiled = run(b.compiler + " -std=c++20 " + b.level + " -I. " + options + " -c " + source + " -o " + object);
  EXPECT_EQ(compiled.status, 0) << compiled.output;
  const command_result dump = run("objdump -dr --no-show-raw-insn " + object);
  EXPECT_EQ(dump.status, 0) << dump.output;
  return dump.output;
}

bool is_padding(const std::string& instruction) {
  static const std::regex padding(R"((data16 |cs )*(nop.*|xchg +%ax,%ax))");
  return std::regex_match(instruction, padding);
}

// One function: an instruction a line, without what depends on where it lies. Calls and jumps elsewhere name what they go to.
std::vector<std::string> instructions(const std::string& disassembly, const std::string& function) {
  static const std::regex instruction_line(R"( *[0-9a-f]+:\t(.*?) *)");
  static const std::regex relocation_line(R"(\t+[0-9a-f]+: (R_\w+)\t(.*))");
  const std::regex target("[0-9a-f]+ <" + std::regex_replace(function, std::regex(R"(\.)"), R"(\.)") + R"((\+0x[0-9a-f]+)?>)");
  std::vector<std::string> result;
  std::istringstream lines(disassembly);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (line.ends_with("<" + function + ">:")) {
      inside = true;
    } else if (line.empty()) {
      inside = false;
    } else if (inside && std::regex_match(line, match, relocation_line)) {
      const std::string symbol = match[2];
      const char* name = symbol.find("unlock_slow") != std::string::npos ? "unlock_slow"
                         : symbol.find("lock_slow") != std::string::npos ? "lock_slow"
                         : symbol.starts_with(".text.unlikely")          ? "cold part"
                                                                         : nullptr;
      // The displacement before it is not filled in yet: only the operation counts.
      result.back() = result.back().substr(0, result.back().find(' ')) + " -> " + (name != nullptr ? name : symbol);
    } else if (inside && std::regex_match(line, match, instruction_line)) {
      result.push_back(std::regex_replace(match[1].str(), target, "<here$1>"));
    }
  }
  while (!result.empty() && is_padding(result.back())) result.pop_back();
  return result;
}

const std::vector<std::string> functions = {"fast_lock", "fast_try_lock", "fast_unlock"};

class FastPath : public testing::TestWithParam<build> {};

INSTANTIATE_TEST_SUITE_P(, FastPath,
                         testing::Values(build{"g++", "-O1"}, build{"g++", "-O2"}, build{"g++", "-O3"}, build{"g++", "-Os"},
                                         build{"clang++-19", "-Og"}, build{"clang++-19", "-O1"}, build{"clang++-19", "-O2"},
                                         build{"clang++-19", "-O3"}, build{"clang++-19", "-Os"}),
                         [](const auto& p) {
                           return std::string(p.param.compiler == "g++" ? "gcc" : "clang") + "_" + p.param.level.substr(1);
                         });

TEST_P(FastPath, IsThatOfTheReference) {
  const std::string ours = disassemble(GetParam(), "tests/fast_path.cc");
  const std::string reference = disassemble(GetParam(), "tests/fast_path_reference.cc");
  for (const std::string& f : functions) {
    EXPECT_GE(instructions(reference, f).size(), 4u) << f;
    EXPECT_EQ(instructions(ours, f), instructions(reference, f)) << f;
    // What a compiler has moved out of line, it calls; g++ gives it a name.
    EXPECT_EQ(instructions(ours, f + ".cold"), instructions(reference, f + ".cold")) << f;
  }
}

// -Og of g++ does not inline unlock(); what it inlines is the same, so labels and memory orders cost nothing there either.
TEST(FastPathDebug, LockAndTryLockAreThoseOfTheReference) {
  const build b{"g++", "-Og"};
  const std::string ours = disassemble(b, "tests/fast_path.cc");
  const std::string reference = disassemble(b, "tests/fast_path_reference.cc");
  EXPECT_EQ(instructions(ours, "fast_lock"), instructions(reference, "fast_lock"));
  EXPECT_EQ(instructions(ours, "fast_try_lock"), instructions(reference, "fast_try_lock"));
}

class FastPathComparison : public testing::TestWithParam<build> {};

INSTANTIATE_TEST_SUITE_P(, FastPathComparison, testing::Values(build{"g++", "-O2"}, build{"clang++-19", "-O2"}),
                         [](const auto& p) { return std::string(p.param.compiler == "g++" ? "gcc" : "clang"); });

TEST_P(FastPathComparison, SeesOneInstructionMore) {
  const std::string reference = disassemble(GetParam(), "tests/fast_path_reference.cc");
  const std::string worse = disassemble(GetParam(), "tests/fast_path.cc", "-DWORSE_LOCK -DWORSE_TRY_LOCK -DWORSE_UNLOCK");
  for (const std::string& f : functions) EXPECT_NE(instructions(worse, f), instructions(reference, f)) << f;
}

}  // namespace
}  // namespace holdfast
