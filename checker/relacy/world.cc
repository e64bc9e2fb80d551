#include "checker/relacy/world.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <utility>

#include "checker/relacy/execution.h"
#include "checker/relacy/relacy_include.h"

namespace holdfast::checker::relacy {
namespace {

using raw_atomic = rl::atomic<std::uint64_t>;
using raw_plain = rl::var<std::uint64_t>;

// What a compare-exchange that must fail compares with: the number of a write that never is.
constexpr std::uint64_t never_written = ~std::uint64_t{0};

const rl::debug_info nowhere;

template <class T>
struct storage {
  alignas(T) unsigned char bytes[sizeof(T)];
  T& object() { return *reinterpret_cast<T*>(bytes); }
};
std::array<storage<raw_atomic>, most_objects> atomic_cells;
std::array<storage<raw_plain>, most_objects> plain_cells;

raw_atomic& atomic_cell(object_id id) { return atomic_cells[id].object(); }

unsigned actor(const execution& e) { return e.in_setup ? e.what->threads + 1 : rl::ctx().threadx_->index_ + 1; }

rl::memory_order translated(order o) {
  switch (o) {
    case order::relaxed: return rl::mo_relaxed;
    case order::consume: return rl::mo_acquire;
    case order::acquire: return rl::mo_acquire;
    case order::release: return rl::mo_release;
    case order::acq_rel: return rl::mo_acq_rel;
    case order::seq_cst: return rl::mo_seq_cst;
  }
  return rl::mo_seq_cst;
}

[[noreturn]] void fail(execution& e, violation_kind kind, const char* text) {
  e.failed.kind = kind;
  e.failed.text = text;
  rl::ctx().fail_test(text, rl::test_result_user_assert_failed, nowhere);
  __builtin_unreachable();
}

[[noreturn]] void leave_execution(execution& e) { _longjmp(e.threads[actor(e) - 1].end, 1); }

bool mutates(execution& e, const site& at, mutation::change change) {
  const mutation& m = e.what->change;
  if (m.what != change || m.label != at.label) return false;
  e.mutation_applied = true;
  return true;
}

order mutated_order(execution& e, const site& at, order o) {
  return mutates(e, at, mutation::change::weaken) ? e.what->change.weaker : o;
}

std::uint32_t mutated_value(execution& e, const site& at, std::uint32_t value, std::optional<std::uint64_t> found = std::nullopt) {
  const mutation& m = e.what->change;
  if (m.found && m.found != found) return value;
  return mutates(e, at, mutation::change::write) ? m.value : value;
}

// A number that is equal for states that the layouts and the queue cannot tell apart: named values count, other numbers are one class.
std::uint32_t classify(const execution& e) {
  std::uint32_t hash = 2166136261u;
  const auto mix = [&hash](std::uint32_t v) { hash = (hash ^ v) * 16777619u; };
  for (std::size_t i = 0; i < e.object_count; ++i) {
    const object_state& o = e.objects[i];
    if (o.description == nullptr) continue;
    for (const field& f : o.description->fields) {
      const auto value = static_cast<std::uint32_t>(o.newest >> f.shift) & (f.width == 32 ? ~0u : (1u << f.width) - 1);
      const bool named = std::ranges::any_of(f.values, [value](const named_value& n) { return n.value == value; });
      mix(named ? value + 1 : value == 0 ? 0xfffffffeu : 0xffffffffu);
    }
  }
  for (const kernel::waiter& w : e.queue.queue()) mix(w.thread * 64u + w.on);
  return hash;
}

class live_view final : public world_view {
 public:
  explicit live_view(const execution& e) : e_(e) {}
  std::uint64_t word(std::size_t nth) const override { return e_.objects[index(nth)].newest; }
  std::size_t asleep_on(std::size_t nth) const override { return e_.queue.asleep_on(index(nth)); }

