// exploration: a scenario, and what an engine is asked to find out about it. Engines differ in how much of it they can do: each says so.
#ifndef HOLDFAST_CHECKER_EXPLORATION_H_
#define HOLDFAST_CHECKER_EXPLORATION_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "checker/kernel/futex.h"
#include "checker/kernel/toggles.h"
#include "checker/model_platform.h"
#include "checker/program.h"
#include "impl/platform.h"

namespace holdfast::checker {

// A change to the lock, made while it runs, at the operation with this label.
struct mutation {
  enum class change : std::uint8_t {
    weaken,          // the memory order becomes `weaker`, and that of a failure no stronger
    weaken_failure,  // the memory order of a failure becomes `weaker`
    drop,            // a wake or requeue does nothing, a wake_op wakes nobody; a wait never sleeps but looks again when the word has
                     // changed; a lock_pi succeeds, and so does a try_lock_pi
    write,           // an atomic write writes `value`, if the operation read `found` or there is no `found`
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

// Threads, from first to last, that run the same code with the same arguments; none if last is 0.
struct alike {
  unsigned first = 1;
  unsigned last = 0;
};

struct exploration {
  std::string name;
  std::string mutant;
  unsigned threads = 2;
  alike same;
  std::vector<unsigned> may_die;  // threads that may die before any of their operations, and asleep
  kernel::toggles on;             // what the kernel does otherwise than Linux 6.18 (kernel/unexplored.h: what no engine follows)
  // Of the threads from 1, as SCHED_FIFO has them: 1 to 99, the larger the more urgent, 0 for all others. They decide whom a word with
  // priority inheritance is handed to; plain futexes have one queue.
  std::vector<unsigned> priorities;
  // Which operations of the specification take a lock. If there is one, none of them may sleep where the kernel does not know for whom it
  // waits, while a thread of lower priority is about: that could hold it up for as long as others keep that thread from running.
  bool (*takes_lock)(unsigned char operation) = nullptr;
  std::vector<unsigned> started_by_others;  // threads that begin when a thread starts them (P::start_thread), not by themselves
  std::function<std::unique_ptr<program>()> make;
  std::optional<situation> must_reach;
  mutation change;
  wake_order wakes = wake_order::first_come;
  // true: what is before a wake happens before the return of the wait that it ends. The kernel's contract does not say so, and code that
  // relies on it races without.
  bool wakes_order_memory = false;
  unsigned spurious_wake_ups = 0;  // so many per thread: a wait returns woken though nobody woke it
  unsigned interruptions = 0;      // so many per thread: a signal handler runs while it sleeps, and a wait returns interrupted
  bool handlers_restart = false;   // the handlers are installed with SA_RESTART: a wait without a deadline begins again
  unsigned spin_rounds = 0;        // so many per spinner, each taken or not
  std::optional<unsigned> context_bound;
  bool may_stay_blocked = false;       // an execution may end with threads that the specification keeps blocked; it has no finish() then
  std::function<void()> on_execution;  // called as each execution begins; may be empty
  std::function<void(const explored_step&)> on_step;  // may be empty
};

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_EXPLORATION_H_
