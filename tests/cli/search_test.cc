// What only the graph engine's checks can do, through the command and over real locks: parts, going on, other models, and the commands
// that reports end with.
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <string>
#include <vector>

#include "checker/report/json.h"
#include "tests/cli/child.h"

namespace holdfast::checker {
namespace {

using words = std::vector<std::string>;

const std::string four = "mutex/rc11/count_to_four";  // 70,355 executions
const std::string dropped = "mutex/rc11/count_to_two[u2_dropped]";

struct said {
  int status;
  std::string out;
  std::string err;
};

said holdfast(const words& arguments, const std::string& folder = "") {
  child c("searches", arguments, {{"HOLDFAST_COMMAND=holdfast", "BUILD_WORKING_DIRECTORY=" + folder}});
  return {c.status(), c.out(), c.err()};
}

words operator+(words all, const words& more) {
  all.insert(all.end(), more.begin(), more.end());
  return all;
}

// Nothing on stdout, one line on stderr that has these words, exit 2.
void expect_refusal(const words& arguments, const words& has) {
  const said s = holdfast(arguments);
  EXPECT_EQ(s.status, 2);
  EXPECT_EQ(s.out, "");
  EXPECT_EQ(s.err.find('\n'), s.err.size() - 1) << s.err;
  for (const std::string& one : has) EXPECT_NE(s.err.find(one), std::string::npos) << one << "\n" << s.err;
}

std::vector<result> results_of(words arguments, const std::string& folder = "") {
  return from_json(holdfast(arguments + words{"--format=json"}, folder).out).results;
}

// As reports print it: "  replay:  holdfast replay ID --model sc".
words command_in(const std::string& text, const std::string& mark) {
  std::smatch found;
  if (!std::regex_search(text, found, std::regex("  " + mark + ": +holdfast ([^\n]*)\n"))) return {};
  words all;
  std::string rest = found[1];
  for (std::size_t end; !rest.empty(); rest.erase(0, end + 1)) {
    end = std::min(rest.find(' '), rest.size());
    std::string word = rest.substr(0, end);
    std::erase(word, '\'');
    all.push_back(word);
    if (end == rest.size()) break;
  }
  return all;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  return at == std::string::npos ? text : text.replace(at, from.size(), to);
}

class saved : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(holdfast({"check", four, "--executions=1000", "--save", file}).status, 3); }
  void TearDown() override { std::filesystem::remove_all(folder); }
  void write(const std::string& text) { std::ofstream(file) << text; }

  std::string folder = fresh_folder();
  std::string file = folder + "f";
};

TEST_F(saved, IsGoneOnWithToTheSameCount) {
  const said rest = holdfast({"check", four, "--resume", file});
  EXPECT_EQ(rest.status, 0);
  EXPECT_NE(rest.out.find(" 70,355 executions  exhaustive "), std::string::npos) << rest.out;
  EXPECT_TRUE(exists(file));  // whoever resumed it keeps it
}

TEST_F(saved, SaysHowToGoOn) {
  const said s = holdfast({"check", four, "--without-symmetry", "--executions=10", "--save", folder + "g"});
  EXPECT_EQ(s.status, 3);
  EXPECT_EQ(s.err, "holdfast: what is left is in " + folder + "g; to go on: holdfast check " + four + " --without-symmetry --resume " +
                       folder + "g\n");
}

TEST_F(saved, IsRemovedWhenTheSearchComesToItsEnd) {
  const said s = holdfast({"check", four, "--resume", file, "--save", file});
  EXPECT_EQ(s.status, 0);
  EXPECT_EQ(s.err, "holdfast: the search came to its end: nothing is left, and " + file + " is removed\n");
  EXPECT_FALSE(exists(file));
  const said again = holdfast({"check", four, "--save", file});
  EXPECT_EQ(again.err, "holdfast: the search came to its end: nothing is left, and " + file + " is not written\n");
  EXPECT_FALSE(exists(file));
}

