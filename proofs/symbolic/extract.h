// extract: reads the automaton of one thread off a lock template.
//
//   auto a = extract("mutex", entries);   // the code itself runs; nothing is written twice
//
// Visits to an operation are merged into one location when everything that decides their future agrees (paths.h). The word type cannot see
// a plain int or bool local of the lock's code. So every merged visit is probed: it is followed one operation further, and must have
// the edges of the location it was merged with.
#ifndef HOLDFAST_PROOFS_SYMBOLIC_EXTRACT_H_
#define HOLDFAST_PROOFS_SYMBOLIC_EXTRACT_H_

#include <string>
#include <type_traits>
#include <vector>

#include "proofs/symbolic/automaton.h"
#include "proofs/symbolic/paths.h"
#include "proofs/symbolic/symbolic_platform.h"

namespace holdfast::proofs {

// Throws extraction_error if the code is more than one automaton can hold or a probe fails, and for a mutation whose label the code lacks.
automaton extract(std::string lock, const std::vector<entry_point>& entries, const std::vector<mutation>& mutations = {});

// An entry that runs `call` on a fresh lock. A call that returns bool says whether it returns as the owner.
template <class Lock, class Call>
entry_point entry(entry_kind kind, Call call) {
  return {kind, [call] {
            Lock lock;
            if constexpr (std::is_void_v<decltype(call(lock))>) {
              call(lock);
              return returned::nothing;
            } else {
              return call(lock) ? returned::yes : returned::no;
            }
          }};
}

template <class Lock>
std::vector<entry_point> lock_and_unlock() {
  return {entry<Lock>(entry_kind::lock, [](Lock& l) { l.lock(); }), entry<Lock>(entry_kind::unlock, [](Lock& l) { l.unlock(); })};
}

template <class Lock>
std::vector<entry_point> all_entries() {
  return {entry<Lock>(entry_kind::lock, [](Lock& l) { l.lock(); }), entry<Lock>(entry_kind::try_lock, [](Lock& l) { return l.try_lock(); }),
          entry<Lock>(entry_kind::timed_lock, [](Lock& l) { return l.try_lock_until(symbolic_platform::deadline::at_any_moment()); }),
          entry<Lock>(entry_kind::unlock, [](Lock& l) { l.unlock(); })};
}

}  // namespace holdfast::proofs

#endif  // HOLDFAST_PROOFS_SYMBOLIC_EXTRACT_H_
