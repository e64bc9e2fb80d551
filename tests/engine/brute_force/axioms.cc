#include "tests/engine/brute_force/axioms.h"

namespace holdfast::oracle {
namespace {

bool releases(order o) { return o == order::release || o == order::acq_rel || o == order::seq_cst; }
bool acquires(order o) { return o == order::consume || o == order::acquire || o == order::acq_rel || o == order::seq_cst; }

}  // namespace

axioms::axioms(const graph& g, model m) : g_(g), model_(m), hb_(happens_before()), scb_without_co_(before_psc()) {}

bool axioms::hold(const relation& co) const {
  const relation fr = g_.rf.inverse().then(co);
  const bool atomic = (g_.rmw & fr.then(co)).is_empty();
  if (!atomic) return false;
  if (model_ == model::sc) return (g_.po | g_.rf | g_.wakes | co | fr).is_acyclic();
  const bool thin_air = !(g_.po | g_.rf | g_.wakes).is_acyclic();
  return !thin_air && is_coherent(co, fr) && is_sequential(co, fr);
}

bool axioms::are_raced() const {
  const event_set writes = g_.all_that([](const event& e) { return e.kind == event_kind::write && !e.of_kernel; });
  const event_set accesses = g_.all_that([](const event& e) { return e.kind != event_kind::fence && !e.of_kernel; });
  bool raced = false;
  for_each(accesses, [&](event_id a) {
    for_each(writes, [&](event_id b) {
      const event& one = g_.events[a];
      const event& other = g_.events[b];
      const bool conflict = a != b && one.location == other.location && (one.mode == order::plain || other.mode == order::plain);
      raced |= conflict && !hb_.has(a, b) && !hb_.has(b, a);
    });
  });
  return raced;
}

relation axioms::forced() const {
  const relation before = model_ == model::rc11 ? hb_ : (g_.po | g_.rf | g_.wakes | g_.create).closure();
  const event_set writes = g_.all_that([](const event& e) { return e.kind == event_kind::write; });
  const relation write = relation::identity(g_.size(), writes);
  const relation all = write.then(g_.rf.optional()).then(before).then(g_.rf.inverse().optional()).then(write);
  return same_location(all) - relation::identity(g_.size(), writes);
}

relation axioms::before(const relation& co) const {
  if (model_ == model::rc11) return hb_;
  return (g_.po | g_.rf | g_.wakes | g_.create | co | g_.rf.inverse().then(co)).closure();
}

relation axioms::same_location(const relation& r) const {
  relation same(g_.size());
  for_each(g_.present, [&](event_id a) {
    if (g_.events[a].kind == event_kind::fence) return;
    same.add_all(a, r.after(a) & g_.all_that([&](const event& b) { return b.location == g_.events[a].location; }));
  });
  return same;
}

relation axioms::happens_before() const {
  const auto identity_of = [this](auto holds) { return relation::identity(g_.size(), g_.all_that(holds)); };
  const relation fence = identity_of([](const event& e) { return e.kind == event_kind::fence; });
  const relation atomic_write = identity_of([](const event& e) { return e.kind == event_kind::write && e.mode != order::plain; });
  const relation atomic_read = identity_of([](const event& e) { return e.kind == event_kind::read && e.mode != order::plain; });
  const relation rel = identity_of([](const event& e) { return releases(e.mode) && e.kind != event_kind::read; });
  const relation acq = identity_of([](const event& e) { return acquires(e.mode) && e.kind != event_kind::write; });

  const relation rs = atomic_write.then(g_.rf.then(g_.rmw).star());
  const relation sw =
      rel.then(fence.then(g_.po).optional()).then(rs).then(g_.rf).then(atomic_read).then(g_.po.then(fence).optional()).then(acq);
  return (g_.po | sw | g_.create | (g_.wakes_order_memory ? g_.wakes : relation(g_.size()))).closure();
}

relation axioms::before_psc() const {
  const relation elsewhere = g_.po - same_location(g_.po);
  return g_.po | elsewhere.then(hb_).then(elsewhere) | same_location(hb_);
}

bool axioms::is_coherent(const relation& co, const relation& fr) const {
  const relation eco = (g_.rf | co | fr).closure();
  return hb_.then(eco.optional()).is_irreflexive();
}

bool axioms::is_sequential(const relation& co, const relation& fr) const {
  const auto identity_of = [this](auto holds) { return relation::identity(g_.size(), g_.all_that(holds)); };
  const relation sc = identity_of([](const event& e) { return e.mode == order::seq_cst; });
  if (sc.is_empty()) return true;
  const relation sc_fence = identity_of([](const event& e) { return e.mode == order::seq_cst && e.kind == event_kind::fence; });

  const relation eco = (g_.rf | co | fr).closure();
  const relation scb = scb_without_co_ | co | fr;
  const relation psc_base = (sc | sc_fence.then(hb_.optional())).then(scb).then(sc | hb_.optional().then(sc_fence));
  const relation psc_f = sc_fence.then(hb_ | hb_.then(eco).then(hb_)).then(sc_fence);
  return (psc_base | psc_f).is_acyclic();
}

}  // namespace holdfast::oracle
