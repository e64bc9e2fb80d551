// Adding one event to the graph, in every consistent way.
#include "checker/graph/explorer.h"
#include "checker/graph/sc.h"

namespace holdfast::checker::graph {

void explorer::perform(const position& p) {
  const event_id last = g_->last_of(p.thread);
  if (last != no_event && g_->at(last).index >= most_events_of_a_thread - 1) return fail_at_bound("a thread of more than 254 events");
  const request& q = tree_.at(p.node).next;
  switch (p.part) {
    case phase::write_part:
    case phase::queue_write:
    case phase::leave_write: return add_writes(p);
    case phase::compare:
    case phase::queue_read:
    case phase::leave_read: return add_reads(p);
    case phase::pick: return add_choices(p, is_pi(q.what) ? heirs(g_->at(last)) : queue_change(g_->at(last)).choices);
    case phase::decide: return add_choices(p, 1 + static_cast<unsigned>(__builtin_popcount(q.leaving)));
    case phase::sleep: return add_wakes_up(p);
    case phase::only: break;
  }
  switch (q.what) {
    case action::load:
    case action::update:
    case action::compare_exchange: return add_reads(p);
    case action::store:
    case action::construct:
    case action::destroy: return add_writes(p);
    case action::choose: return add_choices(p, q.operand);
    case action::fail: return fail(q.failure_kind, q.text, last);
    default: return add_other(p);
  }
}

event explorer::shape_of(const position& p, event_kind kind) const {
  const request& q = tree_.at(p.node).next;
  event e;
  e.kind = kind;
  e.part = p.part;
  e.thread = static_cast<std::uint8_t>(p.thread);
  e.at = p.node;
  const bool queue = p.part != phase::only && p.part != phase::write_part && p.part != phase::compare;
  e.location = queue ? queue_of(q) : q.location;
  e.plain = queue ? !is_pi(q.what) : q.plain;
  e.memory_order = queue || p.part == phase::compare ? order::relaxed : q.success;
  e.apart = p.part == phase::compare && queues(q.what) && options_.on[kernel::toggle::compare_outside_lock];
  return e;
}

explorer::reading explorer::reading_of(const position& p) {
  const event& before = g_->predecessor(p.thread);
  const bool queue = p.part == phase::queue_read || p.part == phase::leave_read;
  const request& q = tree_.at(p.node).next;
  const location_id l = queue ? queue_of(q) : q.location;
  const event_id ghost = before.kind == event_kind::gave_way && before.thread == p.thread ? g_->last_of(p.thread) : no_event;
  return {p.thread, p.node, p.part, l, g_->floor_of(l, before.hb), ghost};
}

// The options in order: the newest write first; a weak compare-exchange succeeds, then fails.
bool explorer::next_option(const reading& r, option& o) {
  const request& q = tree_.at(r.node).next;
  const bool of_word = r.part == phase::only || r.part == phase::compare;
  for (;;) {
    const bool may_fail = o.write != no_event && !o.fails && of_word && q.what == action::compare_exchange && q.weak;
    if (may_fail && seen_of(g_->at(o.write).value, q.bits) == q.expected) {
      o.fails = true;
    } else {
      if (o.write != no_event && is_last_option(r, o.write)) return false;
      o.write = o.write == no_event ? g_->last_write(r.location) : g_->at(o.write).co_previous;
      o.fails = false;
      if (o.write == no_event) return false;
    }
    const event& w = g_->at(o.write);
    if (!follows_ghost(r.ghost, o.write)) continue;
    const bool taken = r.part == phase::leave_read && q.what == action::dequeue && takes_off(o.write, r.thread, q);
    if (taken) return true;
    const bool updates = of_word ? writes_after(q, w.value, o.fails) : r.part == phase::leave_read;
    const event_id rival = updates ? g_->exclusive_successor(o.write) : no_event;
    o.conflicts = rival != no_event;
    if (o.conflicts && g_->includes(g_->predecessor(r.thread).porf, rival)) continue;
    if (!is_satisfying(r.thread, r.node, r.part, w.value, o.fails)) continue;
    // Of the reads that block their thread, the newest stands for all.
    const bool newest = w.co_next == no_event && !o.fails;
    if (blocks_ && !newest && is_stuck_after(r.thread, r.node, r.part, w.value, o.fails)) continue;
    return true;
  }
}

// A waiter that somebody took off before what the thread knows of is found gone all the same.
bool explorer::is_last_option(const reading& r, event_id write) const {
  const request& q = tree_.at(r.node).next;
  if (r.part != phase::leave_read || q.what != action::dequeue) return write == r.floor;
  if (g_->at(write).rank > g_->at(r.floor).rank) return false;
  return kernel_.has(g_->at(write).value, r.thread, q.entry) || takes_off(write, r.thread, q);
}

void explorer::add_reads(const position& p, bool only_conflicts) {
  const reading r = reading_of(p);
  if (g_->last_write(r.location) == no_event) {
    return fail(violation_kind::uninitialised, "the object does not exist", g_->last_of(p.thread));
  }
  for (option o; next_option(r, o);) {
    if (only_conflicts && !o.conflicts) continue;
    if (!enters()) {
      if (stopped_) return;
      continue;
    }
    visit_with(add_read(p, o));
    g_->remove_last();
    leave();
  }
}

event_id explorer::add_read(const position& p, const option& o) {
  event e = shape_of(p, event_kind::read);
  e.reads_from = o.write;
  e.value = g_->at(o.write).value;
  const request& q = tree_.at(p.node).next;
  if (p.part == phase::only) e.memory_order = order_of(q, e.value, o.fails);
  if (p.part == phase::queue_read && is_pi(q.what)) e.memory_order = order_of_pi(q, e.value, p.thread);
  if (finds_itself_gone(q, p.thread, e.value)) {
    e.kind = event_kind::wakes_up;
    e.memory_order = order_of_waking();
    e.after = tree_.child(p.thread, p.node, {0, 1}, effect::some);
    return g_->add_other(e, kept_under(p.thread));
  }
  const event_id added = g_->add_read(e, kept_under(p.thread));
  conclude_read(added, o.fails);
  return added;
}

// Whether a write follows, and if not, where the thread goes from here.
void explorer::conclude_read(event_id read, bool fails) {
  const event& e = g_->at(read);
  const request& q = request_of(e);
  bool open = true;
  reply r;
  switch (e.part) {
    case phase::compare:
      open = q.what == action::wake_op || goes_on(q, e.value);
      r = reply_to(q, e.value, false);
      break;
    case phase::queue_read: {
      if (is_pi(q.what)) {
        const pi_words::change c = pi_change(e);
        open = c.value != e.value;
        r = reply_of_pi(c.result);
        break;
      }
      const kernel_states::change c = queue_change(e);
      open = queues(q.what) || q.what == action::wake_op || c.outcome.count != 0 || c.state != e.value;
      r = {0, q.what == action::requeue ? 1u : 0u};
      break;
    }
    case phase::leave_read: break;
    default: open = writes_after(q, e.value, fails); r = reply_to(q, e.value, fails);
  }
  const bool exclusive = open && (e.part != phase::compare || q.what == action::wake_op);
  const effect done = e.part == phase::queue_read || e.part == phase::leave_read ? effect::some : effect_of(q, e.value, fails);
  g_->conclude(read, exclusive, fails, open ? no_node : tree_.child(e.thread, e.at, r, done));
}

event explorer::write_shape(const position& p) {
  event e = shape_of(p, event_kind::write);
  const request& q = tree_.at(p.node).next;
  if (p.part == phase::only) {
    e.value = updated(q, 0);
    e.dead = q.what == action::destroy;
    e.empty = q.uninitialised;
    e.plain = e.plain || q.what != action::store;
    e.after = tree_.child(p.thread, p.node, {}, effect_of(q, 0, false));
  } else {
    event_id read = g_->last_of(p.thread);
    while (g_->at(read).kind != event_kind::read) read = g_->at(read).previous;
    const bool changes = p.part == phase::write_part && q.what == action::wake_op;
    if (changes) read = compared_by(g_->at(read));
    const event source = g_->at(read);
    e.exclusive = true;
    e.updates = source.reads_from;
    if (changes) {
      const event& queue = g_->at(g_->last_of(p.thread));
      const std::size_t woken = kernel_.asleep(g_->at(queue.updates).value) - kernel_.asleep(queue.value);
      e.value = updated(q, source.value);
      e.after = tree_.child(p.thread, p.node, {q.tells ? woken : 0, 0}, effect::some);
    } else if (p.part == phase::write_part) {
      e.value = updated(q, source.value);
      e.after = tree_.child(p.thread, p.node, reply_to(q, source.value, false), effect_of(q, source.value, false));
    } else if (p.part == phase::queue_write && is_pi(q.what)) {
      const pi_words::change c = pi_change(g_->at(g_->last_of(p.thread)));
      e.value = c.value;
      if (q.what == action::unlock_pi || q.what == action::exit_pi) e.memory_order = order::release;
      if (c.result != kernel::asleep) e.after = tree_.child(p.thread, p.node, reply_of_pi(c.result), effect::some);
    } else if (p.part == phase::queue_write) {
      const kernel_states::change made = queue_change(g_->at(g_->last_of(p.thread)));
      e.value = made.state;
      e.is_half = q.what == action::wake_op;
      if (e.is_half) return e;
      const std::uint64_t told = q.tells ? static_cast<std::uint64_t>(made.outcome.count) : 0;
      if (q.what != action::wait) e.after = tree_.child(p.thread, p.node, {told, q.what == action::requeue ? 1u : 0u}, effect::some);
    } else if (q.what == action::dequeue) {
      e.value = kernel_.without(source.value, p.thread, q.entry);
      e.after = tree_.child(p.thread, p.node, {}, effect::some);
    } else {
      const leaving why = decision(q, g_->at(source.previous).value);
      if (is_pi(q.what)) {
        const pi_words::change c = pi_.leave(source.value, q, p.thread, why);
        e.value = c.value;
        reply r = reply_of_pi(c.result);
        if (why == by_death) r.status = died_asleep;
        if (why == by_interruption) r.value = 1;
        e.after = tree_.child(p.thread, p.node, r, effect::some);
        return e;
      }
      const auto reason = why == by_time_out       ? kernel::leave_reason::timed_out
                          : why == by_interruption ? kernel::leave_reason::interrupted
                                                   : kernel::leave_reason::spurious;
      const std::uint64_t status = status_of_leaving(why);
      e.value = kernel_.leave(source.value, p.thread, reason).state;
      e.after = tree_.child(p.thread, p.node, {0, status}, effect::some);
    }
  }
  return e;
}

// The lowest place that the write may take in coherence order; no_event: before all others.
event_id explorer::lowest_place(const event& shape) const {
  return shape.exclusive ? shape.updates : g_->floor_of(shape.location, g_->predecessor(shape.thread).hb);
}

// The places that the write may take in coherence order, the newest first: directly after `place`. no_event: before all others.
bool explorer::next_place(const event& shape, event_id floor, event_id& place) const {
  if (shape.exclusive) {
    if (place == shape.updates) return false;
    place = shape.updates;
    return g_->exclusive_successor(place) == no_event;
  }
  for (;;) {
    if (place != no_event && place == floor) return false;
    place = place == no_event ? g_->last_write(shape.location) : g_->at(place).co_previous;
    if (place == no_event) return false;
    if (g_->exclusive_successor(place) == no_event) return true;
  }
}

void explorer::add_writes(const position& p) {
  const event shape = write_shape(p);
  clock prefix = g_->predecessor(p.thread).porf;
  const clock under = kept_under(p.thread);
  prefix.join(under);
  if (g_->last_write(shape.location) == no_event) {
    if (!shape.plain || shape.dead) return fail(violation_kind::uninitialised, "the object does not exist", g_->last_of(p.thread));
    if (!enters()) return;
    visit_with(g_->add_write(shape, no_event, under));
    g_->remove_last();
    return leave();
  }
  const event_id floor = lowest_place(shape);
  for (event_id place = no_event; next_place(shape, floor, place);) {
    if (!enters()) {
      if (stopped_) return;
      continue;
    }
    visit_with(g_->add_write(shape, place, under));
    g_->remove_last();
    leave();
  }
  if (shape.plain && shape.location != kernel_queue && options_.races) return;
  if (follows_one_that_gives_way(p.thread, prefix)) return;
  for (const revisit& r : revisits_of(shape, prefix)) {
    visit_revisit(shape, prefix, under, r);
    if (stopped_) return;
  }
}

void explorer::add_choices(const position& p, std::uint64_t alternatives) {
  const request& q = tree_.at(p.node).next;
  for (std::uint64_t value = 0; value < alternatives; ++value) {
    if (!enters()) continue;
    event e = shape_of(p, event_kind::choice);
    e.value = value;
    if (p.part == phase::only) e.after = tree_.child(p.thread, p.node, {value, 0}, effect_of(q, value, false));
    if (q.what == action::sleep_any && value != 0) {
      e.after = tree_.child(p.thread, p.node, {0, status_of_leaving(decision(q, value))}, effect::some);
    }
    visit_with(g_->add_other(e, kept_under(p.thread)));
    g_->remove_last();
    leave();
  }
}

void explorer::add_wakes_up(const position& p) {
  if (!enters()) return;
  event e = shape_of(p, event_kind::wakes_up);
  e.reads_from = taken_off(p.thread);
  // The word was handed over: no operation of the thread's own follows, so the kernel orders it after whoever had it.
  e.memory_order = is_pi(tree_.at(p.node).next.what) ? order::acquire : order_of_waking();
  static_assert(static_cast<std::uint64_t>(wait_result::woken) == 0);  // as an errno: success
  e.after = tree_.child(p.thread, p.node, {}, effect::some);
  visit_with(g_->add_other(e, kept_under(p.thread)));
  g_->remove_last();
  leave();
}

void explorer::add_other(const position& p) {
  const request& q = tree_.at(p.node).next;
  if (q.what == action::start && starts_twice(q.operand))
    return fail(violation_kind::misuse, "a thread is started twice", g_->last_of(p.thread));
  if (!enters()) return;
  event e = shape_of(p, q.what == action::fence ? event_kind::fence : q.what == action::start ? event_kind::start : event_kind::join);
  e.after = tree_.child(p.thread, p.node, {}, effect_of(q, 0, false));
  if (e.kind == event_kind::start || e.kind == event_kind::join) e.value = q.operand;
  visit_with(g_->add_other(e, kept_under(p.thread)));
  g_->remove_last();
  leave();
}

bool explorer::starts_twice(std::uint64_t threads) const {
  for (unsigned t = 1; t <= threads_; ++t) {
    if ((threads >> t & 1) != 0 && g_->has_started(t)) return true;
  }
  return false;
}

// Goes on with the event, if the graph is consistent with it and it is no error.
void explorer::visit_with(event_id added) {
  if (!is_representative(g_->at(added).thread) || !is_consistent(added) || !is_faultless(added)) return;
  if (!random_ && !parts_depth_) observer_.grown(*g_);
  visit();
}

bool explorer::is_consistent(event_id added) {
  if (!is_kernel_coherent(added)) return false;
  const bool of_queue = g_->at(added).location == kernel_queue && g_->at(added).part != phase::only;
  if (is_newest(added) && !(of_queue && options_.model == memory_model::sc)) return true;
  if (options_.model == memory_model::sc) return is_sequentially_consistent(*g_);
  return g_->sc_count() < 2 || is_psc_acyclic(*g_);
}

// Nothing comes after it in any order: it closes no cycle. If another read was redirected to it, nothing comes after that either.
bool explorer::is_newest(event_id added) const {
  const event& e = g_->at(added);
  if (e.kind == event_kind::write) return e.co_next == no_event;
  return e.kind != event_kind::read || g_->at(e.reads_from).co_next == no_event;
}

bool explorer::is_faultless(event_id added) {
  const event& e = g_->at(added);
  if ((e.kind != event_kind::read && e.kind != event_kind::write) || e.location == kernel_queue) return true;
  if (const event_id other = racing_with(added); options_.races && other != no_event) {
    const bool ends = e.dead || g_->at(other).dead;
    fail(ends ? violation_kind::uninitialised : violation_kind::data_race, ends ? "the object may be destroyed already" : "", added, other);
    return false;
  }
  if (e.kind == event_kind::write && (e.part != phase::write_part || !g_->at(e.updates).dead)) {
    const request& q = request_of(e);
    const event_id before = e.co_previous;
    const event_id store = forgetful_store(added);
    if (store != no_event) {
      fail(violation_kind::misuse, "a store to a word with priority inheritance, for which others wait: the kernel decides who is next",
           added, store == added ? before : store);
      return false;
    }
    if (q.what == action::construct && before != no_event && !g_->at(before).dead) {
      fail(violation_kind::misuse, "another object lives at the same address", added, before);
      return false;
    }
    if (before == no_event || !g_->at(before).dead || q.what == action::construct) return true;
    fail(violation_kind::uninitialised, e.dead ? "the object is destroyed a second time" : "the object is destroyed", added, before);
    return false;
  }
  const event_id source = e.kind == event_kind::read ? e.reads_from : e.updates;
  if (!g_->at(source).dead && !g_->at(source).empty) return true;
  fail(violation_kind::uninitialised, g_->at(source).dead ? "the object is destroyed" : "the value was never written", added, source);
  return false;
}

// A plain store that directly follows a write after which others wait for the word; no_event: there is none next to the added write.
event_id explorer::forgetful_store(event_id added) const {
  for (const event_id store : {added, g_->at(added).co_next}) {
    if (store == no_event || g_->at(store).co_previous == no_event || request_of(g_->at(store)).what != action::store) continue;
    const std::uint64_t before = g_->at(g_->at(store).co_previous).value;
    if (before != seen_of(before, request_of(g_->at(store)).bits)) return store;
  }
  return no_event;
}

// An access that conflicts with the added one and that nothing orders with it, where one of the two is not atomic.
event_id explorer::racing_with(event_id added) const {
  const event& e = g_->at(added);
  // Of an atomic object, usually its construction alone is not atomic.
  const bool only_first = !e.plain && g_->plain_writes(e.location) == 1 && g_->at(g_->first_write(e.location)).plain;
  if (only_first) {
    const event_id first = g_->first_write(e.location);
    if (!g_->includes(e.hb, first)) return first;
  }
  for (event_id w = g_->last_write(e.location); !only_first && w != no_event; w = g_->at(w).co_previous) {
    if (w != added && (e.plain || g_->at(w).plain) && !g_->includes(e.hb, w)) return w;
  }
  if (e.kind != event_kind::write || (!e.plain && g_->plain_reads(e.location) == 0)) return no_event;
  for (event_id r = g_->newest_read(e.location); r != no_event; r = g_->at(r).next_reader) {
    if ((e.plain || g_->at(r).plain) && !g_->includes(e.hb, r)) return r;
  }
  return no_event;
}

}  // namespace holdfast::checker::graph
