// The threads are run in an order that is a function of what their reads were given, and a read may be given a write that has not run
// yet: its thread then waits for it. So no two ways of running lead to the same choice. A choice fails if the write never comes (its guard
// is false, its compare-exchange fails), if threads wait for each other (a cycle of po and rf), or if an await is given a value that does
// not end it.
#include "tests/engine/brute_force/read_choices.h"

#include <cstddef>
#include <optional>
#include <utility>

#include "tests/engine/brute_force/futex_queue.h"

namespace holdfast::oracle {
namespace {

// How far a run has come. Threads are counted from 0 here.
struct thread_state {
  std::size_t next = 0;
  int accesses = 0;
  std::optional<event_id> source;  // given to the read that is next, or to the end of the sleep
  bool asleep = false;             // for ever
  bool spurious_left = true;       // a sleep may end for no reason
  bool gives_up = false;           // in a wait_any: a word differs
  int queued = 0;                  // of a wait_any: for so many words
  std::uint64_t answer = 0;        // of a wait_any so far
  registers regs{};
};

struct state {
  std::array<thread_state, most_threads> threads;
  event_set ran = 0;
  event_set passed = 0;   // these will not run any more
  event_set claimed = 0;  // writes that a read-modify-write read
  std::array<std::uint64_t, most_events> written{};
  std::array<event_id, most_events> source{};
  std::array<order, most_events> mode{};
  std::array<int, most_events> access{};
};

// The answer of a wait_any that woke for no reason: none, it looks again.
constexpr std::uint64_t again = 1000;

std::uint64_t truncated(std::uint64_t value, const location& l) {
  return l.bits == 64 ? value : value & ((std::uint64_t{1} << l.bits) - 1);
}

std::uint64_t value_of(const operand& o, const registers& regs) {
  return o.constant + (o.source ? regs[static_cast<std::size_t>(o.source->number)] : 0);
}

bool holds(comparison how, std::uint64_t a, std::uint64_t b) { return (how == comparison::equal) == (a == b); }

bool passes(signed_test t, std::uint64_t old, int than) {
  const auto number = static_cast<std::int32_t>(static_cast<std::uint32_t>(old));
  switch (t) {
    case signed_test::equal: return number == than;
    case signed_test::not_equal: return number != than;
    case signed_test::less: return number < than;
    case signed_test::less_or_equal: return number <= than;
    case signed_test::greater: return number > than;
    case signed_test::greater_or_equal: return number >= than;
  }
  return false;
}

std::uint64_t updated(update_kind kind, std::uint64_t old, std::uint64_t value) {
  switch (kind) {
    case update_kind::exchange: return value;
    case update_kind::add: return old + value;
    case update_kind::subtract: return old - value;
    case update_kind::bit_and: return old & value;
    case update_kind::bit_or: return old | value;
    case update_kind::bit_xor: return old ^ value;
  }
  return old;
}

class chooser {
 public:
  chooser(const small_program& p, model m, search how, const kernel_options& kernel, const std::function<void(const choice&)>& consume)
      : p_(p), model_(m), how_(how), kernel_(kernel), consume_(consume), all_(apart(p, kernel)) {}

  void run();

 private:
  const step& next(const state& s, std::size_t t) const { return all_.threads[t][s.threads[t].next]; }
  const location& at(const instruction& i) const { return p_.locations[static_cast<std::size_t>(i.location)]; }

  bool is_finished(const state& s, std::size_t t) const { return s.threads[t].next == all_.threads[t].size(); }
  bool waits(const state& s, std::size_t t) const { return s.threads[t].source && !contains(s.ran, *s.threads[t].source); }
  bool would_wait_for_itself(const state& s, std::size_t t, event_id source) const;
  bool is_skipped(const state& s, std::size_t t) const;

  // Everything from here on.
  void visit(const state& s);
  void take(state s, std::size_t t);
  void give_sources(const state& s, std::size_t t);
  void read(const state& s, std::size_t t);
  void compare(state s, std::size_t t);
  void change(const state& s, std::size_t t);
  void end_wait_any(state s, std::size_t t);
  bool leaves_out(const state& s, std::size_t t) const;
  bool may_wake_for_nothing(const state& s, std::size_t t) const { return p_.spurious_wake_ups && s.threads[t].spurious_left; }
  void unqueue(state s, std::size_t t);
  void change_queue(const state& s, std::size_t t);
  void leave(state s, std::size_t t);
  void come_back(state s, std::size_t t);
  void sleep_for_ever(state s, std::size_t t);