 private:
  object_id index(std::size_t nth) const {
    object_id i = 0;
    for (;; ++i) {
      if (e_.objects[i].description != nullptr && nth-- == 0) return i;
    }
  }
  const execution& e_;
};

[[noreturn]] void fail_too_long(execution& e) {
  e.failed.too_long = true;
  fail(e, violation_kind::none, "an execution longer than the bound");
}

raw_step& record(execution& e, step_kind kind) {
  if (e.step_count == most_steps) fail_too_long(e);
  raw_step& s = e.steps[e.step_count++];
  s = {};
  s.kind = kind;
  s.thread = static_cast<std::uint8_t>(actor(e));
  return s;
}

raw_step& record(execution& e, step_kind kind, object_id object, const site& at) {
  raw_step& s = record(e, kind);
  s.object = object;
  s.label = at.label;
  s.file = at.file;
  s.function = at.function;
  s.line = at.line;
  return s;
}

void show(const execution& e, const raw_step& s) {
  const bool of_scenario = s.kind == step_kind::plain_read || s.kind == step_kind::plain_write || s.kind == step_kind::begin;
  explored_step seen{};
  seen.thread = s.thread > e.what->threads ? 0 : s.thread;
  seen.label = of_scenario ? "" : s.label;
  seen.futex = s.kind == step_kind::wait || s.kind == step_kind::leave || s.kind == step_kind::wake || s.kind == step_kind::requeue;
  seen.outcome = s.code;
  if (s.has_read) seen.before = static_cast<std::uint32_t>(s.read);
  seen.stores = s.kind == step_kind::store;
  if (seen.stores) seen.before = static_cast<std::uint32_t>(s.overwritten);
  if (s.has_written) seen.after = static_cast<std::uint32_t>(s.written);
  seen.returns = s.kind == step_kind::end;
  seen.operation = s.operation;
  const outside_relacy heap;
  e.what->on_step(seen);
}

void complete(execution& e, raw_step& s) {
  if (e.what->on_step) show(e, s);
  for (const kernel::waiter& w : e.queue.queue()) s.asleep[s.asleep_count++] = w.thread;
  s.state_class = classify(e);
  if (e.situation_reached || !e.what->must_reach) return;
  e.situation_reached = e.what->must_reach->reached(live_view(e));
}

// Every operation that other threads can see begins here: the one scheduling point. A thread's first needs none: the choice that started
// the thread was the choice to perform it.
void scheduling_point(execution& e) {
  if (!e.in_setup && std::exchange(e.threads[actor(e) - 1].started, true)) rl::ctx().sched();
  if (++e.operation_count % 8 == 0 && e.operation_count >= 48) {
    if (const auto period = find_fair_cycle(e)) {
      e.failed.period = *period;
      fail(e, violation_kind::livelock, "no thread completes anything, though each that can run does run");
    }
  }
  if (e.operation_count > longest_execution) fail_too_long(e);
}

// For the operation that follows, which is relacy's and would otherwise be a scheduling point of its own.
class no_preemption {
 public:
  no_preemption() { rl::ctx().disable_preemption(); }
  ~no_preemption() { rl::ctx().enable_preemption(); }
  no_preemption(const no_preemption&) = delete;
  no_preemption& operator=(const no_preemption&) = delete;
};

void require_alive(execution& e, object_id id, const site& at) {
  if (e.objects[id].alive) return;
  record(e, step_kind::load, id, at);
  fail(e, violation_kind::uninitialised, "the object is not alive");
}

object_id next_object(execution& e) {
  if (e.object_count == most_objects) fail(e, violation_kind::misuse, "a scenario has at most 16 objects at once and in all");
  e.objects[e.object_count] = {};
  return static_cast<object_id>(e.object_count++);
}

void note_read(execution& e, raw_step& s, std::uint64_t raw) {
  const object_state& o = e.objects[s.object];
  s.has_read = true;
  s.read = static_cast<std::uint32_t>(raw);
  s.newest = raw == o.newest_raw;
  const auto number = static_cast<std::uint32_t>(raw >> 32);
  s.reads_from = number < e.write_count ? e.write_steps[number] : no_step;
}

// The raw value of a new write by the step that was recorded last.
std::uint64_t next_raw(execution& e, raw_step& s, std::uint32_t value) {
  object_state& o = e.objects[s.object];
  value &= o.mask;
  s.overwritten = o.newest;
  s.has_written = true;
  s.written = value;
  e.write_steps[e.write_count] = static_cast<std::uint16_t>(e.step_count - 1);
  o.newest = value;
  o.newest_raw = std::uint64_t{e.write_count++} << 32 | value;
  return o.newest_raw;
}

void wake_awaiting(execution& e, object_id id) {
  for (unsigned t = 0; t < e.what->threads; ++t) {
    thread_state& thread = e.threads[t];
    if (!thread.awaits || thread.awaited != id || e.objects[id].newest == thread.awaited_value) continue;
    thread.awaits = false;
    rl::ctx().unpark_thread(t, false, nowhere);
  }
}

std::uint32_t read_newest(object_id id, order o) {
  std::uint64_t expected = never_written;
  atomic_cell(id).compare_exchange(rl::bool_t<false>(), expected, 0, translated(o), translated(o), nowhere);
  return static_cast<std::uint32_t>(expected);
}

bool happens_before(std::size_t i, std::size_t j) {
  const execution& e = current();
  const unsigned setup = e.what->threads + 1;
  const clocked_operation& a = e.history[i];
  const clocked_operation& b = e.history[j];
  if (a.seen.thread == b.seen.thread) return i < j;
  if (a.seen.thread == setup) return true;
  if (b.seen.thread == setup || a.seen.pending) return false;
  return b.begin[a.seen.thread - 1] >= a.end;
}

void judge(execution& e) {
  std::array<observed_operation, most_operations + most_actors> seen;
  const std::size_t returned = e.history_count;
  for (std::size_t actor = 0; actor < most_actors; ++actor) {
    if (e.is_open[actor]) e.history[e.history_count++] = e.open[actor];
  }
  for (std::size_t i = 0; i < e.history_count; ++i) seen[i] = e.history[i].seen;
  judgement j;
  {
    const outside_relacy heap;
    j = e.running->judge({seen.data(), e.history_count}, &happens_before);
  }
  e.failed.culprit = j.culprit;
  if (j.kind != violation_kind::none) fail(e, j.kind, j.text);
  e.history_count = returned;
}

// Whether nobody can run but `self`, who is about to sleep or to end, and no deadline is pending.
bool others_are_stuck(const execution& e, unsigned self) {
  for (unsigned t = 0; t < e.what->threads; ++t) {
    const thread_state& thread = e.threads[t];
    if (t + 1 == self || thread.finished) continue;
    const bool asleep = e.queue.sleeps(static_cast<kernel::thread_id>(t + 1));
    if (!asleep && !thread.awaits) return false;
    if (asleep && thread.timed) return false;
  }
  return true;
}

bool somebody_is_blocked(const execution& e) {
  return !e.queue.queue().empty() || std::ranges::any_of(e.threads, &thread_state::awaits);
}

bool is_blocked(const execution& e, unsigned thread) {
  return e.queue.sleeps(static_cast<kernel::thread_id>(thread)) || e.threads[thread - 1].awaits;
}

// Everybody is blocked for ever or has ended: an execution that the specification may allow. If it does, the blocked threads leave.
// Nothing excuses a thread that is blocked outside the operations that the specification knows.
void settle_blocked(execution& e, unsigned self) {
  for (unsigned t = 1; t <= e.what->threads; ++t) {
    if (!is_blocked(e, t) || e.is_open[t - 1]) continue;
    e.failed.blocked_thread = t;
    fail(e, violation_kind::lost_wake_up, "blocked for ever outside any operation");
  }
  judge(e);
  e.abandoned = true;
  for (unsigned t = 0; t < e.what->threads; ++t) {
    thread_state& thread = e.threads[t];
    const bool asleep = e.queue.sleeps(static_cast<kernel::thread_id>(t + 1));
    if (asleep) e.queue.remove(static_cast<kernel::thread_id>(t + 1));
    if (t + 1 != self && (asleep || thread.awaits)) rl::ctx().unpark_thread(t, false, nowhere);
    thread.awaits = false;
  }
}

// Parking counts as a yield in relacy, after which stale reads are hidden: undone here.
rl::unpark_reason park(execution& e, bool timed, bool spurious) {
  rl::thread_info_base& thread = *rl::ctx().threadx_;
  const auto last_yield = thread.last_yield_;
  const rl::unpark_reason reason = rl::ctx().park_current_thread(timed, spurious, false, nowhere);
  thread.last_yield_ = last_yield;
  if (e.abandoned) leave_execution(e);
  return reason;
}

// A wait that never sleeps, as a mutant has it: looks again when the word has changed. The kernel knows nothing of it.
wait_result await_change(execution& e, object_id id, std::uint32_t expected) {
  thread_state& self = e.threads[actor(e) - 1];
  if (e.objects[id].newest == expected) {
    self.awaits = true;
    self.awaited = id;
    self.awaited_value = expected;
    if (others_are_stuck(e, actor(e))) {
      settle_blocked(e, actor(e));
      leave_execution(e);
    }
    park(e, false, false);
  }
  return wait_result::changed;
}

const auto pick_waiter = [](std::size_t candidates) -> std::size_t {
  if (current().what->wakes == wake_order::first_come) return 0;
  return rl::ctx().rand(static_cast<unsigned>(candidates), rl::sched_type_user);
};

void finish_wake(execution& e, raw_step& s, const kernel::outcome& out) {
  s.code = out.result;
  for (const kernel::thread_id t : out.woken_threads()) {
    s.woken[s.woken_count++] = t;
    rl::ctx().unpark_thread(t - 1, false, nowhere);
  }
  complete(e, s);
}

}  // namespace

execution& current() {
  static execution e;
  return e;
}

void begin_execution() {
  execution& e = current();
  e.queue = {};
  e.object_count = e.step_count = e.operation_count = e.history_count = 0;
  e.write_count = 0;
  e.abandoned = false;
  e.failed = {};
  for (thread_state& t : e.threads) {
    t.started = t.finished = t.timed = t.awaits = false;
    t.weak_failure_left = true;
    t.spurious_left = e.what->spurious_wake_ups;
  }
  e.is_open = {};
  if (e.what->on_execution) {
    const outside_relacy heap;
    e.what->on_execution();
  }
  e.in_setup = true;
  e.running->construct();
  e.in_setup = false;
}

void run_thread(unsigned thread) {
  execution& e = current();
  if (_setjmp(e.threads[thread - 1].end) == 0) e.running->run(thread);
  e.threads[thread - 1].finished = true;
  if (!e.abandoned && somebody_is_blocked(e) && others_are_stuck(e, thread)) settle_blocked(e, thread);
}

void end_execution() {
  execution& e = current();
  e.in_setup = true;
  if (!e.abandoned) {
    e.running->finish();
    judge(e);
  }
  e.running->destroy();
  e.in_setup = false;
}

object_id construct_atomic(const layout& description, std::uint32_t initial, std::uint32_t mask) {
  execution& e = current();
  const object_id id = next_object(e);
  object_state& o = e.objects[id];
  o.description = &description;
  o.name = description.name;
  o.alive = true;
  o.mask = mask;
  o.newest = initial & mask;
  e.write_steps[e.write_count] = no_step;
  o.newest_raw = std::uint64_t{e.write_count++} << 32 | o.newest;
  const no_preemption guard;
  ::new (static_cast<void*>(atomic_cells[id].bytes)) raw_atomic(o.newest_raw);
  return id;
}

void destroy_atomic(object_id object) {
  current().objects[object].alive = false;
  atomic_cell(object).~raw_atomic();
}

std::uint32_t load(object_id object, order o, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, object, at);
  raw_step& s = record(e, step_kind::load, object, at);
  s.memory_order = mutated_order(e, at, o);
  const no_preemption guard;
  note_read(e, s, atomic_cell(object).load(translated(s.memory_order), nowhere));
  complete(e, s);
  return static_cast<std::uint32_t>(s.read);
}

