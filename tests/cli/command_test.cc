// The command, as a person or a program meets it: run as a process of its own over the fake checks.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "checker/cli/progress_line.h"
#include "checker/report/json.h"
#include "tests/cli/child.h"

namespace holdfast::checker {
namespace {

using words = std::vector<std::string>;

struct said {
  int status;
  std::string out;
  std::string err;
};

said holdfast(const words& arguments, const setting& s = {}) {
  child c("fake_holdfast", arguments, s);
  return {c.status(), c.out(), c.err()};
}

// One line on stderr, nothing on stdout, exit 2.
void expect_refusal(const words& arguments, const std::string& line) {
  const said s = holdfast(arguments);
  EXPECT_EQ(s.status, 2);
  EXPECT_EQ(s.out, "");
  EXPECT_EQ(s.err, "holdfast: " + line + "\n");
}

TEST(Check, PrintsOneAlignedLinePerCheck) {
  const said s = holdfast({"check", "mutex", "mutex2"});
  EXPECT_EQ(s.status, 0);
  EXPECT_EQ(s.err, "");
  EXPECT_EQ(s.out,
            "VERIFIED      mutex/count_to_two               2 threads     1,204 executions   exhaustive      0.1 s\n"
            "VIOLATED      mutex/count_to_two [u1_relaxed]  2 threads         9 executions   data race       0.0 s   as expected\n"
            "INCONCLUSIVE  mutex/four_way                   2 threads     3.1 M executions   stopped: context bound 3   as expected\n"
            "VERIFIED      mutex/handoff                    2 threads    88,310 executions   exhaustive      4.0 s\n"
            "VIOLATED      mutex/handoff [u2_dropped]       2 threads         9 executions   lost wake-up    0.0 s   as expected\n"
            "VERIFIED      mutex2/proof                     any number        2 obligations  z3, cvc5        1.2 s\n"
            "6 checks: 3 verified, 2 violated, 1 inconclusive; all as expected.\n"
            "VERIFIED by fake: exhaustive under the fake's model\n"
            "  assumed: C++20 atomics\n"
            "  assumed: futex wait/wake\n"
            "VERIFIED by proof: for any number of threads\n"
            "  assumed: C++20 atomics\n"
            "  assumed: futex wait/wake\n");
}

TEST(Check, ReportsOnlyWhatIsNotAsExpectedUnlessVerbose) {
  const words check = {"check", "mutex/count_to_two[u1_relaxed]"};
  EXPECT_EQ(holdfast(check).out.find("data race on"), std::string::npos);
  EXPECT_NE(holdfast({check[0], check[1], "--verbose"}).out.find("data race on `count`\n  T2 read"), std::string::npos);
  EXPECT_NE(holdfast({"check", "odd/races"}).out.find("data race on `count`\n  T2 read"), std::string::npos);
}

TEST(Check, PrintsTheCommandThatTheReaderStartedWith) {
  EXPECT_NE(holdfast({"check", "odd/races"}).out.find("  bazel run //:holdfast -- replay odd/races:aabbb9\n"), std::string::npos);
  const setting script{{"HOLDFAST_COMMAND=bazel/holdfast"}};
  EXPECT_NE(holdfast({"check", "odd/races"}, script).out.find("  bazel/holdfast replay odd/races:aabbb9\n"), std::string::npos);
}

TEST(Check, ChoosesLongOnesAndMutantsOnRequest) {
  const auto count = [](const words& w) { return holdfast(w).out.substr(0, 1000); };
  EXPECT_EQ(count({"check", "mutex"}).find("three_way"), std::string::npos);
  EXPECT_NE(count({"check", "mutex", "--long"}).find("three_way"), std::string::npos);
  EXPECT_EQ(count({"check", "mutex", "--mutants=none"}).find('['), std::string::npos);
  const std::string only = count({"check", "mutex", "--mutants=only"});
  EXPECT_NE(only.find("\n2 checks: 0 verified, 2 violated"), std::string::npos) << only;
}

TEST(ExitStatus, IsZeroIfAllIsAsExpected) { EXPECT_EQ(holdfast({"check", "mutex"}).status, 0); }

TEST(ExitStatus, IsOneForAnyOtherVerdict) {
  for (const char* odd : {"odd/races", "odd/passes", "odd/refuted", "odd/wakes_nobody"}) {
    EXPECT_EQ(holdfast({"check", odd, "mutex"}).status, 1) << odd;
  }
}

TEST(ExitStatus, IsThreeForNoVerdictAndNothingWorse) {
  EXPECT_EQ(holdfast({"check", "stuck/endless", "mutex", "--seconds=0.01"}).status, 3);
  EXPECT_EQ(holdfast({"check", "odd/throws"}).status, 3);
  EXPECT_EQ(holdfast({"check", "odd/races", "stuck/endless", "--seconds=0.01"}).status, 1);
}

TEST(ExitStatus, OfAnExpectedBoundDependsOnWhatCameFirst) {
  EXPECT_EQ(holdfast({"check", "stuck/until_bound"}).status, 0);
  EXPECT_EQ(holdfast({"check", "stuck/until_bound", "--seconds=0.01"}).status, 3);
}

TEST(Interrupt, GivesWhatThereIs) {
  const std::string folder = fresh_folder();
  child c("fake_holdfast", {"check", "mutex2", "stuck/endless", "stuck/later", "stuck/until_bound"}, {{"FAKE_FOLDER=" + folder}});
  c.wait_for_file(folder + "running");
  c.send(SIGINT);
  EXPECT_EQ(c.status(), 3);
  EXPECT_EQ(c.err(), "");
  const std::string out = c.out();
  EXPECT_NE(out.find("VERIFIED      mutex2/proof "), std::string::npos) << out;
  EXPECT_NE(out.find("stopped: Ctrl-C   not as expected\n"), std::string::npos) << out;
  EXPECT_NE(out.find("\n2 checks: 1 verified, 0 violated, 1 inconclusive; 1 not as expected; 2 not run.\n"), std::string::npos) << out;
}

TEST(Interrupt, AlsoWritesTheFile) {
  const std::string folder = fresh_folder();
  child c("fake_holdfast", {"check", "stuck/endless", "stuck/later", "--format=json", "--output", folder + "f"},
          {{"FAKE_FOLDER=" + folder}});
  c.wait_for_file(folder + "running");
  EXPECT_FALSE(exists(folder + "f"));
  c.send(SIGINT);
  EXPECT_EQ(c.status(), 3);
  const json_document document = from_json(contents(folder + "f"));
  EXPECT_EQ(document.not_run, 1u);
  EXPECT_TRUE(document.results.at(0).limits.by_caller);
}

TEST(Interrupt, TheSecondEndsAtOnceAndLeavesNoFile) {
  const std::string folder = fresh_folder();
  child c("fake_holdfast", {"check", "stuck/deaf", "--long", "--output", folder + "f"}, {{"FAKE_FOLDER=" + folder}});
  c.wait_for_file(folder + "running");
  c.send(SIGINT);
  c.wait_for_file(folder + "asked");
  c.send(SIGINT);
  EXPECT_EQ(c.status(), -SIGINT);
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    left.push_back(entry.path().filename());
  }
  std::sort(left.begin(), left.end());
  EXPECT_EQ(left, (words{"asked", "running"}));
}

TEST(Replay, ShowsEveryStep) {
  const said s = holdfast({"replay", "mutex/count_to_two[u1_relaxed]:aabbb9"});
  EXPECT_EQ(s.status, 0);
  EXPECT_NE(s.out.find("data race on `count`\n  T2 read  0  at"), std::string::npos) << s.out;
  EXPECT_NE(s.out.find("     3  T1      U1     exchange   mutex   relaxed  held -> free (from step 1)  T3, T2  "
                       "impl/mutex.h:52 in unlock\n"),
            std::string::npos)
      << s.out;
  EXPECT_EQ(holdfast({"replay", "odd/races:aabbb9"}).status, 1);
}

TEST(Prove, RunsProofsOnly) {
  const said s = holdfast({"prove", "mutex*"});
  EXPECT_EQ(s.status, 0);
  EXPECT_NE(s.out.find("\n1 check: 1 verified"), std::string::npos) << s.out;
}

TEST(Prove, MakesTheFolderForArtifacts) {
  const std::string folder = fresh_folder();
  const setting stands{{"BUILD_WORKING_DIRECTORY=" + folder}};
  EXPECT_EQ(holdfast({"prove", "mutex2", "--artifacts", "smt"}, stands).status, 0);
  EXPECT_TRUE(std::filesystem::is_directory(folder + "smt"));
}

TEST(List, ShowsWhatIsExpected) {
  EXPECT_EQ(holdfast({"list", "mutex2", "mutex/handoff", "mutex/three_way"}).out,
            "mutex/handoff               2 threads   VERIFIED       a fake\n"
            "mutex/handoff [u2_dropped]  2 threads   lost wake-up   a fake\n"
            "mutex/three_way             2 threads   VERIFIED       (long) a fake\n"
            "mutex2/proof                any number  VERIFIED       a fake\n");
  EXPECT_EQ(holdfast({"list", "mutex/handoff[u2_dropped]", "--format=json"}).out, R"({
  "schema": 1,
  "tool": "holdfast",
  "checks": [
    {
      "id": "mutex/handoff[u2_dropped]",
      "name": "mutex/handoff",
      "mutant": "u2_dropped",
      "kind": "exploration",
      "threads": 2,
      "long": false,
      "expected": {
        "outcome": "violated",
        "kind": "lost_wake_up",
        "object": "mutex",
        "executions": 9
      },
      "description": "a fake"
    }
  ]
}
)");
}

