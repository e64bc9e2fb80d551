// steps: a small program taken apart into the events that its instructions may have.
//
// What enters the kernel is several steps. The kernel's queue is a location behind those of the program, whose values are the numbers of
// queues (futex_queue.h), 0 at first:
//
//   wait     compare: reads the word, relaxed; if it differs, that is all
//            queue:   a read-modify-write of the queue: the thread is on it
//            leave:   (timed, or spurious) a read-modify-write of the queue that takes the thread off; or nothing
//            back:    no access: somebody has taken it off. Not there if the thread left, or sleeps for ever
//   wake     queue:   a read-modify-write of the queue; a read alone if there is nobody to take
//   requeue  compare, queue: as these
//   wake_op  change:  a read-modify-write of the word, relaxed
//            queue:   a read-modify-write of the queue, whoever is there
//   wait_any compare, queue: for each word, and no further than a word that differs
//            over:    no access: somebody has taken one off. Not there if it timed out, woke for no reason, or sleeps for ever
//            unqueue: of each that is queued: a read-modify-write of the queue that takes it off; or no access: somebody has
//            and all of that once more, if it woke for no reason and nobody had taken one off
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_STEPS_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_STEPS_H_

#include <optional>
#include <vector>

#include "tests/engine/brute_force/graph.h"
#include "tests/engine/brute_force/small_program.h"

namespace holdfast::oracle {

enum class part { whole, compare, change, queue, leave, back, over, unqueue };

struct step {
  const instruction* code;
  part what = part::whole;
  std::optional<event_id> read, write, other;  // the events that it has if it runs; other: a fence, or the end of a sleep
  int entry = 0;                               // of a wait_any: which word
};

struct taken_apart {
  std::vector<event> events;
  std::vector<std::vector<step>> threads;
  std::vector<event_set> writes;  // to each location, those of the kernel last; initial writes come first, and have the same numbers
};

// How the queue is looked at, besides as a location that orders nothing.
//   orders_wakes    what happens before a wake (or requeue, that wakes) happens before the end of the sleeps that it ends
//   orders_all      every operation on the queue happens before those that read what it wrote, and before such an end
enum class queue_view { orders_nothing, orders_wakes, orders_all };

struct kernel_options {
  queue_view view = queue_view::orders_nothing;
  bool any_waiter = false;      // a wake may take any waiters
  bool queue_per_word = false;  // REQUIRES: nobody requeues, or wakes with an update
};

// `p` outlives the result.
taken_apart apart(const small_program& p, const kernel_options& kernel);

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_STEPS_H_
