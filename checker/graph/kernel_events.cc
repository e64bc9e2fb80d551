// The kernel's operations as events of its queue.
#include <algorithm>
#include <functional>

#include "checker/graph/explorer.h"

namespace holdfast::checker::graph {

// What the request makes of the queue that it read. `last`: the thread's last event, the read of the queue or a pick after it.
kernel_states::change explorer::queue_change(const event& last) {
  std::array<std::size_t, kernel::most_sleepers> picks;
  std::size_t count = 0;
  const event* e = &last;
  for (; e->part == phase::pick; e = &g_->at(e->previous)) picks[count++] = e->value;
  std::reverse(picks.begin(), picks.begin() + static_cast<std::ptrdiff_t>(count));
  const request& q = request_of(*e);
  if (queues(q.what)) return kernel_.sleep(e->value, q, e->thread);
  const auto old = static_cast<std::uint32_t>(q.what == action::wake_op ? g_->at(compared_by(*e)).value : 0);
  return kernel_.take(e->value, q, old, std::span(picks).first(count));
}

// What the request makes of the word that it read. `last`: the read, or the choice of an heir after it.
pi_words::change explorer::pi_change(const event& last) {
  const event& read = last.part == phase::pick ? g_->at(last.previous) : last;
  return pi_.perform(read.value, request_of(read), read.thread, last.part == phase::pick ? last.value : 0);
}

// The write of the queue that took the sleeper off; no_event: nobody did.
event_id explorer::taken_off(unsigned thread) {
  if (tree_.at(node_of(thread)).next.what == action::sleep_any) return taken_off_any(thread);
  event_id e = g_->last_of(thread);
  while (g_->at(e).part != phase::queue_write) e = g_->at(e).previous;
  const request& q = request_of(g_->at(e));
  for (e = g_->at(e).co_next; e != no_event; e = g_->at(e).co_next) {
    if (!sleeps(q, g_->at(e).value, thread)) return e;
  }
  return no_event;
}

// The first write of the queue that took one of the waiters off with which the thread sleeps.
event_id explorer::taken_off_any(unsigned thread) const {
  event_id first = g_->last_of(thread);
  std::size_t queued = 0;
  for (event_id e = first; e != no_event; e = g_->at(e).previous) {
    if (g_->at(e).part != phase::queue_write || request_of(g_->at(e)).what != action::enqueue) continue;
    first = e;
    if (request_of(g_->at(e)).entry == 0) break;
  }
  for (event_id w = first; w != no_event; w = g_->at(w).co_next) {
    queued += g_->at(w).thread == thread ? 1 : 0;
    if (kernel_.entries_of(g_->at(w).value, thread) < queued) return w;
  }
  return no_event;
}

// Whether it is the write of the queue that took off the waiter that the thread would.
bool explorer::takes_off(event_id queue_write, unsigned thread, const request& q) const {
  const event& w = g_->at(queue_write);
  return w.updates != no_event && !kernel_.has(w.value, thread, q.entry) && kernel_.has(g_->at(w.updates).value, thread, q.entry);
}

// Whether the thread sleeps in its request, by the value of the queue's location.
bool explorer::sleeps(const request& q, std::uint64_t queue, unsigned thread) const {
  return is_pi(q.what) ? pi_.sleeps(queue, thread) : kernel_.sleeps(queue, thread);
}

// Whoever takes a free word in the kernel has it from its last owner; no operation of its own follows.
order explorer::order_of_pi(const request& q, std::uint64_t read, unsigned thread) {
  const bool takes = q.what == action::lock_pi || q.what == action::try_lock_pi;
  return takes && pi_.perform(read, q, thread).result == 0 ? order::acquire : order::relaxed;
}

// A wait (or requeue) compares the word under the lock of the kernel's queue: it sees what happens before any operation that had the lock
// earlier. Those that changed the queue are earlier in its coherence order; those that did not read the write before theirs.
//
// So does a wake_op with the word that it changes. It has the lock though it may find nobody, so that it always writes the queue. The
// change is written after that, so that what follows from it follows from all that had the lock earlier, and what follows from the write
// of the queue counts as following from it (event::is_half).
bool explorer::is_kernel_coherent(event_id added) const {
  const event& e = g_->at(added);
  const bool is_change = e.part == phase::write_part && g_->at(e.previous).is_half;
  if (is_change) return vain_requeues_are_coherent(g_->at(e.previous).location);
  if (!is_kernels(added) || e.part == phase::compare) return true;
  if (e.kind == event_kind::read) {
    if (e.exclusive) return true;
    if (!vain_requeues_are_coherent(e.location)) return false;
    for (event_id w = g_->at(e.reads_from).co_next; w != no_event; w = g_->at(w).co_next) {
      if (!comparison_is_coherent(w, e.hb) || follows_change_of(w, added)) return false;
    }
    return true;
  }
  if (e.part != phase::queue_write || !compares(request_of(e).what)) return true;
  clock ordered = e.hb;
  for (event_id w = e.co_previous; w != no_event; w = g_->at(w).co_previous) {
    if (is_kernels(w)) ordered.join(g_->at(g_->whole(w)).hb);
  }
  for (event_id r = g_->newest_read(e.location); r != no_event; r = g_->at(r).next_reader) {
    if (is_kernels(r) && !g_->at(r).exclusive && g_->at(g_->at(r).reads_from).rank < e.rank) ordered.join(g_->at(r).hb);
  }
  return comparison_is_coherent(added, ordered);
}

// The read of the word that the operation compares or changes. REQUIRES: it does.
event_id explorer::compared_by(const event& of_operation) const {
  event_id e = of_operation.previous;
  while (g_->at(e).part != phase::compare) e = g_->at(e).previous;
  return e;
}

// Whether the event follows from what a wake_op did, by program order and what was read. If it found nobody, it was later than that.
bool explorer::follows_change_of(event_id queue_write, event_id e) const {
  const event& q = g_->at(queue_write);
  if (!q.is_half || !g_->includes(g_->at(e).porf, queue_write)) return false;
  // The clock has what is kept under the event besides.
  return options_.last_alike == 0 || g_->origins_of(e)[q.thread] >= q.index;
}

// Whether what the operation compared with is no older than what has this clock's events before it.
bool explorer::comparison_is_coherent(event_id queue_write, const clock& ordered) const {
  return g_->at(queue_write).part != phase::queue_write || !compares_older(queue_write, ordered);
}

// The operation is a write of the queue or a read by one that found nobody.
bool explorer::compares_older(event_id operation, const clock& ordered) const {
  const event& o = g_->at(operation);
  if (!compares(request_of(o).what)) return false;
  const event_id compared = compared_by(o);
  if (g_->at(compared).apart) return false;
  const event_id floor = g_->floor_of(g_->at(compared).location, ordered);
  return floor != no_event && g_->at(floor).rank > g_->at(g_->at(compared).reads_from).rank;
}

// A requeue that finds nobody compares under the lock, too. It had the lock after the write that it read and all before that, and before
// the next. Where it stands among the others that read the same write is open: there has to be an order.
bool explorer::vain_requeues_are_coherent(location_id queue) const {
  std::vector<event_id> vain;
  bool some_compare = false;
  for (event_id r = g_->newest_read(queue); r != no_event; r = g_->at(r).next_reader) {
    const action what = request_of(g_->at(r)).what;
    some_compare = some_compare || (is_kernels(r) && !g_->at(r).exclusive && (what == action::requeue || what == action::requeue_pi));
  }
  if (!some_compare) return true;
  for (event_id r = g_->newest_read(queue); r != no_event; r = g_->at(r).next_reader) {
    if (is_kernels(r) && !g_->at(r).exclusive) vain.push_back(r);
  }
  const auto place_of = [this](event_id r) { return g_->at(g_->at(r).reads_from).rank; };
  for (const event_id r : vain) {
    clock ordered;
    for (event_id w = g_->at(r).reads_from; w != no_event; w = g_->at(w).co_previous) {
      if (is_kernels(w)) ordered.join(g_->at(g_->whole(w)).hb);
    }
    for (const event_id other : vain) {
      if (place_of(other) < place_of(r)) ordered.join(g_->at(other).hb);
    }
    if (compares_older(r, ordered)) return false;
  }
  while (!vain.empty()) {
    const auto first = std::ranges::find_if(vain, [&](event_id r) { return may_have_lock_first(r, vain); });
    if (first == vain.end()) return false;
    vain.erase(first);
  }
  return true;
}

// Of those among the others that read the same write of the queue.
bool explorer::may_have_lock_first(event_id vain, const std::vector<event_id>& others) const {
  const event& e = g_->at(vain);
  return std::ranges::none_of(others, [&](event_id other) {
    if (other == vain || g_->at(other).reads_from != e.reads_from) return false;
    return g_->happens_before(other, vain) || compares_older(other, e.hb);
  });
}

bool explorer::may_have_chains() {
  const auto& p = options_.priorities;
  if (threads_ < 3 || (std::ranges::adjacent_find(p, std::not_equal_to()) == p.end() && (p.size() >= threads_ || p.empty()))) return false;
  unsigned words = 0;
  for (node_id n = tree_.root(0); tree_.at(n).next.what == action::construct; n = tree_.child(0, n, {}, effect::some)) {
    words += tree_.at(n).next.inherits ? 1 : 0;
  }
  return words > 1;
}

bool explorer::has_order_of_chains() {
  inversion_.reset();
  if (!has_chains_) return true;
  chains all(
      *g_, pi_, threads_, options_.model == memory_model::sc, [this](const event& e) -> const request& { return request_of(e); },
      [](const request& q, std::uint64_t value) { return decision(q, value); });
  if (!all.has_order()) return false;
  inversion_ = all.found();
  return true;
}

}  // namespace holdfast::checker::graph
