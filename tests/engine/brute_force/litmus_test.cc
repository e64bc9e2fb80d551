// The classical litmus tests: how many executions each has, by the figures of GenMC 0.11's own tests.
//
// Two figures are those of RC11 instead, whose scb has po|!=loc;hb;po|!=loc. GenMC's are what all rows come to with po;hb;po in its place,
// where po also goes from a read-modify-write's read to its write:
//     WWmerge1  17 there. x=1, then x=2, which is read before y: this puts x=1 before that read of y, in spite of the second write to x.
//     Z6.U      22 there. x=1, then y=1, which the addition reads: this puts x=1 before the addition, as before an access that follows it.
#include <gtest/gtest.h>

#include <cctype>
#include <cstddef>
#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "tests/engine/brute_force/enumerate.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {
namespace {

using thread = std::vector<instruction>;

struct litmus {
  std::string name;
  std::size_t rc11, sc;
  std::vector<thread> threads;
};

constexpr order pln = order::plain;
constexpr order rlx = order::relaxed;
constexpr order acq = order::acquire;
constexpr order rel = order::release;
constexpr order ar = order::acq_rel;
constexpr order sc = order::seq_cst;

// The locations have several names: x, y, z, w and a, b, c.
constexpr int x = 0, y = 1, z = 2, w = 3;
constexpr int a = 0, b = 1, c = 2;

// A read whose value nobody uses goes to `unused`.
constexpr reg r0{0}, r1{1}, unused{7};

instruction read(int location, order o) { return load(unused, location, o); }
instruction add(int location, std::uint64_t n, order o) { return update(unused, location, update_kind::add, n, o); }
instruction exchange(int location, std::uint64_t n, order o) { return update(unused, location, update_kind::exchange, n, o); }
instruction cas(int location, operand expected, std::uint64_t n) { return compare_exchange(unused, location, expected, n, rlx, rlx); }

// The first thread and the readers of the message-passing family. MPU's "> 1" and "> 2" are "== 2" and "== 3": y grows no further.
const thread pass_rel = {store(x, 1, pln), store(y, 1, rel)};
const thread pass_relf = {store(x, 1, pln), fence(rel), store(y, 1, rlx)};
const thread pass_rels = {store(x, 1, pln), store(y, 0, rel), store(y, 1, rlx)};
const thread mp_acq = {load(r0, y, acq), load(r1, x, pln).when(r0, differs_from(0))};
const thread mp_acqf = {load(r0, y, rlx), fence(acq).when(r0, differs_from(0)), load(r1, x, pln).when(r0, differs_from(0))};
const thread s_acq = {load(r0, y, acq), store(x, 2, pln).when(r0, differs_from(0))};
const thread s_acqf = {load(r0, y, rlx), fence(acq).when(r0, differs_from(0)), store(x, 2, pln).when(r0, differs_from(0))};
const thread mpu_acq = {load(r0, y, acq), store(x, 2, pln).when(r0, equals(2))};
const thread mpu_acqf = {load(r0, y, rlx), fence(acq).when(r0, equals(2)), store(x, 2, pln).when(r0, equals(2))};
const thread mpu2_acq = {load(r0, y, acq), store(x, 2, pln).when(r0, equals(3))};
const thread mpu2_acqf = {load(r0, y, rlx), fence(acq).when(r0, equals(3)), store(x, 2, pln).when(r0, equals(3))};

const std::vector<litmus> two_threads = {
    {"2+2W", 4, 3, {{store(x, 1, rel), store(y, 2, rel)}, {store(y, 1, rel), store(x, 2, rel)}}},
    {"2+2W+2sc+scf", 3, 3, {{store(x, 1, sc), store(y, 2, sc)}, {store(y, 1, rlx), fence(sc), store(x, 2, rlx)}}},
    {"2+2W+3sc+rel2", 4, 3, {{store(x, 1, sc), store(y, 2, sc)}, {store(y, 1, sc), store(x, 2, rel)}}},
    {"2+2W+4sc", 3, 3, {{store(x, 1, sc), store(y, 2, sc)}, {store(y, 1, sc), store(x, 2, sc)}}},
    {"CoRR", 6, 6, {{store(x, 1, rel), store(x, 2, rel)}, {read(x, acq), read(x, acq)}}},
    {"CoWR", 3, 3, {{store(x, 1, rel), read(x, acq)}, {store(x, 2, rel)}}},
    {"LB", 3, 3, {{read(y, acq), store(x, 1, rel)}, {read(x, acq), store(y, 1, rel)}}},
    {"LB+ctrl",
     3,
     3,
     {{load(r0, x, rlx), store(y, 1, rlx).when(r0, equals(0)), store(y, 2, rlx).when(r0, differs_from(0))},
      {load(r0, y, rlx), store(x, 1, rlx).when(r0, equals(0)), store(x, 2, rlx).when(r0, differs_from(0))}}},
    {"LB+ctrl+rel",
     3,
     3,
     {{load(r0, x, rlx), store(y, 1, rlx).when(r0, equals(0)), store(y, 2, rlx).when(r0, differs_from(0))},
      {load(r0, y, rlx), store(x, 1, rel)}}},
    {"LB2", 3, 3, {{read(x, rlx), store(y, 1, rlx)}, {read(y, rlx), store(x, 1, rlx)}}},
    {"MP", 3, 3, {{store(x, 1, rel), store(y, 1, rel)}, {read(y, acq), read(x, acq)}}},
    {"MP+rel+acqf", 2, 2, {pass_rel, mp_acqf}},
    {"MP+relf+acq", 2, 2, {pass_relf, mp_acq}},
    {"MP+rels+acq", 4, 3, {pass_rels, mp_acq}},
    {"MP+rels+acqf", 4, 3, {pass_rels, mp_acqf}},
    {"S+rel+acq", 2, 2, {pass_rel, s_acq}},
    {"S+rel+acqf", 2, 2, {pass_rel, s_acqf}},
    {"S+relf+acqf", 2, 2, {pass_relf, s_acqf}},
    {"S+rels+acq", 4, 3, {pass_rels, s_acq}},
    {"SB", 4, 3, {{store(x, 1, rel), read(y, acq)}, {store(y, 1, rel), read(x, acq)}}},
    {"SB+2sc+scf", 3, 3, {{store(x, 1, sc), read(y, sc)}, {store(y, 1, rlx), fence(sc), read(x, rlx)}}},
    {"SB+3sc+rel", 4, 3, {{store(x, 1, sc), read(y, sc)}, {store(y, 1, rel), read(x, sc)}}},
    {"SB+4sc", 3, 3, {{store(x, 1, sc), read(y, sc)}, {store(y, 1, sc), read(x, sc)}}},
    {"SB+rfis", 4, 3, {{store(x, 1, rel), read(x, sc), read(y, sc)}, {store(y, 1, rel), read(y, sc), read(x, sc)}}},
    {"SB+scfs", 3, 3, {{store(x, 1, rlx), fence(sc), read(y, rlx)}, {store(y, 1, rlx), fence(sc), read(x, rlx)}}},
    {"atomicpo", 4, 3, {{store(y, 1, rlx), fence(ar), store(x, 1, rlx)}, {exchange(x, 1, rlx), exchange(y, 1, rlx)}}},
    {"casdep", 2, 2, {{load(r0, x, rlx), cas(y, r0, 1), store(z, r0, rlx)}, {store(y, 2, rlx)}}},
    {"po-loc", 3, 3, {{read(y, rlx), fence(ar), read(x, rlx), store(x, 1, rlx)}, {load(r0, x, rlx), store(y, r0, rlx)}}},
    {"rfi-preserved", 3, 3, {{read(x, rlx), store(y, 1, rel), load(r0, y, rlx), store(z, r0, rlx)}, {load(r0, z, rlx), store(x, r0, rlx)}}},
    {"rii", 3, 3, {{read(x, rlx), add(x, 1, rlx)}, {add(x, 1, rlx)}}},
    {"riwi", 3, 3, {{read(y, rlx), add(x, 1, rlx)}, {add(x, 1, rlx), store(y, 1, rel)}}},
};

const std::vector<litmus> three_threads = {
    {"JLT", 8, 8, {{store(x, 1, rel), read(y, acq), read(x, acq)}, {store(x, 2, rel), read(x, acq)}, {store(y, 3, rel)}}},
    {"LB+fr-fr-data+data", 18, 16, {{read(x, rlx), store(y, 1, rlx)}, {read(y, rlx), read(y, rlx), store(x, 1, rlx)}, {store(y, 2, rlx)}}},
    {"LB3", 7, 7, {{read(a, rlx), store(b, 1, rlx)}, {read(b, rlx), store(c, 1, rlx)}, {read(c, rlx), store(a, 1, rlx)}}},
    {"MP+incMP", 7, 7, {{read(y, acq), add(z, 1, ar)}, {add(z, 1, ar), read(x, acq)}, {store(x, 1, rel), store(y, 1, rel)}}},
    {"MPU+rel+acq", 6, 6, {pass_rel, {add(y, 1, rlx)}, mpu_acq}},
    {"MPU+rel+acqf", 6, 6, {pass_rel, {add(y, 1, rlx)}, mpu_acqf}},
    {"MPU+relf+acqf", 6, 6, {pass_relf, {add(y, 1, rlx)}, mpu_acqf}},
    {"MPU+rels+acq", 13, 12, {pass_rels, {add(y, 1, rlx)}, mpu_acq}},
    {"RWC+syncs", 7, 7, {{store(x, 1, rlx)}, {read(x, rlx), fence(sc), read(y, rlx)}, {store(y, 1, rlx), fence(sc), read(x, rlx)}}},
    {"W+RRR+W", 20, 20, {{store(x, 1, rlx)}, {read(x, rlx), read(x, rlx), read(x, rlx)}, {store(x, 2, rlx)}}},
    {"WWmerge1", 18, 15, {{read(x, acq), read(y, sc)}, {store(x, 1, sc), store(x, 2, sc)}, {store(y, 1, sc), read(x, sc)}}},
    {"Z6+acq",
     7,
     7,
     {{store(a, 1, rlx), fence(sc), store(b, 1, rlx)}, {read(b, acq), store(c, 1, rlx)}, {store(c, 2, rlx), fence(sc), read(a, rlx)}}},
    {"Z6.U", 24, 18, {{store(x, 1, sc), store(y, 1, rel)}, {add(y, 1, sc), read(y, rlx)}, {store(y, 3, sc), read(x, sc)}}},
    {"cii", 6, 6, {{cas(x, 1, 2)}, {add(x, 1, rlx)}, {add(x, 1, rlx)}}},
    {"cumul-release",
     8,
     7,
     {{store(x, 1, rlx), store(y, 1, rel)}, {load(r0, y, rlx), store(z, r0, rlx)}, {read(z, rlx), fence(ar), read(x, rlx)}}},
    {"detour",
     9,
     9,
     {{store(x, 1, rlx)},
      {load(r0, z, rlx), store(x, r0 + std::uint64_t(-1), rlx), load(r1, x, rlx), store(y, r1, rlx)},
      {load(r0, y, rlx), store(z, r0, rlx)}}},
    {"inc2w", 6, 6, {{add(x, 1, rlx)}, {store(x, 4, rel)}, {add(x, 2, rlx)}}},
    {"isa2", 7, 7, {{store(a, 1, rlx), store(b, 1, rel)}, {read(b, acq), store(c, 1, rel)}, {read(c, acq), read(a, rlx)}}},
    {"peterZ",
     7,
     7,
     {{store(x, 1, rlx), fence(sc), read(y, rlx)}, {store(y, 1, rlx), store(z, 1, rel)}, {read(z, acq), fence(sc), read(x, rlx)}}},
    {"relacq-B-cumul",
     8,
     7,
     {{store(x, 1, rlx), store(y, 1, rel)}, {read(y, acq), store(z, 1, rlx)}, {read(z, rlx), fence(ar), read(x, rlx)}}},
    {"small0", 9, 9, {{read(x, acq)}, {read(x, acq), store(x, 1, rel)}, {store(x, 2, rel)}}},
};

const std::vector<litmus> four_threads = {
    {"2CoWR", 4, 4, {{read(y, acq)}, {read(x, acq)}, {store(x, 1, rel)}, {store(y, 1, rel)}}},
    {"CoRR1", 36, 36, {{store(x, 1, rel)}, {store(x, 2, rel)}, {read(x, acq), read(x, acq)}, {read(x, acq)}}},
    {"CoRR2", 72, 72, {{store(x, 1, rel)}, {store(x, 2, rel)}, {read(x, acq), read(x, acq)}, {read(x, acq), read(x, acq)}}},
    {"IRIW-acq-sc", 16, 15, {{store(x, 1, sc)}, {read(x, acq), read(y, sc)}, {read(y, acq), read(x, sc)}, {store(y, 1, sc)}}},
    {"LB+incMPs",
     15,
     15,
     {{read(x, acq), add(z, 1, ar)}, {add(z, 1, ar), store(y, 1, rel)}, {read(y, acq), add(w, 1, ar)}, {add(w, 1, ar), store(x, 1, rel)}}},
    {"MPU2+rel+acq", 14, 14, {pass_rel, {cas(y, 2, 3)}, {cas(y, 1, 2)}, mpu2_acq}},
    {"MPU2+rel+acqf", 14, 14, {pass_rel, {cas(y, 2, 3)}, {cas(y, 1, 2)}, mpu2_acqf}},
    {"MPU2+relf+acqf", 14, 14, {pass_relf, {cas(y, 2, 3)}, {cas(y, 1, 2)}, mpu2_acqf}},
    {"MPU2+rels+acq", 36, 35, {pass_rels, {cas(y, 2, 3)}, {cas(y, 1, 2)}, mpu2_acq}},
    {"fr+w+w+w+reads",
     210,
     210,
     {{store(x, 1, rlx)}, {store(x, 2, rlx)}, {store(x, 3, rlx)}, {read(x, rlx), read(x, rlx), read(x, rlx), read(x, rlx)}}},
    {"viktor-relseq", 180, 180, {{add(x, 1, acq), add(x, 1, rlx)}, {add(x, 1, rlx), add(x, 1, rlx)}, {add(x, 1, rel)}, {add(x, 1, rlx)}}},
    {"wcii", 24, 24, {{store(x, 5, rel)}, {cas(x, 1, 2)}, {add(x, 1, rlx)}, {add(x, 1, rlx)}}},
};

void PrintTo(const litmus& l, std::ostream* out) { *out << l.name; }

std::string test_name(const testing::TestParamInfo<litmus>& info) {
  std::string name;
  for (const char ch : info.param.name) name += std::isalnum(static_cast<unsigned char>(ch)) ? ch : '_';
  return name;
}

class Litmus : public testing::TestWithParam<litmus> {};

INSTANTIATE_TEST_SUITE_P(TwoThreads, Litmus, testing::ValuesIn(two_threads), test_name);
INSTANTIATE_TEST_SUITE_P(ThreeThreads, Litmus, testing::ValuesIn(three_threads), test_name);
INSTANTIATE_TEST_SUITE_P(FourThreads, Litmus, testing::ValuesIn(four_threads), test_name);

TEST_P(Litmus, HasTheKnownNumberOfExecutions) {
  const small_program p = {std::vector<location>(4), GetParam().threads};
  EXPECT_EQ(count(p, model::rc11), GetParam().rc11) << to_string(p);
  EXPECT_EQ(count(p, model::sc), GetParam().sc) << to_string(p);
}

}  // namespace
}  // namespace holdfast::oracle
