// Whether the comparison with the kernel would notice a model that is wrong: the kernel is recorded once, and each toggled model is held
// against the recordings.
#include <gtest/gtest.h>

#include <cstdio>
#include <map>
#include <string>

#include "tests/kernel/compare.h"
#include "tests/kernel/generator.h"
#include "tests/kernel/scripts.h"

namespace holdfast::kernel_test {
namespace {

constexpr std::uint64_t random_scripts = 3000;

// What no script can show, and where it is shown instead.
const std::map<toggle, const char*> unseen = {
    {toggle::compare_outside_lock, "in lock-step nobody comes between the comparison and the queue; step_test has the lost wake-up"},
    {toggle::robust_limit_million, "a script's list has a few entries; robust_limit_test has 4000"},
};
const toggle needing_priorities[] = {toggle::any_priority,     toggle::fresh_priority,   toggle::pi_first_come,
                                     toggle::pi_no_boost,      toggle::pi_chain_ignored, toggle::pi_new_owner_inherits,
                                     toggle::pi_enrols_afresh, toggle::pi_walks_on};

bool needs_priorities(toggle t) {
  return std::find(std::begin(needing_priorities), std::end(needing_priorities), t) != std::end(needing_priorities);
}

const recording* first_noticing(const std::vector<recording>& all, toggle t) {
  for (const recording& r : all) {
    if (!agrees(r, t)) return &r;
  }
  return nullptr;
}

TEST(Toggles, AreNoticed) {
  real_kernel kernel;
  kernel.part_words();
  std::vector<recording> hand_written;
  for (const script& s : hand_written_scripts()) {
    recording r;
    if (reason_to_skip(s).empty() && kernel_agrees(kernel, s, r)) hand_written.push_back(r);
  }
  std::vector<recording> random;
  generator_options options;
  options.priorities = may_set_priorities();
  options.has = kernel_has;
  for (std::uint64_t seed = 0; seed < random_scripts; ++seed) {
    recording r;
    if (kernel_agrees(kernel, generate(seed, options), r)) random.push_back(r);
  }
  for (int i = 0; i < static_cast<int>(toggle::count); ++i) {
    const auto t = static_cast<toggle>(i);
    if (const auto why = unseen.find(t); why != unseen.end()) {
      std::printf("%-24s not looked for: %s\n", name_of(t), why->second);
      continue;
    }
    if (needs_priorities(t) && !may_set_priorities()) {
      std::printf("%-24s SKIPPED: SCHED_FIFO is not permitted here\n", name_of(t));
      continue;
    }
    const recording* const by_hand = first_noticing(hand_written, t);
    const recording* const by_chance = first_noticing(random, t);
    std::printf("%-24s %s; %s\n", name_of(t), by_hand == nullptr ? "by no hand-written script" : by_hand->script.name.c_str(),
                by_chance == nullptr ? "by no random script" : by_chance->script.name.c_str());
    EXPECT_NE(by_hand, nullptr) << name_of(t) << " is noticed by no hand-written script";
  }
}

TEST(Shrinking, LeavesTheStepsThatShowTheDifference) {
  real_kernel kernel;
  kernel.part_words();
  for (std::uint64_t seed = 0;; ++seed) {
    const script s = generate(seed, {});
    recording r;
    if (!kernel_agrees(kernel, s, r) || agrees(r, toggle::last_come)) continue;
    const script minimal = shrink(kernel, s, toggle::last_come);
    EXPECT_LE(minimal.steps.size(), 4u) << to_text(minimal);  // two sleep, one wakes, perhaps a word is set
    EXPECT_FALSE(kernel_agrees(kernel, minimal, r, toggle::last_come));
    std::printf("%s", describe(r, toggle::last_come).c_str());
    break;
  }
}

}  // namespace
}  // namespace holdfast::kernel_test
