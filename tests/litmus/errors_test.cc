// What is wrong with a file is said once: where, what was expected, what was found.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "checker/litmus/parse.h"
#include "checker/litmus/parse_error.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {
namespace {

std::string error_of(const std::string& text) {
  try {
    parse(text, "f.c");
  } catch (const parse_error& e) {
    return e.what();
  }
  return "no error";
}

std::string times(std::size_t n, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < n; ++i) all += text;
  return all;
}

// In a thread that has atomic x and b, plain p, uint8_t c and local r. It begins in line 2, column 1.
std::string error_in_thread(const std::string& text) {
  return error_of("int main() { atomic_int x = 0; int p = 0; atomic<uint8_t> c = 0; atomic<bool> b = 0; {{{ { int r = 0;\n" + text +
                  "\n} }}} }");
}

// In P0 of a herd test, likewise, with pointers x and p.
std::string error_in_procedure(const std::string& text) {
  return error_of("C t {} P0 (atomic_int* x, int* p) { int r = 0;\n" + text + "\n}");
}

TEST(Errors, FilesThatAreNoLitmusTest) {
  const std::string expected = "expected `int main()` (CppMem) or `C NAME` (herd), found ";
  EXPECT_EQ(error_of(""), "f.c:1:1: " + expected + "the end of the file");
  EXPECT_EQ(error_of(" \n\n  // nothing\n"), "f.c:4:1: " + expected + "the end of the file");
  EXPECT_EQ(error_of("X86 SB\n{}"), "f.c:1:1: " + expected + "`X86`");
  EXPECT_EQ(error_of("\x7f"
                     "ELF"),
            "f.c:1:1: " + expected + "a byte 0x7f");
  EXPECT_EQ(error_of(std::string("\0\0", 2)), "f.c:1:1: " + expected + "a byte 0x00");
  EXPECT_EQ(error_of("\xff\xfe"), "f.c:1:1: " + expected + "a byte 0xff");
  EXPECT_EQ(error_of("  \u00e9t\u00e9"), "f.c:1:3: " + expected + "`\u00e9`");
  EXPECT_EQ(error_of(times(60, "a")), "f.c:1:1: " + expected + "`" + times(40, "a") + "...`");
}

TEST(Errors, FilesThatAreTooLarge) {
  EXPECT_EQ(error_of(times(max_text + 1, " ")), "f.c:1:1: expected a litmus test of at most 1 MiB, found a larger file");
}

TEST(Errors, UnterminatedComments) {
  EXPECT_EQ(error_of("int main() { /* {{{ }}} }"), "f.c:1:14: expected the end `*/` of this comment, found the end of the file");
  EXPECT_EQ(error_of("C t\n(* {}"), "f.c:2:1: expected the end `*)` of this comment, found the end of the file");
}

TEST(Errors, CppmemsFrame) {
  EXPECT_EQ(error_of("int main( { }"), "f.c:1:11: expected `)`, found `{`");
  EXPECT_EQ(error_of("int main() { int x = 0; x = 1; }"), "f.c:1:25: expected a declaration or `{{{`, which begins the threads, found `x`");
  EXPECT_EQ(error_of("int main() { {{{ ||| }}"), "f.c:1:24: expected `}}}`, which ends the threads, found the end of the file");
  EXPECT_EQ(error_of("int main() { {{{ }}} x = 1; }"), "f.c:1:22: expected `return 0;` or the `}` of main, found `x`");
  EXPECT_EQ(error_of("int main() { {{{ }}} return; }"), "f.c:1:28: expected a value, found `;`");
  EXPECT_EQ(error_of("int main() { {{{ }}} } foo"), "f.c:1:24: expected exists, ~exists, forall or the end of the file, found `foo`");
  EXPECT_EQ(error_of("int main() { {{{ { int r = 1;"), "f.c:1:30: expected `}`, found the end of the file");
  EXPECT_EQ(error_of("int x; foo"), "f.c:1:8: expected a declaration or `int main()`, found `foo`");
  EXPECT_EQ(error_of("void foo(int* p) {*p = 3;} int main() { }"), "f.c:1:1: expected an integer type of 1 to 8 bytes, found `void`");
}

