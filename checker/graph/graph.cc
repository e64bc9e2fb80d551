#include "checker/graph/graph.h"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace holdfast::checker::graph {

void graph::clear() {
  events_.clear();
  under_.clear();
  locations_.clear();
  last_.fill(no_event);
  starters_.fill(no_event);
  sc_count_ = gave_way_count_ = 0;
}

event_id graph::floor_of(location_id l, const clock& hb) const {
  event_id w = last_write(l);
  while (w != no_event && !includes(hb, w)) w = events_[w].co_previous;
  if (w != no_event && events_[w].co_next == no_event) return w;
  // Of a thread's reads of a location, the last read what is newest.
  unsigned seen = 0;
  for (event_id r = newest_read(l); r != no_event; r = events_[r].next_reader) {
    const unsigned thread = 1u << events_[r].thread;
    if ((seen & thread) != 0 || !includes(hb, r)) continue;
    seen |= thread;
    const event_id source = events_[r].reads_from;
    if (w == no_event || events_[source].rank > events_[w].rank) w = source;
  }
  if (w == no_event || locations_[l].wakes_up == 0) return w;
  const event_id end = floor_of_woken(l, hb);
  return end != no_event && events_[end].rank > events_[w].rank ? end : w;
}

// Whoever was woken, or knows of it, finds the location no older than the write that took the sleeper off left it: the end of a sleep is a
// read of that write.
event_id graph::floor_of_woken(location_id l, const clock& hb) const {
  event_id floor = no_event;
  for (unsigned t = 1; t < most_threads; ++t) {
    event_id e = last_[t];
    while (e != no_event && (events_[e].kind != event_kind::wakes_up || events_[e].location != l || !includes(hb, e)))
      e = events_[e].previous;
    // Of several waiters that a thread had, any may have been taken off last.
    for (bool more = e != no_event; more; e = events_[e].previous) {
      if (events_[e].kind == event_kind::wakes_up && events_[e].location == l) {
        const event_id source = events_[e].reads_from;
        if (floor == no_event || events_[source].rank > events_[floor].rank) floor = source;
        more = events_[e].part == phase::leave_read;
      }
      more = more && events_[e].previous != no_event;
    }
  }
  return floor;
}

clock graph::origins_of(event_id e) const {
  clock found;
  std::vector<event_id> open{e};
  while (!open.empty()) {
    const event& last = events_[open.back()];
    open.pop_back();
    const unsigned known = found[last.thread];
    if (last.index <= known) continue;
    found.set(last.thread, last.index);
    for (unsigned i = last.index; i > known; --i) {
      const event& x = events_[event_of(last.thread, i)];
      if (x.reads_from != no_event) open.push_back(x.reads_from);
      if (i == 1 && starters_[x.thread] != no_event) open.push_back(starters_[x.thread]);
      for (unsigned t = 1; x.kind == event_kind::join && t < most_threads; ++t) {
        if (last_[t] != no_event && (x.value >> t & 1) != 0) open.push_back(last_[t]);
      }
    }
  }
  return found;
}

void graph::set_clocks(event& e, const clock& under) const {
  const event& p = predecessor(e.thread);
  e.hb = p.hb;
  e.porf = p.porf;
  e.porf.join(under);
  // What a fence orders does not go over to a thread that is started.
  e.pending = p.thread == e.thread ? p.pending : clock();
  e.fenced = p.thread == e.thread ? p.fenced : clock();
  e.hb.set(e.thread, e.index);
  e.porf.set(e.thread, static_cast<std::uint8_t>(e.index + (e.is_half ? 1 : 0)));
  if (e.reads_from != no_event && e.kind != event_kind::gave_way) {
    const event& w = events_[e.reads_from];
    e.porf.join(w.porf);
    if (e.kind == event_kind::wakes_up && is_acquire(e.memory_order)) {
      e.hb.join(e.location == kernel_queue ? w.hb : w.released);
      // The other half may not be there yet.
      if (w.is_half) e.hb.set(w.thread, std::max(e.hb[w.thread], static_cast<std::uint8_t>(w.index + 1)));
    }
    if (e.kind == event_kind::read && !e.plain) {
      e.pending.join(w.released);
      if (is_acquire(e.memory_order)) e.hb.join(w.released);
    }
  }
  if (e.kind == event_kind::fence && e.plain) {
    join_queue_before(e);
  } else if (e.kind == event_kind::fence) {
    if (is_acquire(e.memory_order)) e.hb.join(e.pending);
    if (is_release(e.memory_order)) e.fenced = e.hb;
  }
  if (e.kind == event_kind::join) {
    for (unsigned t = 1; t < most_threads; ++t) {
      if (last_[t] == no_event || (e.value >> t & 1) == 0) continue;
      e.hb.join(events_[last_[t]].hb);
      e.porf.join(events_[last_[t]].porf);
    }
  }
  if (e.kind != event_kind::write) return;
  e.released = clock();
  if (e.plain) return;
  e.released = is_release(e.memory_order) ? e.hb : e.fenced;
  if (e.updates != no_event) e.released.join(events_[e.updates].released);
}

