// toggles: what else a kernel could do. None is on in the running kernel, 6.18; each names a bug that a kernel had, a rule that a later one
// has, or a misunderstanding of the documentation that a lock might rest on. tests/kernel/toggles_test.cc shows which of them a test that
// compares with the real kernel notices, tests/engine/kernel_toggles_test.cc which lock each of them breaks. unexplored.h names those that the
// engines do not follow.
#ifndef HOLDFAST_CHECKER_KERNEL_TOGGLES_H_
#define HOLDFAST_CHECKER_KERNEL_TOGGLES_H_

#include <cstdint>
#include <optional>
#include <string_view>

namespace holdfast::checker::kernel {

// X(name, what it does). K numbers are rows of the table of kernel bugs in FUTEX.md 2.10.
#define HOLDFAST_KERNEL_TOGGLES(X)                                                                                  \
  X(compare_outside_lock, "K1, K2: a wait compares in one step and queues in a later one: a wake between is lost")  \
  X(zero_wakes_nobody, "K3: a wake of zero or less wakes nobody")                                                   \
  X(requeue_pi_anywhere, "K4: CMP_REQUEUE_PI moves a waiter to a word that it did not name (CVE-2014-3153)")        \
  X(requeue_pi_to_itself, "K4: CMP_REQUEUE_PI moves a waiter to the word that it is on (CVE-2014-3153)")            \
  X(negative_requeue, "K5: a negative number to requeue is a large one (CVE-2018-6927)")                            \
  X(pending_free_unwoken, "K7: the exit walk does not wake for a pending word without an owner (before 5.5)")       \
  X(pending_foreign_woken, "K8: the exit walk wakes for a pending word that another owns unmarked (later kernels)") \
  X(pending_ignored, "K9: the exit walk does not look at the pending entry")                                        \
  X(restart_where_moved, "K15: a requeued waiter that a signal interrupts goes on waiting where it was moved")      \
  X(fresh_priority, "K16: a sleeper moves in the queue when its priority changes")                                  \
  X(last_come, "the last come is woken first")                                                                      \
  X(any_priority, "priorities do not order the queue")                                                              \
  X(bitset_ignored, "a wake takes waiters whose bitset it does not meet")                                           \
  X(keys_by_address, "a futex is its address: other mappings of the page are other futexes")                        \
  X(private_meets_shared, "private and shared operations on an anonymous word meet")                                \
  X(read_only_anonymous, "a shared futex may be in anonymous memory that is read-only")                             \
  X(private_must_be_mapped, "a private wake looks at the page")                                                     \
  X(requeue_moves_behind, "requeueing to the same word moves behind the others")                                    \
  X(requeue_ignores_value, "CMP_REQUEUE does not compare")                                                          \
  X(requeue_counts_moved, "REQUEUE returns only how many it moved")                                                 \
  X(deadline_first, "a deadline that has passed wins over a changed word")                                          \
  X(wait_takes_realtime, "WAIT takes FUTEX_CLOCK_REALTIME, as its manual says")                                     \
  X(lock_pi_monotonic, "LOCK_PI's deadline is on the monotonic clock")                                              \
  X(timed_wait_restarts, "SA_RESTART restarts a wait with a deadline")                                              \
  X(untimed_wait_interrupted, "SA_RESTART does not restart a wait")                                                 \
  X(futex2_interrupted, "SA_RESTART does not restart a futex2 wait with a deadline")                                \
  X(lock_pi_interrupted, "a signal interrupts LOCK_PI")                                                             \
  X(stopped_stays_queued, "a stopped sleeper stays in the queue")                                                   \
  X(requeued_pi_restarts, "a signal restarts WAIT_REQUEUE_PI after it was requeued")                                \
  X(futex2_zero_wakes_one, "futex_wake of zero wakes one")                                                          \
  X(futex2_requeue_mixed, "futex_requeue takes two different flag words")                                           \
  X(waitv_smallest, "waitv returns the smallest index that was woken")                                              \
  X(waitv_counts_once, "a wake counts a waitv once, however many of its entries it takes")                          \
  X(wake_op_unsigned, "WAKE_OP does not extend the sign of its arguments")                                          \
  X(wake_op_checks_first, "WAKE_OP with a bad comparison writes nothing")                                           \
  X(wake_op_second_always, "WAKE_OP wakes on the second word whatever the comparison says")                         \
  X(pi_first_come, "a PI word is granted first come, first served")                                                 \
  X(pi_no_boost, "an owner does not inherit the priorities of those who wait")                                      \
  X(pi_chain_ignored, "inheritance ends at an owner who waits")                                                     \
  X(pi_new_owner_inherits, "a new owner that gives up its priority has that of those who still wait")               \
  X(pi_enrols_afresh, "an owner sees the present priority of whoever becomes the first waiter")                     \
  X(pi_walks_on, "an inherited priority that sinks sinks along the whole chain")                                    \
  X(pi_no_deadlock, "LOCK_PI sleeps in a cycle of owners")                                                          \
  X(pi_owner_deadlocks, "LOCK_PI of an owner whose word says that nobody owns it finds the deadlock")               \
  X(pi_drops_waiters, "UNLOCK_PI leaves WAITERS out if nobody else waits")                                          \
  X(pi_keeps_owner_died, "UNLOCK_PI hands OWNER_DIED on")                                                           \
  X(pi_drops_owner_died, "LOCK_PI of a dead owner's word clears OWNER_DIED")                                        \
  X(pi_marks_lost_owner, "LOCK_PI that finds no owner takes WAITERS back")                                          \
  X(pi_dead_owner_unmarked, "PI waiters of a dead owner get the word without OWNER_DIED")                           \
  X(pi_wake_allowed, "WAKE takes a PI waiter")                                                                      \
  X(pi_private_owner_anywhere, "LOCK_PI of a private word takes an owner of another process")                       \
  X(pi_any_owner, "LOCK_PI joins waiters though the word names another owner")                                      \
  X(requeue_pi_any_count, "CMP_REQUEUE_PI takes any number to wake")                                                \
  X(requeue_pi_unmarked, "CMP_REQUEUE_PI that gets the word does not set WAITERS for the others")                   \
  X(requeue_pi_signals_none, "CMP_REQUEUE_PI with nothing to requeue does not move the first")                      \
  X(robust_wakes_private, "the exit walk wakes private waiters")                                                    \
  X(robust_wakes_unmarked, "the exit walk wakes waiters that the word does not announce")                           \
  X(robust_wakes_pi_entry, "the exit walk wakes plain waiters of a PI entry")                                       \
  X(robust_takes_foreign, "the exit walk marks words of other owners")                                              \
  X(robust_clears_waiters, "the exit walk clears WAITERS")                                                          \
  X(robust_survives_fault, "the exit walk does the pending entry after a fault")                                    \
  X(exec_keeps_tid, "the exit walk of exec(2) takes words that hold the tid that the caller had")                   \
  X(robust_limit_million, "the exit walk follows a million entries, as its manual says")

enum class toggle : std::uint8_t {
#define HOLDFAST_KERNEL_TOGGLE(name, text) name,
  HOLDFAST_KERNEL_TOGGLES(HOLDFAST_KERNEL_TOGGLE)
#undef HOLDFAST_KERNEL_TOGGLE
      count
};
static_assert(static_cast<int>(toggle::count) <= 64);

class toggles {
 public:
  constexpr toggles() = default;
  constexpr toggles(toggle t) : bits_(std::uint64_t{1} << static_cast<int>(t)) {}  // NOLINT: a toggle is a set of one
  constexpr toggles operator|(toggles other) const {
    toggles both;
    both.bits_ = bits_ | other.bits_;
    return both;
  }
  constexpr bool operator[](toggle t) const { return (bits_ >> static_cast<int>(t) & 1) != 0; }
  constexpr bool none() const { return bits_ == 0; }
  friend constexpr bool operator==(toggles, toggles) = default;

 private:
  std::uint64_t bits_ = 0;
};

constexpr const char* name_of(toggle t) {
  constexpr const char* names[] = {
#define HOLDFAST_KERNEL_TOGGLE(name, text) #name,
      HOLDFAST_KERNEL_TOGGLES(HOLDFAST_KERNEL_TOGGLE)
#undef HOLDFAST_KERNEL_TOGGLE
  };
  return names[static_cast<int>(t)];
}

// What it does, in the words of the table.
constexpr const char* meaning_of(toggle t) {
  constexpr const char* meanings[] = {
#define HOLDFAST_KERNEL_TOGGLE(name, text) text,
      HOLDFAST_KERNEL_TOGGLES(HOLDFAST_KERNEL_TOGGLE)
#undef HOLDFAST_KERNEL_TOGGLE
  };
  return meanings[static_cast<int>(t)];
}

constexpr std::optional<toggle> toggle_named(std::string_view name) {
  for (int i = 0; i < static_cast<int>(toggle::count); ++i) {
    if (name == name_of(static_cast<toggle>(i))) return static_cast<toggle>(i);
  }
  return std::nullopt;
}

}  // namespace holdfast::checker::kernel

#endif  // HOLDFAST_CHECKER_KERNEL_TOGGLES_H_
