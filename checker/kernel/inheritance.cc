// What rtmutex.c does to priorities, at the moments at which it does it.
#include <algorithm>

#include "checker/kernel/machine.h"

namespace holdfast::checker::kernel {

// The first waiter for the word is the one from whom its owner may inherit from now on. Only some of those who call this look at the
// waiter's priority again (refresh); to the others it is what it was when it was last looked at.
void machine::enroll(const futex_key& k, bool refresh) {
  const auto states = s_.pi_states.queue();
  const auto found = std::ranges::find(states, k, &pi_state::key);
  pi_state pi = s_.pi_states.take_at(static_cast<std::size_t>(found - states.begin()));
  pi.top = nobody;
  const auto waiters = s_.pi_waiters.queue();
  const auto first = std::ranges::find(waiters, k, &pi_waiter::key);
  if (first != waiters.end()) {
    pi_waiter& w = s_.pi_waiters.at(static_cast<std::size_t>(first - waiters.begin()));
    if (refresh || on(toggle::pi_enrols_afresh)) w.enrolled = w.priority;
    pi.top = w.thread;
    pi.enrolled = w.enrolled;
  }
  s_.pi_states.append(pi);
}

// Of those enrolled for any word of the thread's, the first is looked for.
void machine::adjust(thread_id t) {
  if (t == nobody) return;
  const pi_state* best = nullptr;
  for (const pi_state& pi : s_.pi_states.queue()) {
    if (pi.owner == t && pi.top != nobody && (best == nullptr || pi.enrolled < best->enrolled)) best = &pi;
  }
  s_.threads[t].top_task = best == nullptr || on(toggle::pi_no_boost) ? nobody : best->top;
  set_effective(t);
}

void machine::set_effective(thread_id t) {
  thread_state& thread = s_.threads[t];
  thread.effective = thread.priority;
  if (thread.top_task != nobody) thread.effective = std::min(thread.effective, s_.threads[thread.top_task].effective);
}

std::uint8_t machine::waiting_priority(thread_id t) const {
  if (on(toggle::pi_first_come)) return normal_priority;
  return on(toggle::pi_chain_ignored) ? s_.threads[t].priority : s_.threads[t].effective;
}

// Whoever waits and has a new priority goes behind the equals of the new one; the owner, and so on along the chain, inherits it if the
// first waiter has changed. A walk that looks for a deadlock ends where it finds one. One that finds that the owner's inheritance does not
// come from the word that it came from ends too, although the owner may have less than before: whoever it waits for keeps what it had from
// it.
void machine::follow(thread_id t) {
  const auto waiters = s_.pi_waiters.queue();
  const auto found = std::ranges::find(waiters, t, &pi_waiter::thread);
  if (found == waiters.end() || found->priority == waiting_priority(t)) return;
  pi_waiter w = *found;
  const thread_id owner = find_pi(w.key)->owner;
  if (owner == deadlocked_ && owner != nobody) return;
  const thread_id before = first_pi_waiter(s_, w.key)->thread;
  s_.pi_waiters.take_at(static_cast<std::size_t>(found - waiters.begin()));
  w.priority = waiting_priority(t);
  s_.pi_waiters.append(w);
  if (before != t && first_pi_waiter(s_, w.key)->thread != t) return;
  enroll(w.key, true);
  adjust(owner);
  if (owner != nobody && inherits_from(owner, find_pi(w.key)->top)) follow(owner);
}

bool machine::inherits_from(thread_id owner, thread_id waiter) const {
  return s_.threads[owner].top_task == waiter || on(toggle::pi_walks_on);
}

void machine::block_on(const futex_key& k, thread_id task) {
  const std::uint8_t priority = waiting_priority(task);
  s_.pi_waiters.append({k, task, priority, priority});
  if (first_pi_waiter(s_, k)->thread != task) return;
  enroll(k, true);
  const thread_id owner = find_pi(k)->owner;
  adjust(owner);
  if (inherits_from(owner, task)) follow(owner);
}

// A cycle is found when the thread has come to wait, and has lent its priority to some of those in it.
void machine::block_in_vain(const futex_key& k, thread_id task) {
  deadlocked_ = task;
  block_on(k, task);
  stop_waiting(task);
  deadlocked_ = nobody;
}

void machine::stop_waiting(thread_id t) {
  const auto waiters = s_.pi_waiters.queue();
  const auto found = std::ranges::find(waiters, t, &pi_waiter::thread);
  if (found == waiters.end()) return;
  const futex_key k = found->key;
  const bool was_first = first_pi_waiter(s_, k)->thread == t;
  const thread_id owner = find_pi(k)->owner;
  s_.pi_waiters.take_at(static_cast<std::size_t>(found - waiters.begin()));
  if (was_first) enroll(k, false);
  drop_unused_pi_states();
  if (!was_first || owner == nobody) return;
  adjust(owner);
  follow(owner);
}

// The new owner, being the first of them, is at least as urgent as those who still wait, and nobody looks whether it inherits. So if it
// gives up its own priority it sinks below them, until somebody else comes or leaves.
void machine::hand_over(const futex_key& k, thread_id to) {
  const thread_id from = find_pi(k)->owner;
  find_pi(k)->owner = nobody;
  leave_queue(to);
  adjust(from);
  if (pi_state* const pi = find_pi(k)) pi->owner = to;
  if (on(toggle::pi_new_owner_inherits)) adjust(to);
}

}  // namespace holdfast::checker::kernel
