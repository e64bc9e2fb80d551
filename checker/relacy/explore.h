// explore: relacy's full search of a scenario, and the report of what it found.
//
// "Exhaustive under relacy's model": every interleaving, and every stale read that relacy knows, is tried once, without its fairness rule.
// relacy's model is not C++20's. A store takes the place in coherence order that it has in the interleaving; a load reads the newest write
// or the one before; a compare-exchange never fails on a stale value; a release sequence goes on through the same thread's later stores, as
// it did before C++20. So a pass here is a second opinion, not a proof.
//
// A search that a bound cut short is inconclusive. The bounds: context switches, executions, time, and the length of one execution: one
// that goes on for longer than longest_execution operations is either shown to be a fair cycle (a livelock) or ends the search.
#ifndef HOLDFAST_CHECKER_RELACY_EXPLORE_H_
#define HOLDFAST_CHECKER_RELACY_EXPLORE_H_

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "checker/check.h"
#include "checker/kernel/futex.h"
#include "checker/model_platform.h"
#include "checker/report/record.h"
#include "impl/platform.h"

namespace holdfast::checker::relacy {

// A scenario has 2 to 4 threads. No execution has more operations than this.
inline constexpr unsigned most_threads = 4;
inline constexpr unsigned longest_execution = 400;
// A fair cycle is believed when it has gone on for so many steps: a loop that counts to a smaller number is not mistaken for one.
inline constexpr unsigned livelock_steps = 200;

// What a specification says of one execution.
struct judgement {
  violation_kind kind = violation_kind::none;
  std::size_t culprit = 0;  // index of the observed operation that cannot be explained
  const char* text = "";    // static
};
using precedes = bool (*)(std::size_t i, std::size_t j);

// One scenario as the engine sees it. The engine calls construct(), then run() once for each thread, then finish() if every thread
// returned, then destroy(); again and again, each time with other choices. The functions do not touch the heap.
class program {
 public:
  virtual ~program() = default;
  virtual void construct() = 0;
  virtual void run(unsigned thread) = 0;  // from 1
  virtual void finish() = 0;
  virtual void destroy() = 0;
  // `before` says which operations happen before which. Threads blocked for ever have a pending operation.
  virtual judgement judge(std::span<const observed_operation> operations, precedes before) const = 0;
  virtual const char* operation_name(unsigned char operation) const = 0;
};

// A change to the lock, made while it runs, at the operation with this label.
struct mutation {
  enum class change : std::uint8_t {
    weaken,  // the memory order becomes `weaker`
    drop,    // a wake does nothing; a wait never sleeps but looks again when the word has changed
    write,   // an atomic write writes `value`, if the operation read `found` or there is no `found`
    no_mutation,
  };
  change what = change::no_mutation;
  std::string label;
  order weaker = order::relaxed;
  std::uint32_t value = 0;
  std::optional<std::uint32_t> found = std::nullopt;
};

enum class wake_order : std::uint8_t { first_come, any_waiter };

// One operation of the lock as it was explored, for whoever wants to hold it against something else.
struct explored_step {
  unsigned thread;                      // from 1; 0 is the scenario's own set-up
  const char* label;                    // "" for a call, a return and what the scenario does to its own data
  bool stores;                          // a plain atomic store, not a read-modify-write
  bool futex;                           // a wait, its end, a wake or a requeue
  kernel::code outcome;                 // of a futex operation
  std::optional<std::uint32_t> before;  // the word as the operation found it
  std::optional<std::uint32_t> after;   // what it wrote
  bool returns;                         // the thread returned from an operation of the lock
  unsigned char operation;              // which, at a call and a return
};

struct situation {
  std::string text;
  bool (*reached)(const world_view&);
};

struct exploration {
  std::string name;
  std::string mutant;
  unsigned threads = 2;
  std::function<std::unique_ptr<program>()> make;
  std::optional<situation> must_reach;
  mutation change;
  wake_order wakes = wake_order::first_come;
  unsigned spurious_wake_ups = 0;  // so many per thread: a wait returns woken though nobody woke it
  unsigned interruptions = 0;      // so many per thread: a wait returns interrupted
  unsigned spin_rounds = 0;        // so many per spinner, each taken or not
  std::optional<unsigned> context_bound;
  bool may_stay_blocked = false;       // an execution may end with threads that the specification keeps blocked; it has no finish() then
  std::function<void()> on_execution;  // called as each execution begins; may be empty
  std::function<void(const explored_step&)> on_step;  // may be empty
};

// Fills name, mutant, engine, model, threads, outcome, counts, bounds, situations, assumptions and, if something was found, the execution.
result explore(const exploration& what, const run_options& options);

}  // namespace holdfast::checker::relacy

#endif  // HOLDFAST_CHECKER_RELACY_EXPLORE_H_
