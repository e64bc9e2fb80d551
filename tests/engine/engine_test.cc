// What the graph engine finds.
#include <gtest/gtest.h>

#include <cstdint>
#include <string>

#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

using world = graph_platform;
using word = world::atomic<unsigned>;
using data = world::plain<unsigned>;

constexpr layout x_word{"x", {}};
constexpr auto relaxed = order::relaxed;

struct publication {
  explicit publication(order o) : release(o) {}
  order release;
  word flag{x_word, 0};
  data d{"d"};
  void thread(unsigned self) {
    if (self == 1) {
      d.store(1, "write");
      flag.store(1, release, "publish");
    } else if (flag.load(order::acquire, "look") == 1) {
      d.load("read");
    }
  }
};
struct rightly_published : publication {
  rightly_published() : publication(order::release) {}
};
struct wrongly_published : publication {
  wrongly_published() : publication(relaxed) {}
};

TEST(Engine, FindsRacesAndNamesBothParties) {
  EXPECT_EQ(explored<rightly_published>(2).outcome, verdict::verified);
  const result r = explored<wrongly_published>(2);
  ASSERT_EQ(kind_of(r), violation_kind::data_race);
  EXPECT_EQ(r.found->object, "d");
  EXPECT_EQ(r.found->parties.size(), 2u);
  EXPECT_NE(r.found->explanation.find("the write was relaxed"), std::string::npos);
}

struct unwritten {
  data d{"d"};
  void thread(unsigned self) {
    if (self == 1) d.load("read");
  }
};

TEST(Engine, FindsReadsOfWhatWasNeverWritten) { EXPECT_EQ(kind_of(explored<unwritten>(1)), violation_kind::uninitialised); }

struct node {
  word value{x_word, 0};
};
enum class owner { right, frees_early, frees_twice, never_frees };
template <owner Owner>
struct allocation {
  world::atomic<node*> shared{x_word, nullptr};
  word done{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) {
      node* const n = new node;
      shared.store(n, order::release, "publish");
      while (Owner != owner::frees_early && done.load(order::acquire, "wait") == 0) {
      }
      if (Owner != owner::never_frees) delete n;
    } else {
      node* const n = shared.load(order::acquire, "take");
      if (n != nullptr) n->value.store(1, relaxed, "use");
      if (n != nullptr && Owner == owner::frees_twice) delete n;
      done.store(1, order::release, "done");
    }
  }
};

TEST(Engine, FindsUseAfterFreeDoubleFreeAndLeaks) {
  EXPECT_EQ(explored<allocation<owner::right>>(2).outcome, verdict::verified);
  EXPECT_EQ(kind_of(explored<allocation<owner::frees_early>>(2)), violation_kind::use_after_free);
  EXPECT_EQ(kind_of(explored<allocation<owner::frees_twice>>(2)), violation_kind::use_after_free);
  EXPECT_EQ(kind_of(explored<allocation<owner::never_frees>>(2)), violation_kind::leak);
}

template <class T>
struct narrow_counter {
  world::atomic<T> x{x_word, static_cast<T>(-1)};
  void thread(unsigned) { x.fetch_add(1, relaxed, "add"); }
  void finish() { world::expect(x.load(relaxed, "read") == 1, "it wraps at its own width", "finish"); }
};

TEST(Engine, ValuesHaveTheirOwnWidth) {
  EXPECT_EQ(explored<narrow_counter<std::uint8_t>>(2).outcome, verdict::verified);
  EXPECT_EQ(explored<narrow_counter<std::uint16_t>>(2).outcome, verdict::verified);
  EXPECT_EQ(explored<narrow_counter<std::uint32_t>>(2).outcome, verdict::verified);
  EXPECT_EQ(explored<narrow_counter<std::uint64_t>>(2).outcome, verdict::verified);
}

struct weak_exchange {
  word x{x_word, 0};
  void thread(unsigned) {
    unsigned expected = 0;
    if (!x.compare_exchange_weak(expected, 1, relaxed, relaxed, "exchange")) {
      world::expect(expected == 1, "it fails only on another value", "expect");
    }
  }
};

TEST(Engine, AWeakCompareExchangeFailsOnAnEqualValue) { EXPECT_EQ(kind_of(explored<weak_exchange>(1)), violation_kind::assertion); }

struct notification {
  word x{x_word, 0};
  bool notifies = true;
  void thread(unsigned self) {
    if (self == 1) return x.wait(0, order::acquire, "wait");
    x.store(1, order::release, "write");
    if (notifies) x.notify_one("notify");
  }
};
struct forgotten_notification : notification {
  forgotten_notification() { notifies = false; }
};

TEST(Engine, AtomicWaitNeedsItsNotify) {
  EXPECT_EQ(explored<notification>(2).outcome, verdict::verified);
  EXPECT_EQ(kind_of(explored<forgotten_notification>(2)), violation_kind::lost_wake_up);
}

// The first thread wakes one of the sleepers and moves the other to y; whoever is woken wakes whoever was moved.
struct passes_it_on {
  word x{x_word, 0};
  word y{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) {
      x.store(1, relaxed, "store");
      world::requeue(x, 1, 1, everyone, y, scope::process_private, "requeue");
    } else if (world::wait(x, 0, scope::process_private, world::deadline::never(), "wait") == wait_result::woken) {
      world::wake(y, 1, scope::process_private, "wake");
    }
  }
};

TEST(Engine, WhoWasWokenFindsTheQueueAsItWasLeftThen) {
  const result r = explored<passes_it_on>(3);
  EXPECT_EQ(kind_of(r), violation_kind::none);
  EXPECT_EQ(r.outcome, verdict::verified);
}

