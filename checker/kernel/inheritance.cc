// What rtmutex.c does to priorities, at the moments at which it does it.
#include <algorithm>

#include "checker/kernel/machine.h"

namespace holdfast::checker::kernel {

// The first of those who wait for any word of the thread's is looked for.
void machine::adjust(thread_id t) {
  if (t == nobody) return;
  const pi_waiter* best = nullptr;
  for (const pi_state& pi : s_.pi_states.queue()) {
    const pi_waiter* const w = pi.owner == t ? first_pi_waiter(s_, pi.key) : nullptr;
    if (w != nullptr && (best == nullptr || w->priority < best->priority)) best = w;
  }
  s_.threads[t].top_task = best == nullptr || on(toggle::pi_no_boost) ? nobody : best->thread;
  set_effective(t);
}

void machine::set_effective(thread_id t) {
  thread_state& thread = s_.threads[t];
  thread.effective = thread.priority;
  if (thread.top_task != nobody) thread.effective = std::min(thread.effective, s_.threads[thread.top_task].effective);
  follow(t);
}

std::uint8_t machine::waiting_priority(thread_id t) const {
  if (on(toggle::pi_first_come)) return normal_priority;
  return on(toggle::pi_chain_ignored) ? s_.threads[t].priority : s_.threads[t].effective;
}

// Whoever waits and has a new priority goes behind the equals of the new one; the owner, and so on along the chain, inherits it if the first
// waiter has changed.
void machine::follow(thread_id t) {
  const auto waiters = s_.pi_waiters.queue();
  const auto found = std::ranges::find(waiters, t, &pi_waiter::thread);
  if (found == waiters.end() || found->priority == waiting_priority(t)) return;
  pi_waiter w = *found;
  const thread_id before = first_pi_waiter(s_, w.key)->thread;
  s_.pi_waiters.take_at(static_cast<std::size_t>(found - waiters.begin()));
  w.priority = waiting_priority(t);
  s_.pi_waiters.append(w);
  if (before == t || first_pi_waiter(s_, w.key)->thread == t) adjust(find_pi(w.key)->owner);
}

void machine::block_on(const futex_key& k, thread_id task) {
  s_.pi_waiters.append({k, task, waiting_priority(task)});
  if (first_pi_waiter(s_, k)->thread == task) adjust(find_pi(k)->owner);
}

void machine::stop_waiting(thread_id t) {
  const auto waiters = s_.pi_waiters.queue();
  const auto found = std::ranges::find(waiters, t, &pi_waiter::thread);
  if (found == waiters.end()) return;
  const futex_key k = found->key;
  const bool was_first = first_pi_waiter(s_, k)->thread == t;
  const thread_id owner = find_pi(k)->owner;
  s_.pi_waiters.take_at(static_cast<std::size_t>(found - waiters.begin()));
  drop_unused_pi_states();
  if (was_first) adjust(owner);
}

// The new owner, being the first of them, is at least as urgent as those who still wait, and nobody looks whether it inherits. So if it gives
// up its own priority it sinks below them, until somebody else comes or leaves.
void machine::hand_over(const futex_key& k, thread_id to) {
  const thread_id from = find_pi(k)->owner;
  find_pi(k)->owner = nobody;
  stop_waiting(to);
  leave_queue(to);
  if (pi_state* const pi = find_pi(k)) pi->owner = to;
  adjust(from);
  if (on(toggle::pi_new_owner_inherits)) adjust(to);
}

}  // namespace holdfast::checker::kernel
