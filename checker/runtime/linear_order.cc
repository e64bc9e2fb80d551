#include "checker/runtime/linear_order.h"

namespace holdfast::checker::runtime {
namespace {

using graph::event;
using graph::event_id;
using graph::event_kind;
using graph::no_event;

// How much of the graph the order of the steps respects.
enum class respect : std::uint8_t { everything, what_is_read, program_order };

class order_of_events {
 public:
  explicit order_of_events(const graph::graph& g) : g_(g), placed_(g.size()) {}

  std::vector<event_id> order() {
    while (order_.size() < g_.size()) {
      for (const respect r : {respect::everything, respect::what_is_read, respect::program_order}) {
        const event_id next = first_ready(r);
        if (next == no_event) continue;
        placed_[next] = true;
        order_.push_back(next);
        break;
      }
    }
    return order_;
  }

 private:
  // Goes on with the thread of the last event while it can.
  event_id first_ready(respect r) const {
    event_id found = no_event;
    for (event_id e = 0; e < g_.size(); ++e) {
      if (placed_[e] || !is_ready(e, r)) continue;
      if (!order_.empty() && g_.at(e).thread == g_.at(order_.back()).thread) return e;
      if (found == no_event) found = e;
    }
    return found;
  }
  bool is_placed(event_id e) const { return e == no_event || placed_[e]; }
  bool is_ready(event_id id, respect r) const {
    const event& e = g_.at(id);
    if (!is_placed(e.previous)) return false;
    if (e.previous == no_event && !is_placed(g_.starter_of(e.thread))) return false;
    if (e.kind == event_kind::join && !is_joined(e.value)) return false;
    if (r == respect::program_order) return true;
    if (e.kind != event_kind::gave_way && !is_placed(e.reads_from)) return false;
    if (r == respect::what_is_read || e.kind != event_kind::write) return true;
    if (!is_placed(e.co_previous)) return false;
    for (event_id x = g_.newest_read(e.location); x != no_event && e.co_previous != no_event; x = g_.at(x).next_reader) {
      if (g_.at(x).reads_from == e.co_previous && !placed_[x]) return false;
    }
    return true;
  }
  bool is_joined(std::uint64_t threads) const {
    for (event_id e = 0; e < g_.size(); ++e) {
      if ((threads >> g_.at(e).thread & 1) != 0 && !placed_[e]) return false;
    }
    return true;
  }

  const graph::graph& g_;
  std::vector<bool> placed_;
  std::vector<event_id> order_;
};

}  // namespace

std::vector<event_id> linear_order(const graph::graph& g) { return order_of_events(g).order(); }

}  // namespace holdfast::checker::runtime
