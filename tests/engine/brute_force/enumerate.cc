#include "tests/engine/brute_force/enumerate.h"

#include <algorithm>
#include <bit>
#include <stdexcept>
#include <utility>

#include "tests/engine/brute_force/kernel_order.h"

namespace holdfast::oracle {
namespace {

// Every co for one choice of what is read.
class coherence_orders {
 public:
  coherence_orders(const small_program& p, model m, search how, const choice& c, const std::function<void(const execution&)>& consume)
      : g_(c.g), axioms_(c.g, m), how_(how), choice_(c), consume_(consume), forced_(axioms_.forced()), locations_(p.locations.size()) {
    const event_set initial = g_.all_that([](const event& e) { return e.thread == 0; });
    orders_.resize(static_cast<std::size_t>(std::popcount(initial)));
    for (event_id l = 0; l < orders_.size(); ++l) orders_[l].push_back(l);
    const relation takers = g_.rf.then(g_.rmw);
    for_each(g_.present, [&](event_id w) { for_each(takers.after(w), [&](event_id taker) { taken_from_.add(taker, w); }); });
  }

  void run() { place(0, writes_to(0)); }

 private:
  event_set writes_to(std::size_t l) const {
    return g_.all_that([&](const event& e) { return e.kind == event_kind::write && e.location == static_cast<int>(l) && e.thread != 0; });
  }

  void place(std::size_t l, event_set rest) {
    if (l == orders_.size()) return judge();
    if (rest == 0) return place(l + 1, writes_to(l + 1));
    for_each(rest, [&](event_id w) {
      if (how_ == search::pruned && !fits(l, rest, w)) return;
      orders_[l].push_back(w);
      place(l, rest & ~only(w));
      orders_[l].pop_back();
    });
  }

  // Whatever must come before w has been placed, and w does not come between the two halves of a read-modify-write.
  bool fits(std::size_t l, event_set rest, event_id w) const {
    const event_set last = only(orders_[l].back());
    bool first = true;
    for_each(rest, [&](event_id other) { first = first && !forced_.has(other, w); });
    const event_set source = taken_from_.after(w);
    if (source != 0) return first && source == last;
    for_each(rest, [&](event_id other) { first = first && taken_from_.after(other) != last; });
    return first;
  }

  void judge() {
    relation co(g_.size());
    for (const auto& order : orders_) {
      for (std::size_t i = 0; i < order.size(); ++i) {
        for (std::size_t j = i + 1; j < order.size(); ++j) co.add(order[i], order[j]);
      }
    }
    if (!axioms_.hold(co)) return;
    if (orders_.size() == locations_ || has_kernel_order(choice_, co, axioms_.before(co))) consume_(judged());
  }

  access_name name(event_id e) const { return {g_.events[e].thread, g_.events[e].access}; }

  execution judged() const {
    execution x;
    x.at_end = choice_.at_end;
    x.racy = axioms_.are_raced();
    const relation sources = g_.rf | g_.wakes;
    for_each(g_.present, [&](event_id w) {
      for_each(sources.after(w), [&](event_id r) { x.reads.push_back({name(r), g_.events[w].thread == 0 ? access_name{} : name(w)}); });
    });
    std::ranges::sort(x.reads, {}, &read_from::reader);
    for (const auto& order : orders_) {
      auto& names = x.coherence.emplace_back();
      std::transform(order.begin() + 1, order.end(), std::back_inserter(names), [this](event_id e) { return name(e); });
      if (x.memory.size() < locations_) x.memory.push_back(choice_.written[order.back()]);
    }
    for (const sleep& s : choice_.sleeps) {
      const bool is_known = !x.asleep.empty() && x.asleep.back() == s.thread;
      if (!s.left && !s.back && !is_known) x.asleep.push_back(s.thread);
    }
    return x;
  }

  const graph& g_;
  const axioms axioms_;
  const search how_;
  const choice& choice_;
  const std::function<void(const execution&)>& consume_;
  const relation forced_;
  const std::size_t locations_;
  relation taken_from_{g_.size()};  // the write of a read-modify-write, to what its read read
  std::vector<std::vector<event_id>> orders_;
};

std::string text(const access_name& a) { return a.thread == 0 ? "init" : std::to_string(a.thread) + "." + std::to_string(a.index); }

}  // namespace

std::string canonical(const execution& e) {
  std::string all;
  for (const read_from& r : e.reads) all += text(r.reader) + "<-" + text(r.source) + " ";
  if (all.empty()) all = " ";
  all += "| ";
  for (std::size_t l = 0; l < e.coherence.size(); ++l) {
    if (l != 0) all += " ";
    all += l < e.memory.size() ? "x" + std::to_string(l) + ":" : "q:";
    for (std::size_t i = 0; i < e.coherence[l].size(); ++i) all += (i == 0 ? "" : ",") + text(e.coherence[l][i]);
  }
  for (std::size_t i = 0; i < e.asleep.size(); ++i) all += (i == 0 ? " asleep:" : ",") + std::to_string(e.asleep[i]);
  return all;
}

void enumerate(const small_program& p, model m, const std::function<void(const execution&)>& consume, search how,
               const kernel_options& kernel) {
  if (const std::string why = flaw(p); !why.empty()) throw std::invalid_argument(why);
  for_each_choice(p, m, how, kernel, [&](const choice& c) { coherence_orders(p, m, how, c, consume).run(); });
}

std::vector<std::string> executions(const small_program& p, model m, search how, const kernel_options& kernel) {
  std::vector<std::string> all;
  enumerate(
      p, m, [&all](const execution& e) { all.push_back(canonical(e)); }, how, kernel);
  std::ranges::sort(all);
  return all;
}

std::size_t count(const small_program& p, model m) {
  std::size_t n = 0;
  enumerate(p, m, [&n](const execution&) { ++n; });
  return n;
}

}  // namespace holdfast::oracle
