// random_program: small programs by the thousand, the same for the same seed wherever they are made.
//
// They are drawn so that threads meet and weak behaviour is common: few values and locations; in most programs the last access of a thread
// and the first one of the next conflict; orders are all relaxed, all without seq_cst, mostly seq_cst, or anything; some threads have the
// same code. An await waits for something that another thread may write, but nothing says that it does: some programs have no execution. An
// await_exchange goes on exactly while it reads what it writes.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_RANDOM_PROGRAM_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_RANDOM_PROGRAM_H_

#include <cstddef>
#include <random>

#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {

struct shape {
  std::size_t least_threads = 2;
  std::size_t most_threads = 3;
  std::size_t most_instructions = 4;  // of a thread, and no fewer than one
  std::size_t most_locations = 3;
  bool updates = true;
  bool compare_exchanges = true;
  bool fences = true;
  bool seq_cst = true;
  bool awaits = true;
  bool plain = true;
  bool guards = true;
  double most_work = 10'000;  // by estimate(); most programs then take 0.1 ms to enumerate, few more than 1 ms
};

// Programs that wait, wake, requeue and wake with an update of a word, with few other accesses: one thread at least waits. No await, unless
// it is asked for.
struct futex_shape {
  std::size_t least_threads = 2;
  std::size_t most_threads = 3;
  std::size_t most_instructions = 3;
  std::size_t most_locations = 2;
  bool timed = true;
  bool requeues = true;
  bool wake_ops = true;
  std::size_t most_awaited = 0;  // words of a wait on several: 2 to 4; 0: there are none
  bool spurious_wake_ups = false;
  bool fences = true;
  bool seq_cst = true;
  bool awaits = false;
  bool guards = true;
  double most_work = 3'000;
};

// About how many executions there are, from the numbers of reads and writes alone; mostly too many.
double estimate(const small_program& p);

// REQUIRES: the shape has programs of no more than its most_work.
small_program random_program(std::mt19937_64& random, const shape& s);

// REQUIRES: as above.
small_program random_futex_program(std::mt19937_64& random, const futex_shape& s);

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_RANDOM_PROGRAM_H_
