#include "checker/litmus/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "checker/litmus/judgement.h"
#include "checker/litmus/outcome.h"
#include "checker/litmus/print.h"
#include "checker/report/text.h"

namespace holdfast::checker::litmus {
namespace {

std::string_view word_of(judgement j) {
  switch (j) {
    case judgement::holds: return "HOLDS";
    case judgement::fails: return "FAILS";
    case judgement::undefined: return "UNDEFINED";
    case judgement::inconclusive: return "INCONCLUSIVE";
    case judgement::explored: return "EXPLORED";
  }
  return "";
}

std::string_view name_of(graph::memory_model m) { return m == graph::memory_model::sc ? "SC" : "RC11"; }

std::string place_text(const program& p, const position& at) { return fmt::format("{}:{}:{}", p.file, at.line, at.column); }

std::string executions_text(std::uint64_t n) { return fmt::format("{} execution{}", magnitude(n), n == 1 ? "" : "s"); }

std::string condition_line(const tested& t, judgement j) {
  const program& p = *t.test;
  if (p.final_condition.over == quantifier::absent) return "";
  const std::string text = "  " + condition_text(p);
  const truth is_true = truth_of_condition(p, t.found);
  const bool is_cut = !t.found.stopped_by.empty();
  if (t.found.executions == 0 && !is_cut) {
    return fmt::format("{} {}: there is no execution\n", text, is_true == truth::met ? "holds, but of nothing" : "does not hold");
  }
  std::string said = is_true == truth::met ? "holds" : is_true == truth::not_met ? "does not hold" : "is not decided";
  if (j == judgement::undefined) said = "is not decided, for the behaviour is undefined";
  return fmt::format("{} {}: {} of {}{}\n", text, said, grouped(matching_executions(p, t.found)), executions_text(t.found.executions),
                     is_cut ? " so far" : "");
}

std::string accessed(const program& p, const access& a, index location) {
  return fmt::format("    thread {} {} {} at {}\n", a.thread, name_of(a.what), p.locations[location].name, place_text(p, a.at));
}

std::string defect_text(const program& p, const defect& d, std::uint64_t executions) {
  const std::string share = d.executions == 0 ? "" : fmt::format(" in {} of {}", grouped(d.executions), executions_text(executions));
  switch (d.what) {
    case defect_kind::race:
      return fmt::format("  data race on `{}`{}: nothing orders\n{}{}", p.locations[d.location].name, share,
                         accessed(p, d.first, d.location), accessed(p, *d.other, d.location));
    case defect_kind::uninitialised:
      return fmt::format("  `{}` is read before it is written{}\n{}", p.locations[d.location].name, share,
                         accessed(p, d.first, d.location));
    case defect_kind::assertion:
      return fmt::format("  assertion `{}` fails{}\n    thread {} at {}\n", d.text, share, d.first.thread, place_text(p, d.first.at));
  }
  return "";
}

// States that are the same to the test are one already: what is not observed is 0.
std::string states_text(const tested& t) {
  const condition& c = t.test->final_condition;
  std::size_t width = 1;
  for (const auto& [state, count] : t.found.states) width = std::max(width, grouped(count).size());
  std::string text;
  for (const auto& [state, count] : t.found.states) {
    const bool is_meant = c.over != quantifier::absent && holds(c, state);
    std::string line = fmt::format("  {} {:>{}}  {}", is_meant ? '*' : ' ', grouped(count), width, text_of(*t.test, state));
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string uncounted_text(const findings& f) {
  std::string text;
  const auto add = [&text](std::uint64_t n, std::string_view what) {
    if (n != 0) text += fmt::format("  not counted: {} in which {}\n", executions_text(n), what);
  };
  add(f.blocked, "a thread waits for ever");
  add(f.abandoned, "an assumption does not hold");
  return text;
}

}  // namespace

void text_report::make_room(const program& p) {
  name_ = std::max(name_, p.name.size());
  threads_ = std::max(threads_, thread_count(static_cast<unsigned>(p.threads.size())).size());
}

std::string text_report::of(const tested& t, std::string_view command) const {
  const program& p = *t.test;
  const judgement j = judgement_of(p, t.found);
  std::string text =
      fmt::format("{:<12}  {:<{}}  {:<{}}  {:<4}  {:>18}", word_of(j), p.name, name_, thread_count(static_cast<unsigned>(p.threads.size())),
                  threads_, name_of(t.model), executions_text(t.found.executions));
  text += t.found.stopped_by.empty() ? "\n" : fmt::format("   stopped: {}\n", t.found.stopped_by);
  text += condition_line(t, j);
  for (const defect& d : t.found.defects) text += defect_text(p, d, t.found.executions);
  text += states_text(t) + uncounted_text(t.found);
  if (!t.drawings.empty()) text += fmt::format("  drawn: {}\n", t.drawings);
  const bool is_unclear = (j == judgement::fails || j == judgement::undefined) && t.found.executions != 0;
  if (is_unclear && t.drawings.empty()) {
    const std::string_view model = t.model == graph::memory_model::sc ? "--model=sc " : "";
    text += fmt::format("  draw:  {} litmus {}--graphs=graphs {}\n", command, model, quoted_for_shell(p.file));
  }
  return text;
}

}  // namespace holdfast::checker::litmus