void store(object_id object, std::uint32_t value, order o, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, object, at);
  raw_step& s = record(e, step_kind::store, object, at);
  s.memory_order = mutated_order(e, at, o);
  const no_preemption guard;
  atomic_cell(object).store(next_raw(e, s, mutated_value(e, at, value)), translated(s.memory_order), nowhere);
  wake_awaiting(e, object);
  complete(e, s);
}

std::uint32_t read_modify_write(object_id object, update kind, std::uint32_t operand, order o, const site& at) {
  constexpr step_kind kinds[] = {step_kind::exchange, step_kind::fetch_add, step_kind::fetch_sub, step_kind::fetch_and,
                                 step_kind::fetch_or};
  execution& e = current();
  scheduling_point(e);
  require_alive(e, object, at);
  raw_step& s = record(e, kinds[static_cast<std::size_t>(kind)], object, at);
  s.memory_order = mutated_order(e, at, o);
  const object_state& before = e.objects[object];
  note_read(e, s, before.newest_raw);
  const auto old = static_cast<std::uint32_t>(before.newest);
  std::uint32_t value = operand;
  if (kind == update::add) value = old + operand;
  if (kind == update::sub) value = old - operand;
  if (kind == update::bit_and) value = old & operand;
  if (kind == update::bit_or) value = old | operand;
  const no_preemption guard;
  atomic_cell(object).exchange(next_raw(e, s, mutated_value(e, at, value, old)), translated(s.memory_order), nowhere);
  wake_awaiting(e, object);
  complete(e, s);
  return old;
}

