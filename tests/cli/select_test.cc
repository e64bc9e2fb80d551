// Patterns and ids: what they mean, and what is said of those that mean nothing.
#include "checker/cli/select.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "checker/cli/usage_error.h"
#include "tests/cli/fake_checks.h"

namespace holdfast::checker {
namespace {

using ids = std::vector<std::string>;

const check_list& checks() {
  static const check_list all = (register_fake_checks(), all_checks());
  return all;
}

ids meant_by(const std::string& pattern) {
  ids found;
  for (const check* c : matching(checks(), pattern)) found.push_back(c->id());
  return found;
}

template <class Action>
std::string refusal(Action action) {
  try {
    action();
  } catch (const usage_error& e) {
    return e.what();
  }
  return "accepted";
}

TEST(Pattern, OfALockMeansAllBelowIt) {
  EXPECT_EQ(meant_by("mutex"), (ids{"mutex/count_to_two", "mutex/count_to_two[u1_relaxed]", "mutex/four_way", "mutex/handoff",
                                    "mutex/handoff[u2_dropped]", "mutex/three_way"}));
  EXPECT_EQ(meant_by("mutex2"), ids{"mutex2/proof"});
}

TEST(Pattern, OfAScenarioMeansItsMutantsToo) { EXPECT_EQ(meant_by("mutex/handoff"), (ids{"mutex/handoff", "mutex/handoff[u2_dropped]"})); }

TEST(Pattern, WithBracketsMeansOneCheck) {
  EXPECT_EQ(meant_by("mutex/handoff[u2_dropped]"), ids{"mutex/handoff[u2_dropped]"});
  EXPECT_EQ(meant_by("mutex/handoff [u2_dropped]"), ids{"mutex/handoff[u2_dropped]"});
  EXPECT_EQ(meant_by("mutex/handoff[u2]"), ids{});
}

TEST(Pattern, MayBeAGlob) {
  EXPECT_EQ(meant_by("mutex*/*o*f"), (ids{"mutex/handoff", "mutex2/proof"}));
  EXPECT_EQ(meant_by("*[u2_dropped]"), ids{"mutex/handoff[u2_dropped]"});
  EXPECT_EQ(meant_by("odd/?efuted"), ids{"odd/refuted"});
  EXPECT_EQ(meant_by("*").size(), checks().size());
  EXPECT_EQ(meant_by("?"), ids{});
}

TEST(Pattern, ElseMeansNamesThatBeginSo) {
  EXPECT_EQ(meant_by("mutex/hand"), (ids{"mutex/handoff", "mutex/handoff[u2_dropped]"}));
  EXPECT_EQ(meant_by("andoff"), ids{});
}

TEST(Pattern, SelectsEachCheckOnceInTheRegistrysOrder) {
  ids selected;
  for (const check* c : select(checks(), {"mutex2", "mutex/handoff", "mutex/hand*"})) {
    selected.push_back(c->id());
  }
  EXPECT_EQ(selected, (ids{"mutex/handoff", "mutex/handoff[u2_dropped]", "mutex2/proof"}));
  EXPECT_EQ(select(checks(), {}).size(), checks().size());
}

TEST(Pattern, ThatMeansNothingNamesTheNearest) {
  EXPECT_EQ(refusal([] {
              select(checks(), {"mutex", "mutx"});
            }),
            "nothing is called `mutx`; nearest: mutex, mutex2, odd (`list` shows all)");
  EXPECT_EQ(refusal([] { select(checks(), {"mutex/handof_"}); }),
            "nothing is called `mutex/handof_`; nearest: mutex/handoff, mutex2/proof, mutex "
            "(`list` shows all)");
  EXPECT_EQ(refusal([] { select(checks(), {"mutex/handoff[u2_drop]"}); }).substr(0, 73),
            "nothing is called `mutex/handoff[u2_drop]`; nearest: mutex/handoff[u2_dro");
  EXPECT_EQ(refusal([] { select({}, {"mutex"}); }), "nothing is called `mutex`: there are no checks here");
}

TEST(ReplayId, IsACheckAndASchedule) {
  const replay_id id = parse_replay_id(checks(), "mutex/count_to_two:aabbb9");
  EXPECT_EQ(id.of->id(), "mutex/count_to_two");
  EXPECT_EQ(id.schedule, "aabbb9");
  EXPECT_EQ(parse_replay_id(checks(), "mutex/handoff[u2_dropped]:1").of->mutant, "u2_dropped");
  EXPECT_EQ(parse_replay_id(checks(), "mutex/handoff [u2_dropped]:1").of->mutant, "u2_dropped");
}

TEST(ReplayId, MustBeComplete) {
  for (const std::string id : {"", "mutex", "mutex/count_to_two", "mutex/count_to_two:", ":ab"}) {
    EXPECT_EQ(refusal([&] { parse_replay_id(checks(), id); }), "`" + id +
                                                                   "` cannot be replayed: an id is a check, a colon and a schedule, as a "
                                                                   "report prints it: mutex/count_to_two:aabbb9");
  }
}

TEST(ReplayId, MustNameOneCheck) {
  EXPECT_EQ(refusal([] { parse_replay_id(checks(), "mutex/count_to_tow:ab"); }),
            "nothing is called `mutex/count_to_tow`; nearest: mutex/count_to_two, mutex/four_way, "
            "mutex/handoff (`list` shows all)");
  EXPECT_NE(refusal([] { parse_replay_id(checks(), "mutex:ab"); }), "accepted");
}

TEST(ReplayId, IsNotAProofs) {
  EXPECT_EQ(refusal([] { parse_replay_id(checks(), "mutex2/proof:ab"); }),
            "`mutex2/proof` is a proof and has no schedules: use `prove mutex2/proof`");
}

}  // namespace
}  // namespace holdfast::checker
