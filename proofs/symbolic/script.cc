#include "proofs/symbolic/script.h"

#include <z3++.h>

#include <stdexcept>
#include <utility>

#include "proofs/symbolic/smt.h"

namespace holdfast::proofs {

script::script(const automaton& a, std::vector<placed_thread> threads, std::string word)
    : a_(a), threads_(std::move(threads)), word_(std::move(word)) {}

std::string script::seen_from(const placed_thread& t, const std::string& term) const {
  std::string bindings = "(w " + word_ + ")";
  for (std::size_t i = 0; i < t.remembers.size(); ++i) bindings += " (p" + std::to_string(i) + " " + t.remembers[i] + ")";
  return "(let (" + bindings + ") " + term + ")";
}

script& script::go(unsigned thread, const std::string& name) {
  placed_thread& t = threads_.at(thread - 1);
  for (std::size_t i = 0; i < a_.edges.size(); ++i) {
    const edge& e = a_.edges[i];
    if (e.from != t.location || a_.name_of_edge(i) != name) continue;
    conditions_.push_back(seen_from(t, e.condition));
    const auto after = e.update.empty() ? word_ : seen_from(t, e.update);
    steps_.push_back({thread, i, word_, after});
    std::vector<std::string> remembers;
    for (const auto& r : e.remembers) remembers.push_back(seen_from(t, r));
    t = {e.to, std::move(remembers)};
    word_ = after;
    return *this;
  }
  throw std::invalid_argument("thread " + std::to_string(thread) + " is at " + a_.locations[t.location].name + " and cannot take " + name);
}

std::string script::possible() const { return smt::all_of(conditions_); }

std::uint32_t value_of(const std::string& term) {
  z3::context context;
  z3::solver solver(context);
  solver.from_string(("(declare-const value (_ BitVec 32))\n(assert (= value " + term + "))\n").c_str());
  if (solver.check() != z3::sat) throw std::runtime_error("a term without a value");
  return solver.get_model().eval(context.bv_const("value", 32)).get_numeral_uint();
}

}  // namespace holdfast::proofs