  // The step ends: as what it is, or having done nothing but read. `result` goes to the register; nothing: it stays.
  void finish_read(state s, std::size_t t, order mode, std::optional<std::uint64_t> result);
  void finish_update(state s, std::size_t t, std::uint64_t written, std::optional<std::uint64_t> result);

  void record(state& s, std::size_t t, event_id e, order mode) const;
  void pass(state& s, std::size_t t) const;
  void end_step(state& s, std::size_t t, std::optional<std::uint64_t> result);
  void pass_rest_of(const instruction& i, state& s, std::size_t t) const;
  order mode_of(const instruction& i, part what) const;
  graph graph_of(const state& s) const;
  void give(const state& s) const;
  void list_kernel_operations(const state& s, std::size_t t, choice& c) const;

  const small_program& p_;
  const model model_;
  const search how_;
  const kernel_options& kernel_;
  const std::function<void(const choice&)>& consume_;
  const taken_apart all_;
};

void chooser::run() {
  state s;
  for (event_id l = 0; l < all_.writes.size(); ++l) {
    s.ran |= only(l);
    if (l < p_.locations.size()) s.written[l] = truncated(p_.locations[l].initial, p_.locations[l]);
  }
  visit(s);
}

void chooser::visit(const state& s) {
  bool all_finished = true;
  for (std::size_t t = 0; t < p_.threads.size(); ++t) {
    if (is_finished(s, t)) continue;
    all_finished = false;
    if (s.threads[t].source && contains(s.passed, *s.threads[t].source)) return;
    if (!waits(s, t)) return take(s, t);
  }
  if (all_finished) give(s);
}

bool chooser::is_skipped(const state& s, std::size_t t) const {
  const instruction& i = *next(s, t).code;
  const bool is_first = s.threads[t].next == 0 || all_.threads[t][s.threads[t].next - 1].code != &i;
  if (!i.only_if || !is_first) return false;
  const predicate& p = i.only_if->holds;
  const registers& regs = s.threads[t].regs;
  return !holds(p.how, regs[static_cast<std::size_t>(i.only_if->tested.number)], value_of(p.value, regs));
}

void chooser::take(state s, std::size_t t) {
  const step& now = next(s, t);
  const instruction& i = *now.code;
  thread_state& self = s.threads[t];
  if (is_skipped(s, t)) {
    pass_rest_of(i, s, t);
    return visit(s);
  }
  if (leaves_out(s, t)) {
    pass(s, t);
    return visit(s);
  }
  if (now.what == part::over && i.timed && !self.source) {
    state late = s;
    late.threads[t].answer = timed_out;
    pass(late, t);
    visit(late);
  }
  if (now.what == part::over && may_wake_for_nothing(s, t) && !self.source) {
    state early = s;
    early.threads[t].spurious_left = false;
    early.threads[t].answer = again;
    pass(early, t);
    visit(early);
  }
  if (now.what == part::leave && !self.source) {
    state stays = s;
    pass(stays, t);
    visit(stays);
  }
  const bool is_end = now.what == part::back || now.what == part::over;
  if (is_end && !self.source) sleep_for_ever(s, t);
  if (now.read || is_end) return self.source ? read(s, t) : give_sources(s, t);
  if (i.what == opcode::fence) {
    record(s, t, *now.other, i.mode);
  } else {
    s.written[*now.write] = truncated(value_of(i.value, self.regs), at(i));
    record(s, t, *now.write, i.mode);
    ++self.accesses;
  }
  ++self.next;
  visit(s);
}

// What a wait_any does not come to that found a word changed.
bool chooser::leaves_out(const state& s, std::size_t t) const {
  const step& now = next(s, t);
  const thread_state& self = s.threads[t];
  if (now.code->what != opcode::wait_any || !self.gives_up) return false;
  return now.what == part::unqueue ? now.entry >= self.queued : now.what != part::compare || now.entry != 0;
}

void chooser::give_sources(const state& s, std::size_t t) {
  const step& now = next(s, t);
  const int self = static_cast<int>(t + 1);
  // Who sleeps is taken off by another's access to the queue that it is on.
  const event_id where = now.read ? *now.read : *all_.threads[t][s.threads[t].next - 1].read;
  for_each(all_.writes[static_cast<std::size_t>(all_.events[where].location)] & ~s.passed, [&](event_id source) {
    // Its own later writes, itself included, no read can read.
    const bool is_later = all_.events[source].thread == self && !contains(s.ran, source);
    if (is_later || (how_ == search::pruned && would_wait_for_itself(s, t, source))) return;
    const bool is_end = now.what == part::back || now.what == part::over;
    if (is_end && (all_.events[source].thread == self || all_.events[source].thread == 0)) return;
    state given = s;
    given.threads[t].source = source;
    visit(given);
  });
}

bool chooser::would_wait_for_itself(const state& s, std::size_t t, event_id source) const {
  while (!contains(s.ran, source)) {
    const std::size_t other = static_cast<std::size_t>(all_.events[source].thread - 1);
    if (other == t) return true;
    if (!s.threads[other].source) return false;
    source = *s.threads[other].source;
  }
  return false;
}

void chooser::read(const state& s, std::size_t t) {
  switch (next(s, t).what) {
    case part::compare: return compare(s, t);
    case part::change: return change(s, t);
    case part::queue: return change_queue(s, t);
    case part::leave: return leave(s, t);
    case part::back: return come_back(s, t);
    case part::over: return end_wait_any(s, t);
    case part::unqueue: return unqueue(s, t);
    case part::whole: break;
  }
  const instruction& i = *next(s, t).code;
  const registers& regs = s.threads[t].regs;
  const std::uint64_t value = s.written[*s.threads[t].source];
  const auto here = [&](const operand& o) { return truncated(value_of(o, regs), at(i)); };
  const bool ends = holds(i.until.how, value, here(i.until.value));
  const bool is_expected = value == here(i.expected);
  const auto writes = [&](std::uint64_t written) { finish_update(s, t, truncated(written, at(i)), value); };
  switch (i.what) {
    case opcode::load: return finish_read(s, t, i.mode, value);
    case opcode::await_load: return ends ? finish_read(s, t, i.mode, value) : void();
    case opcode::update: return writes(updated(i.kind, value, here(i.value)));
    case opcode::await_exchange: return ends ? writes(here(i.value)) : void();
    case opcode::await_compare_exchange: return is_expected ? writes(here(i.value)) : void();
    case opcode::compare_exchange:
      if (is_expected) writes(here(i.value));
      if (!is_expected || i.weak) finish_read(s, t, i.failure, value);
      return;
    default: return;
  }
}

void chooser::end_wait_any(state s, std::size_t t) {
  const event_id end = *next(s, t).other;
  const futex_queue then = decoded(s.written[*s.threads[t].source]);
  int there = 0;
  for (int entry = 0; entry < s.threads[t].queued; ++entry) there += sleeps(then, static_cast<int>(t + 1), entry) ? 1 : 0;
  if (there == s.threads[t].queued) return;
  record(s, t, end, order::plain);
  s.source[end] = *s.threads[t].source;
  end_step(s, t, {});
}

void chooser::unqueue(state s, std::size_t t) {
  const step& now = next(s, t);
  const int self = static_cast<int>(t + 1);
  const event_id source = *s.threads[t].source;
  const futex_queue before = decoded(s.written[source]);
  thread_state& own = s.threads[t];
  const auto answer = [&] { return now.entry + 1 == own.queued && own.answer != again ? std::optional(own.answer) : std::nullopt; };
  if (sleeps(before, self, now.entry)) return finish_update(s, t, encoded(without(before, self, now.entry)), answer());
  if (all_.events[source].thread == self || all_.events[source].thread == 0) return;
  own.answer = woken_on(now.entry);
  const event_id gone = *now.other;
  record(s, t, gone, order::plain);
  s.source[gone] = source;
  s.passed |= only(*now.write);
  const std::optional<std::uint64_t> result = answer();
  end_step(s, t, result);
}

void chooser::compare(state s, std::size_t t) {
  const instruction& i = *next(s, t).code;
  if (i.what == opcode::wait_any) {
    thread_state& self = s.threads[t];
    const bool is_first = next(s, t).entry == 0;
    const awaited& w = i.words[static_cast<std::size_t>(next(s, t).entry)];
    const std::uint64_t expected = truncated(value_of(w.expected, self.regs), p_.locations[static_cast<std::size_t>(w.location)]);
    self.gives_up = s.written[*self.source] != expected;
    self.answer = changed;
    if (is_first) self.queued = 0;
    return finish_read(s, t, order::relaxed, self.gives_up && is_first ? std::optional(changed) : std::nullopt);
  }
  if (s.written[*s.threads[t].source] == truncated(value_of(i.expected, s.threads[t].regs), at(i))) {
    return finish_read(s, t, order::relaxed, {});
  }
  // The rest of the instruction does not come.
  finish_read(s, t, order::relaxed, i.what == opcode::wait ? changed : 0);
}

void chooser::change(const state& s, std::size_t t) {
  const instruction& i = *next(s, t).code;
  const std::uint64_t value = s.written[*s.threads[t].source];
  finish_update(s, t, truncated(updated(i.kind, value, truncated(value_of(i.value, s.threads[t].regs), at(i))), at(i)), {});
}

void chooser::change_queue(const state& s, std::size_t t) {
  const instruction& i = *next(s, t).code;
  const futex_queue before = decoded(s.written[*s.threads[t].source]);
  const int self = static_cast<int>(t + 1);
  if (i.what == opcode::wait_any) {
    const int entry = next(s, t).entry;
    if (sleeps(before, self, entry)) return;
    state queued = s;
    ++queued.threads[t].queued;
    return finish_update(queued, t, encoded(with(before, self, i.words[static_cast<std::size_t>(entry)].location, entry)), {});
  }
  if (i.what == opcode::wait) {
    if (!sleeps(before, self)) finish_update(s, t, encoded(with(before, self, i.location)), {});
    return;
  }
  if (i.what == opcode::wake_op) {
    const event_id changed = *all_.threads[t][s.threads[t].next - 1].read;
    const bool wakes_here = passes(i.test, s.written[s.source[changed]], i.than);
    for (const queue_after& first : after_wake(before, i.to, i.wakes, kernel_.any_waiter)) {
      for (const queue_after& a : after_wake(first.queue, i.location, wakes_here ? i.wakes_here : 0, kernel_.any_waiter)) {
        finish_update(s, t, encoded(a.queue), static_cast<std::uint64_t>(first.taken + a.taken));
      }
    }
    return;
  }
  const bool is_wake = i.what == opcode::wake;
  const std::vector<queue_after> all = is_wake ? after_wake(before, i.location, i.wakes, kernel_.any_waiter)
                                               : after_requeue(before, i.location, i.wakes, i.moves, i.to, kernel_.any_waiter);
  const std::optional<std::uint64_t> result = is_wake ? std::nullopt : std::optional<std::uint64_t>(1);
  for (const queue_after& a : all) {
    a.taken != 0 ? finish_update(s, t, encoded(a.queue), result) : finish_read(s, t, mode_of(i, part::queue), result);
  }
}

void chooser::leave(state s, std::size_t t) {
  const futex_queue before = decoded(s.written[*s.threads[t].source]);
  const int self = static_cast<int>(t + 1);
  if (!sleeps(before, self)) return;
  if (next(s, t).code->timed) finish_update(s, t, encoded(without(before, self)), timed_out);
  if (!may_wake_for_nothing(s, t)) return;
  s.threads[t].spurious_left = false;
  finish_update(s, t, encoded(without(before, self)), woken);
}

void chooser::come_back(state s, std::size_t t) {
  const event_id end = *next(s, t).other;
  if (sleeps(decoded(s.written[*s.threads[t].source]), static_cast<int>(t + 1))) return;
  record(s, t, end, order::plain);
  s.source[end] = *s.threads[t].source;
  end_step(s, t, woken);
}

void chooser::sleep_for_ever(state s, std::size_t t) {
  s.threads[t].asleep = true;
  while (!is_finished(s, t)) pass(s, t);
  visit(s);
}

void chooser::finish_read(state s, std::size_t t, order mode, std::optional<std::uint64_t> result) {
  const step& now = next(s, t);
  record(s, t, *now.read, mode);
  s.source[*now.read] = *s.threads[t].source;
  if (now.write && !contains(s.ran, *now.write)) s.passed |= only(*now.write);
  end_step(s, t, result);
}

void chooser::finish_update(state s, std::size_t t, std::uint64_t written, std::optional<std::uint64_t> result) {
  const step& now = next(s, t);
  const event_set source = only(*s.threads[t].source);
  if (how_ == search::pruned && (s.claimed & source) != 0) return;
  s.claimed |= source;
  s.written[*now.write] = written;
  const order mode = mode_of(*now.code, now.what);
  record(s, t, *now.write, mode);
  finish_read(std::move(s), t, mode, result);
}

// An answer ends the instruction.
void chooser::end_step(state& s, std::size_t t, std::optional<std::uint64_t> result) {
  const instruction& i = *next(s, t).code;
  thread_state& self = s.threads[t];
  self.source.reset();
  ++self.accesses;
  ++self.next;
  if (result) {
    self.regs[static_cast<std::size_t>(i.target.number)] = *result;
    pass_rest_of(i, s, t);
  }
  if (how_ == search::blind || axioms(graph_of(s), model_).forced().is_acyclic()) visit(s);
}

void chooser::pass_rest_of(const instruction& i, state& s, std::size_t t) const {
  while (!is_finished(s, t) && next(s, t).code == &i) pass(s, t);
}

order chooser::mode_of(const instruction& i, part what) const {
  if (what == part::whole || what == part::change) return i.mode;
  return kernel_.view == queue_view::orders_all ? order::acq_rel : order::plain;
}

void chooser::record(state& s, std::size_t t, event_id e, order mode) const {
  s.ran |= only(e);
  s.mode[e] = mode;
  s.access[e] = s.threads[t].accesses;
}

void chooser::pass(state& s, std::size_t t) const {
  const step& now = next(s, t);
  if (now.write) s.passed |= only(*now.write);
  ++s.threads[t].next;
}

graph chooser::graph_of(const state& s) const {
  graph g(all_.events);
  g.present = s.ran;
  g.wakes_order_memory = kernel_.view != queue_view::orders_nothing;
  const event_set initial = only(all_.writes.size()) - 1;
  for_each(initial, [&](event_id e) { g.create.add_all(e, s.ran & ~initial); });
  for_each(s.ran & ~initial, [&](event_id e) {
    event& self = g.events[e];
    self.mode = s.mode[e];
    self.access = s.access[e];
    for_each(s.ran & ~initial & (only(e) - 1), [&](event_id before) {
      if (all_.events[before].thread == self.thread) g.po.add(before, e);
    });
    if (self.kind == event_kind::read) g.rf.add(s.source[e], e);
  });
  for (const auto& thread : all_.threads) {
    for (const step& one : thread) {
      if (one.read && one.write && contains(s.ran, *one.write)) g.rmw.add(*one.read, *one.write);
      const bool may_be_end = one.what == part::back || one.what == part::over || one.what == part::unqueue;
      if (may_be_end && contains(s.ran, *one.other)) g.wakes.add(s.source[*one.other], *one.other);
    }
  }
  return g;
}

void chooser::give(const state& s) const {
  choice c{.g = graph_of(s),
           .operations = {},
           .sleeps = {},
           .on_any = {},
           .written = {s.written.begin(), s.written.begin() + static_cast<std::ptrdiff_t>(all_.events.size())},
           .at_end = {}};
  for (std::size_t t = 0; t < p_.threads.size(); ++t) {
    c.at_end.push_back(s.threads[t].regs);
    list_kernel_operations(s, t, c);
  }
  consume_(c);
}

void chooser::list_kernel_operations(const state& s, std::size_t t, choice& c) const {
  const int self = static_cast<int>(t + 1);
  std::optional<event_id> compare, changed;
  for (const step& one : all_.threads[t]) {
    const bool reads = one.read && contains(s.ran, *one.read);
    const std::optional<event_id> write = one.write && contains(s.ran, *one.write) ? one.write : std::nullopt;
    if (one.what == part::compare || one.what == part::change) compare = reads ? one.read : std::nullopt;
    if (one.code->what == opcode::wake || one.what == part::unqueue) compare.reset();
    if (one.what == part::change) changed = write;
    if (one.code->what != opcode::wake_op) changed.reset();
    if (one.what == part::queue && reads) {
      c.operations.push_back({self, compare, changed, *one.read, write});
      const bool sleeps = one.code->what == opcode::wait || one.code->what == opcode::wait_any;
      if (sleeps) c.sleeps.push_back({self, *write, {}, {}, one.entry});
    }
    if (one.what == part::over && contains(s.ran, *one.other)) {
      sleep_on_any all{self, {}, *one.other};
      for (auto of = c.sleeps.end() - static_cast<std::ptrdiff_t>(one.code->words.size()); of != c.sleeps.end(); ++of) {
        all.from.push_back(of->from);
      }
      c.on_any.push_back(std::move(all));
    }
    if (one.what == part::unqueue && (write || contains(s.ran, *one.other))) {
      std::size_t n = c.sleeps.size() - 1;
      while (c.sleeps[n].entry != one.entry) --n;
      sleep& of = c.sleeps[n];
      of.left = write;
      if (write) c.operations.push_back({self, {}, {}, *one.read, write});
      else of.back = one.other;
    }
    if (one.what == part::leave && reads) {
      c.operations.push_back({self, {}, {}, *one.read, write});
      c.sleeps.back().left = write;
    }
    if (one.what == part::back && contains(s.ran, *one.other)) c.sleeps.back().back = one.other;
  }
}

}  // namespace

void for_each_choice(const small_program& p, model m, search how, const kernel_options& kernel,
                     const std::function<void(const choice&)>& consume) {
  chooser(p, m, how, kernel, consume).run();
}

}  // namespace holdfast::oracle
