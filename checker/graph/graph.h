// graph: an execution graph: events with program order, reads-from, coherence order, and happens-before as clocks.
//
// Grows and shrinks at its end, in stamp order. Coherent by construction: whoever adds an event chooses among the writes that a read may
// read and the places that a write may take (floor_of). Sequential consistency is checked beside it (sc.h).
#ifndef HOLDFAST_CHECKER_GRAPH_GRAPH_H_
#define HOLDFAST_CHECKER_GRAPH_GRAPH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "checker/graph/event.h"

namespace holdfast::checker::graph {

class graph {
 public:
  graph() { clear(); }

  void clear();
  const std::vector<event>& events() const { return events_; }
  const event& at(event_id e) const { return events_[e]; }
  event_id size() const { return static_cast<event_id>(events_.size()); }
  // The thread's event with this index, from 1.
  event_id event_of(unsigned thread, unsigned index) const { return events_of_[thread][index - 1]; }
  unsigned length_of(unsigned thread) const { return last_[thread] == no_event ? 0 : events_[last_[thread]].index; }
  // The thread's last event; no_event if it has none.
  event_id last_of(unsigned thread) const { return last_[thread]; }

  // How many events are sequentially consistent, and how many gave way.
  unsigned sc_count() const { return sc_count_; }
  unsigned gave_way_count() const { return gave_way_count_; }

  std::size_t location_count() const { return locations_.size(); }
  event_id first_write(location_id l) const { return l < locations_.size() ? locations_[l].first : no_event; }
  event_id last_write(location_id l) const { return l < locations_.size() ? locations_[l].last : no_event; }
  event_id newest_read(location_id l) const { return l < locations_.size() ? locations_[l].newest_read : no_event; }

  // How many of the location's writes and reads are not atomic.
  unsigned plain_writes(location_id l) const { return locations_[l].plain_writes; }
  unsigned plain_reads(location_id l) const { return locations_[l].plain_reads; }

  // Whether the event is included in the clock.
  bool includes(const clock& c, event_id e) const { return events_[e].index <= c[events_[e].thread]; }
  bool happens_before(event_id a, event_id b) const { return includes(events_[b].hb, a); }
  // The event, or the one that is done with it, if it is half of what is done (event::is_half).
  event_id whole(event_id e) const {
    const event& half = events_[e];
    return half.is_half && half.index < length_of(half.thread) ? event_of(half.thread, half.index + 1u) : e;
  }
  // Program order and reads-from before the event, and itself: `porf` without what is kept under it. Slow.
  clock origins_of(event_id e) const;

  // The event that started the thread; no_event: none has, or it is thread 0.
  event_id starter_of(unsigned thread) const { return starters_[thread]; }
  bool has_started(unsigned thread) const { return thread == 0 || starters_[thread] != no_event; }
  // The clocks that the thread's next event starts from: those of its last event, or of the event that started it.
  const event& predecessor(unsigned thread) const { return last_[thread] != no_event ? events_[last_[thread]] : start_of(thread); }

  // What a thread that has no event starts from.
  const event& start_of(unsigned thread) const {
    static const event none;
    return starters_[thread] == no_event ? none : events_[starters_[thread]];
  }

  // The newest write of the location in coherence order that happens before whoever has this clock, or was read so; no_event: there is
  // none.
  event_id floor_of(location_id l, const clock& hb) const;
  // The write whose exclusive reader's write would have to be the next in coherence order, if one is there.
  event_id exclusive_successor(event_id write) const {
    const event_id next = events_[write].co_next;
    return next != no_event && events_[next].updates == write ? next : no_event;
  }

  // Appends an event; kind, part, thread, order, location, value, at, after, ... are set. Reads have reads_from; the clocks are computed.
  // `under`: what else is not to be taken away under it (explorer: threads that are alike).
  event_id add_read(const event& e, const clock& under = {});
  // Directly after `after` in coherence order (no_event: as the first).
  event_id add_write(const event& e, event_id after, const clock& under = {});
  event_id add_other(const event& e, const clock& under = {});
  void remove_last();

  // Of a read that is the last event of its thread: it reads from this write from now on, with this order.
  void redirect(event_id read, event_id write, order o);
  // What the reader makes of the value it read.
  void conclude(event_id read, bool exclusive, bool fails, node_id after);
  // It is no read any more, but the end of a sleep by this write.
  void wake_up(event_id read, event_id write, order o, node_id after);
  // It is no read any more: it gives way to the write.
  void give_way(event_id read, event_id write);

  // Becomes `from` without the events above stamp `keep` that `prefix` does not include. to[e] is the new number of a kept event.
  void become_restriction(const graph& from, event_id keep, const clock& prefix, std::vector<event_id>& to);

 private:
  struct location {
    event_id first = no_event;
    event_id last = no_event;
    event_id newest_read = no_event;
    std::uint16_t plain_writes = 0;
    std::uint16_t plain_reads = 0;
    std::uint16_t wakes_up = 0;  // how many sleeps have ended by a write of it
    bool rewritten = false;      // in the course of become_restriction: the links of its writes are to be made again
  };

  bool orders_sc(const event& e) const;
  event_id append(const event& added, const clock& under);
  void set_clocks(event& e, const clock& under) const;
  void join_queue_before(event& e) const;
  clock kept_under(event_id e) const { return e < under_.size() ? under_[e] : clock(); }
  void keep_under(event_id e, const clock& under);
  location& location_of(location_id l) {
    if (l >= locations_.size()) locations_.resize(l + 1u);
    return locations_[l];
  }
  event_id floor_of_woken(location_id l, const clock& hb) const;
  void link_write(event_id id, event_id after);
  void unlink_read(event_id read);
  void rebuild_coherence(location& l, const graph& from, const std::vector<event_id>& to);

  std::vector<event> events_;
  std::vector<clock> under_;  // of the events up to the last that has one
  std::vector<location> locations_;
  std::array<event_id, most_threads> last_;
  std::array<std::array<event_id, most_events_of_a_thread>, most_threads> events_of_;
  std::array<event_id, most_threads> starters_;
  unsigned sc_count_ = 0;
  unsigned gave_way_count_ = 0;
};

inline bool is_acquire(order o) { return o != order::relaxed && o != order::release; }
inline bool is_release(order o) { return o == order::release || o == order::acq_rel || o == order::seq_cst; }

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_GRAPH_H_
