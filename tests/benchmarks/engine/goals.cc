#include "tests/benchmarks/engine/goals.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

namespace holdfast::benchmarks::engine {
namespace {

constexpr std::uint64_t many_executions = 1000;
constexpr double times_genmc = 20;
constexpr double times_one_thread = 1.7;
constexpr double most_mib = 64;

judgement at_least(std::string goal, const std::string& row, const std::vector<double>& values, double wanted) {
  const quartiles q = quartiles_of(values);
  const verdict is = q.median >= wanted ? verdict::holds : q.high >= wanted ? verdict::noise : verdict::misses;
  return {std::move(goal), row, q, wanted, is};
}

judgement exactly(std::string goal, const std::string& row, double value, bool holds, double wanted) {
  return {std::move(goal), row, {value, value, value}, wanted, holds ? verdict::holds : verdict::misses};
}

void judge_counts(const measured_row& m, std::vector<judgement>& all) {
  if (!m.genmc || !m.genmc->refusal.empty()) return;
  const double ratio = static_cast<double>(m.engine.complete) / static_cast<double>(std::max<std::uint64_t>(m.genmc->complete, 1));
  all.push_back(exactly("as many executions as GenMC", m.name, ratio, m.engine.complete == m.genmc->complete, 1));
}

void judge_rate(const measured_row& m, std::vector<judgement>& all) {
  if (!m.genmc || !m.genmc->refusal.empty() || m.engine.complete < many_executions) return;
  all.push_back(at_least(fmt::format("at least {:.0f} x GenMC's executions per second from {} executions on", times_genmc, many_executions),
                         m.name, ratios(m.engine.rates(), m.genmc->rates()), times_genmc));
}

void judge_threads(const measured_row& m, double calm, std::vector<judgement>& all) {
  const std::vector<double> ratio = thread_ratios(m, calm);
  if (ratio.empty() || m.engine.complete < many_executions) return;
  all.push_back(at_least(fmt::format("two threads at least {:.1f} x one from {} executions on", times_one_thread, many_executions), m.name,
                         ratio, times_one_thread));
}

void judge_memory(const measured_row& m, std::vector<judgement>& all) {
  const std::uint64_t most = std::max({m.engine.peak_bytes, m.one ? m.one->peak_bytes : 0, m.many ? m.many->peak_bytes : 0});
  const double mib = static_cast<double>(most) / (1 << 20);
  all.push_back(exactly(fmt::format("at most {:.0f} MiB", most_mib), m.name, mib, mib <= most_mib, most_mib));
}

}  // namespace

std::vector<judgement> judge(const results& run) {
  std::vector<judgement> all;
  for (const measured_row& m : run.rows) judge_counts(m, all);
  for (const measured_row& m : run.rows) judge_rate(m, all);
  for (const measured_row& m : run.rows) {
    if (run.how.jobs == 2) judge_threads(m, run.how.calm, all);
  }
  for (const measured_row& m : run.rows) judge_memory(m, all);
  return all;
}

}  // namespace holdfast::benchmarks::engine