bool compare_exchange(object_id object, std::uint32_t& expected, std::uint32_t desired, order success, order failure, bool weak,
                      const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, object, at);
  raw_step& s = record(e, step_kind::compare_exchange, object, at);
  const object_state& before = e.objects[object];
  bool succeeds = before.newest == expected;
  thread_state* self = e.in_setup ? nullptr : &e.threads[actor(e) - 1];
  if (succeeds && weak && self != nullptr && self->weak_failure_left && rl::ctx().rand(2, rl::sched_type_cas_fail) == 1) {
    self->weak_failure_left = false;
    succeeds = false;
  }
  note_read(e, s, before.newest_raw);
  const no_preemption guard;
  if (succeeds) {
    s.memory_order = mutated_order(e, at, success);
    atomic_cell(object).exchange(next_raw(e, s, mutated_value(e, at, desired, expected)), translated(s.memory_order), nowhere);
    wake_awaiting(e, object);
  } else {
    s.memory_order = failure;
    expected = read_newest(object, failure);
  }
  complete(e, s);
  return succeeds;
}

object_id construct_plain(const char* name, std::uint64_t initial) {
  execution& e = current();
  const object_id id = next_object(e);
  object_state& o = e.objects[id];
  o.name = name;
  o.alive = true;
  o.newest = initial;
  ::new (static_cast<void*>(plain_cells[id].bytes)) raw_plain(initial);
  return id;
}

