// The kernel's operations with priority inheritance. Each is a step of checker/kernel on the state of a whole kernel, of which an execution
// has one: owners wait for other words, so that priorities are lent along chains, and who would close a cycle is told.
#include <algorithm>
#include <cerrno>
#include <utility>

#include "checker/kernel/step.h"
#include "checker/relacy/steps.h"

namespace holdfast::checker::relacy {
namespace {

// The memory of one step: a word is a page that every thread maps, a thread a process of its own. Only the word with priority inheritance
// is written; nobody sees what it was in between if that happens twice.
class memory final : public kernel::environment {
 public:
  explicit memory(const execution& e) : e_(e) { on = e.what->on; }

  std::optional<std::uint32_t> written() const { return written_; }

  kernel::mapping page(kernel::process_id, std::uint8_t number) const override { return {kernel::page_kind::object, number, true}; }
  std::optional<std::uint32_t> load(kernel::process_id, kernel::address a) const override {
    return written_ && a == at_ ? *written_ : static_cast<std::uint32_t>(e_.objects[object_of(a.page)].newest);
  }
  void compare_and_write(kernel::process_id, kernel::address a, std::uint32_t, std::uint32_t desired) override {
    at_ = a;
    written_ = desired;
  }

 private:
  const execution& e_;
  kernel::address at_;
  std::optional<std::uint32_t> written_;
};

kernel::address address_of(object_id object, scope who) { return {key_of(object, who), 0}; }

kernel::call call_of(const execution& e, kernel::opcode op, object_id word, scope who) {
  kernel::call c;
  c.thread = static_cast<kernel::thread_id>(actor(e));
  c.op = op;
  c.uaddr = address_of(word, who);
  return c;
}

kernel::code code_of(std::int32_t result) {
  switch (result) {
    case kernel::asleep: return kernel::code::sleeps;
    case -EAGAIN: return kernel::code::again;
    case -ETIMEDOUT: return kernel::code::timed_out;
    case -EINTR: return kernel::code::interrupted;
    default: return result < 0 ? kernel::code::invalid : kernel::code::ok;
  }
}

void note_result(raw_step& s, std::int32_t result) {
  s.code = code_of(result);
  s.error = result < 0 && result != kernel::asleep ? -result : 0;
}

// Whoever takes a free word in the kernel has it from its last owner, and whoever unlocks one gives it: no operation of their own does.
order order_of(kernel::opcode op, std::int32_t result) {
  if (result != 0) return order::relaxed;
  if (op == kernel::opcode::unlock_pi) return order::release;
  return op == kernel::opcode::lock_pi2 || op == kernel::opcode::trylock_pi ? order::acquire : order::relaxed;
}

// The sleeper owns the word: it acquires at this moment, and makes no access of its own when it returns.
void give(execution& e, kernel::thread_id to, object_id word) {
  const no_preemption guard;
  rl::thread_info_base* const self = std::exchange(rl::ctx().threadx_, e.threads[to - 1].in_relacy);
  read_newest(word, order::acquire);
  rl::ctx().threadx_ = self;
}

// Nobody who waits for a word is more urgent than its owner runs.
void require_lent_priorities(execution& e) {
  if (e.what->priorities.empty()) return;
  const auto found = kernel::held_up_in(e.pi);
  if (!found) return;
  e.failed.held_up = found->waiter;
  e.failed.by = found->owner;
  fail(e, violation_kind::inversion, "the owner of a word was not lent the priority of a waiter");
}

// The step's object is the word with priority inheritance, unless the call does not come to it.
std::int32_t perform(execution& e, raw_step& s, const kernel::call& c) {
  memory now(e);
  const kernel::answer a = kernel::step(e.pi, c, now);
  note_result(s, a.result);
  s.memory_order = order_of(c.op, a.result);
  if (now.written()) {
    replace_newest(e, s, *now.written(), s.memory_order);
  } else {
    const no_preemption guard;
    s.has_read = true;
    s.read = read_newest(s.object, s.memory_order == order::release ? order::relaxed : s.memory_order);
  }
  for (const kernel::finished& f : a.woken()) {
    s.woken[s.woken_count++] = f.thread;
    give(e, f.thread, s.object);
    awaken(e, f.thread);
  }
  complete(e, s);
  require_lent_priorities(e);
  return a.result;
}

// A signal is seen by who waits to be moved, or was: it gets EAGAIN.
std::int32_t leave(execution& e, object_id object, kernel::leave_reason why, const site& at) {
  const auto waiters = e.pi.pi_waiters.queue();
  kernel::event ended;
  ended.thread = static_cast<kernel::thread_id>(actor(e));
  const bool is_queued_for_word = std::ranges::find(waiters, ended.thread, &kernel::pi_waiter::thread) != waiters.end();
  ended.kind = why == kernel::leave_reason::timed_out ? kernel::event_kind::expire
               : is_queued_for_word                   ? kernel::event_kind::signal
                                                      : kernel::event_kind::spurious;
  raw_step& s = record(e, step_kind::leave, object, at);
  memory now(e);
  const kernel::answer a = kernel::step(e.pi, ended, now);
  const std::int32_t result = std::ranges::find(a.woken(), ended.thread, &kernel::finished::thread)->result;
  note_result(s, result);
  if (why == kernel::leave_reason::interrupted) s.code = kernel::code::interrupted;
  complete(e, s);
  require_lent_priorities(e);
  return result;
}

// The errno of a call, when it has returned.
int finish(execution& e, std::int32_t result, object_id object, bool timed, bool interruptible, const site& at) {
  if (result == kernel::asleep) {
    const auto why = sleep(e, {timed, false, interruptible});
    result = why ? leave(e, object, *why, at) : 0;
  }
  return result < 0 ? -result : 0;
}

raw_step& record_pi(execution& e, step_kind kind, object_id word, const site& at) {
  raw_step& s = record(e, kind, word, at);
  if (e.objects[word].description->priority_inheriting) return s;
  fail(e, violation_kind::misuse, "priority inheritance is asked of a word whose layout does not say that it has it");
}

}  // namespace

int futex_lock_pi(object_id word, scope who, bool timed, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, word, at);
  raw_step& s = record_pi(e, step_kind::lock_pi, word, at);
  if (is_left_out(e, s, at)) return 0;
  kernel::call c = call_of(e, kernel::opcode::lock_pi2, word, who);
  if (timed) c.until = kernel::deadline::pending;
  return finish(e, perform(e, s, c), word, timed, e.what->on[kernel::toggle::lock_pi_interrupted], at);
}

