#include <nlohmann/json.hpp>

#include "checker/litmus/judgement.h"
#include "checker/litmus/outcome.h"
#include "checker/litmus/print.h"
#include "checker/litmus/report.h"
#include "checker/report/record.h"

namespace holdfast::checker::litmus {
namespace {

using json = nlohmann::ordered_json;

std::string_view key_of(judgement j) {
  switch (j) {
    case judgement::holds: return "holds";
    case judgement::fails: return "fails";
    case judgement::undefined: return "undefined";
    case judgement::inconclusive: return "inconclusive";
    case judgement::explored: return "explored";
  }
  return "";
}

std::string_view key_of(truth t) {
  switch (t) {
    case truth::met: return "met";
    case truth::not_met: return "not_met";
    case truth::unknown: return "unknown";
  }
  return "";
}

std::string_view key_of(defect_kind k) {
  switch (k) {
    case defect_kind::race: return "data_race";
    case defect_kind::uninitialised: return "uninitialised";
    case defect_kind::assertion: return "assertion";
  }
  return "";
}

json access_json(const access& a, bool is_of_memory) {
  json j = {{"thread", a.thread}, {"line", a.at.line}, {"column", a.at.column}};
  if (is_of_memory) j["access"] = name_of(a.what);
  return j;
}

json defect_json(const program& p, const defect& d) {
  const bool is_of_memory = d.location != none;
  json j = {{"kind", key_of(d.what)}, {"executions", d.executions}};
  if (is_of_memory) j["location"] = p.locations[d.location].name;
  if (!d.text.empty()) j["text"] = d.text;
  j["parties"] = json::array({access_json(d.first, is_of_memory)});
  if (d.other) j["parties"].push_back(access_json(*d.other, is_of_memory));
  return j;
}

json states_json(const program& p, const findings& f) {
  json all = json::array();
  for (const auto& [state, executions] : f.states) {
    json j = {{"state", text_of(p, state)}, {"executions", executions}};
    if (p.final_condition.over != quantifier::absent) j["matches"] = holds(p.final_condition, state);
    all.push_back(std::move(j));
  }
  return all;
}

json test_json(const tested& t) {
  const program& p = *t.test;
  const findings& f = t.found;
  json j = {{"file", p.file},
            {"name", p.name},
            {"threads", p.threads.size()},
            {"model", t.model == graph::memory_model::sc ? "sc" : "rc11"},
            {"judgement", key_of(judgement_of(p, f))},
            {"executions", f.executions},
            {"blocked", f.blocked},
            {"abandoned", f.abandoned}};
  if (!f.stopped_by.empty()) j["stopped_by"] = f.stopped_by;
  if (p.final_condition.over != quantifier::absent) {
    j["condition"] = {{"text", condition_text(p)}, {"truth", key_of(truth_of_condition(p, f))}, {"executions", matching_executions(p, f)}};
  }
  j["states"] = states_json(p, f);
  j["defects"] = json::array();
  for (const defect& d : f.defects) j["defects"].push_back(defect_json(p, d));
  return j;
}

}  // namespace

std::string json_report(std::span<const tested> all, std::size_t not_run) {
  json tests = json::array();
  for (const tested& t : all) tests.push_back(test_json(t));
  const json document = {{"schema", record_schema}, {"tool", "holdfast"}, {"not_run", not_run}, {"litmus", tests}};
  return document.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace holdfast::checker::litmus
