// Every order stronger than relaxed, every wait and every wake of a lock has a mutant that falls, in the way that its comment says.
//
// A comment's "Else: mutant NAME races" is a promise about the registry of checks: there is such a mutant of this lock, and what it is
// expected to show is a data race. That it does show it is the models' own tests' business.
#include <gtest/gtest.h>

#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "checker/check.h"
#include "tests/toolchain.h"

namespace holdfast {
namespace {

using checker::violation_kind;

struct operation {
  std::string label;
  std::string comment;  // one line
  std::string code;     // from the comment to the label
};

// The labelled operations of a header, each with the comment above it.
std::vector<operation> operations_of(const std::string& text) {
  static const std::regex comment_start(R"( *// \[([A-Z][0-9]+)\](.*))");
  static const std::regex comment_more(R"( *// *(.*))");
  std::vector<operation> found;
  std::istringstream lines(text);
  bool in_comment = false;
  for (std::string line; std::getline(lines, line);) {
    std::smatch match;
    if (std::regex_match(line, match, comment_start)) {
      found.push_back({match[1], match[2], ""});
      in_comment = true;
    } else if (in_comment && std::regex_match(line, match, comment_more)) {
      found.back().comment += " " + match[1].str();
    } else if (!found.empty()) {
      in_comment = false;
      const bool done = found.back().code.find('"' + found.back().label + '"') != std::string::npos;
      if (!done) found.back().code += line;
    }
  }
  return found;
}

// What only the version as shipped does falls without a mutant, which is what it is there for.
bool needs_a_mutant(const operation& o) {
  if (o.comment.find("as shipped only") != std::string::npos) return false;
  static const std::regex strong(R"(order::(acquire|release|acq_rel|seq_cst|consume))");
  static const std::regex kernel(
      R"(Platform::((wait|wake)(_bitset|_any)?|requeue|wake_op|(try_)?lock_pi|unlock_pi|wait_requeue_pi|requeue_pi)\()");
  return std::regex_search(o.code, strong) || std::regex_search(o.code, kernel);
}

// The mutants that a comment names, with what it says they show.
std::map<std::string, violation_kind> promises_of(const std::string& comment) {
  static const std::regex promise(R"(mutant (\w+) (races|loses a wake-up|spins for ever|does not reach the situation|)"
                                  R"(breaks the specification|fails the expectation|deadlocks|ends the program|uses what is gone))");
  std::map<std::string, violation_kind> promises;
  for (std::sregex_iterator it(comment.begin(), comment.end(), promise), end; it != end; ++it) {
    const std::string what = (*it)[2];
    promises[(*it)[1]] = what == "races"                      ? violation_kind::data_race
                         : what == "loses a wake-up"          ? violation_kind::lost_wake_up
                         : what == "spins for ever"           ? violation_kind::livelock
                         : what == "breaks the specification" ? violation_kind::specification
                         : what == "fails the expectation"    ? violation_kind::assertion
                         : what == "deadlocks"                ? violation_kind::deadlock
                         : what == "ends the program"         ? violation_kind::misuse
                         : what == "uses what is gone"        ? violation_kind::use_after_free
                                                              : violation_kind::unreached;
  }
  return promises;
}

// The mutants of a lock that are explored, with what each is expected to show.
std::map<std::string, violation_kind> explored_mutants_of(const std::string& lock) {
  std::map<std::string, violation_kind> mutants;
  for (const checker::check* c : checker::all_checks()) {
    if (c->kind != checker::check_kind::exploration || c->mutant.empty() || !c->name.starts_with(lock + "/")) continue;
    mutants[c->mutant] = c->expected.kind;
  }
  return mutants;
}

// What is wrong between a header and the mutants.
std::vector<std::string> disagreements(const std::string& text, const std::map<std::string, violation_kind>& mutants) {
  std::vector<std::string> wrong;
  std::set<std::string> named;
  for (const operation& o : operations_of(text)) {
    const auto promises = promises_of(o.comment);
    const bool kept = o.comment.find("kept: falsified by no engine, needed by ") != std::string::npos;
    if (needs_a_mutant(o) && promises.empty() && !kept) wrong.push_back("[" + o.label + "] names no mutant");
    for (const auto& [name, kind] : promises) {
      named.insert(name);
      const auto mutant = mutants.find(name);
      if (mutant == mutants.end()) wrong.push_back("[" + o.label + "] names mutant " + name + ", which nothing explores");
      else if (mutant->second != kind) wrong.push_back("[" + o.label + "] says of mutant " + name + " what the model does not expect");
    }
  }
  for (const auto& [name, kind] : mutants) {
    if (!named.contains(name)) wrong.push_back("no comment names mutant " + name);
  }
  return wrong;
}

struct lock {
  const char* stem;
  const char* header;
  const char* second = nullptr;  // header, of a lock that has two
};

std::string text_of(const lock& l) { return read_file(l.header) + (l.second == nullptr ? "" : read_file(l.second)); }

using MutantsOf = testing::TestWithParam<lock>;

INSTANTIATE_TEST_SUITE_P(
    , MutantsOf,
    testing::Values(
        lock{"mutex", "impl/mutex.h"}, lock{"pi_mutex", "impl/pi_mutex.h"}, lock{"pi_condition_variable", "impl/pi_condition_variable.h"},
        lock{"glibc_pi_condvar", "models/published/glibc_pi_condvar.h"}, lock{"mutex1", "models/published/mutex1.h"},
        lock{"mutex2", "models/published/mutex2.h"}, lock{"mutex3", "models/published/mutex3.h"},
        lock{"musl_file_lock", "models/published/musl_file_lock.h"}, lock{"mcs_lock", "models/published/mcs_lock.h"},
        lock{"peterson", "models/published/peterson.h"}, lock{"ticket_lock", "models/published/ticket_lock.h"},
        lock{"treiber_stack", "models/published/treiber_stack.h"}, lock{"gallir_semaphore", "models/published/gallir_semaphore.h"},
        lock{"glibc_semaphore", "models/published/glibc_semaphore.h"}, lock{"musl_lock", "models/published/musl_lock.h"},
        lock{"glibc_mutex", "models/published/glibc_mutex.h"}, lock{"glibc_robust_mutex", "models/published/glibc_robust_mutex.h"},
        lock{"musl_semaphore", "models/published/musl_semaphore.h"}, lock{"libcxx_semaphore", "models/published/libcxx_semaphore.h"},
        lock{"libcxx_atomic_wait", "models/published/libcxx_atomic_wait.h"},
        lock{"libstdcxx_atomic_wait", "models/published/libstdcxx_atomic_wait.h"},
        lock{"libstdcxx_semaphore", "models/published/libstdcxx_semaphore.h"}, lock{"musl_once", "models/published/musl_once.h"},
        lock{"hotspot_parker", "models/published/hotspot_parker.h"}, lock{"futex_condvar", "models/published/futex_condvar.h"},
        lock{"vsync_mutex", "models/published/vsync_mutex.h"}, lock{"ttas_lock", "models/published/ttas_lock.h"},
        lock{"glibc_condvar", "models/published/glibc_condvar.h"}, lock{"counting_semaphore", "impl/counting_semaphore.h"},
        lock{"ticket_mutex", "impl/ticket_mutex.h"}, lock{"latch", "impl/latch.h"}, lock{"once", "impl/once.h"},
        lock{"event", "impl/event.h"}, lock{"event_count", "impl/event_count.h"}, lock{"barrier", "impl/barrier.h"},
        lock{"mcs_mutex", "impl/mcs_mutex_protocol.h"}, lock{"interruptible_mutex", "impl/interruptible_mutex.h"},
        lock{"glibc_counting_condvar", "models/published/glibc_counting_condvar.h"},
        lock{"condition_variable", "impl/condition_variable.h"}, lock{"notify_sequence", "impl/notify_sequence.h"},
        lock{"robust_mutex", "impl/robust_mutex.h"}, lock{"robust_pi_mutex", "impl/robust_pi_mutex.h"},
        lock{"nsync_mu", "models/published/nsync_mu.h"}, lock{"zig_rwlock", "models/published/zig_rwlock.h"},
        lock{"shared_mutex", "impl/shared_mutex_protocol.h"},
        lock{"glibc_rwlock", "models/published/glibc_rwlock.h", "models/published/glibc_rwlock_readers.h"},
        lock{"recursive_mutex", "impl/recursive_mutex.h"}, lock{"error_checking_mutex", "impl/error_checking_mutex.h"},
        lock{"adaptive_mutex", "impl/adaptive_mutex.h"}, lock{"musl_block_condvar", "models/published/musl_block_condvar.h"},
        lock{"musl_mutex", "models/published/musl_mutex.h"}, lock{"musl_condvar", "models/published/musl_condvar.h"},
        lock{"musl_sequence_condvar", "models/published/musl_sequence_condvar.h"}, lock{"zio_rwlock", "models/published/zio_rwlock.h"},
        lock{"glibc_robust_lock", "models/published/glibc_robust_lock.h"},
        lock{"musl_robust_mutex", "models/published/musl_robust_mutex.h"}, lock{"linux_unlock_pi", "models/published/linux_unlock_pi.h"},
        lock{"linux_pi_owner", "models/published/linux_pi_owner.h"}, lock{"glibc_wake_unlock", "models/published/glibc_wake_unlock.h"},
        lock{"nsync_cv", "models/published/nsync_cv.h"}, lock{"any_event", "models/published/any_event.h"},
        lock{"nsync_rw_mu", "models/published/nsync_rw_mu.h", "models/published/nsync_waiters.h"},
        lock{"nsync_rw_cv", "models/published/nsync_rw_cv.h", "models/published/nsync_waiters.h"}),
    [](const auto& p) { return std::string(p.param.stem); });

TEST_P(MutantsOf, AreThoseThatTheCommentsName) {
  const std::string text = text_of(GetParam());
  EXPECT_GT(operations_of(text).size(), 3u);
  for (const std::string& d : disagreements(text, explored_mutants_of(GetParam().stem))) {
    ADD_FAILURE() << GetParam().header << ": " << d;
  }
}

using strings = std::vector<std::string>;
constexpr const char* release_store = "// [U1] release: publishes. Else: mutant u1_relaxed races.\nw.store(0, order::release, \"U1\");\n";

TEST(Mutants, ThatFallAsTheCommentSaysAreFine) {
  EXPECT_EQ(disagreements(release_store, {{"u1_relaxed", violation_kind::data_race}}), strings{});
}

TEST(Mutants, AnOrderWithoutOneIsFound) {
  EXPECT_EQ(disagreements("// [U1] release.\nw.store(0,\n  order::release, \"U1\");\n", {}), strings{"[U1] names no mutant"});
}

TEST(Mutants, AWakeWithoutOneIsFound) {
  EXPECT_EQ(disagreements("// [U2] pays.\nPlatform::wake(w, 1, Scope, \"U2\");\n", {}), strings{"[U2] names no mutant"});
}

TEST(Mutants, WhatOnlyTheShippedVersionDoesNeedsNone) {
  EXPECT_EQ(disagreements("// [U1] release, as shipped only.\nw.store(0, order::release, \"U1\");\n", {}), strings{});
}

TEST(Mutants, ThatNothingExploresAreFound) {
  EXPECT_EQ(disagreements(release_store, {}), strings{"[U1] names mutant u1_relaxed, which nothing explores"});
}

TEST(Mutants, ThatFallAnotherWayAreFound) {
  EXPECT_EQ(disagreements(release_store, {{"u1_relaxed", violation_kind::lost_wake_up}}),
            strings{"[U1] says of mutant u1_relaxed what the model does not expect"});
}

TEST(Mutants, ThatNoCommentNamesAreFound) {
  EXPECT_EQ(disagreements("// [L2] relaxed: a hint.\nw.load(order::relaxed, \"L2\");\n", {{"l2_x", violation_kind::data_race}}),
            strings{"no comment names mutant l2_x"});
}

}  // namespace
}  // namespace holdfast
