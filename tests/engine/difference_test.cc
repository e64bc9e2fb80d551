// Where relacy and the graph engine disagree, and why the engine is right. Each test is one kind of difference.
#include <gtest/gtest.h>

#include "checker/relacy/explore.h"
#include "checker/relacy/relacy_platform.h"
#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

constexpr layout x_word{"x", {}};
constexpr auto relaxed = order::relaxed;

template <template <class> class Scenario>
verdict by_relacy() {
  return relacy::explore(exploration_of<Scenario<relacy_platform>>(2), {}).outcome;
}
template <template <class> class Scenario>
result by_graph() {
  return explored<Scenario<graph_platform>>(2);
}

template <class P>
using word = typename P::template atomic<std::uint32_t>;
template <class P>
using data = typename P::template plain<unsigned>;

// Since C++20 a later store of the same thread does not continue a release sequence; relacy has C++11's rule.
template <class P>
struct release_sequence {
  word<P> x{x_word, 0};
  data<P> d{"d", 0};
  void thread(unsigned self) {
    if (self == 1) {
      d.store(1, "write");
      x.store(1, order::release, "release");
      x.store(2, relaxed, "relaxed");
    } else if (x.load(order::acquire, "acquire") == 2) {
      d.load("read");
    }
  }
};

TEST(Difference, AReleaseSequenceDoesNotGoOnThroughStores) {
  EXPECT_EQ(by_relacy<release_sequence>(), verdict::verified);
  EXPECT_EQ(kind_of(by_graph<release_sequence>()), violation_kind::data_race);
}

// Two stores of relaxed order to each of two words may end up the other way round; relacy orders stores as they run.
template <class P>
struct two_plus_two_writes {
  word<P> x{x_word, 0};
  word<P> y{x_word, 0};
  void thread(unsigned self) {
    word<P>& first = self == 1 ? x : y;
    word<P>& second = self == 1 ? y : x;
    first.store(1, relaxed, "first");
    second.store(2, relaxed, "second");
  }
  void finish() { P::expect(x.load(relaxed, "x") != 1 || y.load(relaxed, "y") != 1, "not both first stores are last", "finish"); }
};

TEST(Difference, StoresMayTakeAnEarlierPlaceInCoherenceOrder) {
  EXPECT_EQ(by_relacy<two_plus_two_writes>(), verdict::verified);
  EXPECT_EQ(kind_of(by_graph<two_plus_two_writes>()), violation_kind::assertion);
}

// A load may read further back than one write.
template <class P>
struct two_writes_back {
  word<P> x{x_word, 0};
  word<P> y{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) {
      x.store(1, relaxed, "x1");
      x.store(2, relaxed, "x2");
      y.store(1, relaxed, "y");
    } else if (y.load(relaxed, "seen") == 1) {
      P::expect(x.load(relaxed, "x") != 0, "at most one write back", "expect");
    }
  }
};

TEST(Difference, ALoadMayReadTwoWritesBack) {
  EXPECT_EQ(by_relacy<two_writes_back>(), verdict::verified);
  EXPECT_EQ(kind_of(by_graph<two_writes_back>()), violation_kind::assertion);
}

// A strong compare-exchange may fail on a value that is no longer the newest.
template <class P>
struct stale_failure {
  word<P> x{x_word, 0};
  word<P> y{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) {
      x.store(1, relaxed, "x");
      y.store(1, relaxed, "y");
    } else if (y.load(relaxed, "seen") == 1) {
      std::uint32_t expected = 1;
      P::expect(x.compare_exchange_strong(expected, 2, relaxed, relaxed, "exchange"), "it sees the newest value", "expect");
    }
  }
};

TEST(Difference, ACompareExchangeMayFailOnAStaleValue) {
  EXPECT_EQ(by_relacy<stale_failure>(), verdict::verified);
  EXPECT_EQ(kind_of(by_graph<stale_failure>()), violation_kind::assertion);
}

// No difference: nothing promises that a wake orders memory. relacy's own futex has a fence in every call; the kernel that both engines share
// has none.
template <class P>
struct wake_as_message {
  word<P> x{x_word, 0};
  data<P> d{"d", 0};
  void thread(unsigned self) {
    if (self == 1) {
      d.store(1, "write");
      P::wake(x, 1, scope::process_private, "wake");
      x.store(1, relaxed, "so that nobody sleeps for ever");
      P::wake(x, 1, scope::process_private, "wake again");
    } else if (P::wait(x, 0, scope::process_private, P::deadline::never(), "wait") == wait_result::woken) {
      d.load("read");
    }
  }
};

TEST(Difference, AWakeOrdersNothing) {
  EXPECT_EQ(kind_of(relacy::explore(exploration_of<wake_as_message<relacy_platform>>(2), {})), violation_kind::data_race);
  EXPECT_EQ(kind_of(by_graph<wake_as_message>()), violation_kind::data_race);
}

// On request, what is before a wake is before the return of the wait that it ends; and not before one that it does not end.
TEST(Difference, AWakeMayBeReadAsOrderingMemory) {
  exploration e = exploration_of<wake_as_message<graph_platform>>(2);
  e.wakes_order_memory = true;
  EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified);
  e.spurious_wake_ups = 1;
  EXPECT_EQ(kind_of(runtime::explore(e, {})), violation_kind::data_race);
}

// No difference: a wake finds the sleeper whose bitset it meets, and no other, in both.
template <class P, std::uint32_t Bitset>
struct wake_by_bitset {
  word<P> x{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) {
      while (x.load(relaxed, "look") == 0) P::wait_bitset(x, 0, 2, scope::process_private, P::deadline::never(), "wait");
    } else {
      x.store(1, relaxed, "go");
      P::wake_bitset(x, 1, Bitset, scope::process_private, "wake");
    }
  }
};
template <class P>
using wake_of_its_bit = wake_by_bitset<P, 6>;
template <class P>
using wake_of_another_bit = wake_by_bitset<P, 4>;