template <bool Ends>
struct spinning {
  word x{x_word, 0};
  void thread(unsigned self) {
    if (self == 2) return x.store(Ends ? 1 : 2, relaxed, "write");
    while (x.load(relaxed, "spin") != 1) {
    }
  }
};

TEST(Engine, TellsALoopThatNeverEndsFromAStaleRead) {
  EXPECT_EQ(explored<spinning<true>>(2).outcome, verdict::verified);
  EXPECT_EQ(explored<spinning<true>>(2).blocked, 0u);
  EXPECT_EQ(kind_of(explored<spinning<false>>(2)), violation_kind::livelock);
}

// Only the first round writes. The second, which the thread does not get through, has looked at x before the other thread wrote it.
template <unsigned Written>
struct looks_at_three {
  word x{x_word, 0};
  word y{x_word, 0};
  word z{x_word, 0};
  void thread(unsigned self) {
    if (self == 2) return x.store(Written, relaxed, "write");
    do {
      unsigned expected = 0;
      y.compare_exchange_strong(expected, 1, relaxed, relaxed, "exchange");
      z.load(relaxed, "look");
    } while (x.load(relaxed, "spin") != 1);
  }
};

TEST(Engine, ALoopIsGoneRoundBeforeItIsSaidNeverToEnd) {
  EXPECT_EQ(explored<looks_at_three<1>>(2).outcome, verdict::verified);
  EXPECT_EQ(kind_of(explored<looks_at_three<2>>(2)), violation_kind::livelock);
}

struct counts_on_the_heap {
  word x{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) return x.store(1, relaxed, "write");
    auto* const rounds = new int(0);
    while (x.load(relaxed, "spin") == 0) world::expect(++*rounds < 2, "not twice", "expect");
    delete rounds;
  }
};

TEST(Engine, AThreadsHeapIsPartOfItsState) { EXPECT_EQ(kind_of(explored<counts_on_the_heap>(2)), violation_kind::assertion); }

struct missed {
  word x{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) return x.store(1, relaxed, "write");
    while (x.load(relaxed, "spin") == 1) {
    }
  }
};

// The reader may see 0 and go on, or 1 and never anything else.
TEST(Engine, FindsALoopThatMayLookTooLate) { EXPECT_EQ(kind_of(explored<missed>(2)), violation_kind::livelock); }

struct assuming {
  word x{x_word, 0};
  void thread(unsigned self) { self == 2 ? x.store(1, relaxed, "write") : world::assume(x.load(relaxed, "read") == 1); }
};

TEST(Engine, LeavesOutWhatIsAssumedAway) {
  const result r = explored<assuming>(2);
  EXPECT_EQ(r.outcome, verdict::verified);
  EXPECT_EQ(r.executions, 1u);
}

struct remembers_whether_it_looped {
  word x{x_word, 0};
  word looped{x_word, 0};
  void thread(unsigned self) {
    if (self == 2) return x.store(1, relaxed, "write");
    bool again = false;
    while (x.load(relaxed, "spin") != 1) again = true;
    if (again) looped.store(1, relaxed, "looped");
  }
  void finish() { world::expect(looped.load(relaxed, "read") == 0, "no loop was left out", "finish"); }
};

TEST(Engine, ALoopThatLeavesATraceIsNotCut) { EXPECT_EQ(kind_of(explored<remembers_whether_it_looped>(2)), violation_kind::assertion); }

struct started_by_a_thread {
  data d{"d", 0};
  word x{x_word, 0};
  bool joins = true;
  void thread(unsigned self) {
    if (self == 2) return d.store(1, "write");
    d.store(2, "before");
    world::start_thread(2, "start");
    if (joins) world::join_thread(2, "join");
    d.load("after");
  }
};
struct not_joined : started_by_a_thread {
  not_joined() { joins = false; }
};

TEST(Engine, StartingAndJoiningThreadsOrders) {
  exploration e = exploration_of<started_by_a_thread>(2);
  e.started_by_others = {2};
  EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified);
  exploration racing = exploration_of<not_joined>(2);
  racing.started_by_others = {2};
  EXPECT_EQ(kind_of(runtime::explore(racing, {})), violation_kind::data_race);
}

template <bool Expected>
struct asks_whether_it_woke {
  word x{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) {
      world::wait(x, 0, scope::process_shared, world::deadline::at_any_moment(), "wait");
    } else {
      world::expect(world::wake_found(x, 1, scope::process_shared, "wake") == Expected, "as expected", "expect");
    }
  }
};

TEST(Engine, AWakeSaysWhetherItFoundSomebody) {
  EXPECT_EQ(kind_of(explored<asks_whether_it_woke<true>>(2)), violation_kind::assertion);
  EXPECT_EQ(kind_of(explored<asks_whether_it_woke<false>>(2)), violation_kind::assertion);
}

// Whoever looks at the word after a wake that found nobody sees what the waker wrote before: no sleeper is left.
struct closes_the_door {
  word x{x_word, 0};
  void thread(unsigned self) {
    if (self == 1) {
      world::wait(x, 0, scope::process_shared, world::deadline::never(), "wait");
    } else {
      x.store(1, relaxed, "close");
      world::wake_found(x, 1, scope::process_shared, "wake");
    }
  }
};

TEST(Engine, AWakeThatFoundNobodyIsBeforeTheNextSleep) { EXPECT_EQ(explored<closes_the_door>(2).outcome, verdict::verified); }

}  // namespace
}  // namespace holdfast::checker