TEST(Errors, Declarations) {
  EXPECT_EQ(error_of("int main() { mutex m; }"),
            "f.c:1:14: expected an integer type (mutexes are not supported: atomics only), found `mutex`");
  EXPECT_EQ(error_of("int main() { float f; }"), "f.c:1:14: expected an integer type of 1 to 8 bytes, found `float`");
  EXPECT_EQ(error_of("int main() { atomic<int*> f; }"), "f.c:1:24: expected `>`, found `*`");
  EXPECT_EQ(error_of("int main() { short long f; }"), "f.c:1:14: expected an integer type, found words that make none");
  EXPECT_EQ(error_of("int main() { int * p = 0; }"), "f.c:1:18: expected a variable (pointers are not supported), found `*`");
  EXPECT_EQ(error_of("int main() { int a[2]; }"), "f.c:1:19: expected a variable (arrays are not supported), found `[`");
  EXPECT_EQ(error_of("int main() { int if; }"), "f.c:1:18: expected a name, found `if`");
  EXPECT_EQ(error_of("int main() { int x;\n int x; }"),
            "f.c:2:6: expected a name that is not yet declared (line 1 declares it), found `x`");
  EXPECT_EQ(error_of("int main() { int x = y; }"), "f.c:1:22: expected a number, found `y`");
}

TEST(Errors, ValuesThatATypeDoesNotHave) {
  EXPECT_EQ(error_of("int main() { int x = 2147483648; }"),
            "f.c:1:22: expected a value of `int` (-2147483648 to 2147483647), found `2147483648`");
  EXPECT_EQ(error_of("int main() { unsigned x = -1; }"), "f.c:1:27: expected a value of `unsigned` (0 to 4294967295), found `-1`");
  EXPECT_EQ(error_of("int main() { atomic<uint8_t> x = 256; }"), "f.c:1:34: expected a value of `uint8_t` (0 to 255), found `256`");
  EXPECT_EQ(error_of("int main() { bool x = 2; }"), "f.c:1:23: expected a value of `bool` (0 to 1), found `2`");
  EXPECT_EQ(error_of("int main() { long x = 9223372036854775808; }"),
            "f.c:1:23: expected a value of `int64_t` (-9223372036854775808 to 9223372036854775807), found `9223372036854775808`");
  EXPECT_EQ(error_in_thread("c.store(300);"), "f.c:2:9: expected a value of `uint8_t` (0 to 255), found `300`");
  EXPECT_EQ(error_in_thread("p = -2147483649;"), "f.c:2:5: expected a value of `int` (-2147483648 to 2147483647), found `-2147483649`");
  EXPECT_EQ(error_in_thread("c.load().readsvalue(256);"), "f.c:2:21: expected a value of `uint8_t` (0 to 255), found `256`");
  EXPECT_EQ(error_in_thread("c.fetch_add(-129);"), "f.c:2:13: expected a value of `uint8_t` (0 to 255), found `-129`");
  EXPECT_EQ(error_in_thread("c.fetch_add(-128);"), "no error");
  EXPECT_EQ(error_in_thread("cas_strong(&c, 256, 1);"), "f.c:2:16: expected a value of `uint8_t` (0 to 255), found `256`");
  EXPECT_EQ(error_of("C t { uint8_t x = 256; } P0 (uint8_t* x) { }"), "f.c:1:19: expected a value of `uint8_t` (0 to 255), found `256`");
  EXPECT_EQ(error_of("C t { x = 300; } P0 (uint8_t* x) { }"), "f.c:1:11: expected a value of `uint8_t` (0 to 255), found `300`");
  EXPECT_EQ(error_of("int main() { bool b = 0; {{{ }}} } exists (b=2)"), "f.c:1:46: expected a value of `bool` (0 to 1), found `2`");
}

TEST(Errors, NumbersThatAreNone) {
  EXPECT_EQ(error_in_thread("r = 18446744073709551616;"), "f.c:2:5: expected a number below 2^64, found `18446744073709551616`");
  EXPECT_EQ(error_in_thread("r = " + times(50, "9") + ";"), "f.c:2:5: expected a number below 2^64, found `" + times(40, "9") + "...`");
  EXPECT_EQ(error_in_thread("r = 1.5;"), "f.c:2:5: expected an integer, found `1.5`");
  EXPECT_EQ(error_in_thread("r = 0x;"), "f.c:2:5: expected an integer, found `0x`");
  EXPECT_EQ(error_in_thread("r = 089;"), "f.c:2:5: expected an integer, found `089`");
  EXPECT_EQ(error_in_thread("r = 1abc;"), "f.c:2:5: expected an integer, found `1abc`");
  EXPECT_EQ(error_in_thread("r = 1uu;"), "f.c:2:5: expected an integer, found `1uu`");
}