void graph::keep_under(event_id e, const clock& under) {
  if (under.is_empty()) return;
  under_.resize(e + 1u);
  under_[e] = under;
}

event_id graph::append(const event& added, const clock& under) {
  const event_id id = size();
  event& e = events_.emplace_back(added);
  const event& p = predecessor(e.thread);
  e.previous = last_[e.thread];
  e.index = static_cast<std::uint8_t>(p.thread == e.thread ? p.index + 1 : 1);
  set_clocks(e, under);
  keep_under(id, under);
  last_[e.thread] = id;
  events_of_[e.thread][e.index - 1u] = id;
  for (unsigned t = 1; e.kind == event_kind::start && t < most_threads; ++t) {
    if ((e.value >> t & 1) != 0) starters_[t] = id;
  }
  e.is_sc = orders_sc(e);
  if (e.is_sc) ++sc_count_;
  return id;
}

// The kernel itself is ordered by the lock of its queue: after the thread's last operation there, or the wake that it had.
void graph::join_queue_before(event& e) const {
  event_id last = e.previous;
  while (last != no_event && events_[last].kind != event_kind::wakes_up &&
         (events_[last].kind != event_kind::write || events_[last].location != kernel_queue))
    last = events_[last].previous;
  if (last != no_event && events_[last].kind == event_kind::wakes_up) last = events_[last].reads_from;
  for (; last != no_event; last = events_[last].co_previous) {
    const bool is_kernels = events_[last].part == phase::queue_write || events_[last].part == phase::leave_write;
    if (is_kernels) e.hb.join(events_[whole(last)].hb);
  }
}

event_id graph::add_other(const event& e, const clock& under) {
  if (e.kind == event_kind::wakes_up) ++location_of(e.location).wakes_up;
  return append(e, under);
}

event_id graph::add_read(const event& e, const clock& under) {
  const event_id id = append(e, under);
  location& l = location_of(e.location);
  events_[id].next_reader = std::exchange(l.newest_read, id);
  l.plain_reads += e.plain ? 1 : 0;
  return id;
}

void graph::link_write(event_id id, event_id after) {
  location& l = location_of(events_[id].location);
  event& e = events_[id];
  l.plain_writes += e.plain ? 1 : 0;
  e.co_previous = after;
  e.co_next = after == no_event ? l.first : events_[after].co_next;
  e.rank = static_cast<std::uint16_t>(after == no_event ? 1 : events_[after].rank + 1);
  (after == no_event ? l.first : events_[after].co_next) = id;
  (e.co_next == no_event ? l.last : events_[e.co_next].co_previous) = id;
  for (event_id w = e.co_next; w != no_event; w = events_[w].co_next) ++events_[w].rank;
}

event_id graph::add_write(const event& e, event_id after, const clock& under) {
  const event_id id = append(e, under);
  link_write(id, after);
  return id;
}

void graph::remove_last() {
  const event& e = events_.back();
  if (e.kind == event_kind::read) {
    locations_[e.location].newest_read = e.next_reader;
    locations_[e.location].plain_reads -= e.plain ? 1 : 0;
  } else if (e.kind == event_kind::write) {
    location& l = locations_[e.location];
    l.plain_writes -= e.plain ? 1 : 0;
    (e.co_previous == no_event ? l.first : events_[e.co_previous].co_next) = e.co_next;
    (e.co_next == no_event ? l.last : events_[e.co_next].co_previous) = e.co_previous;
    for (event_id w = e.co_next; w != no_event; w = events_[w].co_next) --events_[w].rank;
  } else if (e.kind == event_kind::wakes_up) {
    --locations_[e.location].wakes_up;
  } else if (e.kind == event_kind::start) {
    for (event_id& s : starters_) s = s + 1 == size() ? no_event : s;
  }
  if (e.is_sc) --sc_count_;
  last_[e.thread] = e.previous;
  events_.pop_back();
  if (under_.size() > events_.size()) under_.pop_back();
}

bool graph::orders_sc(const event& e) const {
  const bool takes_part = e.kind == event_kind::read || e.kind == event_kind::write || e.kind == event_kind::fence;
  return takes_part && e.memory_order == order::seq_cst && !e.plain;
}

void graph::redirect(event_id read, event_id write, order o) {
  event& r = events_[read];
  sc_count_ -= r.is_sc ? 1 : 0;
  r.memory_order = o;
  r.is_sc = orders_sc(r);
  sc_count_ += r.is_sc ? 1 : 0;
  r.reads_from = write;
  r.value = events_[write].value;
  last_[r.thread] = r.previous;  // the clocks start from its predecessor
  set_clocks(r, kept_under(read));
  last_[r.thread] = read;
}