TEST(Output, IsTheSameInAFile) {
  const std::string folder = fresh_folder();
  const setting stands{{"BUILD_WORKING_DIRECTORY=" + folder}};
  for (const char* format : {"text", "json", "junit"}) {
    const std::string flag = std::string("--format=") + format;
    const said s = holdfast({"check", "mutex", flag, "--output", "f"}, stands);
    EXPECT_EQ(s.status, 0);
    EXPECT_EQ(s.out, "");
    EXPECT_EQ(contents(folder + "f"), holdfast({"check", "mutex", flag}).out);
  }
}

TEST(Output, JsonHoldsTheWholeExecution) {
  const json_document document = from_json(holdfast({"check", "odd/races", "--format=json"}).out);
  const violation& v = document.results.at(0).found.value();
  EXPECT_EQ(v.replay, "odd/races:aabbb9");
  EXPECT_EQ(v.steps.size(), 5u);
  EXPECT_EQ(v.steps[3].reads_from, 2u);
}

TEST(Output, EndsQuietlyWhenTheReaderGoesAway) {
  int ends[2];
  ASSERT_EQ(::pipe2(ends, O_CLOEXEC), 0);
  ::close(ends[0]);
  setting s;
  s.out = ends[1];
  const said quiet = holdfast({"check", "mutex"}, s);
  ::close(ends[1]);
  EXPECT_EQ(quiet.status, -SIGPIPE);
  EXPECT_EQ(quiet.err, "");
}

