// axioms: the memory models, word for word.
//
// rc11 is RC11 with the release sequences of C++20; sc is sequential consistency: po, rf, co and fr without a cycle. In both, nothing comes
// between the two halves of a read-modify-write. A plain access is ordered like a relaxed one and belongs to no release sequence. What ends
// a sleep comes before that end, and orders nothing else, unless the graph says so.
//
// What depends on co is computed anew for each co, the rest once for each graph.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_AXIOMS_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_AXIOMS_H_

#include "tests/engine/brute_force/graph.h"
#include "tests/engine/brute_force/relation.h"

namespace holdfast::oracle {

enum class model { rc11, sc };

class axioms {
 public:
  // `g` outlives this.
  axioms(const graph& g, model m);

  // REQUIRES: `co` orders the writes of each location, the initial one first.
  bool hold(const relation& co) const;

  // Two conflicting accesses, one of them plain, that hb does not order. hb is that of rc11 under sc, too.
  bool are_raced() const;

  // Pairs of different writes to one location that every co in which the axioms hold has in this order: one of them, or a read of it, comes
  // before the other, or a read of it. "Before" is hb, under sc po and rf.
  relation forced() const;

  // hb; under sc all that comes before in the order of everything.
  relation before(const relation& co) const;

 private:
  relation same_location(const relation& r) const;
  relation happens_before() const;
  relation before_psc() const;

  bool is_coherent(const relation& co, const relation& fr) const;
  bool is_sequential(const relation& co, const relation& fr) const;  // the axiom of the accesses and fences that are seq_cst

  const graph& g_;
  model model_;
  relation hb_;
  relation scb_without_co_;
};

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_AXIOMS_H_
