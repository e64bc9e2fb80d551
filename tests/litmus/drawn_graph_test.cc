// Execution graphs as they are drawn: which events, and which edges between them.
#include "checker/litmus/drawn_graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "checker/litmus/drawing.h"
#include "checker/litmus/execute.h"
#include "checker/litmus/parse.h"
#include "checker/litmus/program.h"
#include "tests/litmus/notation.h"

namespace holdfast::checker::litmus {
namespace {

using lines = std::vector<std::string>;

std::vector<drawn_execution> drawings(const program& p) {
  execute_options options;
  options.draws = true;
  return execute(p, options).drawings;
}

std::string labels(const drawn_execution& e) {
  std::string text;
  for (const drawn_event& event : e.events) text += (text.empty() ? "" : " ") + event.label.substr(event.label.find(':') + 1);
  return text;
}

// The one whose events read so.
drawn_execution drawing(const program& p, const std::string& events) {
  std::string all;
  for (const drawn_execution& e : drawings(p)) {
    if (labels(e) == events) return e;
    all += "\n  " + labels(e);
  }
  ADD_FAILURE() << "no drawing of\n  " << events << "\nin" << all;
  return {};
}

// "c->e d->e"
std::string edges(const drawn_execution& e, edge_kind kind) {
  lines all;
  const auto name = [&](std::size_t i) { return e.events[i].label.substr(0, e.events[i].label.find(':')); };
  for (const drawn_edge& edge : e.edges) {
    if (edge.kind == kind) all.push_back(name(edge.from) + "->" + name(edge.to));
  }
  std::sort(all.begin(), all.end());
  std::string text;
  for (const std::string& one : all) text += (text.empty() ? "" : " ") + one;
  return text;
}

std::string synchronisations(const std::string& threads, const std::string& events) {
  return edges(drawing(parse_notation("t", threads), events), edge_kind::sw);
}

TEST(DrawnGraph, MessagePassing) {
  const drawn_execution e = drawing(parse_notation("t", "A{x = 1; Wrel(y,1);} \u2016 B{int r; if (Racq(y)) r = x;}"),
                                    "Wna y=0 Wna x=0 Wna x=1 Wrel y=1 Racq y=1 Rna x=1");
  lines names;
  for (const drawn_event& event : e.events) names.push_back(std::to_string(event.thread) + event.label.substr(0, 2));
  EXPECT_EQ(names, (lines{"-1a:", "-1b:", "0c:", "0d:", "1e:", "1f:"}));
  EXPECT_EQ(edges(e, edge_kind::sb), "c->d e->f");
  EXPECT_EQ(edges(e, edge_kind::rf), "c->f d->e");
  EXPECT_EQ(edges(e, edge_kind::mo), "a->d b->c");
  EXPECT_EQ(edges(e, edge_kind::sw), "d->e");
  EXPECT_EQ(edges(e, edge_kind::dr), "");
}

TEST(DrawnGraph, AReadModifyWriteIsOneEvent) {
  const drawn_execution e =
      drawing(parse_notation("t", "A{FAIar(x,1); Rrlx(x);} \u2016 B{Wrlx(x,5);}"), "Wna x=0 RMWar x=0/1 Rrlx x=5 Wrlx x=5");
  EXPECT_EQ(edges(e, edge_kind::sb), "b->c");
  EXPECT_EQ(edges(e, edge_kind::rf), "a->b d->c");
  EXPECT_EQ(edges(e, edge_kind::mo), "a->b b->d");
}

TEST(DrawnGraph, AFailedCompareExchangeIsARead) {
  const program p = parse_notation("t", "A{int e = 7; CASrel/acq(x,exp=e,1);} \u2016 B{Wrel(x,2);}");
  EXPECT_EQ(edges(drawing(p, "Wna x=0 Racq x=2 Wrel x=2"), edge_kind::sw), "c->b");
}

TEST(DrawnGraph, AnAccessSynchronisesOnlyIfBothSidesDo) {
  EXPECT_EQ(synchronisations("A{Wrlx(y,1);} \u2016 B{Racq(y);}", "Wna y=0 Wrlx y=1 Racq y=1"), "");
  EXPECT_EQ(synchronisations("A{Wrel(y,1);} \u2016 B{Rrlx(y);}", "Wna y=0 Wrel y=1 Rrlx y=1"), "");
  EXPECT_EQ(synchronisations("A{Wsc(y,1);} \u2016 B{Rsc(y);}", "Wna y=0 Wsc y=1 Rsc y=1"), "b->c");
}

TEST(DrawnGraph, FencesSynchronise) {
  EXPECT_EQ(synchronisations("A{Frel; Wrlx(y,1);} \u2016 B{Rrlx(y); Facq;}", "Wna y=0 Frel Wrlx y=1 Rrlx y=1 Facq"), "b->e");
  EXPECT_EQ(synchronisations("A{Frel; Wrlx(y,1);} \u2016 B{Racq(y);}", "Wna y=0 Frel Wrlx y=1 Racq y=1"), "b->d");
  EXPECT_EQ(synchronisations("A{Wrel(y,1);} \u2016 B{Rrlx(y); Far;}", "Wna y=0 Wrel y=1 Rrlx y=1 Far"), "b->d");
  EXPECT_EQ(synchronisations("A{Wrlx(y,1); Frel;} \u2016 B{Facq; Rrlx(y);}", "Wna y=0 Wrlx y=1 Frel Facq Rrlx y=1"), "");
  EXPECT_EQ(synchronisations("A{Facq; Wrlx(y,1);} \u2016 B{Rrlx(y); Frel;}", "Wna y=0 Facq Wrlx y=1 Rrlx y=1 Frel"), "");
}

TEST(DrawnGraph, AReleaseSequenceIsAWriteAndItsUpdates) {
  EXPECT_EQ(synchronisations("A{Wrel(y,1);} \u2016 B{FAIrlx(y,1);} \u2016 C{Racq(y);}", "Wna y=0 Wrel y=1 RMWrlx y=1/2 Racq y=2"), "b->d");
  EXPECT_EQ(synchronisations("A{Wrel(y,1);} \u2016 B{FAIrel(y,1);} \u2016 C{Racq(y);}", "Wna y=0 Wrel y=1 RMWrel y=1/2 Racq y=2"),
            "b->d c->d");
  EXPECT_EQ(synchronisations("A{Wrel(y,1); Wrlx(y,2);} \u2016 B{Racq(y);}", "Wna y=0 Wrel y=1 Wrlx y=2 Racq y=2"), "");
}

TEST(DrawnGraph, AThreadDoesNotSynchroniseWithItself) {
  EXPECT_EQ(synchronisations("A{Wrel(y,1); Racq(y);}", "Wna y=0 Wrel y=1 Racq y=1"), "");
}

TEST(DrawnGraph, Races) {
  const program p = parse_notation("t", "A{x = 1; Wrel(y,1);} \u2016 B{int r; if (Rrlx(y)) r = x;}");
  EXPECT_EQ(edges(drawing(p, "Wna y=0 Wna x=0 Wna x=1 Wrel y=1 Rrlx y=1 Rna x=0"), edge_kind::dr), "c->f");
}

TEST(DrawnGraph, WhatWasNeverWrittenIsUnknown) {
  const program p = parse("int main() { int u; {{{ { r = u; u = 1; } }}} }", "t.c");
  const drawn_execution e = drawing(p, "Rna u=? Wna u=1");
  EXPECT_EQ(edges(e, edge_kind::rf) + edges(e, edge_kind::mo), "");
}

TEST(DrawnGraph, LettersGoOnAfterZ) {
  const program p =
      parse("int main() { atomic_int x = 0; {{{ { for (int i = 0; i < 28; i++) x.store(i, memory_order_relaxed); } }}} }", "t.c");
  const drawn_execution e = drawings(p).at(0);
  EXPECT_EQ(e.events.at(25).label, "z:Wrlx x=24");
  EXPECT_EQ(e.events.at(26).label, "aa:Wrlx x=25");
  EXPECT_EQ(e.events.at(28).label, "ac:Wrlx x=27");
}

}  // namespace
}  // namespace holdfast::checker::litmus
