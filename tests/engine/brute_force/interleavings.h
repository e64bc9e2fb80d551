// interleavings: sequential consistency once more, by running the threads of a small program one step at a time on one memory.
//
// It shares nothing with the enumerator but the program and the way an execution is written. An await runs when its last iteration can.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_INTERLEAVINGS_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_INTERLEAVINGS_H_

#include <string>
#include <vector>

#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {

// The graphs of all interleavings, each once, as canonical() writes them, sorted. REQUIRES: the program has no flaw, and no wait_any.
std::vector<std::string> interleavings(const small_program& p);

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_INTERLEAVINGS_H_
