#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <exception>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "checker/check.h"
#include "checker/report/names.h"

namespace holdfast::checker {
namespace {

// A function's own static: registration happens before main(), in no order between files. A deque: pointers to checks stay valid.
std::deque<check>& registered() {
  static std::deque<check> checks;
  return checks;
}

// Registration happens where nobody can catch, and a registry with a hole must not run.
[[noreturn]] void refuse(const std::string& what) {
  fmt::print(stderr, "holdfast: {}\n", what);
  std::fflush(stderr);
  std::_Exit(2);
}

// Ids are typed, matched and split at these characters.
bool is_plain(std::string_view name) { return name.find_first_of("[]:*? \t\n") == name.npos; }

// An engine knows the schedule, but not always what its check is called.
void name_replay(const check& c, std::string& replay) {
  if (!replay.empty()) replay = c.id() + ":" + replay.substr(replay.rfind(':') + 1);
}

// Compilers give a header's path as it was found: "./impl/mutex.h".
void name_files(violation& found) {
  for (step& s : found.steps) {
    if (s.where.file.starts_with("./")) s.where.file.erase(0, 2);
  }
}

// A pass is empty if the situation that it is about does not occur.
void require_situations(result& r) {
  if (r.outcome != verdict::verified) return;
  for (const situation_report& s : r.situations) {
    if (s.reached) continue;
    r.outcome = verdict::violated;
    violation empty_pass;
    empty_pass.kind = violation_kind::unreached;
    empty_pass.object = s.text;
    empty_pass.explanation = "no execution reaches this situation, so that nothing was found says nothing about it";
    r.found = std::move(empty_pass);
    return;
  }
}

// Nothing expects this, an inconclusive verdict included.
constexpr std::string_view could_not_run = "it could not run";

// Whether it was the caller, not the check's own bound, that ended the search.
bool cut_by_caller(const run_options& options, const result& r) {
  if (r.outcome != verdict::inconclusive) return false;
  if (options.stop != nullptr && options.stop->load()) return true;
  if (options.seconds && r.seconds >= *options.seconds) return true;
  return options.executions && r.executions >= *options.executions;
}

std::string expected_text(const expectation& e) {
  if (e.outcome != verdict::violated) return std::string(text_of(e.outcome));
  if (e.kind == violation_kind::none) return "VIOLATED";
  return fmt::format("VIOLATED, {}", text_of(e.kind, e.object));
}

std::string found_text(const result& r) {
  std::string text(text_of(r.outcome));
  if (r.outcome == verdict::violated && r.found) {
    text += ", " + text_of(r.found->kind, r.found->object);
  }
  if (!r.limits.stopped_by.empty()) text += ", stopped: " + r.limits.stopped_by;
  return text;
}

// A name alone stands for any of several objects that have it: "next" for "next #2".
bool is_called(const std::string& object, const std::string& expected) {
  return expected.empty() || object == expected || object.starts_with(expected + " #");
}

bool same_finding(const expectation& e, const result& r) {
  if (e.outcome != r.outcome) return false;
  if (e.outcome != verdict::violated) return true;
  if (!r.found) return false;
  if (e.kind != violation_kind::none && e.kind != r.found->kind) return false;
  return is_called(r.found->object, e.object);
}

// Executions are counted by the search as it is.
bool is_counted(const run_options& o) { return o.awaits && o.cutting && o.symmetry && !o.under_sc && o.on.none(); }

// Of a part that came to its end, or found a violation.
std::string difference_of_part(const expectation& e, const run_options& options, const result& r) {
  if (r.outcome == verdict::violated) {
    // What the whole search finds first need not be in this part; whether a situation is reached is a finding of the whole.
    const bool of_whole = e.kind == violation_kind::unreached || (r.found && r.found->kind == violation_kind::unreached);
    if (same_finding(e, r) || (e.outcome == verdict::violated && !of_whole)) return "";
    return fmt::format("expected {}; got {}", expected_text(e), found_text(r));
  }
  if (e.outcome == verdict::verified && is_counted(options) && e.executions && r.executions > *e.executions) {
    return fmt::format("expected {} executions in all shards together; got {} in this one", *e.executions, r.executions);
  }
  const auto is_reached = [](const situation_report& s) { return s.reached; };
  if (e.kind == violation_kind::unreached && std::any_of(r.situations.begin(), r.situations.end(), is_reached)) {
    return fmt::format("expected {}; this shard reaches it", expected_text(e));
  }
  return "";
}

// One line, or nothing if the result is the expected one.
std::string difference(const expectation& e, const run_options& options, const result& r) {
  const bool is_replay = !options.replay.empty();
  if (r.limits.stopped_by.starts_with(could_not_run)) return r.limits.stopped_by;
  if (!options.on.none() && e.outcome == verdict::violated && r.outcome != verdict::inconclusive) return "";
  // One schedule that violates nothing contradicts only an expected violation.
  if (is_replay && r.outcome != verdict::violated) {
    if (e.outcome != verdict::violated || options.under_sc) return "";
    return fmt::format("expected {}; this schedule violates nothing", expected_text(e));
  }
  if (options.part && !is_replay && r.outcome != verdict::inconclusive) return difference_of_part(e, options, r);
  if (options.under_sc && e.outcome == verdict::violated && r.outcome == verdict::verified) return "";
  if (!same_finding(e, r)) {
    return fmt::format("expected {}; got {}", expected_text(e), found_text(r));
  }
  if (is_replay) return "";
  if (r.limits.by_caller) {
    return fmt::format("expected to end at its own bound; got {}", found_text(r));
  }
  if (is_counted(options) && !options.part && e.executions && *e.executions != r.executions) {
    return fmt::format("expected {} executions; got {}", *e.executions, r.executions);
  }
  return "";
}

constexpr std::string_view end_of_shard = "end of shard ";

std::string shard_text(const shard& s) { return fmt::format("{}/{}", s.index + 1, s.total); }

// A part is no verdict on the whole, but for a violation.
void name_part(const check& c, const shard& part, result& r) {
  std::string& why = r.limits.stopped_by;
  if (r.outcome == verdict::verified) {
    r.outcome = verdict::inconclusive;
    const bool elsewhere = c.expected.outcome == verdict::violated && c.expected.kind != violation_kind::unreached;
    why = fmt::format("{}{}: none of its executions violates{}", end_of_shard, shard_text(part),
                      elsewhere ? ", so one of another's must" : "");
  } else if (r.outcome == verdict::inconclusive) {
    why += " in shard " + shard_text(part);
  }
}

// A check that throws has no verdict; that a schedule is no schedule of it is the caller's business.
result run_or_explain(const check& c, const run_options& options) {
  result r;
  try {
    r = c.run(options);
  } catch (const std::exception& e) {
    if (!options.replay.empty() && dynamic_cast<const std::invalid_argument*>(&e) != nullptr) throw;
    if (dynamic_cast<const unusable_frontier*>(&e) != nullptr) throw;
    r.limits.stopped_by = fmt::format("{}: {}", could_not_run, e.what());
  }
  return r;
}

}  // namespace

void register_check(check c) {
  if (c.name.empty() || !is_plain(c.name) || !is_plain(c.mutant)) {
    refuse(fmt::format("a check cannot be called `{}`: no brackets, colons, globs or blanks", c.id()));
  }
  if (!c.run) refuse(fmt::format("the check `{}` was registered with nothing to run", c.id()));
  for (const check& other : registered()) {
    if (other.id() == c.id()) {
      refuse(fmt::format("two checks are called `{}`: rename one of them", c.id()));
    }
  }
  registered().push_back(std::move(c));
}

std::vector<const check*> all_checks() {
  std::vector<const check*> all;
  for (const check& c : registered()) all.push_back(&c);
  std::stable_sort(all.begin(), all.end(), [](const check* a, const check* b) {
    if (a->name != b->name) return a->name < b->name;
    return a->mutant.empty() && !b->mutant.empty();
  });
  return all;
}

result run_check(const check& c, const run_options& options) {
  result r = run_or_explain(c, options);
  r.name = c.name;
  r.mutant = c.mutant;
  r.threads = c.threads;
  r.expected = c.expected;
  const bool is_replay = !options.replay.empty();
  if (!is_replay) require_situations(r);
  if (r.found) {
    name_replay(c, r.found->replay);
    name_files(*r.found);
  }
  for (situation_report& s : r.situations) name_replay(c, s.replay);
  r.limits.by_caller = cut_by_caller(options, r);
  r.unexpected_because = difference(c.expected, options, r);
  r.as_expected = r.unexpected_because.empty();
  if (options.part && !is_replay) name_part(c, *options.part, r);
  return r;
}

bool is_ended_part(const result& r) { return r.outcome == verdict::inconclusive && r.limits.stopped_by.starts_with(end_of_shard); }

std::string options_text_of_schedule(run_options options) {
  options.part.reset();
  return options_text(options);
}

std::vector<std::string> texts_of(kernel::toggles on) {
  std::vector<std::string> texts;
  for (int i = 0; i < static_cast<int>(kernel::toggle::count); ++i) {
    const auto t = static_cast<kernel::toggle>(i);
    if (on[t]) texts.push_back(fmt::format("another kernel, {}: {}", kernel::name_of(t), kernel::meaning_of(t)));
  }
  return texts;
}

std::string names_of(kernel::toggles on) {
  std::string names;
  for (int i = 0; i < static_cast<int>(kernel::toggle::count); ++i) {
    const auto t = static_cast<kernel::toggle>(i);
    if (on[t]) names += fmt::format("{}{}", names.empty() ? "" : ",", kernel::name_of(t));
  }
  return names;
}

std::string options_text(const run_options& o) {
  std::string text = o.under_sc ? " --model sc" : "";
  if (!o.awaits) text += " --without-awaits";
  if (!o.cutting) text += " --without-cutting";
  if (!o.symmetry) text += " --without-symmetry";
  if (!o.on.none()) text += " --kernel " + names_of(o.on);
  if (o.part) text += " --shard " + shard_text(*o.part);
  return text;
}

}  // namespace holdfast::checker
