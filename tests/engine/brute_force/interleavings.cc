#include "tests/engine/brute_force/interleavings.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <set>

#include "tests/engine/brute_force/enumerate.h"
#include "tests/engine/brute_force/futex_queue.h"

namespace holdfast::oracle {
namespace {

// A run so far.
struct run {
  struct position {
    std::size_t next = 0;
    int accesses = 0;
    bool is_asleep = false;  // in the wait that is next, or woken and not back
  };
  std::array<position, most_threads> at;
  std::vector<access_name> last_writer;  // of each location, and of the queue
  futex_queue queue;
  std::array<access_name, most_threads> waker;  // who took the sleeper off
  execution so_far;
};

class machine {
 public:
  explicit machine(const small_program& p) : p_(p) {}

  std::vector<std::string> run_all() {
    run r;
    const std::size_t places = p_.locations.size() + (enters_kernel(p_) ? 1 : 0);
    r.last_writer.resize(places);
    r.so_far.coherence.resize(places);
    r.so_far.at_end.resize(p_.threads.size());
    for (const location& l : p_.locations) r.so_far.memory.push_back(fitted(l.initial, l.bits));
    visit(r);
    return {found_.begin(), found_.end()};
  }

 private:
  static std::uint64_t fitted(std::uint64_t value, unsigned bits) { return value << (64 - bits) >> (64 - bits); }

  static bool holds(const predicate& p, std::uint64_t actual, std::uint64_t value) {
    return p.how == comparison::equal ? actual == value : actual != value;
  }

  static std::uint64_t value(const run& r, std::size_t t, const operand& o) {
    return o.constant + (o.source ? r.so_far.at_end[t].at(static_cast<std::size_t>(o.source->number)) : 0);
  }

  void visit(const run& r) {
    bool all_ended = true;
    for (std::size_t t = 0; t < p_.threads.size(); ++t) {
      if (r.at[t].next == p_.threads[t].size()) continue;
      if (!r.at[t].is_asleep || !sleeps(r.queue, static_cast<int>(t + 1))) all_ended = false;
      r.at[t].is_asleep ? end_sleep(r, t, p_.threads[t][r.at[t].next]) : step(r, t, p_.threads[t][r.at[t].next]);
    }
    if (!all_ended) return;
    execution e = r.so_far;
    for (std::size_t t = 0; t < p_.threads.size(); ++t) {
      if (r.at[t].is_asleep) e.asleep.push_back(static_cast<int>(t + 1));
    }
    std::ranges::sort(e.reads, {}, &read_from::reader);
    found_.insert(canonical(e));
  }

  // Compares and queues at once.
  void enter_kernel(run r, std::size_t t, const instruction& i) {
    const int self = static_cast<int>(t + 1);
    const std::size_t l = static_cast<std::size_t>(i.location);
    std::uint64_t* const result = &r.so_far.at_end[t].at(static_cast<std::size_t>(i.target.number));
    if (i.what == opcode::wake_op) return wake_op(r, t, i, *result);
    if (i.what != opcode::wake) {
      r.so_far.reads.push_back({{self, r.at[t].accesses++}, r.last_writer[l]});
      const bool goes_on = r.so_far.memory[l] == fitted(value(r, t, i.expected), p_.locations[l].bits);
      if (i.what == opcode::requeue) *result = goes_on ? 1 : 0;
      if (i.what == opcode::wait && !goes_on) *result = changed;
      if (!goes_on) return visit(r);
    }
    if (i.what == opcode::wait) {
      --r.at[t].next;
      r.at[t].is_asleep = true;
      r.queue = with(r.queue, self, i.location);
      access_queue(r, t, true);
      return visit(r);
    }
    const queue_after done = i.what == opcode::wake ? after_wake(r.queue, i.location, i.wakes, false).front()
                                                    : after_requeue(r.queue, i.location, i.wakes, i.moves, i.to, false).front();
    note_woken(r, t, done.queue);
    access_queue(r, t, done.taken != 0);
    visit(r);
  }

  // Updates the word and wakes at once.
  void wake_op(run& r, std::size_t t, const instruction& i, std::uint64_t& result) {
    const int self = static_cast<int>(t + 1);
    const std::size_t l = static_cast<std::size_t>(i.location);
    const access_name update = {self, r.at[t].accesses++};
    const std::uint64_t old = r.so_far.memory[l];
    r.so_far.reads.push_back({update, r.last_writer[l]});
    r.so_far.memory[l] = fitted(updated(i.kind, old, fitted(value(r, t, i.value), p_.locations[l].bits)), p_.locations[l].bits);
    r.so_far.coherence[l].push_back(update);
    r.last_writer[l] = update;
    const auto number = static_cast<std::int64_t>(static_cast<std::int32_t>(static_cast<std::uint32_t>(old)));
    const std::int64_t order = number - i.than;
    const bool passes = i.test == signed_test::equal           ? order == 0
                        : i.test == signed_test::not_equal     ? order != 0
                        : i.test == signed_test::less          ? order < 0
                        : i.test == signed_test::less_or_equal ? order <= 0
                        : i.test == signed_test::greater       ? order > 0
                                                               : order >= 0;
    const queue_after first = after_wake(r.queue, i.to, i.wakes, false).front();
    const queue_after done = after_wake(first.queue, i.location, passes ? i.wakes_here : 0, false).front();
    note_woken(r, t, done.queue);
    result = static_cast<std::uint64_t>(first.taken + done.taken);
    access_queue(r, t, true);
    visit(r);
  }

