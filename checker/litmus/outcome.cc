#include "checker/litmus/outcome.h"

#include <fmt/format.h>

#include <algorithm>

#include "checker/litmus/print.h"

namespace holdfast::checker::litmus {
namespace {

std::uint64_t value_of(observable o, const final_state& s) { return o.in == none ? s.locations[o.place] : s.registers[o.in][o.place]; }

bool clause_holds(const condition& c, index i, const final_state& s) {
  const clause& here = c.clauses[i];
  if (here.what == connective::equal) return value_of(here.of, s) == here.value;
  if (here.what == connective::not_equal) return value_of(here.of, s) != here.value;
  if (here.what == connective::negation) return !clause_holds(c, here.first, s);
  const bool is_conjunction = here.what == connective::conjunction;
  for (index j = here.first; j != none; j = c.clauses[j].next) {
    if (clause_holds(c, j, s) != is_conjunction) return !is_conjunction;
  }
  return is_conjunction;
}

}  // namespace

bool holds(const condition& c, const final_state& s) { return clause_holds(c, c.root, s); }

std::string text_of(const program& p, const final_state& s) {
  std::string text;
  for (const observable& o : p.observed) {
    const type of = o.in == none ? p.locations[o.place].of : p.threads[o.in].locals[o.place].of;
    text += fmt::format("{}{}={}", text.empty() ? "" : " ", name_of(p, o), value_text(value_of(o, s), of));
  }
  return text;
}

bool is_met(const condition& c, std::span<const final_state> all) {
  const auto is_of_it = [&](const final_state& s) { return holds(c, s); };
  if (c.over == quantifier::exists) return std::any_of(all.begin(), all.end(), is_of_it);
  if (c.over == quantifier::not_exists) return std::none_of(all.begin(), all.end(), is_of_it);
  return std::all_of(all.begin(), all.end(), is_of_it);
}

}  // namespace holdfast::checker::litmus
