// The kernel's operations as events of its queue.
#include <algorithm>

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
  if (q.what == action::wait) return kernel_.sleep(e->value, q, e->thread);
  return kernel_.wake_or_requeue(e->value, q, std::span(picks).first(count));
}

// The write of the queue that took the sleeper off; no_event: nobody did.
event_id explorer::taken_off(unsigned thread) const {
  event_id e = g_->last_of(thread);
  while (g_->at(e).part != phase::queue_write) e = g_->at(e).previous;
  const request& q = request_of(g_->at(e));
  for (e = g_->at(e).co_next; e != no_event; e = g_->at(e).co_next) {
    if (!sleeps(q, g_->at(e).value, thread)) return e;
  }
  return no_event;
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
bool explorer::is_kernel_coherent(event_id added) const {
  const event& e = g_->at(added);
  if (!is_kernels(added) || e.part == phase::compare) return true;
  if (e.kind == event_kind::read) {
    if (e.exclusive) return true;
    for (event_id w = g_->at(e.reads_from).co_next; w != no_event; w = g_->at(w).co_next) {
      if (!comparison_is_coherent(w, e.hb)) return false;
    }
    return true;
  }
  if (e.part != phase::queue_write || !compares(request_of(e).what)) return true;
  clock ordered = e.hb;
  for (event_id w = e.co_previous; w != no_event; w = g_->at(w).co_previous) {
    if (is_kernels(w)) ordered.join(g_->at(w).hb);
  }
  for (event_id r = g_->newest_read(e.location); r != no_event; r = g_->at(r).next_reader) {
    if (is_kernels(r) && !g_->at(r).exclusive && g_->at(g_->at(r).reads_from).rank < e.rank) ordered.join(g_->at(r).hb);
  }
  return comparison_is_coherent(added, ordered);
}

// Whether what the operation compared with is no older than what has this clock's events before it.
bool explorer::comparison_is_coherent(event_id queue_write, const clock& ordered) const {
  const event& w = g_->at(queue_write);
  if (w.part != phase::queue_write || !compares(request_of(w).what)) return true;
  event_id compared = w.previous;
  while (g_->at(compared).part != phase::compare) compared = g_->at(compared).previous;
  const event_id floor = g_->floor_of(g_->at(compared).location, ordered);
  return floor == no_event || g_->at(floor).rank <= g_->at(g_->at(compared).reads_from).rank;
}

}  // namespace holdfast::checker::graph
