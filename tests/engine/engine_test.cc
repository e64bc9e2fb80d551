// What the graph engine finds, refuses, and does with a search.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "impl/mutex.h"
#include "models/spec/mutex.h"
#include "models/spec/robust_mutex.h"
#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

using world = graph_platform;
using word = world::atomic<unsigned>;
using data = world::plain<unsigned>;

constexpr layout x_word{"x", {}};
constexpr auto relaxed = order::relaxed;

struct mutex_scenario_base {
  basic_mutex<world> mutex;
};

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

struct dying_owner : mutex_scenario_base {
  void thread(unsigned) {
    mutex.lock();
    mutex.unlock();
  }
};

TEST(Engine, AThreadMayDieAnywhere) {
  exploration e = exploration_of<dying_owner>(2);
  EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified);
  e.may_die = {1};
  const result r = runtime::explore(e, {});
  ASSERT_EQ(kind_of(r), violation_kind::lost_wake_up);  // the mutex is not robust
  const auto dies = [](const step& s) { return s.operation == "dies" && s.thread == 1; };
  EXPECT_TRUE(std::ranges::any_of(r.found->steps, dies));
}

// The first thread owns a robust word for a while; the second waits for the word.
struct dying_owner_of_robust_word {
  static constexpr unsigned waiters = 0x80000000;
  static constexpr unsigned owner_died = 0x40000000;
  word owned{x_word, waiters | 1};

  void thread(unsigned self) {
    if (self == 1) {
      world::robust_link(owned);
      world::robust_unlink(owned);
    } else {
      while (owned.load(order::acquire, "look") == (waiters | 1)) {
        world::wait(owned, waiters | 1, scope::process_shared, world::deadline::at_any_moment(), "await");
        if (owned.load(order::acquire, "look again") == (waiters | 1)) return;
      }
      world::expect(owned.load(order::acquire, "result") == (waiters | owner_died), "the kernel marks the word and keeps WAITERS", "expect");
    }
  }
};

TEST(Engine, TheKernelMarksTheWordsOfWhoDies) {
  exploration e = exploration_of<dying_owner_of_robust_word>(2);
  const result lives = runtime::explore(e, {});
  e.may_die = {1};
  const result dies = runtime::explore(e, {});
  EXPECT_EQ(dies.outcome, verdict::verified);
  EXPECT_GT(dies.executions, lives.executions);
}

TEST(Engine, AMutationLeavesOutAStepOfTheRobustList) {
  exploration e = exploration_of<dying_owner_of_robust_word>(2);
  e.may_die = {1};
  const result whole = runtime::explore(e, {});
  e.change = {mutation::change::drop, "robust_link"};
  const result unlinked = runtime::explore(e, {});
  EXPECT_EQ(unlinked.outcome, verdict::verified);
  EXPECT_LT(unlinked.executions, whole.executions);
}

// The first thread takes the word and dies; the second says of it what `Said` is.
template <spec::robust_operation Said>
struct told_of_a_death {
  using operation = spec::robust_operation;
  static constexpr unsigned owner_died = 0x40000000;
  word owned{x_word, 0};

  static void begin() { world::begin_operation(static_cast<unsigned char>(operation::locking), "lock"); }
  static void end(operation o) { world::end_operation(static_cast<unsigned char>(o)); }
  void thread(unsigned self) {
    if (self == 1) {
      begin();
      world::robust_pending(owned);
      owned.store(1, relaxed, "take");
      world::robust_link(owned);
      end(operation::lock);
      world::assume(false);
    } else if (owned.load(order::acquire, "look") == owner_died) {
      begin();
      end(Said);
    }
  }
};

template <spec::robust_operation Said>
result told_of_a_death_in_the_lock() {
  exploration e = exploration_of<told_of_a_death<Said>>(2);
  e.make = make_program<told_of_a_death<Said>, spec::robust_mutex>;
  e.may_die = {1};
  return runtime::explore(e, {});
}

