// read_choices: every way of giving each read of a program a write to read from, as far as values and program order allow.
//
// Each (po, rf) whose threads all run to their end or fall asleep, with po and rf free of cycles, comes exactly once, but if the search is
// pruned without most of those for which no co can make the axioms hold. Whether the kernel's operations fit together is looked at no
// further than that each makes what it should of the queue that it read, and that who sleeps is on it.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_READ_CHOICES_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_READ_CHOICES_H_

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "tests/engine/brute_force/axioms.h"
#include "tests/engine/brute_force/graph.h"
#include "tests/engine/brute_force/small_program.h"
#include "tests/engine/brute_force/steps.h"

namespace holdfast::oracle {

// blind: axioms alone decide what is no execution. pruned: what cannot become one any more is given up early; the result is the same.
enum class search { pruned, blind };

using registers = std::array<std::uint64_t, most_registers>;

// What entered the kernel: the read of the word, the write of it by a wake_op, and the accesses to the queue.
struct kernel_operation {
  int thread;
  std::optional<event_id> compare, change;
  event_id read;
  std::optional<event_id> write;
  event_id last() const { return write ? *write : read; }
};

// From the write that put the thread on the queue to the write by which it left, or the event at which it was back; neither: for ever.
struct sleep {
  int thread;
  event_id from;
  std::optional<event_id> left, back;
  int entry = 0;
};

// The end of a sleep on several words, from the writes that put the thread on the queue for each.
struct sleep_on_any {
  int thread;
  std::vector<event_id> from;
  event_id over;
};

struct choice {
  graph g;
  std::vector<kernel_operation> operations;
  std::vector<sleep> sleeps;
  std::vector<sleep_on_any> on_any;
  std::vector<std::uint64_t> written;  // by each event that is a write
  std::vector<registers> at_end;       // of each thread
};

void for_each_choice(const small_program& p, model m, search how, const kernel_options& kernel,
                     const std::function<void(const choice&)>& consume);

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_READ_CHOICES_H_
