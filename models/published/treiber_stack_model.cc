// Scenarios and mutants of models/published/treiber_stack.h: right as long as popped nodes are kept, wrong if they are freed at once.
#include "models/check_scenario.h"
#include "models/published/treiber_stack.h"
#include "models/spec/stack.h"

namespace holdfast::models {
namespace {

using published::popped_nodes;

template <popped_nodes Popped>
struct observed_stack {
  published::treiber_stack<world, Popped> stack;

  void push(unsigned value, world::site at) {
    record(spec::pushed(value), at, [&] {
      stack.push(value);
      return spec::pushed(value);
    });
  }
  void pop(world::site at) {
    record(spec::stack_operation::pop_empty, at, [&] {
      unsigned value = 0;
      return stack.pop(value) ? spec::popped(value) : spec::stack_operation::pop_empty;
    });
  }
  void finish() { stack.clear(); }
};

// Each of the threads pushes its number and pops something.
template <popped_nodes Popped>
struct push_and_pop : observed_stack<Popped> {
  void thread(unsigned self) {
    this->push(self, "push");
    this->pop("pop");
  }
};

// The first thread pushes two values, each of the others pops once.
template <popped_nodes Popped>
struct push_twice : observed_stack<Popped> {
  void thread(unsigned self) {
    if (self != 1) return this->pop("pop");
    this->push(1, "push");
    this->push(2, "push");
  }
};

// Two values are there; each of the threads pops once.
template <popped_nodes Popped>
struct pop_only : observed_stack<Popped> {
  pop_only() {
    this->push(1, "setup");
    this->push(2, "setup");
  }
  void thread(unsigned) { this->pop("pop"); }
};

bool one_on_the_stack_one_kept(const world_view& v) {
  const auto is_node = [&v](unsigned nth) { return v.word(nth) != 0 && v.word(nth) != world_view::no_such_word; };
  return is_node(0) && is_node(1);
}

const situation half_popped{"a node is on the stack and another is kept", one_on_the_stack_one_kept};
const auto race = violated(violation_kind::data_race, "");
const auto use_after_free = violated(violation_kind::use_after_free, "next");

const bool registered =
    (check_scenario<push_and_pop<popped_nodes::kept>, spec::stack<>>({
         .name = "treiber_stack/push_and_pop",
         .threads = 2,
         .description = "two threads, each pushes and pops",
         .expected = verified(68),
         .must_reach = half_popped,
         .mutants = {{"a2_relaxed", weakened("A2"), race}, {"p1_relaxed", weakened("P1"), race}, {"p2_relaxed", weakened("P2"), race}},
     }),
     check_scenario<push_twice<popped_nodes::kept>, spec::stack<>>({
         .name = "treiber_stack/push_twice",
         .threads = 2,
         .description = "one thread pushes twice, one pops",
         .expected = verified(5),
         .must_reach = half_popped,
     }),
     check_scenario<push_twice<popped_nodes::kept>, spec::stack<>>({
         .name = "treiber_stack/push_twice_three",
         .threads = 3,
         .description = "one thread pushes twice, two pop",
         .expected = verified(57),
         .must_reach = half_popped,
     }),
     check_scenario<pop_only<popped_nodes::kept>, spec::stack<>>({
         .name = "treiber_stack/pop_only",
         .threads = 3,
         .description = "two values, three threads: one finds nothing",
         .expected = verified(96),
         .must_reach = half_popped,
     }),
     check_scenario<push_and_pop<popped_nodes::kept>, spec::stack<>>({
         .name = "treiber_stack/push_and_pop_three",
         .threads = 3,
         .description = "three threads, each pushes and pops",
         .expected = verified(95076),
         .must_reach = half_popped,
     }),
     check_scenario<push_twice<popped_nodes::kept>, spec::stack<>>({
         .name = "treiber_stack/push_twice_four",
         .threads = 4,
         .description = "one thread pushes twice, three pop",
         .expected = verified(901),
         .must_reach = half_popped,
     }),
     check_scenario<push_and_pop<popped_nodes::freed_at_once>, spec::stack<>>({
         .name = "treiber_stack/freed_at_once",
         .threads = 2,
         .description = "a popped node is freed while another pop may read it",
         .expected = use_after_free,
     }),
     true);

}  // namespace
}  // namespace holdfast::models