TEST(Output, SaysSoWhenThereIsNoRoom) {
  setting s;
  s.out = ::open("/dev/full", O_WRONLY | O_CLOEXEC);
  const said full = holdfast({"check", "mutex"}, s);
  ::close(s.out);
  EXPECT_EQ(full.status, 2);
  EXPECT_EQ(full.err, "holdfast: cannot write the results to standard output: No space left on device; make room\n");
}

// What a child with a terminal as its standard output or error writes there.
std::string on_terminal(const words& arguments, setting s, bool is_err) {
  int ours = -1;
  int its = -1;
  EXPECT_EQ(::openpty(&ours, &its, nullptr, nullptr, nullptr), 0);
  (is_err ? s.err : s.out) = its;
  child c("fake_holdfast", arguments, s);
  ::close(its);
  std::string text;
  char buffer[4096];
  for (ssize_t n; (n = ::read(ours, buffer, sizeof buffer)) > 0;) text.append(buffer, static_cast<std::size_t>(n));
  c.status();
  ::close(ours);
  return text;
}

TEST(Progress, IsShownOnATerminalAndErased) {
  const std::string text = on_terminal({"check", "stuck/endless", "--seconds=0.3"}, {}, true);
  EXPECT_NE(text.find("\r\x1b[K1 of 1  stuck/endless  "), std::string::npos) << text;
  EXPECT_NE(text.find(" of about 10^5  "), std::string::npos) << text;
  EXPECT_EQ(text.substr(text.size() - 4), "\r\x1b[K");
}

