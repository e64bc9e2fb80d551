// Every operation of a lock is explained: its label, the last argument, has a comment of the same label right above it, and the reverse.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/toolchain.h"

namespace holdfast {
namespace {

struct finding {
  std::string label;
  int line = 0;
};

struct labels {
  std::vector<std::string> disagreements;
  int operations = 0;
};

// A comment of a label begins a line, "// [L1] ..."; other mentions in comments, of lists and ranges too, do not count.
labels check(const std::string& text) {
  static const std::regex comment(R"( *// \[([A-Z][0-9]+)\].*)");
  static const std::regex operation(R"re(, "([A-Z][0-9]+)"\))re");
  labels result;
  std::map<std::string, int> used;
  finding above;
  bool above_is_used = true;
  const auto complain = [&](int line, const std::string& what) {
    result.disagreements.push_back("line " + std::to_string(line) + ": " + what);
  };
  std::istringstream lines(text);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::smatch match;
    if (std::regex_match(line, match, comment)) {
      if (!above_is_used) complain(above.line, "comment [" + above.label + "] has no operation below it");
      above = {match[1], number};
      above_is_used = false;
      continue;
    }
    const std::string code = line.substr(0, line.find("//"));
    for (std::sregex_iterator it(code.begin(), code.end(), operation), end; it != end; ++it) {
      const std::string label = (*it)[1];
      ++result.operations;
      if (!used.emplace(label, number).second) {
        complain(number, "\"" + label + "\" names an operation on line " + std::to_string(used[label]) + " already");
      } else if (above.label != label) {
        complain(number, "\"" + label + "\" has no comment [" + label + "] right above it");
      } else {
        above_is_used = true;
      }
    }
  }
  if (!above_is_used) complain(above.line, "comment [" + above.label + "] has no operation below it");
  return result;
}

using LabelsOf = testing::TestWithParam<const char*>;

INSTANTIATE_TEST_SUITE_P(
    , LabelsOf,
    testing::Values("impl/mutex.h", "impl/pi_mutex.h", "impl/pi_condition_variable.h", "models/published/glibc_pi_condvar.h",
                    "models/published/mutex1.h", "models/published/mutex2.h", "models/published/mutex3.h",
                    "models/published/musl_file_lock.h", "models/published/mcs_lock.h", "models/published/peterson.h",
                    "models/published/ticket_lock.h", "models/published/treiber_stack.h", "models/published/gallir_semaphore.h",
                    "models/published/glibc_semaphore.h", "models/published/musl_lock.h", "models/published/glibc_mutex.h",
                    "models/published/glibc_robust_mutex.h", "models/published/musl_semaphore.h", "models/published/libcxx_semaphore.h",
                    "models/published/libcxx_atomic_wait.h", "models/published/libstdcxx_atomic_wait.h",
                    "models/published/libstdcxx_semaphore.h", "models/published/musl_once.h", "models/published/hotspot_parker.h",
                    "models/published/futex_condvar.h", "models/published/vsync_mutex.h", "models/published/ttas_lock.h",
                    "models/published/glibc_condvar.h", "impl/counting_semaphore.h", "impl/ticket_mutex.h", "impl/latch.h", "impl/once.h",
                    "impl/event.h", "impl/event_count.h", "impl/barrier.h", "impl/mcs_mutex_protocol.h", "impl/interruptible_mutex.h",
                    "models/published/glibc_counting_condvar.h", "impl/condition_variable.h", "impl/notify_sequence.h",
                    "impl/robust_mutex.h", "impl/robust_pi_mutex.h", "models/published/nsync_mu.h", "models/published/zig_rwlock.h",
                    "impl/shared_mutex_protocol.h", "models/published/glibc_rwlock.h", "impl/recursive_mutex.h",
                    "impl/error_checking_mutex.h", "impl/adaptive_mutex.h", "models/published/musl_block_condvar.h",
                    "models/published/musl_mutex.h", "models/published/musl_condvar.h", "models/published/musl_sequence_condvar.h",
                    "models/published/zio_rwlock.h", "models/published/glibc_robust_lock.h", "models/published/musl_robust_mutex.h",
                    "models/published/glibc_rwlock_readers.h", "models/published/linux_unlock_pi.h", "models/published/linux_pi_owner.h",
                    "models/published/glibc_wake_unlock.h", "models/published/nsync_cv.h", "models/published/any_event.h",
                    "models/published/nsync_rw_mu.h", "models/published/nsync_rw_cv.h", "models/published/nsync_waiters.h"),
    [](const auto& p) { return std::regex_replace(std::string(p.param), std::regex("[/.]"), "_"); });

TEST_P(LabelsOf, AgreeWithTheirComments) {
  const labels found = check(read_file(GetParam()));
  EXPECT_GT(found.operations, 3);
  for (const std::string& d : found.disagreements) ADD_FAILURE() << GetParam() << ": " << d;
}

using strings = std::vector<std::string>;

TEST(Labels, AnOperationWithoutACommentIsFound) {
  EXPECT_EQ(check("w.load(order::relaxed, \"L1\");\n").disagreements, strings{"line 1: \"L1\" has no comment [L1] right above it"});
}

TEST(Labels, ACommentWithoutAnOperationIsFound) {
  EXPECT_EQ(check("// [L1] acquire.\nint x;\n").disagreements, strings{"line 1: comment [L1] has no operation below it"});
}

TEST(Labels, ACommentOfAnotherOperationIsNotOne) {
  EXPECT_EQ(check("// [L1] a.\n// [L2] b.\nw.load(order::relaxed, \"L1\");\n").disagreements,
            (strings{"line 1: comment [L1] has no operation below it", "line 3: \"L1\" has no comment [L1] right above it",
                     "line 2: comment [L2] has no operation below it"}));
}

TEST(Labels, OneLabelForTwoOperationsIsFound) {
  EXPECT_EQ(check("// [L1] a.\nw.load(order::relaxed, \"L1\");\nw.load(order::relaxed, \"L1\");\n").disagreements,
            strings{"line 3: \"L1\" names an operation on line 2 already"});
}

TEST(Labels, TablesAndMentionsDoNotCount) {
  EXPECT_TRUE(check("//   from \\ step  take [L1,L3]  [U1]\n//   as [L2], see\n").disagreements.empty());
}

}  // namespace
}  // namespace holdfast
