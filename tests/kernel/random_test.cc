// Random scripts on the kernel that runs this test and on checker/kernel's step.
//
//     bazel run //tests/kernel:random_test -- --scripts=100000 --seed=7
#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "tests/kernel/compare.h"
#include "tests/kernel/generator.h"
#include "tests/kernel/scripts.h"

namespace holdfast::kernel_test {
namespace {

std::uint64_t scripts = 20'000;
std::uint64_t first_seed = 1;

TEST(RandomScripts, DoOnTheKernelWhatTheModelDoes) {
  generator_options options;
  options.priorities = may_set_priorities();
  options.has = kernel_has;
  if (!options.priorities) std::printf("SKIPPED: priorities in scripts: SCHED_FIFO is not permitted here\n");
  real_kernel kernel;
  kernel.part_words();
  const auto began = std::chrono::steady_clock::now();
  std::uint64_t steps = 0;
  std::uint64_t repeated = 0;
  int different = 0;
  std::uint64_t ran = 0;
  for (; ran < scripts && different < 5; ++ran) {
    const script s = generate(first_seed + ran, options);
    steps += s.steps.size();
    recording r = record(kernel, s);
    if (agrees(r)) continue;
    ++repeated;
    if (kernel_agrees(kernel, s, r)) continue;
    ++different;
    const script minimal = shrink(kernel, s);
    kernel_agrees(kernel, minimal, r);
    ADD_FAILURE() << describe(r);
  }
  const double minutes = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count() / 60;
  std::printf("%llu scripts, %.1f steps each, %llu agreed only when run again, %.0f scripts a minute\n",
              static_cast<unsigned long long>(ran), static_cast<double>(steps) / static_cast<double>(ran),
              static_cast<unsigned long long>(repeated), static_cast<double>(ran) / minutes);
  RecordProperty("scripts_per_minute", static_cast<int>(static_cast<double>(ran) / minutes));
}

}  // namespace
}  // namespace holdfast::kernel_test

int main(int argc, char** argv) {
  ::testing::InitGoogleTest(&argc, argv);
  for (int i = 1; i < argc; ++i) {
    const std::string a = argv[i];
    if (a.starts_with("--scripts=")) {
      holdfast::kernel_test::scripts = std::strtoull(a.c_str() + 10, nullptr, 0);
    } else if (a.starts_with("--seed=")) {
      holdfast::kernel_test::first_seed = std::strtoull(a.c_str() + 7, nullptr, 0);
    } else {
      std::fprintf(stderr, "usage: random_test [--scripts=N] [--seed=N]\n");
      return 2;
    }
  }
  return RUN_ALL_TESTS();
}
