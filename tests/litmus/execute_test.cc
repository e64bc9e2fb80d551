// Tests that are run: what is counted, which states there are, and what is found wrong.
#include "checker/litmus/execute.h"

#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <vector>

#include "checker/litmus/judgement.h"
#include "checker/litmus/outcome.h"
#include "checker/litmus/parse.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {
namespace {

using lines = std::vector<std::string>;
using enum judgement;

constexpr graph::memory_model rc11 = graph::memory_model::rc11;
constexpr graph::memory_model sc = graph::memory_model::sc;

// The threads stand on one line each, the first on line 2.
program with(const std::string& declarations, const lines& threads, const std::string& condition = "") {
  std::string text = "int main() { " + declarations + " {{{";
  for (const std::string& t : threads) text += (&t == threads.data() ? "\n{ " : " }\n||| { ") + t;
  return parse(text + " } }}} }\n" + condition, "t.c");
}

struct ran {
  program test;
  findings found;
  judgement judged;
};

ran run(const program& p, graph::memory_model m = rc11) {
  execute_options options;
  options.model = m;
  ran r{p, execute(p, options), explored};
  r.judged = judgement_of(r.test, r.found);
  return r;
}

lines states(const ran& r) {
  lines all;
  for (const auto& [state, executions] : r.found.states) all.push_back(std::to_string(executions) + "  " + text_of(r.test, state));
  return all;
}

// "race x 1/2: 0 writes 2:3, 1 reads 3:4"
lines defects(const ran& r) {
  const auto access_text = [](const access& a) {
    return std::to_string(a.thread) + " " + std::string(name_of(a.what)) + " " + std::to_string(a.at.line) + ":" +
           std::to_string(a.at.column);
  };
  lines all;
  for (const defect& d : r.found.defects) {
    const std::string name = d.what == defect_kind::race ? "race " : d.what == defect_kind::uninitialised ? "uninitialised " : "assertion ";
    std::string text = name + (d.location == none ? d.text : r.test.locations[d.location].name);
    text += " " + std::to_string(d.executions) + "/" + std::to_string(r.found.executions) + ": " + access_text(d.first);
    if (d.other) text += ", " + access_text(*d.other);
    all.push_back(text);
  }
  return all;
}

const std::string flag = "atomic_int x = 0;";
const std::string set_flag = "x.store(1, memory_order_release);";

TEST(Execute, CountsExecutionsByFinalState) {
  const lines three_writes = {"x.store(1);", "x.store(2);", "x.store(1);"};
  EXPECT_EQ(states(run(with(flag, three_writes))), (lines{"4  x=1", "2  x=2"}));
}

TEST(Execute, TellsApartOnlyWhatIsObserved) {
  const ran r = run(with(flag, {set_flag, "int a = x.load(); int b = x.load();"}, "exists (1:b=1)"));
  EXPECT_EQ(states(r), (lines{"1  1:b=0", "2  1:b=1"}));
}

TEST(Execute, ValuesHaveTheTypeOfTheirLocation) {
  const ran r = run(with("atomic<uint8_t> c = 255; atomic<int16_t> s = -1;", {"c.fetch_add(1); s.fetch_sub(1); int a = s.load();"}));
  EXPECT_EQ(states(r), (lines{"1  0:a=-2 c=0 s=-2"}));
}

TEST(Execute, ModelsDiffer) {
  const program store_buffering = with("atomic_int x = 0; atomic_int y = 0;",
                                       {"x.store(1, memory_order_release); int r = y.load(memory_order_acquire);",
                                        "y.store(1, memory_order_release); int r = x.load(memory_order_acquire);"},
                                       "exists (0:r=0 /\\ 1:r=0)");
  EXPECT_EQ(run(store_buffering, rc11).judged, holds);
  EXPECT_EQ(run(store_buffering, rc11).found.executions, 4u);
  EXPECT_EQ(run(store_buffering, sc).judged, fails);
  EXPECT_EQ(run(store_buffering, sc).found.executions, 3u);
}

TEST(Execute, TakesFifteenThreads) {
  const ran r = run(with(flag, lines(15, "int r = x.load();")));
  EXPECT_EQ(r.found.executions, 1u);
  EXPECT_EQ(r.judged, explored);
}

TEST(Execute, LoopsThatWaitLeaveNoExecutionsBehind) {
  for (const auto model : {rc11, sc}) {
    const std::string lock = "while (x.exchange(1, memory_order_acquire) == 1) {} c = c + 1; x.store(0, memory_order_release);";
    const ran r = run(with(flag + " int c = 0;", {lock, lock, lock}, "forall (c=3)"), model);
    EXPECT_EQ(r.judged, holds);
    EXPECT_EQ(states(r), lines{"6  c=3"});
  }
}

TEST(Execute, ALoopThatChangesOnlyRegistersIsFollowedThroughAllOfTheirValues) {
  for (const auto model : {rc11, sc}) {
    const ran two = run(with(flag, {"int t = 0; while (x.load(memory_order_relaxed) == 0) t = 1 - t;", set_flag}, "exists (0:t=1)"), model);
    EXPECT_EQ(states(two), (lines{"1  0:t=0", "1  0:t=1"}));
    const ran three =
        run(with(flag, {set_flag, "int t = 0; while (x.load(memory_order_relaxed) == 0) t = (t + 1) % 3;"}, "exists (1:t=1)"), model);
    EXPECT_EQ(states(three), (lines{"1  1:t=0", "1  1:t=1", "1  1:t=2"}));
  }
}

TEST(Execute, AnExecutionOfNoInterestIsNotCounted) {
  for (const auto model : {rc11, sc}) {
    const ran assumed = run(with(flag, {"int r = x.load(); assume(r == 1);", set_flag}, "forall (0:r=1)"), model);
    EXPECT_EQ(assumed.judged, holds);
    EXPECT_EQ(assumed.found.executions, 1u);
    EXPECT_EQ(assumed.found.abandoned, 1u);
    const ran read = run(with(flag, {"int r = x.load().readsvalue(2);", set_flag}), model);
    EXPECT_EQ(read.judged, explored);
    EXPECT_EQ(read.found.executions, 0u);
    EXPECT_EQ(read.found.abandoned, 2u);
  }
}

TEST(Execute, WhoWaitsForEverIsNotCounted) {
  for (const auto model : {rc11, sc}) {
    const ran r = run(
        with("atomic_int x = 0; atomic_int y = 0;", {"while (x.load() == 0) {}", "if (y.load() == 0) x.store(1);", "y.store(1);"}), model);
    EXPECT_EQ(r.found.executions, 1u);
    EXPECT_EQ(r.found.blocked, 1u);
    EXPECT_EQ(r.found.abandoned, 0u);
  }
}

TEST(Execute, WhoMissedWhatItWaitsForWaitsForEver) {
  for (const auto model : {rc11, sc}) {
    const ran r = run(with(flag, {"while (x.load() == 1) {}", set_flag}), model);
    EXPECT_EQ(r.found.executions, 1u);
    EXPECT_EQ(r.found.blocked, 1u);
  }
}

TEST(Execute, RacesAreUndefined) {
  const lines threads = {"p = 1; x.store(1, memory_order_relaxed);", "int r = -1; if (x.load(memory_order_acquire)) r = p;"};
  const ran r = run(with("atomic_int x = 0; int p = 0;", threads, "exists (1:r=1)"));
  EXPECT_EQ(r.judged, undefined);
  EXPECT_EQ(r.found.executions, 3u);
  EXPECT_EQ(defects(r), lines{"race p 2/3: 0 writes 2:3, 1 reads 3:57"});
}

TEST(Execute, TwoReadsAreNoRaceAndTwoWritesAre) {
  EXPECT_EQ(run(with("int p = 0;", {"int r = p;", "int r = p;"})).judged, explored);
  EXPECT_EQ(defects(run(with("int p = 0;", {"p = 1;", "p = 2;"}))), lines{"race p 2/2: 0 writes 2:3, 1 writes 3:7"});
}

TEST(Execute, ARaceIsFoundInALoopThatNeverEnds) {
  const ran r = run(with("int p = 0;", {"while (p == 0) {}", "p = 1;"}));
  EXPECT_EQ(r.judged, undefined);
  EXPECT_NE(r.found.stopped_by, "");
  EXPECT_EQ(defects(r), lines{"race p 0/0: 0 reads 2:10, 1 writes 3:7"});
}

TEST(Execute, ValuesThatWereNeverWrittenAreUndefined) {
  const ran plain =
      run(with("atomic_int x = 0; int p;", {"p = 1; x.store(1, memory_order_release);", "x.load(memory_order_acquire); int r = p;"}));
  EXPECT_EQ(plain.judged, undefined);
  EXPECT_EQ(defects(plain), (lines{"race p 2/3: 0 writes 2:3, 1 reads 3:45", "uninitialised p 1/3: 1 reads 3:45"}));
  const ran atomic = run(with("atomic_int u;", {"u.fetch_add(1);"}));
  EXPECT_EQ(defects(atomic), lines{"uninitialised u 1/1: 0 updates 2:3"});
}

TEST(Execute, ValuesThatWereNeverWrittenAreFoundInALoopThatWaits) {
  const std::string wait = "while (u.load(memory_order_relaxed) == 0) {}";
  EXPECT_EQ(run(with("atomic_int u;", {wait, "u.store(1);"})).judged, undefined);
  EXPECT_EQ(run(with("atomic_int u;", {"u.store(1);", wait})).judged, undefined);
}

TEST(Execute, AssertionsFailAndTheExecutionGoesOn) {
  for (const auto model : {rc11, sc}) {
    const ran r = run(with(flag, {"x.store(1);", "int r = x.load(); assert(r == 0); int q = 4 / (1 - r);"}, "exists (1:r=1)"), model);
    EXPECT_EQ(r.judged, fails);
    EXPECT_EQ(defects(r), (lines{"assertion r == 0 1/2: 1 reads 3:25", "assertion division by zero 1/2: 1 reads 3:51"}));
    EXPECT_EQ(states(r), (lines{"1  1:r=0", "1  1:r=1"}));
  }
}

TEST(Execute, AssertionsFailInALoopThatWaits) {
  const std::string wait = "while (x.load(memory_order_relaxed) == 0) assert(0);";
  for (const auto model : {rc11, sc}) {
    EXPECT_EQ(run(with(flag, {wait}), model).judged, fails);
    EXPECT_EQ(run(with(flag, {wait, set_flag}), model).judged, fails);
    EXPECT_EQ(run(with(flag, {set_flag, wait}), model).judged, fails);
  }
}

TEST(Execute, AnAssertionMayFailWhereTheExecutionIsOfNoInterest) {
  EXPECT_EQ(run(with(flag, {"int r = x.load(); assert(r == 0); assume(r == 0);", set_flag})).judged, explored);
}

TEST(Execute, ABoundIsNoVerdict) {
  const ran counts = run(with(flag, {"int n = 0; while (x.load(memory_order_relaxed) == 0) n++;", set_flag}, "forall (x=1)"));
  EXPECT_EQ(counts.judged, inconclusive);
  EXPECT_EQ(counts.found.stopped_by, "a thread of more than 254 events");
  EXPECT_EQ(run(with("atomic_int x = 0;", {"for (int i = 0; i < 200; i++) x.store(i, memory_order_relaxed);"})).judged, explored);
  EXPECT_EQ(run(with("atomic_int x = 0;", {"for (int i = 0; i < 300; i++) x.store(i, memory_order_relaxed);"})).judged, inconclusive);
}

TEST(Execute, ALoopWithoutAccessesIsNotFollowedForEver) {
  const ran r = run(with(flag, {"x.store(1); while (1) {}", "int r = x.load();"}));
  EXPECT_EQ(r.judged, inconclusive);
  EXPECT_EQ(r.found.stopped_by, "the loop at t.c:2:15 went round 1,000,000 times without an access: it may never end");
  EXPECT_EQ(run(with(flag, {"int i = 0; while (i < 1000) i++; x.store(i);"})).judged, explored);
}

TEST(Execute, WhatWasFoundBeforeTheSearchWasCutDecides) {
  const std::string spin = "while (x.load(memory_order_relaxed) == 1) n++;";
  const ran cut = run(with(flag, {"int n = 0; " + set_flag + spin}, "exists (x=1)"));
  EXPECT_EQ(cut.judged, inconclusive);
  EXPECT_EQ(truth_of_condition(cut.test, cut.found), truth::unknown);
  const lines threads = {"int r = x.load(memory_order_relaxed); int n = 0; if (r == 1) " + spin, set_flag};
  const ran refuted = run(with(flag, threads, "~exists (0:r=0)"));
  EXPECT_EQ(refuted.judged, fails);
  EXPECT_EQ(truth_of_condition(refuted.test, refuted.found), truth::not_met);
  const ran shown = run(with(flag, threads, "exists (0:r=0)"));
  EXPECT_EQ(shown.judged, inconclusive);
  EXPECT_EQ(truth_of_condition(shown.test, shown.found), truth::met);
}

TEST(Execute, StopsWhenAsked) {
  const program p = with(flag, {"x.store(1);", "x.store(2);"}, "exists (x=1)");
  const std::atomic<bool> asked = true;
  execute_options options;
  options.stop = &asked;
  const findings f = execute(p, options);
  EXPECT_EQ(f.stopped_by, "Ctrl-C");
  EXPECT_EQ(judgement_of(p, f), inconclusive);
}

}  // namespace
}  // namespace holdfast::checker::litmus
