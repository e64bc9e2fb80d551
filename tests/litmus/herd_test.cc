// herd's C format: the same programs, from another text.
#include <gtest/gtest.h>

#include <string>

#include "checker/litmus/parse.h"
#include "checker/litmus/print.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {
namespace {

std::string read_and_print(const std::string& text) {
  const program p = parse(text, "test.litmus");
  program again = parse(to_text(p), "again.c");
  again.name = p.name;
  EXPECT_EQ(to_text(again), to_text(p));
  return to_text(p);
}

TEST(Herd, ReadsMessagePassing) {
  EXPECT_EQ(read_and_print("C MP+rel+acq\n"
                           "\"PodWW Rfe PodRR Fre\"\n"
                           "Cycle=Rfe PodRR Fre PodWW\n"
                           "(* two threads { *)\n"
                           "\n"
                           "{ x=0; [y] = 0; (* both start at 0 *) }\n"
                           "\n"
                           "P0 (volatile int* x, atomic_int* y) {\n"
                           "  *x = 1;\n"
                           "  atomic_store_explicit(y, 1, memory_order_release);\n"
                           "}\n"
                           "\n"
                           "P1 (volatile int* x, atomic_int *y) {\n"
                           "  int r0 = atomic_load_explicit(y, memory_order_acquire);\n"
                           "  int r1 = 0;\n"
                           "  if (r0) { r1 = (*x); } // a comment\n"
                           "}\n"
                           "\n"
                           "locations [x;]\n"
                           "exists (* the stale value *)\n"
                           "(1:r0=1 /\\ 1:r1=0)\n"),
            "// MP+rel+acq\n"
            "int main() {\n"
            "  int x = 0;\n"
            "  atomic_int y = 0;\n"
            "  {{{ {\n"
            "    x = 1;\n"
            "    y.store(1, memory_order_release);\n"
            "  }\n"
            "  ||| {\n"
            "    int r0;\n"
            "    int r1;\n"
            "    r0 = y.load(memory_order_acquire);\n"
            "    r1 = 0;\n"
            "    if (r0) {\n"
            "      r1 = x;\n"
            "    }\n"
            "  }\n"
            "  }}}\n"
            "  return 0;\n"
            "}\n"
            "exists (1:r0=1 /\\ 1:r1=0)\n");
}

TEST(Herd, LocationsExtendsWhatIsObserved) {
  const program p = parse("C t\n{}\nP0 (int* x, int* y) { int r0 = *x; int r1 = *y; }\nlocations [0:r1; y int]\nexists 0:r0=1", "t");
  EXPECT_EQ(p.observed, (std::vector<observable>{{0, 0}, {0, 1}, {none, 1}}));
}

TEST(Herd, TheInitialStateGivesTypesAndValues) {
  const std::string text = read_and_print(
      "C t\n{ a; b=-1; int c; atomic_int d=2; [e]=0x7; uint8_t f=255; _Atomic long g; int h=3 }\n"
      "P0 (atomic_int* a, int* b, int* c, atomic_int* d, uint8_t* f, atomic_long* g, atomic_int* h) { }");
  EXPECT_EQ(text,
            "// t\nint main() {\n  atomic_int a = 0;\n  int b = -1;\n  int c = 0;\n  atomic_int d = 2;\n  int e = 7;\n  uint8_t f = 255;\n"
            "  atomic<int64_t> g = 0;\n  atomic_int h = 3;\n  {{{ {\n  }\n  }}}\n  return 0;\n}\n");
}

TEST(Herd, TheInitialStateGivesRegistersValuesAndTargets) {
  EXPECT_EQ(read_and_print("C t\n{ 0:r5=7; int 1:r5=-2; 0:a=x; 1:a=&y; x=1; }\n"
                           "P0 (int* a) { *a = r5; }\n"
                           "P1 (int* a, int* x) { *x = *a; }\n"
                           "forall (0:r5=7 /\\ 1:r5=-2)"),
            "// t\nint main() {\n  int x = 1;\n  int y = 0;\n  {{{ {\n    int64_t r5;\n    r5 = 7;\n    x = r5;\n  }\n"
            "  ||| {\n    int r5;\n    r5 = -2;\n    x = y;\n  }\n  }}}\n  return 0;\n}\nforall (0:r5=7 /\\ 1:r5=-2)\n");
}

TEST(Herd, ExpectedValuesMayBeLocalOrShared) {
  EXPECT_EQ(read_and_print("C t\n{}\nP0 (atomic_int* y, int* z) { int e = 1; atomic_compare_exchange_strong(y, z, 2);\n"
                           "  int r = atomic_compare_exchange_weak_explicit(y, &e, *z, memory_order_acquire, memory_order_relaxed); }"),
            "// t\nint main() {\n  atomic_int y = 0;\n  int z = 0;\n  {{{ {\n    int e;\n    int r;\n    e = 1;\n"
            "    y.compare_exchange_strong(z, 2, memory_order_seq_cst, memory_order_seq_cst);\n"
            "    r = y.compare_exchange_weak(e, z, memory_order_acquire, memory_order_relaxed);\n"
            "  }\n  }}}\n  return 0;\n}\n");
}

TEST(Herd, AParenthesisBeforeAStarIsNoCommentInC) {
  const program p = parse("C t\n{}\nP0 (int* x) { if (*x) { *x += 2; } }\n(* *) exists x=2", "t");
  EXPECT_EQ(p.threads[0].statements.size(), 2u);
}

TEST(Herd, ALocalMayHaveTheNameOfALocationOfOtherThreads) {
  const program p = parse("C t\n{}\nP0 (int* x) { *x = 1; }\nP1 (int* y) { int x = *y; }\nexists (x=1 /\\ 1:x=0)", "t");
  EXPECT_EQ(p.observed, (std::vector<observable>{{1, 0}, {none, 0}}));
}

TEST(Herd, IsNamedByItsFirstLine) {
  EXPECT_EQ(parse("C LB+fetch.addrlxrlx-porlxrlx\n{}\nP0 (int* x) { }", "t").name, "LB+fetch.addrlxrlx-porlxrlx");
}

TEST(Herd, AcceptsWhatIsEmptyAndWhatIsVoid) {
  const program p = parse("C t\n{}\nvoid P0 () { }\nP1 (int* const x) { ; {} }", "t");
  EXPECT_EQ(p.threads.size(), 2u);
}

}  // namespace
}  // namespace holdfast::checker::litmus
