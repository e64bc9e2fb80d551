// The hand-written scripts on the kernel that runs this test and on checker/kernel's step: every result, errno, woken thread and word.
#include <gtest/gtest.h>
#include <sys/utsname.h>

#include <cerrno>
#include <cstdio>
#include <set>
#include <sstream>

#include "tests/kernel/compare.h"
#include "tests/kernel/scripts.h"

namespace holdfast::kernel_test {
namespace {

TEST(HandWrittenScripts, DoOnTheModelWhatTheySay) {
  std::set<std::string> names;
  for (const script& s : hand_written_scripts()) {
    EXPECT_EQ(broken_expectations(s), "");
    EXPECT_TRUE(names.insert(s.name).second) << "twice: " << s.name;
  }
}

// Every operation, every sleep, and every error of FUTEX.md 2.9 that is a futex operation's and can be had without running out of memory.
TEST(HandWrittenScripts, ReachEveryOperationAndEveryError) {
  using enum opcode;
  std::set<opcode> made;
  std::set<opcode> slept;
  std::set<std::int32_t> results;
  for (const script& s : hand_written_scripts()) {
    const trace all = run_on_model(s, {1001, 1002, 1003, 1004, 1006, 1007, 1008}, {1000, 1005});
    for (std::size_t i = 0; i < all.size(); ++i) {
      for (const finished& f : all[i].others) results.insert(f.result);
      if (s.steps[i].what != action::call) continue;
      made.insert(s.steps[i].call.op);
      results.insert(all[i].result);
      if (all[i].result == asleep) slept.insert(s.steps[i].call.op);
    }
  }
  for (int o = 0; o <= static_cast<int>(unknown); ++o)
    EXPECT_TRUE(made.contains(static_cast<opcode>(o))) << name_of(static_cast<opcode>(o));
  EXPECT_EQ(slept, (std::set<opcode>{wait, lock_pi, wait_bitset, wait_requeue_pi, lock_pi2, opcode::futex_wait, futex_waitv}));
  for (const int e : {EAGAIN, EDEADLK, EPERM, ESRCH, EINVAL, EFAULT, ENOSYS, ETIMEDOUT, EINTR}) {
    EXPECT_TRUE(results.contains(-e)) << result_text(-e);
  }
}

TEST(HandWrittenScripts, CanBeReadAgain) {
  for (const script& s : hand_written_scripts()) {
    const std::vector<script> again = parse_scripts(to_text(s), s.name);
    ASSERT_EQ(again.size(), 1u);
    EXPECT_EQ(to_text(again[0]), to_text(s));
  }
}

TEST(HandWrittenScripts, DoOnTheKernelWhatTheModelDoes) {
  real_kernel kernel;
  kernel.part_words();
  int ran = 0;
  int skipped = 0;
  for (const script& s : hand_written_scripts()) {
    if (const std::string why = reason_to_skip(s); !why.empty()) {
      std::printf("SKIPPED: %s: %s\n", s.name.c_str(), why.c_str());
      ++skipped;
      continue;
    }
    recording r;
    EXPECT_TRUE(kernel_agrees(kernel, s, r)) << describe(r);
    ++ran;
  }
  std::printf("%d scripts agree or are reported, %d were skipped\n", ran, skipped);
  RecordProperty("ran", ran);
  RecordProperty("skipped", skipped);
}

TEST(Skips, AreWhatTheKernelLacks) {
  const std::vector<std::string> missing = missing_features();
  for (const std::string& m : missing) std::printf("LACKED BY THE KERNEL: %s\n", m.c_str());
  ::utsname name{};
  ::uname(&name);
  if (!std::string(name.release).starts_with("6.18")) {
    GTEST_SKIP() << "skips.txt is of Linux 6.18, this is " << name.release;
  }
  std::vector<std::string> listed;
  std::istringstream in(file_text("tests/kernel/skips.txt"));
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line[0] != '#') listed.push_back(line.substr(0, line.find("  ")));
  }
  EXPECT_EQ(missing, listed);
}

// A requeued waiter that stays in its bucket keeps its place: what shows of the hash. There are more places on a page than private buckets.
TEST(Buckets, ARequeuedWaiterKeepsItsPlaceWithinItsBucket) {
  real_kernel kernel(real_kernel::buckets::few);
  kernel.part_words();
  const address p0{own_page, 0};
  const address p1{own_page, cell_size};
  EXPECT_FALSE(kernel.same_bucket(0, p0, p1, true));
  if (!kernel.join_words()) GTEST_SKIP() << "no two of 24 words of a process share a private bucket: the kernel has more of them";
  EXPECT_TRUE(kernel.same_bucket(0, p0, p1, true));
}

}  // namespace
}  // namespace holdfast::kernel_test