void destroy_plain(object_id object) {
  current().objects[object].alive = false;
  plain_cells[object].object().~raw_plain();
}

namespace {

// Names the access of another thread that nothing orders before this one, in case relacy is about to report a race.
void name_other_party(execution& e, object_id id, bool writes) {
  const object_state& o = e.objects[id];
  const rl::thread_info_base& self = *rl::ctx().threadx_;
  e.failed.other_party = no_step;
  for (unsigned t = 0; t < e.what->threads; ++t) {
    if (static_cast<rl::thread_id_t>(t) == self.index_) continue;
    const last_access& a = o.accesses[t];
    if (a.write_step != no_step && self.acq_rel_order_[t] < a.write_clock) e.failed.other_party = a.write_step;
    else if (writes && a.read_step != no_step && self.acq_rel_order_[t] < a.read_clock) e.failed.other_party = a.read_step;
  }
}

}  // namespace

std::uint64_t plain_load(object_id object, const site& at) {
  execution& e = current();
  require_alive(e, object, at);
  raw_step& s = record(e, step_kind::plain_read, object, at);
  s.has_read = true;
  s.read = e.objects[object].newest;
  complete(e, s);
  if (!e.in_setup) name_other_party(e, object, false);
  const std::uint64_t value = plain_cells[object].object()(nowhere).load();
  if (!e.in_setup) {
    last_access& a = e.objects[object].accesses[actor(e) - 1];
    a.read_step = static_cast<std::uint16_t>(e.step_count - 1);
    a.read_clock = rl::ctx().threadx_->own_acq_rel_order_;
  }
  return value;
}

void plain_store(object_id object, std::uint64_t value, const site& at) {
  execution& e = current();
  require_alive(e, object, at);
  raw_step& s = record(e, step_kind::plain_write, object, at);
  s.has_written = true;
  s.written = value;
  complete(e, s);
  if (!e.in_setup) name_other_party(e, object, true);
  plain_cells[object].object()(nowhere).store(value);
  e.objects[object].newest = value;
  if (!e.in_setup) {
    last_access& a = e.objects[object].accesses[actor(e) - 1];
    a.write_step = static_cast<std::uint16_t>(e.step_count - 1);
    a.write_clock = rl::ctx().threadx_->own_acq_rel_order_;
  }
}