TEST(Progress, IsNotShownElsewhere) { EXPECT_EQ(holdfast({"check", "stuck/endless", "--seconds=0.1"}).err, ""); }

TEST(Progress, SaysHowFarTheCheckIs) {
  check c;
  c.name = "mutex/handoff";
  c.mutant = "u2_dropped";
  EXPECT_EQ(progress_text(c, 3, 41, {12304, 1.2e5, 0.03}), "3 of 41  mutex/handoff [u2_dropped]  12,304 of about 10^5  410,133/s");
  EXPECT_EQ(progress_text(c, 3, 41, {12304, 100.0, 0}), "3 of 41  mutex/handoff [u2_dropped]  12,304");
}

TEST(Colour, IsForTerminalsThatWantIt) {
  const words check = {"check", "mutex2"};
  EXPECT_NE(on_terminal(check, {}, false).find("\x1b[32mVERIFIED"), std::string::npos);
  EXPECT_EQ(on_terminal(check, {{"NO_COLOR=1"}}, false).find('\x1b'), std::string::npos);
  EXPECT_EQ(holdfast(check).out.find('\x1b'), std::string::npos);
}

TEST(Refusal, OfVerbsAndFlags) {
  expect_refusal({}, "what? one of list, check, replay, litmus, orders, prove (--help says more)");
  expect_refusal({"chekc"}, "The following argument was not expected: chekc; the verbs are list, check, replay, litmus, orders, prove");
  expect_refusal({"check", "--foo"}, "check: The following argument was not expected: --foo; `check --help` has the options");
  expect_refusal({"check", "--format=xml"}, "check: --format: xml not in {text,json,junit}; `check --help` has the options");
  expect_refusal({"list", "--format=junit"}, "list: --format: junit not in {text,json}; `list --help` has the options");
  expect_refusal({"check", "--mutants=some"}, "check: --mutants: some not in {all,none,only}; `check --help` has the options");
  expect_refusal({"check", "--seconds=-1"}, "check: --seconds: -1 is not a number above 0; `check --help` has the options");
  expect_refusal({"check", "--executions=few"}, "check: --executions: few is not a number above 0; `check --help` has the options");
  expect_refusal({"check", "--output", ""}, "check: --output: a name is missing; `check --help` has the options");
  expect_refusal({"check", "--jobs=0"}, "check: --jobs: Value 0 not in range 1 to 256; `check --help` has the options");
  expect_refusal({"check", "--model=tso"}, "check: --model: tso not in {rc11,sc}; `check --help` has the options");
  expect_refusal({"check", "--shard=3/2"}, "--shard=3/2: it must be a number and how many there are, as 2/8");
  expect_refusal({"check", "--shard=one"}, "--shard=one: it must be a number and how many there are, as 2/8");
  expect_refusal({"check", "odd/races", "--save=f"},
                 "odd/races is not explored by the graph engine, which alone has --shard, --save, --resume, --model and --without-*: name "
                 "checks that are (`holdfast list`)");
  expect_refusal({"orders", "mutx"}, "`mutx` is no lock that the graph engine explores: there are large");
  expect_refusal({"replay", "odd/races:aabbb9", "--model=sc"},
                 "odd/races is not explored by the graph engine, which alone has --model and --without-*: leave them out");
  expect_refusal({"replay"}, "replay: ID is required; `replay --help` has the options");
  expect_refusal({"check", "--kernel=last_come,bitset_ignore"},
                 "--kernel: nothing is called `bitset_ignore`; nearest: bitset_ignored, last_come, pending_ignored "
                 "(checker/kernel/toggles.h has all)");
  expect_refusal({"replay", "odd/races:aabbb9", "--kernel=keys_by_address"},
                 "--kernel: no engine follows keys_by_address: a word has one address");
  expect_refusal({"check", "mutex2/proof", "--kernel=last_come"}, "a proof assumes the kernel as it is: leave out --kernel");
}

