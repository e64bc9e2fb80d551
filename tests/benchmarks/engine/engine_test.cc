// The program as people run it, with times too short to mean anything.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace {

namespace fs = std::filesystem;

struct outcome {
  int status;
  std::string output;  // standard output and standard error
};

// With a PATH on which there is only what a test puts there.
class Engine : public testing::Test {
 protected:
  Engine() {
    std::string name = testing::TempDir() + "/engineXXXXXX";
    directory_ = mkdtemp(name.data());
    setenv("BUILD_WORKING_DIRECTORY", directory_.c_str(), 1);
    setenv("PATH", directory_.c_str(), 1);
  }
  ~Engine() override { fs::remove_all(directory_); }

  static outcome run(const std::string& arguments) {
    std::FILE* pipe = popen(("exec 2>&1; tests/benchmarks/engine/engine --seconds 0 --rounds 1 --calm 1000000 " + arguments).c_str(), "r");
    std::string output;
    std::array<char, 4096> buffer;
    for (std::size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) output.append(buffer.data(), n);
    const int status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
  }

  void put_genmc(const std::string& script) const {
    const fs::path file = directory_ / "genmc";
    std::ofstream(file) << "#!/bin/sh\n" << script;
    fs::permissions(file, fs::perms::owner_all);
  }

  nlohmann::json read(const std::string& file) const { return nlohmann::json::parse(std::ifstream(directory_ / file)); }

  fs::path directory_;
};

TEST_F(Engine, ExploresEveryProgramButTheLargest) {
  const outcome o = run("--json all.json --only '^[^f]|^fib|N=3'");
  ASSERT_EQ(o.status, 0) << o.output;
  const nlohmann::json all = read("all.json");
  EXPECT_EQ(all.at("version"), 1);
  EXPECT_EQ(all.at("rows").size(), 33u);
  for (const auto& row : all.at("rows")) {
    EXPECT_GT(row.at("engine").at("executions"), 0) << row;
    const bool may_block = row.at("program").get<std::string>().starts_with("Treiber");
    EXPECT_EQ(row.at("engine").at("blocked") != 0, may_block) << row;
    EXPECT_GT(row.at("engine").at("peak_bytes"), 0) << row;
    EXPECT_EQ(row.at("engine").at("rounds").size(), 1u) << row;
    EXPECT_FALSE(row.contains("genmc"));
  }
}

TEST_F(Engine, ComparesThreadsIfAsked) {
  const outcome o = run("--json two.json --only 'xchg mutex, N=3' --jobs 2");
  ASSERT_EQ(o.status, 0) << o.output;
  const nlohmann::json row = read("two.json").at("rows").at(0);
  EXPECT_EQ(row.at("one_thread").at("executions"), 198);
  EXPECT_EQ(row.at("threads").at("executions"), 198);
}

TEST_F(Engine, WithoutGenmcSaysSoInOneLine) {
  const outcome o = run("--only LB");
  EXPECT_EQ(o.status, 0) << o.output;
  EXPECT_NE(o.output.find("\ngenmc     not on the PATH: nothing is compared\n"), std::string::npos) << o.output;
}

TEST_F(Engine, ShowsGenmcsCountsBesideItsOwn) {
  put_genmc("echo GenMC of a test; echo No errors were detected.; echo Number of complete executions explored: 4\n");
  const outcome o = run("--json beside.json --only '^SB|^LB'");
  ASSERT_EQ(o.status, 0) << o.output;
  const nlohmann::json all = read("beside.json");
  EXPECT_EQ(all.at("genmc").at("version"), "GenMC of a test");
  EXPECT_EQ(all.at("rows").at(0).at("genmc").at("equal"), true);
  EXPECT_EQ(all.at("rows").at(1).at("genmc").at("equal"), false);
}

TEST_F(Engine, GivesGenmcTheProgramAndItsDefinitions) {
  put_genmc(
      "for last; do :; done\n"
      "case $* in *--disable-sr*-DN=3*) test -r $last && echo No errors were detected.;; esac\n"
      "echo Number of complete executions explored: 6\n");
  const outcome o = run("--json given.json --only 'ticket lock, N=[23]'");
  ASSERT_EQ(o.status, 0) << o.output;
  EXPECT_TRUE(read("given.json").at("rows").at(0).at("genmc").contains("refusal"));
  EXPECT_FALSE(read("given.json").at("rows").at(1).at("genmc").contains("refusal"));
}

TEST_F(Engine, MarksWhatGenmcRefusesWithInPlaceRevisits) {
  put_genmc(
      "case $* in *--disable-ipr*) echo No errors were detected.;; *) echo This warning is treated as an error;; esac\n"
      "echo Number of complete executions explored: 10\n");
  const outcome o = run("--json marked.json --only 'dec/store mutex, N=2'");
  ASSERT_EQ(o.status, 0) << o.output;
  EXPECT_NE(o.output.find("\ndec/store mutex, N=2 * "), std::string::npos) << o.output;
  EXPECT_EQ(read("marked.json").at("rows").at(0).at("genmc").at("without_in_place_revisits"), true);
}

TEST_F(Engine, NamesWhatGenmcRefusesAltogether) {
  put_genmc("echo Error: no such thing\n");
  const outcome o = run("--only '^SB'");
  EXPECT_EQ(o.status, 0);
  EXPECT_NE(o.output.find("refused: Error: no such thing"), std::string::npos) << o.output;
}

TEST_F(Engine, RefusesWhatItDoesNotUnderstandInOneLine) {
  for (const char* arguments : {"--bogus", "--jobs none", "--jobs 0", "--only '['", "--only nothing", "extra"}) {
    const outcome o = run(arguments);
    EXPECT_EQ(o.status, 2) << arguments;
    EXPECT_EQ(o.output.find("engine: "), 0u) << o.output;
    EXPECT_EQ(o.output.find('\n'), o.output.size() - 1) << o.output;
  }
}

}  // namespace