TEST_F(saved, StaysWhenTheSearchDoesNotRun) {
  const std::string before = contents(file);
  EXPECT_EQ(holdfast({"check", four, "--resume", file, "--save", folder + "none/f"}).status, 2);
  EXPECT_EQ(holdfast({"check", four, "--resume", folder + "none", "--save", file}).status, 2);
  EXPECT_EQ(contents(file), before);
}

TEST_F(saved, CannotBeOfAnotherSearch) {
  expect_refusal({"check", "mutex/rc11/count_to_three[l4_lost_flag]", "--resume", file},
                 {file + " is of the check " + four + ", not of mutex/rc11/count_to_three[l4_lost_flag]; name that one"});
  expect_refusal({"check", four, "--model=sc", "--resume", file},
                 {file + " was saved with none of the engine's options, not with --model sc; give the same"});
  expect_refusal({"check", four, "--shard=1/2", "--resume", file}, {"not with --shard 1/2; give the same"});
}

TEST_F(saved, MustBeWhole) {
  const std::string whole = contents(file);
  for (const std::size_t length :
       {std::size_t{5}, std::size_t{18}, std::size_t{20}, whole.size() / 2, whole.size() - 16, whole.size() - 1}) {
    write(whole.substr(0, length));
    expect_refusal({"check", four, "--resume", file}, {file + " is cut short; begin again without --resume"});
  }
  write("");
  expect_refusal({"check", four, "--resume", file}, {file + " is empty: name a file that --save wrote, or begin without --resume"});
}

TEST_F(saved, MustNotBeEdited) {
  const std::string whole = contents(file);
  const std::string edited[] = {replaced(whole, "\"complete\":1000", "\"complete\":1001"),
                                replaced(whole, "{\"end\":4294967295,\"first\":1,\"path\":[]},", ""),
                                replaced(whole, "\"path\":[0]", "\"path\":[7]"), replaced(whole, "crc32 ", "crc32 0"), whole + "\n"};
  for (const std::string& text : edited) {
    ASSERT_NE(text, whole);
    write(text);
    expect_refusal({"check", four, "--resume", file}, {file + " was changed after it was saved: its checksum differs; begin again"});
  }
  write(replaced(whole, "frontier 2", "frontier 1"));
  expect_refusal({"check", four, "--resume", file}, {file + " was saved by another version of this program; begin again"});
}

// With the right checksum.
std::string forged(const std::string& whole, const std::string& from, const std::string& to) {
  std::string text = replaced(whole, from, to);
  text.erase(text.rfind("crc32 "));
  return text + fmt::format("crc32 {:08x}\n", crc32_z(0, reinterpret_cast<const Bytef*>(text.data()), text.size()));
}

TEST_F(saved, MustBeOfThisProgram) {
  const std::string whole = contents(file);
  write(forged(whole, "\"build\":\"", "\"build\":\"0"));
  expect_refusal({"check", four, "--resume", file}, {file + " was saved by another build of this program, which may number executions"});
  write(forged(whole, "\"path\":[0]", "\"path\":[0,0,7,1]"));
  expect_refusal({"check", four, "--resume", file}, {file + " has a part that this search does not have (0071); begin again"});
  expect_refusal({"check", four, "--jobs=3", "--resume", file}, {file + " has a part that this search does not have (0071); begin again"});
  write(forged(whole, "\"blocked\":", "\"blocked_\":"));
  expect_refusal({"check", four, "--resume", file}, {file + " is not what --save writes"});
}

TEST(Resume, TakesWhatSaveWrote) {
  const std::string folder = fresh_folder();
  expect_refusal({"check", four, "--resume", folder + "none"}, {"cannot read " + folder + "none: No such file or directory; name a file"});
  expect_refusal({"check", four, "--resume", folder}, {"cannot read " + folder + ": Is a directory; name a file that --save wrote"});
  for (const char* text : {"{}", "another file\n", "{\"form\":\"holdfast frontier 1\"}\n"}) {
    std::ofstream(folder + "f") << text;
    expect_refusal({"check", four, "--resume", folder + "f"}, {folder + "f is not what --save writes; name a file that it wrote"});
  }
  std::filesystem::remove_all(folder);
}

