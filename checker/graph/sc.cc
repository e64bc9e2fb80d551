#include "checker/graph/sc.h"

#include <array>
#include <vector>

namespace holdfast::checker::graph {
namespace {

bool is_access(const event& e) { return e.kind == event_kind::read || e.kind == event_kind::write; }
bool same_location(const event& a, const event& b) { return is_access(a) && is_access(b) && a.location == b.location; }
bool is_sc_fence(const event& e) { return e.is_sc && e.kind == event_kind::fence; }

// psc = ([SC] or [Fsc];hb?) ; scb ; ([SC] or hb?;[Fsc])  or  [Fsc] ; (hb or hb;eco;hb) ; [Fsc], where
// scb = po, or po to another location;hb;po to another location, or hb at one location, or co, or fr.
//
// psc holds between any two SC events of one thread. So of what comes before an event, the last SC event of each thread stands for all:
// sets are clocks, and the order has a cycle if the threads' SC events cannot all be taken, each after what comes before it.
class psc_check {
 public:
  explicit psc_check(const graph& g) : g_(g), before_(scratch()) {
    for (event_id e = 0; e < g.size(); ++e) {
      before_[e] = {};
      if (!g.at(e).is_sc) continue;
      sc_of_[g.at(e).thread].push_back(e);
      fences_ = fences_ || is_sc_fence(g.at(e));
    }
  }

  bool is_acyclic() {
    add_coherence();
    for (event_id e = 0; e < g_.size(); ++e) {
      if (g_.at(e).is_sc || fences_) add_program_order(e);
    }
    for (event_id e = 0; fences_ && e < g_.size(); ++e) {
      before_[e].sc.join(last_fences(before_[e].any));
    }
    for (event_id e = 0; fences_ && e < g_.size(); ++e) {
      if (is_sc_fence(g_.at(e))) add_fence_order(e);
    }
    return can_take_all();
  }

 private:
  // What is before an event by scb.
  struct predecessors {
    clock sc;   // SC events
    clock any;  // all that happens before, or is, one of them; of interest if there are SC fences
    clock eco;  // the same for what is before it in extended coherence order
  };
  // The SC events of a thread.
  class sequence {
   public:
    void push_back(event_id e) { events_[size_++] = e; }
    unsigned size() const { return size_; }
    event_id operator[](unsigned i) const { return events_[i]; }

   private:
    std::array<event_id, most_events_of_a_thread> events_;
    unsigned size_ = 0;
  };

  static predecessors* scratch() {
    thread_local std::vector<predecessors> memory(most_events);
    return memory.data();
  }

  static void include(clock& c, const event& e) {
    if (c[e.thread] < e.index) c.set(e.thread, e.index);
  }

  // co, fr; and eco, which has rf besides.
  void add_coherence() {
    for (location_id l = 0; l < g_.location_count(); ++l) {
      if (g_.first_write(l) != no_event && (fences_ || g_.first_write(l) != g_.last_write(l))) add_coherence(l);
    }
  }
  void add_coherence(location_id l) {
    // What the readers of a write are is kept with the write for now.
    for (event_id r = g_.newest_read(l); r != no_event; r = g_.at(r).next_reader) {
      predecessors& p = before_[g_.at(r).reads_from];
      if (g_.at(r).is_sc) include(p.sc, g_.at(r));
      if (fences_) p.any.join(g_.at(r).hb);
    }
    predecessors sofar;
    for (event_id w = g_.first_write(l); w != no_event; w = g_.at(w).co_next) {
      const predecessors readers = before_[w];
      before_[w] = sofar;
      before_[w].eco = sofar.any;
      if (g_.at(w).is_sc) include(sofar.sc, g_.at(w));
      if (fences_) sofar.any.join(g_.at(w).hb);
      sofar.sc.join(readers.sc);
      sofar.any.join(readers.any);
    }
    if (!fences_) return;
    for (event_id r = g_.newest_read(l); r != no_event; r = g_.at(r).next_reader) {
      const event& w = g_.at(g_.at(r).reads_from);
      before_[r].eco = before_[g_.at(r).reads_from].eco;
      before_[r].eco.join(w.hb);
    }
  }

  void add_program_order(event_id id) {
    const event& e = g_.at(id);
    predecessors& p = before_[id];
    if (e.kind == event_kind::read) add_same_location(e, p);
    if (e.previous == no_event) return;
    if (fences_) p.any.join(g_.at(e.previous).hb);
    event_id last = e.previous;
    while (last != no_event && !g_.at(last).is_sc) last = g_.at(last).previous;
    if (last != no_event) include(p.sc, g_.at(last));
    event_id elsewhere = e.previous;
    while (elsewhere != no_event && same_location(g_.at(elsewhere), e)) elsewhere = g_.at(elsewhere).previous;
    if (elsewhere == no_event) return;
    for (unsigned t = 0; t < most_threads; ++t) {
      if (sc_of_[t].size() != 0 && t != e.thread) add_last_elsewhere(t, g_.at(elsewhere).hb[t], p.sc);
    }
  }

  // The last SC event of the thread that an event of another location follows, up to this index.
  void add_last_elsewhere(unsigned thread, unsigned index, clock& c) const {
    if (index == 0) return;
    const event& last = g_.at(g_.event_of(thread, index));
    bool two_locations = !is_access(last);
    for (; --index != 0;) {
      const event& e = g_.at(g_.event_of(thread, index));
      two_locations = two_locations || !same_location(e, last);
      if (e.is_sc && two_locations) return include(c, e);
    }
  }

