// Atomic objects and plain data: relacy's, with the bookkeeping that a report needs.
#include <algorithm>
#include <array>
#include <new>
#include <span>

#include "checker/relacy/steps.h"

namespace holdfast::checker::relacy {
namespace {

using raw_atomic = rl::atomic<std::uint64_t>;
using raw_plain = rl::var<std::uint64_t>;

// What a compare-exchange that must fail compares with: the number of a write that never is.
constexpr std::uint64_t never_written = ~std::uint64_t{0};

template <class T>
struct storage {
  alignas(T) unsigned char bytes[sizeof(T)];
  T& object() { return *reinterpret_cast<T*>(bytes); }
};
std::array<storage<raw_atomic>, most_objects> atomic_cells;
std::array<storage<raw_plain>, most_objects> plain_cells;

raw_atomic& atomic_cell(object_id id) { return atomic_cells[id].object(); }

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

object_id next_object(execution& e) {
  if (e.object_count == most_objects) fail_at_bound(e, "a scenario of more than 16 objects");
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
    const auto has_changed = [&](const awaited& w) { return w.object == id && e.objects[id].newest != w.expected; };
    if (!thread.awaits || std::ranges::none_of(std::span(thread.awaited_words).first(thread.awaited_count), has_changed)) continue;
    thread.awaits = false;
    rl::ctx().unpark_thread(t, false, nowhere);
  }
}

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

// What a thread does to an object it has done by the time of its clock, whatever it is.
void note_use(execution& e, object_id id) {
  if (e.in_setup) return;
  last_access& a = e.objects[id].accesses[actor(e) - 1];
  a.read_step = static_cast<std::uint16_t>(e.step_count - 1);
  a.read_clock = rl::ctx().threadx_->own_acq_rel_order_;
}

// Destruction is a write: what other threads have done to the object happens before it, or races with it.
void require_unused(execution& e, object_id id) {
  if (e.in_setup) return;
  const rl::thread_info_base& self = *rl::ctx().threadx_;
  for (unsigned t = 0; t < e.what->threads; ++t) {
    if (static_cast<rl::thread_id_t>(t) == self.index_) continue;
    const last_access& a = e.objects[id].accesses[t];
    const bool reads_late = a.read_step != no_step && self.acq_rel_order_[t] < a.read_clock;
    const bool writes_late = a.write_step != no_step && self.acq_rel_order_[t] < a.write_clock;
    if (!reads_late && !writes_late) continue;
    raw_step& s = record(e, step_kind::destroy);
    s.object = id;
    e.failed.other_party = writes_late ? a.write_step : a.read_step;
    fail(e, violation_kind::data_race, "destroyed while another thread may still use it");
  }
}

}  // namespace

std::uint32_t read_newest(object_id id, order o) {
  std::uint64_t expected = never_written;
  atomic_cell(id).compare_exchange(rl::bool_t<false>(), expected, 0, translated(o), translated(o), nowhere);
  return static_cast<std::uint32_t>(expected);
}

void replace_newest(execution& e, raw_step& s, std::uint32_t value, order o) {
  note_read(e, s, e.objects[s.object].newest_raw);
  const no_preemption guard;
  atomic_cell(s.object).exchange(next_raw(e, s, value), translated(o), nowhere);
  note_use(e, s.object);
  wake_awaiting(e, s.object);
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
  require_unused(current(), object);
  current().objects[object].alive = false;
  atomic_cell(object).~raw_atomic();
}

std::uint32_t load(object_id object, order o, const site& at) {
  execution& e = current();
  if (o == order::release || o == order::acq_rel) fail(e, violation_kind::misuse, "load: the order is relaxed, acquire or seq_cst");
  scheduling_point(e);
  require_alive(e, object, at);
  raw_step& s = record(e, step_kind::load, object, at);
  s.memory_order = mutated_order(e, at, o);
  const no_preemption guard;
  note_read(e, s, atomic_cell(object).load(translated(s.memory_order), nowhere));
  note_use(e, object);
  complete(e, s);
  return static_cast<std::uint32_t>(s.read);
}

void store(object_id object, std::uint32_t value, order o, const site& at) {
  execution& e = current();
  if (o != order::relaxed && o != order::release && o != order::seq_cst) {
    fail(e, violation_kind::misuse, "store: the order is relaxed, release or seq_cst");
  }
  scheduling_point(e);
  require_alive(e, object, at);
  raw_step& s = record(e, step_kind::store, object, at);
  s.memory_order = mutated_order(e, at, o);
  const no_preemption guard;
  atomic_cell(object).store(next_raw(e, s, mutated_value(e, at, value)), translated(s.memory_order), nowhere);
  note_use(e, object);
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
  const auto old = static_cast<std::uint32_t>(e.objects[object].newest);
  std::uint32_t value = operand;
  if (kind == update::add) value = old + operand;
  if (kind == update::sub) value = old - operand;
  if (kind == update::bit_and) value = old & operand;
  if (kind == update::bit_or) value = old | operand;
  replace_newest(e, s, mutated_value(e, at, value, old), s.memory_order);
  complete(e, s);
  return old;
}

bool compare_exchange(object_id object, std::uint32_t& expected, std::uint32_t desired, order success, order failure, bool weak,
                      const site& at) {
  execution& e = current();
  if (failure == order::release || failure == order::acq_rel) {
    fail(e, violation_kind::misuse, "compare_exchange: the failure order is relaxed, acquire or seq_cst");
  }
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
  note_use(e, object);
  complete(e, s);
  return succeeds;
}

// seq_cst ones are in the order in which they run, and each knows all that those before it knew.
void fence(order o, const site& at) {
  execution& e = current();
  scheduling_point(e);
  raw_step& s = record(e, step_kind::fence, 0, at);  // of no object
  s.memory_order = mutated_order(e, at, o);
  const no_preemption guard;
  if (s.memory_order != order::relaxed) rl::atomic_thread_fence(translated(s.memory_order), nowhere);
  complete(e, s);
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
  require_unused(current(), object);
  current().objects[object].alive = false;
  plain_cells[object].object().~raw_plain();
}

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

}  // namespace holdfast::checker::relacy
