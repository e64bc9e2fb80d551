#include "checker/litmus/judgement.h"

#include <algorithm>
#include <vector>

#include "checker/litmus/outcome.h"

namespace holdfast::checker::litmus {

std::uint64_t matching_executions(const program& p, const findings& f) {
  std::uint64_t count = 0;
  for (const auto& [state, executions] : f.states) count += holds(p.final_condition, state) ? executions : 0;
  return count;
}

truth truth_of_condition(const program& p, const findings& f) {
  std::vector<final_state> all;
  for (const auto& [state, executions] : f.states) all.push_back(state);
  const bool met = is_met(p.final_condition, all);
  // One more state can only make an `exists` true and the others false.
  const bool is_final = met == (p.final_condition.over == quantifier::exists);
  if (!f.stopped_by.empty() && !is_final) return truth::unknown;
  return met ? truth::met : truth::not_met;
}

judgement judgement_of(const program& p, const findings& f) {
  const auto is_undefined = [](const defect& d) { return d.is_undefined(); };
  if (std::any_of(f.defects.begin(), f.defects.end(), is_undefined)) return judgement::undefined;
  if (!f.defects.empty()) return judgement::fails;
  const bool has_condition = p.final_condition.over != quantifier::absent;
  if (has_condition && truth_of_condition(p, f) == truth::not_met) return judgement::fails;
  if (!f.stopped_by.empty()) return judgement::inconclusive;
  return has_condition ? judgement::holds : judgement::explored;
}

}  // namespace holdfast::checker::litmus
