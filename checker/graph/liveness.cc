// Threads that wait for what never comes.
#include <map>

#include "checker/graph/explorer.h"

namespace holdfast::checker::graph {

// Whether the thread would only come back to where it was, had it read this value.
bool explorer::is_stuck_after(unsigned thread, node_id n, phase part, std::uint64_t read, bool fails) {
  if (part == phase::queue_read) return false;
  const request& q = tree_.at(n).next;
  const effect e = effect_of(q, read, fails);
  if (e == effect::some || queues(q.what) || q.what == action::requeue) return false;
  return tree_.comes_back(thread, tree_.child(thread, n, reply_to(q, read, fails), e));
}

// Whether the thread has come back to where it was. The kernel answers a wait with whatever the word is; only what the thread then reads by
// itself can be waited for.
bool explorer::is_stuck(unsigned thread, node_id n) {
  const node_id before = tree_.at(n).parent;
  if (before == no_node) return false;
  const action what = tree_.at(before).next.what;
  return !queues(what) && what != action::requeue && tree_.comes_back(thread, n);
}

// The newest write of those that do not follow from the read (no_event: of all).
event_id explorer::newest_without(location_id l, event_id read) const {
  event_id w = g_->last_write(l);
  while (w != no_event && read != no_event && g_->includes(g_->at(w).porf, read)) w = g_->at(w).co_previous;
  return w;
}

// Runs the thread alone from the node, on the newest values of what does not follow from the read: either it gets anywhere, or it comes
// back to where it was, and once more to the same place: until it has been round, it has not looked at all that it looks at.
bool explorer::spins_for_ever(node_id n, unsigned thread, event_id without) {
  constexpr int longest_iteration = 100;
  node_id returned = no_node;
  std::map<location_id, std::uint64_t> written;  // by the thread, here
  for (int i = 0; i < longest_iteration; ++i) {
    const request& q = tree_.at(n).next;
    const bool reads = q.what != action::fence && q.what != action::choose && q.what != action::store;
    std::uint64_t read = 0;
    if (const auto own = written.find(q.location); reads && own != written.end()) {
      read = own->second;
    } else if (const event_id newest = newest_without(q.location, without); reads && newest != no_event) {
      read = g_->at(newest).value;
    }
    const effect e = effect_of(q, read, false);
    if (e == effect::some) return false;
    if (e == effect::wrote_data) written[q.location] = updated(q, 0);
    n = tree_.child(thread, n, reads ? reply_to(q, read, false) : reply(), e);
    if (tree_.at(n).next.what == action::choose || !tree_.comes_back(thread, n)) continue;
    if (returned != no_node && tree_.at(n).next == tree_.at(returned).next) return true;
    if (returned == no_node) returned = n;
  }
  return false;
}

// Whether a thread that read what it waited for might have looked too late: with nothing that follows from that read, all others are
// through or wait themselves, and what is newest then keeps it waiting for ever. Only the search with blocked reads shows such executions.
bool explorer::may_miss_a_value() {
  for (event_id r = 0; r < g_->size(); ++r) {
    const event& e = g_->at(r);
    if (e.kind != event_kind::read || e.part != phase::only || e.plain) continue;
    if (g_->last_write(e.location) == e.reads_from || (!options_.cut_pure && request_of(e).what == action::update)) continue;
    const event_id newest = newest_without(e.location, r);
    if (newest == e.reads_from || !is_stuck_after(e.thread, e.at, e.part, g_->at(newest).value, false)) continue;
    if (spins_for_ever(e.at, e.thread, r) && others_wait_without(r)) return true;
  }
  return false;
}

bool explorer::others_wait_without(event_id read) {
  for (unsigned t = 1; t <= threads_; ++t) {
    if (t == g_->at(read).thread) continue;
    for (unsigned i = 1; i <= g_->length_of(t); ++i) {
      const event& e = g_->at(g_->event_of(t, i));
      if (!g_->includes(e.porf, read)) continue;
      if (e.kind == event_kind::wakes_up || e.kind == event_kind::join) break;
      if (e.kind != event_kind::read || e.part != phase::only) return false;
      const event_id newest = newest_without(e.location, read);
      if (newest == no_event || !is_stuck_after(t, e.at, e.part, g_->at(newest).value, false)) return false;
      break;
    }
  }
  return true;
}

}  // namespace holdfast::checker::graph
