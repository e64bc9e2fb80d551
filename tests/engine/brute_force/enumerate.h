// enumerate: every execution of a small program under a memory model, by trying them all.
//
// An execution is a graph (po, rf, co) in which every thread has run to its end; co of writes that nobody reads is a part of it. Each comes
// exactly once, in no order that means anything. An await that never ends makes no execution, and nothing counts it.
// If threads sleep for ever and all others have run to their end, that is an execution, too. The kernel's operations are accesses, as
// steps.h has them: a read of the word, reads and writes of the queue; the end of a sleep counts as a read of what ended it. Where an
// operation stands that found nobody is told by what it read alone.
// Reads of uninitialised memory do not exist here, and races do not end an execution: they are marked.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_ENUMERATE_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_ENUMERATE_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "tests/engine/brute_force/axioms.h"
#include "tests/engine/brute_force/read_choices.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {

// Which access of a thread, counted from 0 in program order. A read-modify-write is one access, as is a compare-exchange that failed;
// fences and what a guard left out are none. Threads count from 1; thread 0 has the initial writes.
struct access_name {
  int thread = 0;
  int index = 0;
  friend auto operator<=>(const access_name&, const access_name&) = default;
};

struct read_from {
  access_name reader;
  access_name source;
};

struct execution {
  std::vector<read_from> reads;                     // in the order of their readers
  std::vector<std::vector<access_name>> coherence;  // for each location and then the queue, without the initial write
  std::vector<registers> at_end;                    // of each thread
  std::vector<std::uint64_t> memory;                // what is last in coherence
  std::vector<int> asleep;                          // threads, for ever
  bool racy = false;                                // two conflicting accesses, one of them plain, that hb does not order
};

// Two executions of one program are the same graph exactly if their strings are the same:
//     execution = reads " | " locations
//     reads     = for each read and read-modify-write, by thread and then index, separated by single spaces: access "<-" (access or "init")
//     locations = for each location of the program, separated by single spaces: "x" number ":" accesses
//     accesses  = its writes and read-modify-writes in coherence order, without the initial write, separated by ","
//     access    = thread "." index
// If the program enters the kernel, " q:" accesses follows the locations, and " asleep:" with the threads that sleep for ever, separated by
// ",", if there are any.
// For example "1.0<-init 1.1<-2.0 | x0:1.0,2.1 x1:2.0". No reads: the string begins with " | ". No writes to x0: "x0:".
std::string canonical(const execution& e);

// Throws std::invalid_argument if the program has a flaw.
void enumerate(const small_program& p, model m, const std::function<void(const execution&)>& consume, search how = search::pruned,
               const kernel_options& kernel = {});

// All of them as strings, sorted.
std::vector<std::string> executions(const small_program& p, model m, search how = search::pruned, const kernel_options& kernel = {});

std::size_t count(const small_program& p, model m);

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_ENUMERATE_H_
