// small_program: a program small enough to write down every one of its executions.
//
// A few threads of straight-line code over a few locations. Each instruction runs at most once: not at all if its guard is false.
// Values are unsigned numbers, truncated to the width of the location that they are written to or compared at. A register is a thread's
// own, is 0 at first, and keeps 64 bits.
//
// A thread may wait, wake, requeue, and wake with an update of a word (wake_op). What a wait compares is its word's bits as they are; its
// answer is one of those below.
//
// What it can say of loops: an await stands for a loop that ends, by its last iteration alone. Nothing else of a loop is there: no
// iteration that failed, and nothing that such an iteration read.
#ifndef HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_SMALL_PROGRAM_H_
#define HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_SMALL_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace holdfast::oracle {

inline constexpr std::size_t most_threads = 5;
inline constexpr std::size_t most_locations = 4;
inline constexpr std::size_t most_registers = 8;
// Initial writes, accesses and fences; a read-modify-write counts as two. Those of the kernel's queue are among them (steps.h).
inline constexpr std::size_t most_events = 64;

enum class order { plain, relaxed, consume, acquire, release, acq_rel, seq_cst };

struct reg {
  int number = 0;
};

// A constant, or what a register holds plus a constant.
struct operand {
  constexpr operand(std::uint64_t value = 0) : constant(value) {}
  constexpr operand(reg source, std::uint64_t plus = 0) : source(source), constant(plus) {}

  std::optional<reg> source;
  std::uint64_t constant = 0;
};
constexpr operand operator+(reg r, std::uint64_t constant) { return {r, constant}; }

enum class comparison { equal, not_equal };

struct predicate {
  comparison how = comparison::equal;
  operand value;
};
constexpr predicate equals(operand value) { return {comparison::equal, value}; }
constexpr predicate differs_from(operand value) { return {comparison::not_equal, value}; }

struct guard {
  reg tested;
  predicate holds;
};

enum class opcode {
  load,
  store,
  update,
  compare_exchange,
  fence,
  await_load,
  await_exchange,
  await_compare_exchange,
  wait,
  wake,
  requeue,
  wake_op,
  wait_any
};
enum class update_kind { exchange, add, subtract, bit_and, bit_or, bit_xor };

// Of a wake_op: the old value, as a signed number of 32 bits, against a constant.
enum class signed_test { equal, not_equal, less, less_or_equal, greater, greater_or_equal };

// What a wait answers. A wake_op answers how many it woke. A requeue answers 1 if its word had the expected value, and 0 if not.
inline constexpr std::uint64_t woken = 0;
inline constexpr std::uint64_t changed = 1;
inline constexpr std::uint64_t timed_out = 2;
// Of a wait_any that was taken off one of its words, from 0; if off several, the last of those.
constexpr std::uint64_t woken_on(int entry) { return 3 + static_cast<std::uint64_t>(entry); }
inline constexpr std::size_t most_awaited = 4;

inline constexpr int everyone = 1000;

// One of the words of a wait_any, and what it has to hold.
struct awaited {
  int location = 0;
  operand expected = {};
};

struct instruction {
  opcode what = opcode::fence;
  int location = 0;
  reg target = {};  // what was read goes here
  order mode = order::seq_cst;
  order failure = order::seq_cst;  // of a compare-exchange
  update_kind kind = update_kind::exchange;
  operand value = {};     // written, or combined with what was read
  operand expected = {};  // by a compare-exchange, a wait, a requeue
  predicate until = {};   // of an await
  bool weak = false;
  bool timed = false;  // a wait: it may time out at any moment
  int wakes = 0;       // by a wake, requeue or wake_op: so many at most
  int moves = 0;       // by a requeue, to `to`
  int to = 0;
  int wakes_here = 0;                     // by a wake_op, which wakes on `to` first: so many at most, on the location that it updates
  signed_test test = signed_test::equal;  // of a wake_op
  int than = 0;
  std::vector<awaited> words = {};  // of a wait_any
  std::optional<guard> only_if = {};

  // The same, to be run only if the register is as told.
  instruction when(reg tested, predicate holds) const {
    instruction guarded = *this;
    guarded.only_if = guard{tested, holds};
    return guarded;
  }
};

inline instruction load(reg r, int location, order o) { return {.what = opcode::load, .location = location, .target = r, .mode = o}; }

inline instruction store(int location, operand value, order o) {
  return {.what = opcode::store, .location = location, .mode = o, .value = value};
}

