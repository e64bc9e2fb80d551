// `holdfast litmus` as a person meets it: what it prints, what it answers with, what it draws.
#include "checker/cli/command.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string>
#include <vector>

namespace holdfast::checker {
namespace {

using words = std::vector<std::string>;
using nlohmann::json;

struct said {
  int status;
  std::string out;
  std::string err;
};

said litmus(words arguments) {
  arguments.insert(arguments.begin(), {"holdfast", "litmus"});
  std::vector<char*> argv;
  for (std::string& a : arguments) argv.push_back(a.data());
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  const int status = run_command(static_cast<int>(argv.size()), argv.data());
  const std::string out = testing::internal::GetCapturedStdout();
  return {status, out, testing::internal::GetCapturedStderr()};
}

std::string example(const std::string& name) { return "tests/litmus/examples/" + name; }

std::string fresh_folder() {
  std::string name = testing::TempDir() + "/litmus.XXXXXX";
  return std::string(::mkdtemp(name.data())) + "/";
}

std::string written(const std::string& path, const std::string& text) {
  std::ofstream(path) << text;
  return path;
}

std::string contents(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

words files_in(const std::string& folder) {
  words names;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) names.push_back(entry.path().filename());
  std::sort(names.begin(), names.end());
  return names;
}

// A test of two threads; the first stands on line 2.
std::string test_file(const std::string& path, const std::string& first, const std::string& second, const std::string& condition = "") {
  const std::string text =
      "int main() { atomic_int x = 0; int p = 0; {{{\n{ " + first + " }\n||| { " + second + " }\n}}} }\n" + condition + "\n";
  return written(path, text);
}

// One line on stderr, nothing on stdout, exit 2.
void expect_refusal(const words& arguments, const std::string& line) {
  const said s = litmus(arguments);
  EXPECT_EQ(s.status, 2);
  EXPECT_EQ(s.out, "");
  EXPECT_EQ(s.err, "holdfast: " + line + "\n");
}

TEST(Litmus, PrintsTheJudgementTheConditionAndTheStates) {
  const said s = litmus({example("MP+rlx.c"), example("IRIW+sc.litmus"), example("await.c")});
  EXPECT_EQ(s.status, 0);
  EXPECT_EQ(s.err, "");
  EXPECT_TRUE(
      s.out.starts_with("HOLDS         MP+rlx   2 threads  RC11        4 executions\n"
                        "  exists (1:r1=1 /\\ 1:r2=0) holds: 1 of 4 executions\n"
                        "    1  1:r1=0 1:r2=0\n"
                        "    1  1:r1=0 1:r2=1\n"
                        "  * 1  1:r1=1 1:r2=0\n"
                        "    1  1:r1=1 1:r2=1\n"
                        "HOLDS         IRIW+sc  4 threads  RC11       15 executions\n"
                        "  ~exists (2:r1=1 /\\ 2:r2=0 /\\ 3:r3=1 /\\ 3:r4=0) holds: 0 of 15 executions\n"))
      << s.out;
  EXPECT_TRUE(
      s.out.ends_with("HOLDS         await    2 threads  RC11         1 execution\n"
                      "  forall (1:r1=1) holds: 1 of 1 execution\n"
                      "  * 1  1:r1=1\n"))
      << s.out;
}

TEST(Litmus, AConditionThatIsNotMetIsExitOne) {
  const said s = litmus({"--model=sc", example("SB+rlx.c"), example("SB+sc.c")});
  EXPECT_EQ(s.status, 1);
  EXPECT_TRUE(
      s.out.starts_with("FAILS         SB+rlx  2 threads  SC          3 executions\n"
                        "  exists (0:r1=0 /\\ 1:r2=0) does not hold: 0 of 3 executions\n"
                        "    1  0:r1=0 1:r2=1\n"
                        "    1  0:r1=1 1:r2=0\n"
                        "    1  0:r1=1 1:r2=1\n"
                        "  draw:  bazel run //:holdfast -- litmus --model=sc --graphs=graphs tests/litmus/examples/SB+rlx.c\n"
                        "HOLDS         SB+sc   2 threads"))
      << s.out;
}

TEST(Litmus, ARaceIsExitOneWithBothAccesses) {
  const std::string file = fresh_folder() + "race.c";
  test_file(file, "p = 1; x.store(1, memory_order_relaxed);", "int r = 0; if (x.load()) r = p;", "exists (1:r=1)");
  const said s = litmus({file});
  EXPECT_EQ(s.status, 1);
  EXPECT_EQ(s.out, fmt::format("UNDEFINED     race  2 threads  RC11        3 executions\n"
                               "  exists (1:r=1) is not decided, for the behaviour is undefined: 1 of 3 executions\n"
                               "  data race on `p` in 2 of 3 executions: nothing orders\n"
                               "    thread 0 writes p at {0}:2:3\n"
                               "    thread 1 reads p at {0}:3:36\n"
                               "    2  1:r=0\n"
                               "  * 1  1:r=1\n"
                               "  draw:  bazel run //:holdfast -- litmus --graphs=graphs {0}\n",
                               file));
}

TEST(Litmus, AFailedAssertionIsExitOne) {
  const std::string file = fresh_folder() + "a.c";
  const said s = litmus({test_file(file, "x.store(1);", "int r = x.load(); assert(r == 0);")});
  EXPECT_EQ(s.status, 1);
  const std::string begin = fmt::format(
      "FAILS         a  2 threads  RC11        2 executions\n"
      "  assertion `r == 0` fails in 1 of 2 executions\n"
      "    thread 1 at {}:3:25\n",
      file);
  EXPECT_TRUE(s.out.starts_with(begin)) << s.out;
}

TEST(Litmus, WhatIsNotCountedIsSaid) {
  const std::string folder = fresh_folder();
  const said s =
      litmus({test_file(folder + "a.c", "x.store(1);", "int r = x.load(); assume(r == 1);"),
              test_file(folder + "b.c", "int r = x.load(); if (r == 0) x.store(1);", "while (x.load() != 2) {}", "forall (false)")});
  EXPECT_EQ(s.status, 0);
  EXPECT_EQ(s.out,
            "EXPLORED      a  2 threads  RC11         1 execution\n"
            "    1  1:r=1 x=1 p=0\n"
            "  not counted: 1 execution in which an assumption does not hold\n"
            "HOLDS         b  2 threads  RC11        0 executions\n"
            "  forall (false) holds, but of nothing: there is no execution\n"
            "  not counted: 1 execution in which a thread waits for ever\n");
}

TEST(Litmus, ABoundIsExitThreeUnlessSomethingIsWorse) {
  const std::string file = fresh_folder() + "spin.c";
  test_file(file, "int n = 0; while (x.load(memory_order_relaxed) == 0) n++;", "x.store(1, memory_order_relaxed);", "forall (x=1)");
  const said s = litmus({file});
  EXPECT_EQ(s.status, 3);
  EXPECT_EQ(s.out,
            "INCONCLUSIVE  spin  2 threads  RC11        0 executions   stopped: a thread of more than 254 events\n"
            "  forall (x=1) is not decided: 0 of 0 executions so far\n");
  EXPECT_EQ(litmus({file, example("SB+sc.c")}).status, 3);
  EXPECT_EQ(litmus({"--model=sc", file, example("SB+rlx.c")}).status, 1);
}

TEST(Litmus, JsonHasTheSame) {
  const std::string file = fresh_folder() + "race.c";
  test_file(file, "p = 1; x.store(1, memory_order_relaxed);", "int r = 0; if (x.load()) r = p;", "exists (1:r=1)");
  const json document = json::parse(litmus({"--format=json", file, example("SB+sc.c")}).out);
  EXPECT_EQ(document["schema"], 1);
  EXPECT_EQ(document["not_run"], 0);
  const json& race = document["litmus"][0];
  EXPECT_EQ(race["file"], file);
  EXPECT_EQ(race["judgement"], "undefined");
  EXPECT_EQ(race["executions"], 3);
  EXPECT_EQ(race["condition"], (json{{"text", "exists (1:r=1)"}, {"truth", "met"}, {"executions", 1}}));
  EXPECT_EQ(race["states"], (json::array({{{"state", "1:r=0"}, {"executions", 2}, {"matches", false}},
                                          {{"state", "1:r=1"}, {"executions", 1}, {"matches", true}}})));
  EXPECT_EQ(race["defects"], (json::array({{{"kind", "data_race"},
                                            {"executions", 2},
                                            {"location", "p"},
                                            {"parties",
                                             {{{"thread", 0}, {"line", 2}, {"column", 3}, {"access", "writes"}},
                                              {{"thread", 1}, {"line", 3}, {"column", 36}, {"access", "reads"}}}}}})));
  EXPECT_EQ(document["litmus"][1]["judgement"], "holds");
  EXPECT_EQ(document["litmus"][1]["defects"], json::array());
}

TEST(Litmus, OutputGoesToAFile) {
  const std::string folder = fresh_folder();
  const said s = litmus({"--output", folder + "f", example("SB+sc.c")});
  EXPECT_EQ(s.out, "");
  EXPECT_EQ(contents(folder + "f"), litmus({example("SB+sc.c")}).out);
  EXPECT_EQ(files_in(folder), words{"f"});
}

TEST(LitmusGraphs, DrawsEveryExecution) {
  const std::string folder = fresh_folder() + "new/graphs";
  const said s = litmus({"--graphs", folder, example("SB+sc.c"), example("await.litmus")});
  EXPECT_EQ(s.status, 0);
  EXPECT_EQ(files_in(folder), (words{"SB+sc-001.dot", "SB+sc-001.svg", "SB+sc-002.dot", "SB+sc-002.svg", "SB+sc-003.dot", "SB+sc-003.svg",
                                     "await-001.dot", "await-001.svg"}));
  EXPECT_NE(s.out.find("  drawn: " + folder + "/SB+sc-001.svg to SB+sc-003.svg\n"), std::string::npos) << s.out;
  EXPECT_TRUE(s.out.ends_with("  drawn: " + folder + "/await-001.svg\n")) << s.out;
  EXPECT_NE(contents(folder + "/await-001.dot").find("e3 -> e4 [label=<<font color=\"red\">rf</font>,<font color=\"deeppink4\">sw</font>>"),
            std::string::npos);
  for (const std::string& name : files_in(folder)) {
    const std::string text = contents(folder + "/" + name);
    EXPECT_TRUE(text.ends_with(name.ends_with(".svg") ? "</svg>\n" : "}\n")) << name;
  }
  std::string previous;
  for (const char* name : {"/SB+sc-001.dot", "/SB+sc-002.dot", "/SB+sc-003.dot"}) {
    const std::string text = contents(folder + name);
    EXPECT_NE(text, previous);
    previous = text;
  }
}

TEST(LitmusGraphs, OfTestsWithOneNameAreRefused) {
  const std::string folder = fresh_folder() + "graphs";
  expect_refusal({"--graphs", folder, example("await.c"), example("await.litmus")},
                 "two of the tests are called await: their drawings would have the same names; draw them one at a time");
  EXPECT_FALSE(std::filesystem::exists(folder));
  EXPECT_EQ(litmus({example("await.c"), example("await.litmus")}).status, 0);
}

TEST(LitmusGraphs, StayInTheirFolder) {
  const std::string folder = fresh_folder();
  const std::string file = written(folder + "f.litmus", "C ../odd/name\n{ x=0; }\nP0 (atomic_int* x) { atomic_store(x, 1); }\n");
  EXPECT_EQ(litmus({"--graphs", folder + "graphs", file}).status, 0);
  EXPECT_EQ(files_in(folder + "graphs"), (words{".._odd_name-001.dot", ".._odd_name-001.svg"}));
}

TEST(LitmusRefusal, OfFilesComesBeforeAnyTest) {
  const std::string folder = fresh_folder();
  const std::string bad = written(folder + "bad.c", "int main() { atomic_int x = 0; {{{ { x.lod(); } }}} }");
  const std::string what = ":1:40: expected load, store, exchange, fetch_..., compare_exchange_... or readsvalue, found `lod`";
  expect_refusal({example("SB+sc.c"), bad}, bad + what);
  expect_refusal({"--graphs", folder + "graphs", bad}, bad + what);
  EXPECT_FALSE(std::filesystem::exists(folder + "graphs"));
  const std::string advice = "; name a litmus test in CppMem's language or herd's C format";
  expect_refusal({example("SB+sc.c"), folder + "none.c"}, "cannot read " + folder + "none.c: No such file or directory" + advice);
  expect_refusal({folder}, "cannot read " + folder + ": Is a directory" + advice);
  expect_refusal({written(folder + "empty.c", "")},
                 folder + "empty.c:1:1: expected `int main()` (CppMem) or `C NAME` (herd), found the end of the file");
  expect_refusal({written(folder + "long.c", std::string((1 << 20) + 1, ' '))},
                 folder + "long.c:1:1: expected a litmus test of at most 1 MiB, found a larger file");
}

TEST(LitmusRefusal, OfArguments) {
  expect_refusal({}, "litmus: FILE is required; `litmus --help` has the options");
  expect_refusal({"--model=tso", example("SB+sc.c")}, "litmus: --model: tso not in {rc11,sc}; `litmus --help` has the options");
  expect_refusal({"--graphs", "", example("SB+sc.c")}, "litmus: --graphs: a name is missing; `litmus --help` has the options");
}

TEST(LitmusRefusal, OfPlacesThatCannotBeWrittenTo) {
  const std::string folder = fresh_folder();
  written(folder + "f", "old");
  expect_refusal({"--graphs", folder + "f", example("SB+sc.c")},
                 "cannot use the folder " + folder + "f: Not a directory; name one that you may write to");
  expect_refusal(
      {"--output", folder + "none/f", example("SB+sc.c")},
      "cannot write " + folder + "none/f: No such file or directory; name a file in a folder that exists and that you may write to");
  EXPECT_EQ(contents(folder + "f"), "old");
}

TEST(LitmusRefusal, OfDrawingsWithoutNeato) {
  const std::string path = ::getenv("PATH");
  const std::string folder = fresh_folder();
  ::setenv("PATH", folder.c_str(), 1);
  expect_refusal({"--graphs", folder + "graphs", example("SB+sc.c")},
                 "cannot draw: neato is not on PATH; install graphviz (apt-get install graphviz)");
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace holdfast::checker
