// execute: all executions of a litmus test under a memory model, and what they come to.
//
// Guarantees: every consistent execution is counted once (checker/graph/explorer.h). Races do not end the search: ordinary data is read and
// written as if it were atomic and relaxed, and each execution is looked through for them. If the search cannot be completed, `stopped_by`
// says why, and the rest is what was found so far.
// Rounds of a loop that change nothing are left out, else a loop that waits would have no end of executions. An execution goes on after an
// assertion that fails.
#ifndef HOLDFAST_CHECKER_LITMUS_EXECUTE_H_
#define HOLDFAST_CHECKER_LITMUS_EXECUTE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "checker/graph/explorer.h"
#include "checker/litmus/drawing.h"
#include "checker/litmus/outcome.h"
#include "checker/litmus/program.h"

namespace holdfast::checker::litmus {

struct execute_options {
  graph::memory_model model = graph::memory_model::rc11;
  bool draws = false;                       // keep each execution
  const std::atomic<bool>* stop = nullptr;  // stops when it is set
};

enum class access_kind : std::uint8_t { reads, writes, updates };
std::string_view name_of(access_kind k);

struct access {
  std::size_t thread = 0;
  access_kind what = access_kind::reads;
  position at;
  bool operator==(const access&) const = default;
};

enum class defect_kind : std::uint8_t { race, uninitialised, assertion };

// What no execution should have.
struct defect {
  defect_kind what = defect_kind::race;
  index location = none;         // race, uninitialised
  access first;                  // of an assertion: the thread and where it stands
  std::optional<access> other;   // race
  std::string text;              // assertion
  std::uint64_t executions = 0;  // that are complete and have it; 0: none, but one that does not come to an end has

  // A program with a race, or that reads what was never written, has undefined behaviour: C++ allows it anything.
  bool is_undefined() const { return what != defect_kind::assertion; }
};

struct findings {
  std::uint64_t executions = 0;                 // every thread ends
  std::uint64_t blocked = 0;                    // a thread waits for ever for what nobody writes
  std::uint64_t abandoned = 0;                  // an assumption does not hold
  std::map<final_state, std::uint64_t> states;  // what is not observed is 0
  std::vector<defect> defects;                  // by their places in the file
  std::string stopped_by;                       // empty: the search is complete
  std::vector<drawn_execution> drawings;
};

findings execute(const program& p, const execute_options& options);

}  // namespace holdfast::checker::litmus

#endif  // HOLDFAST_CHECKER_LITMUS_EXECUTE_H_
