#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>
#include <string_view>

#include "tests/benchmarks/goals.h"
#include "tests/benchmarks/report.h"
#include "tests/benchmarks/statistics.h"

namespace holdfast::benchmarks {
namespace {

constexpr int cell_width = 26;
constexpr int lock_width = 17;

// 1.42 1.31-1.60: the median and the quartiles.
std::string spread(const quartiles& q) {
  const int digits = q.high < 9.995 ? 2 : 1;
  return fmt::format("{:.{}f} {:.{}f}-{:.{}f}", q.median, digits, q.low, digits, q.high, digits);
}

class writer {
 public:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_.erase(text_.find_last_not_of(' ') + 1);
    text_ += '\n';
  }
  void facts(std::string_view label, const std::vector<std::pair<std::string, std::string>>& all) {
    std::string joined;
    for (const auto& [name, value] : all) joined += fmt::format("{}{} {}", joined.empty() ? "" : "; ", name, value);
    line("{:<10}{}", label, joined);
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void write_conditions(writer& out, const results& run) {
  out.facts("machine", run.machine);
  out.facts("versions", run.versions);
  out.line("{:<10}{}", "command", run.command);
  const std::vector<series>& first = !run.contended.empty()  ? run.contended.front().locks
                                     : !run.families.empty() ? run.families.front().locks
                                                             : run.uncontended;
  const std::size_t rounds = first.front().rounds.size();
  out.line("{:<10}{} rounds of {:.3g} ms per lock and cell{}; threads {}; absl without deadlock detection", "method", rounds,
           run.how.seconds / run.how.rounds * 1000, run.interrupted ? " (interrupted: some cells have one less or none)" : "",
           run.how.pin ? "pinned" : "not pinned");
  out.line("{:<10}one iteration of work {:.3f} ns, one pause {:.1f} ns", "", run.iteration_ns, run.pause_ns);
  out.line("{:<10}others used {:.2f} processors on average; {}", "calm", run.others,
           run.calm_is_known ? fmt::format("{} of {} slices repeated because they used more than {:.3g} % of one, {} kept all the same",
                                           run.repeated, run.slices, run.how.calm, run.disturbed)
                             : "no slice was repeated, because the cpuacct control group is not there to tell which");
}

void write_pairs(writer& out, const results& run) {
  const series* bare = find(run.uncontended, uncontended_reference);
  if (bare == nullptr) return;
  out.line("\nUncontended: lock and unlock, processor time. Median and quartiles.\n");
  out.line("{:<18}{:>12}  {:<{}}", "", "ns", "ratio to the bare pair", lock_width);
  for (const series& s : run.uncontended)
    out.line("{:<18}{:>12.2f}  {:<{}}", s.lock, quartiles_of(s.rounds).median, spread(quartiles_of(ratios(s.rounds, bare->rounds))),
             lock_width);
}

// One line for each cell, one column for each lock.
void write_table(writer& out, const results& run, std::string_view title,
                 const std::function<std::string(const cell&, const series&)>& entry) {
  std::vector<std::string> locks;
  for (const cell& c : run.contended)
    for (const series& s : c.locks)
      if (std::find(locks.begin(), locks.end(), s.lock) == locks.end()) locks.push_back(s.lock);
  out.line("\n{}\n", title);
  std::string head = fmt::format("{:<{}}", "threads, section, outside", cell_width);
  for (const std::string& l : locks) head += fmt::format("  {:<{}}", l, lock_width);
  out.line("{}", head);
  for (const cell& c : run.contended) {
    std::string row = fmt::format("{:<{}}", fmt::format("{}  {:<7} {}", c.load.threads, c.section, c.outside), cell_width);
    for (const std::string& l : locks) {
      const series* s = find(c.locks, l);
      row += fmt::format("  {:<{}}", s == nullptr || s->rounds.empty() ? "" : entry(c, *s), lock_width);
    }
    out.line("{}", row);
  }
}

void write_contended(writer& out, const results& run) {
  if (run.contended.empty()) return;
  write_table(
      out, run, "Contended: sections per second, ratio to pthread normal. Median and quartiles.",
      [](const cell& c, const series& s) { return spread(quartiles_of(ratios(s.rounds, find(c.locks, contended_reference)->rounds))); });
  write_table(out, run,
              "Fraction of the ceiling. Ceiling, none outside: the sections per second of one thread with the bare pair. Equal outside:\n"
              "that, or, if less, what one thread does with the work outside, times the threads that run at once.",
              [](const cell& c, const series& s) { return spread(quartiles_of(ratios(s.rounds, c.ceiling))); });
  write_table(out, run, "Fairness: the fewest sections of a thread / the most, within a slice.",
              [](const cell&, const series& s) { return spread(quartiles_of(s.fairness)); });
}

void write_families(writer& out, const results& run) {
  if (run.families.empty()) return;
  out.line("\nOther families: operations per second, and their ratio to the first peer's. Median and quartiles.\n");
  for (const row& r : run.families) {
    for (const series& s : r.locks) {
      if (s.rounds.empty()) continue;
      out.line("{:<50}{:<24}{:>12.0f}  {:<{}}", &s == &r.locks.front() ? r.name : "", s.lock, quartiles_of(s.rounds).median,
               spread(quartiles_of(ratios(s.rounds, r.locks[1].rounds))), lock_width);
    }
  }
}

// Of locks whose threads the harness had to wake.
void write_rescues(writer& out, const results& run) {
  const auto write = [&out](const std::string& where, const std::vector<series>& locks) {
    for (const series& s : locks) {
      if (s.rescued == 0) continue;
      out.line("\n{} lost a wake-up: {} of {} slices of \"{}\" ended only when the benchmark woke its sleepers.", s.lock, s.rescued,
               s.rounds.size(), where);
    }
  };
  for (const cell& c : run.contended) write(fmt::format("{} threads, {}, {}", c.load.threads, c.section, c.outside), c.locks);
  for (const row& r : run.families) write(r.name, r.locks);
}

// A line for each goal, and one for each cell where it does not hold.
void write_goals(writer& out, const results& run) {
  const std::vector<judgement> all = judge(run);
  if (all.empty()) return;
  out.line("\nGoals. noise: the median misses, the better quartile does not.\n");
  std::vector<std::string> goals;
  for (const judgement& j : all)
    if (std::find(goals.begin(), goals.end(), j.goal) == goals.end()) goals.push_back(j.goal);
  for (const std::string& goal : goals) {
    int of[3] = {};
    for (const judgement& j : all)
      if (j.goal == goal) ++of[static_cast<int>(j.is)];
    const char* worst = name_of(of[2] > 0 ? verdict::misses : of[1] > 0 ? verdict::noise : verdict::holds);
    out.line("{:<8}{}: {} of {}", worst, goal, of[0], of[0] + of[1] + of[2]);
    for (const judgement& j : all)
      if (j.goal == goal && (j.is != verdict::holds || of[0] + of[1] + of[2] == 1))
        out.line("          {:<7} {:<42} {}", name_of(j.is), j.where, spread(j.ratio));
  }
}

}  // namespace

std::string text(const results& run) {
  writer out;
  write_conditions(out, run);
  write_pairs(out, run);
  write_contended(out, run);
  write_families(out, run);
  write_rescues(out, run);
  write_goals(out, run);
  return out.take();
}

}  // namespace holdfast::benchmarks
