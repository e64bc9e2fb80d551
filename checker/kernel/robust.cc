#include <cerrno>

#include "checker/kernel/machine.h"

namespace holdfast::checker::kernel {

void machine::robust_wake(thread_id t, address word) {
  const auto wake_one = [&](bool is_private) {
    const key_or_error k = key(process_of(t), word, is_private, false);
    if (k.error == 0) wake_key(k.key, match_any, 1);
  };
  wake_one(false);
  if (on(toggle::robust_wakes_private)) wake_one(true);
}

bool machine::mark_dead_owner(thread_id t, const robust_entry& e, bool is_pending) {
  const process_id process = process_of(t);
  if (e.word.offset % 4 != 0) return false;
  const auto word = env_.load(process, e.word);
  if (!word) return false;
  const robust_action does = action_for(env_.on, *word, s_.threads[t].tid, is_pending, e.is_pi);
  if (does.marks) {
    if (!writable(process, e.word)) return false;
    env_.compare_and_write(process, e.word, *word, does.marked);
  }
  if (does.wakes) robust_wake(t, e.word);
  return true;
}

void machine::exit_walk(thread_id t) {
  const robust_list list = env_.robust_list_of(t);
  std::size_t limit = on(toggle::robust_limit_million) ? 1'000'000 : 2048;
  for (std::size_t i = 0;; ++i) {
    if (i == list.entries.size()) {
      if (list.end == robust_list::ending::head) break;
      if (list.end == robust_list::ending::fault) {
        if (on(toggle::robust_survives_fault)) break;
        return;
      }
      i = list.loop_to;
    }
    const robust_entry& e = list.entries[i];
    const bool is_pending = list.pending && list.pending->word == e.word;
    if (!is_pending && !mark_dead_owner(t, e, false) && !on(toggle::robust_survives_fault)) return;
    if (--limit == 0) break;
  }
  if (list.pending && !on(toggle::pending_ignored)) mark_dead_owner(t, *list.pending, true);
}

}  // namespace holdfast::checker::kernel