void graph::conclude(event_id read, bool exclusive, bool fails, node_id after) {
  event& r = events_[read];
  r.exclusive = exclusive;
  r.fails = fails;
  r.after = after;
}

void graph::unlink_read(event_id read) {
  event& r = events_[read];
  locations_[r.location].plain_reads -= r.plain ? 1 : 0;
  event_id* link = &locations_[r.location].newest_read;
  while (*link != read) link = &events_[*link].next_reader;
  *link = r.next_reader;
}

void graph::wake_up(event_id read, event_id write, order o, node_id after) {
  unlink_read(read);
  event& r = events_[read];
  ++locations_[r.location].wakes_up;
  r.kind = event_kind::wakes_up;
  r.after = after;
  r.exclusive = false;
  redirect(read, write, o);
}

void graph::give_way(event_id read, event_id write) {
  unlink_read(read);
  event& r = events_[read];
  ++gave_way_count_;
  r.kind = event_kind::gave_way;
  r.after = r.at;
  r.exclusive = false;
  redirect(read, write, order::relaxed);
}

void graph::become_restriction(const graph& from, event_id keep, const clock& prefix, std::vector<event_id>& to) {
  const event_id old_size = from.size();
  events_.assign(from.events_.begin(), from.events_.begin() + keep + 1);
  under_.assign(from.under_.begin(), from.under_.begin() + std::min<std::ptrdiff_t>(keep + 1, std::ssize(from.under_)));
  locations_ = from.locations_;
  sc_count_ = from.sc_count_;
  gave_way_count_ = from.gave_way_count_;
  to.resize(old_size);
  for (event_id id = 0; id <= keep; ++id) to[id] = id;
  event_id count = keep;
  for (event_id id = keep + 1; id < old_size; ++id) to[id] = from.includes(prefix, id) ? ++count : no_event;

  for (event_id id = old_size; --id > keep;) {
    const event& e = from.events_[id];
    if (e.kind == event_kind::write) locations_[e.location].rewritten = true;
    if (e.kind == event_kind::wakes_up) locations_[e.location].wakes_up -= to[id] == no_event ? 1 : 0;
    if (e.kind != event_kind::read) continue;
    locations_[e.location].newest_read = e.next_reader;
    locations_[e.location].plain_reads -= e.plain ? 1 : 0;
  }
  const auto moved = [&to](event_id e) { return e == no_event ? no_event : to[e]; };
  for (event_id id = 0; id <= keep; ++id) {
    event& e = events_[id];
    if (e.reads_from != no_event && e.reads_from > keep) e.reads_from = to[e.reads_from];
    if (e.updates != no_event && e.updates > keep) e.updates = to[e.updates];
  }
  for (event_id id = keep + 1; id < old_size; ++id) {
    const event& old = from.events_[id];
    if (to[id] == no_event) {
      sc_count_ -= old.is_sc ? 1 : 0;
      gave_way_count_ -= old.kind == event_kind::gave_way ? 1 : 0;
      continue;
    }
    event& e = events_.emplace_back(old);
    keep_under(to[id], from.kept_under(id));
    e.previous = moved(e.previous);
    e.reads_from = moved(e.reads_from);
    e.updates = moved(e.updates);
    if (e.kind != event_kind::read) continue;
    e.next_reader = std::exchange(locations_[e.location].newest_read, to[id]);
    locations_[e.location].plain_reads += e.plain ? 1 : 0;
  }
  for (unsigned t = 0; t < most_threads; ++t) {
    starters_[t] = moved(from.starters_[t]);
    last_[t] = no_event;
    const unsigned length = from.length_of(t);
    for (unsigned i = 0; i < length; ++i) {
      const event_id id = to[from.events_of_[t][i]];
      if (id == no_event) break;
      events_of_[t][i] = last_[t] = id;
    }
  }
  for (location& l : locations_) {
    if (l.rewritten) rebuild_coherence(l, from, to);
  }
}

void graph::rebuild_coherence(location& l, const graph& from, const std::vector<event_id>& to) {
  event_id last = no_event;
  const event_id first = l.first;
  l.first = no_event;
  l.plain_writes = 0;
  for (event_id w = first; w != no_event; w = from.events_[w].co_next) {
    const event_id id = to[w];
    if (id == no_event) continue;
    event& e = events_[id];
    l.plain_writes += e.plain ? 1 : 0;
    e.co_previous = last;
    e.co_next = no_event;
    e.rank = static_cast<std::uint16_t>(last == no_event ? 1 : events_[last].rank + 1);
    (last == no_event ? l.first : events_[last].co_next) = id;
    last = id;
  }
  l.last = last;
  l.rewritten = false;
}

}  // namespace holdfast::checker::graph
