// The program as people run it, with times too short to mean anything.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>

namespace {

namespace fs = std::filesystem;

const std::set<std::string> contended_locks = {
    "pthread normal",      "pthread adaptive",  "std::mutex",          "absl::Mutex",        "nsync_mu",
    "holdfast::mutex",     "pthread recursive", "pthread errorcheck",  "holdfast::adaptive", "holdfast::checking",
    "holdfast::interrupt", "holdfast::mcs",     "holdfast::recursive", "holdfast::ticket"};

struct outcome {
  int status;
  std::string output;  // standard output and standard error
};

// Runs in a directory of its own, where relative file names lead.
class Locks : public testing::Test {
 protected:
  Locks() {
    std::string name = testing::TempDir() + "/locksXXXXXX";
    directory_ = mkdtemp(name.data());
    setenv("BUILD_WORKING_DIRECTORY", directory_.c_str(), 1);
  }
  ~Locks() override { fs::remove_all(directory_); }

  static outcome run(const std::string& arguments) {
    std::FILE* pipe = popen(("exec 2>&1; tests/benchmarks/locks " + arguments).c_str(), "r");
    std::string output;
    std::array<char, 4096> buffer;
    for (std::size_t n; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;) output.append(buffer.data(), n);
    const int status = pclose(pipe);
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, output};
  }

  nlohmann::json read(const std::string& file) const { return nlohmann::json::parse(std::ifstream(directory_ / file)); }

  fs::path directory_;
};

void expect_quartiles(const nlohmann::json& q) {
  EXPECT_LE(q.at("low"), q.at("median"));
  EXPECT_LE(q.at("median"), q.at("high"));
}

TEST_F(Locks, MeasuresEveryLockInEveryCell) {
  const outcome o = run("--seconds 0.004 --rounds 2 --calm 1000000 --plot '' --json all.json");
  ASSERT_EQ(o.status, 0) << o.output;
  const nlohmann::json all = read("all.json");
  EXPECT_EQ(all.at("version"), 1);
  EXPECT_EQ(all.at("uncontended").size(), contended_locks.size() + 1);
  std::set<std::string> cells;
  for (const auto& cell : all.at("contended")) {
    cells.insert(cell.at("threads").dump() + cell.at("section").dump() + cell.at("outside").dump());
    std::set<std::string> locks;
    for (const auto& lock : cell.at("locks")) {
      locks.insert(lock.at("lock"));
      EXPECT_EQ(lock.at("rounds").size(), 2u);
      for (const char* what : {"sections_per_second", "ratio", "fraction_of_ceiling", "fairness"}) expect_quartiles(lock.at(what));
    }
    EXPECT_EQ(locks, contended_locks);
    EXPECT_EQ(cell.at("ceiling").at("rounds").size(), 2u);
  }
  EXPECT_EQ(cells.size(), 15u);
  std::set<std::string> rows;
  for (const auto& row : all.at("families")) {
    rows.insert(row.at("row"));
    EXPECT_EQ(row.at("locks")[0].at("lock"), "holdfast");
    EXPECT_EQ(row.at("locks")[1].at("lock"), row.at("reference"));
    for (const auto& lock : row.at("locks")) {
      EXPECT_EQ(lock.at("rounds").size(), 2u);
      for (const char* what : {"operations_per_second", "ratio"}) expect_quartiles(lock.at(what));
    }
  }
  EXPECT_EQ(rows.size(), all.at("families").size());
  for (const char* kind : {"condition variable", "robust mutex", "PI mutex", "shared mutex", "semaphore", "barrier"})
    EXPECT_TRUE(std::any_of(rows.begin(), rows.end(), [&](const std::string& row) { return row.starts_with(kind); })) << kind;
}

TEST_F(Locks, NamesWhatItMeasuredOn) {
  const outcome o = run("--seconds 0.002 --rounds 1 --calm 1000000 --plot '' --json m.json --only uncontended");
  ASSERT_EQ(o.status, 0) << o.output;
  const nlohmann::json all = read("m.json");
  for (const char* what : {"processor", "processors", "kernel", "compiler"}) EXPECT_NE(all.at("machine").at(what), "") << what;
  for (const char* what : {"glibc", "absl", "nsync", "google-benchmark"}) EXPECT_NE(all.at("versions").at(what), "unknown") << what;
  EXPECT_EQ(all.at("command"),
            "bazel run //tests/benchmarks:locks -- --seconds 0.002 --rounds 1 --calm 1000000 --plot  --json m.json --only uncontended");
}

TEST_F(Locks, OnlyKeepsTheReferences) {
  const outcome o =
      run("--seconds 0.002 --rounds 1 --calm 1000000 --plot '' --json o.json --only 'contended/4/2 us/equal/holdfast::mutex'");
  ASSERT_EQ(o.status, 0) << o.output;
  const nlohmann::json all = read("o.json");
  EXPECT_TRUE(all.at("uncontended").empty());
  ASSERT_EQ(all.at("contended").size(), 1u);
  EXPECT_EQ(all.at("contended")[0].at("locks").size(), 2u);
}

TEST_F(Locks, OnlyKeepsWhatIsJudgedInARow) {
  const outcome o =
      run("--seconds 0.002 --rounds 1 --calm 1000000 --plot '' --json o.json --only 'families/barrier, 2 threads/std::barrier'");
  ASSERT_EQ(o.status, 0) << o.output;
  const nlohmann::json all = read("o.json");
  EXPECT_TRUE(all.at("contended").empty());
  ASSERT_EQ(all.at("families").size(), 1u);
  EXPECT_EQ(all.at("families")[0].at("locks").size(), 3u);
  EXPECT_NE(o.output.find("barrier, 2 threads"), std::string::npos) << o.output;
}

TEST_F(Locks, InterruptedPrintsWhatThereIs) {
  const outcome o =
      run("--seconds 50 --rounds 10000 --calm 1000000 --plot '' & sleep 1; while kill -INT $! 2>/dev/null; do sleep 0.3; done; wait $!");
  EXPECT_EQ(o.status, 3) << o.output;
  EXPECT_NE(o.output.find("(interrupted"), std::string::npos) << o.output;
}

TEST_F(Locks, WithoutGnuplotSaysSoInOneLineAndPrintsTheResults) {
  fs::create_directory(directory_ / "empty");
  const std::string path = std::getenv("PATH");
  setenv("PATH", (directory_ / "empty").c_str(), 1);
  const outcome o = run("--seconds 0.002 --rounds 1 --calm 1000000 --only uncontended");
  setenv("PATH", path.c_str(), 1);
  EXPECT_EQ(o.status, 0);
  EXPECT_NE(o.output.find("\nno plot: gnuplot is not installed (package gnuplot-nox)\n"), std::string::npos) << o.output;
  EXPECT_NE(o.output.find("holdfast::mutex"), std::string::npos);
}

TEST_F(Locks, RefusesWhatItDoesNotUnderstandInOneLine) {
  for (const char* arguments : {"--bogus", "--seconds none", "--seconds 0", "--rounds 0", "--only '['", "--only nothing", "--plot a.gif",
                                "--json /does/not/exist.json", "extra"}) {
    const outcome o = run(arguments);
    EXPECT_EQ(o.status, 2) << arguments;
    EXPECT_EQ(o.output.find("locks: "), 0u) << o.output;
    EXPECT_EQ(o.output.find('\n'), o.output.size() - 1) << o.output;
  }
}

}  // namespace
