// select: which checks a pattern means, and which names come near one that means none.
#ifndef HOLDFAST_CHECKER_CLI_SELECT_H_
#define HOLDFAST_CHECKER_CLI_SELECT_H_

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "checker/check.h"

namespace holdfast::checker {

using check_list = std::vector<const check*>;

// What a pattern means is, in this order:
//   mutex/handoff[u2_dropped]   the check of this id; a blank before the bracket is allowed, as reports print it
//   mutex, mutex/handoff        everything below the name: a lock's scenarios, a scenario's mutants
//   mutex*, */hand?ff, *[u2*]   ids that match: * is any text, ? any character
//   mutex/hand                  else names that begin so
check_list matching(const check_list& checks, std::string_view pattern);

// At most three of the names, nearest first, joined by commas.
std::string nearest_of(const std::set<std::string>& names, std::string_view to);
// Of the checks' names.
std::string nearest_names(const check_list& checks, std::string_view pattern);

// All that some pattern means, in the order of `checks`; everything if there is no pattern. Throws usage_error if a pattern means nothing.
check_list select(const check_list& checks, const std::vector<std::string>& patterns);

// A replay's id: a check, a colon, a schedule.
struct replay_id {
  const check* of = nullptr;
  std::string schedule;
};

// Throws usage_error.
replay_id parse_replay_id(const check_list& checks, std::string_view id);

}  // namespace holdfast::checker

#endif  // HOLDFAST_CHECKER_CLI_SELECT_H_
