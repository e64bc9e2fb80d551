#include <nlohmann/json.hpp>

#include "tests/benchmarks/goals.h"
#include "tests/benchmarks/report.h"
#include "tests/benchmarks/statistics.h"

namespace holdfast::benchmarks {
namespace {

using nlohmann::ordered_json;

ordered_json of(const quartiles& q) { return {{"low", q.low}, {"median", q.median}, {"high", q.high}}; }

ordered_json of(const std::vector<std::pair<std::string, std::string>>& facts) {
  ordered_json j = ordered_json::object();
  for (const auto& [name, value] : facts) j[name] = value;
  return j;
}

ordered_json pairs_of(const results& run) {
  ordered_json all = ordered_json::array();
  const series* bare = find(run.uncontended, uncontended_reference);
  for (const series& s : run.uncontended)
    all.push_back({{"lock", s.lock},
                   {"nanoseconds", of(quartiles_of(s.rounds))},
                   {"ratio", of(quartiles_of(ratios(s.rounds, bare->rounds)))},
                   {"rounds", s.rounds}});
  return all;
}

ordered_json cell_of(const cell& c) {
  const series* normal = find(c.locks, contended_reference);
  ordered_json locks = ordered_json::array();
  for (const series& s : c.locks)
    locks.push_back({{"lock", s.lock},
                     {"sections_per_second", of(quartiles_of(s.rounds))},
                     {"ratio", of(quartiles_of(ratios(s.rounds, normal->rounds)))},
                     {"fraction_of_ceiling", of(quartiles_of(ratios(s.rounds, c.ceiling)))},
                     {"fairness", of(quartiles_of(s.fairness))},
                     {"rounds", s.rounds},
                     {"slices_that_lost_a_wake_up", s.rescued}});
  return {{"threads", c.load.threads},
          {"section", c.section},
          {"outside", c.outside},
          {"ceiling", {{"sections_per_second", of(quartiles_of(c.ceiling))}, {"rounds", c.ceiling}}},
          {"locks", std::move(locks)}};
}

ordered_json row_of(const row& r) {
  ordered_json locks = ordered_json::array();
  for (const series& s : r.locks)
    locks.push_back({{"lock", s.lock},
                     {"operations_per_second", of(quartiles_of(s.rounds))},
                     {"ratio", of(quartiles_of(ratios(s.rounds, r.locks[1].rounds)))},
                     {"rounds", s.rounds},
                     {"slices_that_lost_a_wake_up", s.rescued}});
  return {{"row", r.name}, {"threads", r.load.threads}, {"reference", r.locks[1].lock}, {"locks", std::move(locks)}};
}

ordered_json goals_of(const results& run) {
  ordered_json all = ordered_json::array();
  for (const judgement& j : judge(run))
    all.push_back({{"goal", j.goal}, {"where", j.where}, {"wanted", j.wanted}, {"ratio", of(j.ratio)}, {"verdict", name_of(j.is)}});
  return all;
}

}  // namespace

std::string json(const results& run) {
  ordered_json contended = ordered_json::array();
  for (const cell& c : run.contended) contended.push_back(cell_of(c));
  ordered_json families = ordered_json::array();
  for (const row& r : run.families) families.push_back(row_of(r));
  const ordered_json j = {
      {"format", "holdfast locks benchmark"},
      {"version", 1},
      {"machine", of(run.machine)},
      {"versions", of(run.versions)},
      {"command", run.command},
      {"interrupted", run.interrupted},
      {"settings",
       {{"seconds", run.how.seconds}, {"rounds", run.how.rounds}, {"calm", run.how.calm}, {"only", run.how.only}, {"pin", run.how.pin}}},
      {"calibration", {{"work_iteration_ns", run.iteration_ns}, {"pause_ns", run.pause_ns}}},
      {"others",
       {{"processors_used", run.others},
        {"known_per_slice", run.calm_is_known},
        {"slices", run.slices},
        {"repeated", run.repeated},
        {"disturbed", run.disturbed}}},
      {"references", {{"uncontended", uncontended_reference}, {"contended", contended_reference}}},
      {"uncontended", pairs_of(run)},
      {"contended", std::move(contended)},
      {"families", std::move(families)},
      {"goals", goals_of(run)}};
  return j.dump(1) + "\n";
}

}  // namespace holdfast::benchmarks
