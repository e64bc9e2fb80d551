// The kernel's operations, and spinning: what a lock does when it cannot go on at once.
#include <algorithm>
#include <utility>

#include "checker/relacy/steps.h"

namespace holdfast::checker::relacy {
namespace {

[[noreturn]] void leave_execution(execution& e) { _longjmp(e.threads[actor(e) - 1].end, 1); }

// Parking counts as a yield in relacy, after which stale reads are hidden: undone here.
rl::unpark_reason park(execution& e, bool timed, bool spurious) {
  rl::thread_info_base& thread = *rl::ctx().threadx_;
  const auto last_yield = thread.last_yield_;
  const rl::unpark_reason reason = rl::ctx().park_current_thread(timed, spurious, false, nowhere);
  thread.last_yield_ = last_yield;
  if (e.abandoned) leave_execution(e);
  return reason;
}

const auto pick_waiter = [](std::size_t candidates) -> std::size_t {
  if (current().what->wakes == wake_order::first_come) return 0;
  return rl::ctx().rand(static_cast<unsigned>(candidates), rl::sched_type_user);
};

// A thread that sleeps in an operation that takes a lock may be held up by any that is less urgent.
void require_no_inversion(execution& e, unsigned self) {
  if (e.what->takes_lock == nullptr || !e.is_open[self - 1] || !e.what->takes_lock(e.open[self - 1].seen.operation)) return;
  const std::vector<unsigned>& fifo = e.what->priorities;
  for (unsigned other = 1; other <= e.what->threads; ++other) {
    if (kernel::priority_in(fifo, other) <= kernel::priority_in(fifo, self)) continue;
    e.failed.held_up = self;
    e.failed.by = other;
    fail(e, violation_kind::inversion, "sleeps where the kernel does not know for whom it waits");
  }
}

bool does(kernel::toggle t) { return current().what->on[t]; }

void finish_wake(execution& e, raw_step& s, const kernel::outcome& out) {
  s.code = out.result;
  for (const kernel::thread_id t : out.woken_threads()) {
    s.woken[s.woken_count++] = t;
    awaken(e, t);
  }
  complete(e, s);
}

// The step of a wait that has read the word; on a kernel that compares in one step and queues in a later one, the later one.
raw_step& compare(execution& e, step_kind kind, const awaited& word, const site& at) {
  raw_step& s = record(e, kind, word.object, at);
  s.has_read = true;
  {
    const no_preemption guard;
    s.read = read_newest(word.object, order::relaxed);
  }
  if (!does(kernel::toggle::compare_outside_lock) || s.read != word.expected) return s;
  s.kind = step_kind::load;
  complete(e, s);
  scheduling_point(e);
  raw_step& later = record(e, kind, word.object, at);
  later.read = word.expected;
  return later;
}

// Whether the thread is in the queue now.
bool enqueue(execution& e, raw_step& s, const awaited& word, scope who, std::uint32_t bitset, std::uint8_t entry) {
  if (e.queue.is_full()) fail_at_bound(e, "more than 8 waiters");
  const kernel::wait operation{s.thread, key_of(word.object, who), static_cast<std::uint32_t>(s.read), word.expected, bitset, entry};
  s.code = kernel::step(e.queue, operation, pick_waiter).result;
  complete(e, s);
  return s.code != kernel::code::again;
}

wait_result result_of(std::optional<kernel::leave_reason> why) {
  if (why == kernel::leave_reason::timed_out) return wait_result::timed_out;
  return why == kernel::leave_reason::interrupted ? wait_result::interrupted : wait_result::woken;
}

// The thread takes its waiter off, if nobody has: if somebody has, its wait_any was woken.
bool dequeue(execution& e, const awaited& word, std::uint8_t entry, const site& at) {
  raw_step& s = record(e, step_kind::dequeue, word.object, at);
  const bool is_there = e.queue.has(s.thread, entry);
  if (is_there) e.queue.remove(s.thread, entry);
  s.code = is_there ? kernel::code::spurious : kernel::code::ok;
  complete(e, s);
  return !is_there;
}

}  // namespace

std::optional<kernel::leave_reason> sleep(execution& e, const endings& may_end) {
  if (e.in_setup) fail(e, violation_kind::misuse, "the scenario's constructor, or its finish(), would sleep for ever");
  const unsigned self = actor(e);
  thread_state& thread = e.threads[self - 1];
  thread.asleep = true;
  thread.timed = may_end.timed;
  if (!may_end.timed && others_are_stuck(e, self)) {
    settle_blocked(e, self);
    leave_execution(e);
  }
  const bool spurious = may_end.spurious && thread.spurious_left > 0;
  const bool interruptible = may_end.interrupted && thread.interruptions_left > 0;
  const rl::unpark_reason reason = park(e, may_end.timed, spurious || interruptible);
  thread.asleep = false;
  if (reason == rl::unpark_reason_normal) return std::nullopt;
  if (reason == rl::unpark_reason_timeout) return kernel::leave_reason::timed_out;
  const bool interrupted = spurious && interruptible ? rl::ctx().rand(2, rl::sched_type_user) == 1 : interruptible;
  --(interrupted ? thread.interruptions_left : thread.spurious_left);
  return interrupted ? kernel::leave_reason::interrupted : kernel::leave_reason::spurious;
}

void awaken(execution& e, kernel::thread_id thread) {
  if (std::exchange(e.threads[thread - 1].asleep, false)) rl::ctx().unpark_thread(thread - 1, false, nowhere);
}

void await_change(execution& e, std::span<const awaited> words) {
  if (std::ranges::any_of(words, [&e](const awaited& w) { return e.objects[w.object].newest != w.expected; })) return;
  thread_state& self = e.threads[actor(e) - 1];
  self.awaits = true;
  self.awaited_count = words.size();
  std::ranges::copy(words, self.awaited_words.begin());
  if (others_are_stuck(e, actor(e))) {
    settle_blocked(e, actor(e));
    leave_execution(e);
  }
  park(e, false, false);
}

wait_result futex_wait(object_id object, std::uint32_t expected, scope who, bool timed, const site& at, std::uint32_t bitset) {
  execution& e = current();
  if (timed && does(kernel::toggle::deadline_first) && rl::ctx().rand(2, rl::sched_type_user) == 1) return wait_result::timed_out;
  scheduling_point(e);
  require_alive(e, object, at);
  const awaited word{object, expected};
  raw_step& s = compare(e, step_kind::wait, word, at);
  if (mutates(e, at, mutation::change::drop)) {
    s.code = kernel::code::again;
    complete(e, s);
    await_change(e, {&word, 1});
    return wait_result::changed;
  }
  if (!enqueue(e, s, word, who, bitset, 0)) return wait_result::changed;
  require_no_inversion(e, s.thread);

  const auto why = sleep(e, {timed, true, true});
  if (!why) return wait_result::woken;
  raw_step& left = record(e, step_kind::leave, object, at);
  left.code = kernel::step(e.queue, kernel::leave{left.thread, *why}, pick_waiter).result;
  complete(e, left);
  return result_of(why);
}

namespace {

// The last word is queued for in the step that goes to sleep, and the first leaves in the one that ends the sleep. Nothing: it woke for no
// reason.
std::optional<any_result> wait_any_once(execution& e, std::span<const awaited> words, scope who, bool timed, bool is_first,
                                        const site& at) {
  std::uint8_t queued = 0;
  for (; queued < words.size(); ++queued) {
    if (queued != 0 || !is_first) scheduling_point(e);
    require_alive(e, words[queued].object, at);
    if (!enqueue(e, compare(e, step_kind::enqueue, words[queued], at), words[queued], who, every_bit, queued)) break;
  }
  const unsigned self = actor(e);
  const bool sleeps = queued == words.size() && e.queue.entries_of(static_cast<kernel::thread_id>(self)) == queued;
  std::optional<kernel::leave_reason> why;
  if (sleeps) {
    require_no_inversion(e, self);
    why = sleep(e, {timed, true, true});
  }
  std::optional<unsigned> woken;
  for (std::uint8_t i = 0; i < queued; ++i) {
    if (i != 0 || !sleeps) scheduling_point(e);
    if (dequeue(e, words[i], i, at) && !(does(kernel::toggle::waitv_smallest) && woken)) woken = i;
  }
  if (woken) return any_result{wait_result::woken, *woken};
  if (why == kernel::leave_reason::spurious) return std::nullopt;
  return any_result{sleeps ? result_of(why) : wait_result::changed, 0};
}

}  // namespace

// One word after the other, as Linux does it: each is compared and queued for in a step of its own, and each waiter leaves in one. Who
// wakes for no reason leaves and looks again.
any_result futex_wait_any(std::span<const awaited> words, scope who, bool timed, const site& at) {
  execution& e = current();
  scheduling_point(e);
  if (mutates(e, at, mutation::change::drop)) {
    raw_step& s = record(e, step_kind::enqueue, words[0].object, at);
    s.code = kernel::code::again;
    complete(e, s);
    await_change(e, words);
    return {wait_result::changed, 0};
  }
  for (bool is_first = true;; is_first = false) {
    const std::optional<any_result> result = wait_any_once(e, words, who, timed, is_first, at);
    if (result) return *result;
  }
}

bool futex_wake(object_id object, int how_many, scope who, const site& at, std::uint32_t bitset) {
  execution& e = current();
  scheduling_point(e);
  if (how_many < 1) fail(e, violation_kind::misuse, "wake: how_many is 1 or more");
  raw_step& s = record(e, step_kind::wake, object, at);
  if (is_left_out(e, s, at)) return false;
  finish_wake(e, s, kernel::step(e.queue, kernel::wake{key_of(object, who), how_many, bitset}, pick_waiter, e.what->on));
  return s.woken_count != 0;
}

void futex_wake_op(object_id first, int how_many, object_id second, int how_many_second, std::uint32_t encoded, scope who, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, second, at);
  if (how_many < 1 || how_many_second < 1) fail(e, violation_kind::misuse, "wake_op: how many to wake is 1 or more");
  raw_step& s = record(e, step_kind::wake_op, second, at);
  const auto old = static_cast<std::uint32_t>(e.objects[second].newest);
  const std::uint32_t value = kernel::wake_op_argument(encoded, !does(kernel::toggle::wake_op_unsigned)).applied(old);
  replace_newest(e, s, mutated_value(e, at, value, old), order::relaxed);
  if (is_left_out(e, s, at)) return;
  const kernel::wake_op operation{key_of(first, who), key_of(second, who), how_many, how_many_second, old, encoded};
  finish_wake(e, s, kernel::step(e.queue, operation, pick_waiter, e.what->on));
}

bool futex_requeue(object_id from, std::uint32_t expected, int how_many_wake, int how_many_move, object_id to, scope who, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, from, at);
  if (how_many_wake < 0 || how_many_move < 0) fail(e, violation_kind::misuse, "requeue: the numbers are not negative");
  raw_step& s = record(e, step_kind::requeue, from, at);
  s.has_read = true;
  {
    const no_preemption guard;
    s.read = read_newest(from, order::relaxed);
  }
  const kernel::requeue operation{key_of(from, who), key_of(to, who), static_cast<std::uint32_t>(s.read),
                                  expected,          how_many_wake,   how_many_move};
  finish_wake(e, s, kernel::step(e.queue, operation, pick_waiter, e.what->on));
  return s.code == kernel::code::ok;
}

bool spin_again(unsigned round, unsigned limit) {
  const execution& e = current();
  if (e.in_setup || round >= limit || round >= e.what->spin_rounds) return false;
  return rl::ctx().rand(2, rl::sched_type_user) == 1;
}

unsigned choose(unsigned alternatives) { return rl::ctx().rand(alternatives, rl::sched_type_user); }

}  // namespace holdfast::checker::relacy
