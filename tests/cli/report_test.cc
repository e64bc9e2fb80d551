// The views of the record, letter by letter.
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "checker/report/json.h"
#include "checker/report/junit.h"
#include "checker/report/names.h"
#include "checker/report/text.h"
#include "tests/cli/fake_checks.h"

namespace holdfast::checker {
namespace {

result named(result r, std::string name, std::string mutant = "", bool as_expected = true) {
  r.name = std::move(name);
  r.mutant = std::move(mutant);
  r.threads = 2;
  r.as_expected = as_expected;
  if (!as_expected) r.unexpected_because = "expected <VERIFIED> & \"more\"";
  return r;
}

result race(bool as_expected = true) {
  result r = named(fake_result(verdict::violated, 9, 0.02), "mutex/count_to_two", "u1_relaxed", as_expected);
  r.found = fake_race();
  r.found->replay = "mutex/count_to_two[u1_relaxed]:aabbb9";
  return r;
}

// A result with something in every member.
result full() {
  result r = race(false);
  r.expected = {verdict::violated, violation_kind::livelock, "none", 7};
  r.limits = {100, 0.5, 0u, "60 s limit", true};
  r.situations = {{"two sleep", true, "ab"}, {"none", false, ""}};
  r.obligations = {{"lock.L1", "unsat", {{"z3", "unsat", 0.25}}, "smt/a.smt2", "word = 1"}};
  return r;
}

TEST(Numbers, AreGroupedAndShortened) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1204), "1,204");
  EXPECT_EQ(grouped(471012), "471,012");
  EXPECT_EQ(grouped(1234567890), "1,234,567,890");
  EXPECT_EQ(magnitude(999'999), "999,999");
  EXPECT_EQ(magnitude(3'141'592), "3.1 M");
  EXPECT_EQ(magnitude(2'000'000'000), "2.0 G");
}

TEST(Names, HaveOneKeyEach) {
  for (int i = 0; i <= static_cast<int>(violation_kind::undecided); ++i) {
    const auto kind = static_cast<violation_kind>(i);
    EXPECT_EQ(violation_kind_from_key(key_of(kind)), kind);
  }
  EXPECT_EQ(verdict_from_key("inconclusive"), verdict::inconclusive);
  EXPECT_EQ(verdict_from_key("INCONCLUSIVE"), std::nullopt);
}

TEST(VerdictLine, IsAligned) {
  result bounded = named(fake_result(verdict::inconclusive, 3'141'592, 60), "mutex/four_way");
  bounded.threads = 4;
  bounded.limits.stopped_by = "context bound 3";
  result proof = named(fake_result(verdict::verified, 0, 1.2), "mutex2/proof");
  proof.engine = "proof";
  proof.threads = 0;
  proof.obligations.resize(84);
  for (obligation_result& o : proof.obligations) {
    o.answers = {{"z3", "unsat", 0}, {"cvc5", "unsat", 0}};
  }
  const std::vector<result> results = {named(fake_result(verdict::verified, 1204, 0.1), "mutex/a"),
                                       named(fake_result(verdict::verified, 1, 100), "mutex/b"),
                                       race(),
                                       race(false),
                                       bounded,
                                       proof};
  verdict_table table;
  for (const result& r : results) table.make_room(r.name, r.mutant, r.threads, r.engine == "proof");
  std::string lines;
  for (const result& r : results) lines += table.line(r);
  EXPECT_EQ(lines,
            "VERIFIED      mutex/a                          2 threads     1,204 executions   exhaustive      0.1 s\n"
            "VERIFIED      mutex/b                          2 threads         1 execution    exhaustive    100.0 s\n"
            "VIOLATED      mutex/count_to_two [u1_relaxed]  2 threads         9 executions   data race       0.0 s   as expected\n"
            "VIOLATED      mutex/count_to_two [u1_relaxed]  2 threads         9 executions   data race       0.0 s   not as expected\n"
            "INCONCLUSIVE  mutex/four_way                   4 threads     3.1 M executions   stopped: context bound 3   as expected\n"
            "VERIFIED      mutex2/proof                     any number       84 obligations  z3, cvc5        1.2 s\n");
}

TEST(VerdictLine, IsColouredOnlyOnRequest) {
  const result r = named(fake_result(verdict::verified, 1204, 0.1), "mutex/a");
  EXPECT_EQ(verdict_table(true).line(r).substr(0, 21), "\x1b[32mVERIFIED    \x1b[0m");
  EXPECT_EQ(verdict_table(false).line(r).find('\x1b'), std::string::npos);
}

TEST(Report, NamesBothPartiesAndTheNextCommand) {
  EXPECT_EQ(report(race(), "bazel/holdfast"),
            "models/mutex_model.cc:41: VIOLATED mutex/count_to_two [u1_relaxed]: data race on `count`\n"
            "  T2 read  0  at mutex_model.cc:41   step 5, in critical_section\n"
            "  T1 wrote 10 at mutex_model.cc:41   step 2, in critical_section\n"
            "  nothing orders them: T2's lock [L1] took the word from T1's unlock [U1], relaxed\n"
            "  mutex: free -> held(T1) -> free(T1) -> held(T2)      asleep: nobody\n"
            "  replay:  bazel/holdfast replay 'mutex/count_to_two[u1_relaxed]:aabbb9'\n");
}

TEST(Report, NamesSleepersAndLabels) {
  result r = race();
  r.found->kind = violation_kind::lost_wake_up;
  r.found->object = "mutex";
  r.found->steps.resize(3);
  r.found->parties = {2};
  EXPECT_EQ(report(r, "holdfast"),
            "impl/mutex.h:52: VIOLATED mutex/count_to_two [u1_relaxed]: lost wake-up on `mutex`\n"
            "  T1 exchange [U1] held -> free at mutex.h:52   step 3, in unlock\n"
            "  nothing orders them: T2's lock [L1] took the word from T1's unlock [U1], relaxed\n"
            "  mutex: free -> held(T1) -> free(T1)      asleep: T3, T2\n"
            "  replay:  holdfast replay 'mutex/count_to_two[u1_relaxed]:aabbb9'\n");
}

TEST(Report, AFenceIsNoWord) {
  result r = race();
  const std::string without = report(r, "holdfast");
  step fence;
  fence.thread = 1;
  fence.operation = "fence";
  fence.order = "release";
  r.found->steps.push_back(fence);
  EXPECT_EQ(report(r, "holdfast"), without);
}

TEST(Report, LeavesOutLabelsOfPlainData) {
  result r = race();
  const std::string without = report(r, "holdfast");
  r.found->steps[4].label = "read";
  EXPECT_EQ(report(r, "holdfast"), without);
}

TEST(Report, SaysWhatACompleteSearchReached) {
  result r = named(fake_result(verdict::verified, 9, 0), "mutex/a", "", false);
  r.situations = {{"two sleep", true, "mutex/a:ab"}, {"three sleep", false, ""}};
  EXPECT_EQ(report(r, "holdfast").substr(0, 72), "  reached: two sleep   replay mutex/a:ab\n  not reached: three sleep\n  no");
  result cut_short = race();
  cut_short.situations = r.situations;
  EXPECT_EQ(report(cut_short, "holdfast"), report(race(), "holdfast"));
}

TEST(Report, LeavesOutTheMiddleOfALongHistory) {
  result r = race();
  const step lock = r.found->steps[0];
  r.found->steps.assign(40, lock);
  EXPECT_NE(report(r, "holdfast")
                .find("mutex: free -> held(T1) -> held(T1) -> held(T1) -> held(T1) -> "
                      "held(T1) -> (29 more) -> held(T1) -> held(T1) -> held(T1) -> "
                      "held(T1) -> held(T1) -> held(T1)      asleep: nobody\n"),
            std::string::npos)
      << report(r, "holdfast");
}

TEST(Report, SaysWhyAResultIsNotAsExpected) {
  result r = named(fake_result(verdict::verified, 9, 0), "mutex/a", "m", false);
  EXPECT_EQ(report(r, "holdfast"),
            "  not as expected: expected <VERIFIED> & \"more\"\n"
            "  again:   holdfast check 'mutex/a[m]'\n");
}

TEST(Report, ShowsRefutedObligationsAndNotTheOthers) {
  result r = named(fake_result(verdict::violated, 0, 0), "mutex2/proof", "", false);
  r.engine = "proof";
  r.found = violation{};
  r.found->kind = violation_kind::obligation;
  r.found->object = "lock.L1";
  r.obligations = {{"fine", "unsat", {{"z3", "unsat", 0}}, "", ""},
                   {"lock.L1", "unsat", {{"z3", "sat", 0}, {"cvc5", "unknown", 0}}, "smt/l1", "w = 3"},
                   {"silent", "unsat", {}, "", ""}};
  EXPECT_EQ(report(r, "holdfast"),
            "VIOLATED mutex2/proof: refuted: lock.L1\n"
            "  lock.L1: expected unsat, z3 sat, cvc5 unknown\n"
            "    with w = 3\n"
            "    in smt/l1\n"
            "  silent: expected unsat, nobody answered\n"
            "  not as expected: expected <VERIFIED> & \"more\"\n"
            "  again:   holdfast prove mutex2/proof --artifacts smt\n");
}

TEST(Execution, ShowsEveryStep) {
  EXPECT_EQ(execution(fake_race()),
            "  step  thread  label  operation  object  order    value                       asleep  at\n"
            "     1  T1      L1     cas        mutex   acquire  free -> held                nobody  impl/mutex.h:40 in lock\n"
            ">    2  T1             wrote      count            10                          nobody  models/mutex_model.cc:41 in "
            "critical_section\n"
            "     3  T1      U1     exchange   mutex   relaxed  held -> free (from step 1)  T3, T2  impl/mutex.h:52 in unlock\n"
            "     4  T2      L1     cas        mutex   acquire  free -> held (from step 3)  nobody  impl/mutex.h:40 in lock\n"
            ">    5  T2             read       count            0                           nobody  models/mutex_model.cc:41 in "
            "critical_section\n");
}

TEST(Execution, HasNoBlanksAtTheEnd) {
  violation v = fake_race();
  v.steps[2].where = {};
  EXPECT_EQ(execution(v).find(" \n"), std::string::npos);
}

TEST(Summary, CountsAndSaysWhatTheVerdictsRestOn) {
  std::vector<result> results = {named(fake_result(verdict::verified, 1, 0), "a"), race()};
  EXPECT_EQ(summary(results, 0),
            "2 checks: 1 verified, 1 violated, 0 inconclusive; all as expected.\n"
            "VERIFIED by fake: exhaustive under the fake's model\n"
            "  assumed: C++20 atomics\n"
            "  assumed: futex wait/wake\n");
  results[1] = race(false);
  results[1].assumptions = {"futex wait/wake", "no time-outs"};
  EXPECT_EQ(summary(results, 3),
            "2 checks: 1 verified, 1 violated, 0 inconclusive; 1 not as expected; 3 not run.\n"
            "VERIFIED by fake: exhaustive under the fake's model\n"
            "  assumed: futex wait/wake\n"
            "  assumed in some checks: C++20 atomics\n"
            "  assumed in some checks: no time-outs\n");
}

TEST(Json, GoesThereAndBack) {
  const std::vector<result> results = {full(), named(fake_result(verdict::verified, 1, 0), "a")};
  const std::string text = to_json(results, 5);
  const json_document read = from_json(text);
  EXPECT_EQ(read.not_run, 5u);
  ASSERT_EQ(read.results.size(), 2u);
  EXPECT_EQ(to_json(read.results, 5), text);
  // What was written at all: each of these would also survive if nothing were written.
  const result& r = read.results[0];
  EXPECT_EQ(r.expected.object, "none");
  EXPECT_EQ(r.expected.kind, violation_kind::livelock);
  EXPECT_EQ(r.expected.executions, 7u);
  EXPECT_EQ(r.limits.executions, 100u);
  EXPECT_EQ(r.limits.seconds, 0.5);
  EXPECT_EQ(r.limits.context_switches, 0u);
  EXPECT_EQ(r.limits.stopped_by, "60 s limit");
  EXPECT_TRUE(r.limits.by_caller);
  EXPECT_EQ(r.situations.at(0).replay, "ab");
  EXPECT_EQ(r.situations.at(1).text, "none");
  EXPECT_EQ(r.obligations.at(0).answers.at(0).seconds, 0.25);
  EXPECT_EQ(r.obligations.at(0).counterexample, "word = 1");
  EXPECT_EQ(r.obligations.at(0).smt_file, "smt/a.smt2");
  EXPECT_EQ(r.assumptions.size(), 2u);
  EXPECT_EQ(r.unexpected_because, "expected <VERIFIED> & \"more\"");
  EXPECT_EQ(report(r, ""), report(full(), ""));
  EXPECT_EQ(execution(*r.found), execution(fake_race()));
  EXPECT_EQ(r.found->steps.at(2).reads_from, 0u);
}

TEST(Json, HasItsSchemaAndLeavesOutWhatIsEmpty) {
  result r;
  r.name = "mutex/a";
  r.outcome = verdict::verified;
  r.as_expected = true;
  r.threads = 2;
  r.executions = 50;
  EXPECT_EQ(to_json(std::vector{r}), R"({
  "schema": 1,
  "tool": "holdfast",
  "not_run": 0,
  "results": [
    {
      "name": "mutex/a",
      "outcome": "verified",
      "as_expected": true,
      "threads": 2,
      "executions": 50,
      "seconds": 0.0,
      "expected": {
        "outcome": "verified"
      }
    }
  ]
}
)");
}

TEST(Json, IsAlwaysUtf8) {
  result r = named(fake_result(verdict::verified, 1, 0), "mutex/a");
  r.model = "broken \xff byte";
  EXPECT_EQ(from_json(to_json(std::vector{r})).results[0].model, "broken \xef\xbf\xbd byte");
}

std::string refusal(std::string_view text) {
  try {
    from_json(text);
  } catch (const std::runtime_error& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Json, RefusesWhatItDoesNotUnderstand) {
  EXPECT_EQ(refusal(R"({"schema": 2, "not_run": 0, "results": []})"), "not a record of holdfast's: schema 2, not 1");
  EXPECT_EQ(refusal(R"({"schema": 1, "not_run": 0, "results": {}})"), "not a record of holdfast's: a list was expected");
  EXPECT_EQ(refusal(R"({"schema": 1, "not_run": 0, "results": [{"name": "a", "outcome": "maybe"}]})"),
            "not a record of holdfast's: unknown name `maybe`");
  EXPECT_EQ(refusal("").substr(0, 28), "not a record of holdfast's: ");
  EXPECT_EQ(refusal(R"({"schema": 1, "not_run": 0, "results": [], "later": 1})"), "accepted");
}

// Every tag is closed in order, and no text holds what must be escaped. Enough of XML for what to_junit writes.
std::string unclosed_tags(const std::string& xml) {
  std::vector<std::string> open;
  for (std::size_t at = 0; (at = xml.find('<', at)) != xml.npos;) {
    const std::size_t end = xml.find('>', at);
    if (end == xml.npos || xml.find('<', at + 1) < end) return "a tag has no end";
    const std::string tag = xml.substr(at + 1, end - at - 1);
    at = end;
    if (tag[0] == '?' || tag.back() == '/') continue;
    if (tag[0] != '/') {
      open.push_back(tag.substr(0, tag.find(' ')));
    } else if (open.empty() || open.back() != tag.substr(1)) {
      return tag;
    } else {
      open.pop_back();
    }
  }
  return open.empty() ? "" : open.back();
}

TEST(Junit, IsWellFormedAndEscaped) {
  const std::vector<result> results = {race(), full()};
  const std::string xml = to_junit(results, 2, "holdfast");
  EXPECT_EQ(unclosed_tags(xml), "") << xml;
  EXPECT_NE(xml.find("<failure message=\"expected &lt;VERIFIED&gt; &amp; &quot;more&quot;\">"), std::string::npos) << xml;
  EXPECT_EQ(xml.find("& "), std::string::npos);
}

TEST(Junit, HasOneTestCasePerCheck) {
  const result r = named(fake_result(verdict::verified, 1204, 0.1), "mutex/a", "m");
  EXPECT_EQ(to_junit(std::vector{r}, 2, "holdfast"),
            R"(<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="holdfast" tests="2" failures="0" errors="0" skipped="1" time="0.100">
  <testsuite name="holdfast" tests="2" failures="0" errors="0" skipped="1" time="0.100">
    <testcase classname="mutex" name="a[m]" time="0.100">
      <properties>
        <property name="verdict" value="VERIFIED"/>
        <property name="executions" value="1204"/>
      </properties>
    </testcase>
    <testcase classname="holdfast" name="not_run">
      <skipped message="2 not run: interrupted"/>
    </testcase>
  </testsuite>
</testsuites>
)");
}

}  // namespace
}  // namespace holdfast::checker