  // Of those who are in the queue no more: it is the thread's next access that takes them off.
  void note_woken(run& r, std::size_t t, const futex_queue& after) {
    for (const sleeper& s : r.queue) {
      if (!sleeps(after, s.thread)) r.waker[static_cast<std::size_t>(s.thread - 1)] = {static_cast<int>(t + 1), r.at[t].accesses};
    }
    r.queue = after;
  }

  void end_sleep(run r, std::size_t t, const instruction& i) {
    const int self = static_cast<int>(t + 1);
    const bool is_woken = !sleeps(r.queue, self);
    if (!is_woken && !i.timed) return;
    r.at[t].is_asleep = false;
    ++r.at[t].next;
    r.so_far.at_end[t].at(static_cast<std::size_t>(i.target.number)) = is_woken ? woken : timed_out;
    if (is_woken) {
      r.so_far.reads.push_back({{self, r.at[t].accesses++}, r.waker[t]});
    } else {
      r.queue = without(r.queue, self);
      access_queue(r, t, true);
    }
    visit(r);
  }

  void access_queue(run& r, std::size_t t, bool is_write) {
    const access_name self = {static_cast<int>(t + 1), r.at[t].accesses++};
    r.so_far.reads.push_back({self, r.last_writer.back()});
    if (!is_write) return;
    r.so_far.coherence.back().push_back(self);
    r.last_writer.back() = self;
  }

  void step(run r, std::size_t t, const instruction& i) {
    ++r.at[t].next;
    const auto tested = [&] { return r.so_far.at_end[t].at(static_cast<std::size_t>(i.only_if->tested.number)); };
    const bool is_skipped = i.only_if && !holds(i.only_if->holds, tested(), value(r, t, i.only_if->holds.value));
    if (is_skipped || i.what == opcode::fence) return visit(r);
    if (enters_kernel(i)) return enter_kernel(r, t, i);
    const std::size_t l = static_cast<std::size_t>(i.location);
    const unsigned bits = p_.locations[l].bits;
    const std::uint64_t now = r.so_far.memory[l];
    const std::uint64_t operand = fitted(value(r, t, i.value), bits);
    const bool is_expected = now == fitted(value(r, t, i.expected), bits);
    const bool ends = holds(i.until, now, fitted(value(r, t, i.until.value), bits));
    switch (i.what) {
      case opcode::fence:
      case opcode::wait:
      case opcode::wake:
      case opcode::requeue:
      case opcode::wake_op:
      case opcode::wait_any: break;
      case opcode::load: access(r, t, i, true, false, 0); break;
      case opcode::store: access(r, t, i, false, true, operand); break;
      case opcode::update: access(r, t, i, true, true, fitted(updated(i.kind, now, operand), bits)); break;
      case opcode::await_load:
        if (ends) access(r, t, i, true, false, 0);
        break;
      case opcode::await_exchange:
        if (ends) access(r, t, i, true, true, operand);
        break;
      case opcode::await_compare_exchange:
        if (is_expected) access(r, t, i, true, true, operand);
        break;
      case opcode::compare_exchange:
        if (is_expected) access(r, t, i, true, true, operand);
        if (!is_expected || i.weak) access(r, t, i, true, false, 0);
    }
  }

  static std::uint64_t updated(update_kind kind, std::uint64_t now, std::uint64_t by) {
    switch (kind) {
      case update_kind::exchange: return by;
      case update_kind::add: return now + by;
      case update_kind::subtract: return now - by;
      case update_kind::bit_and: return now & by;
      case update_kind::bit_or: return now | by;
      case update_kind::bit_xor: return now ^ by;
    }
    return 0;
  }

  void access(run r, std::size_t t, const instruction& i, bool is_read, bool is_write, std::uint64_t written) {
    const std::size_t l = static_cast<std::size_t>(i.location);
    const access_name self = {static_cast<int>(t + 1), r.at[t].accesses++};
    if (is_read) {
      r.so_far.reads.push_back({self, r.last_writer[l]});
      r.so_far.at_end[t].at(static_cast<std::size_t>(i.target.number)) = r.so_far.memory[l];
    }
    if (is_write) {
      r.so_far.memory[l] = written;
      r.so_far.coherence[l].push_back(self);
      r.last_writer[l] = self;
    }
    visit(r);
  }

  const small_program& p_;
  std::set<std::string> found_;
};

}  // namespace

std::vector<std::string> interleavings(const small_program& p) { return machine(p).run_all(); }

}  // namespace holdfast::oracle
