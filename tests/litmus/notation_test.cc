// The table of expected counts: every row is a program, and the one that it says.
#include "tests/litmus/notation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "checker/litmus/print.h"

namespace holdfast::checker::litmus {
namespace {

const std::vector<expected_row>& rows() {
  static const std::vector<expected_row> all = read_expected_rows("tests/litmus/expected_counts.tsv");
  return all;
}

std::size_t count(const std::string& text, const std::string& what) {
  std::size_t n = 0;
  for (std::size_t at = text.find(what); at != text.npos; at = text.find(what, at + what.size())) ++n;
  return n;
}

// As the program is printed, without its frame, on one line.
std::string body_of(const std::string& test) {
  const auto row = std::find_if(rows().begin(), rows().end(), [&](const expected_row& r) { return r.test == test; });
  if (row == rows().end()) return "no such row";
  std::string text = to_text(parse_notation(row->test, row->program));
  text = text.substr(text.find("{\n") + 2);
  text = text.substr(0, text.find("  }}}"));
  std::string line;
  for (const char c : text) {
    if (c == '\n') line += ' ';
    else if (c != ' ' || (!line.empty() && line.back() != ' ')) line += c;
  }
  for (const std::string order : {"relaxed", "acquire", "release", "acq_rel", "seq_cst"}) {
    for (std::size_t at = line.find("memory_order_" + order); at != line.npos; at = line.find("memory_order_" + order)) line.erase(at, 13);
  }
  return line;
}

TEST(Notation, ThereAre64Rows) {
  EXPECT_EQ(rows().size(), 64u);
  EXPECT_EQ(rows().front().test, "2+2W");
  EXPECT_EQ(rows().front().sc, 3u);
  EXPECT_EQ(std::count_if(rows().begin(), rows().end(), [](const expected_row& r) { return r.is_racy(); }), 5);
}

TEST(Notation, EveryRowIsAProgram) {
  for (const expected_row& row : rows()) {
    const program p = parse_notation(row.test, row.program);
    EXPECT_EQ(p.name, row.test);
    EXPECT_EQ(p.threads.size(), count(row.program, "\u2016") + 1) << row.test;
    for (const location& l : p.locations) {
      EXPECT_EQ(l.initial, 0u);
      EXPECT_EQ(l.of, int_type);
    }
  }
}

// Every access with an order is one in the program, with this order.
TEST(Notation, EveryAccessIsThere) {
  for (const expected_row& row : rows()) {
    const program p = parse_notation(row.test, row.program);
    const std::string text = to_text(p);
    const std::size_t relaxed = count(row.program, "rlx") - count(row.program, "rlx/rlx") * 2;
    const std::size_t swaps = count(text, ".compare_exchange_strong(");
    EXPECT_EQ(count(row.program, "CAS"), swaps) << row.test;
    EXPECT_EQ(count(text, "memory_order_relaxed"), relaxed + 2 * swaps) << row.test;
    EXPECT_EQ(count(text, "memory_order_acquire"), count(row.program, "acq(") + count(row.program, "Facq")) << row.test;
    EXPECT_EQ(count(text, "memory_order_release"), count(row.program, "rel(") + count(row.program, "Frel")) << row.test;
    const std::size_t unmarked =
        count(row.program, "atomic_store(") + count(row.program, "atomic_load(") + count(row.program, "atomic_fetch_add(");
    EXPECT_EQ(count(text, "memory_order_seq_cst"), count(row.program, "sc(") + count(row.program, "Fsc") + unmarked) << row.test;
  }
}

TEST(Notation, ALocationIsPlainIfItIsNeverAccessedWithAnOrder) {
  for (const expected_row& row : rows()) {
    for (const location& l : parse_notation(row.test, row.program).locations) {
      const bool is_plain = l.name == "x" && count(row.program, "{x = 1;") != 0;
      EXPECT_EQ(l.is_atomic, !is_plain) << row.test << " " << l.name;
    }
  }
}

TEST(Notation, SaysWhatTheRowSays) {
  EXPECT_EQ(
      body_of("SB"),
      "atomic_int x = 0; atomic_int y = 0; {{{ { x.store(1, release); y.load(acquire); } ||| { y.store(1, release); x.load(acquire); } ");
  EXPECT_EQ(body_of("MP+rel+acqf"),
            "atomic_int y = 0; int x = 0; {{{ { x = 1; y.store(1, release); } "
            "||| { int r_x; if (y.load(relaxed)) { atomic_thread_fence(acquire); r_x = x; } } ");
  EXPECT_EQ(body_of("MPU2+rels+acq"),
            "atomic_int y = 0; int x = 0; {{{ { x = 1; y.store(0, release); y.store(1, relaxed); } "
            "||| { int expected; expected = 2; y.compare_exchange_strong(expected, 3, relaxed, relaxed); } "
            "||| { int expected; expected = 1; y.compare_exchange_strong(expected, 2, relaxed, relaxed); } "
            "||| { if (y.load(acquire) > 2) { x = 2; } } ");
  EXPECT_EQ(body_of("W+RRR+W"),
            "atomic_int x = 0; {{{ { x.store(1, relaxed); } "
            "||| { int a; int b; int c; a = x.load(relaxed); b = x.load(relaxed); c = x.load(relaxed); "
            "assert(!(((a == 1) && (b == 2)) && (c == 1))); } ||| { x.store(2, relaxed); } ");
  EXPECT_EQ(body_of("LB+ctrl"),
            "atomic_int x = 0; atomic_int y = 0; "
            "{{{ { int r; r = x.load(relaxed); if (!r) { y.store(1, relaxed); } else { y.store(2, relaxed); } } "
            "||| { int r; r = y.load(relaxed); if (!r) { x.store(1, relaxed); } else { x.store(2, relaxed); } } ");
  EXPECT_EQ(body_of("casdep"),
            "atomic_int x = 0; atomic_int y = 0; atomic_int z = 0; "
            "{{{ { int a; int b; a = x.load(relaxed); b = y.compare_exchange_strong(a, 1, relaxed, relaxed); z.store(a, relaxed); } "
            "||| { y.store(2, relaxed); } ");
  EXPECT_EQ(body_of("Z6.U"),
            "atomic_int x = 0; atomic_int y = 0; {{{ { x.store(1, seq_cst); y.store(1, release); } "
            "||| { y.fetch_add(1, seq_cst); y.load(relaxed); } ||| { y.store(3, seq_cst); x.load(seq_cst); } ");
  EXPECT_EQ(body_of("detour"),
            "atomic_int x = 0; atomic_int y = 0; atomic_int z = 0; {{{ { x.store(1, relaxed); } "
            "||| { int a; int b; a = z.load(relaxed); x.store(a - 1, relaxed); b = x.load(relaxed); y.store(b, relaxed); } "
            "||| { int c; c = y.load(relaxed); z.store(c, relaxed); } ");
  EXPECT_EQ(body_of("atomicpo"),
            "atomic_int x = 0; atomic_int y = 0; {{{ { y.store(1, relaxed); atomic_thread_fence(acq_rel); x.store(1, relaxed); } "
            "||| { int r1; int r2; r1 = x.exchange(1, relaxed); r2 = y.exchange(1, relaxed); } ");
}

}  // namespace
}  // namespace holdfast::checker::litmus
