// pi_words: priority-inheriting words, and what the kernel knows of each as part of its value.
//
// The value of such a location is the word in the low 32 bits and, above them, the number of a state of the kernel: who waits for the word
// and who owns it. The code under test sees the word only; its read-modify-writes leave the rest as it is. So a kernel operation on the
// word is one read-modify-write of one location, as it is in Linux, where it takes effect with one compare-exchange under the lock of the
// word's bucket. Those who wait on another word until they are moved to this one (WAIT_REQUEUE_PI) are in this word's state, too. What an
// operation does is checker/kernel's step.
//
// What a word's own state cannot tell is who of several waiters is the most urgent, if some of them inherit by way of other words: then
// the one who gets the word is chosen, and chains.h says which choices the kernel makes.
#ifndef HOLDFAST_CHECKER_GRAPH_PI_WORDS_H_
#define HOLDFAST_CHECKER_GRAPH_PI_WORDS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "checker/graph/request.h"
#include "checker/kernel/state.h"
#include "checker/kernel/toggles.h"

namespace holdfast::checker::graph {

class pi_words {
 public:
  // `priorities` of the threads from 1, as SCHED_FIFO has them: 1 to 99, the larger the more urgent; 0 for all others. Missing ones are 0.
  // A thread's id is its number. Thread 0 counts as the one after the last.
  pi_words(unsigned threads, std::span<const unsigned> priorities, kernel::toggles on = {});

  struct change {
    std::uint64_t value;
    std::int32_t result;  // the kernel's: zero or more, an errno, negative, or kernel::asleep
  };
  // What the request's operation makes of the location's value. Of wait_requeue_pi and requeue_pi the other word has the expected value.
  // `chosen`: which of the waiters gets the word, as the word's own state has them, if it is handed over.
  change perform(std::uint64_t value, const request& q, unsigned thread, std::size_t chosen = 0);
  // How many waiters there are, if it hands the word over; else 0.
  std::size_t heirs(std::uint64_t value, const request& q, unsigned thread);
  // The thread stops waiting. REQUIRES: it waits.
  change leave(std::uint64_t value, const request& q, unsigned thread, leaving why);

  bool sleeps(std::uint64_t value, unsigned thread) const;
  // Whether it sleeps until the word is its own: not if it is still to be moved there.
  bool waits_for(std::uint64_t value, unsigned thread) const;
  // How many wait for the word that has this value, and on the other word, to be moved to this one.
  std::size_t waiting_for(std::uint64_t value) const { return at(value).pi_waiters.queue().size(); }
  std::size_t waiting_on(std::uint64_t value, location_id other) const;

  // Who owns the word while others wait for it, as the kernel has it; 0: nobody but the scenario's set-up.
  unsigned owner_of(std::uint64_t value) const;

  std::optional<kernel::held_up> held_up_by(std::uint64_t value) const { return kernel::held_up_in(at(value)); }

  // The same operations on one state of the kernel for all words. `word`: what the operation finds in its own, and what it leaves there.
  const kernel::state& nobody_waits() const { return states_.front(); }
  void perform_on_all(kernel::state& s, std::uint32_t& word, const request& q, unsigned thread) const;
  void leave_all(kernel::state& s, std::uint32_t& word, const request& q, unsigned thread, leaving why) const;

 private:
  class world;

  const kernel::state& at(std::uint64_t value) const { return states_[value >> 32]; }
  std::uint64_t value_of(std::uint32_t word, const kernel::state& s);

  unsigned threads_;
  kernel::toggles on_;
  std::vector<kernel::state> states_;  // the first: nobody waits
  std::unordered_map<kernel::state, std::uint64_t> numbers_;
};

// What the code under test sees of a location's value; all of it, if the location is no futex.
inline std::uint64_t seen_of(std::uint64_t value, unsigned bits) { return bits > 32 ? value : value & 0xffffffff; }

}  // namespace holdfast::checker::graph

#endif  // HOLDFAST_CHECKER_GRAPH_PI_WORDS_H_
