// The extraction: what it finds in the locks, what it refuses, and that it leaves nothing out that the same code does elsewhere.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <ostream>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/mutex.h"
#include "impl/platform.h"
#include "impl/word/mutex_word.h"
#include "models/published/mutex2.h"
#include "models/published/mutex3.h"
#include "proofs/mutex_subjects.h"
#include "proofs/symbolic/extract.h"
#include "proofs/symbolic/system.h"
#include "tests/proof/recording_platform.h"

namespace holdfast::proofs {
namespace {

using world = symbolic_platform;

struct size {
  subject lock;
  std::size_t locations, edges, transitions;
  friend std::ostream& operator<<(std::ostream& out, const size& s) { return out << s.lock.lock; }
};

class Extraction : public ::testing::TestWithParam<size> {};

TEST_P(Extraction, HasTheExpectedSize) {
  const auto system = system_of(GetParam().lock);
  EXPECT_EQ(system.threads.locations.size(), GetParam().locations);
  EXPECT_EQ(system.threads.edges.size(), GetParam().edges);
  EXPECT_EQ(system.transitions.size(), GetParam().transitions);
  EXPECT_GT(system.threads.merged_visits, 0u);
}

TEST_P(Extraction, StatesThatAThreadOwesExactlyWhereItMust) {
  const auto system = system_of(GetParam().lock);
  const auto stated = invariant_of(GetParam().lock, system).owes;
  const auto derived = owing_locations(system.threads, GetParam().lock.meaning, system.owning);
  for (std::size_t l = 0; l < stated.size(); ++l) EXPECT_EQ(stated[l], derived[l]) << system.threads.locations[l].name;
}

INSTANTIATE_TEST_SUITE_P(Mutexes, Extraction,
                         ::testing::Values(size{mutex_subject(), 20, 55, 55}, size{mutex2_subject(), 13, 23, 23},
                                           size{mutex3_subject(), 14, 23, 23}, size{musl_file_lock_subject(), 12, 20, 20}),
                         [](const auto& info) { return info.param.lock.lock; });

// The derived roles, once by name: everything else about them is an obligation.
TEST(Roles, AThreadOwnsFromTheTakingWriteToTheFreeingOne) {
  const auto s = system_of(mutex2_subject());
  for (const char* name : {"owner", "unlock.U1", "unlock.U2"}) EXPECT_TRUE(s.owning[s.threads.find(name)]) << name;
  for (const char* name : {"idle", "lock.L1", "lock.L4", "lock.L3.asleep", "unlock.U3"})
    EXPECT_FALSE(s.owning[s.threads.find(name)]) << name;
}

TEST(Names, AMisspeltLocationOrLabelIsAnError) {
  const auto a = mutex_subject().extracted({});
  EXPECT_THROW(a.find("lock.L44"), std::invalid_argument);
  EXPECT_THROW(a.labelled("L44"), std::invalid_argument);
  EXPECT_THROW(system_of(mutex_subject(), {{"L44", mutation::kind::relax}}), std::invalid_argument);
  auto misspelt = mutex_subject();
  misspelt.owing.push_back("L55");
  EXPECT_THROW(system_of(misspelt), std::invalid_argument);
  const auto system = system_of(mutex_subject());
  EXPECT_THROW(obligations_of(invariant_of(mutex_subject(), system), {{"lock.L1.to.nowhere", ""}}, {}), std::invalid_argument);
  EXPECT_THROW(obligations_of(invariant_of(mutex_subject(), system), {}, {{{"L1", 4}}, {}}), std::invalid_argument);
  auto unknown_weight = mutex_subject().rank;
  unknown_weight.weights.push_back({"L55", 4});
  EXPECT_THROW(obligations_of(invariant_of(mutex_subject(), system), {}, unknown_weight), std::invalid_argument);
}

// Locks that an automaton of words cannot hold.

using atomic_word = world::atomic<word>;

struct remembers_in_a_bool {
  atomic_word word_{mutex_word::description, mutex_word::free};
  void lock() {
    bool again = false;
    while (true) {
      word w = word_.exchange(mutex_word::held, order::acquire, "L1");
      if (mutex_word::is_free(w) && again) return;
      w = mutex_word::free;
      again = true;
    }
  }
};

TEST(Probe, NoticesAPlainLocal) {
  EXPECT_THROW(extract("bool", {entry<remembers_in_a_bool>(entry_kind::lock, [](auto& l) { l.lock(); })}), extraction_error);
}

struct two_words {
  atomic_word a{mutex_word::description, mutex_word::free};
  atomic_word b{mutex_word::description, mutex_word::free};
  void lock() { a.store(mutex_word::held, order::relaxed, "L1"); }
};

TEST(Extract, RefusesASecondWord) {
  EXPECT_THROW(extract("two", {entry<two_words>(entry_kind::lock, [](auto& l) { l.lock(); })}), extraction_error);
}

struct loops_in_place {
  atomic_word word_{mutex_word::description, mutex_word::free};
  void lock() {
    for (world::spinner spin(100, world::deadline::never()); spin.again();) continue;
  }
};

TEST(Extract, RefusesALoopWithoutAnOperation) {
  EXPECT_THROW(extract("loop", {entry<loops_in_place>(entry_kind::lock, [](auto& l) { l.lock(); })}), extraction_error);
}

struct counts {
  atomic_word word_{mutex_word::description, mutex_word::free};
  void lock() {
    word n = 0u;
    while (!mutex_word::is_free(word_.load(order::relaxed, "L1"))) n = n + 1u;
  }
};

TEST(Extract, RefusesALocalThatGrowsWithoutEnd) {
  EXPECT_THROW(extract("counts", {entry<counts>(entry_kind::lock, [](auto& l) { l.lock(); })}), extraction_error);
}

// Both sides of && and of a conditional are followed; connectives are one term and do not fork.
struct branches {
  atomic_word word_{mutex_word::description, mutex_word::free};
  void lock() {
    word a = word_.load(order::relaxed, "L1");
    if (a == 1u && word_.load(order::relaxed, "L2") == 1u) word_.store(1u, order::relaxed, "L3");
    if (either(a == 1u, a == 2u)) word_.store(a == 2u ? word(2u) : word(3u), order::relaxed, "L4");
  }
};

TEST(Extract, FollowsEveryBranch) {
  const auto a = extract("branches", {entry<branches>(entry_kind::lock, [](auto& l) { l.lock(); })});
  EXPECT_EQ(a.labelled("L2").size(), 1u);
  EXPECT_EQ(a.labelled("L3").size(), 1u);
  EXPECT_EQ(a.labelled("L4").size(), 2u);  // after a == 1, and after a == 2
}

struct two_scopes {
  atomic_word word_{mutex_word::description, mutex_word::free};
  void lock() {
    world::wait(word_, 1u, scope::process_private, world::deadline::never(), "L1");
    world::wake(word_, 1, scope::process_shared, "L2");
  }
};

TEST(Extract, RefusesAWaitAndAWakeThatNeverMeet) {
  EXPECT_THROW(extract("scopes", {entry<two_scopes>(entry_kind::lock, [](auto& l) { l.lock(); })}), std::invalid_argument);
}

// The same template, run elsewhere: what it does there, the extracted relation admits.

using recorded = tests::recording_platform;

template <class Lock>
void one_waits_for_another(Lock& lock) {
  lock.lock();
  recorded::when_waiting([&] {
    recorded::when_waiting({});
    lock.unlock();
  });
  lock.lock();
  lock.unlock();
  lock.lock();
  lock.unlock();
}

void expect_admitted(const automaton& a, std::size_t at_least) {
  const auto steps = recorded::take();
  EXPECT_GE(steps.size(), at_least);
  for (const auto& s : steps) EXPECT_TRUE(admits(a, s)) << s.label << ": " << s.before << " -> " << s.after;
}

TEST(Admits, WhatTheMutexDidWhenItRan) {
  basic_mutex<recorded> lock;
  one_waits_for_another(lock);
  ASSERT_TRUE(lock.try_lock());
  EXPECT_FALSE(lock.try_lock());
  EXPECT_FALSE(lock.try_lock_until(recorded::deadline::at_any_moment()));
  lock.unlock();
  expect_admitted(mutex_subject().extracted({}), 12);
}

TEST(Admits, WhatThePublishedMutexesDidWhenTheyRan) {
  published::mutex2<recorded> two;
  one_waits_for_another(two);
  expect_admitted(mutex2_subject().extracted({}), 9);
  published::mutex3<recorded> three;
  one_waits_for_another(three);
  expect_admitted(mutex3_subject().extracted({}), 9);
}

TEST(Admits, NothingElse) {
  const auto a = mutex_subject().extracted({});
  EXPECT_TRUE(admits(a, {"L1", mutex_word::free, mutex_word::held}));
  EXPECT_FALSE(admits(a, {"L1", mutex_word::free, mutex_word::held_waiters}));
  EXPECT_FALSE(admits(a, {"L1", mutex_word::held, mutex_word::free}));
  EXPECT_FALSE(admits(a, {"L5", mutex_word::held, mutex_word::held_waiters}));
  EXPECT_FALSE(admits(a, {"L9", mutex_word::free, mutex_word::held}));
}

}  // namespace
}  // namespace holdfast::proofs
