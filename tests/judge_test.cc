// The judge of histories: what it accepts, what it calls stuck, what it says, and that it scales.
#include "checker/history/judge.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <utility>
#include <vector>

#include "models/spec/mutex.h"

namespace holdfast::checker {
namespace {

using spec = holdfast::spec::mutex<>;
using enum holdfast::spec::mutex_operation;
using history = std::vector<recorded<spec>>;

// Program order only.
auto by_thread(const history& h) {
  return [&h](std::size_t i, std::size_t j) { return i < j && h[i].thread == h[j].thread; };
}

// The recorded order itself.
bool as_recorded(std::size_t i, std::size_t j) { return i < j; }

TEST(Judge, AcceptsAnEmptyHistory) { EXPECT_TRUE(judge<spec>()(history{}, as_recorded).good()); }

TEST(Judge, AcceptsSectionsOneAfterTheOther) {
  const history h = {{1, lock}, {1, unlock}, {2, lock}, {2, unlock}};
  EXPECT_TRUE(judge<spec>()(h, as_recorded).good());
}

TEST(Judge, RejectsTwoOwners) {
  const history h = {{1, lock}, {2, lock}, {1, unlock}, {2, unlock}};
  const judgement j = judge<spec>()(h, as_recorded);
  EXPECT_FALSE(j.accepted);
  EXPECT_EQ(j.unexplained, 1u);
}

TEST(Judge, AcceptsALockRecordedBeforeTheConcurrentUnlockThatAllowsIt) {
  const history h = {{1, lock}, {2, lock}, {1, unlock}, {2, unlock}};
  judge<spec> judge;
  EXPECT_TRUE(judge(h, by_thread(h)).good());
  EXPECT_EQ(std::vector<std::size_t>(judge.order().begin(), judge.order().end()), (std::vector<std::size_t>{0, 2, 1, 3}));
}

TEST(Judge, RejectsABusyTryWhenNobodyCanHaveHeldTheMutex) {
  const history h = {{1, lock}, {1, unlock}, {2, try_lock_busy}};
  EXPECT_TRUE(judge<spec>()(h, by_thread(h)).good()) << "the try may fall into the section";
  const judgement j = judge<spec>()(h, as_recorded);
  EXPECT_FALSE(j.accepted);
  EXPECT_EQ(j.unexplained, 2u);
}

TEST(Judge, TakesBackAnOperationThatWasTakenTooEarly) {
  // Thread 2's lock is recorded first and enabled first, but threads 1 and 3 must have gone before it.
  const history h = {{2, lock}, {1, lock}, {1, unlock}, {3, lock}, {3, unlock}, {2, unlock}};
  const auto precedes = [&](std::size_t i, std::size_t j) { return by_thread(h)(i, j) || (i < j && j == 5); };
  EXPECT_TRUE(judge<spec>()(h, precedes).good());
}

TEST(Judge, AnOperationThatWasCutOffMayHaveTakenEffect) {
  const history h = {{1, lock, ending::cut_off}, {2, try_lock_busy}};
  EXPECT_TRUE(judge<spec>()(h, as_recorded).good());
}

TEST(Judge, AnOperationThatWasCutOffMayHaveTakenNoEffect) {
  const history h = {{1, lock, ending::cut_off}, {2, lock}, {2, unlock}};
  EXPECT_TRUE(judge<spec>()(h, as_recorded).good());
}

TEST(Judge, ALockBlockedForEverOnAFreeMutexIsStuck) {
  const history h = {{1, lock}, {1, unlock}, {2, lock, ending::blocked}};
  judge<spec> judge;
  const judgement j = judge(h, by_thread(h));
  EXPECT_TRUE(j.accepted);
  ASSERT_EQ(j.stuck.size(), 1u);
  EXPECT_EQ(j.stuck[0], 2u);
}

TEST(Judge, ALockBlockedForEverOnAHeldMutexIsNot) {
  const history h = {{1, lock}, {2, lock, ending::blocked}};
  EXPECT_TRUE(judge<spec>()(h, by_thread(h)).good());
}

TEST(Judge, TwoLocksBlockedOnAFreeMutexDoNotExcuseEachOther) {
  const history h = {{1, lock, ending::blocked}, {2, lock, ending::blocked}};
  EXPECT_EQ(judge<spec>()(h, by_thread(h)).stuck.size(), 2u);
}

TEST(Judge, ADeadThreadThatMayOwnTheMutexExcusesABlockedLock) {
  const history h = {{1, lock, ending::cut_off}, {2, lock, ending::blocked}};
  EXPECT_TRUE(judge<spec>()(h, by_thread(h)).good());
}

TEST(Judge, AnUnlockThatTookEffectAndNeverReturnedIsStuck) {
  const history h = {{1, lock}, {1, unlock, ending::blocked}, {2, lock}, {2, unlock}};
  judge<spec> judge;
  const judgement j = judge(h, as_recorded);
  EXPECT_TRUE(j.accepted);
  ASSERT_EQ(j.stuck.size(), 1u);
  EXPECT_EQ(j.stuck[0], 1u);
}

TEST(Judge, NamesTheFirstOperationThatNoOrderGetsPast) {
  history h = {{1, lock}, {2, lock}, {1, unlock}, {2, unlock}};  // fine if concurrent
  h.push_back({3, lock});
  h.push_back({4, lock});
  h.push_back({3, unlock});
  const auto precedes = [&](std::size_t i, std::size_t j) { return by_thread(h)(i, j) || (i < j && j >= 4); };
  judge<spec> judge;
  const judgement j = judge(h, precedes);
  EXPECT_FALSE(j.accepted);
  EXPECT_EQ(j.unexplained, 5u);
  EXPECT_EQ(judge.explain(h),
            "operation 5 (thread 4: lock) is not enabled in any order of the operations; "
            "the one that gets furthest ends with operation 4 (thread 3: lock)");
}

TEST(Judge, ExplainsAStuckOperation) {
  const history h = {{2, lock, ending::blocked}};
  judge<spec> judge;
  judge(h, as_recorded);
  EXPECT_EQ(judge.explain(h), "operation 0 (thread 2: lock) is blocked for ever although enabled");
}

TEST(Judge, StartsFromTheGivenState) {
  spec held;
  held.owner = 1;
  EXPECT_TRUE(judge<spec>()(history{{1, unlock}}, as_recorded, held).good());
}

TEST(Judge, OrderOfReturnExtendsRealTime) {
  history h = {{1, lock, ending::returned, 5, 9}, {2, lock, ending::returned, 1, 3}, {2, unlock, ending::returned, 4, 6}};
  sort_by_return(h);
  const real_time<spec> precedes{h};
  for (std::size_t i = 0; i < h.size(); ++i) {
    for (std::size_t j = 0; j <= i; ++j) EXPECT_FALSE(precedes(i, j));
  }
  EXPECT_TRUE(judge<spec>()(h, precedes).good());
}

// A register that holds one of two values: unlike a mutex's, its state depends on the order, not only on the set, of what was done.
struct register_spec {
  enum class operation { write_0, write_1, read_0, read_1 };
  using thread = unsigned;
  bool value = false;

