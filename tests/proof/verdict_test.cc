// Verdicts: what the proofs decide, and that nothing undecided ever passes.
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>

#include "proofs/mutex_subjects.h"
#include "proofs/symbolic/solvers.h"
#include "tests/proof/temporary_path.h"

namespace holdfast::proofs {
namespace {

using checker::verdict;
using checker::violation_kind;

std::string answers(const checker::obligation_result& o) {
  std::string text;
  for (const auto& a : o.answers) text += a.solver + ":" + a.answer + " ";
  return text;
}

// First: what both solvers once agreed on in a process is not asked again.
TEST(Verdict, IsInconclusiveWithoutTheSecondSolver) {
  const tests::temporary_path nowhere("/nonexistent");
  const auto r = prove(mutex2_subject(), {});
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  ASSERT_TRUE(r.found);
  EXPECT_EQ(r.found->kind, violation_kind::undecided);
  for (const auto& o : r.obligations) EXPECT_EQ(answers(o), "z3:" + o.expected + " cvc5:missing ") << o.name;
}

TEST(Verdict, IsInconclusiveIfTheSecondSolverDoesNotSay) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "holdfast_mute_solver";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "cvc5") << "#!/bin/sh\nwhile read -r line; do echo unknown; done < \"$3\"\n";
  std::filesystem::permissions(folder / "cvc5", std::filesystem::perms::owner_all);
  const tests::temporary_path mute(folder.string() + ":/bin:/usr/bin");
  const auto r = prove(mutex2_subject(), {});
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  for (const auto& o : r.obligations) EXPECT_EQ(answers(o), "z3:" + o.expected + " cvc5:unknown ") << o.name;
}

TEST(Verdict, IsInconclusiveIfTheSolversDisagree) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "holdfast_yes_solver";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "cvc5") << "#!/bin/sh\nwhile read -r line; do echo sat; done < \"$3\"\n";
  std::filesystem::permissions(folder / "cvc5", std::filesystem::perms::owner_all);
  const tests::temporary_path yes(folder.string() + ":/bin:/usr/bin");
  const auto r = prove(mutex3_subject(), {});
  EXPECT_EQ(r.outcome, verdict::inconclusive);
}

TEST(Verdict, IsInconclusiveWhenStopped) {
  const std::atomic<bool> stop = true;
  checker::run_options options;
  options.stop = &stop;
  const auto r = prove(musl_file_lock_subject(), options);
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  EXPECT_EQ(r.limits.stopped_by, "Ctrl-C");
}

TEST(Verdict, IsInconclusiveIfALabelIsMisspelt) {
  auto s = mutex_subject();
  s.owing.push_back("L55");
  const auto r = prove(s, {});
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  EXPECT_NE(r.found->explanation.find("L55"), std::string::npos);
}

TEST(Verdict, VerifiesTheThreeStateMutexes) {
  for (const auto& s : {mutex_subject(), mutex2_subject(), mutex3_subject(), musl_file_lock_subject()}) {
    const auto r = prove(s, {});
    EXPECT_EQ(r.outcome, verdict::verified) << s.lock << (r.found ? ": " + r.found->object + ": " + r.found->explanation : "");
  }
}

TEST(Verdict, HoldsForBitVectorCountersToo) { EXPECT_EQ(prove(mutex3_subject(), {}, counting::bits_40).outcome, verdict::verified); }

TEST(Verdict, RefutesMutex1WithARunToTwoOwners) {
  const auto r = refute_mutex1({});
  EXPECT_EQ(r.outcome, verdict::violated) << (r.found ? r.found->object + ": " + r.found->explanation : "");
  ASSERT_TRUE(r.found);
  const auto& v = *r.found;
  ASSERT_EQ(v.parties.size(), 2u);
  EXPECT_EQ(v.steps[v.parties[0]].read->value, 0u);
  EXPECT_EQ(v.steps[v.parties[1]].read->value, 0u);
  EXPECT_NE(v.steps[v.parties[0]].thread, v.steps[v.parties[1]].thread);
  bool wraps = false;
  for (const auto& s : v.steps) wraps = wraps || (s.read->value == 0xffffffff && s.written && s.written->value == 0);
  EXPECT_TRUE(wraps);
}

TEST(Verdict, SurvivingMutantsAreRight) {
  for (const auto& s : mutex_survivors()) {
    const auto r = prove_mutant(mutex_subject(), s.changed, {});
    EXPECT_EQ(r.outcome, verdict::verified) << s.changed.name << (r.found ? ": " + r.found->object : "");
    EXPECT_FALSE(s.reason.empty());
  }
}

TEST(Artifacts, AreOneFilePerObligationWithAPlainAlphabet) {
  const auto folder = std::filesystem::path(::testing::TempDir()) / "holdfast_smt";
  std::filesystem::remove_all(folder);
  checker::run_options options;
  options.artifacts = folder.string();
  const auto r = prove(mutex2_subject(), options);
  std::set<std::string> files;
  for (const auto& o : r.obligations) {
    EXPECT_TRUE(files.insert(o.smt_file).second) << o.smt_file;
    std::ifstream in(o.smt_file);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    EXPECT_NE(text.find("(check-sat)"), std::string::npos) << o.smt_file;
    EXPECT_EQ(text.find('|'), std::string::npos) << o.smt_file;
  }
  EXPECT_EQ(files.size(), r.obligations.size());
}

}  // namespace
}  // namespace holdfast::proofs
