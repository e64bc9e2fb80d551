// drawing: an execution as CppMem draws it, in Graphviz's language.
//
//   initial writes in a row on top; below them one column for each thread, in program order from top to bottom
//   edges between the same two events share one line and are named in their own colours: sb black, rf red, mo blue, sw deep pink,
//   hb green, sc orange, rmw grey, fr brown, dr (a data race, with no direction) orange and dashed
//   of sb, hb, mo and sc only the immediate edges are drawn
//
// Positions are in the text (`pos`), so it has to be drawn by `neato -n2`. The text is a function of the execution alone.
#ifndef HOLDFAST_CHECKER_LITMUS_DRAWING_H_
#define HOLDFAST_CHECKER_LITMUS_DRAWING_H_

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace holdfast::checker::litmus {

enum class edge_kind : std::uint8_t { sb, rf, mo, sw, hb, sc, rmw, fr, dr };

struct drawn_event {
  static constexpr int initial_write = -1;
  int thread = initial_write;  // counts from 0
  std::string label;           // "c:Racq y=1"
};

struct drawn_edge {
  std::size_t from = 0;  // indices into the events
  std::size_t to = 0;
  edge_kind kind = edge_kind::sb;
};

// The events of a thread are in program order.
struct drawn_execution {
  std::vector<drawn_event> events;
  std::vector<drawn_edge> edges;
};

std::string to_dot(const drawn_execution& e);

// What drawing needs and could not have, in one line.
struct drawing_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Has Graphviz's neato draw the text. Throws drawing_error.
std::string render_svg(std::string_view dot);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_DRAWING_H_
