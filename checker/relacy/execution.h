// execution: the state of the execution that relacy is running, and what it has done so far. Plain data in static storage: a heap
// allocation inside an execution would be a choice of relacy's.
#ifndef HOLDFAST_CHECKER_RELACY_EXECUTION_H_
#define HOLDFAST_CHECKER_RELACY_EXECUTION_H_

#include <array>
#include <csetjmp>
#include <cstdint>
#include <optional>
#include <string_view>

#include "checker/kernel/futex.h"
#include "checker/kernel/state.h"
#include "checker/relacy/explore.h"
#include "checker/relacy/world.h"

namespace rl {
class thread_info_base;
}

namespace holdfast::checker::relacy {

inline constexpr std::size_t most_objects = 16;
inline constexpr std::size_t most_operations = 32;
// The scenario's own constructor counts as one more thread.
inline constexpr std::size_t most_actors = most_threads + 1;
inline constexpr std::size_t most_steps = longest_execution + 4 * most_operations;
inline constexpr std::uint16_t no_step = 0xffff;

enum class step_kind : std::uint8_t {
  load,
  store,
  exchange,
  fetch_add,
  fetch_sub,
  fetch_and,
  fetch_or,
  compare_exchange,
  fence,
  plain_read,
  plain_write,
  wait,
  leave,
  enqueue,  // of a wait_any, on one word of several
  dequeue,
  wake,
  requeue,
  wake_op,
  lock_pi,
  try_lock_pi,
  unlock_pi,
  wait_requeue_pi,
  requeue_pi,
  begin,
  end,
  expect,
  misuse,
  destroy,
};

struct raw_step {
  step_kind kind{};
  std::uint8_t thread = 0;
  object_id object = 0;
  order memory_order = order::relaxed;
  bool has_read = false;
  bool has_written = false;
  bool newest = true;           // a load: it read the newest write
  kernel::code code{};          // of a kernel operation
  std::int32_t error = 0;       // of one with priority inheritance: an errno
  unsigned char operation = 0;  // of begin and end
  std::uint8_t asleep_count = 0;
  std::uint8_t woken_count = 0;
  std::array<std::uint8_t, kernel::most_sleepers> asleep{};
  std::array<std::uint8_t, kernel::most_sleepers> woken{};
  std::uint64_t read = 0;
  std::uint64_t written = 0;
  std::uint64_t overwritten = 0;  // of a write: what was there before
  std::uint16_t reads_from = no_step;
  std::uint32_t state_class = 0;  // of the words, as their layouts name values, and the queue
  const char* text = "";
  const char* label = "";
  const char* file = "";
  const char* function = "";
  int line = 0;
};

// The last accesses of one thread to plain data, for naming the other party of a race.
struct last_access {
  std::uint16_t read_step = no_step;
  std::uint16_t write_step = no_step;
  std::uint64_t read_clock = 0;
  std::uint64_t write_clock = 0;
};

struct object_state {
  const layout* description = nullptr;  // nullptr: plain data
  const char* name = "";
  bool alive = false;
  std::uint32_t mask = 0xffffffffu;
  std::uint64_t newest = 0;      // the value
  std::uint64_t newest_raw = 0;  // the value with the number of its write above it
  std::array<last_access, most_actors> accesses{};
};

struct thread_state {
  bool started = false;  // it has performed an operation
  bool finished = false;
  bool asleep = false;  // in a futex, and nobody has woken it: it may be in a queue before that, and after
  bool timed = false;   // asleep with a deadline
  bool awaits = false;  // parked until one of these changes, without the kernel's knowing
  std::array<awaited, most_awaited> awaited_words{};
  std::size_t awaited_count = 0;
  unsigned spurious_left = 0;
  unsigned interruptions_left = 0;
  bool weak_failure_left = true;
  rl::thread_info_base* in_relacy = nullptr;
  std::jmp_buf end;
};

// An operation of a lock, with the clocks of its thread: all that it knew of each thread when it began, and its own when it ended.
struct clocked_operation {
  observed_operation seen{};
  std::array<std::uint64_t, most_actors> begin{};
  std::uint64_t end = 0;
};

struct failure {
  violation_kind kind = violation_kind::none;
  const char* text = "";
  std::size_t culprit = 0;      // of a specification's judgement
  unsigned blocked_thread = 0;  // outside any operation; 0: it is the culprit's
  unsigned held_up = 0;         // of an inversion: the thread that waits,
  unsigned by = 0;              // and the less urgent one that may hold it up
  std::uint16_t other_party = no_step;
  const char* bound = nullptr;  // not a violation: the execution ran into it
  std::size_t period = 0;       // of a livelock, in steps
};

struct execution {
  const exploration* what = nullptr;
  program* running = nullptr;

  kernel::futex_state queue;
  kernel::state pi;  // who owns and waits for words with priority inheritance, or waits to be moved to one
  std::array<object_state, most_objects> objects;
  std::size_t object_count = 0;
  std::array<thread_state, most_threads> threads;
  std::array<raw_step, most_steps> steps;
  std::size_t step_count = 0;
  std::size_t operation_count = 0;                    // scheduling points passed
  std::array<std::uint16_t, most_steps> write_steps;  // by number of the write
  std::uint32_t write_count = 0;
  std::array<clocked_operation, most_operations + most_actors> history;  // in order of return
  std::size_t history_count = 0;
  std::array<clocked_operation, most_actors> open;  // by actor: the operation that it is in
  std::array<bool, most_actors> is_open{};
  bool in_setup = false;
  bool abandoned = false;  // all that is blocked may stay so: the threads leave
  failure failed;

  // Over all executions of the search.
  bool situation_reached = false;
  bool mutation_applied = false;
};

// The search under way; there is one at a time.
execution& current();

// One execution begins, runs a thread, ends. Called by the search.
void begin_execution();
void run_thread(unsigned thread);
void end_execution();

// Looks for a fair cycle in the steps so far: its length in steps, if there is one.
std::optional<std::size_t> find_fair_cycle(const execution& e);

// The execution as a reader wants it.
violation narrate(const execution& e, violation_kind kind);

}  // namespace holdfast::checker::relacy

#endif  // HOLDFAST_CHECKER_RELACY_EXECUTION_H_
