// automaton: one thread of a lock as locations and edges, read off the lock's template by extract.h.
//
// A location is a point just before an atomic or futex operation, with everything the thread remembers there. Four are given: idle (outside
// the lock), owner (inside the critical section), misuse (a precondition was broken) and, for each wait, asleep. An edge is one operation
// and all that the thread does on its own up to the next. Conditions and values are SMT-LIB text over `w`, the word as the operation
// finds it, and `p0`, `p1`, ..., the values that the thread remembers at the location the edge leaves.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_AUTOMATON_H_
#define HOLDFAST_PROOFS_SYMBOLIC_AUTOMATON_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "impl/word/layout.h"

namespace holdfast::proofs {

// How a thread comes into the lock's code: from idle, or from owner for unlock.
enum class entry_kind : std::uint8_t { lock, try_lock, timed_lock, unlock };
const char* name_of(entry_kind entry);

// What an edge does.
//   call         no operation: the way from idle or owner to the first operation
//   load, store, read_modify_write   of the word; a compare-exchange that fails is a load
//   changed      the kernel found the word changed, so the thread did not sleep
//   sleeps       the kernel found the expected value and put the thread to sleep, in one step
//   woken, interrupted, timed_out   why the sleep ended
//   wakes        the kernel is asked to wake sleepers
enum class action : std::uint8_t { call, load, store, read_modify_write, changed, sleeps, woken, interrupted, timed_out, wakes };
const char* name_of(action what);

struct location {
  std::string name;                      // "lock.L4"; "lock.L4.b" for a second point with the same label
  entry_kind entry = entry_kind::lock;   // meaningless for idle, owner and misuse
  std::string label;                     // "L4"; empty for idle, owner and misuse
  std::string operation;                 // "exchange"
  std::string manner;                    // "acquire"
  std::string where;                     // "impl/mutex.h:118"
  std::vector<std::string> arguments;    // SMT-LIB terms over p0, ...
  std::vector<std::string> remembers;    // every live word and flag, arguments included
  std::vector<std::string> constraints;  // what is known of p0, ...
  std::size_t parameters = 0;            // how many of them
  bool asleep = false;
};

struct edge {
  std::size_t from = 0;
  std::size_t to = 0;
  action what = action::call;
  std::string condition;  // "true" if there is none
  std::string update;     // the word afterwards; empty: unchanged
  bool acquires = false;
  bool releases = false;
  int wakes = 0;                       // how many sleepers, for action::wakes
  std::string returns;                 // "", "nothing", "true" or "false": the entry returns at the end of the edge
  std::vector<std::string> remembers;  // the values of the target's p0, ...
};

struct automaton {
  static constexpr std::size_t idle = 0;
  static constexpr std::size_t owner = 1;
  static constexpr std::size_t misuse = 2;

  std::string lock;  // "mutex"
  const layout* word = nullptr;
  std::uint32_t initial = 0;
  std::vector<location> locations;
  std::vector<edge> edges;
  std::size_t merged_visits = 0;  // visits that were merged with a location, each of them probed

  // Both throw std::invalid_argument for a name or a label that no location has.
  std::size_t find(std::string_view location_name) const;
  std::vector<std::size_t> labelled(std::string_view label) const;
  // "lock.L4.to.owner"; unique.
  std::string name_of_edge(std::size_t edge_index) const;
};

// One operation as an engine or a recorder saw it: an access to the word; the value is as a futex operation found it where it is one.
struct recorded_step {
  std::string label;
  std::uint32_t before = 0;
  std::uint32_t after = 0;
};

// Whether the edge can take the word from `before` to `after`.
bool admits(const automaton& a, std::size_t edge_index, std::uint32_t before, std::uint32_t after);

// Whether some edge from a location with that label takes the word from `before` to `after`.
bool admits(const automaton& a, const recorded_step& step);

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_AUTOMATON_H_
