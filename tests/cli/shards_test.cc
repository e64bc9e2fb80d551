// main() of model_test and proof_test under what Bazel sets.
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include "checker/report/json.h"
#include "tests/cli/child.h"

namespace holdfast::checker {
namespace {

using words = std::vector<std::string>;

const std::string all_well = "TESTBRIDGE_TEST_ONLY=mutex:mutex2";

// The ids that one run wrote into its record.
words ids_in(const std::string& file) {
  words ids;
  for (const result& r : from_json(contents(file)).results) {
    ids.push_back(r.mutant.empty() ? r.name : r.name + "[" + r.mutant + "]");
  }
  return ids;
}

TEST(TestMain, PassesIfAllIsAsExpected) {
  child c("fake_test", {}, {{all_well}});
  EXPECT_EQ(c.status(), 0) << c.err();
  EXPECT_NE(c.out().find("\n6 checks: 3 verified, 2 violated, 1 inconclusive; all as expected.\n"), std::string::npos) << c.out();
}

TEST(TestMain, FailsIfOneIsNot) {
  for (const char* odd : {"odd/races", "odd/passes", "odd/throws", "odd/wakes_nobody"}) {
    child c("fake_test", {}, {{std::string("TESTBRIDGE_TEST_ONLY=mutex:") + odd}});
    EXPECT_NE(c.status(), 0) << odd;
  }
}

TEST(TestMain, FailsIfItHoldsNothing) {
  child nothing("fake_test", {}, {{"FAKE_EMPTY=1"}});
  EXPECT_EQ(nothing.status(), 2);
  EXPECT_EQ(nothing.err(), "tests/cli/fake_test: this test holds no check: register one, or remove the test\n");
  child no_long("fake_test", {"--long-only", "--proofs"}, {});
  EXPECT_EQ(no_long.status(), 2);
  EXPECT_EQ(no_long.err(), "tests/cli/fake_test: this test holds no long proof: register one, or remove the test\n");
}

TEST(TestMain, RefusesFlagsThatItDoesNotKnow) {
  child c("fake_test", {"--shard"}, {});
  EXPECT_EQ(c.status(), 2);
  EXPECT_EQ(c.err(), "tests/cli/fake_test: The following argument was not expected: --shard\n");
}

TEST(TestMain, AFilterForAnotherTestPasses) {
  child c("fake_test", {}, {{"TESTBRIDGE_TEST_ONLY=rwlock"}});
  EXPECT_EQ(c.status(), 0);
  EXPECT_EQ(c.out().substr(0, 42), "no check here matches the filter `rwlock`\n");
}

TEST(TestMain, RunsLongOnesAndProofsOnRequest) {
  const std::string folder = fresh_folder();
  const setting s{{"TESTBRIDGE_TEST_ONLY=mutex:mutex2", "TEST_UNDECLARED_OUTPUTS_DIR=" + folder}};
  EXPECT_EQ(child("fake_test", {"--long-only"}, s).status(), 0);
  EXPECT_EQ(ids_in(folder + "results.json"), words{"mutex/three_way"});
  EXPECT_EQ(child("fake_test", {"--proofs"}, s).status(), 0);
  EXPECT_EQ(ids_in(folder + "results.json"), words{"mutex2/proof"});
  EXPECT_TRUE(std::filesystem::is_directory(folder + "smt"));
}

TEST(Shards, DealOutEachCheckExactlyOnce) {
  for (const int total : {1, 2, 4, 9}) {
    words ids;
    for (int i = 0; i < total; ++i) {
      const std::string folder = fresh_folder();
      child c("fake_test", {},
              {{all_well, "TEST_TOTAL_SHARDS=" + std::to_string(total), "TEST_SHARD_INDEX=" + std::to_string(i),
                "TEST_SHARD_STATUS_FILE=" + folder + "status", "TEST_UNDECLARED_OUTPUTS_DIR=" + folder}});
      EXPECT_EQ(c.status(), 0) << c.err();
      EXPECT_TRUE(exists(folder + "status"));
      for (const std::string& id : ids_in(folder + "results.json")) ids.push_back(id);
    }
    std::sort(ids.begin(), ids.end());
    EXPECT_EQ(ids, (words{"mutex/count_to_two", "mutex/count_to_two[u1_relaxed]", "mutex/four_way", "mutex/handoff",
                          "mutex/handoff[u2_dropped]", "mutex2/proof"}));
  }
}

TEST(Shards, DivideWhatIsLargeAndIsToBeVerified) {
  std::uint64_t sum = 0;
  int violated = 0;
  for (int i = 0; i < 4; ++i) {
    const std::string folder = fresh_folder();
    child c("fake_test", {},
            {{"TESTBRIDGE_TEST_ONLY=large/ver*:large/vio*", "TEST_TOTAL_SHARDS=4", "TEST_SHARD_INDEX=" + std::to_string(i),
              "TEST_UNDECLARED_OUTPUTS_DIR=" + folder}});
    EXPECT_EQ(c.status(), 0) << c.out();
    EXPECT_EQ(c.out().find("VERIFIED "), std::string::npos) << c.out();
    for (const result& r : from_json(contents(folder + "results.json")).results) {
      violated += r.name == "large/violated" && r.outcome == verdict::violated;
      if (r.name != "large/verified") continue;
      EXPECT_EQ(r.outcome, verdict::inconclusive);
      EXPECT_EQ(r.limits.stopped_by, "end of shard " + std::to_string(i + 1) + "/4: none of its executions violates");
      sum += r.executions;
    }
  }
  EXPECT_EQ(sum, 2'000'000u);
  EXPECT_EQ(violated, 1);
}

TEST(Shards, HaveNoMoreThanTheWhole) {
  child c("fake_test", {}, {{"TESTBRIDGE_TEST_ONLY=large/grown", "TEST_TOTAL_SHARDS=4", "TEST_SHARD_INDEX=2"}});
  EXPECT_EQ(c.status(), 1);
  EXPECT_NE(c.out().find("expected 2000000 executions in all shards together; got 2500000 in this one"), std::string::npos) << c.out();
}

TEST(Shards, MustBeNumbersInRange) {
  child range("fake_test", {}, {{all_well, "TEST_TOTAL_SHARDS=2", "TEST_SHARD_INDEX=2"}});
  EXPECT_EQ(range.status(), 2);
  EXPECT_EQ(range.err(), "tests/cli/fake_test: TEST_SHARD_INDEX is 2: it must be below TEST_TOTAL_SHARDS, 2\n");
  child number("fake_test", {}, {{all_well, "TEST_TOTAL_SHARDS=2x"}});
  EXPECT_EQ(number.status(), 2);
  EXPECT_EQ(number.err(), "tests/cli/fake_test: TEST_TOTAL_SHARDS is `2x`: it must be a number\n");
}

TEST(TestMain, WritesJunitForBazel) {
  const std::string folder = fresh_folder();
  child c("fake_test", {}, {{"TESTBRIDGE_TEST_ONLY=odd/races", "XML_OUTPUT_FILE=" + folder + "test.xml"}});
  EXPECT_EQ(c.status(), 1);
  const std::string xml = contents(folder + "test.xml");
  EXPECT_NE(xml.find("<testcase classname=\"odd\" name=\"races\""), std::string::npos) << xml;
  EXPECT_NE(xml.find("data race on `count`\n  T2 read  0"), std::string::npos) << xml;
}

TEST(TestMain, WritesItsReportsWhenTimeIsUp) {
  const std::string folder = fresh_folder();
  child c("fake_test", {},
          {{"TESTBRIDGE_TEST_ONLY=stuck", "FAKE_FOLDER=" + folder, "XML_OUTPUT_FILE=" + folder + "test.xml",
            "TEST_UNDECLARED_OUTPUTS_DIR=" + folder}});
  c.wait_for_file(folder + "running");
  c.send(SIGTERM);
  EXPECT_EQ(c.status(), 3);
  EXPECT_EQ(from_json(contents(folder + "results.json")).not_run, 2u);
  EXPECT_NE(contents(folder + "test.xml").find("<skipped message=\"2 not run"), std::string::npos);
}

}  // namespace
}  // namespace holdfast::checker
