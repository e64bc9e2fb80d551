// CppMem's language: what is read, seen through what is printed, which reads as the same program again.
#include <gtest/gtest.h>

#include <string>

#include "checker/litmus/parse.h"
#include "checker/litmus/print.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {
namespace {

// What is printed, without the name; and that it is printed so once more when it is read.
std::string read_and_print(const std::string& text) {
  const auto without_name = [](const std::string& printed) { return printed.substr(printed.find('\n') + 1); };
  const std::string printed = without_name(to_text(parse(text, "test.c")));
  EXPECT_EQ(without_name(to_text(parse(printed, "again.c"))), printed);
  return printed;
}

// The only statement of the only thread of a program with atomic x and y, plain p and q, and locals r and s; or all of them.
std::string statement(const std::string& text) {
  const std::string before = "int main() { atomic_int x = 0; atomic_int y = 0; int p = 0; int q; {{{ { int r; int s; ";
  const std::string printed = read_and_print(before + text + " } }}} return 0; }");
  const std::size_t begin = printed.find("int s;\n") + 7;
  std::string body = printed.substr(begin, printed.find("\n  }\n  }}}") - begin);
  body.insert(0, "\n");
  for (std::size_t at = body.find("\n    "); at != body.npos; at = body.find("\n    ", at + 1)) body.erase(at + 1, 4);
  return body.substr(1);
}

TEST(Cppmem, ReadsItsOwnExampleOfMessagePassing) {
  EXPECT_EQ(read_and_print("// MP+na_rel+acq_na\n"
                           "int main() {\n"
                           "  int x=0; atomic_int y=0;\n"
                           "  {{{ { x=1;\n"
                           "        y.store(1,memory_order_release); }\n"
                           "  ||| { r1=y.load(memory_order_acquire).readsvalue(1);\n"
                           "        r2=x; }  }}}\n"
                           "  return 0;\n"
                           "}\n"),
            "int main() {\n"
            "  int x = 0;\n"
            "  atomic_int y = 0;\n"
            "  {{{ {\n"
            "    x = 1;\n"
            "    y.store(1, memory_order_release);\n"
            "  }\n"
            "  ||| {\n"
            "    int64_t r1;\n"
            "    int64_t r2;\n"
            "    r1 = y.load(memory_order_acquire).readsvalue(1);\n"
            "    r2 = x;\n"
            "  }\n"
            "  }}}\n"
            "  return 0;\n"
            "}\n");
}

TEST(Cppmem, ThreadsNeedNoBraces) {
  const program p = parse("int main() { atomic_int x = 0; {{{ x.store(1); x.store(2); ||| r1 = x.load(); ||| }}}; return 0; }", "t.c");
  ASSERT_EQ(p.threads.size(), 3u);
  EXPECT_EQ(p.threads[0].statements.size(), 2u);
  EXPECT_EQ(p.threads[1].statements.size(), 1u);
  EXPECT_EQ(p.threads[2].first, none);
}

TEST(Cppmem, AThreadsLastStatementNeedsNoSemicolon) {
  const program p = parse("int main() { atomic_int x = 0; {{{ { x.store(1) } ||| x.store(2) }}} }", "t.c");
  EXPECT_EQ(p.threads.size(), 2u);
}

TEST(Cppmem, IsNamedAfterItsFile) { EXPECT_EQ(parse("int main() { {{{ }}} }", "some/folder/MP+rel.acq.c").name, "MP+rel.acq"); }

TEST(Cppmem, SkipsIncludesAndComments) {
  const program p = parse(
      "#include <atomic>\n#include <cassert>\nusing namespace std;\n/* a\n comment */ int main(void) { // x\n {{{ /**/ }}} }//", "t.c");
  EXPECT_EQ(p.threads.size(), 1u);
}

TEST(Cppmem, LocationsBeforeMainStartAtZeroAndThoseInItAtNothing) {
  const program p = parse("std::atomic<int> x, y{2}; int main() { int z; {{{ }}} }", "t.c");
  ASSERT_EQ(p.locations.size(), 3u);
  EXPECT_EQ(p.locations[0].initial, 0u);
  EXPECT_EQ(p.locations[1].initial, 2u);
  EXPECT_EQ(p.locations[2].initial, std::nullopt);
}

TEST(Cppmem, KnowsTheTypesOfC) {
  EXPECT_EQ(read_and_print(
                "int main() { unsigned a; long b; unsigned long long c; short int d; unsigned char e; char f; const volatile int g = -7;"
                " std::uint16_t h = 65535; size_t i; bool j = true; _Atomic int k; _Atomic(long) l; atomic_uint m; atomic_bool n;"
                " atomic<unsigned char> o; std::atomic_llong q; signed s = -2147483648; uint64_t t = 18446744073709551615;"
                " long u = -9223372036854775808; {{{ }}} }"),
            "int main() {\n  unsigned a;\n  int64_t b;\n  uint64_t c;\n  int16_t d;\n  uint8_t e;\n  int8_t f;\n  int g = -7;\n"
            "  uint16_t h = 65535;\n  uint64_t i;\n  bool j = 1;\n  atomic_int k;\n  atomic<int64_t> l;\n  atomic<unsigned> m;\n"
            "  atomic<bool> n;\n  atomic<uint8_t> o;\n  atomic<int64_t> q;\n  int s = -2147483648;\n  uint64_t t = 18446744073709551615;\n"
            "  int64_t u = -9223372036854775808;\n  {{{ {\n  }\n  }}}\n  return 0;\n}\n");
}

TEST(Cppmem, KnowsEveryAtomicOperationInBothForms) {
  EXPECT_EQ(statement("r = atomic_load_explicit(&x, mo_acquire);"), "r = x.load(memory_order_acquire);");
  EXPECT_EQ(statement("r = atomic_load(&x);"), "r = x.load(memory_order_seq_cst);");
  EXPECT_EQ(statement("r = x.load();"), "r = x.load(memory_order_seq_cst);");
  EXPECT_EQ(statement("atomic_store_explicit(&x, 1, release);"), "x.store(1, memory_order_release);");
  EXPECT_EQ(statement("std::atomic_store(&x, r + 1);"), "x.store(r + 1, memory_order_seq_cst);");
  EXPECT_EQ(statement("r = atomic_exchange(&x, 1);"), "r = x.exchange(1, memory_order_seq_cst);");
  EXPECT_EQ(statement("x.exchange(1, std::memory_order::relaxed);"), "x.exchange(1, memory_order_relaxed);");
  EXPECT_EQ(statement("atomic_fetch_add_explicit(&x, -1, std::memory_order_acq_rel);"), "x.fetch_add(-1, memory_order_acq_rel);");
  EXPECT_EQ(statement("x.fetch_sub(1, mo_consume);"), "x.fetch_sub(1, memory_order_consume);");
  EXPECT_EQ(statement("x.fetch_and(1, seq_cst);"), "x.fetch_and(1, memory_order_seq_cst);");
  EXPECT_EQ(statement("atomic_fetch_or(&x, 1);"), "x.fetch_or(1, memory_order_seq_cst);");
  EXPECT_EQ(statement("r = x.fetch_xor(s);"), "r = x.fetch_xor(s, memory_order_seq_cst);");
  EXPECT_EQ(statement("fence(memory_order_release);"), "atomic_thread_fence(memory_order_release);");
  EXPECT_EQ(statement("std::atomic_thread_fence(std::memory_order_seq_cst);"), "atomic_thread_fence(memory_order_seq_cst);");
}

TEST(Cppmem, KnowsEveryCompareAndExchange) {
  EXPECT_EQ(statement("r = x.compare_exchange_strong(s, 1, acquire, relaxed);"),
            "r = x.compare_exchange_strong(s, 1, memory_order_acquire, memory_order_relaxed);");
  EXPECT_EQ(statement("x.compare_exchange_weak(s, 1);"), "x.compare_exchange_weak(s, 1, memory_order_seq_cst, memory_order_seq_cst);");
  EXPECT_EQ(statement("atomic_compare_exchange_weak_explicit(&x, &s, r, release, acquire);"),
            "x.compare_exchange_weak(s, r, memory_order_release, memory_order_acquire);");
  EXPECT_EQ(statement("atomic_compare_exchange_strong(&x, &p, 1);"),
            "x.compare_exchange_strong(p, 1, memory_order_seq_cst, memory_order_seq_cst);");
  EXPECT_EQ(statement("cas_strong_explicit(&x, 0, 1, mo_acq_rel, mo_relaxed);"),
            "cas_strong_explicit(&x, 0, 1, memory_order_acq_rel, memory_order_relaxed);");
  EXPECT_EQ(statement("r = cas_weak(&x, s, 2);"), "r = cas_weak_explicit(&x, s, 2, memory_order_seq_cst, memory_order_seq_cst);");
}

TEST(Cppmem, OneOrderForACompareAndExchangeGivesTheOtherAsInCpp) {
  EXPECT_EQ(statement("x.compare_exchange_weak(s, 1, acq_rel);"),
            "x.compare_exchange_weak(s, 1, memory_order_acq_rel, memory_order_acquire);");
  EXPECT_EQ(statement("x.compare_exchange_weak(s, 1, release);"),
            "x.compare_exchange_weak(s, 1, memory_order_release, memory_order_relaxed);");
}

TEST(Cppmem, OperatorsBindAsInC) {
  EXPECT_EQ(statement("r = 1 + 2 * 3 - 4;"), "r = (1 + (2 * 3)) - 4;");
  EXPECT_EQ(statement("r = s | 1 ^ 2 & 3 == 4 < 5 + 6 % 7;"), "r = s | (1 ^ (2 & (3 == (4 < (5 + (6 % 7))))));");
  EXPECT_EQ(statement("r = r || s && !r;"), "r = r || (s && (!r));");
  EXPECT_EQ(statement("r = s ? 1 : r ? 2 : 3;"), "r = s ? 1 : (r ? 2 : 3);");
  EXPECT_EQ(statement("r = -~-s - -1;"), "r = (-(~(-s))) - (-1);");
  EXPECT_EQ(statement("r = (8 - 4) - (2 - 1) / (3) >= s != true;"), "r = (((8 - 4) - ((2 - 1) / 3)) >= s) != 1;");
  EXPECT_EQ(statement("r = (unsigned char)s + (long)(s + 1);"), "r = ((uint8_t)s) + ((int64_t)(s + 1));");
}

TEST(Cppmem, NumbersHaveTheTypesOfC) {
  EXPECT_EQ(statement("r = 0x10 + 010 + 2147483647 + 2147483648 + 4294967295u + 0xffffffff + 1ul + 0xffffffffffffffff;"),
            "r = ((((((16 + 8) + 2147483647) + 2147483648l) + 4294967295u) + 4294967295u) + 1ul) + 18446744073709551615ul;");
}

TEST(Cppmem, ReadsOfSharedMemoryMayStandInExpressions) {
  EXPECT_EQ(statement("if (x.load(relaxed) == 1 && p) q = y.fetch_add(1) + p;"),
            "if ((x.load(memory_order_relaxed) == 1) && p) {\n  q = y.fetch_add(1, memory_order_seq_cst) + p;\n}");
  EXPECT_EQ(statement("q = p.readsvalue(2) + 1;"), "q = p.readsvalue(2) + 1;");
}

TEST(Cppmem, KnowsCsControlFlow) {
  EXPECT_EQ(statement("if (r) s = 1; else if (s) { } else { s = 2; r = 3; }"),
            "if (r) {\n  s = 1;\n}\nelse {\n  if (s) {\n  }\n  else {\n    s = 2;\n    r = 3;\n  }\n}");
  EXPECT_EQ(statement("while (x.load() == 0) ;"), "while (x.load(memory_order_seq_cst) == 0) {\n}");
  EXPECT_EQ(statement("do { r += 1; if (r == 3) break; else continue; } while (r < 5);"),
            "do {\n  r = r + 1;\n  if (r == 3) {\n    break;\n  }\n  else {\n    continue;\n  }\n} while (r < 5);");
  EXPECT_EQ(statement("for (;;) break;"), "for (; ; ) {\n  break;\n}");
  EXPECT_EQ(statement("r = 1; for (s = 0; s < 3; ++s) r *= 2; s--;"),
            "r = 1;\n{\n  s = 0;\n  for (; s < 3; s = s + 1) {\n    r = r * 2;\n  }\n}\ns = s - 1;");
  EXPECT_EQ(statement("assert(r == 1); assume(s); __VERIFIER_assume(r != s);"), "assert(r == 1);\nassume(s);\nassume(r != s);");
}

TEST(Cppmem, AVariableThatIsAssignedToIsDeclaredAndHas64Bits) {
  const program p = parse("int main() { atomic_int x = 0; {{{ if (x.load()) { r1 = 1; } r1 = r1 + 1; }}} }", "t.c");
  ASSERT_EQ(p.threads[0].locals.size(), 1u);
  EXPECT_EQ(p.threads[0].locals[0].of, long_type);
}

TEST(Cppmem, VariablesOfBlocksThatNeverMeetMayShareAName) {
  const program p = parse("int main() { {{{ { int t = 1; } for (int t = 0; t < 2; t++) {} }}} }", "t.c");
  EXPECT_EQ(p.threads[0].locals.size(), 1u);
}

TEST(Cppmem, AVariableMayBeCalledAfterAMutexOrAnOrder) {
  const program p =
      parse("int main() { atomic_int mutex = 0; atomic_int lock = 0; {{{ mutex.store(lock.load(acquire), release); }}} }", "t.c");
  EXPECT_EQ(p.locations[0].name, "mutex");
}

TEST(Cppmem, KeepsTheTextOfAnAssertion) {
  const program p = parse("int main() { int x = 0; {{{ assert( !(x == 1\n  && x==2) ); }}} }", "t.c");
  EXPECT_EQ(p.threads[0].texts.at(0), "!(x == 1 && x==2)");
}

TEST(Cppmem, KnowsWhereStatementsAndAccessesStand) {
  const program p = parse("int main() {\n  atomic_int x = 0;\n  {{{\n    /* \u00e9 */ x.store(1);\n  }}}\n}", "t.c");
  EXPECT_EQ(p.threads[0].statements[0].at, (position{4, 13}));
  EXPECT_EQ(p.locations[0].at, (position{2, 14}));
}

TEST(Cppmem, ReadsAConditionAfterMain) {
  const auto condition = [](const std::string& text) {
    const program p = parse("int main() { atomic_int x = 0; int y = 0; {{{ r1 = x.load(); ||| int r1 = 0; }}} }\n" + text, "t.c");
    return condition_text(p);
  };
  EXPECT_EQ(condition(""), "");
  EXPECT_EQ(condition("exists (0:r1=0 /\\ P1:r1 == -1)"), "exists (0:r1=0 /\\ 1:r1=-1)");
  EXPECT_EQ(condition("~exists x=0x10;"), "~exists (x=16)");
  EXPECT_EQ(condition("forall (x=1 \\/ y=2 /\\ ~([x]=3 || true) => false)"), "forall (~(x=1 \\/ (y=2 /\\ ~(x=3 \\/ true))) \\/ false)");
  EXPECT_EQ(condition("exists not (x!=1 && y=1)"), "exists (~(x!=1 /\\ y=1))");
}

TEST(Cppmem, ObservesWhatTheConditionNames) {
  const program p =
      parse("int main() { atomic_int x = 0; int y = 0; {{{ r1 = x.load(); r2 = y; }}} } exists (y=1 /\\ 0:r2=1 /\\ y=2)", "t.c");
  EXPECT_EQ(p.observed, (std::vector<observable>{{0, 1}, {none, 1}}));
}

TEST(Cppmem, ObservesEverythingIfThereIsNoCondition) {
  const program p = parse("int main() { atomic_int x = 0; {{{ r1 = x.load(); ||| r2 = 1; }}} }", "t.c");
  EXPECT_EQ(p.observed, (std::vector<observable>{{0, 0}, {1, 0}, {none, 0}}));
}

}  // namespace
}  // namespace holdfast::checker::litmus
