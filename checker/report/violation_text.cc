#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "checker/report/names.h"
#include "checker/report/text.h"

namespace holdfast::checker {
namespace {

std::string name_of_thread(unsigned thread) { return thread == 0 ? "set-up" : fmt::format("T{}", thread); }

std::string text_of(const decoded_word& w) { return w.text.empty() ? std::to_string(w.value) : w.text; }

// "held -> free", "sleeps"
std::string change(const step& s) {
  std::string text;
  if (s.read) text = text_of(*s.read);
  if (s.written) text += (s.read ? " -> " : "") + text_of(*s.written);
  if (!s.result.empty()) text += (text.empty() ? "" : ", ") + s.result;
  return text;
}

std::string_view file_name(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::string threads_text(const std::vector<unsigned>& threads) {
  std::vector<std::string> names;
  for (const unsigned t : threads) names.push_back(name_of_thread(t));
  return names.empty() ? "nobody" : fmt::format("{}", fmt::join(names, ", "));
}

// Plain data belongs to the scenario: its label says no more than the operation.
std::string with_label(const step& s) {
  const bool is_plain = s.operation == "read" || s.operation == "wrote";
  return s.label.empty() || is_plain ? s.operation : fmt::format("{} [{}]", s.operation, s.label);
}

std::vector<std::size_t> valid_parties(const violation& v) {
  std::vector<std::size_t> parties;
  for (const std::size_t i : v.parties) {
    if (i < v.steps.size()) parties.push_back(i);
  }
  return parties;
}

std::string headline(const result& r, const violation& v) {
  const std::vector<std::size_t> parties = valid_parties(v);
  std::vector<std::size_t> places = parties;
  if (places.empty() && !v.steps.empty()) places.push_back(v.steps.size() - 1);
  std::string where;
  for (const std::size_t i : places) {
    const source_line& line = v.steps[i].where;
    if (where.empty() && !line.file.empty()) where = fmt::format("{}:{}: ", line.file, line.line);
  }
  return fmt::format("{}{} {}: {}\n", where, text_of(r.outcome), display_name(r.name, r.mutant),
                     v.kind == violation_kind::none ? "this schedule violates nothing" : text_of(v.kind, v.object));
}

std::string parties_text(const violation& v) {
  std::size_t operation = 0;
  std::size_t value = 0;
  const std::vector<std::size_t> parties = valid_parties(v);
  for (const std::size_t i : parties) {
    operation = std::max(operation, with_label(v.steps[i]).size());
    value = std::max(value, change(v.steps[i]).size());
  }
  std::string text;
  for (const std::size_t i : parties) {
    const step& s = v.steps[i];
    text += fmt::format("  {} {:<{}} {:<{}}", name_of_thread(s.thread), with_label(s), operation, change(s), value);
    if (!s.where.file.empty()) {
      text += fmt::format(" at {}:{}", file_name(s.where.file), s.where.line);
    }
    text += fmt::format("   step {}", i + 1);
    if (!s.where.function.empty()) text += fmt::format(", in {}", s.where.function);
    text += "\n";
  }
  return text;
}

// "free -> held(T1) -> free(T1)": each value with its writer; the middle of a long history is left out.
std::string history(const violation& v, std::string_view object) {
  constexpr std::size_t shown_at_each_end = 6;
  std::vector<std::string> values;
  for (const step& s : v.steps) {
    if (s.object != object) continue;
    if (values.empty() && s.read) values.push_back(text_of(*s.read));
    if (!s.written || (s.read && s.read->value == s.written->value)) continue;
    values.push_back(fmt::format("{}({})", text_of(*s.written), name_of_thread(s.thread)));
  }
  if (values.size() > 2 * shown_at_each_end + 1) {
    const std::size_t left_out = values.size() - 2 * shown_at_each_end;
    const auto first = values.begin() + shown_at_each_end;
    const auto last = values.end() - shown_at_each_end;
    *first = fmt::format("({} more)", left_out);
    values.erase(first + 1, last);
  }
  return fmt::format("{}", fmt::join(values, " -> "));
}

// One line for each word: what is accessed with a memory order. Plain data has no history worth a line, and a fence is of no word.
std::string histories(const violation& v) {
  std::vector<std::string> words;
  for (const step& s : v.steps) {
    const bool is_of_word = !s.order.empty() && !s.object.empty();
    if (is_of_word && std::find(words.begin(), words.end(), s.object) == words.end()) words.push_back(s.object);
  }
  if (v.steps.empty()) return "";
  const std::string asleep = "asleep: " + threads_text(v.steps.back().asleep);
  std::string text;
  for (const std::string& word : words) {
    text += fmt::format("  {}: {}", word, history(v, word));
    text += &word == &words.back() ? fmt::format("      {}\n", asleep) : "\n";
  }
  return words.empty() ? fmt::format("  {}\n", asleep) : text;
}

bool is_discharged(const obligation_result& o) {
  return !o.answers.empty() &&
         std::all_of(o.answers.begin(), o.answers.end(), [&](const solver_answer& a) { return a.answer == o.expected; });
}

std::string obligations_text(const result& r) {
  constexpr std::size_t shown = 8;
  std::size_t failed = 0;
  std::string text;
  for (const obligation_result& o : r.obligations) {
    if (is_discharged(o) || ++failed > shown) continue;
    std::vector<std::string> answers;
    for (const solver_answer& a : o.answers) {
      answers.push_back(fmt::format("{} {}", a.solver, a.answer));
    }
    text += fmt::format("  {}: expected {}, {}\n", o.name, o.expected,
                        answers.empty() ? "nobody answered" : fmt::to_string(fmt::join(answers, ", ")));
    if (!o.counterexample.empty()) text += fmt::format("    with {}\n", o.counterexample);
    if (!o.smt_file.empty()) text += fmt::format("    in {}\n", o.smt_file);
  }
  if (failed > shown) text += fmt::format("  and {} more: --format=json has them\n", failed - shown);
  return text;
}

std::string next_command(const result& r, std::string_view command) {
  if (r.found && !r.found->replay.empty()) {
    return fmt::format("  replay:  {} replay {}\n", command, quoted_for_shell(r.found->replay));
  }
  const std::string id = quoted_for_shell(typed_name(r.name, r.mutant));
  if (r.engine == "proof") return fmt::format("  again:   {} prove {} --artifacts smt\n", command, id);
  return fmt::format("  again:   {} check {}\n", command, id);
}

// "" for 0; steps count from 1.
std::string number(std::size_t n) { return n == 0 ? "" : std::to_string(n); }

}  // namespace

std::string report(const result& r, std::string_view command) {
  std::string text;
  if (r.found) {
    text += headline(r, *r.found) + parties_text(*r.found);
    if (!r.found->explanation.empty()) text += fmt::format("  {}\n", r.found->explanation);
    text += histories(*r.found);
  }
  text += obligations_text(r);
  // A search that a violation ended had no time to reach anything.
  const bool is_complete = !r.found || r.found->kind == violation_kind::unreached;
  for (const situation_report& s : r.situations) {
    if (!is_complete) break;
    text += fmt::format("  {}: {}{}\n", s.reached ? "reached" : "not reached", s.text,
                        s.replay.empty() ? "" : "   replay " + quoted_for_shell(s.replay));
  }
  if (!r.as_expected) text += fmt::format("  not as expected: {}\n", r.unexpected_because);
  if (r.found || !r.as_expected) text += next_command(r, command);
  return text;
}

std::string execution(const violation& found) {
  using row = std::array<std::string, 10>;
  std::vector<row> rows = {{"", "step", "thread", "label", "operation", "object", "order", "value", "asleep", "at"}};
  const std::vector<std::size_t> parties = valid_parties(found);
  for (std::size_t i = 0; i < found.steps.size(); ++i) {
    const step& s = found.steps[i];
    const bool is_party = std::find(parties.begin(), parties.end(), i) != parties.end();
    std::string where;
    if (!s.where.file.empty()) where = fmt::format("{}:{}", s.where.file, s.where.line);
    if (!s.where.function.empty()) where += fmt::format(" in {}", s.where.function);
    std::string value = change(s);
    if (s.reads_from) value += fmt::format(" (from step {})", number(*s.reads_from + 1));
    rows.push_back({is_party ? ">" : "", number(i + 1), name_of_thread(s.thread), s.label, s.operation, s.object, s.order, value,
                    threads_text(s.asleep), where});
  }
  const std::size_t last = rows[0].size() - 1;
  std::array<std::size_t, 10> width{};
  for (const row& r : rows) {
    for (std::size_t i = 0; i < last; ++i) width[i] = std::max(width[i], r[i].size());
  }
  width[0] = 1;
  std::string text;
  for (const row& r : rows) {
    text += fmt::format("{:<1} {:>{}}", r[0], r[1], width[1]);
    for (std::size_t i = 2; i < last; ++i) text += fmt::format("  {:<{}}", r[i], width[i]);
    text += "  " + r[last];
    text.erase(text.find_last_not_of(' ') + 1);
    text += "\n";
  }
  return text;
}

}  // namespace holdfast::checker
