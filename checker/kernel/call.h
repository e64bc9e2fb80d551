// call: a system call of a thread, an event that comes to one, and what a step answers. The fields are those of futex(2).
#ifndef HOLDFAST_CHECKER_KERNEL_CALL_H_
#define HOLDFAST_CHECKER_KERNEL_CALL_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "checker/kernel/futex.h"
#include "checker/kernel/key.h"
#include "checker/kernel/robust_rule.h"

namespace holdfast::checker::kernel {

enum class opcode : std::uint8_t {
  wait,
  wake,
  requeue,
  cmp_requeue,
  wake_op,
  lock_pi,
  unlock_pi,
  trylock_pi,
  wait_bitset,
  wake_bitset,
  wait_requeue_pi,
  cmp_requeue_pi,
  lock_pi2,
  futex_wait,     // 455
  futex_wake,     // 454
  futex_requeue,  // 456
  futex_waitv,    // 449
  set_robust_list,
  get_robust_list,
  unknown,  // a command that no kernel has
};

enum class clock : std::uint8_t { monotonic, realtime, other };

// A deadline is `pending` until an event says that it has come.
enum class deadline : std::uint8_t { never, pending, past, invalid, fault };

inline constexpr std::uint8_t size_u32 = 2;  // of a futex2 flag word; 0, 1, 3 are the other sizes, and anything else is no flag

struct waitv_entry {
  address uaddr;
  std::uint32_t val = 0;
  bool is_private = false;
  std::uint8_t size = size_u32;
  friend bool operator==(const waitv_entry&, const waitv_entry&) = default;
};
inline constexpr std::size_t most_entries = 4;

struct call {
  thread_id thread = 0;
  opcode op = opcode::wait;
  bool is_private = false;
  kernel::clock clock = kernel::clock::monotonic;       // FUTEX_CLOCK_REALTIME, or the clock argument of futex2
  deadline until = deadline::never;                     // relative for wait, absolute for all others
  kernel::clock counted_in = kernel::clock::monotonic;  // the clock that the caller read to compute an absolute deadline
  std::uint8_t size = size_u32;                         // futex2
  std::uint8_t nr_futexes = 0;                          // waitv, requeue: entry i is entries[i % most_entries]
  address uaddr;
  address uaddr2;
  std::uint32_t val =
      0;  // wait: expected; wake, requeue: how many to wake; set_robust_list: the length; get_robust_list: the tid, 0 is the caller
  std::int32_t val2 = 0;           // requeue: how many to move; wake_op: how many to wake on uaddr2
  std::uint32_t val3 = match_any;  // bitset; cmp_requeue: expected; wake_op: the encoded operation
  std::uint32_t seen = 0;          // unlock_pi: what the word was before the call had the kernel's lock; 0: what it is now
  std::array<waitv_entry, most_entries> entries{};
  friend bool operator==(const call&, const call&) = default;
};

// FUTEX_WAIT counts from now.
constexpr bool is_relative(opcode op) { return op == opcode::wait; }
// FUTEX_LOCK_PI's deadline is on the real-time clock whatever the flag says.
constexpr clock clock_of(const call& c) { return c.op == opcode::lock_pi ? clock::realtime : c.clock; }

// A deadline that was read off one clock and is used on another has passed for decades, or is decades away.
constexpr deadline deadline_of(const call& c) {
  if (c.until != deadline::pending && c.until != deadline::past) return c.until;
  if (is_relative(c.op) || c.counted_in == clock_of(c)) return c.until;
  return clock_of(c) == clock::realtime ? deadline::past : deadline::pending;
}
// Whether an `expire` of the sleeper can come.
constexpr bool can_expire(const call& c) { return c.until == deadline::pending && (is_relative(c.op) || c.counted_in == clock_of(c)); }

enum class event_kind : std::uint8_t {
  expire,          // the deadline of the thread's call comes
  signal,          // a signal with a handler
  signal_restart,  // the same, installed with SA_RESTART
  stop,            // SIGSTOP to the thread's process
  resume,          // SIGCONT
  spurious,        // the sleeper wakes for no reason inside of the kernel, which looks again
  exit,            // the thread ends. REQUIRES: it does not sleep
  kill,            // the thread's process ends
  exec,            // the thread calls exec(2): the others end, it takes the tid of the process's first thread, and its memory goes
  set_priority,    // sched_setscheduler(2)
  enqueue,         // of a thread that compared and has not queued yet (toggle compare_outside_lock)
  returns,         // a woken waitv returns (environment::returns_at_once)
};

// Priorities are the kernel's: 0 to 98 are real-time, the smaller the more urgent (SCHED_FIFO 99 is 0), and all others are one.
inline constexpr std::uint8_t normal_priority = 100;
constexpr std::uint8_t fifo_priority(int rt_priority) { return static_cast<std::uint8_t>(99 - rt_priority); }
// Of a thread, from 1, by a list of SCHED_FIFO's numbers, in which 0 or nothing is no real-time priority. Thread 0 has none.
constexpr std::uint8_t priority_in(std::span<const unsigned> fifo, std::size_t thread) {
  if (thread == 0 || thread > fifo.size() || fifo[thread - 1] == 0) return normal_priority;
  return fifo_priority(static_cast<int>(fifo[thread - 1]));
}

struct event {
  event_kind kind = event_kind::expire;
  thread_id thread = 0;
  std::uint8_t priority = normal_priority;
  std::uint32_t tid = 0;  // exec: of the process's first thread
};

// What a system call returned: zero or more, or an errno, negative. The thread may also be asleep in it.
inline constexpr std::int32_t asleep = -4096;

struct finished {
  thread_id thread = 0;
  std::int32_t result = 0;
  friend bool operator==(const finished&, const finished&) = default;
};

// result is the caller's; woken are the others whose calls return because of this step, in the order of waking. A thread is among them
// once, however many of its waiters were woken.
struct answer {
  std::int32_t result = 0;
  std::array<finished, most_sleepers> others{};
  std::size_t others_count = 0;

  std::span<const finished> woken() const { return {others.data(), others_count}; }
};

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_CALL_H_
