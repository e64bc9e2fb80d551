// The threads are run in an order that is a function of what their reads were given, and a read may be given a write that has not run
// yet: its thread then waits for it. So no two ways of running lead to the same choice. A choice fails if the write never comes (its guard
// is false, its compare-exchange fails), if threads wait for each other (a cycle of po and rf), or if an await is given a value that does
// not end it.
#include "tests/engine/brute_force/read_choices.h"

#include <limits>
#include <optional>
#include <utility>

namespace holdfast::oracle {
namespace {

// The events that an instruction has if it runs.
struct slot {
  std::optional<event_id> read, write, fence;
};

// How far a run has come. Threads are counted from 0 here.
struct thread_state {
  std::size_t next = 0;
  int accesses = 0;
  std::optional<event_id> source;  // given to the read that is next
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

std::uint64_t truncated(std::uint64_t value, const location& l) {
  return l.bits == 64 ? value : value & ((std::uint64_t{1} << l.bits) - 1);
}

std::uint64_t value_of(const operand& o, const registers& regs) {
  return o.constant + (o.source ? regs[static_cast<std::size_t>(o.source->number)] : 0);
}

bool holds(comparison how, std::uint64_t a, std::uint64_t b) { return (how == comparison::equal) == (a == b); }

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
  chooser(const small_program& p, model m, search how, const std::function<void(const choice&)>& consume);

  void run();

 private:
  const instruction& next(const state& s, std::size_t t) const { return p_.threads[t][s.threads[t].next]; }
  const slot& next_slot(const state& s, std::size_t t) const { return slots_[t][s.threads[t].next]; }
  const location& at(const instruction& i) const { return p_.locations[static_cast<std::size_t>(i.location)]; }

  bool is_finished(const state& s, std::size_t t) const { return s.threads[t].next == p_.threads[t].size(); }
  bool waits(const state& s, std::size_t t) const { return s.threads[t].source && !contains(s.ran, *s.threads[t].source); }
  bool would_wait_for_itself(const state& s, std::size_t t, event_id source) const;

  // Everything from here on.
  void visit(const state& s);
  void step(state s, std::size_t t);
  void give_sources(const state& s, std::size_t t);
  void read(const state& s, std::size_t t);

  // The instruction ends: as what it is, or having done nothing but read.
  void finish_read(state s, std::size_t t, order mode);
  void finish_update(state s, std::size_t t, std::uint64_t result);

  void record(state& s, std::size_t t, event_id e, order mode) const;
  void pass(state& s, std::size_t t) const;
  graph graph_of(const state& s) const;
  void give(const state& s) const;

