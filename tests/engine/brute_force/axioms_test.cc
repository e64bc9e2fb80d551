// What one execution may do: values, release sequences, fences, races, and how an execution is written down.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include "tests/engine/brute_force/enumerate.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {
namespace {

using enum order;
using thread = std::vector<instruction>;

constexpr int x = 0;
constexpr int y = 1;
constexpr int z = 2;
constexpr reg r0{0};
constexpr reg r1{1};

small_program program(std::vector<thread> threads) { return {std::vector<location>(3), std::move(threads)}; }

bool some(const small_program& p, const std::function<bool(const execution&)>& holds, model m = model::rc11) {
  bool found = false;
  enumerate(p, m, [&](const execution& e) { found |= holds(e); });
  return found;
}

bool races(const small_program& p) { return some(p, &execution::racy); }

// A register of the thread, counted from 1.
std::uint64_t value(const execution& e, std::size_t thread, reg r) { return e.at_end[thread - 1][static_cast<std::size_t>(r.number)]; }

// Thread 1 wrote d=1 before; thread 2 reads d once it has read `flag` from y.
small_program passing(thread sender, order flag_order, std::uint64_t flag, std::vector<thread> others = {}) {
  sender.insert(sender.begin(), store(x, 1, plain));
  std::vector<thread> threads = {sender, {load(r0, y, flag_order), load(r1, x, plain).when(r0, equals(flag))}};
  threads.insert(threads.end(), others.begin(), others.end());
  return program(threads);
}

TEST(Messages, NeedReleaseAndAcquire) {
  EXPECT_FALSE(races(passing({store(y, 1, release)}, acquire, 1)));
  EXPECT_FALSE(races(passing({store(y, 1, release)}, consume, 1))) << "consume is acquire";
  EXPECT_FALSE(races(passing({store(y, 1, seq_cst)}, seq_cst, 1)));
  EXPECT_TRUE(races(passing({store(y, 1, relaxed)}, acquire, 1)));
  EXPECT_TRUE(races(passing({store(y, 1, release)}, relaxed, 1)));
}

TEST(Messages, HaveAsManyExecutionsAsKnown) {
  const auto mp = [](order write, order read) {
    return program({{store(x, 1, write), store(y, 1, write)}, {load(r0, y, read), load(r1, x, read)}});
  };
  EXPECT_EQ(count(mp(release, acquire), model::rc11), 3u);
  EXPECT_EQ(count(mp(relaxed, relaxed), model::rc11), 4u);
  EXPECT_EQ(count(mp(relaxed, relaxed), model::sc), 3u);
}

TEST(ReleaseSequences, EndAtAStoreOfTheSameThread) {
  EXPECT_TRUE(races(passing({store(y, 1, release), store(y, 2, relaxed)}, acquire, 2)));
}

TEST(ReleaseSequences, GoOnThroughReadModifyWritesOfAnyThread) {
  const instruction increment = update(r0, y, update_kind::add, 1, relaxed);
  EXPECT_FALSE(races(passing({store(y, 1, release), increment}, acquire, 2)));
  EXPECT_FALSE(races(passing({store(y, 1, release)}, acquire, 2, {{increment}})));
  EXPECT_FALSE(races(passing({store(y, 1, release)}, acquire, 3, {{increment}, {increment}})));
  EXPECT_FALSE(races(passing({store(y, 1, release)}, acquire, 3, {{compare_exchange(r0, y, 1, 3, relaxed, relaxed)}})));
}

TEST(ReleaseSequences, DoNotBeginAtAPlainStoreNorEndAtAPlainLoad) {
  const auto is_stale = [](const execution& e) { return value(e, 2, r0) == 1 && value(e, 2, r1) == 0; };
  const auto mp = [](order write, order read) {
    return program({{store(x, 1, relaxed), fence(release), store(y, 1, write)}, {load(r0, y, read), fence(acquire), load(r1, x, relaxed)}});
  };
  EXPECT_FALSE(some(mp(relaxed, relaxed), is_stale));
  EXPECT_TRUE(some(mp(plain, relaxed), is_stale));
  EXPECT_TRUE(some(mp(relaxed, plain), is_stale));
}

TEST(Fences, ReleaseAndAcquire) {
  const auto mp = [](order first, order second) {
    return program({{store(x, 1, plain), fence(first), store(y, 1, relaxed)},
                    {load(r0, y, relaxed), fence(second), load(r1, x, plain).when(r0, equals(1))}});
  };
  EXPECT_FALSE(races(mp(release, acquire)));
  EXPECT_FALSE(races(mp(seq_cst, acq_rel)));
  EXPECT_TRUE(races(mp(acquire, acquire)));
  EXPECT_TRUE(races(mp(release, release)));
  EXPECT_TRUE(races(mp(relaxed, acquire)));
}

const auto both_zero = [](const execution& e) { return value(e, 1, r0) == 0 && value(e, 2, r0) == 0; };

TEST(Fences, TwoThatAreSequentiallyConsistentForbidStoreBuffering) {
  const auto sb = [](order first, order second) {
    return program(
        {{store(x, 1, relaxed), fence(first), load(r0, y, relaxed)}, {store(y, 1, relaxed), fence(second), load(r0, x, relaxed)}});
  };
  EXPECT_FALSE(some(sb(seq_cst, seq_cst), both_zero));
  EXPECT_TRUE(some(sb(seq_cst, acq_rel), both_zero));
  EXPECT_FALSE(some(sb(relaxed, relaxed), both_zero, model::sc));
}

TEST(SequentialConsistency, OfAccessesMixesWithThatOfFences) {
  EXPECT_FALSE(some(program({{store(x, 1, seq_cst), load(r0, y, seq_cst)}, {store(y, 1, relaxed), fence(seq_cst), load(r0, x, relaxed)}}),
                    both_zero));
  EXPECT_TRUE(some(program({{store(x, 1, seq_cst), load(r0, y, seq_cst)}, {store(y, 1, relaxed), load(r0, x, seq_cst)}}), both_zero));
}

TEST(SequentialConsistency, FollowsHappensBefore) {
  const auto is_cyclic = [](const execution& e) { return value(e, 1, r0) == 1 && value(e, 1, r1) == 0 && value(e, 2, r0) == 0; };
  const thread after = {store(y, 1, seq_cst), load(r0, x, seq_cst)};
  EXPECT_FALSE(some(program({{load(r0, x, seq_cst), load(r1, y, seq_cst)}, after, {store(x, 1, seq_cst)}}), is_cyclic))
      << "from access to access at one location";
  EXPECT_TRUE(some(program({{load(r0, x, acquire), load(r1, y, seq_cst)}, after, {store(x, 1, seq_cst)}}), is_cyclic));
  EXPECT_FALSE(
      some(program({{load(r0, z, acquire), load(r1, y, seq_cst)}, after, {store(x, 1, seq_cst), store(z, 1, release)}}), is_cyclic))
      << "by way of another location, between two steps of program order";
  EXPECT_TRUE(
      some(program({{load(r0, z, relaxed), load(r1, y, seq_cst)}, after, {store(x, 1, seq_cst), store(z, 1, release)}}), is_cyclic));
}

// d=1; Fsc; if y==0 z=1 || y=1; Fsc; if z==1 read d
TEST(SequentialConsistency, OfFencesOrdersNoDataByAFlagThatWasNotSeen) {
  EXPECT_TRUE(races({std::vector<location>(4),
                     {{store(3, 1, plain), fence(seq_cst), load(r0, y, relaxed), store(z, 1, relaxed).when(r0, equals(0))},
                      {store(y, 1, relaxed), fence(seq_cst), load(r0, z, relaxed), load(r1, 3, plain).when(r0, equals(1))}}}));
}

TEST(Coherence, HoldsForEachPairOfAccesses) {
  const auto is = [](std::uint64_t first, std::uint64_t second) {
    return [=](const execution& e) { return value(e, 2, r0) == first && value(e, 2, r1) == second; };
  };
  const small_program corr = program({{store(x, 1, relaxed), store(x, 2, relaxed)}, {load(r0, x, relaxed), load(r1, x, relaxed)}});
  EXPECT_EQ(count(corr, model::rc11), 6u);
  EXPECT_TRUE(some(corr, is(1, 2)));
  EXPECT_FALSE(some(corr, is(2, 1)));
  EXPECT_FALSE(some(corr, is(1, 0)));
  const small_program cowr = program({{}, {store(x, 1, relaxed), load(r0, x, relaxed)}});
  EXPECT_FALSE(some(cowr, is(0, 0)));
  const small_program corw = program({{}, {load(r0, x, relaxed), store(x, 1, relaxed)}});
  EXPECT_FALSE(some(corw, is(1, 0)));
}

TEST(Coherence, IsNotProgramOrderOfDifferentLocations) {
  const small_program p = program({{store(x, 1, relaxed), store(y, 2, relaxed)}, {store(y, 1, relaxed), store(x, 2, relaxed)}});
  const auto both_one = [](const execution& e) { return e.memory[x] == 1 && e.memory[y] == 1; };
  EXPECT_TRUE(some(p, both_one));
  EXPECT_FALSE(some(p, both_one, model::sc));
}

TEST(CompareExchange, FailsOnAStaleValueToo) {
  const auto fails = [](const execution& e) { return value(e, 2, r0) == 0 && e.memory[x] == 1; };
  EXPECT_TRUE(some(program({{store(x, 1, relaxed)}, {compare_exchange(r0, x, 1, 2, relaxed, relaxed)}}), fails));
}

TEST(CompareExchange, FailsOnAnEqualValueOnlyIfWeak) {
  EXPECT_EQ(count(program({{compare_exchange(r0, x, 0, 1, relaxed, relaxed)}}), model::rc11), 1u);
  EXPECT_EQ(executions(program({{compare_exchange_weak(r0, x, 0, 1, relaxed, relaxed)}}), model::rc11),
            (std::vector<std::string>{"1.0<-init | x0: x1: x2:", "1.0<-init | x0:1.0 x1: x2:"}));
}

TEST(CompareExchange, HasItsFailureOrderWhenItFails) {
  const auto reader = [](order success, order failure) {
    const thread sender = {store(x, 1, plain), store(y, 1, release)};
    return program({sender, {compare_exchange(r0, y, 0, 2, success, failure), load(r1, x, plain).when(r0, equals(1))}});
  };
  EXPECT_FALSE(races(reader(relaxed, acquire)));
  EXPECT_TRUE(races(reader(acq_rel, relaxed)));
}

TEST(Atomicity, LetsNothingComeBetween) {
  const small_program p = program({{update(r0, x, update_kind::add, 1, relaxed)}, {store(x, 10, relaxed)}});
  EXPECT_FALSE(some(p, [](const execution& e) { return value(e, 1, r0) == 0 && e.memory[x] == 1 && e.coherence[x][0].thread == 2; }));
  for (const model m : {model::rc11, model::sc}) EXPECT_EQ(count(p, m), 2u);
}

TEST(Values, AreTruncatedToTheWidthOfTheirLocation) {
  const auto result = [](unsigned bits, std::uint64_t initial, update_kind kind, std::uint64_t by) {
    const small_program p = {{{.bits = bits, .initial = initial}}, {{update(r0, x, kind, by, relaxed), load(r1, x, relaxed)}}};
    std::uint64_t read = 0;
    enumerate(p, model::rc11, [&read](const execution& e) { read = value(e, 1, r1); });
    return read;
  };
  EXPECT_EQ(result(8, 255, update_kind::add, 1), 0u);
  EXPECT_EQ(result(16, 0, update_kind::subtract, 1), 65'535u);
  EXPECT_EQ(result(32, 1, update_kind::add, std::uint64_t(-1)), 0u);
  EXPECT_EQ(result(64, 0, update_kind::subtract, 1), std::uint64_t(-1));
  EXPECT_EQ(result(8, 12, update_kind::bit_and, 10), 8u);
  EXPECT_EQ(result(8, 12, update_kind::bit_or, 10), 14u);
  EXPECT_EQ(result(8, 12, update_kind::bit_xor, 10), 6u);
  EXPECT_EQ(result(8, 12, update_kind::exchange, 257), 1u);
}

TEST(Values, AreComparedAsTheLocationWouldHoldThem) {
  const small_program p = {{{.bits = 8, .initial = 1}}, {{compare_exchange(r0, x, 257, 2, relaxed, relaxed)}}};
  EXPECT_TRUE(some(p, [](const execution& e) { return e.memory[x] == 2; }));
}

TEST(Values, GoThroughRegisters) {
  const small_program p = program({{load(r0, x, relaxed), store(y, r0 + 5, relaxed)}, {store(x, 2, relaxed)}});
  EXPECT_TRUE(some(p, [](const execution& e) { return e.memory[y] == 7; }));
  EXPECT_TRUE(some(p, [](const execution& e) { return e.memory[y] == 5; }));
}

TEST(Races, NeedAPlainAccessAndAWriteAndNoOrder) {
  const auto pair = [](const instruction& a, const instruction& b) { return program({{a}, {b}}); };
  EXPECT_TRUE(races(pair(store(x, 1, plain), load(r0, x, relaxed))));
  EXPECT_TRUE(races(pair(store(x, 1, plain), update(r0, x, update_kind::add, 1, seq_cst))));
  EXPECT_FALSE(races(pair(load(r0, x, plain), load(r0, x, plain))));
  EXPECT_FALSE(races(pair(store(x, 1, relaxed), load(r0, x, relaxed))));
  EXPECT_FALSE(races(pair(store(x, 1, plain), load(r0, y, plain))));
  EXPECT_FALSE(races(program({{store(x, 1, plain), load(r0, x, plain)}})));
}

TEST(Canonical, CountsAccessesOnly) {
  const small_program p = program({{fence(seq_cst), load(r0, x, relaxed), store(y, 1, relaxed).when(r0, differs_from(0)), fence(release),
                                    update(r1, x, update_kind::add, 1, relaxed)},
                                   {store(x, 4, relaxed)}});
  EXPECT_EQ(executions(p, model::sc), (std::vector<std::string>{
                                          "1.0<-2.0 1.2<-2.0 | x0:2.0,1.2 x1:1.1 x2:",
                                          "1.0<-init 1.1<-2.0 | x0:2.0,1.1 x1: x2:",
                                          "1.0<-init 1.1<-init | x0:1.1,2.0 x1: x2:",
                                      }));
}

TEST(Canonical, SaysNothingOfReadsWhereThereAreNone) {
  EXPECT_EQ(executions(program({{store(y, 1, plain)}}), model::rc11), std::vector<std::string>{" | x0: x1:1.0 x2:"});
}

TEST(Flaw, IsFoundBeforeAnythingIsEnumerated) {
  const small_program good = program({{load(r0, x, acquire)}});
  EXPECT_EQ(flaw(good), "");
  EXPECT_EQ(flaw(program({{load(r0, x, release)}})), "an order that is not allowed there");
  EXPECT_EQ(flaw(program({{store(x, 1, acquire)}})), "an order that is not allowed there");
  EXPECT_EQ(flaw(program({{update(r0, x, update_kind::add, 1, plain)}})), "an order that is not allowed there");
  EXPECT_EQ(flaw(program({{compare_exchange(r0, x, 0, 1, acq_rel, acq_rel)}})), "an order that is not allowed there");
  EXPECT_EQ(flaw(program({{load(r0, 3, acquire)}})), "no such location");
  EXPECT_EQ(flaw(program({{load(reg{8}, x, acquire)}})), "no such register");
  EXPECT_EQ(flaw({{{.bits = 12}}, {}}), "no such width");
  EXPECT_EQ(flaw(program(std::vector<thread>(most_threads + 1))), "too many threads");
  EXPECT_THROW(executions(program({{load(r0, 3, acquire)}}), model::rc11), std::invalid_argument);
}

}  // namespace
}  // namespace holdfast::oracle
