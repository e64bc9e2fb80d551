// Backward revisits: which reads a new write may be given to, and the graphs that come of it.
#include <utility>

#include "checker/graph/explorer.h"

namespace holdfast::checker::graph {

// The reads that could read from the write, which is about to be added and whose prefix this is: those with nothing after them, besides
// the prefix, that was not added by default.
std::vector<explorer::revisit> explorer::revisits_of(const event& write, const clock& prefix) {
  std::vector<revisit> found;
  for (event_id e = g_->size(); e-- > 0;) {
    if (g_->includes(prefix, e)) continue;
    if (!is_default(e, prefix)) break;
    const event& r = g_->at(e);
    if (r.kind != event_kind::read || r.location != write.location) continue;
    const request& q = request_of(r);
    const bool can_fail =
        r.part == phase::only && q.what == action::compare_exchange && q.weak && seen_of(write.value, q.bits) == q.expected;
    const event_id ghost = ghost_before(r);
    const bool follows = ghost == no_event || g_->includes(prefix, g_->at(ghost).reads_from);
    for (const bool fails : {false, true}) {
      if (fails && !can_fail) continue;
      const bool taken = finds_itself_gone(q, r.thread, write.value) && kernel_.has(g_->at(write.updates).value, r.thread, q.entry);
      if (follows && (taken || is_satisfying(r.thread, r.at, r.part, write.value, fails))) found.push_back({e, false, fails});
    }
    if (r.part == phase::only && waits_with(r, write.value) && r.exclusive && write.updates == r.reads_from)
      found.push_back({e, true, false});
  }
  return found;
}

event_id explorer::ghost_before(const event& read) const {
  return read.previous != no_event && g_->at(read.previous).kind == event_kind::gave_way ? read.previous : no_event;
}

// Whether the event is what would have been added by default, had the prefix and what is older been there.
bool explorer::is_default(event_id id, const clock& prefix) {
  const auto in = [&](event_id e) { return e <= id || g_->includes(prefix, e); };
  const event& e = g_->at(id);
  switch (e.kind) {
    case event_kind::write:
      // The write of a read-modify-write has the only place that it can have.
      for (event_id w = e.co_next; !e.exclusive && w != no_event; w = g_->at(w).co_next) {
        if (in(w)) return false;
      }
      for (event_id r = g_->newest_read(e.location); r != no_event; r = g_->at(r).next_reader) {
        if (g_->at(r).reads_from == id && r < id) return false;
      }
      for (event_id y = 0; finds_waiters_gone_ && y < id; ++y) {
        if (g_->at(y).kind == event_kind::wakes_up && g_->at(y).reads_from == id) return false;
      }
      for (event_id y = 0; g_->gave_way_count() != 0 && y < id; ++y) {
        if (g_->at(y).kind == event_kind::gave_way && g_->at(y).reads_from == id) return false;
      }
      return true;
    case event_kind::read: return !e.fails && in(e.reads_from) && default_source(id, prefix) == e.reads_from;
    case event_kind::choice: return e.value == 0;
    case event_kind::gave_way: return g_->includes(prefix, e.reads_from);
    case event_kind::wakes_up: return in(e.reads_from);
    default: return true;
  }
}

// What the read reads by default if the prefix is there too. no_event: it gives way to something in the prefix.
//
// Usually the newest write. But where threads wait for values (blocks_ is not set), a read keeps what it read when it was added for as long
// as that is possible: until somebody in the prefix updates the same write. The kernel's reads do not wait, and what they may read depends
// on what else is there (is_kernel_coherent).
event_id explorer::default_source(event_id id, const clock& prefix) {
  const event& e = g_->at(id);
  if (blocks_ || e.part != phase::only) {
    event_id w = g_->last_write(e.location);
    while (w != no_event && w > id && !g_->includes(prefix, w)) w = g_->at(w).co_previous;
    const request& q = request_of(e);
    while (finds_itself_gone(q, e.thread, g_->at(w).value) && !takes_off(w, e.thread, q)) w = g_->at(w).co_previous;
    return w;
  }
  event_id source = base_source(id);
  while (source != no_event && e.part == phase::only && writes_after(request_of(e), g_->at(source).value, false)) {
    const event_id rival = g_->exclusive_successor(source);
    if (rival == no_event || rival <= id || !g_->includes(prefix, rival)) break;
    source = waits_with(e, g_->at(rival).value) ? no_event : rival;
  }
  return source;
}

// What the read read by default when it was added.
event_id explorer::base_source(event_id id) {
  const event& e = g_->at(id);
  const event_id ghost = ghost_before(e);
  for (event_id w = g_->last_write(e.location); w != no_event; w = g_->at(w).co_previous) {
    if (w > id || !follows_ghost(ghost, w) || waits_with(e, g_->at(w).value)) continue;
    const bool updates = e.part == phase::only && writes_after(request_of(e), g_->at(w).value, false);
    const event_id rival = updates ? g_->exclusive_successor(w) : no_event;
    if (rival == no_event || rival > id) return w;
  }
  return no_event;
}

void explorer::visit_revisit(const event& write, const clock& prefix, const clock& under, const revisit& r) {
  // A read-modify-write has one place. If another that stays has it, there is nothing to visit.
  if (write.exclusive) {
    const event_id rival = g_->exclusive_successor(write.updates);
    if (rival != no_event && (rival <= r.read || g_->includes(prefix, rival))) return;
  }
  graph* const whole = g_;
  std::unique_ptr<graph> restricted = fresh_graph();
  restricted->become_restriction(*whole, r.read, prefix, renumbering_);
  event shape = write;
  if (write.updates != no_event) shape.updates = renumbering_[write.updates];
  const event_id read = renumbering_[r.read];
  g_ = restricted.get();
  event_id place = no_event;
  const event_id floor = lowest_place(shape);
  while (next_place(shape, floor, place)) {
    if (!enters()) {
      if (stopped_) break;
      continue;
    }
    const event_id added = g_->add_write(shape, place, under);
    ++revisits_;
    if (r.gives_way) {
      g_->give_way(read, added);
      visit_with(added);
    } else {
      const event& e = g_->at(read);
      const request& q = request_of(e);
      order o = e.memory_order;
      if (e.part == phase::only) o = order_of(q, shape.value, r.fails);
      if (e.part == phase::queue_read && is_pi(q.what)) o = order_of_pi(q, shape.value, e.thread);
      if (finds_itself_gone(q, e.thread, shape.value)) {
        finds_waiters_gone_ = true;
        g_->wake_up(read, added, order_of_waking(), tree_.child(e.thread, e.at, {0, 1}, effect::some));
      } else {
        g_->redirect(read, added, o);
        conclude_read(read, r.fails);
      }
      const bool coherent = is_coherent(read) && is_kernel_coherent(read);
      if (coherent && is_representative(g_->at(read).thread) && is_faultless(read)) visit_with(added);
    }
    g_->remove_last();
    leave();
  }
  g_ = whole;
  spare_graphs_.push_back(std::move(restricted));
}

// Whether the read's source is no older than what the read knows of from elsewhere.
bool explorer::is_coherent(event_id read) const {
  const event& r = g_->at(read);
  clock before = r.hb;
  before.set(r.thread, static_cast<std::uint8_t>(r.index - 1));
  const event_id floor = g_->floor_of(r.location, before);
  return floor == no_event || g_->at(floor).rank <= g_->at(r.reads_from).rank;
}

std::unique_ptr<graph> explorer::fresh_graph() {
  if (spare_graphs_.empty()) return std::make_unique<graph>();
  std::unique_ptr<graph> g = std::move(spare_graphs_.back());
  spare_graphs_.pop_back();
  return g;
}

}  // namespace holdfast::checker::graph
