// compare: one script on the kernel and on the model, and what differs.
#ifndef HOLDFAST_TESTS_KERNEL_COMPARE_H_
#define HOLDFAST_TESTS_KERNEL_COMPARE_H_

#include <array>
#include <cstdint>
#include <string>

#include "tests/kernel/model.h"
#include "tests/kernel/real_kernel.h"
#include "tests/kernel/script.h"

namespace holdfast::kernel_test {

// What the kernel did, and the threads that did it: enough to hold any model against it later.
struct recording {
  kernel_test::script script;
  tids ids{};
  std::array<std::uint32_t, processes> leaders{};
  trace real;
};

// Runs the script with deadlines far enough apart that none comes too late.
recording record(real_kernel& kernel, const script& s);

bool agrees(const recording& r, toggles which = {});

// Every step, and where model and kernel differ both answers.
std::string describe(const recording& r, toggles which = {});

// Whether the kernel does what the model says. What differs is run again, with words in other buckets if two shared one; a difference
// counts if it comes three times. Then `last` is the recording of it.
bool kernel_agrees(real_kernel& kernel, const script& s, recording& last, toggles which = {});

// The same difference with fewer steps: none can be left out.
script shrink(real_kernel& kernel, script s, toggles which = {});

// What the script's own arrows say, held against the model; empty if they hold.
std::string broken_expectations(const script& s);

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_COMPARE_H_