wait_result futex_wait(object_id object, std::uint32_t expected, bool timed, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, object, at);
  raw_step& s = record(e, step_kind::wait, object, at);
  const auto self = static_cast<kernel::thread_id>(actor(e));
  s.has_read = true;
  {
    const no_preemption guard;
    s.read = static_cast<std::uint32_t>(read_newest(object, order::relaxed));
  }
  if (mutates(e, at, mutation::change::drop)) {
    s.code = kernel::code::again;
    complete(e, s);
    return await_change(e, object, expected);
  }
  const kernel::wait operation{self, object, static_cast<std::uint32_t>(s.read), expected};
  s.code = kernel::step(e.queue, operation, pick_waiter).result;
  complete(e, s);
  if (s.code == kernel::code::again) return wait_result::changed;

  thread_state& thread = e.threads[self - 1];
  thread.timed = timed;
  if (!timed && others_are_stuck(e, self)) {
    settle_blocked(e, self);
    leave_execution(e);
  }
  const rl::unpark_reason reason = park(e, timed, thread.spurious_left > 0);
  if (reason == rl::unpark_reason_normal) return wait_result::woken;

  const bool time_out = reason == rl::unpark_reason_timeout;
  if (!time_out) --thread.spurious_left;
  raw_step& left = record(e, step_kind::leave, object, at);
  left.code = kernel::step(e.queue, kernel::leave{self, time_out ? kernel::leave_reason::timed_out : kernel::leave_reason::spurious},
                           pick_waiter).result;
  complete(e, left);
  return time_out ? wait_result::timed_out : wait_result::woken;
}

void futex_wake(object_id object, int how_many, const site& at) {
  execution& e = current();
  scheduling_point(e);
  raw_step& s = record(e, step_kind::wake, object, at);
  if (mutates(e, at, mutation::change::drop)) {
    s.text = "left out";
    complete(e, s);
    return;
  }
  finish_wake(e, s, kernel::step(e.queue, kernel::wake{object, how_many}, pick_waiter));
}

bool futex_requeue(object_id from, std::uint32_t expected, int how_many_wake, int how_many_move, object_id to, const site& at) {
  execution& e = current();
  scheduling_point(e);
  require_alive(e, from, at);
  raw_step& s = record(e, step_kind::requeue, from, at);
  s.has_read = true;
  {
    const no_preemption guard;
    s.read = read_newest(from, order::relaxed);
  }
  const kernel::requeue operation{from, to, static_cast<std::uint32_t>(s.read), expected, how_many_wake, how_many_move};
  finish_wake(e, s, kernel::step(e.queue, operation, pick_waiter));
  return s.code == kernel::code::ok;
}

bool spin_again(unsigned round, unsigned limit) {
  const execution& e = current();
  if (e.in_setup || round >= limit || round >= e.what->spin_rounds) return false;
  return rl::ctx().rand(2, rl::sched_type_user) == 1;
}

std::uint32_t this_thread_id() { return actor(current()); }

void misuse(const char* what) {
  execution& e = current();
  record(e, step_kind::misuse).text = what;
  fail(e, violation_kind::misuse, what);
}

void begin_operation(unsigned char operation, const site& at) {
  execution& e = current();
  raw_step& s = record(e, step_kind::begin, 0, at);
  s.operation = operation;
  complete(e, s);
  clocked_operation& o = e.open[s.thread - 1];
  o.seen = {s.thread, operation, true};
  for (unsigned t = 0; t < e.what->threads; ++t) o.begin[t] = rl::ctx().threadx_->acq_rel_order_[t];
  e.is_open[s.thread - 1] = true;
}

void end_operation(unsigned char operation) {
  execution& e = current();
  const unsigned self = actor(e);
  clocked_operation& o = e.open[self - 1];
  o.seen.operation = operation;
  o.seen.pending = false;
  o.end = rl::ctx().threadx_->own_acq_rel_order_;
  if (e.history_count == most_operations) fail_too_long(e);
  e.history[e.history_count++] = o;
  e.is_open[self - 1] = false;
  raw_step& s = record(e, step_kind::end);
  s.operation = operation;
  complete(e, s);
}

void expect(bool condition, const char* text, const site& at) {
  execution& e = current();
  if (condition) return;
  raw_step& s = record(e, step_kind::expect, 0, at);
  s.text = text;
  fail(e, violation_kind::assertion, text);
}

}  // namespace holdfast::checker::relacy
