#include "checker/runtime/linear_order.h"

#include <bit>

namespace holdfast::checker::runtime {
namespace {

using graph::event;
using graph::event_id;
using graph::event_kind;
using graph::most_threads;
using graph::no_event;

unsigned chosen(const placing& so_far, std::uint32_t ready, const preference& p, unsigned last) {
  using rule = preference::rule;
  if (p.by == rule::same_thread && (ready >> last & 1) != 0) return last;
  if (p.by == rule::same_thread || p.by == rule::as_added) {
    auto found = static_cast<unsigned>(std::countr_zero(ready));
    for (unsigned t = found + 1; t < most_threads; ++t) {
      if ((ready >> t & 1) != 0 && so_far.next_of(t) < so_far.next_of(found)) found = t;
    }
    return found;
  }
  unsigned t = p.by == rule::in_turn ? (last + 1) % most_threads : p.first;
  const unsigned stride = p.by == rule::reversed ? most_threads - 1 : 1;
  while ((ready >> t & 1) == 0) t = (t + stride) % most_threads;
  return t;
}

}  // namespace

std::uint32_t placing::ready() const {
  for (const respect r : {respect::everything, respect::what_is_read, respect::program_order}) {
    std::uint32_t threads = 0;
    for (unsigned t = 0; t < most_threads; ++t) {
      if (counts_[t] < g_->length_of(t) && is_ready(next_of(t), r)) threads |= 1u << t;
    }
    if (threads != 0) return threads;
  }
  return 0;
}

event_id placing::place(unsigned thread) {
  const event_id e = next_of(thread);
  ++counts_[thread];
  ++placed_;
  return e;
}

bool placing::is_ready(event_id id, respect r) const {
  const event& e = g_->at(id);
  if (e.previous == no_event && !is_placed(g_->starter_of(e.thread))) return false;
  if (e.kind == event_kind::join && !is_joined(e.value)) return false;
  if (r == respect::program_order) return true;
  if (e.kind != event_kind::gave_way && !is_placed(e.reads_from)) return false;
  if (r == respect::what_is_read || e.kind != event_kind::write) return true;
  if (!is_placed(e.co_previous)) return false;
  for (event_id x = g_->newest_read(e.location); x != no_event && e.co_previous != no_event; x = g_->at(x).next_reader) {
    if (g_->at(x).reads_from == e.co_previous && !is_placed(x)) return false;
  }
  return true;
}

bool placing::is_joined(std::uint64_t threads) const {
  for (unsigned t = 0; t < most_threads; ++t) {
    if ((threads >> t & 1) != 0 && counts_[t] != g_->length_of(t)) return false;
  }
  return true;
}

std::vector<event_id> linear_order(const graph::graph& g, const preference& p) {
  placing so_far(g);
  std::vector<event_id> order;
  order.reserve(g.size());
  for (unsigned last = 0; !so_far.is_whole();) {
    last = chosen(so_far, so_far.ready(), p, last);
    order.push_back(so_far.place(last));
  }
  return order;
}

}  // namespace holdfast::checker::runtime
