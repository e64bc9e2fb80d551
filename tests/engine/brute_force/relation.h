// relation: a set of pairs of events, as a bit matrix.
//
// Events are numbered from 0, at most 64 of them. Every operation is the textbook's; nothing is kept between two of them.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_RELATION_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_RELATION_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace holdfast::oracle {

using event_id = std::size_t;

// One bit for each event.
using event_set = std::uint64_t;

constexpr event_set only(event_id e) { return event_set{1} << e; }
constexpr bool contains(event_set s, event_id e) { return (s & only(e)) != 0; }

template <class Visit>
void for_each(event_set s, Visit visit) {
  for (; s != 0; s &= s - 1) visit(static_cast<event_id>(std::countr_zero(s)));
}

class relation {
 public:
  explicit relation(std::size_t events = 0) : events_(events) {}

  // [s] of the axioms.
  static relation identity(std::size_t events, event_set s) {
    relation r(events);
    for_each(s, [&r](event_id e) { r.add(e, e); });
    return r;
  }

  void add(event_id from, event_id to) { rows_[from] |= only(to); }
  void add_all(event_id from, event_set to) { rows_[from] |= to; }
  bool has(event_id from, event_id to) const { return contains(rows_[from], to); }
  event_set after(event_id e) const { return rows_[e]; }
  std::size_t events() const { return events_; }

  friend relation operator|(relation a, const relation& b) {
    for (event_id e = 0; e < a.events_; ++e) a.rows_[e] |= b.rows_[e];
    return a;
  }
  friend relation operator&(relation a, const relation& b) {
    for (event_id e = 0; e < a.events_; ++e) a.rows_[e] &= b.rows_[e];
    return a;
  }
  friend relation operator-(relation a, const relation& b) {
    for (event_id e = 0; e < a.events_; ++e) a.rows_[e] &= ~b.rows_[e];
    return a;
  }

  // this;next of the axioms.
  relation then(const relation& next) const {
    relation r(events_);
    for (event_id e = 0; e < events_; ++e) for_each(rows_[e], [&](event_id middle) { r.rows_[e] |= next.rows_[middle]; });
    return r;
  }

  relation inverse() const {
    relation r(events_);
    for (event_id e = 0; e < events_; ++e) for_each(rows_[e], [&](event_id to) { r.add(to, e); });
    return r;
  }

  // r+ (Warshall), r? and r*.
  relation closure() const {
    relation r = *this;
    for (event_id middle = 0; middle < events_; ++middle) {
      for (event_id e = 0; e < events_; ++e) {
        if (r.has(e, middle)) r.rows_[e] |= r.rows_[middle];
      }
    }
    return r;
  }
  relation optional() const {
    relation r = *this;
    for (event_id e = 0; e < events_; ++e) r.add(e, e);
    return r;
  }
  relation star() const { return closure().optional(); }

  bool is_empty() const {
    for (event_id e = 0; e < events_; ++e) {
      if (rows_[e] != 0) return false;
    }
    return true;
  }
  bool is_irreflexive() const {
    for (event_id e = 0; e < events_; ++e) {
      if (has(e, e)) return false;
    }
    return true;
  }
  bool is_acyclic() const { return closure().is_irreflexive(); }

 private:
  std::size_t events_;
  std::array<event_set, 64> rows_{};
};

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_RELATION_H_
