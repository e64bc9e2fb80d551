#include "checker/runtime/world.h"

#include <cerrno>
#include <optional>

#include "checker/kernel/restart_rule.h"
#include "checker/kernel/robust_rule.h"
#include "checker/runtime/runner.h"

namespace holdfast::checker::runtime {
namespace {

using graph::action;
using graph::reply;
using graph::request;

// A replayed wait says by its status how the sleep ended; this one is no wait_result.
constexpr std::uint64_t woke_for_nothing = graph::woke_for_nothing;

// Of what is no operation of anybody's code.
constexpr site nowhere("", "", 0, "");

runner::call call_of(action what, place object, const site& at) {
  runner::call c;
  c.what.what = what;
  c.object = object;
  c.at = at;
  return c;
}

reply ask(const runner::call& c) {
  runner* const r = runner::current();
  return r == nullptr ? reply() : r->ask(c);
}

void change_robust_list(runner::robust_step what, place word) {
  if (runner* const r = runner::current(); r != nullptr) r->change_robust_list(what, word);
}

[[noreturn]] void fail(violation_kind kind, const char* text, const site& at) {
  runner::call c = call_of(action::fail, nullptr, at);
  c.what.failure_kind = kind;
  c.what.text = text;
  for (;;) ask(c);
}

}  // namespace

void construct(place object, const object_kind& kind, std::uint64_t value) {
  runner::call c = call_of(action::construct, object, nowhere);
  c.kind = kind;
  c.what.operand = value;
  ask(c);
}

void construct_uninitialised(place object, const object_kind& kind) {
  runner::call c = call_of(action::construct, object, nowhere);
  c.kind = kind;
  c.what.uninitialised = true;
  ask(c);
}

void destroy(place object) { ask(call_of(action::destroy, object, nowhere)); }

std::uint64_t load(place object, order o, const site& at) {
  runner::call c = call_of(action::load, object, at);
  c.what.success = o;
  return ask(c).value;
}

void store(place object, std::uint64_t value, order o, const site& at) {
  runner::call c = call_of(action::store, object, at);
  c.what.success = o;
  c.what.operand = value;
  ask(c);
}

std::uint64_t update(place object, update_kind kind, std::uint64_t operand, order o, const site& at) {
  runner::call c = call_of(action::update, object, at);
  c.what.update = kind;
  c.what.success = o;
  c.what.operand = operand;
  return ask(c).value;
}

bool compare_exchange(place object, std::uint64_t& expected, std::uint64_t desired, order success, order failure, bool weak,
                      const site& at) {
  runner::call c = call_of(action::compare_exchange, object, at);
  c.what.success = success;
  c.what.failure = failure;
  c.what.weak = weak;
  c.what.expected = expected;
  c.what.operand = desired;
  const reply r = ask(c);
  if (r.status == 1) return true;
  expected = r.value;
  return false;
}

void fence(order o, const site& at) {
  runner::call c = call_of(action::fence, nullptr, at);
  c.what.success = o;
  ask(c);
}

std::uint64_t plain_load(place object, const site& at) {
  runner::call c = call_of(action::load, object, at);
  c.what.plain = true;
  return ask(c).value;
}

void plain_store(place object, std::uint64_t value, const site& at) {
  runner::call c = call_of(action::store, object, at);
  c.what.plain = true;
  c.what.operand = value;
  ask(c);
}

namespace {

wait_result wait_once(place object, std::uint64_t expected, scope who, bool timed, const site& at, std::uint32_t bitset) {
  runner* const r = runner::current();
  if (r != nullptr && r->drops(at.label)) {
    while (load(object, order::relaxed, at) == expected) {
    }
    return wait_result::changed;
  }
  runner::call c = call_of(action::wait, object, at);
  c.what.expected = expected;
  c.what.shared = who == scope::process_shared;
  c.what.bitset = bitset;
  c.what.leaving = timed ? graph::by_time_out : 0;
  const std::uint64_t status = ask(c).status;
  if (status == graph::died_asleep) r->die();
  return status == woke_for_nothing ? wait_result::woken : static_cast<wait_result>(status);
}

// Of a kernel that looks at the deadline first, and of one that makes an interrupted wait anew, with the arguments that it had.
wait_result wait_otherwise(place object, std::uint64_t expected, scope who, bool timed, const site& at, std::uint32_t bitset) {
  const exploration& what = runner::current()->what();
  if (timed && what.on[kernel::toggle::deadline_first] && choose(2, at) == 1) return wait_result::timed_out;
  const kernel::restarts rule = kernel::restart_rule(kernel::opcode::wait, timed, what.on);
  for (;;) {
    const wait_result how = wait_once(object, expected, who, timed, at, bitset);
    if (how != wait_result::interrupted || !what.handlers_restart || rule == kernel::restarts::unless_handled) return how;
  }
}

}  // namespace

// What the thread has on its stack decides how soon it is seen to come back to where it was: nothing more than it takes.
wait_result futex_wait(place object, std::uint64_t expected, scope who, bool timed, const site& at, std::uint32_t bitset) {
  const runner* const r = runner::current();
  const bool otherwise = r != nullptr && (r->what().handlers_restart || r->what().on[kernel::toggle::deadline_first]);
  return otherwise ? wait_otherwise(object, expected, who, timed, at, bitset) : wait_once(object, expected, who, timed, at, bitset);
}

void futex_wake(place object, int how_many, scope who, const site& at, std::uint32_t bitset) {
  runner* const r = runner::current();
  if (r != nullptr && r->drops(at.label)) return;
  runner::call c = call_of(action::wake, object, at);
  c.what.shared = who == scope::process_shared;
  c.what.how_many_wake = how_many;
  c.what.bitset = bitset;
  ask(c);
}

int futex_wake_and_count(place object, int how_many, scope who, const site& at) {
  runner* const r = runner::current();
  if (r != nullptr && r->drops(at.label)) return 0;
  runner::call c = call_of(action::wake, object, at);
  c.what.shared = who == scope::process_shared;
  c.what.how_many_wake = how_many;
  c.what.tells = true;
  return static_cast<int>(ask(c).value);
}

namespace {

int wake_op(bool tells, place first, int how_many, place second, int how_many_second, std::uint32_t encoded, scope who, const site& at) {
  runner* const r = runner::current();
  runner::call c = call_of(action::wake_op, second, at);
  c.to = first;
  c.what.wake_op = encoded;
  c.what.shared = who == scope::process_shared;
  c.what.how_many_wake = how_many;
  c.what.how_many_move = how_many_second;
  c.what.tells = tells;
  c.what.wakes_nobody = r != nullptr && r->drops(at.label);
  return static_cast<int>(ask(c).value);
}

}  // namespace

void futex_wake_op(place first, int how_many, place second, int how_many_second, std::uint32_t encoded, scope who, const site& at) {
  wake_op(false, first, how_many, second, how_many_second, encoded, who, at);
}

int futex_wake_op_and_count(place first, int how_many, place second, int how_many_second, std::uint32_t encoded, scope who,
                            const site& at) {
  return wake_op(true, first, how_many, second, how_many_second, encoded, who, at);
}

namespace {

// A wait that never sleeps, as a mutant has it: looks again when one of the words has changed.
any_result await_change(std::span<const awaited> words, const site& at) {
  for (;;) {
    for (const awaited& w : words) {
      if (load(w.object, order::relaxed, at) != w.expected) return {wait_result::changed, 0};
    }
  }
}

// The thread takes the first so many of its waiters off, one after the other. Which of them others have taken off: as waitv answers it.
std::optional<unsigned> dequeue(runner& r, unsigned how_many, const site& at) {
  const bool smallest = r.what().on[kernel::toggle::waitv_smallest];
  std::optional<unsigned> woken;
  for (unsigned i = 0; i < how_many; ++i) {
    runner::call c = call_of(action::dequeue, nullptr, at);
    c.what.entry = static_cast<std::uint8_t>(i);
    if (r.pose(c).status == 1 && !(smallest && woken)) woken = i;
  }
  return woken;
}

}  // namespace

namespace {

// Nothing: it woke for no reason.
std::optional<any_result> wait_any_once(runner& r, std::span<const awaited> words, scope who, bool timed, bool is_first, const site& at) {
  unsigned queued = 0;
  const auto ended = [&](std::uint64_t otherwise) -> std::optional<any_result> {
    const std::optional<unsigned> woken = dequeue(r, queued, at);
    if (woken) return any_result{wait_result::woken, *woken};
    if (otherwise == woke_for_nothing) return std::nullopt;
    return any_result{static_cast<wait_result>(otherwise), 0};
  };
  for (; queued < words.size(); ++queued) {
    runner::call c = call_of(action::enqueue, words[queued].object, at);
    c.what.expected = words[queued].expected;
    c.what.shared = who == scope::process_shared;
    c.what.entry = static_cast<std::uint8_t>(queued);
    const reply answer = queued == 0 && is_first ? r.ask(c) : r.pose(c);
    if (answer.status == static_cast<std::uint64_t>(wait_result::changed)) return ended(answer.status);
  }
  runner::call c = call_of(action::sleep_any, nullptr, at);
  c.what.entry = static_cast<std::uint8_t>(words.size());
  c.what.leaving = timed ? graph::by_time_out : 0;
  const std::uint64_t status = r.pose(c).status;
  if (status != graph::died_asleep) return ended(status);
  dequeue(r, queued, at);
  r.die();
}

}  // namespace

// One word after the other, as Linux does it: each is compared and queued for in a step of its own, and each waiter leaves in one. Who
// wakes for no reason leaves and looks again.
any_result futex_wait_any(std::span<const awaited> words, scope who, bool timed, const site& at) {
  runner* const r = runner::current();
  if (r == nullptr) return {wait_result::changed, 0};
  if (r->drops(at.label)) return await_change(words, at);
  for (bool is_first = true;; is_first = false) {
    const std::optional<any_result> result = wait_any_once(*r, words, who, timed, is_first, at);
    if (result) return *result;
  }
}

bool futex_requeue(place from, std::uint64_t expected, int how_many_wake, int how_many_move, place to, scope who, const site& at) {
  runner* const r = runner::current();
  if (r != nullptr && r->drops(at.label)) return true;
  runner::call c = call_of(action::requeue, from, at);
  c.to = to;
  c.what.expected = expected;
  c.what.shared = who == scope::process_shared;
  c.what.how_many_wake = how_many_wake;
  c.what.how_many_move = how_many_move;
  return ask(c).status == 1;
}

namespace {

int ask_of_pi(const runner::call& c) {
  runner* const r = runner::current();
  const std::uint64_t status = ask(c).status;
  if (status == graph::died_asleep) r->die();
  return static_cast<int>(status);
}

}  // namespace

int futex_lock_pi(place word, scope who, bool timed, const site& at) {
  runner* const r = runner::current();
  if (r != nullptr && r->drops(at.label)) return 0;
  runner::call c = call_of(action::lock_pi, word, at);
  c.what.shared = who == scope::process_shared;
  c.what.leaving = timed ? graph::by_time_out : 0;
  return ask_of_pi(c);
}

int futex_try_lock_pi(place word, scope who, const site& at) {
  runner* const r = runner::current();
  if (r != nullptr && r->drops(at.label)) return 0;
  runner::call c = call_of(action::try_lock_pi, word, at);
  c.what.shared = who == scope::process_shared;
  return ask_of_pi(c);
}

int futex_unlock_pi(place word, scope who, const site& at) {
  runner* const r = runner::current();
  if (r != nullptr && r->drops(at.label)) return 0;
  runner::call c = call_of(action::unlock_pi, word, at);
  c.what.shared = who == scope::process_shared;
  // It matters only if the word has OWNER_DIED, which somebody has to die for.
  if (r != nullptr && !r->what().may_die.empty()) {
    const std::uint64_t seen = r->look_at(word);
    if ((seen & kernel::owner_died_bit) != 0) c.what.expected = seen;
  }
  return ask_of_pi(c);
}

int futex_wait_requeue_pi(place from, std::uint64_t expected, place to, scope who, bool timed, const site& at) {
  runner* const r = runner::current();
  if (r != nullptr && r->drops(at.label)) {
    while (load(from, order::relaxed, at) == expected) {
    }
    return EAGAIN;
  }
  runner::call c = call_of(action::wait_requeue_pi, from, at);
  c.to = to;
  c.what.expected = expected;
  c.what.shared = who == scope::process_shared;
  c.what.leaving = timed ? graph::by_time_out : 0;
  return ask_of_pi(c);
}

int futex_requeue_pi(place from, std::uint64_t expected, int how_many_move, place to, scope who, const site& at) {
  runner* const r = runner::current();
  if (r != nullptr && r->drops(at.label)) return 0;
  runner::call c = call_of(action::requeue_pi, from, at);
  c.to = to;
  c.what.expected = expected;
  c.what.shared = who == scope::process_shared;
  c.what.how_many_move = how_many_move;
  return ask_of_pi(c);
}

void robust_pending(place word) { change_robust_list(runner::robust_step::pending, word); }
void robust_link(place word) { change_robust_list(runner::robust_step::link, word); }
void robust_unlink(place word) { change_robust_list(runner::robust_step::unlink, word); }
void robust_done() { change_robust_list(runner::robust_step::done, nullptr); }

void start_thread(unsigned thread, const site& at) {
  runner::call c = call_of(action::start, nullptr, at);
  c.what.operand = std::uint64_t{1} << thread;
  ask(c);
}

void join_thread(unsigned thread, const site& at) {
  runner::call c = call_of(action::join, nullptr, at);
  c.what.operand = std::uint64_t{1} << thread;
  ask(c);
}

unsigned choose(unsigned alternatives, const site& at) {
  runner::call c = call_of(action::choose, nullptr, at);
  c.what.operand = alternatives;
  return static_cast<unsigned>(ask(c).value);
}

bool spin_again(unsigned round, unsigned limit) {
  runner* const r = runner::current();
  if (r == nullptr || round >= limit || round >= r->what().spin_rounds) return false;
  return choose(2, nowhere) == 1;
}

std::uint32_t this_thread_id() {
  const runner* const r = runner::current();
  if (r == nullptr) return 0;
  return r->running_thread() == 0 ? r->what().threads + 1 : r->running_thread();
}

void misuse(const char* what) { fail(violation_kind::misuse, what, nowhere); }

void begin_operation(unsigned char operation, const site& at) {
  runner::call c = call_of(action::end, nullptr, at);
  c.is_mark = true;
  c.said.enters = true;
  c.said.operation = operation;
  ask(c);
}

void end_operation(unsigned char operation) {
  runner::call c = call_of(action::end, nullptr, nowhere);
  c.is_mark = true;
  c.said.operation = operation;
  ask(c);
}

void expect(bool condition, const char* text, const site& at) {
  if (!condition) fail(violation_kind::assertion, text, at);
}

void abandon() { fail(violation_kind::none, "", nowhere); }

}  // namespace holdfast::checker::runtime
