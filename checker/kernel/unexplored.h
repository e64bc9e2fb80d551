// unexplored: the toggles that the engines do not follow, each with the situation that it takes and no scenario has. The scripts that are held
// against the real kernel (tests/kernel) are what notices them.
#ifndef HOLDFAST_CHECKER_KERNEL_UNEXPLORED_H_
#define HOLDFAST_CHECKER_KERNEL_UNEXPLORED_H_

#include <cstdint>
#include <stdexcept>
#include <string>

#include "checker/kernel/toggles.h"

namespace holdfast::checker::kernel {

// nullptr: an engine follows it.
constexpr const char* why_unexplored(toggle t) {
  switch (t) {
    case toggle::requeue_pi_any_count: return "P::requeue_pi always wakes one";
    case toggle::restart_where_moved: return "a requeued waiter that nobody interrupts does the same, and is explored";
    case toggle::requeued_pi_restarts:
      return "whoever was requeued and begins again finds the word changed, and returns EAGAIN all the same";
    case toggle::fresh_priority:
    case toggle::pi_new_owner_inherits: return "no thread's own priority changes";
    case toggle::pi_enrols_afresh:
      return "it takes five threads: an owner of two words, and a waiter behind another who inherits; relacy has four";
    case toggle::pi_walks_on: return "it takes a chain of five threads, and relacy has four";
    case toggle::keys_by_address: return "a word has one address";
    case toggle::read_only_anonymous:
    case toggle::private_must_be_mapped: return "all memory is mapped and writable";
    case toggle::pi_private_owner_anywhere: return "a PI word of either scope is in an object that every thread maps";
    case toggle::pi_wake_allowed: return "WAKE looks at the plain queue, where no PI waiter is";
    case toggle::wait_takes_realtime:
    case toggle::lock_pi_monotonic: return "there is no clock: a deadline may pass at any moment";
    case toggle::stopped_stays_queued: return "no process is stopped";
    case toggle::exec_keeps_tid: return "no thread calls exec(2)";
    case toggle::robust_survives_fault: return "every robust list can be read";
    case toggle::robust_limit_million: return "a thread's robust list has at most 4 words";
    case toggle::futex2_interrupted:
    case toggle::futex2_zero_wakes_one:
    case toggle::futex2_requeue_mixed: return "the platform's calls are those of futex(2)";
    case toggle::wake_op_checks_first: return "a word_change has no comparison that the kernel does not know";
    default: return nullptr;
  }
}

// nullptr: the graph engine follows it. relacy, in which all words are in one state of the kernel, follows the others.
constexpr const char* why_unexplored_by_graphs(toggle t) {
  switch (t) {
    case toggle::requeue_pi_anywhere:
    case toggle::requeue_pi_to_itself:
      return "there a PI word's queue has those who named it, and a requeue to another word finds nobody; relacy follows it";
    case toggle::pi_no_deadlock: return "there nobody is refused who closes a cycle of owners: the cycle is reported; relacy follows it";
    default: return why_unexplored(t);
  }
}

enum class engine : std::uint8_t { graph, relacy };

constexpr const char* why_unexplored_by(engine by, toggle t) {
  return by == engine::graph ? why_unexplored_by_graphs(t) : why_unexplored(t);
}

// Throws std::invalid_argument if the scenario of this name asks the engine for one that it does not follow.
inline void require_followed(const std::string& scenario, toggles on, engine by) {
  for (int i = 0; i < static_cast<int>(toggle::count); ++i) {
    const auto t = static_cast<toggle>(i);
    const char* const why = on[t] ? why_unexplored_by(by, t) : nullptr;
    if (why == nullptr) continue;
    const std::string who = why_unexplored(t) != nullptr ? "no engine follows " : "the graph engine does not follow ";
    throw std::invalid_argument(scenario + ": " + who + name_of(t) + ": " + why);
  }
}

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_UNEXPLORED_H_