TEST(Save, IsRefusedBeforeTheSearch) {
  const std::string folder = fresh_folder();
  expect_refusal({"check", four, "--save", folder + "none/f"},
                 {"cannot write " + folder + "none/f: No such file or directory; name a file"});
  expect_refusal({"check", four, "--save", folder}, {"cannot write " + folder + ": Is a directory; name a file"});
  std::ofstream(folder + "notes") << "mine";
  expect_refusal({"check", four, "--save", folder + "notes"}, {folder + "notes is there and is not what --save writes: name another file"});
  EXPECT_EQ(contents(folder + "notes"), "mine");
  expect_refusal({"check", "mutex/rc11/count_to_two", "--save", folder + "f"},
                 {"--save and --resume are for one check; 6 match: name one"});
  std::filesystem::remove_all(folder);
}

TEST(Executions, AreExactlySoMany) {
  for (const char* jobs : {"--jobs=1", "--jobs=3"}) {
    for (const std::uint64_t most : {1u, 10u, 513u, 70354u}) {
      const result r = results_of({"check", four, jobs, "--executions=" + std::to_string(most)}).at(0);
      EXPECT_EQ(r.executions, most);
      EXPECT_EQ(r.outcome, verdict::inconclusive);
      EXPECT_EQ(r.limits.stopped_by, "limit of " + std::to_string(most) + (most == 1 ? " execution" : " executions"));
    }
    const result all = results_of({"check", four, jobs, "--executions=70355"}).at(0);
    EXPECT_EQ(all.outcome, verdict::verified);
  }
}

TEST(Executions, NoneIsLostBetweenStops) {
  const std::string folder = fresh_folder();
  words check = {"check", "mutex/rc11/count_twice", "--executions=10", "--jobs=2", "--save=f"};  // 149 executions
  result r = results_of(check, folder).at(0);
  check.push_back("--resume=f");
  int stops = 1;
  for (; r.outcome == verdict::inconclusive && stops < 50; ++stops) r = results_of(check, folder).at(0);
  EXPECT_EQ(r.outcome, verdict::verified);
  EXPECT_EQ(r.executions, 149u);
  EXPECT_EQ(stops, 15);
  EXPECT_FALSE(exists(folder + "f"));
}

// Of all checks of these locks: what each shard found, by id.
std::map<std::string, std::vector<result>> by_id(unsigned shards) {
  std::map<std::string, std::vector<result>> all;
  for (unsigned i = 1; i <= shards; ++i) {
    const words check = {
        "check", "mutex/rc11/count_to_t*", "musl_file_lock/rc11", "peterson", "--shard", std::to_string(i) + "/" + std::to_string(shards)};
    for (result& r : results_of(check)) all[r.mutant.empty() ? r.name : r.name + "[" + r.mutant + "]"].push_back(std::move(r));
  }
  return all;
}

// The locks include some whose search has to begin again on the way (peterson), or puts off what it has updated (musl_file_lock).
TEST(Shards, AddUpAndFindEveryMutant) {
  for (const unsigned shards : {3u, 4u}) {
    for (const auto& [id, parts] : by_id(shards)) {
      ASSERT_EQ(parts.size(), shards);
      std::uint64_t sum = 0;
      std::size_t violated = 0;
      for (const result& r : parts) {
        EXPECT_TRUE(r.as_expected) << id << ": " << r.unexpected_because;
        EXPECT_NE(r.outcome, verdict::verified) << id;
        sum += r.executions;
        violated += r.outcome == verdict::violated;
      }
      if (parts[0].expected.outcome == verdict::verified) {
        EXPECT_EQ(sum, parts[0].expected.executions) << id;
        EXPECT_EQ(violated, 0u) << id;
      } else {
        EXPECT_GT(violated, 0u) << id;
      }
    }
  }
}

