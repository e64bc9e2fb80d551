#include <nlohmann/json.hpp>
#include <optional>

#include "tests/benchmarks/engine/goals.h"
#include "tests/benchmarks/engine/report.h"
#include "tests/benchmarks/statistics.h"

namespace holdfast::benchmarks::engine {
namespace {

using nlohmann::ordered_json;

ordered_json of(const quartiles& q) { return {{"low", q.low}, {"median", q.median}, {"high", q.high}}; }

ordered_json of(const series& s) {
  return {{"executions", s.complete},
          {"blocked", s.blocked},
          {"seconds", of(quartiles_of(s.seconds))},
          {"executions_per_second", of(quartiles_of(s.rates()))},
          {"peak_bytes", s.peak_bytes},
          {"rounds", s.seconds},
          {"others", s.others}};
}

ordered_json of(const genmc_series& g, const series& engine) {
  if (!g.refusal.empty()) return {{"refusal", g.refusal}};
  ordered_json j = of(static_cast<const series&>(g));
  j["equal"] = g.complete == engine.complete;
  j["without_in_place_revisits"] = g.without_in_place_revisits;
  j["ratio"] = of(quartiles_of(ratios(engine.rates(), g.rates())));
  return j;
}

ordered_json of(const measured_row& m, double calm) {
  ordered_json j = {{"program", m.name}, {"engine", of(m.engine)}};
  if (m.many) {
    j["one_thread"] = of(*m.one);
    j["threads"] = of(*m.many);
    j["threads"]["ratio"] = of(quartiles_of(thread_ratios(m, calm)));
  }
  if (m.genmc) j["genmc"] = of(*m.genmc, m.engine);
  return j;
}

}  // namespace

std::string json(const results& run) {
  ordered_json j = {{"format", "holdfast engine benchmark"}, {"version", 1}};
  for (const auto& [name, value] : run.machine) j["machine"][name] = value;
  j["command"] = run.command;
  j["settings"] = {
      {"seconds", run.how.seconds}, {"rounds", run.how.rounds}, {"jobs", run.how.jobs}, {"calm", run.how.calm}, {"only", run.how.only}};
  j["calm"] = {{"measurements", run.measurements}, {"repeated", run.repeated}, {"disturbed", run.disturbed}};
  j["genmc"] = run.genmc.empty() ? ordered_json() : ordered_json({{"version", run.genmc}, {"options", run.genmc_options}});
  for (const measured_row& m : run.rows) j["rows"].push_back(of(m, run.how.calm));
  for (const judgement& g : judge(run)) {
    j["goals"].push_back({{"goal", g.goal}, {"where", g.where}, {"wanted", g.wanted}, {"value", of(g.ratio)}, {"verdict", name_of(g.is)}});
  }
  return j.dump(1) + "\n";
}

}  // namespace holdfast::benchmarks::engine