// In lock() the thread may have taken it or not: what the second one says decides.
TEST(Engine, TheSpecificationIsToldOfADeath) {
  EXPECT_EQ(told_of_a_death_in_the_lock<spec::robust_operation::owner_died>().outcome, verdict::verified);
  EXPECT_EQ(kind_of(told_of_a_death_in_the_lock<spec::robust_operation::busy>()), violation_kind::specification);
  EXPECT_EQ(kind_of(told_of_a_death_in_the_lock<spec::robust_operation::not_recoverable>()), violation_kind::specification);
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

struct sleeps_for_a_while {
  word x{x_word, 0};
  void thread(unsigned) { world::wait(x, 0, scope::process_private, world::deadline::at_any_moment(), "sleep"); }
};

// It dies before it sleeps, or in its sleep, or the time-out comes.
TEST(Engine, AThreadMayDieInItsSleep) {
  exploration e = exploration_of<sleeps_for_a_while>(1);
  EXPECT_EQ(runtime::explore(e, {}).executions, 1u);
  e.may_die = {1};
  EXPECT_EQ(runtime::explore(e, {}).executions, 3u);
}

struct overlapping {
  union both {
    both() {}
    ~both() {}
    world::atomic<std::uint32_t> wide;
    world::atomic<std::uint16_t> narrow;
  };
  both b;
  overlapping() {
    new (&b.wide) world::atomic<std::uint32_t>(x_word, 0);
    new (&b.narrow) world::atomic<std::uint16_t>(x_word, 0);
  }
  void thread(unsigned) {}
};

struct endless {
  word x{x_word, 0};
  void thread(unsigned) {
    for (;;) x.fetch_add(1, relaxed, "count");
  }
};

TEST(Engine, WhatIsTooLongIsInconclusive) {
  const result r = explored<endless>(1);
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  EXPECT_EQ(r.limits.stopped_by, "a thread of more than 254 events");
}

template <class Exception, class Scenario>
std::string refusal(unsigned threads) {
  try {
    explored<Scenario>(threads);
  } catch (const Exception& e) {
    return e.what();
  }
  return "";
}

unsigned calls = 0;
struct nondeterministic {
  word x{x_word, 0};
  word y{x_word, 0};
  void thread(unsigned self) {
    if (self == 2) return x.store(1, relaxed, "write");
    (++calls % 2 == 0 ? x : y).load(relaxed, "read");
    x.load(relaxed, "again");
    y.load(relaxed, "and again");
  }
};

TEST(Engine, NamesNondeterminism) {
  EXPECT_NE((refusal<std::runtime_error, nondeterministic>(2)).find("did not do the same again"), std::string::npos);
}

struct hidden_result {
  word x{x_word, 0};
  unsigned seen = 0;
  void thread(unsigned self) { self == 1 ? x.store(1, relaxed, "write") : static_cast<void>(seen = x.load(relaxed, "read") + 1); }
};
struct shared_heap {
  world::atomic<unsigned*> shared{x_word, nullptr};
  void thread(unsigned self) {
    if (self == 1) return shared.store(new unsigned(1), order::release, "publish");
    unsigned* const p = shared.load(order::acquire, "take");
    if (p != nullptr) world::expect(*p == 1, "it is one", "expect");
  }
};
struct null_access {
  world::atomic<word*> shared{x_word, nullptr};
  void thread(unsigned) { *reinterpret_cast<volatile int*>(shared.load(relaxed, "take")) = 1; }
};

// Room for objects of different kinds.
struct room {
  alignas(8) unsigned char bytes[8];
  template <class T>
  T* at(unsigned offset) {
    return reinterpret_cast<T*>(bytes + offset);
  }
};
using word_64 = world::atomic<std::uint64_t>;
using word_16 = world::atomic<std::uint16_t>;
constexpr layout y_word{"y", {}};

struct half_of_a_word : room {
  half_of_a_word() {
    new (bytes) word_64(x_word, 0);
    new (bytes + 4) word(y_word, 0);
  }
  void thread(unsigned) {}
};
struct access_to_half_of_a_word : room {
  access_to_half_of_a_word() { new (bytes) word_64(x_word, 0); }
  void thread(unsigned) { at<word>(4)->load(relaxed, "read"); }
};
struct neighbours : room {
  neighbours() {
    new (bytes) word(x_word, 0);
    new (bytes + 4) word(y_word, 0);
  }
  void thread(unsigned) { at<word>(0)->fetch_add(1, relaxed, "add"), at<word>(4)->fetch_add(1, relaxed, "add"); }
  void finish() { world::expect(at<word>(0)->load(relaxed, "x") == 2 && at<word>(4)->load(relaxed, "y") == 2, "all added", "finish"); }
};

TEST(Engine, RefusesMixedSizesThatOverlap) {
  EXPECT_EQ((refusal<std::runtime_error, half_of_a_word>(1)), "mixed-size access: x of 64 bits and y of 32 bits overlap");
  EXPECT_EQ((refusal<std::runtime_error, access_to_half_of_a_word>(1)), "mixed-size access: x of 64 bits and an access of 32 bits overlap");
  EXPECT_EQ(explored<neighbours>(2).outcome, verdict::verified);
}

enum class reuse { ordered, unordered, stale };
// The first thread ends an object, and makes others of other sizes in its place; the second uses what it finds.
template <reuse How>
struct reused : room {
  word stage{y_word, 0};
  reused() { new (bytes) word_64(x_word, 7); }
  void thread(unsigned self) {
    if (self == 1) {
      at<word_64>(0)->~word_64();
      new (bytes + 2) word_16(x_word, 5);
      at<word_16>(2)->~word_16();
      if (How == reuse::unordered) stage.store(1, order::release, "early");
      new (bytes) word(x_word, 9);
      stage.store(2, order::release, "late");
    } else if (const unsigned now = stage.load(order::acquire, "look"); now == 2) {
      if (How == reuse::stale) at<word_64>(0)->load(relaxed, "stale");
      world::expect(at<word>(0)->load(relaxed, "new") == 9, "the new object", "expect");
    } else if (now == 1) {
      new (bytes) word_64(x_word, 1);
    }
  }
  void finish() { at<word>(0)->~word(); }
};

TEST(Engine, AnObjectMayFollowAnotherOfAnotherSize) {
  const result r = explored<reused<reuse::ordered>>(2);
  EXPECT_EQ(r.outcome, verdict::verified);
  EXPECT_EQ(kind_of(explored<reused<reuse::stale>>(2)), violation_kind::use_after_free);
  EXPECT_EQ((refusal<std::runtime_error, reused<reuse::unordered>>(2)).substr(0, 18), "mixed-size access:");
}

TEST(Engine, RefusesMixedSizes) {
  EXPECT_NE((refusal<std::runtime_error, overlapping>(1)).find("mixed-size access: x of 32 bits and x of 16 bits have one address"),
            std::string::npos);
}

TEST(Engine, RefusesMemoryThatItDoesNotSee) {
  EXPECT_NE((refusal<std::runtime_error, hidden_result>(2)).find("writes a member of the scenario"), std::string::npos);
  EXPECT_NE((refusal<std::runtime_error, shared_heap>(2)).find("touches memory that thread 1 allocated"), std::string::npos);
  EXPECT_NE((refusal<std::runtime_error, null_access>(1)).find("crashed: Segmentation fault"), std::string::npos);
}

struct mutex_scenario : mutex_scenario_base {
  data count{"count", 0};
  void thread(unsigned) {
    mutex.lock();
    count.store(count.load("read") + 1, "write");
    mutex.unlock();
  }
};

struct counting_up {
  word x{x_word, 0};
  word y{x_word, 0};
  word z{x_word, 0};
  void thread(unsigned self) {
    word& mine = self == 1 ? x : self == 2 ? y : z;
    for (unsigned value = 1; value <= 3; ++value) mine.store(value, relaxed, "count");
    mine.store(0, relaxed, "end");
  }
};

template <unsigned X, unsigned Y, unsigned Z>
bool stand_at(const world_view& v) {
  return v.word(0) == X && v.word(1) == Y && v.word(2) == Z;
}

result sought(unsigned threads, bool (*reached)(const world_view&), const run_options& options = {}) {
  exploration e = exploration_of<counting_up>(threads);
  e.must_reach = situation{"they stand there", reached};
  return runtime::explore(e, options);
}

bool is_reached(const result& r) { return r.situations.size() == 1 && r.situations[0].reached; }

// One execution, which has 70 orders with two threads and 34,650 with three.
TEST(Situation, IsFoundBetweenThreadsWhereverItIs) {
  EXPECT_TRUE(is_reached(sought(2, stand_at<1, 1, 0>)));
  EXPECT_TRUE(is_reached(sought(2, stand_at<3, 3, 0>)));
  for (const auto between : {stand_at<1, 2, 3>, stand_at<2, 1, 3>, stand_at<1, 3, 1>, stand_at<3, 1, 2>, stand_at<2, 2, 1>}) {
    const result r = sought(3, between);
    EXPECT_TRUE(is_reached(r));
    EXPECT_EQ(r.executions, 1u);
  }
  for (const unsigned jobs : {1u, 4u}) {
    run_options o;
    o.jobs = jobs;
    EXPECT_TRUE(is_reached(sought(3, stand_at<3, 1, 2>, o)));
    EXPECT_FALSE(is_reached(sought(3, stand_at<1, 4, 1>, o)));
  }
}

TEST(Situation, ItsReplayPassesThroughIt) {
  run_options o;
  const std::string id = sought(3, stand_at<2, 1, 3>).situations[0].replay;
  o.replay = id.substr(id.find(':') + 1);
  const result r = sought(3, stand_at<2, 1, 3>, o);
  std::map<std::string, std::uint64_t> now;
  bool seen = false;
  for (const step& s : r.found->steps) {
    if (s.written) now[s.object] = s.written->value;
    seen = seen || (now["x #1"] == 2 && now["x #2"] == 1 && now["x #3"] == 3);
  }
  EXPECT_TRUE(seen);
}

run_options with(unsigned jobs, std::optional<shard> part = std::nullopt) {
  run_options o;
  o.jobs = jobs;
  o.part = part;
  return o;
}

TEST(Search, ThreadsThatShareTheWorkCountTheSame) {
  const std::uint64_t alone = explored<mutex_scenario>(3).executions;
  EXPECT_EQ(alone, 972u);
  for (const unsigned jobs : {2u, 3u, 8u}) EXPECT_EQ(explored<mutex_scenario>(3, with(jobs)).executions, alone) << jobs;
}

TEST(Search, ShardsAddUpToTheWhole) {
  for (const unsigned total : {1u, 2u, 3u, 7u}) {
    std::uint64_t sum = 0;
    for (unsigned i = 0; i < total; ++i) sum += explored<mutex_scenario>(3, with(1, shard{i, total})).executions;
    EXPECT_EQ(sum, 972u) << total;
  }
}

TEST(Search, FourThreadsAreDealtOutEvenly) {
  std::uint64_t least = ~std::uint64_t{0};
  std::uint64_t most = 0;
  std::uint64_t sum = 0;
  exploration e = exploration_of<mutex_scenario>(4);
  e.same = {1, 4};
  for (unsigned i = 0; i < 4; ++i) {
    const std::uint64_t n = runtime::explore(e, with(2, shard{i, 4})).executions;
    least = std::min(least, n);
    most = std::max(most, n);
    sum += n;
  }
  EXPECT_EQ(sum, 70355u);
  EXPECT_LT(most, 2 * least);
}

TEST(Search, WhatIsLeftIsGoneOnWith) {
  exploration e = exploration_of<mutex_scenario>(4);
  e.same = {1, 4};
  std::string left = "?";
  run_options first = with(2);
  first.executions = 20'000;
  first.on_left = [&](const std::string& text) { left = text; };
  const result stopped = runtime::explore(e, first);
  EXPECT_EQ(stopped.outcome, verdict::inconclusive);
  EXPECT_EQ(stopped.executions, 20'000u);
  run_options rest = with(2);
  rest.resume = left;
  rest.on_left = first.on_left;
  const result whole = runtime::explore(e, rest);
  EXPECT_EQ(whole.outcome, verdict::verified);
  EXPECT_EQ(whole.executions, 70355u);
  EXPECT_EQ(left, "");
  e.name = "another";
  EXPECT_THROW(runtime::explore(e, rest), unusable_frontier);
}

TEST(Search, TheSwitchesCountTheUnreduced) {
  run_options o;
  o.cutting = false;
  EXPECT_EQ(explored<mutex_scenario>(3, o).executions, 1260u);
  o = {};
  o.awaits = false;
  EXPECT_EQ(explored<mutex_scenario>(3, o).executions, 972u);
  EXPECT_GT(explored<mutex_scenario>(3, o).blocked, 0u);
}

TEST(Search, AScheduleIsReplayed) {
  const result r = explored<wrongly_published>(2);
  run_options o;
  o.replay = r.found->replay.substr(r.found->replay.find(':') + 1);
  EXPECT_EQ(kind_of(explored<wrongly_published>(2, o)), violation_kind::data_race);
  o.replay = "zz";
  EXPECT_THROW(explored<wrongly_published>(2, o), std::invalid_argument);
}

struct unlike_threads {
  word x{x_word, 0};
  void thread(unsigned self) { self == 1 ? x.store(1, relaxed, "one") : x.store(2, relaxed, "two"); }
};

TEST(Search, ThreadsThatAreSaidToBeAlikeHaveToBe) {
  exploration e = exploration_of<unlike_threads>(2);
  e.same = {1, 2};
  EXPECT_THROW(runtime::explore(e, {}), std::logic_error);
}

}  // namespace
}  // namespace holdfast::checker