TEST(Shards, SayWhichTheyAre) {
  const said s = holdfast({"check", four, "--shard", "2/4"});
  EXPECT_EQ(s.status, 0);
  EXPECT_EQ(s.out.find("VERIFIED"), std::string::npos) << s.out;
  EXPECT_NE(s.out.find("stopped: end of shard 2/4: none of its executions violates   as expected\n"), std::string::npos) << s.out;
  const said cut = holdfast({"check", four, "--shard", "2/4", "--executions=5"});
  EXPECT_EQ(cut.status, 3);
  EXPECT_NE(cut.out.find("stopped: limit of 5 executions in shard 2/4   not as expected\n"), std::string::npos) << cut.out;
  EXPECT_NE(holdfast({"check", four, "--shard", "1/1"}).out.find("VERIFIED"), std::string::npos);
}

TEST(Shards, WithoutTheViolationAreAsExpected) {
  int without = 0;
  for (const char* part : {"1/4", "2/4", "3/4", "4/4"}) {
    const said s = holdfast({"check", dropped, "--shard", part});
    EXPECT_EQ(s.status, 0) << s.out;
    without += s.out.find(": none of its executions violates, so one of another's must   as expected\n") != std::string::npos;
  }
  EXPECT_GT(without, 0);
  EXPECT_LT(without, 4);
}

TEST(Shards, TheFirstAnswersForTheSituation) {
  const words check = {"check", "mutex/rc11/count_to_two[l5_never_sleeps]", "--shard"};
  EXPECT_EQ(results_of(check + words{"1/4"}).at(0).found->kind, violation_kind::unreached);
  EXPECT_EQ(results_of(check + words{"2/4"}).at(0).outcome, verdict::inconclusive);
  EXPECT_TRUE(results_of({"check", four, "--shard=1/4"}).at(0).situations.at(0).reached);
}

TEST(Models, RacesAreThoseOfCppInBoth) {
  const said s = holdfast({"check", "peterson/sequential_twice[l3_relaxed]", "--model", "sc"});
  EXPECT_EQ(s.status, 0);
  EXPECT_NE(s.out.find("data race"), std::string::npos) << s.out;
}

TEST(Models, WhatOnlyRc11AllowsIsNotMissedUnderSc) {
  const said s = holdfast({"check", "peterson/unfenced", "--model", "sc"});
  EXPECT_EQ(s.status, 0);
  EXPECT_NE(s.out.find("VERIFIED      peterson/unfenced  2 threads        4 executions  exhaustive "), std::string::npos) << s.out;
  EXPECT_EQ(holdfast({"check", "peterson", "--model", "sc"}).status, 0);
}

TEST(Reports, PrintCommandsThatReproduce) {
  const words asked[] = {{"--model", "sc"}, {"--without-awaits"}, {"--without-cutting", "--without-symmetry"}, {"--shard", "1/2"}, {}};
  for (const words& options : asked) {
    for (const result& r :
         results_of(words{"check", "mutex/rc11/count_to_t*", "musl_file_lock/rc11", "peterson", "--mutants=only"} + options)) {
      if (r.outcome != verdict::violated || r.found->replay.empty()) continue;
      const std::string id = r.name + "[" + r.mutant + "]";
      const said s = holdfast(words{"check", id, "--verbose"} + options);
      const words command = command_in(s.out, "replay");
      ASSERT_FALSE(command.empty()) << s.out;
      const said shown = holdfast(command);
      EXPECT_EQ(shown.status, 0) << id;
      const std::string report = s.out.substr(s.out.find('\n'));
      const std::string headline = report.substr(1, report.find('\n', 1) - 1);
      EXPECT_NE(shown.out.find(headline), std::string::npos) << headline << "\n" << shown.out;
      for (const std::string& o : options) {
        const bool is_kept = options[0] != "--shard";
        EXPECT_EQ(std::ranges::count(command, o) != 0, is_kept) << o;
      }
    }
  }
}

