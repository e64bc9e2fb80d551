// read_choices: every way of giving each read of a program a write to read from, as far as values and program order allow.
//
// Each (po, rf) whose threads all run to their end, with po and rf free of cycles, comes exactly once, but if the search is pruned without
// most of those for which no co can make the axioms hold.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_READ_CHOICES_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_READ_CHOICES_H_

#include <array>
#include <cstdint>
#include <functional>
#include <vector>

#include "tests/engine/brute_force/axioms.h"
#include "tests/engine/brute_force/graph.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {

// blind: axioms alone decide what is no execution. pruned: what cannot become one any more is given up early; the result is the same.
enum class search { pruned, blind };

using registers = std::array<std::uint64_t, most_registers>;

struct choice {
  graph g;
  std::vector<std::uint64_t> written;  // by each event that is a write
  std::vector<registers> at_end;       // of each thread
};

void for_each_choice(const small_program& p, model m, search how, const std::function<void(const choice&)>& consume);

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_READ_CHOICES_H_