  bool enabled(operation op, unsigned) const {
    return op == operation::write_0 || op == operation::write_1 || value == (op == operation::read_1);
  }
  void effect(operation op, unsigned) {
    if (op == operation::write_0) value = false;
    if (op == operation::write_1) value = true;
  }
  static const char* name(operation op) { return op < operation::read_0 ? "write" : "read"; }
  friend bool operator==(const register_spec&, const register_spec&) = default;
};

using any_order = std::function<bool(std::size_t, std::size_t)>;

// By definition: tries every order of every set of effects.
template <class Spec>
struct by_definition {
  const std::vector<recorded<Spec>>& h;
  any_order precedes;
  bool accepted = false;
  bool good = false;

  by_definition(const std::vector<recorded<Spec>>& h, any_order p) : h(h), precedes(std::move(p)) {
    visit(Spec(), std::vector<bool>(h.size(), false));
  }

  void visit(const Spec& s, const std::vector<bool>& done) {
    bool all = true;
    bool excused = true;
    for (std::size_t i = 0; i < h.size(); ++i) {
      if (h[i].how == ending::returned && !done[i]) all = false;
      if (h[i].how == ending::blocked && (done[i] || s.enabled(h[i].operation, h[i].thread))) excused = false;
    }
    accepted |= all;
    good |= all && excused;
    for (std::size_t i = 0; i < h.size(); ++i) {
      if (done[i] || !s.enabled(h[i].operation, h[i].thread)) continue;
      bool ready = true;
      for (std::size_t j = 0; j < h.size(); ++j) ready &= done[j] || !precedes(j, i);
      if (!ready) continue;
      Spec next = s;
      next.effect(h[i].operation, h[i].thread);
      std::vector<bool> with = done;
      with[i] = true;
      visit(next, with);
    }
  }
};

// One random history in a random strict partial order that contains program order; what has not returned precedes nothing.
template <class Spec, class AnyOperation>
std::pair<std::vector<recorded<Spec>>, any_order> random_history(std::mt19937& random, AnyOperation any_operation) {
  const auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  std::vector<recorded<Spec>> h;
  std::array<bool, 4> over{};
  const unsigned threads = 2 + below(2);
  for (std::size_t n = 1 + below(7); h.size() < n;) {
    const unsigned thread = 1 + below(threads);
    if (over[thread]) break;
    const ending how = below(8) != 0 ? ending::returned : below(2) != 0 ? ending::blocked : ending::cut_off;
    over[thread] = how != ending::returned;
    h.push_back({thread, any_operation(below), how});
  }
  std::vector<std::vector<bool>> before(h.size(), std::vector<bool>(h.size(), false));
  for (std::size_t j = 0; j < h.size(); ++j) {
    for (std::size_t i = 0; i < j; ++i) {
      if (h[i].how != ending::returned || (h[i].thread != h[j].thread && below(3) != 0)) continue;
      before[i][j] = true;
      for (std::size_t k = 0; k < i; ++k) before[k][j] = before[k][j] || before[k][i];
    }
  }
  return {h, [before](std::size_t i, std::size_t j) { return bool(before[i][j]); }};
}

template <class Spec, class AnyOperation>
void expect_agreement(AnyOperation any_operation) {
  std::mt19937 random(20240229);
  judge<Spec> judge;
  std::array<int, 3> seen{};  // rejected, stuck, good
  for (int round = 0; round < 20'000; ++round) {
    const auto [h, precedes] = random_history<Spec>(random, any_operation);
    const judgement found = judge(h, precedes);
    const by_definition<Spec> expected(h, precedes);
    ASSERT_EQ(found.accepted, expected.accepted) << "round " << round;
    ASSERT_EQ(found.good(), expected.good) << "round " << round;
    ++seen[!found.accepted ? 0 : found.good() ? 2 : 1];
  }
  EXPECT_GT(seen[0], 500);
  EXPECT_GT(seen[1], 300);
  EXPECT_GT(seen[2], 500);
}

TEST(Judge, AgreesWithTheDefinitionOnRandomHistoriesOfAMutex) {
  expect_agreement<spec>([](auto below) {
    if (below(4) == 0) return static_cast<holdfast::spec::mutex_operation>(below(4));
    return below(2) != 0 ? lock : unlock;
  });
}

TEST(Judge, AgreesWithTheDefinitionOnRandomHistoriesOfARegister) {
  expect_agreement<register_spec>([](auto below) { return static_cast<register_spec::operation>(below(4)); });
}

TEST(Judge, VisitsNoSituationTwice) {
  // 16 concurrent operations have 16! orders but 2^16 sets; none lets thread 17 unlock.
  history h;
  for (unsigned t = 1; t <= 16; ++t) h.push_back({t, give_up});
  h.push_back({17, unlock});
  EXPECT_FALSE(judge<spec>()(h, by_thread(h)).accepted);
}

// A run of eight threads with random overlaps, one of them preempted in its calls for thousands of sections.
history long_history(std::size_t operations) {
  std::mt19937 random(7);
  history h;
  std::uint64_t now = 0;
  struct caller {
    std::optional<std::size_t> inside;  // index of the operation that has not returned
    bool wants_unlock = false;
  };
  std::array<caller, 9> callers;
  unsigned owner = 0;
  while (h.size() < operations) {
    const unsigned t = 1 + random() % 8;
    caller& c = callers[t];
    if (t == 8 && random() % 500 != 0) continue;
    if (!c.inside) {
      c.inside = h.size();
      h.push_back({t, c.wants_unlock ? unlock : random() % 4 == 0 ? try_lock_busy : lock, ending::returned, ++now});
      if (c.wants_unlock) owner = 0;  // takes effect at once, returns later
      continue;
    }
    recorded<spec>& call = h[*c.inside];
    if (call.operation == lock && owner != 0) continue;
    if (call.operation == try_lock_busy && owner == 0) continue;
    if (call.operation == lock) owner = t;
    c.wants_unlock = call.operation == lock;
    call.end = ++now;
    c.inside.reset();
  }
  for (recorded<spec>& call : h) {
    if (call.end == recorded<spec>{}.end) call.how = ending::cut_off;
  }
  sort_by_return(h);
  return h;
}

TEST(Judge, AcceptsAHundredThousandOperationsOfEightThreads) {
  const history h = long_history(100'000);
  judge<spec> judge;
  const judgement j = judge(h, real_time<spec>{h});
  EXPECT_TRUE(j.good()) << judge.explain(h);
}

TEST(Judge, RejectsAHundredThousandOperationsWithASecondOwnerInTheMiddle) {
  history h = long_history(100'000);
  const auto middle = std::find_if(h.begin() + 50'000, h.end(), [](const auto& r) { return r.operation == unlock; });
  middle->operation = try_lock_busy;  // never released
  const auto index = static_cast<std::size_t>(middle - h.begin());
  judge<spec> judge;
  const judgement j = judge(h, real_time<spec>{h});
  EXPECT_FALSE(j.accepted);
  EXPECT_NEAR(static_cast<double>(j.unexplained), static_cast<double>(index), 100);
}

}  // namespace
}  // namespace holdfast::checker
