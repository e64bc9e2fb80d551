// scenario: a scenario's type as a program for the engines, held against a specification or against its own expectations alone.
#ifndef HOLDFAST_CHECKER_SCENARIO_H_
#define HOLDFAST_CHECKER_SCENARIO_H_

#include <concepts>
#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <vector>

#include "checker/history/judge.h"
#include "checker/program.h"

namespace holdfast::checker {

// Its members are what the threads share; thread(n) is what the nth does, from 1. finish(), which it may have, runs when all have returned.
template <class S>
concept scenario = std::default_initializable<S> && requires(S& s, unsigned thread) { s.thread(thread); };

// In place of a specification: there is none.
struct unspecified {};

// The scenario lives in static storage of this object, so that no execution allocates.
template <scenario Scenario>
class scenario_runs : public program {
 public:
  void construct() final { scenario_ = ::new (static_cast<void*>(storage_)) Scenario(); }
  void run(unsigned thread) final { scenario_->thread(thread); }
  void finish() final {
    if constexpr (requires(Scenario& s) { s.finish(); }) scenario_->finish();
  }
  void destroy() final { scenario_->~Scenario(); }
  std::span<const std::byte> memory() const final { return std::as_bytes(std::span(storage_)); }

 private:
  alignas(Scenario) unsigned char storage_[sizeof(Scenario)];
  Scenario* scenario_ = nullptr;
};

// Spec: the specification that the scenario's operations are recorded for, or `unspecified`.
template <scenario Scenario, class Spec>
class scenario_program;

template <scenario Scenario, specification Spec>
class scenario_program<Scenario, Spec> final : public scenario_runs<Scenario> {
 public:
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
  mutable std::vector<recorded<Spec>> history_;
  mutable checker::judge<Spec> judge_;
};

template <scenario Scenario>
class scenario_program<Scenario, unspecified> final : public scenario_runs<Scenario> {
 public:
  finding judge(std::span<const observed_operation>, precedes) const override { return {}; }
  const char* operation_name(unsigned char) const override { return "an operation"; }
};

template <scenario Scenario, class Spec = unspecified>
  requires std::same_as<Spec, unspecified> || specification<Spec>
std::unique_ptr<program> make_program() {
  return std::make_unique<scenario_program<Scenario, Spec>>();
}

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_SCENARIO_H_