TEST(Errors, Statements) {
  EXPECT_EQ(error_in_thread("r = 1 r = 2;"), "f.c:2:7: expected `;`, found `r`");
  EXPECT_EQ(error_in_thread("r = ;"), "f.c:2:5: expected an expression, found `;`");
  EXPECT_EQ(error_in_thread("r = (1 + 2;"), "f.c:2:11: expected `)`, found `;`");
  EXPECT_EQ(error_in_thread("r = r1;"), "f.c:2:5: expected a declared variable, found `r1`, which is not declared");
  EXPECT_EQ(error_in_thread("r1 += 1;"), "f.c:2:1: expected a declared variable, found `r1`, which is not declared");
  EXPECT_EQ(error_in_thread("{ int t = 1; } r = t;"), "f.c:2:20: expected a declared variable, found `t`, which is not declared");
  EXPECT_EQ(error_in_thread("int r = 2;"),
            "f.c:2:5: expected a name that is not yet declared in this thread (line 1 declares it), found `r`");
  EXPECT_EQ(error_in_thread("{ int t; } { long t; }"), "f.c:2:19: expected the type `int` that line 2 gives this name, found `int64_t`");
  EXPECT_EQ(error_in_thread("atomic_int y;"),
            "f.c:2:1: expected the type of a thread's own variable (shared ones are declared before the threads), found `atomic_int`");
  EXPECT_EQ(error_in_thread("break;"), "f.c:2:1: expected a statement: no loop is open, found `break`");
  EXPECT_EQ(error_in_thread("return;"), "f.c:2:1: expected an expression, found `return`");
  EXPECT_EQ(error_in_thread("if (r = 1) r = 2;"), "f.c:2:7: expected `)`, found `=`");
  EXPECT_EQ(error_in_thread("else r = 2;"), "f.c:2:1: expected an expression, found `else`");
  EXPECT_EQ(error_in_thread("do { } until (r);"), "f.c:2:8: expected `while`, found `until`");
  EXPECT_EQ(error_in_thread("for (;; int i) { }"), "f.c:2:9: expected an assignment or `)`, found `int`");
  EXPECT_EQ(error_in_thread("foo(1);"), "f.c:2:1: expected an atomic operation, assert or assume, found `foo`");
  EXPECT_EQ(error_in_thread("r = &x;"), "f.c:2:5: expected a value (addresses are not supported), found `&`");
  EXPECT_EQ(error_in_thread("r = p->next;"), "f.c:2:6: expected a variable (pointers and arrays are not supported), found `->`");
  EXPECT_EQ(error_in_thread("r = *p;"), "f.c:2:6: expected a variable that is a pointer, found `p`");
  EXPECT_EQ(error_in_thread("r = r << 1;"), "f.c:2:7: expected `;`, found `<<`");
}

TEST(Errors, AtomicOperations) {
  EXPECT_EQ(error_in_thread("x.store(1, memory_order_aquire);"),
            "f.c:2:12: expected a memory order (memory_order_relaxed, _consume, _acquire, _release, _acq_rel or _seq_cst), "
            "found `memory_order_aquire`");
  EXPECT_EQ(error_in_thread("x.store(1, memory_order_acquire);"),
            "f.c:2:12: expected an order for a store (relaxed, release or seq_cst), found `memory_order_acquire`");
  EXPECT_EQ(error_in_thread("r = x.load(memory_order_release);"),
            "f.c:2:12: expected an order for a load (relaxed, consume, acquire or seq_cst), found `memory_order_release`");
  EXPECT_EQ(error_in_thread("x.compare_exchange_weak(r, 1, acq_rel, acq_rel);"),
            "f.c:2:40: expected an order for failure (relaxed, consume, acquire or seq_cst), found `acq_rel`");
  EXPECT_EQ(error_in_thread("r = atomic_load_explicit(&x);"), "f.c:2:28: expected `,` and a memory order, found `)`");
  EXPECT_EQ(error_in_thread("r = atomic_load(&x, relaxed);"), "f.c:2:19: expected `)`, found `,`");
  EXPECT_EQ(error_in_thread("r = atomic_load(x);"), "f.c:2:17: expected `&` and an atomic location, found `x`");
  EXPECT_EQ(error_in_thread("r = atomic_load(&z);"), "f.c:2:18: expected a declared variable, found `z`, which is not declared");
  EXPECT_EQ(error_in_thread("r = x.swap(1);"),
            "f.c:2:7: expected load, store, exchange, fetch_..., compare_exchange_... or readsvalue, found `swap`");
  EXPECT_EQ(error_in_thread("r = r.load();"), "f.c:2:5: expected an atomic location, found `r`, which is not shared");
  EXPECT_EQ(error_in_thread("r = z.load();"), "f.c:2:5: expected a declared variable, found `z`, which is not declared");
  EXPECT_EQ(error_in_thread("r = x.store(1);"), "f.c:2:5: expected a value, found a store, which has none");
  EXPECT_EQ(error_in_thread("r = 1 + fence(seq_cst);"), "f.c:2:9: expected a value, found a fence, which has none");
  EXPECT_EQ(error_in_thread("fence();"),
            "f.c:2:7: expected a memory order (memory_order_relaxed, _consume, _acquire, _release, _acq_rel or _seq_cst), found `)`");
  EXPECT_EQ(error_in_thread("b.fetch_add(1);"), "f.c:2:1: expected an atomic integer, found `b`, which is a bool");
  EXPECT_EQ(error_in_thread("r = (r + 1).readsvalue(1);"),
            "f.c:2:12: expected `readsvalue` after a read of shared memory, found `.readsvalue` after another expression");
}

