// generator: random scripts. A script has a theme, few words and few threads, so that its steps meet, and most of its steps apply: the
// model runs along and says who sleeps.
#ifndef HOLDFAST_TESTS_KERNEL_GENERATOR_H_
#define HOLDFAST_TESTS_KERNEL_GENERATOR_H_

#include <cstdint>
#include <functional>

#include "tests/kernel/script.h"

namespace holdfast::kernel_test {

struct generator_options {
  bool priorities = false;                                        // whether real-time priorities may be set
  std::function<bool(opcode)> has = [](opcode) { return true; };  // what the kernel has
  int shortest = 12;
  int longest = 24;
};

// The same seed gives the same script.
script generate(std::uint64_t seed, const generator_options& options);

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_GENERATOR_H_
