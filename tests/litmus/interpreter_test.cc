// The interpreter: C's arithmetic, the order of accesses, and what a fiber may rely on.
#include "checker/litmus/interpreter.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "checker/litmus/parse.h"
#include "checker/litmus/program.h"
#include "tests/litmus/fake_machine.h"

namespace holdfast::checker::litmus {
namespace {

using values = std::vector<std::uint64_t>;
using lines = std::vector<std::string>;

program in_thread(const std::string& text, const std::string& shared = "atomic_int x = 0; atomic_int y = 0; int p = 0; int q = 0;") {
  return parse("int main() { " + shared + " {{{ {\n" + text + "\n} }}} }", "test.c");
}

// What is assigned to a 64-bit r.
std::int64_t value_of(const std::string& expression, const std::string& before = "") {
  const program p = in_thread(before + "\nr = " + expression + ";");
  fake_machine on(p);
  const values registers = run_alone(p, on);
  return static_cast<std::int64_t>(registers.back());
}

TEST(Interpreter, CalculatesAsC) {
  EXPECT_EQ(value_of("1 + 2 * 3 - 10 / 3 % 2"), 6);
  EXPECT_EQ(value_of("(6 & 3) + (6 | 3) * 10 + (6 ^ 3) * 100"), 2 + 70 + 500);
  EXPECT_EQ(value_of("-7 / 2"), -3);
  EXPECT_EQ(value_of("-7 % 2"), -1);
  EXPECT_EQ(value_of("~0"), -1);
  EXPECT_EQ(value_of("!5 + !0 * 10"), 10);
  EXPECT_EQ(value_of("(1 < 2) + (2 <= 2) * 2 + (1 > 2) * 4 + (2 >= 3) * 8 + (1 == 1) * 16 + (1 != 1) * 32"), 1 + 2 + 16);
  EXPECT_EQ(value_of("0 ? 1 : 2 ? 3 : 4"), 3);
}

TEST(Interpreter, ConvertsAsC) {
  EXPECT_EQ(value_of("2147483647 + 1"), -2147483648);
  EXPECT_EQ(value_of("2147483647 + 1l"), 2147483648);
  EXPECT_EQ(value_of("-1 < 0u"), 0);
  EXPECT_EQ(value_of("-1l < 0u"), 1);
  EXPECT_EQ(value_of("-1 / 2u"), 2147483647);
  EXPECT_EQ(value_of("(uint8_t)300 + (int8_t)200"), 44 - 56);
  EXPECT_EQ(value_of("(bool)2 + (bool)0"), 1);
  EXPECT_EQ(value_of("1 ? -1 : 0u"), 4294967295);
  EXPECT_EQ(value_of("c * 2", "uint8_t c = 255;"), 510);
  EXPECT_EQ(value_of("c == 255", "uint8_t c = 0; c = c - 1;"), 1);
  EXPECT_EQ(value_of("i", "int i = 2147483647; i++;"), -2147483648);
  EXPECT_EQ(value_of("-9223372036854775807 - 1 == (-9223372036854775807 - 1) / -1"), 1);
}

TEST(Interpreter, DivisionByZeroFailsAndGivesZero) {
  const program p = in_thread("r = 7 / p + 7 % p;");
  fake_machine on(p);
  EXPECT_EQ(run_alone(p, on), values{0});
  EXPECT_EQ(on.log, (lines{"2:9 p=0", "2:7 expect(division by zero)=false", "2:17 p=0", "2:15 expect(division by zero)=false"}));
}

TEST(Interpreter, AccessesAreMadeFromLeftToRight) {
  const program p =
      in_thread("y.store(x.load(acquire) + p * x.fetch_add(2, relaxed), release);\nfence(seq_cst);\nq = y.exchange(9, acq_rel);",
                "atomic_int x = 5; atomic_int y = 0; int p = 3; int q;");
  fake_machine on(p);
  run_alone(p, on);
  EXPECT_EQ(on.log, (lines{"2:9 x.load(acquire)=5", "2:27 p=3", "2:31 x.update(relaxed)=5->7", "2:1 y.store(20,release)",
                           "3:1 fence(seq_cst)", "4:5 y.update(acq_rel)=20->9", "4:1 q:=20"}));
}

TEST(Interpreter, LogicalOperatorsAndConditionalsSkipWhatCDoes) {
  const program p = in_thread("r = (p && x.load()) || (q && y.load()); r = p ? x.load() : q;",
                              "atomic_int x = 1; atomic_int y = 1; int p = 0; int q = 1;");
  fake_machine on(p);
  EXPECT_EQ(run_alone(p, on), values{1});
  EXPECT_EQ(on.log, (lines{"2:6 p=0", "2:25 q=1", "2:30 y.load(seq_cst)=1", "2:45 p=0", "2:60 q=1"}));
}

TEST(Interpreter, ValuesAreBitsAtTheMachineAndNumbersInTheProgram) {
  const program p =
      in_thread("x.store(-1); r = x.load(); p = r; q = p; s = x.fetch_add(1); b.store(r); t = b.load(); u = x.exchange(-56) == 200;",
                "atomic<int8_t> x = 0; int16_t p = 0; uint8_t q = 0; atomic<bool> b = 0;");
  fake_machine on(p);
  EXPECT_EQ(run_alone(p, on), (values{~std::uint64_t{0}, ~std::uint64_t{0}, 1, 0}));
  EXPECT_EQ(on.log[0], "2:1 x.store(255,seq_cst)");
  EXPECT_EQ(on.log[2], "2:28 p:=65535");
  EXPECT_EQ(on.log[4], "2:35 q:=255");
  EXPECT_EQ(on.log[5], "2:46 x.update(seq_cst)=255->0");
  EXPECT_EQ(on.log[6], "2:62 b.store(1,seq_cst)");
}

TEST(Interpreter, EveryUpdateHasItsMeaning) {
  const program p = in_thread("x.fetch_sub(1); x.fetch_or(8); x.fetch_and(12); x.fetch_xor(5); x.exchange(3);", "atomic_int x = 0;");
  fake_machine on(p);
  run_alone(p, on);
  EXPECT_EQ(on.log, (lines{"2:1 x.update(seq_cst)=0->4294967295", "2:17 x.update(seq_cst)=4294967295->4294967295",
                           "2:32 x.update(seq_cst)=4294967295->12", "2:49 x.update(seq_cst)=12->9", "2:65 x.update(seq_cst)=9->3"}));
}

TEST(Interpreter, ACompareAndExchangeLeavesWhatItFound) {
  const program p =
      in_thread("int e = 1; int r = x.compare_exchange_strong(e, 5, acq_rel, acquire); int s = x.compare_exchange_strong(e, 6);",
                "atomic_int x = -3;");
  fake_machine on(p);
  EXPECT_EQ(run_alone(p, on), (values{static_cast<std::uint64_t>(-3), 0, 1}));
  EXPECT_EQ(on.log, (lines{"2:20 x.cas(1->5,acq_rel,acquire)=false", "2:79 x.cas(4294967293->6,seq_cst,seq_cst)=true"}));
}

TEST(Interpreter, TheExpectedValueMayBeSharedOrPassing) {
  const program p =
      in_thread("x.compare_exchange_weak(p, 5); r = cas_strong_explicit(&x, p, 6, release, relaxed);", "atomic_int x = 4; int p = 1;");
  fake_machine on(p);
  EXPECT_EQ(run_alone(p, on), values{1});
  EXPECT_EQ(on.log, (lines{"2:1 p=1", "2:1 x.cas(1->5,seq_cst,seq_cst,weak)=false", "2:1 p:=4", "2:60 p=4",
                           "2:36 x.cas(4->6,release,relaxed)=true"}));
}

TEST(Interpreter, AWeakFailureOnTheSameValueIsAFailure) {
  const program p = in_thread("int e = 0; int r = x.compare_exchange_weak(e, 5);");
  fake_machine on(p);
  on.weak_fails = true;
  EXPECT_EQ(run_alone(p, on), (values{0, 0}));
}

TEST(Interpreter, LoopsRunAsInC) {
  EXPECT_EQ(value_of("s", "s = 0; for (int i = 0; i < 10; i++) { if (i == 3) continue; if (i == 6) break; s += i; }"), 0 + 1 + 2 + 4 + 5);
  EXPECT_EQ(value_of("s", "s = 0; do { s++; if (s == 2) continue; } while (s < 2);"), 2);
  EXPECT_EQ(value_of("s", "s = 0; while (1) { while (1) break; s++; if (s == 5) break; }"), 5);
  EXPECT_EQ(value_of("s", "s = 1; if (s) { if (!s) s = 2; else s = 3; }"), 3);
}

TEST(Interpreter, ALoopWithoutAccessesStopsAtTheMachine) {
  const program p = in_thread("while (1) { }");
  fake_machine on(p);
  EXPECT_THROW(run_alone(p, on), fake_machine::abandoned);
}

TEST(Interpreter, AssertionsAndAssumptionsAskTheMachine) {
  const program p =
      in_thread("assert(p == 1);\nassume(p == 0);\nr = x.load().readsvalue(-1);\nassert(false);", "atomic_int x = 3; int p = 0;");
  fake_machine on(p);
  EXPECT_THROW(run_alone(p, on), fake_machine::abandoned);
  EXPECT_EQ(on.log,
            (lines{"2:8 p=0", "2:1 expect(p == 1)=false", "3:8 p=0", "3:1 assume=true", "4:5 x.load(seq_cst)=3", "4:13 assume=false"}));
}

TEST(Interpreter, VariablesStartAtZeroAndAreWrittenAtTheEnd) {
  const program p = in_thread("int a; int b = a + 1; x.store(b); assume(x.load() == 2); b = 7;");
  fake_machine on(p);
  values registers = {40, 41};
  EXPECT_THROW(run_thread(p, 0, on, registers), fake_machine::abandoned);
  EXPECT_EQ(registers, (values{40, 41}));
}

// How far the stack of run_thread reaches, at its deepest access.
class depth_machine : public fake_machine {
 public:
  using fake_machine::fake_machine;
  std::uint64_t plain_load(std::size_t location, const position& at) override {
    const auto here = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
    lowest = std::min(lowest, here);
    return fake_machine::plain_load(location, at);
  }
  std::uintptr_t lowest = ~std::uintptr_t{0};
};

std::size_t stack_of(const std::string& text) {
  const program p = in_thread(text);
  depth_machine on(p);
  const auto top = reinterpret_cast<std::uintptr_t>(__builtin_frame_address(0));
  run_alone(p, on);
  return top - on.lowest;
}

std::string times(std::size_t n, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i) all += text;
  return all;
}

TEST(Interpreter, The64KiBOfAFiberAreEnough) {
  constexpr std::size_t most = 48 * 1024;  // with a sanitizer; otherwise a quarter of it
  EXPECT_LT(stack_of("r = " + times(49, "-(p + ") + "p" + times(49, ")") + ";"), most);
  EXPECT_LT(stack_of("r = p" + times(98, " + p") + ";"), most);
  EXPECT_LT(stack_of("r = " + times(98, "p == (") + "p" + times(98, ")") + ";"), most);
  EXPECT_LT(stack_of(times(97, "while (1 + p) { ") + "r = p;" + times(97, "break; }")), most);
  EXPECT_LT(stack_of(times(97, "do { ") + "r = p;" + times(97, "} while (p);")), most);
  EXPECT_LT(stack_of(times(48, "if (1) { ") + "r = " + times(48, "!(") + "p" + times(48, ")") + ";" + times(48, "}")), most);
}

// Compares the stack between two accesses of an await loop, as an engine does.
class spin_machine : public fake_machine {
 public:
  using fake_machine::fake_machine;
  std::uint64_t load(std::size_t location, order o, const position& at) override {
    const char* const here = static_cast<const char*>(__builtin_frame_address(0));
    const std::string now(here, base);
    if (now == before && ++same == 3) memory.at(location) = 1;
    before = now;
    return fake_machine::load(location, o, at);
  }
  const char* base = nullptr;
  std::string before;
  int same = 0;
};

[[gnu::noinline]] void run_from_here(const program& p, spin_machine& on, values& registers) {
  on.base = static_cast<const char*>(__builtin_frame_address(0));
  run_thread(p, 0, on, registers);
}

TEST(Interpreter, RoundsOfAnAwaitLoopLeaveTheSameStack) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer moves variables off the stack, and forbids to look at it";
#endif
  const program p =
      in_thread("int e; do { e = 0; r = x.load(acquire); if (r) break; y.compare_exchange_weak(e, 1); y.store(0); } while (1);");
  spin_machine on(p);
  values registers(2);
  run_from_here(p, on, registers);
  EXPECT_EQ(registers[1], 1u);
  EXPECT_EQ(on.same, 3);
}

}  // namespace
}  // namespace holdfast::checker::litmus
