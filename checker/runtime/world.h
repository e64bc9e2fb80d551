// world: what the code under test may do, as plain functions; graph_platform.h dresses them as a platform.
//
// Called from the scenario's threads, each of which runs on a fiber of its own. Every call but this_thread_id() stops the fiber until the
// search has decided what comes of it. Objects are known by their addresses. Outside a search (a scenario being torn down) the functions
// do nothing.
#ifndef HOLDFAST_CHECKER_RUNTIME_WORLD_H_
#define HOLDFAST_CHECKER_RUNTIME_WORLD_H_

#include <cstdint>
#include <span>
#include <type_traits>

#include "checker/graph/request.h"
#include "checker/site.h"
#include "impl/platform.h"

namespace holdfast::checker::runtime {

using graph::update_kind;

// What an object is, for its values and for reports.
struct object_kind {
  const layout* description = nullptr;  // nullptr: ordinary data
  const char* name = "";
  std::uint8_t bits = 64;  // of its values; they are truncated when written
  bool is_pointer = false;
};

// Where an object lies. Objects of different sizes may follow each other at an address; those that live at the same time may not overlap.
struct place {
  constexpr place(const void* begins_at, std::uint64_t size = 0) : begin(begins_at), bits(size) {}
  const void* begin;
  // 0: it overlaps with nothing. As wide as the pointer: padding would lie on the stack of the thread, whose bytes are its state.
  std::uint64_t bits;
};
static_assert(std::has_unique_object_representations_v<place>);

// An object begins with a value, or without one.
void construct(place object, const object_kind& kind, std::uint64_t value);
void construct_uninitialised(place object, const object_kind& kind);
void destroy(place object);

// Atomic objects.
std::uint64_t load(place object, order o, const site& at);
void store(place object, std::uint64_t value, order o, const site& at);
std::uint64_t update(place object, update_kind kind, std::uint64_t operand, order o, const site& at);
bool compare_exchange(place object, std::uint64_t& expected, std::uint64_t desired, order success, order failure, bool weak,
                      const site& at);
void fence(order o, const site& at);

// Ordinary data, watched for races.
std::uint64_t plain_load(place object, const site& at);
void plain_store(place object, std::uint64_t value, const site& at);

// The kernel. `timed`: the sleep may end by a time-out at any moment.
wait_result futex_wait(place object, std::uint64_t expected, scope who, bool timed, const site& at, std::uint32_t bitset = every_bit);
void futex_wake(place object, int how_many, scope who, const site& at, std::uint32_t bitset = every_bit);
// As futex_wake; returns how many were woken.
int futex_wake_and_count(place object, int how_many, scope who, const site& at);
// Changes `second`, wakes on `first`, and on `second` if what was there before passes the test; `encoded`: the argument of FUTEX_WAKE_OP.
void futex_wake_op(place first, int how_many, place second, int how_many_second, std::uint32_t encoded, scope who, const site& at);
// As futex_wake_op; returns how many were woken.
int futex_wake_op_and_count(place first, int how_many, place second, int how_many_second, std::uint32_t encoded, scope who, const site& at);
// At most most_awaited of them.
struct awaited {
  place object;
  std::uint64_t expected;
};
any_result futex_wait_any(std::span<const awaited> words, scope who, bool timed, const site& at);
bool futex_requeue(place from, std::uint64_t expected, int how_many_wake, int how_many_move, place to, scope who, const site& at);

// With priority inheritance; the word's layout says that it has it. 0, or the kernel's errno.
int futex_lock_pi(place word, scope who, bool timed, const site& at);
int futex_try_lock_pi(place word, scope who, const site& at);
int futex_unlock_pi(place word, scope who, const site& at);
int futex_wait_requeue_pi(place from, std::uint64_t expected, place to, scope who, bool timed, const site& at);
int futex_requeue_pi(place from, std::uint64_t expected, int how_many_move, place to, scope who, const site& at);

// The robust list of the calling thread: the word that it is about to lock or unlock, those that it holds, and that it is through with the
// one. Of interest to threads that may die (exploration::may_die).
void robust_pending(place word);
void robust_link(place word);
void robust_unlink(place word);
void robust_done();

// Another thread of the scenario begins, or has ended: what it did happens before what follows here. A thread is started once.
void start_thread(unsigned thread, const site& at);
void join_thread(unsigned thread, const site& at);

// A number below `alternatives`, each of which is explored.
unsigned choose(unsigned alternatives, const site& at);
// A spinner's rounds are explored as choices: `round` counts from 0.
bool spin_again(unsigned round, unsigned limit);

// From 1, in the order of the scenario's threads; set-up and finish() count as the thread after the last.
std::uint32_t this_thread_id();
[[noreturn]] void misuse(const char* what);

// What a scenario says (checker/model_platform.h).
void begin_operation(unsigned char operation, const site& at);
void end_operation(unsigned char operation);
void expect(bool condition, const char* text, const site& at);
// The execution is of no interest: it is not counted, and not judged. What other threads do goes on.
[[noreturn]] void abandon();

}  // namespace holdfast::checker::runtime

#endif  // HOLDFAST_CHECKER_RUNTIME_WORLD_H_
