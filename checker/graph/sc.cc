#include "checker/graph/sc.h"

#include <array>
#include <bit>
#include <vector>

namespace holdfast::checker::graph {
namespace {

// A set of events.
class event_set {
 public:
  void insert(event_id e) { words_[e / 64u] |= std::uint64_t{1} << (e % 64u); }
  bool contains(event_id e) const { return (words_[e / 64u] >> (e % 64u) & 1u) != 0; }
  bool meets(const event_set& other) const {
    std::uint64_t common = 0;
    for (std::size_t i = 0; i < words_.size(); ++i) common |= words_[i] & other.words_[i];
    return common != 0;
  }
  void join(const event_set& other) {
    for (std::size_t i = 0; i < words_.size(); ++i) words_[i] |= other.words_[i];
  }
  template <class Visit>
  void each(Visit&& visit) const {
    for (std::size_t i = 0; i < words_.size(); ++i) {
      for (std::uint64_t w = words_[i]; w != 0; w &= w - 1)
        visit(static_cast<event_id>(64 * i + static_cast<unsigned>(std::countr_zero(w))));
    }
  }

 private:
  std::array<std::uint64_t, most_events / 64> words_{};
};

bool is_access(const event& e) { return e.kind == event_kind::read || e.kind == event_kind::write; }
bool same_location(const event& a, const event& b) { return is_access(a) && is_access(b) && a.location == b.location; }

// Places along the extended coherence order of a location: a write's is even, and its readers' comes right after it.
unsigned eco_place(const graph& g, const event& e) { return e.kind == event_kind::write ? 2u * e.rank : 2u * g.at(e.reads_from).rank + 1; }
bool is_eco(const graph& g, const event& a, const event& b) { return same_location(a, b) && eco_place(g, a) < eco_place(g, b); }

// Coherence order or from-read.
bool is_co_or_fr(const graph& g, const event& a, const event& b) { return b.kind == event_kind::write && is_eco(g, a, b); }

class psc_check {
 public:
  explicit psc_check(const graph& g) : g_(g), hb_(g.size()) {
    for (event_id b = 0; b < g.size(); ++b) {
      if (g.at(b).is_sc) sc_.push_back(b);
      for (event_id a = 0; a < g.size(); ++a) {
        if (a != b && g.happens_before(a, b)) hb_[a].insert(b);
      }
    }
  }

  bool is_acyclic() const {
    std::vector<std::vector<bool>> edge(sc_.size(), std::vector<bool>(sc_.size()));
    for (std::size_t i = 0; i < sc_.size(); ++i) {
      const event_set base = scb_image(starts(sc_[i]));
      for (std::size_t j = 0; j < sc_.size(); ++j) edge[i][j] = ends(base, sc_[j]) || is_fence_order(sc_[i], sc_[j]);
    }
    for (std::size_t k = 0; k < sc_.size(); ++k) {
      for (std::size_t i = 0; i < sc_.size(); ++i) {
        for (std::size_t j = 0; edge[i][k] && j < sc_.size(); ++j) edge[i][j] = edge[i][j] || edge[k][j];
      }
    }
    for (std::size_t i = 0; i < sc_.size(); ++i) {
      if (edge[i][i]) return false;
    }
    return true;
  }

 private:
  bool is_fence(event_id e) const { return g_.at(e).kind == event_kind::fence; }

  // [SC] or [Fsc];hb?
  event_set starts(event_id s) const {
    event_set set;
    set.insert(s);
    if (is_fence(s)) set.join(hb_[s]);
    return set;
  }
  // [SC] or hb?;[Fsc]
  bool ends(const event_set& image, event_id t) const {
    if (image.contains(t)) return true;
    bool found = false;
    if (is_fence(t)) image.each([&](event_id e) { found = found || hb_[e].contains(t); });
    return found;
  }

  bool is_po(event_id a, event_id b) const { return g_.at(a).thread == g_.at(b).thread && g_.at(a).index < g_.at(b).index; }
  event_set po_to_other_location(const event_set& from) const {
    event_set to;
    from.each([&](event_id a) {
      for (event_id b = 0; b < g_.size(); ++b) {
        if (is_po(a, b) && !same_location(g_.at(a), g_.at(b))) to.insert(b);
      }
    });
    return to;
  }

  // scb = po, or po to another location;hb;po to another location, or hb at one location, or co, or fr.
  event_set scb_image(const event_set& from) const {
    event_set middle;
    po_to_other_location(from).each([&](event_id e) { middle.join(hb_[e]); });
    event_set to = po_to_other_location(middle);
    from.each([&](event_id a) {
      for (event_id b = 0; b < g_.size(); ++b) {
        const event& x = g_.at(a);
        const event& y = g_.at(b);
        if (is_po(a, b) || (same_location(x, y) && hb_[a].contains(b)) || is_co_or_fr(g_, x, y)) to.insert(b);
      }
    });
    return to;
  }

  // psc_F = [Fsc];(hb or hb;eco;hb);[Fsc]
  bool is_fence_order(event_id s, event_id t) const {
    if (!is_fence(s) || !is_fence(t)) return false;
    if (hb_[s].contains(t)) return true;
    bool found = false;
    hb_[s].each([&](event_id a) {
      for (event_id b = 0; b < g_.size() && !found; ++b) found = is_eco(g_, g_.at(a), g_.at(b)) && hb_[b].contains(t);
    });
    return found;
  }

  const graph& g_;
  std::vector<event_set> hb_;
  std::vector<event_id> sc_;
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
    if (!finish(before) || !finish(e.reads_from)) return false;
    if (e.kind == event_kind::write && e.co_previous != no_event && !finish_overwritten(e)) return false;
    if (e.kind == event_kind::join && !finish_joined(e.value)) return false;
    colours_[id] = colour::finished;
    return true;
  }
  bool finish_overwritten(const event& e) {
    for (event_id r = g_.newest_read(e.location); r != no_event; r = g_.at(r).next_reader) {
      if (g_.at(r).reads_from == e.co_previous && !finish(r)) return false;
    }
    return finish(e.co_previous);
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
