#include "checker/litmus/drawing.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>

namespace holdfast::checker::litmus {
namespace {

struct pen {
  std::string_view name;
  std::string_view colour;
  bool is_reduced;  // only immediate edges are drawn
};

// In the order of the enumerators. Colours are CppMem's where it has the relation.
constexpr std::array pens = {
    pen{"sb", "black", true},      pen{"rf", "red", false},        pen{"mo", "blue", true},
    pen{"sw", "deeppink4", false}, pen{"hb", "forestgreen", true}, pen{"sc", "orange", true},
    pen{"rmw", "gray54", false},   pen{"fr", "sienna", false},     pen{"dr", "darkorange", false},
};
static_assert(pens.size() == static_cast<std::size_t>(edge_kind::dr) + 1);

const pen& pen_of(edge_kind k) { return pens.at(static_cast<std::size_t>(k)); }

// Points.
constexpr double row_height = 72;
constexpr double character_width = 7.5;
constexpr double column_gap = 90;
constexpr double node_height = 18;
constexpr double points_per_inch = 72;

using pairs = std::vector<std::pair<std::size_t, std::size_t>>;

// The edges that no others lead round. All of them, if they go in a circle.
pairs immediate(const pairs& edges, std::size_t events) {
  std::vector<std::vector<bool>> reaches(events, std::vector<bool>(events));
  for (const auto& [from, to] : edges) reaches[from][to] = true;
  for (std::size_t via = 0; via < events; ++via) {
    for (std::size_t from = 0; from < events; ++from) {
      if (!reaches[from][via]) continue;
      for (std::size_t to = 0; to < events; ++to) reaches[from][to] = reaches[from][to] || reaches[via][to];
    }
  }
  pairs kept;
  for (const auto& [from, to] : edges) {
    if (reaches[from][from]) return edges;
    bool is_immediate = true;
    for (std::size_t via = 0; via < events; ++via) is_immediate = is_immediate && !(reaches[from][via] && reaches[via][to]);
    if (is_immediate) kept.emplace_back(from, to);
  }
  return kept;
}

// The kinds of edge between two events, in the order of the enumerators.
using lines = std::map<std::pair<std::size_t, std::size_t>, std::vector<edge_kind>>;

lines lines_of(const drawn_execution& e) {
  lines all;
  for (std::size_t k = 0; k < pens.size(); ++k) {
    const auto kind = static_cast<edge_kind>(k);
    pairs edges;
    for (const drawn_edge& edge : e.edges) {
      const std::pair one = {edge.from, edge.to};
      const std::pair other = {edge.to, edge.from};
      const bool is_there = std::find(edges.begin(), edges.end(), one) != edges.end() ||
                            (kind == edge_kind::dr && std::find(edges.begin(), edges.end(), other) != edges.end());
      if (edge.kind == kind && !is_there) edges.push_back(one);
    }
    for (const auto& edge : pens[k].is_reduced ? immediate(edges, e.events.size()) : edges) all[edge].push_back(kind);
  }
  return all;
}

// In Graphviz's quotes.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result;
}

std::string nodes_text(const drawn_execution& e) {
  std::size_t initial_writes = 0;
  std::size_t threads = 0;
  std::size_t longest = 0;
  for (const drawn_event& event : e.events) {
    initial_writes += event.thread == drawn_event::initial_write ? 1 : 0;
    threads = std::max(threads, static_cast<std::size_t>(event.thread + 1));
    longest = std::max(longest, event.label.size());
  }
  const double width = character_width * static_cast<double>(longest) + 8;
  const std::size_t columns = std::max(initial_writes, threads);
  std::vector<std::size_t> rows(threads);
  std::size_t initial_column = 0;
  std::string text;
  for (std::size_t i = 0; i < e.events.size(); ++i) {
    const drawn_event& event = e.events[i];
    const bool is_initial = event.thread == drawn_event::initial_write;
    const std::size_t beside = is_initial ? initial_writes : threads;
    const std::size_t column = is_initial ? initial_column++ : static_cast<std::size_t>(event.thread);
    const std::size_t row = is_initial ? 0 : (initial_writes == 0 ? 0 : 1) + rows[static_cast<std::size_t>(event.thread)]++;
    const double x = (width + column_gap) * (static_cast<double>(column) + static_cast<double>(columns - beside) / 2);
    const double y = -row_height * static_cast<double>(row) + 0.0;
    text += fmt::format("  e{} [label=\"{}\", pos=\"{:.1f},{:.1f}!\", width={:.3f}, height={:.3f}];\n", i, escaped(event.label), x, y,
                        width / points_per_inch, node_height / points_per_inch);
  }
  return text;
}

std::string line_text(std::pair<std::size_t, std::size_t> ends, const std::vector<edge_kind>& kinds) {
  std::vector<std::string> labels;
  std::vector<std::string_view> colours;
  for (const edge_kind k : kinds) {
    const pen& p = pen_of(k);
    labels.push_back(fmt::format("<font color=\"{}\">{}</font>", p.colour, p.name));
    if (std::find(colours.begin(), colours.end(), p.colour) == colours.end()) colours.push_back(p.colour);
  }
  constexpr std::array arrow_sizes = {"0.8", "1.0", "1.2"};
  const bool is_race = kinds.size() == 1 && kinds[0] == edge_kind::dr;
  return fmt::format("  e{} -> e{} [label=<{}>, color=\"{}\", arrowsize={}{}];\n", ends.first, ends.second, fmt::join(labels, ","),
                     fmt::join(colours, ":"), arrow_sizes.at(std::min<std::size_t>(colours.size(), 3) - 1),
                     is_race ? ", style=dashed, arrowhead=none" : "");
}

}  // namespace

std::string to_dot(const drawn_execution& e) {
  std::string text =
      "digraph execution {\n"
      "  splines=true;\n"
      "  node [shape=plaintext, fontname=\"Helvetica\", fontsize=12, fixedsize=true, margin=0];\n"
      "  edge [fontname=\"Helvetica\", fontsize=12];\n";
  text += nodes_text(e);
  for (const auto& [ends, kinds] : lines_of(e)) text += line_text(ends, kinds);
  return text + "}\n";
}

}  // namespace holdfast::checker::litmus