  // hb at one location. Between other accesses than to a read, it is part of co or fr.
  void add_same_location(const event& e, predecessors& p) const {
    for (unsigned t = 0; t < most_threads; ++t) {
      if (t == e.thread || (sc_of_[t].size() == 0 && !fences_)) continue;
      bool found = false;
      for (unsigned index = e.hb[t]; index != 0; --index) {
        const event& a = g_.at(g_.event_of(t, index));
        if (!same_location(a, e)) continue;
        if (fences_ && !found) p.any.join(a.hb);
        found = true;
        if (!a.is_sc) continue;
        include(p.sc, a);
        break;
      }
    }
  }

  clock last_fences(const clock& c) const {
    clock found;
    for (unsigned t = 0; t < most_threads; ++t) {
      unsigned i = sc_of_[t].size();
      while (i != 0 && (!is_sc_fence(g_.at(sc_of_[t][i - 1])) || g_.at(sc_of_[t][i - 1]).index > c[t])) --i;
      if (i != 0) found.set(t, g_.at(sc_of_[t][i - 1]).index);
    }
    return found;
  }

  // What is before what happens before the fence; and the other fences.
  void add_fence_order(event_id fence) {
    clock hb = g_.at(fence).hb;
    hb.set(g_.at(fence).thread, static_cast<std::uint8_t>(g_.at(fence).index - 1));
    clock fences = hb;
    clock sc = before_[fence].sc;
    for (event_id e = 0; e < g_.size(); ++e) {
      if (!g_.includes(hb, e)) continue;
      sc.join(before_[e].sc);
      fences.join(before_[e].eco);
    }
    sc.join(last_fences(fences));
    before_[fence].sc = sc;
  }

  bool can_take_all() const {
    clock taken;
    std::array<unsigned, most_threads> next{};
    for (bool goes_on = true; goes_on;) {
      goes_on = false;
      for (unsigned t = 0; t < most_threads; ++t) {
        for (; next[t] < sc_of_[t].size() && taken.covers(before_[sc_of_[t][next[t]]].sc); ++next[t]) {
          include(taken, g_.at(sc_of_[t][next[t]]));
          goes_on = true;
        }
      }
    }
    for (unsigned t = 0; t < most_threads; ++t) {
      if (next[t] != sc_of_[t].size()) return false;
    }
    return true;
  }

  const graph& g_;
  predecessors* before_;
  std::array<sequence, most_threads> sc_of_;
  bool fences_ = false;
};

// Depth-first from each event to what comes before it.
class sc_search {
 public:
  explicit sc_search(const graph& g) : g_(g) {}

  bool is_acyclic() {
    for (event_id e = 0; e < g_.size(); ++e) {
      if (!finish(e)) return false;
    }
    return true;
  }

 private:
  enum class colour : std::uint8_t { untouched, open, finished };

  bool finish(event_id id) {
    if (id == no_event || colours_[id] == colour::finished) return true;
    if (colours_[id] == colour::open) return false;
    colours_[id] = colour::open;
    const event& e = g_.at(id);
    const event_id before = e.previous != no_event ? e.previous : g_.starter_of(e.thread);
    if (!finish(before) || !finish_whole(e.reads_from)) return false;
    if (e.kind == event_kind::write && e.co_previous != no_event && !finish_overwritten(e)) return false;
    if (e.kind == event_kind::join && !finish_joined(e.value)) return false;
    if (e.part == phase::compare && !e.apart && !finish_lock_of(e)) return false;
    colours_[id] = colour::finished;
    return true;
  }
  bool finish_whole(event_id id) { return id == no_event || finish(g_.whole(id)); }
  // What is compared under the kernel's lock is read at the moment of the queue's change: what comes before that comes before the read.
  bool finish_lock_of(const event& compare) {
    for (unsigned i = compare.index + 1u; i <= g_.length_of(compare.thread); ++i) {
      const event& e = g_.at(g_.event_of(compare.thread, i));
      if (e.at != compare.at) break;
      if (e.part == phase::queue_read && !finish_whole(e.reads_from)) return false;
      if (e.part == phase::queue_write) return finish_overwritten(e, e.thread);
    }
    return true;
  }
  // Besides what the thread itself has read.
  bool finish_overwritten(const event& e, unsigned but = most_threads) {
    for (event_id r = g_.newest_read(e.location); r != no_event; r = g_.at(r).next_reader) {
      if (g_.at(r).reads_from == e.co_previous && g_.at(r).thread != but && !finish(r)) return false;
    }
    return finish_whole(e.co_previous);
  }
  bool finish_joined(std::uint64_t threads) {
    for (unsigned t = 1; t < most_threads; ++t) {
      if ((threads >> t & 1) != 0 && !finish(g_.last_of(t))) return false;
    }
    return true;
  }

  const graph& g_;
  std::array<colour, most_events> colours_{};
};

}  // namespace

bool is_psc_acyclic(const graph& g) { return psc_check(g).is_acyclic(); }

bool is_sequentially_consistent(const graph& g) { return sc_search(g).is_acyclic(); }

}  // namespace holdfast::checker::graph
