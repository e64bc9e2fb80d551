// futex: the kernel's futex operations, with its answers turned into what a platform promises.
//
// errno is left as it was. An answer that no correct use can get ends the program with a message that has the operation and the error.
//
// The private flag. A futex that is private to a process is looked up under another key than the same address as a shared one: a private
// wake does not find a shared sleeper, nor the reverse. Some kernels and sandboxes answer ENOSYS to the private operations, so whether to
// use the flag is found out, but it must be found out once: if one thread slept with the flag and another woke without it, the wake-up
// would be lost. The decision is one global. Every operation takes it before its own system call, so that it stands before anybody
// can sleep; threads that find it open at the same time ask the kernel each with a wake on a word of our own, which nobody sleeps on, and
// the first answer stored is everybody's.
#ifndef HOLDFAST_IMPL_LINUX_FUTEX_H_
#define HOLDFAST_IMPL_LINUX_FUTEX_H_

#include <cstdint>
#include <span>

#include "impl/linux/deadline.h"
#include "impl/platform.h"

namespace holdfast {

// Sleeps while *word is `expected`, until woken or the deadline has passed.
// A wake finds it only if the two bitsets share a bit.
// REQUIRES: the word is mapped and stays so until the call returns; the bitset has a bit.
wait_result futex_wait(const void* word, std::uint32_t expected, scope who, const linux_deadline& until,
                       std::uint32_t bitset = every_bit) noexcept;

// Wakes at most how_many sleepers and returns how many; 0 or less: no effect. Sleepers of a higher real-time priority first, then those
// that came first. The word need not exist any more: nobody is woken then, or, if its memory has become another futex, spuriously.
int futex_wake(const void* word, int how_many, scope who, std::uint32_t bitset = every_bit) noexcept;

// A word to wait on, and the value that it must still have.
struct futex_awaited {
  const void* word;
  std::uint32_t expected;
};

// Sleeps while each of the words has its value; see any_result. Linux 5.16 and later: where the call is missing, or a sandbox refuses it,
// the program ends with the message.
// REQUIRES: 1 to most_awaited words, which are mapped and stay so until the call returns.
any_result futex_wait_any(std::span<const futex_awaited> words, scope who, const linux_deadline& until) noexcept;

// If *from is `expected`: wakes at most how_many_wake of its sleepers, moves at most how_many_move others to `to`, returns true.
// REQUIRES: both words are mapped; neither number is negative.
bool futex_requeue(const void* from, std::uint32_t expected, int how_many_wake, int how_many_move, const void* to, scope who) noexcept;

// Changes *second in one atomic step, wakes at most how_many on *first and, if *second's old value passes the test, at most how_many_second
// on *second; returns how many it woke. Nobody goes to sleep on either word meanwhile. REQUIRES: both words are mapped; both numbers are 1
// or more.
int futex_wake_op(const void* first, int how_many, void* second, int how_many_second, word_change change, scope who) noexcept;

// Priority inheritance: see pi_result. An answer EAGAIN that only asks to try again is not returned but tried again.
// REQUIRES: the words are mapped.
pi_result futex_lock_pi(void* word, scope who, const linux_deadline& until) noexcept;
pi_result futex_try_lock_pi(void* word, scope who) noexcept;
pi_result futex_unlock_pi(void* word, scope who) noexcept;
// Sleeps while *word is `expected`, until requeued and given `to`. REQUIRES: the words differ.
pi_result futex_wait_requeue_pi(const void* word, std::uint32_t expected, void* to, scope who, const linux_deadline& until) noexcept;
// If *from is `expected`: its most urgent waiter gets `to` or waits for it, and at most how_many_move others wait for it.
// REQUIRES: how_many_move is not negative; whoever waits on `from` named `to`.
pi_result futex_requeue_pi(const void* from, std::uint32_t expected, int how_many_move, void* to, scope who) noexcept;

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_LINUX_FUTEX_H_
