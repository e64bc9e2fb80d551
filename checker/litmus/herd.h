// herd: the C litmus format of herd7 and litmus7 (Alglave, Maranget, Tautschnig: "Herding Cats").
//
//   C MP                                   (* a comment *) "and lines of information are skipped"
//   { x=0; [y]=1; atomic_int z=2; 0:r5=x; }
//   P0 (int* x, atomic_int* y) { *x = 1; atomic_store_explicit(y, 1, memory_order_release); }
//   P1 (int* x, atomic_int* y) { int r0 = atomic_load_explicit(y, memory_order_acquire); int r1 = *x; }
//   locations [y;]
//   exists (1:r0=1 /\ 1:r1=0)
//
// A location's type is what the initial state or a parameter says, else int; it is atomic if a parameter or the initial state says so, and
// then every parameter has to. Its initial value is 0 if none is given. Refuses other languages than C, Linux's primitives, pointers as
// values, arrays, filters.
#ifndef HOLDFAST_CHECKER_LITMUS_HERD_H_
#define HOLDFAST_CHECKER_LITMUS_HERD_H_

#include "checker/litmus/lexer.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

// Reads the whole file into an empty program. Throws parse_error.
void parse_herd(lexer& in, program& into);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_HERD_H_
