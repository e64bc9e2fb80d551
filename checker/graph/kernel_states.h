// kernel_states: the kernel's queues, as the values of a location.
//
// Every operation on the queues is a read-modify-write of one hidden location; its values are the numbers of states, equal states have
// equal numbers. What an operation does is checker/kernel's step.
#ifndef HOLDFAST_CHECKER_GRAPH_KERNEL_STATES_H_
#define HOLDFAST_CHECKER_GRAPH_KERNEL_STATES_H_

#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

#include "checker/graph/request.h"
#include "checker/kernel/futex.h"
#include "checker/kernel/toggles.h"

namespace holdfast::checker::graph {

class kernel_states {
 public:
  // The state in which nobody sleeps.
  static constexpr std::uint64_t empty = 0;

  explicit kernel_states(kernel::toggles on) : on_(on) { number_of(kernel::futex_state()); }

  const kernel::futex_state& at(std::uint64_t number) const { return states_[number]; }
  bool has(std::uint64_t number, unsigned thread, std::uint8_t entry) const {
    return at(number).has(static_cast<kernel::thread_id>(thread), entry);
  }
  std::size_t entries_of(std::uint64_t number, unsigned thread) const {
    return at(number).entries_of(static_cast<kernel::thread_id>(thread));
  }
  bool sleeps(std::uint64_t number, unsigned thread) const { return at(number).sleeps(static_cast<kernel::thread_id>(thread)); }
  bool is_full(std::uint64_t number) const { return at(number).queue().size() == kernel::most_sleepers; }
  std::size_t asleep(std::uint64_t number) const { return at(number).queue().size(); }
  std::size_t asleep_on(std::uint64_t number, location_id word) const;

  struct change {
    std::uint64_t state;
    kernel::outcome outcome;
    std::size_t choices;  // alternatives of the first pick that `picks` does not decide; 0: all are decided
  };
  // What the request's operation makes of a state. `old` is what a wake_op found in the word that it changes; `picks` decides which waiters
  // are taken.
  change sleep(std::uint64_t state, const request& q, unsigned thread);
  change leave(std::uint64_t state, unsigned thread, kernel::leave_reason reason);
  std::uint64_t without(std::uint64_t state, unsigned thread, std::uint8_t entry);
  change take(std::uint64_t state, const request& q, std::uint32_t old, std::span<const std::size_t> picks);

 private:
  std::uint64_t number_of(const kernel::futex_state& s);
  // The queue's name for a word: as Linux has it, a private and a shared futex on it do not meet.
  kernel::word_id key_of(location_id word, bool shared);

  kernel::toggles on_;
  std::vector<kernel::futex_state> states_;
  std::map<std::vector<std::tuple<kernel::thread_id, kernel::word_id, std::uint32_t, std::uint8_t>>, std::uint64_t> numbers_;
  std::vector<std::pair<location_id, bool>> keys_;
};

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_KERNEL_STATES_H_
