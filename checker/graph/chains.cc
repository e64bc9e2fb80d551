#include "checker/graph/chains.h"

#include <algorithm>
#include <stdexcept>

namespace holdfast::checker::graph {

chains::chains(const graph& g, const pi_words& words, unsigned threads, bool under_sc, const requests& request_of,
               const decisions& decision)
    : g_(g), words_(words), request_of_(request_of) {
  list(threads, decision);
  order_by_coherence();
  order_by_what_was_read();
  if (under_sc) order_under_sc();
}

// What a thread has begun and not done, it does in no execution that is whole.
void chains::list(unsigned threads, const decisions& decision) {
  for (unsigned t = 0; t <= threads; ++t) {
    for (unsigned i = 1; i <= g_.length_of(t); ++i) {
      const event_id id = g_.event_of(t, i);
      const event& e = g_.at(id);
      const bool is_operation = e.kind == event_kind::read && (e.part == phase::queue_read || e.part == phase::leave_read);
      if (!is_operation || !is_pi(request_of_(e).what)) continue;
      operation o{id, id, e.exclusive, {}, 0};
      if (e.part == phase::leave_read) o.why = decision(request_of_(e), g_.at(e.previous).value);
      while (o.writes && g_.at(o.last).kind != event_kind::write && i < g_.length_of(t)) o.last = g_.event_of(t, ++i);
      if (o.writes && g_.at(o.last).kind != event_kind::write) continue;
      operations_.push_back(o);
    }
  }
  if (operations_.size() > 64) throw std::length_error("more than 64 operations on words with priority inheritance");
}

void chains::order(std::size_t first, std::size_t second) { operations_[second].before |= std::uint64_t{1} << first; }

// An operation that changed nothing comes between the write that it read and the next.
void chains::order_by_coherence() {
  const auto place = [this](const operation& o) {
    return o.writes ? 2u * g_.at(o.last).rank : 2u * g_.at(g_.at(o.read).reads_from).rank + 1;
  };
  for (std::size_t a = 0; a < operations_.size(); ++a) {
    for (std::size_t b = 0; b < operations_.size(); ++b) {
      const bool one_word = g_.at(operations_[a].read).location == g_.at(operations_[b].read).location;
      if (one_word && place(operations_[a]) < place(operations_[b])) order(a, b);
    }
  }
}

void chains::order_by_what_was_read() {
  for (std::size_t b = 0; b < operations_.size(); ++b) {
    const clock from = g_.origins_of(operations_[b].read);
    for (std::size_t a = 0; a < operations_.size(); ++a) {
      const event& last = g_.at(operations_[a].last);
      if (a != b && last.index <= from[last.thread]) order(a, b);
    }
  }
}

// Program order, reads-from, coherence order and from-read.
void chains::order_under_sc() {
  std::vector<std::vector<event_id>> next(g_.size());
  for (event_id e = 0; e < g_.size(); ++e) {
    const event& x = g_.at(e);
    const event_id starter = x.index == 1 ? g_.starter_of(x.thread) : x.previous;
    if (starter != no_event) next[starter].push_back(e);
    if (x.reads_from != no_event) next[x.reads_from].push_back(e);
    const event_id newer = x.kind == event_kind::read ? g_.at(x.reads_from).co_next : x.kind == event_kind::write ? x.co_next : no_event;
    if (newer != no_event) next[e].push_back(newer);
  }
  for (std::size_t a = 0; a < operations_.size(); ++a) {
    std::vector<bool> later(g_.size());
    std::vector<event_id> found{operations_[a].last};
    while (!found.empty()) {
      const event_id e = found.back();
      found.pop_back();
      for (const event_id n : next[e]) {
        if (!later[n]) found.push_back(n);
        later[n] = true;
      }
    }
    for (std::size_t b = 0; b < operations_.size(); ++b) {
      if (a != b && later[operations_[b].last]) order(a, b);
    }
  }
}

// Whether those that are left can follow.
bool chains::follow(std::uint64_t done, const kernel::state& s) {
  const std::uint64_t all = operations_.size() == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << operations_.size()) - 1;
  if (done == all) return true;
  for (const known& k : known_) {
    if (k.done == done && k.after == s) return k.can_follow;
  }
  bool can_follow = false;
  for (std::size_t i = 0; i < operations_.size(); ++i) {
    if ((done >> i & 1) != 0 || (operations_[i].before & ~done) != 0) continue;
    kernel::state then = s;
    if (!does_the_same(operations_[i], then) || !follow(done | std::uint64_t{1} << i, then)) continue;
    can_follow = true;
    if (const auto who = kernel::held_up_in(then)) found_ = {*who, operations_[i].last};
  }
  known_.push_back({done, s, can_follow});
  return can_follow;
}

bool chains::does_the_same(const operation& o, kernel::state& s) const {
  const event& read = g_.at(o.read);
  const request& q = request_of_(read);
  auto word = static_cast<std::uint32_t>(read.value);
  if (o.why) {
    words_.leave_all(s, word, q, read.thread, *o.why);
  } else {
    words_.perform_on_all(s, word, q, read.thread);
  }
  return word == static_cast<std::uint32_t>(g_.at(o.last).value);
}

}  // namespace holdfast::checker::graph
