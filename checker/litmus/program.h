// program: a litmus test as data: its shared locations, its threads, and the condition on its final states.
//
// A thread's statements and expressions are nodes in two flat lists that name one another by index, so that a program is copied, kept and
// walked without ownership to think about. What the parsers promise of a program, and the interpreter relies on:
//   I1  every index is `none` or names a node, a local or a location of the same program; the nodes form trees
//   I2  no tree, statements and the expressions in them taken together, is deeper than max_depth
//   I3  an access with a memory order is of an atomic location, one without is of a plain one
//   I4  values are kept as C's conversion to their type gives them, in 64 bits (`converted`); those of a location as its bits (`bits`)
#ifndef HOLDFAST_CHECKER_LITMUS_PROGRAM_H_
#define HOLDFAST_CHECKER_LITMUS_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "checker/litmus/type.h"
#include "impl/platform.h"

namespace holdfast::checker::litmus {

inline constexpr std::size_t max_threads = 15;
inline constexpr std::size_t max_locations = 64;
inline constexpr std::size_t max_locals = 64;  // of one thread
inline constexpr std::size_t max_depth = 100;

// Where something stands in the file; both count from 1, a column is a character.
struct position {
  std::uint32_t line = 1;
  std::uint32_t column = 1;
  bool operator==(const position&) const = default;
};

using index = std::uint32_t;
inline constexpr index none = 0xffffffff;

// A shared variable.
struct location {
  std::string name;
  type of;
  bool is_atomic = false;
  std::optional<std::uint64_t> initial;  // its bits; nothing: reading it before it is written is an error
  position at;
};

// A variable of one thread, a register in a condition. It is 0 when the thread begins.
struct local {
  std::string name;
  type of;
  position at;
};

// What a read-modify-write makes of the old value.
enum class update : std::uint8_t { exchange, add, sub, bit_and, bit_or, bit_xor };

enum class operation : std::uint8_t {
  constant,           // value
  read_local,         // place
  plain_load,         // place
  load,               // place, success
  read_modify_write,  // place, how, first, success
  compare_exchange,   // place, expected, second (desired), success, failure, is_weak; 1 or 0
  reads_value,        // first; the execution is of interest only if it equals second
  negate,             // first, and so on
  complement,
  logical_not,
  convert,
  multiply,  // first and second, from here
  divide,
  remainder,
  add,
  subtract,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal,
  bit_and,
  bit_xor,
  bit_or,
  logical_and,
  logical_or,
  conditional,  // first ? second : third
};

// Where a compare-and-exchange finds the value it expects, and leaves the one it found instead.
enum class expectation : std::uint8_t {
  value,    // first; what was found is not kept
  local,    // the local `found`
  location  // the plain location `found`
};

// Operands are evaluated from left to right.
struct expression {
  operation what = operation::constant;
  type of;
  position at;
  std::uint64_t value = 0;
  index place = none;
  index first = none;
  index second = none;
  index third = none;
  index found = none;
  update how = update::exchange;
  expectation expected = expectation::value;
  order success = order::seq_cst;
  order failure = order::seq_cst;
  bool is_weak = false;
};

enum class action : std::uint8_t {
  assign,       // the local `place` gets value
  plain_store,  // the location `place` gets value
  store,        // likewise, with `how`
  fence,        // how
  evaluate,     // value
  branch,       // if (value) body else otherwise
  loop,         // for (; value; step) body; no value: for ever
  do_loop,      // do body while (value)
  block,        // body
  leave,        // break
  again,        // continue
  expect,       // assert(value), which the file has as thread::texts[place]
  assume        // the execution is of interest only if value holds
};

struct statement {
  action what = action::block;
  position at;
  index place = none;
  index value = none;
  index body = none;
  index otherwise = none;
  index step = none;
  index next = none;  // in the same block
  order how = order::seq_cst;
};

struct thread {
  position at;
  std::vector<local> locals;
  std::vector<expression> expressions;
  std::vector<statement> statements;
  std::vector<std::string> texts;
  index first = none;  // the first statement
};

// A register of a thread or a location, as a condition and a printed state name it.
struct observable {
  index in = none;  // the thread; none: `place` is a location
  index place = none;
  bool operator==(const observable&) const = default;
};

enum class quantifier : std::uint8_t { absent, exists, not_exists, forall };
enum class connective : std::uint8_t { equal, not_equal, negation, conjunction, disjunction };

// A conjunction of nothing is true, a disjunction of nothing false.
struct clause {
  connective what = connective::equal;
  observable of = {};
  std::uint64_t value = 0;  // of a register: converted; of a location: bits
  index first = none;       // of the clauses it connects
  index next = none;        // beside it, in the same connective
};

struct condition {
  quantifier over = quantifier::absent;
  std::vector<clause> clauses;
  index root = none;
};

struct program {
  std::string file;
  std::string name;
  std::vector<location> locations;
  std::vector<thread> threads;
  condition final_condition;
  std::vector<observable> observed;  // what tells final states apart: registers by thread, then locations
};

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_PROGRAM_H_
