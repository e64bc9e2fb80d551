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

// A specification that knows of death has an operation for it: what a thread leaves behind. To others a death is nothing.
template <class Spec>
concept knows_death = requires {
  { Spec::death } -> std::convertible_to<typename Spec::operation>;
};

template <scenario Scenario, specification Spec>
class scenario_program<Scenario, Spec> final : public scenario_runs<Scenario> {
 public:
  finding judge(std::span<const observed_operation> operations, precedes before) const override {
    unsigned cut_off = 0;
    for (const observed_operation& o : operations) cut_off += o.cut_off ? 1 : 0;
    if (!knows_death<Spec>) cut_off = 0;
    // What a thread died in took effect, before the death, or did not: one of these stories has to be right. The best one is told.
    finding best = judge_story(operations, before, 0);
    for (unsigned story = 1; story < 1u << cut_off && best.kind != violation_kind::none; ++story) {
      const finding f = judge_story(operations, before, story);
      if (f.kind == violation_kind::none || best.kind == violation_kind::specification) best = f;
    }
    return best;
  }

  const char* operation_name(unsigned char operation) const override {
    return Spec::name(static_cast<typename Spec::operation>(operation));
  }

 private:
  // `story`: a bit for each operation that was cut off; whether it took effect.
  finding judge_story(std::span<const observed_operation> operations, precedes before, unsigned story) const {
    history_.clear();
    place_.clear();
    for (std::size_t i = 0; i < operations.size(); ++i) {
      const observed_operation& o = operations[i];
      auto what = static_cast<typename Spec::operation>(o.operation);
      ending how = o.cut_off ? ending::cut_off : o.pending ? ending::blocked : ending::returned;
      if constexpr (knows_death<Spec>) {
        const bool counts = !o.cut_off || (story & 1) != 0;
        if (o.cut_off) story >>= 1;
        if (!counts) continue;
        if (o.is_death) what = Spec::death;
        if (o.cut_off) how = ending::returned;
      } else if (o.is_death) {
        continue;
      }
      history_.push_back({o.thread, what, how});
      place_.push_back(i);
    }
    const judgement j = judge_(history_, [&](std::size_t a, std::size_t b) { return before(place_[a], place_[b]); });
    if (!j.accepted) {
      return {violation_kind::specification, place_[j.unexplained], "no order of the operations is accepted by the specification"};
    }
    if (!j.stuck.empty()) return {violation_kind::lost_wake_up, place_[j.stuck.front()], "blocked for ever although enabled"};
    return {};
  }

  mutable std::vector<recorded<Spec>> history_;
  mutable std::vector<std::size_t> place_;  // of each of them among the operations
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