TEST(Errors, MutexesAreRefused) {
  EXPECT_EQ(error_in_thread("x.lock();"), "f.c:2:3: expected an atomic operation (mutexes are not supported), found `lock`");
  EXPECT_EQ(error_in_thread("unlock(x);"), "f.c:2:1: expected an atomic operation (mutexes are not supported), found `unlock`");
  EXPECT_EQ(error_of("C t {} P0 (mtx_t* m) { }"),
            "f.c:1:12: expected an integer type (mutexes are not supported: atomics only), found `mtx_t`");
}

TEST(Errors, MixedAccesses) {
  EXPECT_EQ(error_in_thread("r = x + 1;"), "f.c:2:5: expected x.load(ORDER), because `x` is atomic, found a plain read");
  EXPECT_EQ(error_in_thread("x = 1;"), "f.c:2:1: expected x.store(VALUE, ORDER), because `x` is atomic, found a plain write");
  EXPECT_EQ(error_in_thread("x++;"), "f.c:2:1: expected x.load(ORDER), because `x` is atomic, found a plain read");
  EXPECT_EQ(error_in_thread("p.store(1);"), "f.c:2:1: expected an atomic location, found `p`, which is plain");
  EXPECT_EQ(error_in_thread("atomic_store(&p, 1);"), "f.c:2:15: expected an atomic location, found `p`, which is plain");
  EXPECT_EQ(error_in_thread("x.compare_exchange_strong(c, 1);"),
            "f.c:2:27: expected c.load(ORDER), because `c` is atomic, found a plain read");
  EXPECT_EQ(error_in_procedure("r = *x;"), "f.c:2:6: expected atomic_load_explicit(x, ORDER), because `x` is atomic, found a plain read");
  EXPECT_EQ(error_in_procedure("*x = 1;"),
            "f.c:2:2: expected atomic_store_explicit(x, VALUE, ORDER), because `x` is atomic, found a plain write");
  EXPECT_EQ(error_in_procedure("atomic_store(p, 1);"), "f.c:2:14: expected an atomic location, found `p`, which is plain");
  EXPECT_EQ(error_of("C t {}\nP0 (atomic_int* x) { }\nP1 (volatile int* x) { }"),
            "f.c:3:5: expected `atomic_int*`, as line 2 has it, found `int*`: accesses of x would be mixed");
  EXPECT_EQ(error_of("C t { atomic_int x; }\nP0 (int* x) { }"),
            "f.c:2:5: expected `atomic_int*`, as line 1 has it, found `int*`: accesses of x would be mixed");
}