inline instruction update(reg r, int location, update_kind kind, operand value, order o) {
  return {.what = opcode::update, .location = location, .target = r, .mode = o, .kind = kind, .value = value};
}

// Strong. A failure reads a value other than the expected one.
inline instruction compare_exchange(reg r, int location, operand expected, operand desired, order success, order failure) {
  return {.what = opcode::compare_exchange,
          .location = location,
          .target = r,
          .mode = success,
          .failure = failure,
          .value = desired,
          .expected = expected};
}

// A failure may also read the expected value: a plain read with the failure order, and an execution of its own.
inline instruction compare_exchange_weak(reg r, int location, operand expected, operand desired, order success, order failure) {
  instruction i = compare_exchange(r, location, expected, desired, success, failure);
  i.weak = true;
  return i;
}

inline instruction fence(order o) { return {.what = opcode::fence, .mode = o}; }

// do r = load; while (!until(r));
inline instruction await_load(reg r, int location, order o, predicate until) {
  return {.what = opcode::await_load, .location = location, .target = r, .mode = o, .until = until};
}

// do r = exchange(value); while (!until(r)); REQUIRES: whatever r is when the loop goes on is what the exchange wrote.
inline instruction await_exchange(reg r, int location, operand value, order o, predicate until) {
  return {.what = opcode::await_exchange, .location = location, .target = r, .mode = o, .value = value, .until = until};
}

// do r = compare_exchange(expected, desired); while (r != expected);
inline instruction await_compare_exchange(reg r, int location, operand expected, operand desired, order success, order failure) {
  instruction i = compare_exchange(r, location, expected, desired, success, failure);
  i.what = opcode::await_compare_exchange;
  return i;
}

// Sleeps if the location has the expected value.
inline instruction wait(reg r, int location, operand expected) {
  return {.what = opcode::wait, .location = location, .target = r, .mode = order::relaxed, .expected = expected};
}
inline instruction timed_wait(reg r, int location, operand expected) {
  instruction i = wait(r, location, expected);
  i.timed = true;
  return i;
}
inline instruction wake(int location, int how_many) {
  return {.what = opcode::wake, .location = location, .mode = order::relaxed, .wakes = how_many};
}
// If the location has the expected value, wakes some and then moves others.
inline instruction requeue(reg r, int from, operand expected, int how_many_wake, int how_many_move, int to) {
  return {.what = opcode::requeue,
          .location = from,
          .target = r,
          .mode = order::relaxed,
          .expected = expected,
          .wakes = how_many_wake,
          .moves = how_many_move,
          .to = to};
}

// Updates a location, wakes on another, and on the first if what it held passes the test. The update is a bit_xor, bit_or, bit_and, add or
// exchange with a constant.
inline instruction wake_op(reg r, int to, int how_many, int location, int how_many_here, update_kind kind, std::uint64_t value,
                           signed_test test, int than) {
  return {.what = opcode::wake_op,
          .location = location,
          .target = r,
          .mode = order::relaxed,
          .kind = kind,
          .value = value,
          .wakes = how_many,
          .to = to,
          .wakes_here = how_many_here,
          .test = test,
          .than = than};
}

// Sleeps if the locations, one looked at after the other, have the expected values.
inline instruction wait_any(reg r, std::vector<awaited> words, bool timed) {
  return {.what = opcode::wait_any,
          .location = words[0].location,
          .target = r,
          .mode = order::relaxed,
          .timed = timed,
          .words = std::move(words)};
}

struct location {
  unsigned bits = 32;  // 8, 16, 32 or 64
  std::uint64_t initial = 0;
};

struct small_program {
  std::vector<location> locations;
  std::vector<std::vector<instruction>> threads;
  bool spurious_wake_ups = false;  // one sleep of each thread may end for no reason
};

// Of the program's locations by the thread itself. What enters the kernel does neither.
bool reads(const instruction& i);
bool writes(const instruction& i);  // at least in some executions

bool enters_kernel(const instruction& i);
bool enters_kernel(const small_program& p);

// Why the program is none: a limit, a location or register that does not exist, an order that C++ does not allow there. Empty if it is one.
// What await_exchange requires is not looked at.
std::string flaw(const small_program& p);

// For people: a line for the locations and a paragraph for each thread.
std::string to_string(const small_program& p);

}  // namespace holdfast::oracle

#endif  // HOLDFAST_TESTS_ENGINE_BRUTE_FORCE_SMALL_PROGRAM_H_
