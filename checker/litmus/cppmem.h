// cppmem: the language of CppMem (Batty, Owens, Sarkar, Sewell, Weber: "Mathematizing C++ Concurrency").
//
//   int main() {
//     atomic_int x = 0; int y;
//     {{{ { y = 1; x.store(1, memory_order_release); }
//     ||| { r1 = x.load(memory_order_acquire).readsvalue(1); r2 = y; }
//     }}}
//     return 0;
//   }
//   exists (1:r2=1)
//
// Threads count from 0. What CppMem lacks and this has: types other than int, methods for all atomic operations, loops, assert and assume,
// shared variables declared before main (0 unless initialised), and the condition after main. What CppMem has and this refuses: pointers,
// mutexes, functions, statements of main outside of the threads.
#ifndef HOLDFAST_CHECKER_LITMUS_CPPMEM_H_
#define HOLDFAST_CHECKER_LITMUS_CPPMEM_H_

#include "checker/litmus/lexer.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

// Reads the whole file into an empty program. Throws parse_error.
void parse_cppmem(lexer& in, program& into);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_CPPMEM_H_