TEST(Errors, HerdsFrame) {
  EXPECT_EQ(error_of("C"), "f.c:1:2: expected the name of the test, found the end of the file");
  EXPECT_EQ(error_of("C {}"), "f.c:1:3: expected the name of the test, found `{`");
  EXPECT_EQ(error_of("C t\n;\n{}"), "f.c:2:1: expected `{`, which begins the initial state, found `;`");
  EXPECT_EQ(error_of("C t\nP0 (int* x)\n"), "f.c:3:1: expected `{`, which begins the initial state, found the end of the file");
  EXPECT_EQ(error_of("C t {}"), "f.c:1:7: expected `P0` and its parameters, found the end of the file");
  EXPECT_EQ(error_of("C t {} P1 (int* x) { }"), "f.c:1:8: expected `P0` and its parameters, found `P1`");
  EXPECT_EQ(error_of("C t {} P0 (int* x) { } P2 (int* x) { }"), "f.c:1:24: expected `P1` and its parameters, found `P2`");
  EXPECT_EQ(error_of("C t {} P0 (int x) { }"), "f.c:1:16: expected `*`: parameters are pointers to locations, found `x`");
  EXPECT_EQ(error_of("C t {} P0 (x) { }"), "f.c:1:12: expected a parameter, as in `atomic_int* x`, found `x`");
  EXPECT_EQ(error_of("C t {} P0 (int* x, int* x) { }"), "f.c:1:25: expected a parameter of another name, found `x`");
  EXPECT_EQ(error_of("C t {} P0 (int* x) { int r0 = *x;\n"), "f.c:2:1: expected `}`, found the end of the file");
  EXPECT_EQ(error_of("C t {} P0 (int* x) { } filter (x=1)"), "f.c:1:24: expected a condition (filters are not supported), found `filter`");
}

TEST(Errors, HerdsInitialState) {
  EXPECT_EQ(error_of("C t { x=1 y=2; }"), "f.c:1:11: expected `;` or `}`, found `y`");
  EXPECT_EQ(error_of("C t { int *x; }"), "f.c:1:11: expected a variable (pointers are not supported), found `*`");
  EXPECT_EQ(error_of("C t { int a[2]; }"), "f.c:1:12: expected a variable (arrays are not supported), found `[`");
  EXPECT_EQ(error_of("C t { x=y; }"), "f.c:1:9: expected a number, found `y`");
  EXPECT_EQ(error_of("C t { 3:r=1; } P0 (int* x) { }"), "f.c:1:7: expected a thread (0 to 0), found `3`");
  EXPECT_EQ(error_of("C t { atomic_int 0:r=1; }"), "f.c:1:18: expected a location: registers are not atomic, found `0`");
  EXPECT_EQ(error_of("C t { atomic_t x = ATOMIC_INIT(0); }"), "f.c:1:7: expected an integer type of 1 to 8 bytes, found `atomic_t`");
  EXPECT_EQ(error_of("C t { int x; }\nP0 (long* x) { }"), "f.c:2:5: expected the type `int` that line 1 gives x, found `int64_t`");
}

TEST(Errors, HerdsProcedures) {
  EXPECT_EQ(error_in_procedure("r0 = 1;"), "f.c:2:1: expected a declared variable, found `r0`, which is not declared");
  EXPECT_EQ(error_in_procedure("p = 1;"), "f.c:2:1: expected `*p`: p is a pointer, found `p`");
  EXPECT_EQ(error_in_procedure("r = p;"), "f.c:2:5: expected `*p`: p is a pointer, found `p`");
  EXPECT_EQ(error_in_procedure("*r = 1;"), "f.c:2:2: expected a parameter of this thread, found `r`");
  EXPECT_EQ(error_in_procedure("*y = 1;"), "f.c:2:2: expected a parameter of this thread, found `y`");
  EXPECT_EQ(error_in_procedure("r = atomic_load(&x);"),
            "f.c:2:17: expected a parameter of this thread, a pointer to an atomic location, found `&`");
  EXPECT_EQ(error_in_procedure("r = 1"), "f.c:3:1: expected `;`, found `}`");
  EXPECT_EQ(error_in_procedure("WRITE_ONCE(*p, 1);"), "f.c:2:1: expected an atomic operation, assert or assume, found `WRITE_ONCE`");
  EXPECT_EQ(error_in_procedure("atomic_compare_exchange_weak(x, 1, 2);"),
            "f.c:2:33: expected `&` and the variable with the expected value, found `1`");
}

