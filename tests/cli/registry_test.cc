// The registry: what it takes in, in which order it gives it out, and how a result is held to what is expected.
#include <gtest/gtest.h>

#include <atomic>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "checker/check.h"

namespace holdfast::checker {
namespace {

check a_check(std::string name, std::string mutant = "") {
  check c;
  c.name = std::move(name);
  c.mutant = std::move(mutant);
  c.run = [](const run_options&) { return result{}; };
  return c;
}

result a_result(verdict outcome, std::uint64_t executions = 10) {
  result r;
  r.outcome = outcome;
  r.executions = executions;
  return r;
}

result a_violation(violation_kind kind, std::string object, std::uint64_t executions = 10) {
  result r = a_result(verdict::violated, executions);
  r.found = violation{};
  r.found->kind = kind;
  r.found->object = std::move(object);
  return r;
}

// Why `given` is not what is expected; empty if it is.
std::string judged(expectation expected, const result& given, const run_options& options = {}) {
  check c = a_check("mutex/judged");
  c.expected = std::move(expected);
  c.run = [&](const run_options&) { return given; };
  const result r = run_check(c, options);
  EXPECT_EQ(r.as_expected, r.unexpected_because.empty());
  return r.unexpected_because;
}

const expectation verified_in_ten{verdict::verified, violation_kind::none, "", 10};
const expectation race_on_count{verdict::violated, violation_kind::data_race, "count", 10};
const expectation bounded{verdict::inconclusive, violation_kind::none, "", {}};

TEST(Registry, SortsByNameUnmutatedFirstThenAsRegistered) {
  register_check(a_check("mutex/b", "z"));
  register_check(a_check("mutex/b", "y"));
  register_check(a_check("mutex/b"));
  register_check(a_check("mutex/a", "x"));
  std::vector<std::string> ids;
  for (const check* c : all_checks()) ids.push_back(c->id());
  EXPECT_EQ(ids, (std::vector<std::string>{"mutex/a[x]", "mutex/b", "mutex/b[z]", "mutex/b[y]"}));
}

TEST(Registry, RefusesTheSameIdTwice) {
  EXPECT_EXIT((register_check(a_check("twice/a", "m")), register_check(a_check("twice/a", "m"))), testing::ExitedWithCode(2),
              "^holdfast: two checks are called `twice/a\\[m\\]`: rename one of them\n$");
}

TEST(Registry, RefusesANameThatCannotBeTyped) {
  for (const char* name : {"", "a b", "a*", "a:b", "a[b]"}) {
    EXPECT_EXIT(register_check(a_check(name)), testing::ExitedWithCode(2),
                "^holdfast: a check cannot be called `.*`: no brackets, colons, globs or blanks\n$");
  }
}

TEST(Registry, RefusesACheckThatRunsNothing) {
  check c = a_check("idle/a");
  c.run = nullptr;
  EXPECT_EXIT(register_check(c), testing::ExitedWithCode(2), "^holdfast: the check `idle/a` was registered with nothing to run\n$");
}

TEST(RunCheck, AcceptsWhatIsExpected) {
  EXPECT_EQ(judged(verified_in_ten, a_result(verdict::verified)), "");
  EXPECT_EQ(judged(race_on_count, a_violation(violation_kind::data_race, "count")), "");
  EXPECT_EQ(judged(bounded, a_result(verdict::inconclusive)), "");
}

TEST(RunCheck, ComparesTheVerdict) {
  EXPECT_EQ(judged(verified_in_ten, a_violation(violation_kind::livelock, "mutex")),
            "expected VERIFIED; got VIOLATED, livelock on `mutex`");
  EXPECT_EQ(judged(race_on_count, a_result(verdict::verified)), "expected VIOLATED, data race on `count`; got VERIFIED");
  EXPECT_EQ(judged(bounded, a_result(verdict::verified)), "expected INCONCLUSIVE; got VERIFIED");
  result cut = a_result(verdict::inconclusive);
  cut.limits.stopped_by = "60 s limit";
  EXPECT_EQ(judged(verified_in_ten, cut), "expected VERIFIED; got INCONCLUSIVE, stopped: 60 s limit");
}

TEST(RunCheck, ComparesTheKind) {
  EXPECT_EQ(judged(race_on_count, a_violation(violation_kind::lost_wake_up, "count")),
            "expected VIOLATED, data race on `count`; got VIOLATED, lost wake-up on `count`");
}

TEST(RunCheck, ComparesTheObjectWhereOneIsExpected) {
  expectation e = race_on_count;
  EXPECT_EQ(judged(e, a_violation(violation_kind::data_race, "other")),
            "expected VIOLATED, data race on `count`; got VIOLATED, data race on `other`");
  e.object.clear();
  EXPECT_EQ(judged(e, a_violation(violation_kind::data_race, "other")), "");
}

TEST(RunCheck, ANameStandsForAnyOfTheObjectsThatHaveIt) {
  EXPECT_EQ(judged(race_on_count, a_violation(violation_kind::data_race, "count #2")), "");
  EXPECT_NE(judged(race_on_count, a_violation(violation_kind::data_race, "counter")), "");
  expectation second = race_on_count;
  second.object = "count #2";
  EXPECT_NE(judged(second, a_violation(violation_kind::data_race, "count #1")), "");
}

TEST(RunCheck, ComparesTheCountWhereOneIsExpected) {
  expectation e = verified_in_ten;
  EXPECT_EQ(judged(e, a_result(verdict::verified, 11)), "expected 10 executions; got 11");
  e.executions.reset();
  EXPECT_EQ(judged(e, a_result(verdict::verified, 11)), "");
}

TEST(RunCheck, UnderAnotherKernelAnExpectedPassHasToBeOneAndAnExpectedViolationNeedNot) {
  run_options other;
  other.on = kernel::toggle::last_come;
  EXPECT_EQ(judged(verified_in_ten, a_result(verdict::verified, 11), other), "");
  EXPECT_NE(judged(verified_in_ten, a_violation(violation_kind::lost_wake_up, "mutex"), other), "");
  EXPECT_EQ(judged(race_on_count, a_violation(violation_kind::lost_wake_up, "mutex"), other), "");
  EXPECT_EQ(judged(race_on_count, a_result(verdict::verified), other), "");
  EXPECT_NE(judged(race_on_count, a_result(verdict::inconclusive), other), "");
}

TEST(RunCheck, NamesWhatTheKernelDoesOtherwise) {
  run_options other;
  other.under_sc = true;
  other.on = kernel::toggles(kernel::toggle::last_come) | kernel::toggle::bitset_ignored;
  EXPECT_EQ(options_text(other), " --model sc --kernel last_come,bitset_ignored");
  EXPECT_EQ(texts_of(other.on).at(0), "another kernel, last_come: the last come is woken first");
}

TEST(RunCheck, APassThatMissesItsSituationIsViolated) {
  check c = a_check("mutex/never_sleeps");
  c.expected = {verdict::violated, violation_kind::unreached, "two threads sleep", {}};
  c.run = [](const run_options&) {
    result r = a_result(verdict::verified);
    r.situations = {{"somebody runs", true, ""}, {"two threads sleep", false, ""}};
    return r;
  };
  const result r = run_check(c, {});
  EXPECT_EQ(r.outcome, verdict::violated);
  EXPECT_EQ(r.found->kind, violation_kind::unreached);
  EXPECT_TRUE(r.as_expected) << r.unexpected_because;
}

TEST(RunCheck, AViolationOrALimitMayLeaveASituationUnreached) {
  result r = a_violation(violation_kind::data_race, "count");
  r.situations = {{"two threads sleep", false, ""}};
  EXPECT_EQ(judged(race_on_count, r), "");
  r = a_result(verdict::inconclusive);
  r.situations = {{"two threads sleep", false, ""}};
  EXPECT_EQ(judged(bounded, r), "");
}

TEST(RunCheck, TellsTheCallersLimitFromTheChecksOwnBound) {
  const std::atomic<bool> stop{true};
  result r = a_result(verdict::inconclusive);
  r.seconds = 2;
  r.limits.stopped_by = "Ctrl-C";
  const std::string why = "expected to end at its own bound; got INCONCLUSIVE, stopped: Ctrl-C";
  run_options options;
  options.stop = &stop;
  EXPECT_EQ(judged(bounded, r, options), why);
  options = {};
  options.seconds = 2;
  EXPECT_EQ(judged(bounded, r, options), why);
  options = {};
  options.executions = 10;
  EXPECT_EQ(judged(bounded, r, options), why);
  options.executions = 11;
  EXPECT_EQ(judged(bounded, r, options), "");
}

TEST(RunCheck, ACheckThatThrowsHasNoVerdict) {
  check c = a_check("mutex/throws");
  c.run = [](const run_options&) -> result { throw std::runtime_error("out of dice"); };
  const result r = run_check(c, {});
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  EXPECT_EQ(r.unexpected_because, "it could not run: out of dice");
}

TEST(RunCheck, AReplayIsHeldToTheFindingAndNotToTheCount) {
  run_options options;
  options.replay = "abc";
  EXPECT_EQ(judged(race_on_count, a_violation(violation_kind::data_race, "count", 1), options), "");
  EXPECT_EQ(judged(verified_in_ten, a_result(verdict::inconclusive, 1), options), "");
  EXPECT_EQ(judged(race_on_count, a_result(verdict::inconclusive, 1), options),
            "expected VIOLATED, data race on `count`; this schedule violates nothing");
}

TEST(RunCheck, PassesOnThatAScheduleIsNone) {
  check c = a_check("mutex/replayed");
  c.run = [](const run_options&) -> result { throw std::invalid_argument("no schedule"); };
  run_options options;
  options.replay = "zz";
  EXPECT_THROW(run_check(c, options), std::invalid_argument);
  EXPECT_NO_THROW(run_check(c, {}));
}

TEST(RunCheck, NamesFilesFromTheRootOfTheTree) {
  check c = a_check("mutex/a");
  c.run = [](const run_options&) {
    result r = a_violation(violation_kind::data_race, "count");
    r.found->steps.resize(2);
    r.found->steps[0].where.file = "./impl/mutex.h";
    r.found->steps[1].where.file = "models/mutex_model.cc";
    return r;
  };
  const result r = run_check(c, {});
  EXPECT_EQ(r.found->steps[0].where.file, "impl/mutex.h");
  EXPECT_EQ(r.found->steps[1].where.file, "models/mutex_model.cc");
}

TEST(RunCheck, CompletesReplayIds) {
  check c = a_check("mutex/a", "m");
  c.run = [](const run_options&) {
    result r = a_violation(violation_kind::data_race, "count");
    r.found->replay = "mutex/a:abc";
    r.situations = {{"two threads sleep", true, "def"}};
    return r;
  };
  const result r = run_check(c, {});
  EXPECT_EQ(r.found->replay, "mutex/a[m]:abc");
  EXPECT_EQ(r.situations[0].replay, "mutex/a[m]:def");
}

}  // namespace
}  // namespace holdfast::checker