TEST(Reports, RunTheSameSearchAgain) {
  const said s = holdfast({"check", four, "--executions=5", "--model=sc", "--without-cutting", "--shard=2/3"});
  EXPECT_EQ(command_in(s.out, "again"), (words{"check", four, "--model", "sc", "--without-cutting", "--shard", "2/3"}));
  const said junit = holdfast({"check", four, "--executions=5", "--model=sc", "--format=junit"});
  EXPECT_EQ(command_in(junit.out, "again"), (words{"check", four, "--model", "sc"}));
  const said reached = holdfast({"check", "mutex/rc11/count_twice", "--executions=140", "--without-awaits"});
  EXPECT_NE(reached.out.find("  reached: "), std::string::npos) << reached.out;
  EXPECT_TRUE(std::regex_search(reached.out, std::regex("   replay mutex/rc11/count_twice:[0-9a-z()+]+ --without-awaits\n")))
      << reached.out;
}

TEST(Replay, TakesTheModel) {
  const said s = holdfast({"check", "peterson/sequential_twice[l4_relaxed]", "--model", "sc", "--verbose"});
  const words command = command_in(s.out, "replay");
  ASSERT_EQ(command.size(), 4u) << s.out;
  EXPECT_EQ(command[2] + command[3], "--modelsc");
  EXPECT_EQ(holdfast(command).status, 0);
}

TEST(Kernel, IsAnotherOneInTheReportAndTheReplay) {
  for (const std::string scenario : {"mutex/rc11/count_to_two", "mutex/count_to_two"}) {
    const said s = holdfast({"check", scenario, "--mutants=none", "--kernel=compare_outside_lock"});
    EXPECT_EQ(s.status, 1);
    EXPECT_NE(s.out.find("lost wake-up"), std::string::npos) << s.out;
    EXPECT_NE(s.out.find("  assumed: another kernel, compare_outside_lock: "), std::string::npos) << s.out;
    const words command = command_in(s.out, "replay");
    ASSERT_EQ(command.size(), 4u) << s.out;
    EXPECT_EQ(command[2] + command[3], "--kernelcompare_outside_lock");
    const said shown = holdfast(command);
    EXPECT_EQ(shown.status, 1);
    EXPECT_NE(shown.out.find("lost wake-up"), std::string::npos) << shown.out;
  }
}

TEST(Kernel, MayHideAnExpectedViolationOrShowAnother) {
  EXPECT_EQ(holdfast({"check", "mutex/rc11/count_to_two", "--mutants=only", "--kernel=compare_outside_lock"}).status, 0);
  EXPECT_EQ(holdfast({"check", "mutex/rc11/count_to_two", "--kernel=last_come,bitset_ignored"}).status, 0);
}

TEST(Kernel, IsOneThatTheEngineFollows) {
  const words has = {
      "holdfast: --kernel: mutex/rc11/count_to_two is explored by the graph engine, which does not follow requeue_pi_anywhere: "};
  expect_refusal({"check", "mutex/rc11/count_to_two", "--mutants=none", "--kernel=last_come,requeue_pi_anywhere"}, has);
  expect_refusal({"replay", "mutex/rc11/count_to_two:0", "--kernel=requeue_pi_anywhere"}, has);
  EXPECT_EQ(holdfast({"check", "mutex/count_to_two", "--mutants=none", "--kernel=requeue_pi_anywhere"}).status, 0);
}

TEST(Orders, AreOfALock) {
  expect_refusal({"orders", "mutex/rc11"},
                 {"`mutex/rc11` is no lock that the graph engine explores: there are musl_file_lock, mutex, peterson"});
  const said s = holdfast({"orders", "peterson"});
  EXPECT_EQ(s.status, 0);
  EXPECT_NE(s.out.find("asks for relaxed  needs none "), std::string::npos) << s.out;
}

TEST(Orders, AreUndecidedAfterCtrlC) {
  child c("searches", {"orders", "mutex"});
  ::usleep(300'000);
  c.send(SIGINT);
  EXPECT_EQ(c.status(), 3);
  EXPECT_NE(c.err().find(": stopped: Ctrl-C\n"), std::string::npos) << c.err();
}

}  // namespace
}  // namespace holdfast::checker
