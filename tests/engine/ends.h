// ends: how a small program ends, in either engine. An end is a number below 2^23 that the scenario's finish() notes.
#ifndef HOLDFAST_TESTS_ENGINE_ENDS_H_
#define HOLDFAST_TESTS_ENGINE_ENDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "checker/exploration.h"
#include "checker/relacy/explore.h"
#include "checker/runtime/explore.h"

namespace holdfast::checker {

// A bit for each end.
using set_of_ends = std::vector<std::uint64_t>;
inline constexpr std::size_t words_of_ends = std::size_t{1} << 17;

inline set_of_ends ends_noted;  // not allocated within an execution, of which it is no part
inline void note_end(std::size_t end) { ends_noted[end / 64] |= std::uint64_t{1} << end % 64; }

struct seen {
  set_of_ends ends;
  bool gets_stuck = false;  // somebody sleeps for ever: the ends are then some of all
};

// Outside the operations of a specification, nothing excuses a sleeper: getting stuck is told by the second search alone.
template <class Explore>
seen ends_of(exploration e, Explore&& explore) {
  ends_noted.assign(words_of_ends, 0);
  e.may_stay_blocked = true;
  explore(e);
  seen s{ends_noted, false};
  e.may_stay_blocked = false;
  s.gets_stuck = explore(e).outcome == verdict::violated;
  return s;
}

inline seen ends_by_relacy(exploration e) {
  return ends_of(std::move(e), [](const exploration& what) { return relacy::explore(what, {}); });
}

inline seen ends_by_graph(exploration e, bool under_sc) {
  run_options options;
  options.under_sc = under_sc;
  return ends_of(std::move(e), [&](const exploration& what) { return runtime::explore(what, options); });
}

inline bool is_included(const set_of_ends& some, const set_of_ends& all) {
  return std::ranges::equal(some, all, [](std::uint64_t a, std::uint64_t b) { return (a & ~b) == 0; });
}

// The numbers of those in the first that are not in the second.
inline std::string missing_of(const set_of_ends& some, const set_of_ends& all) {
  std::string text;
  for (std::size_t end = 0; end < some.size() * 64; ++end) {
    if ((some[end / 64] >> end % 64 & 1) != 0 && (all[end / 64] >> end % 64 & 1) == 0) text += " " + std::to_string(end);
  }
  return text;
}

}  // namespace holdfast::checker

#endif  // HOLDFAST_TESTS_ENGINE_ENDS_H_