TEST(Difference, ABitsetDecidesWhomAWakeFinds) {
  EXPECT_EQ(by_relacy<wake_of_its_bit>(), verdict::verified);
  EXPECT_EQ(by_graph<wake_of_its_bit>().outcome, verdict::verified);
  EXPECT_EQ(by_relacy<wake_of_another_bit>(), verdict::violated);
  EXPECT_EQ(kind_of(by_graph<wake_of_another_bit>()), violation_kind::lost_wake_up);
}

TEST(Difference, RelacyRefusesWhatItDoesNotKnow) {
  exploration e = exploration_of<wake_as_message<relacy_platform>>(2);
  e.may_die = {1};
  EXPECT_THROW(relacy::explore(e, {}), std::invalid_argument);
}

// Two seq_cst fences are in one order, and in relacy the second knows all that came before the first; C++ wants a read to tell.
template <class P>
struct fences_and_data {
  word<P> y{x_word, 0};
  word<P> z{x_word, 0};
  data<P> d{"d", 0};
  void thread(unsigned self) {
    if (self == 1) {
      d.store(1, "write");
      P::fence(order::seq_cst, "fence");
      if (y.load(relaxed, "y") == 0) z.store(1, relaxed, "z");
    } else {
      y.store(1, relaxed, "y");
      P::fence(order::seq_cst, "fence");
      if (z.load(relaxed, "z") == 1) d.load("read");
    }
  }
};

TEST(Difference, FencesPublishNothingByThemselves) {
  EXPECT_EQ(by_relacy<fences_and_data>(), verdict::verified);
  EXPECT_EQ(kind_of(by_graph<fences_and_data>()), violation_kind::data_race);
}

// A seq_cst fence beside seq_cst operations: of the two threads one sees the other. relacy's fences and its operations are in orders apart.
template <class P>
struct fence_on_one_side {
  word<P> x{x_word, 0};
  word<P> y{x_word, 0};
  data<P> first{"first", 0};
  data<P> second{"second", 0};
  void thread(unsigned self) {
    if (self == 1) {
      x.store(1, order::seq_cst, "x");
      first.store(y.load(order::seq_cst, "y"), "first");
    } else {
      y.store(1, relaxed, "y");
      P::fence(order::seq_cst, "fence");
      second.store(x.load(relaxed, "x"), "second");
    }
  }
  void finish() { P::expect(first.load("first") + second.load("second") != 0, "not both 0", "finish"); }
};

TEST(Difference, AFenceIsInOneOrderWithSequentiallyConsistentOperations) {
  EXPECT_EQ(by_relacy<fence_on_one_side>(), verdict::violated);
  EXPECT_EQ(by_graph<fence_on_one_side>().outcome, verdict::verified);
}

// No difference: a fence on either side, and neither thread misses the other's store.
template <class P, order Order>
struct store_buffering {
  word<P> x{x_word, 0};
  word<P> y{x_word, 0};
  data<P> first{"first", 0};
  data<P> second{"second", 0};
  void thread(unsigned self) {
    (self == 1 ? x : y).store(1, relaxed, "store");
    P::fence(Order, "fence");
    (self == 1 ? first : second).store((self == 1 ? y : x).load(relaxed, "load"), "note");
  }
  void finish() { P::expect(first.load("first") + second.load("second") != 0, "not both 0", "finish"); }
};
template <class P>
using fenced_stores = store_buffering<P, order::seq_cst>;
template <class P>
using weakly_fenced_stores = store_buffering<P, order::acq_rel>;

TEST(Difference, ASequentiallyConsistentFenceOnEitherSideForbidsStoreBuffering) {
  EXPECT_EQ(by_relacy<fenced_stores>(), verdict::verified);
  EXPECT_EQ(by_graph<fenced_stores>().outcome, verdict::verified);
  EXPECT_EQ(by_relacy<weakly_fenced_stores>(), verdict::violated);
  EXPECT_EQ(kind_of(by_graph<weakly_fenced_stores>()), violation_kind::assertion);
}

// No difference: a release fence and an acquire fence with relaxed operations between them publish; either alone does not.
template <class P, order Release, order Acquire>
struct fenced_message {
  word<P> x{x_word, 0};
  data<P> d{"d", 0};
  void thread(unsigned self) {
    if (self == 1) {
      d.store(1, "write");
      P::fence(Release, "release");
      x.store(1, relaxed, "store");
    } else if (x.load(relaxed, "load") == 1) {
      P::fence(Acquire, "acquire");
      d.load("read");
    }
  }
};
template <class P>
using published_by_fences = fenced_message<P, order::release, order::acquire>;
template <class P>
using without_release = fenced_message<P, order::acquire, order::acquire>;
template <class P>
using without_acquire = fenced_message<P, order::release, order::release>;

TEST(Difference, FencesPublishWithRelaxedOperations) {
  EXPECT_EQ(by_relacy<published_by_fences>(), verdict::verified);
  EXPECT_EQ(by_graph<published_by_fences>().outcome, verdict::verified);
  EXPECT_EQ(by_relacy<without_release>(), verdict::violated);
  EXPECT_EQ(kind_of(by_graph<without_release>()), violation_kind::data_race);
  EXPECT_EQ(by_relacy<without_acquire>(), verdict::violated);
  EXPECT_EQ(kind_of(by_graph<without_acquire>()), violation_kind::data_race);
}

}  // namespace
}  // namespace holdfast::checker
