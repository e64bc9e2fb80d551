// world: relacy behind a plain interface, so that a scenario's translation unit neither includes relacy nor waits for it to compile.
//
// Only relacy_platform.h calls these functions, and only from inside an execution that explore() runs. Objects are named by small numbers
// in order of construction.
#ifndef HOLDFAST_CHECKER_RELACY_WORLD_H_
#define HOLDFAST_CHECKER_RELACY_WORLD_H_

#include <cstdint>
#include <span>

#include "checker/site.h"
#include "impl/platform.h"

namespace holdfast::checker::relacy {

using checker::site;

using object_id = std::uint8_t;

// Atomic objects. Values are truncated to the mask when written.
object_id construct_atomic(const layout& description, std::uint32_t initial, std::uint32_t mask);
void destroy_atomic(object_id object);
std::uint32_t load(object_id object, order o, const site& at);
void store(object_id object, std::uint32_t value, order o, const site& at);
enum class update : std::uint8_t { exchange, add, sub, bit_and, bit_or };
std::uint32_t read_modify_write(object_id object, update kind, std::uint32_t operand, order o, const site& at);
bool compare_exchange(object_id object, std::uint32_t& expected, std::uint32_t desired, order success, order failure, bool weak,
                      const site& at);

// A std::atomic_thread_fence.
void fence(order o, const site& at);

// Ordinary data, watched for races.
object_id construct_plain(const char* name, std::uint64_t initial);
void destroy_plain(object_id object);
std::uint64_t plain_load(object_id object, const site& at);
void plain_store(object_id object, std::uint64_t value, const site& at);

// The kernel.
wait_result futex_wait(object_id object, std::uint32_t expected, scope who, bool timed, const site& at, std::uint32_t bitset = every_bit);
struct awaited {
  object_id object = 0;
  std::uint32_t expected = 0;
};
any_result futex_wait_any(std::span<const awaited> words, scope who, bool timed, const site& at);
// Whether it woke anybody.
bool futex_wake(object_id object, int how_many, scope who, const site& at, std::uint32_t bitset = every_bit);
// `encoded`: the argument of FUTEX_WAKE_OP.
void futex_wake_op(object_id first, int how_many, object_id second, int how_many_second, std::uint32_t encoded, scope who, const site& at);
bool futex_requeue(object_id from, std::uint32_t expected, int how_many_wake, int how_many_move, object_id to, scope who, const site& at);

// With priority inheritance: 0 or an errno.
int futex_lock_pi(object_id word, scope who, bool timed, const site& at);
int futex_try_lock_pi(object_id word, scope who, const site& at);
int futex_unlock_pi(object_id word, scope who, const site& at);
int futex_wait_requeue_pi(object_id from, std::uint32_t expected, object_id to, scope who, bool timed, const site& at);
int futex_requeue_pi(object_id from, std::uint32_t expected, int how_many_move, object_id to, scope who, const site& at);

// A spinner's rounds are explored as choices: `round` counts from 0.
bool spin_again(unsigned round, unsigned limit);
// Each number below `alternatives` is explored.
unsigned choose(unsigned alternatives);

// From 1, in the order of the scenario's threads.
std::uint32_t this_thread_id();
[[noreturn]] void misuse(const char* what);

// What a scenario says (checker/model_platform.h).
void begin_operation(unsigned char operation, const site& at);
void end_operation(unsigned char operation);
void expect(bool condition, const char* text, const site& at);

}  // namespace holdfast::checker::relacy

#endif  // HOLDFAST_CHECKER_RELACY_WORLD_H_
