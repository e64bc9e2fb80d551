// scenario: a scenario's type as a program for the engines, held against a specification.
#ifndef HOLDFAST_CHECKER_SCENARIO_H_
#define HOLDFAST_CHECKER_SCENARIO_H_

#include <memory>
#include <new>
#include <span>
#include <vector>

#include "checker/history/judge.h"
#include "checker/program.h"

namespace holdfast::checker {

// Scenario: default-constructible, with thread(unsigned) and finish(); Spec: the specification its operations are recorded for.
// The scenario lives in static storage of this object, so that no execution allocates.
template <class Scenario, specification Spec>
class scenario_program final : public program {
 public:
  void construct() override { scenario_ = ::new (static_cast<void*>(storage_)) Scenario(); }
  void run(unsigned thread) override { scenario_->thread(thread); }
  void finish() override { scenario_->finish(); }
  void destroy() override { scenario_->~Scenario(); }

  finding judge(std::span<const observed_operation> operations, precedes before) const override {
    history_.clear();
    for (const observed_operation& o : operations) {
      history_.push_back({o.thread, static_cast<typename Spec::operation>(o.operation), o.pending ? ending::blocked : ending::returned});
    }
    const judgement j = judge_(history_, before);
    if (!j.accepted) return {violation_kind::specification, j.unexplained, "no order of the operations is accepted by the specification"};
    if (!j.stuck.empty()) return {violation_kind::lost_wake_up, j.stuck.front(), "blocked for ever although enabled"};
    return {};
  }

  const char* operation_name(unsigned char operation) const override {
    return Spec::name(static_cast<typename Spec::operation>(operation));
  }

 private:
  alignas(Scenario) unsigned char storage_[sizeof(Scenario)];
  Scenario* scenario_ = nullptr;
  mutable std::vector<recorded<Spec>> history_;
  mutable checker::judge<Spec> judge_;
};

template <class Scenario, specification Spec>
std::unique_ptr<program> make_program() {
  return std::make_unique<scenario_program<Scenario, Spec>>();
}

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_SCENARIO_H_
