// Threads that are alike: which of the executions that differ only in their names is visited.
#include "checker/graph/explorer.h"

namespace holdfast::checker::graph {

// Of two threads that are alike, the one with the smaller number comes first where they first differ. What is between two events never
// changes again, unless one of them goes.
bool explorer::is_representative(unsigned thread) const {
  if (thread < options_.first_alike || thread > options_.last_alike || options_.last_alike == 0) return true;
  for (unsigned other = options_.first_alike; other <= options_.last_alike; ++other) {
    if (other < thread && compare_threads(other, thread) == std::partial_ordering::greater) return false;
    if (other > thread && compare_threads(thread, other) == std::partial_ordering::greater) return false;
  }
  return true;
}

// While a thread does what one with a smaller number has done, it counts as coming after it: its events are not kept without the other's.
// Otherwise the other's might be changed under it, and what was ordered rightly come out wrong.
clock explorer::kept_under(unsigned thread) const {
  clock kept;
  if (thread > options_.last_alike) return kept;
  for (unsigned other = options_.first_alike; other < thread && other != 0; ++other) {
    event_id next = no_event;
    if (compare_threads(other, thread, &next) == std::partial_ordering::equivalent && next != no_event) kept.join(g_->at(next).porf);
  }
  return kept;
}

// equivalent: no difference so far; unordered: one that says nothing. `next_of_a`: the first event of a that b does not have, if there is
// one.
std::partial_ordering explorer::compare_threads(unsigned a, unsigned b, event_id* next_of_a) const {
  unsigned i = 1;
  unsigned j = 1;
  const auto skip = [this](unsigned thread, unsigned& index) {
    while (index <= g_->length_of(thread) && g_->at(g_->event_of(thread, index)).kind == event_kind::gave_way) ++index;
    return index <= g_->length_of(thread);
  };
  for (; skip(a, i) && skip(b, j); ++i, ++j) {
    const auto order = compare_events(g_->at(g_->event_of(a, i)), g_->at(g_->event_of(b, j)));
    if (order != std::partial_ordering::equivalent) return order;
  }
  if (next_of_a != nullptr && skip(a, i)) *next_of_a = g_->event_of(a, i);
  return std::partial_ordering::equivalent;
}

std::partial_ordering explorer::compare_events(const event& a, const event& b) const {
  if (a.kind != b.kind || a.part != b.part) return std::partial_ordering::unordered;
  switch (a.kind) {
    case event_kind::choice: return a.value <=> b.value;
    case event_kind::write:
      // Objects of their own, one for each thread.
      if (a.location != b.location) return std::partial_ordering::equivalent;
      return a.rank <=> b.rank;
    case event_kind::read:
    case event_kind::wakes_up: {
      if (a.reads_from == b.reads_from) return static_cast<int>(a.fails) <=> static_cast<int>(b.fails);
      const event& from_a = g_->at(a.reads_from);
      const event& from_b = g_->at(b.reads_from);
      const bool own = from_a.thread == a.thread && from_b.thread == b.thread;
      const bool crossed = from_a.thread == b.thread && from_b.thread == a.thread;
      if (a.location != b.location) return std::partial_ordering::equivalent;
      if ((own || crossed) && from_a.index == from_b.index) return std::partial_ordering::equivalent;
      return from_a.rank <=> from_b.rank;
    }
    default: return std::partial_ordering::equivalent;
  }
}

}  // namespace holdfast::checker::graph
