#include "tests/engine/brute_force/kernel_order.h"

#include <algorithm>
#include <optional>

#include "tests/engine/brute_force/futex_queue.h"

namespace holdfast::oracle {
namespace {

int queue_of(const choice& c, event_id e) { return c.g.events[e].location; }

bool ends_as_it_should(const choice& c, const relation& co, const sleep& s) {
  std::optional<event_id> first;
  for_each(co.after(s.from), [&](event_id w) {
    if (sleeps(decoded(c.written[w]), s.thread, s.entry)) return;
    if (!first || co.has(w, *first)) first = w;
  });
  if (s.left) return first == s.left;
  if (!s.back) return !first;
  return first && c.g.wakes.has(*first, *s.back);
}

bool ends_as_it_should(const choice& c, const relation& co, const sleep_on_any& s) {
  std::optional<event_id> first;
  for (std::size_t entry = 0; entry < s.from.size(); ++entry) {
    for_each(co.after(s.from[entry]), [&](event_id w) {
      if (!sleeps(decoded(c.written[w]), s.thread, static_cast<int>(entry)) && (!first || co.has(w, *first))) first = w;
    });
  }
  return first && c.g.wakes.has(*first, s.over);
}

// An operation is the last of its events.
relation lock_order(const choice& c, const relation& co, const relation& before) {
  const relation fr = c.g.rf.inverse().then(co);
  // From a read to what must not come before the lock was taken for it.
  const relation newer = (fr | fr.then(c.g.rf)).then(before);
  // Every write of the queue that an operation read or followed, and every one that follows.
  const relation later = co | fr;
  const relation earlier = co | c.g.rf | co.then(c.g.rf);
  // Of what a wake_op changed, by program order and what was read.
  const relation follow = (c.g.po | c.g.rf | c.g.wakes).closure();
  relation order(c.g.size());
  for (const kernel_operation& a : c.operations) {
    for (const kernel_operation& b : c.operations) {
      if (a.read == b.read || queue_of(c, a.read) != queue_of(c, b.read)) continue;
      const bool follows =
          before.has(a.last(), b.last()) || (b.write && later.has(a.last(), *b.write)) || (a.write && earlier.has(*a.write, b.last()));
      const bool compares_older = a.compare && newer.has(*a.compare, b.last());
      const bool follows_change = a.change && follow.has(*a.change, b.last());
      if (follows || compares_older || follows_change) order.add(a.last(), b.last());
    }
  }
  const relation wakers = c.g.wakes.inverse();
  const auto follow_wakers = [&](event_id end) {
    for (const kernel_operation& o : c.operations) {
      if (before.has(end, o.last())) for_each(wakers.after(end), [&](event_id waker) { order.add(waker, o.last()); });
    }
  };
  for (const sleep& s : c.sleeps) {
    if (s.back) follow_wakers(*s.back);
  }
  for (const sleep_on_any& s : c.on_any) follow_wakers(s.over);
  return order;
}

}  // namespace

bool has_kernel_order(const choice& c, const relation& co, const relation& before) {
  const bool sleeps_well = std::ranges::all_of(c.sleeps, [&](const sleep& s) { return ends_as_it_should(c, co, s); });
  const bool on_any_as_well = std::ranges::all_of(c.on_any, [&](const sleep_on_any& s) { return ends_as_it_should(c, co, s); });
  return sleeps_well && on_any_as_well && lock_order(c, co, before).is_acyclic();
}

}  // namespace holdfast::oracle