TEST(Refusal, OfPatterns) {
  expect_refusal({"check", "mutx"}, "nothing is called `mutx`; nearest: mutex, mutex2, odd (`list` shows all)");
  expect_refusal({"list", "mutx"}, "nothing is called `mutx`; nearest: mutex, mutex2, odd (`list` shows all)");
  expect_refusal({"prove", "mutex/handoff"}, "nothing is called `mutex/handoff`; nearest: mutex2/proof, mutex2, odd (`list` shows all)");
  expect_refusal({"check", "mutex/three_way"}, "every check that matches is long: add --long to run it");
  expect_refusal({"check", "mutex2", "--mutants=only"}, "--mutants=only leaves nothing of what matches: try --mutants=all");
}

TEST(Refusal, OfIds) {
  expect_refusal({"replay", "mutex"},
                 "`mutex` cannot be replayed: an id is a check, a colon and a schedule, as a report "
                 "prints it: mutex/count_to_two:aabbb9");
  expect_refusal({"replay", "odd/races:zz"},
                 "`odd/races:zz` cannot be replayed: `zz` is no schedule of it; `check odd/races` "
                 "prints an id that can");
  expect_refusal({"replay", "mutex2/proof:ab"}, "`mutex2/proof` is a proof and has no schedules: use `prove mutex2/proof`");
}

TEST(Refusal, OfFilesComesBeforeAnyCheck) {
  const std::string advice = "; name a file in a folder that exists and that you may write to";
  const std::string folder = fresh_folder();
  for (const char* verb : {"check", "prove", "list"}) {
    expect_refusal({verb, "--output", folder + "none/f"}, "cannot write " + folder + "none/f: No such file or directory" + advice);
  }
  expect_refusal({"replay", "odd/races:aabbb9", "--output", folder}, "cannot write " + folder + ": Is a directory" + advice);
  const setting s{{"FAKE_FOLDER=" + folder}};
  EXPECT_EQ(holdfast({"check", "stuck/endless", "--seconds=0.01", "--output", folder + "none/f"}, s).status, 2);
  EXPECT_FALSE(exists(folder + "running"));
  std::ofstream(folder + "f") << "old";
  expect_refusal({"prove", "--artifacts", folder + "f"},
                 "cannot use the folder " + folder + "f: Not a directory; name one that you may write to");
  expect_refusal({"check", "mutx", "--output", folder + "f"}, "nothing is called `mutx`; nearest: mutex, mutex2, odd (`list` shows all)");
  EXPECT_EQ(contents(folder + "f"), "old");
}

TEST(Help, StatesTheExitStatusesOfTheVerb) {
  const auto exits = [](const char* verb) {
    const std::string help = holdfast({verb, "--help"}).out;
    return help.substr(std::min(help.find("exit: "), help.size()));
  };
  for (const char* verb : {"list", "check", "replay", "litmus", "orders", "prove"}) {
    const std::string text = exits(verb);
    for (const char* status : {"0 ", "2 ", "4 bazel/holdfast could not build"}) EXPECT_NE(text.find(status), std::string::npos) << verb;
  }
  EXPECT_NE(exits("litmus").find("1 one does not hold, or there is a race"), std::string::npos);
  EXPECT_NE(exits("orders").find("0 the table is printed"), std::string::npos);
  EXPECT_NE(exits("check").find("3 a limit or Ctrl-C came before"), std::string::npos);
}

TEST(Reports, AskForLongOnesWithLong) {
  const said s = holdfast({"check", "odd/throws", "odd/long_throws", "--long"});
  EXPECT_NE(s.out.find("-- check odd/throws\n"), std::string::npos) << s.out;
  EXPECT_NE(s.out.find("-- check odd/long_throws --long\n"), std::string::npos) << s.out;
}

TEST(Help, IsOnStandardOutput) {
  const said s = holdfast({"check", "--help"});
  EXPECT_EQ(s.status, 0);
  EXPECT_EQ(s.err, "");
  EXPECT_NE(s.out.find("--mutants"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::checker
