// The examples: each condition is decided as its first line says.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "checker/litmus/execute.h"
#include "checker/litmus/judgement.h"
#include "checker/litmus/parse.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {
namespace {

std::vector<program> examples() {
  std::vector<program> all;
  for (const auto& entry : std::filesystem::directory_iterator("tests/litmus/examples")) {
    std::ifstream file(entry.path());
    std::ostringstream text;
    text << file.rdbuf();
    all.push_back(parse(text.str(), entry.path().string()));
  }
  return all;
}

judgement judged(const program& p, graph::memory_model m) {
  execute_options options;
  options.model = m;
  return judgement_of(p, execute(p, options));
}

TEST(Conditions, OfTheExamplesHoldUnderRc11) {
  const std::vector<program> all = examples();
  EXPECT_EQ(all.size(), 40u);
  for (const program& p : all) EXPECT_EQ(judged(p, graph::memory_model::rc11), judgement::holds) << p.file;
}

TEST(Conditions, OnlyWhatIsWeakDoesNotHoldUnderSc) {
  const std::set<std::string> weak = {"2+2W+rel", "IRIW+acq", "MP+rlx", "R+rel+acq", "SB+rlx"};
  for (const program& p : examples()) {
    EXPECT_EQ(judged(p, graph::memory_model::sc), weak.contains(p.name) ? judgement::fails : judgement::holds) << p.file;
  }
}

}  // namespace
}  // namespace holdfast::checker::litmus
