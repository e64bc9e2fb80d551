// graph: an execution as events and relations, before anybody judged it.
//
// A read-modify-write is two events, its read and its write, which `rmw` relates. The initial writes are the first events, one for each
// location in turn, of no thread: `create` puts them before all others, `po` does not know them. A sleep ends in an event that is no
// access, a fence without an order: `wakes` leads to it from the write of the queue that took the sleeper off.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_GRAPH_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_GRAPH_H_

#include <utility>
#include <vector>

#include "tests/engine/brute_force/relation.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {

enum class event_kind { read, write, fence };

struct event {
  event_kind kind = event_kind::write;
  int location = -1;  // -1: a fence, or the end of a sleep
  int thread = 0;     // 0: an initial write
  int access = 0;     // which access of its thread, counted from 0; both events of a read-modify-write have the same
  order mode = order::plain;
  bool of_kernel = false;  // an access to the queue
};

struct graph {
  explicit graph(std::vector<event> all)
      : events(std::move(all)), po(events.size()), rf(events.size()), rmw(events.size()), create(events.size()), wakes(events.size()) {}

  std::size_t size() const { return events.size(); }

  template <class Holds>
  event_set all_that(Holds holds) const {
    event_set s = 0;
    for_each(present, [&](event_id e) { s |= holds(events[e]) ? only(e) : 0; });
    return s;
  }

  std::vector<event> events;
  event_set present = 0;  // the others are numbers without an event
  relation po, rf, rmw, create, wakes;
  bool wakes_order_memory = false;  // wakes is a part of happens-before
};

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_GRAPH_H_
