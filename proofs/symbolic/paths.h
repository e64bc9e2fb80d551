// paths: runs a lock's code as one thread on symbolic words, along one path from an entry, up to the next operation.
//
// The code runs on a stack of its own, which is abandoned at the end of the path: lock code stays plainly noexcept. Running a path again
// with the same decisions gives the same path; so the paths from a cut point are found one after the other, by changing the last decision.
//
// At each operation the thread's memory (all live words and flags, in order of construction) is made canonical, which is what makes merging
// two visits sound:
//   * every value is rewritten over fresh parameters p0, p1, ... in order of appearance; a value that the path leaves only one possibility
//     is that constant;
//   * of the path's constraints those stay that speak of the parameters alone. One that also speaks of a value no longer remembered
//     is dropped: the thread's future depends on what it remembers, so this can only admit more behaviour, never less.
// Two visits with equal entry, label, operation, arguments, orders, memory and constraints therefore have the same future.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_PATHS_H_
#define HOLDFAST_PROOFS_SYMBOLIC_PATHS_H_

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "impl/platform.h"
#include "proofs/symbolic/automaton.h"
#include "proofs/symbolic/words.h"

namespace holdfast::proofs {

// The code or the question is one that the extraction does not handle. Never a verdict.
struct extraction_error : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// A change of one operation, by its label: the mutants of the template.
struct mutation {
  enum class kind : std::uint8_t {
    relax,         // every order of the operation becomes relaxed
    write,         // it writes `value` instead
    expect,        // it waits for, or compares with, `value` instead
    drop,          // it does nothing (a store, a wake); a wait returns at once
    wake_everyone  // a wake wakes all sleepers
  };
  std::string label;
  kind what = kind::relax;
  std::uint32_t value = 0;
};

// One operation, as the platform asks for it.
// Trivially destructible: it may lie on a stack that is abandoned.
struct request {
  const char* label;
  const char* file;
  int line;
  const char* operation;
  std::array<const char*, 2> manner;  // orders, scope, deadline, number: what is constant about it
  std::array<const word*, 2> arguments = {};
};

// A thread about to perform an operation.
struct arrival {
  location here;                    // all but its name
  std::string key;                  // equal keys: one location
  std::vector<std::string> values;  // of its parameters, over the w and p0, ... of the operation before
};

// From one operation up to the next.
struct segment {
  enum class ending : std::uint8_t { arrived, returned, misused };
  std::vector<unsigned> decisions;  // that lead from the entry to the end of the segment
  edge step;                        // all but from and to
  ending end = ending::returned;
  arrival next;  // where it arrived
};

// What an entry's code returns.
enum class returned : std::uint8_t { nothing, yes, no };

// An entry and how its code is run on a fresh lock.
struct entry_point {
  entry_kind entry;
  std::function<returned()> run;
};

class paths {
 public:
  explicit paths(std::vector<mutation> mutations = {});
  ~paths();
  paths(const paths&) = delete;
  paths& operator=(const paths&) = delete;

  // Every segment that begins with the `operations`-th operation (counted from 1) of the path that `decisions` lead along; with 0, with
  // the call of the entry.
  std::vector<segment> follow(const entry_point& from, const std::vector<unsigned>& decisions, std::size_t operations);

  // The word's layout and its first value, once a path has been followed.
  const layout* word_layout() const;
  std::uint32_t initial() const;

  struct state;

 private:
  std::unique_ptr<state> state_;
};

// What the platform calls; each is one operation of the path that runs.
namespace running {
void declare(const layout& description, const word& initial);
word load(request r, order o);
void store(request r, const word& value, order o);
word exchange(request r, const word& value, order o);
word fetch(request r, word_operator op, const word& operand, order o);
flag compare_exchange(request r, word& expected, const word& desired, order success, order failure, bool weak);
wait_result wait(request r, const word& expected, bool may_time_out);
void wake(request r, int how_many);
flag any_choice();
[[noreturn]] void misuse();
}  // namespace running

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_PATHS_H_