  const small_program& p_;
  const model model_;
  const search how_;
  const std::function<void(const choice&)>& consume_;
  std::vector<event> events_;
  std::vector<std::vector<slot>> slots_;
  std::vector<event_set> writes_;  // to each location
};

chooser::chooser(const small_program& p, model m, search how, const std::function<void(const choice&)>& consume)
    : p_(p), model_(m), how_(how), consume_(consume), slots_(p.threads.size()) {
  const auto add = [this](event_kind kind, int l, int thread) {
    if (kind == event_kind::write) writes_[static_cast<std::size_t>(l)] |= only(events_.size());
    events_.push_back({.kind = kind, .location = l, .thread = thread});
    return events_.size() - 1;
  };
  writes_.resize(p.locations.size());
  for (std::size_t l = 0; l < p.locations.size(); ++l) add(event_kind::write, static_cast<int>(l), 0);
  for (std::size_t t = 0; t < p.threads.size(); ++t) {
    const int number = static_cast<int>(t + 1);
    for (const instruction& i : p.threads[t]) {
      slot s;
      if (i.what == opcode::fence) s.fence = add(event_kind::fence, -1, number);
      if (reads(i)) s.read = add(event_kind::read, i.location, number);
      if (writes(i)) s.write = add(event_kind::write, i.location, number);
      slots_[t].push_back(s);
    }
  }
}

void chooser::run() {
  state s;
  for (event_id l = 0; l < p_.locations.size(); ++l) {
    s.ran |= only(l);
    s.written[l] = truncated(p_.locations[l].initial, p_.locations[l]);
  }
  visit(s);
}

void chooser::visit(const state& s) {
  bool all_finished = true;
  for (std::size_t t = 0; t < p_.threads.size(); ++t) {
    if (is_finished(s, t)) continue;
    all_finished = false;
    if (s.threads[t].source && contains(s.passed, *s.threads[t].source)) return;
    if (!waits(s, t)) return step(s, t);
  }
  if (all_finished) give(s);
}

void chooser::step(state s, std::size_t t) {
  const instruction& i = next(s, t);
  thread_state& self = s.threads[t];
  if (i.only_if) {
    const predicate& p = i.only_if->holds;
    if (!holds(p.how, self.regs[static_cast<std::size_t>(i.only_if->tested.number)], value_of(p.value, self.regs))) {
      pass(s, t);
      return visit(s);
    }
  }
  if (reads(i)) return self.source ? read(s, t) : give_sources(s, t);
  const slot& events = next_slot(s, t);
  if (i.what == opcode::fence) {
    record(s, t, *events.fence, i.mode);
  } else {
    s.written[*events.write] = truncated(value_of(i.value, self.regs), at(i));
    record(s, t, *events.write, i.mode);
    ++self.accesses;
  }
  ++self.next;
  visit(s);
}

void chooser::give_sources(const state& s, std::size_t t) {
  const instruction& i = next(s, t);
  for_each(writes_[static_cast<std::size_t>(i.location)] & ~s.passed, [&](event_id source) {
    // Its own later writes, itself included, no read can read.
    const bool is_later = events_[source].thread == static_cast<int>(t + 1) && !contains(s.ran, source);
    if (is_later || (how_ == search::pruned && would_wait_for_itself(s, t, source))) return;
    state given = s;
    given.threads[t].source = source;
    visit(given);
  });
}

bool chooser::would_wait_for_itself(const state& s, std::size_t t, event_id source) const {
  while (!contains(s.ran, source)) {
    const std::size_t other = static_cast<std::size_t>(events_[source].thread - 1);
    if (other == t) return true;
    if (!s.threads[other].source) return false;
    source = *s.threads[other].source;
  }
  return false;
}

void chooser::read(const state& s, std::size_t t) {
  const instruction& i = next(s, t);
  const registers& regs = s.threads[t].regs;
  const std::uint64_t value = s.written[*s.threads[t].source];
  const auto here = [&](const operand& o) { return truncated(value_of(o, regs), at(i)); };
  const bool ends = holds(i.until.how, value, here(i.until.value));
  const bool is_expected = value == here(i.expected);
  switch (i.what) {
    case opcode::load: return finish_read(s, t, i.mode);
    case opcode::await_load: return ends ? finish_read(s, t, i.mode) : void();
    case opcode::update: return finish_update(s, t, updated(i.kind, value, here(i.value)));
    case opcode::await_exchange: return ends ? finish_update(s, t, here(i.value)) : void();
    case opcode::await_compare_exchange: return is_expected ? finish_update(s, t, here(i.value)) : void();
    case opcode::compare_exchange:
      if (is_expected) finish_update(s, t, here(i.value));
      if (!is_expected || i.weak) finish_read(s, t, i.failure);
      return;
    case opcode::store:
    case opcode::fence: return;
  }
}

void chooser::finish_read(state s, std::size_t t, order mode) {
  thread_state& self = s.threads[t];
  const slot& events = next_slot(s, t);
  record(s, t, *events.read, mode);
  s.source[*events.read] = *self.source;
  if (events.write && !contains(s.ran, *events.write)) s.passed |= only(*events.write);
  self.regs[static_cast<std::size_t>(next(s, t).target.number)] = s.written[*self.source];
  self.source.reset();
  ++self.accesses;
  ++self.next;
  if (how_ == search::blind || axioms(graph_of(s), model_).forced().is_acyclic()) visit(s);
}

void chooser::finish_update(state s, std::size_t t, std::uint64_t result) {
  const instruction& i = next(s, t);
  const slot& events = next_slot(s, t);
  const event_set source = only(*s.threads[t].source);
  if (how_ == search::pruned && (s.claimed & source) != 0) return;
  s.claimed |= source;
  s.written[*events.write] = truncated(result, at(i));
  record(s, t, *events.write, i.mode);
  finish_read(std::move(s), t, i.mode);
}

void chooser::record(state& s, std::size_t t, event_id e, order mode) const {
  s.ran |= only(e);
  s.mode[e] = mode;
  s.access[e] = s.threads[t].accesses;
}

void chooser::pass(state& s, std::size_t t) const {
  const slot& events = next_slot(s, t);
  if (events.write) s.passed |= only(*events.write);
  ++s.threads[t].next;
}

graph chooser::graph_of(const state& s) const {
  graph g(events_);
  g.present = s.ran;
  const event_set initial = only(p_.locations.size()) - 1;
  for_each(initial, [&](event_id e) { g.create.add_all(e, s.ran & ~initial); });
  for_each(s.ran & ~initial, [&](event_id e) {
    event& self = g.events[e];
    self.mode = s.mode[e];
    self.access = s.access[e];
    for_each(s.ran & ~initial & (only(e) - 1), [&](event_id before) {
      if (events_[before].thread == self.thread) g.po.add(before, e);
    });
    if (self.kind == event_kind::read) g.rf.add(s.source[e], e);
  });
  for (const auto& thread : slots_) {
    for (const slot& events : thread) {
      if (events.read && events.write && contains(s.ran, *events.write)) g.rmw.add(*events.read, *events.write);
    }
  }
  return g;
}

void chooser::give(const state& s) const {
  choice c{.g = graph_of(s), .written = {s.written.begin(), s.written.begin() + events_.size()}, .at_end = {}};
  for (std::size_t t = 0; t < p_.threads.size(); ++t) c.at_end.push_back(s.threads[t].regs);
  consume_(c);
}

}  // namespace

void for_each_choice(const small_program& p, model m, search how, const std::function<void(const choice&)>& consume) {
  chooser(p, m, how, consume).run();
}

}  // namespace holdfast::oracle
