// What the graph engine does with a search: situations, threads and shards that share it, what is left of it, replays.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>

#include "impl/mutex.h"
#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

using world = graph_platform;
using word = world::atomic<unsigned>;
using data = world::plain<unsigned>;

constexpr layout x_word{"x", {}};
constexpr auto relaxed = order::relaxed;

struct mutex_scenario {
  basic_mutex<world> mutex;
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

struct racing {
  data d{"d", 0};
  void thread(unsigned self) { self == 1 ? d.store(1, "write") : static_cast<void>(d.load("read")); }
};

TEST(Search, AScheduleIsReplayed) {
  const result r = explored<racing>(2);
  run_options o;
  o.replay = r.found->replay.substr(r.found->replay.find(':') + 1);
  EXPECT_EQ(kind_of(explored<racing>(2, o)), violation_kind::data_race);
  o.replay = "zz";
  EXPECT_THROW(explored<racing>(2, o), std::invalid_argument);
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
