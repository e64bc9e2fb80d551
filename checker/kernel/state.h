// state: the futex subsystem between two steps. A value: it is copied, compared and hashed like a number, and holds no pointer and no
// memory of the user's (environment.h).
#ifndef HOLDFAST_CHECKER_KERNEL_STATE_H_
#define HOLDFAST_CHECKER_KERNEL_STATE_H_

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "checker/kernel/call.h"
#include "checker/kernel/key.h"
#include "checker/kernel/sleepers.h"

namespace holdfast::checker::kernel {

inline constexpr std::size_t most_threads = most_sleepers;
inline constexpr std::size_t most_queued = 24;  // a waitv queues once for each entry
inline constexpr thread_id nobody = 255;

// How a sleeper waits: on a plain futex; on one from which CMP_REQUEUE_PI will move it to a PI futex; on a PI futex.
enum class waits_for : std::uint8_t { wake, requeue_pi, pi };

// The kernel's futex_q.
struct queued {
  futex_key key;
  std::uint32_t bitset = match_any;
  thread_id thread = 0;
  std::uint8_t priority = normal_priority;  // as it was when the thread came
  std::uint8_t entry = 0;                   // of a waitv
  waits_for what = waits_for::wake;
  friend bool operator==(const queued&, const queued&) = default;
  // The more urgent first, and else first come, first woken.
  friend constexpr bool precedes(const queued& a, const queued& b) { return a.priority < b.priority; }
};

// A sleeper on a PI futex, in the order in which the word is granted.
struct pi_waiter {
  futex_key key;
  thread_id thread = 0;
  std::uint8_t priority = normal_priority;  // with what it inherits; follows every change
  std::uint8_t enrolled = normal_priority;  // as the owner sees it, if it is the first: does not follow every change
  friend bool operator==(const pi_waiter&, const pi_waiter&) = default;
  friend constexpr bool precedes(const pi_waiter& a, const pi_waiter& b) { return a.priority < b.priority; }
};

// The kernel's pi_state: there is one as long as a PI futex has waiters. They are in the order in which their owners last enrolled a
// waiter.
struct pi_state {
  futex_key key;
  thread_id owner = nobody;
  thread_id top = nobody;                   // the waiter from whom the owner may inherit on account of this word
  std::uint8_t enrolled = normal_priority;  // its priority then
  friend bool operator==(const pi_state&, const pi_state&) = default;
};

enum class phase : std::uint8_t {
  absent,    // not made yet
  running,   // in user space
  sleeping,  // in its call
  woken,     // its waitv was woken, and has not returned yet (environment::returns_at_once)
  stopped,   // was asleep when its process was stopped; begins its call again, or returns its result, when the process goes on
  queueing,  // has compared and not queued yet (toggle compare_outside_lock)
  dead,
};

struct thread_state {
  kernel::phase phase = kernel::phase::absent;
  process_id process = 0;
  std::uint8_t priority = normal_priority;   // its own
  std::uint8_t effective = normal_priority;  // with what it inherits
  thread_id top_task = nobody;               // of whom: the first waiter for a word of its, when that was last looked for
  bool expired = false;                      // the deadline of its call has come
  std::int32_t result = asleep;              // of a woken thread, and of a stopped one that does not begin again
  std::uint32_t tid = 0;
  kernel::call call;  // while it is not running
  futex_key target;   // of WAIT_REQUEUE_PI
  friend bool operator==(const thread_state&, const thread_state&) = default;
};

struct state {
  std::array<thread_state, most_threads> threads{};
  sleepers<queued, most_queued> asleep;
  sleepers<pi_waiter, most_threads> pi_waiters;
  sleepers<pi_state, most_threads> pi_states;
  std::uint32_t stopped_processes = 0;  // bits

  // REQUIRES: it is absent, or dead.
  void start(thread_id t, process_id process, std::uint32_t tid, std::uint8_t priority = normal_priority) {
    threads[t] = thread_state();
    threads[t].phase = phase::running;
    threads[t].process = process;
    threads[t].priority = threads[t].effective = priority;
    threads[t].tid = tid;
  }
  bool is_stopped(process_id p) const { return (stopped_processes >> p & 1) != 0; }

  friend bool operator==(const state&, const state&) = default;
};
constexpr bool precedes(const pi_state&, const pi_state&) { return false; }

// To whom the word of the key is handed next, or null.
const pi_waiter* first_pi_waiter(const state& s, const futex_key& k);

// A waiter for a PI word, and the word's owner, who is less urgent and was not lent the waiter's priority.
struct held_up {
  thread_id waiter;
  thread_id owner;
};
std::optional<held_up> held_up_in(const state& s);

std::size_t hash_of(const state& s);

}  // namespace holdfast::checker::kernel

template <>
struct std::hash<holdfast::checker::kernel::state> {
  std::size_t operator()(const holdfast::checker::kernel::state& s) const { return holdfast::checker::kernel::hash_of(s); }
};

#endif  // HOLDFAST_CHECKER_KERNEL_STATE_H_
