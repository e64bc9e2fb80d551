#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "tests/benchmarks/engine/goals.h"
#include "tests/benchmarks/engine/report.h"
#include "tests/benchmarks/statistics.h"

namespace holdfast::benchmarks::engine {
namespace {

constexpr int name_width = 26;

// 1.42 1.31-1.60: the median and the quartiles.
std::string spread(const quartiles& q) {
  const int digits = q.high < 9.995 ? 2 : q.high < 99.95 ? 1 : 0;
  return fmt::format("{:.{}f} {:.{}f}-{:.{}f}", q.median, digits, q.low, digits, q.high, digits);
}

std::string thousands_per_second(const series& s) {
  if (!s.is_timed()) return "-";
  const quartiles q = quartiles_of(s.rates());
  return spread({q.low / 1000, q.median / 1000, q.high / 1000});
}

std::string spread_or_none(const std::vector<double>& values) { return values.empty() ? "-" : spread(quartiles_of(values)); }

double mib(std::uint64_t bytes) { return static_cast<double>(bytes) / (1 << 20); }

class writer {
 public:
  template <class... Args>
  void line(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
    text_.erase(text_.find_last_not_of(' ') + 1);
    text_ += '\n';
  }
  std::string take() { return std::move(text_); }

 private:
  std::string text_;
};

void write_conditions(writer& out, const results& run) {
  std::string machine;
  for (const auto& [name, value] : run.machine) machine += fmt::format("{}{} {}", machine.empty() ? "" : "; ", name, value);
  out.line("{:<10}{}", "machine", machine);
  out.line("{:<10}{}", "command", run.command);
  out.line("{:<10}medians and quartiles of {} rounds; a measurement explores the program again and again, for {:.3g} s or once,", "method",
           run.how.rounds, run.how.seconds);
  out.line("{:<10}in a process of its own, whose memory is given", "");
  out.line("{:<10}{} of {} measurements repeated because others used more than {:.3g} % of a processor, {} kept all the same", "calm",
           run.repeated, run.measurements, run.how.calm, run.disturbed);
  if (run.genmc.empty()) {
    out.line("{:<10}not on the PATH: nothing is compared", "genmc");
  } else {
    out.line("{:<10}{}, {}; its time begins when it has compiled the program", "genmc", run.genmc, run.genmc_options);
  }
}

void write_engine(writer& out, const results& run) {
  out.line("\nThe engine alone, on one thread.\n");
  out.line("{:<{}}{:>11}{:>9}{:>11}  {:<22}{:>6}", "program", name_width, "executions", "blocked", "seconds", "1000 executions/s", "MiB");
  for (const measured_row& m : run.rows) {
    out.line("{:<{}}{:>11}{:>9}{:>11.6f}  {:<22}{:>6.1f}", m.name, name_width, m.engine.complete, m.engine.blocked,
             quartiles_of(m.engine.seconds).median, thousands_per_second(m.engine), mib(m.engine.peak_bytes));
  }
}

// The search as `check` runs it, which also holds each execution against the specification.
void write_jobs(writer& out, const results& run) {
  if (run.how.jobs < 2) return;
  out.line(
      "\nThe search as checks run it, on one thread and on {}. The ratio is that of the rounds in which others left the processors free.\n",
      run.how.jobs);
  out.line("{:<{}}{:<22}{:<22}{:<18}{:>6}", "program", name_width, "1000 executions/s", fmt::format("on {} threads", run.how.jobs), "ratio",
           "MiB");
  for (const measured_row& m : run.rows) {
    out.line("{:<{}}{:<22}{:<22}{:<18}{:>6.1f}", m.name, name_width, thousands_per_second(*m.one), thousands_per_second(*m.many),
             spread_or_none(thread_ratios(m, run.how.calm)), mib(m.many->peak_bytes));
  }
}

void write_genmc(writer& out, const results& run) {
  if (run.genmc.empty()) return;
  out.line(
      "\nGenMC, and the engine's executions per second as a multiple of its. *: it refuses the program, unless its in-place revisits are "
      "off.\n");
  out.line("{:<{}}{:>11}{:>9}{:>8}{:>9}  {:<22}{:<18}{:>6}", "program", name_width, "executions", "blocked", "equal", "seconds",
           "1000 executions/s", "ratio", "MiB");
  for (const measured_row& m : run.rows) {
    if (!m.genmc) continue;
    const genmc_series& g = *m.genmc;
    const std::string name = m.name + (g.without_in_place_revisits ? " *" : "");
    if (!g.refusal.empty()) {
      out.line("{:<{}}refused: {}", name, name_width, g.refusal);
      continue;
    }
    out.line("{:<{}}{:>11}{:>9}{:>8}{:>9.4f}  {:<22}{:<18}{:>6.1f}", name, name_width, g.complete, g.blocked,
             g.complete == m.engine.complete ? "yes" : "NO", quartiles_of(g.seconds).median, thousands_per_second(g),
             spread_or_none(g.is_timed() ? ratios(m.engine.rates(), g.rates()) : std::vector<double>()), mib(g.peak_bytes));
  }
}

// A line for each goal, and one for each program that misses it.
void write_goals(writer& out, const results& run) {
  out.line("\nGoals. noise: the median misses, the better quartile does not.\n");
  const std::vector<judgement> all = judge(run);
  for (std::size_t first = 0, end = 0; first < all.size(); first = end) {
    int of[3] = {};
    for (end = first; end < all.size() && all[end].goal == all[first].goal; ++end) ++of[static_cast<int>(all[end].is)];
    const verdict worst = of[2] > 0 ? verdict::misses : of[1] > 0 ? verdict::noise : verdict::holds;
    out.line("{:<8}{}: {} of {}", name_of(worst), all[first].goal, of[0], end - first);
    for (std::size_t i = first; i < end; ++i) {
      if (all[i].is != verdict::holds)
        out.line("          {:<7} {:<{}} {}", name_of(all[i].is), all[i].where, name_width, spread(all[i].ratio));
    }
  }
}

}  // namespace

std::string text(const results& run) {
  writer out;
  write_conditions(out, run);
  write_engine(out, run);
  write_jobs(out, run);
  write_genmc(out, run);
  write_goals(out, run);
  return out.take();
}

}  // namespace holdfast::benchmarks::engine