int futex_try_lock_pi(object_id word, scope who, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, word, at);
  raw_step& s = record_pi(e, step_kind::try_lock_pi, word, at);
  if (is_left_out(e, s, at)) return 0;
  return -perform(e, s, call_of(e, kernel::opcode::trylock_pi, word, who));
}

int futex_unlock_pi(object_id word, scope who, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, word, at);
  raw_step& s = record_pi(e, step_kind::unlock_pi, word, at);
  if (is_left_out(e, s, at)) return 0;
  return -perform(e, s, call_of(e, kernel::opcode::unlock_pi, word, who));
}

int futex_wait_requeue_pi(object_id from, std::uint32_t expected, object_id to, scope who, bool timed, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, from, at);
  require_alive(e, to, at);
  raw_step& s = record_pi(e, step_kind::wait_requeue_pi, to, at);
  s.object = from;
  if (mutates(e, at, mutation::change::drop)) {
    note_result(s, -EAGAIN);
    complete(e, s);
    const awaited word{from, expected};
    await_change(e, {&word, 1});
    return EAGAIN;
  }
  kernel::call c = call_of(e, kernel::opcode::wait_requeue_pi, from, who);
  c.uaddr2 = address_of(to, who);
  c.val = expected;
  if (timed) c.until = kernel::deadline::pending;
  return finish(e, perform(e, s, c), from, timed, true, at);
}

int futex_requeue_pi(object_id from, std::uint32_t expected, int how_many_move, object_id to, scope who, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, from, at);
  require_alive(e, to, at);
  raw_step& s = record_pi(e, step_kind::requeue_pi, to, at);
  if (is_left_out(e, s, at)) return 0;
  kernel::call c = call_of(e, kernel::opcode::cmp_requeue_pi, from, who);
  c.uaddr2 = address_of(to, who);
  c.val = 1;
  c.val2 = how_many_move;
  c.val3 = expected;
  const no_preemption guard;
  if (read_newest(from, order::relaxed) != expected) s.object = from;
  return std::max(-perform(e, s, c), 0);
}

}  // namespace holdfast::checker::relacy
