// Drawings: the text for message passing, letter by letter, and that Graphviz draws it where it says.
#include "checker/litmus/drawing.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace holdfast::checker::litmus {
namespace {

using enum edge_kind;

// The execution of CppMem's MP+na_rel+acq_na in which the flag is seen.
drawn_execution message_passing() {
  return {
      {{drawn_event::initial_write, "a:Wna x=0"},
       {drawn_event::initial_write, "b:Wna y=0"},
       {0, "c:Wna x=1"},
       {0, "d:Wrel y=1"},
       {1, "e:Racq y=1"},
       {1, "f:Rna x=1"}},
      {{2, 3, sb}, {4, 5, sb}, {3, 4, rf}, {2, 5, rf}, {0, 2, mo}, {1, 3, mo}, {3, 4, sw}, {2, 3, hb}, {3, 4, hb}, {4, 5, hb}, {2, 5, hb}}};
}

TEST(Drawing, MessagePassing) {
  EXPECT_EQ(to_dot(message_passing()), R"dot(digraph execution {
  splines=true;
  node [shape=plaintext, fontname="Helvetica", fontsize=12, fixedsize=true, margin=0];
  edge [fontname="Helvetica", fontsize=12];
  e0 [label="a:Wna x=0", pos="0.0,0.0!", width=1.153, height=0.250];
  e1 [label="b:Wna y=0", pos="173.0,0.0!", width=1.153, height=0.250];
  e2 [label="c:Wna x=1", pos="0.0,-72.0!", width=1.153, height=0.250];
  e3 [label="d:Wrel y=1", pos="0.0,-144.0!", width=1.153, height=0.250];
  e4 [label="e:Racq y=1", pos="173.0,-72.0!", width=1.153, height=0.250];
  e5 [label="f:Rna x=1", pos="173.0,-144.0!", width=1.153, height=0.250];
  e0 -> e2 [label=<<font color="blue">mo</font>>, color="blue", arrowsize=0.8];
  e1 -> e3 [label=<<font color="blue">mo</font>>, color="blue", arrowsize=0.8];
  e2 -> e3 [label=<<font color="black">sb</font>,<font color="forestgreen">hb</font>>, color="black:forestgreen", arrowsize=1.0];
  e2 -> e5 [label=<<font color="red">rf</font>>, color="red", arrowsize=0.8];
  e3 -> e4 [label=<<font color="red">rf</font>,<font color="deeppink4">sw</font>,<font color="forestgreen">hb</font>>, color="red:deeppink4:forestgreen", arrowsize=1.2];
  e4 -> e5 [label=<<font color="black">sb</font>,<font color="forestgreen">hb</font>>, color="black:forestgreen", arrowsize=1.0];
}
)dot");
}

bool has_edge(const std::string& dot, const std::string& ends) { return dot.find("  " + ends + " [label=") != dot.npos; }

TEST(Drawing, OnlyImmediateEdgesOfAnOrderAreDrawn) {
  for (const edge_kind k : {sb, hb, mo, sc}) {
    const std::string dot =
        to_dot({{{0, "a"}, {0, "b"}, {0, "c"}, {0, "d"}}, {{0, 1, k}, {0, 2, k}, {0, 3, k}, {1, 2, k}, {1, 3, k}, {2, 3, k}}});
    EXPECT_TRUE(has_edge(dot, "e0 -> e1") && has_edge(dot, "e1 -> e2") && has_edge(dot, "e2 -> e3"));
    EXPECT_FALSE(has_edge(dot, "e0 -> e2") || has_edge(dot, "e0 -> e3") || has_edge(dot, "e1 -> e3"));
  }
  EXPECT_TRUE(has_edge(to_dot({{{0, "a"}, {0, "b"}, {0, "c"}}, {{0, 1, fr}, {1, 2, fr}, {0, 2, fr}}}), "e0 -> e2"));
}

TEST(Drawing, AnOrderThatGoesInACircleIsDrawnWhole) {
  const std::string dot = to_dot({{{0, "a"}, {1, "b"}}, {{0, 1, sc}, {1, 0, sc}}});
  EXPECT_TRUE(has_edge(dot, "e0 -> e1") && has_edge(dot, "e1 -> e0"));
}

TEST(Drawing, ARaceHasNoDirection) {
  const std::string dot = to_dot({{{0, "a:Wna x=1"}, {1, "b:Rna x=0"}}, {{0, 1, dr}, {1, 0, dr}}});
  EXPECT_NE(dot.find("color=\"darkorange\", arrowsize=0.8, style=dashed, arrowhead=none];"), dot.npos);
  EXPECT_TRUE(has_edge(dot, "e0 -> e1"));
  EXPECT_FALSE(has_edge(dot, "e1 -> e0"));
}

TEST(Drawing, FewerColumnsStandInTheMiddle) {
  const std::string dot = to_dot({{{-1, "a"}, {-1, "b"}, {-1, "c"}, {0, "d"}}, {}});
  EXPECT_NE(dot.find("e1 [label=\"b\", pos=\"105.5,0.0!\""), dot.npos) << dot;
  EXPECT_NE(dot.find("e3 [label=\"d\", pos=\"105.5,-72.0!\""), dot.npos) << dot;
}

TEST(Drawing, LabelsAreQuoted) { EXPECT_NE(to_dot({{{0, "a\"b\\"}}, {}}).find("label=\"a\\\"b\\\\\""), std::string::npos); }

TEST(Drawing, NothingIsAnEmptyGraph) { EXPECT_NE(to_dot({}).find("digraph execution {"), std::string::npos); }

TEST(Drawing, GraphvizDrawsItWhereItSays) {
  const std::string svg = render_svg(to_dot(message_passing()));
  EXPECT_NE(svg.find("<svg"), svg.npos);
  EXPECT_NE(svg.find(">d:Wrel y=1</text>"), svg.npos);
  EXPECT_NE(svg.find("#8b0a50"), svg.npos) << "deeppink4";
  EXPECT_TRUE(svg.ends_with("</svg>\n"));
}

std::string error_of(const std::string& dot) {
  try {
    render_svg(dot);
  } catch (const drawing_error& e) {
    return e.what();
  }
  return "no error";
}

TEST(Drawing, WhatGraphvizRefusesIsSaidInOneLine) {
  const std::string error = error_of("digraph {");
  EXPECT_TRUE(error.starts_with("cannot draw: neato failed: ")) << error;
  EXPECT_EQ(error.find('\n'), error.npos);
}

TEST(Drawing, GraphvizHasToBeInstalled) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  EXPECT_EQ(error_of("digraph {}"), "cannot draw: neato is not on PATH; install graphviz (apt-get install graphviz)");
  ::setenv("PATH", path.c_str(), 1);
}

}  // namespace
}  // namespace holdfast::checker::litmus