TEST(Errors, Conditions) {
  const auto error_in = [](const std::string& text) {
    return error_of("int main() { atomic_int x = 0; {{{ r1 = x.load(); }}} }\n" + text);
  };
  EXPECT_EQ(error_in("exists"), "f.c:2:7: expected a register (0:r1) or a location, found the end of the file");
  EXPECT_EQ(error_in("exists (x=1"), "f.c:2:12: expected `)`, found the end of the file");
  EXPECT_EQ(error_in("exists (x)"), "f.c:2:10: expected `=` or `!=`, found `)`");
  EXPECT_EQ(error_in("exists (y=1)"), "f.c:2:9: expected a register (0:r1) or a location, found `y`, which is no location");
  EXPECT_EQ(error_in("exists (1:r1=1)"), "f.c:2:9: expected a thread (0 to 0), found `1`");
  EXPECT_EQ(error_in("exists (99999999999999999999:r1=1)"), "f.c:2:9: expected a thread (0 to 0), found `99999999999999999999`");
  EXPECT_EQ(error_in("exists (0:r2=1)"), "f.c:2:11: expected a variable of thread 0, found `r2`, which it does not have");
  EXPECT_EQ(error_in("exists (0:r1=x)"), "f.c:2:14: expected a number, found `x`");
  EXPECT_EQ(error_in("exists (x=1) exists (x=2)"), "f.c:2:14: expected the end, found `exists`");
  EXPECT_EQ(error_in("~forall (x=1)"), "f.c:2:1: expected exists, ~exists, forall or the end of the file, found `~`");
  EXPECT_EQ(error_in("locations [x y]"), "f.c:2:14: expected `;`, found `y`");
}

TEST(Errors, TooManyOfAKind) {
  const std::string threads_15 = "int main() { {{{ " + times(14, "|||");
  EXPECT_EQ(error_of(threads_15 + "}}} }"), "no error");
  EXPECT_EQ(error_of(threads_15 + "||| }}} }"), "f.c:1:64: expected at most 15 threads, found one more");
  std::string locations;
  for (int i = 0; i < 64; ++i) locations += fmt::format("int x{};", i);
  EXPECT_EQ(error_of("int main() {\n" + locations + "{{{ }}} }"), "no error");
  EXPECT_EQ(error_of("int main() {\n" + locations + "\nint y; {{{ }}} }"), "f.c:3:5: expected at most 64 locations, found `y`");
  std::string registers;
  for (int i = 0; i < 64; ++i) registers += fmt::format("r{} = 0;", i);
  EXPECT_EQ(error_of("int main() { {{{\n" + registers + "}}} }"), "no error");
  EXPECT_EQ(error_of("int main() { {{{\n" + registers + "\ns = 1; }}} }"), "f.c:3:1: expected at most 64 variables in a thread, found `s`");
  std::string procedures;
  for (int i = 0; i < 40; ++i) procedures += fmt::format("P{} () {{ }}\n", i);
  EXPECT_EQ(error_of("C t {}\n" + procedures), "f.c:17:1: expected at most 15 threads, found `P15`");
  EXPECT_EQ(error_of("C t {" + times(1, "a;b;") + "} P0 () { }"), "no error");
}

TEST(Errors, NestingThatIsTooDeep) {
  const std::string refused = ": expected at most 100 levels of nesting, found more";
  const auto is_refused = [&](const std::string& error) { return error.ends_with(refused); };
  for (const std::size_t n : {150u, 1'000u, 100'000u}) {
    EXPECT_TRUE(is_refused(error_in_thread("r = " + times(n, "-(") + "r" + times(n, ")") + ";")));
    EXPECT_TRUE(is_refused(error_in_thread("r = r" + times(n, " + r") + ";")));
    EXPECT_TRUE(is_refused(error_in_thread(times(n, "if (r) ") + "r = 1;")));
    EXPECT_TRUE(is_refused(error_in_thread(times(n, "{") + times(n, "}"))));
    EXPECT_TRUE(is_refused(error_in_thread("r = " + times(n, "r ? r : ") + "r;")));
    EXPECT_TRUE(is_refused(error_in_thread("r = " + times(n, "!") + "r;")));
  }
  for (const std::size_t n : {500u, 100'000u}) {
    EXPECT_TRUE(is_refused(error_in_thread("r = " + times(n, "(") + "r" + times(n, ")") + ";")));
    EXPECT_TRUE(is_refused(error_of("int main() { int x; {{{ }}} } exists " + times(n, "~(") + "x=1" + times(n, ")"))));
    EXPECT_TRUE(is_refused(error_of("int main() { int x; {{{ }}} } exists " + times(n, "x=1 => ") + "x=1")));
  }
  EXPECT_EQ(error_of("int main() { int x; {{{ }}} } exists (" + times(10'000, "x=1 \\/ x=2 /\\ ") + "x=1)"), "no error");
  EXPECT_EQ(error_in_thread("r = r" + times(90, " + r") + ";"), "no error");
}

TEST(Errors, KnowWhereTheyAre) {
  try {
    parse("int main() {\n\tfoo", "f.c");
    FAIL();
  } catch (const parse_error& e) {
    EXPECT_EQ(e.at(), (position{2, 2}));
  }
}

}  // namespace
}  // namespace holdfast::checker::litmus
