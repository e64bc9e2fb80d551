#include "checker/runtime/situation_search.h"

#include <bit>

namespace holdfast::checker::runtime {
namespace {

using graph::event_id;
using order_of_events = std::vector<event_id>;

// So many executions are looked at along all orders of the first look.
constexpr std::uint64_t looked_at_closely = 64;

}  // namespace

situation_search::situation_search(const situation& sought, const runner& running, unsigned threads) : sought_(sought), running_(running) {
  using rule = preference::rule;
  preferences_ = {{rule::in_turn, 0}, {rule::as_added, 0}};
  for (unsigned t = 1; t <= threads; ++t) {
    preferences_.push_back({rule::priority, t});
    preferences_.push_back({rule::reversed, t});
  }
}

// The state after some of the events of a graph in a linear order.
class situation_search::moment final : public world_view {
 public:
  moment(const runner& running, const queues& kernel) : running_(&running), kernel_(kernel) {}

  void advance(const graph::event& e) {
    if (e.kind != graph::event_kind::write) return;
    if (e.location >= values_.size()) values_.resize(e.location + 1u);
    written& w = values_[e.location];
    if (w.rank <= e.rank) w = {e.rank, e.value};
  }
  std::uint64_t word(std::size_t nth) const override {
    const graph::location_id l = find(nth);
    if (l == 0 || l >= values_.size() || values_[l].rank == 0) return no_such_word;
    return graph::seen_of(values_[l].value, running_->object_at(l).kind.bits);
  }
  std::size_t asleep_on(std::size_t nth) const override {
    const graph::location_id l = find(nth);
    if (l == 0 || values_.empty()) return 0;
    std::size_t count = kernel_.plain->asleep_on(values_[graph::kernel_queue].value, l);
    for (graph::location_id other = 1; other < values_.size(); ++other) {
      if (!is_priority_inheriting(running_->object_at(other))) continue;
      count += other == l ? kernel_.pi->waiting_for(values_[other].value) : kernel_.pi->waiting_on(values_[other].value, l);
    }
    return count;
  }

 private:
  struct written {
    unsigned rank = 0;
    std::uint64_t value = 0;
  };

  graph::location_id find(std::size_t nth) const {
    for (graph::location_id l = 1; l < running_->object_count(); ++l) {
      if (running_->object_at(l).atomic && nth-- == 0) return l;
    }
    return 0;
  }
  const runner* running_;
  queues kernel_;
  std::vector<written> values_;
};

bool situation_search::passes(const graph::graph& g, const queues& kernel, const order_of_events& order) const {
  moment now(running_, kernel);
  for (const event_id e : order) {
    now.advance(g.at(e));
    if (sought_.reached(now)) return true;
  }
  return false;
}

std::optional<order_of_events> situation_search::look(const graph::graph& g, const queues& kernel) {
  const bool closely = executions_ < looked_at_closely;
  const std::size_t others = closely ? preferences_.size() : 1;
  const std::size_t first = executions_++ % preferences_.size();
  order_of_events order = linear_order(g);
  if (passes(g, kernel, order)) return order;
  for (std::size_t i = 0; i < others; ++i) {
    order = linear_order(g, preferences_[(first + i) % preferences_.size()]);
    if (passes(g, kernel, order)) return order;
  }
  return std::nullopt;
}

std::optional<order_of_events> situation_search::look_everywhere(const graph::graph& g, const queues& kernel) {
  visited_.clear();
  way_.clear();
  if (!descend(g, placing(g), moment(running_, kernel))) return std::nullopt;
  placing rest(g);
  for (const event_id e : way_) rest.place(g.at(e).thread);
  while (!rest.is_whole()) way_.push_back(rest.place(static_cast<unsigned>(std::countr_zero(rest.ready()))));
  return way_;
}

bool situation_search::descend(const graph::graph& g, const placing& so_far, const moment& now) {
  if (visited_.size() == most_prefixes) gave_up_ = true;
  if (visited_.size() >= most_prefixes || !visited_.insert(so_far.placed()).second) return false;
  for (std::uint32_t ready = so_far.ready(); ready != 0; ready &= ready - 1) {
    placing next = so_far;
    const event_id e = next.place(static_cast<unsigned>(std::countr_zero(ready)));
    moment then = now;
    then.advance(g.at(e));
    way_.push_back(e);
    if (sought_.reached(then) || descend(g, next, then)) return true;
    way_.pop_back();
  }
  return false;
}

}  // namespace holdfast::checker::runtime
