// The examples: both formats of each are one program. And whatever is done to them, they are read or refused in one line.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "checker/litmus/parse.h"
#include "checker/litmus/parse_error.h"
#include "checker/litmus/print.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {
namespace {

const std::string folder = "tests/litmus/examples";

std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::vector<std::string> names() {
  std::vector<std::string> all;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".c") all.push_back(entry.path().stem());
  }
  return all;
}

TEST(Examples, ThereAreTwenty) { EXPECT_EQ(names().size(), 20u); }

TEST(Examples, BothFormatsAreOneProgram) {
  for (const std::string& name : names()) {
    const std::string path = folder + "/" + name;
    const program cppmem = parse(contents(path + ".c"), path + ".c");
    const program herd = parse(contents(path + ".litmus"), path + ".litmus");
    EXPECT_EQ(cppmem.name, name);
    EXPECT_EQ(to_text(cppmem), to_text(herd));
    EXPECT_NE(cppmem.final_condition.over, quantifier::absent);
    EXPECT_EQ(cppmem.observed, herd.observed);
  }
}

TEST(Examples, WhatIsPrintedIsReadAsTheSameProgram) {
  for (const std::string& name : names()) {
    const std::string text = to_text(parse(contents(folder + "/" + name + ".c"), name));
    EXPECT_EQ(to_text(parse(text, name)), text);
  }
}

// The text is a test, or its error is one line of the usual form.
void read_or_refuse(const std::string& text) {
  try {
    const program p = parse(text, "f");
    program again = parse(to_text(p), "f");
    again.name = p.name;
    EXPECT_EQ(to_text(again), to_text(p)) << text;
  } catch (const parse_error& e) {
    const std::string what = e.what();
    const std::size_t expected = what.find(": expected ");
    EXPECT_TRUE(what.starts_with("f:") && expected != what.npos && what.find(", found ", expected) != what.npos) << what << "\n" << text;
    EXPECT_EQ(what.find('\n'), what.npos) << what;
  }
}

TEST(Examples, EveryBeginningIsReadOrRefused) {
  for (const std::string& name : names()) {
    for (const char* ending : {".c", ".litmus"}) {
      const std::string text = contents(folder + "/" + name + ending);
      for (std::size_t n = 0; n < text.size(); ++n) read_or_refuse(text.substr(0, n));
    }
  }
}

TEST(Examples, EveryDamageIsReadOrRefused) {
  std::mt19937 random(1);
  const std::string bytes = "{}()[];:,.*&|^~!?<>=+-/%\\\"'#_ \n\t0189xyrPC\x80\xff";
  for (const std::string& name : names()) {
    for (const char* ending : {".c", ".litmus"}) {
      const std::string text = contents(folder + "/" + name + ending);
      for (int i = 0; i < 300; ++i) {
        std::string damaged = text;
        for (int j = 0; j < 1 + i % 3; ++j) {
          const std::size_t at = random() % damaged.size();
          const char byte = bytes[random() % bytes.size()];
          if (random() % 2 == 0) damaged.insert(at, 1, byte);
          else damaged[at] = byte;
        }
        read_or_refuse(damaged);
      }
    }
  }
}

}  // namespace
}  // namespace holdfast::checker::litmus
