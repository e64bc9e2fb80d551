#include "tests/kernel/generator.h"

#include <algorithm>

#include "tests/kernel/generator_world.h"

namespace holdfast::kernel_test {
namespace {

class maker : generator_world {
 public:
  maker(std::uint64_t seed, const generator_options& options) : generator_world(seed, options) {}

  script make(std::uint64_t seed) {
    script s;
    s.name = std::string(theme_->name) + ", seed " + std::to_string(seed);
    const int length = options_.shortest + below(options_.longest - options_.shortest + 1);
    // A few more tries than steps: not every choice applies.
    for (int tries = 0; static_cast<int>(s.steps.size()) < length && tries < 8 * length; ++tries) {
      script_step step = choose();
      model trial = model_;
      if (!trial.take(step, false).applied) continue;
      model_ = trial;
      s.steps.push_back(std::move(step));
    }
    return s;
  }

 private:
  script_step choose() {
    if (below(400) == 0) return protect();
    const int dice = below(100);
    if (dice < theme_->store) return store();
    if (dice < theme_->store + theme_->robust) return robust();
    if (dice < theme_->store + theme_->robust + theme_->exit) return end();
    if (dice >= 100 - signals_) return signal();
    if (expires_left_ > 0 && chance(25)) {
      script_step e = event(event_kind::expire, any_thread());
      if (applies(model_.kernel(), e.event)) {
        --expires_left_;
        return e;
      }
    }
    if (priorities_ && chance(12)) {
      script_step e = event(event_kind::set_priority, any_thread());
      if (!chance(25)) e.event.priority = fifo_priority(10 + 10 * below(4));
      return e;
    }
    return a_call();
  }

  script_step event(event_kind kind, int t) {
    script_step s;
    s.what = action::event;
    s.thread = t;
    s.event.kind = kind;
    s.event.thread = static_cast<thread_id>(t);
    return s;
  }

  script_step store() {
    script_step s;
    s.what = action::store;
    s.thread = any_thread();
    s.where = words_[static_cast<std::size_t>(below(static_cast<int>(words_.size())))];
    const bool of_owners = theme_->robust > 0 || chance(10);
    s.stored = of_owners && chance(80) ? owner_word() : plain();
    return s;
  }

  script_step protect() {
    script_step s;
    s.what = action::protect;
    s.thread = any_thread();
    s.where = words_[0];
    return s;
  }

  script_step robust() {
    script_step s;
    s.what = action::robust;
    s.thread = any_thread();
    // Mostly of a thread that owns a word.
    for (const address& w : words_) {
      const value v = current(0, w);
      if (v.tid_of >= 0 && chance(60)) s.thread = v.tid_of;
    }
    std::vector<address> left = words_;
    while (!left.empty() && chance(70)) {
      const auto i = static_cast<std::size_t>(below(static_cast<int>(left.size())));
      s.entries.push_back({left[i], chance(25)});
      if (left[i].page == object_page && chance(5)) s.entries.back().word.offset = static_cast<std::uint16_t>(left[i].offset + 2);
      left.erase(left.begin() + static_cast<std::ptrdiff_t>(i));
    }
    if (chance(50)) s.pending = robust_entry{words_[static_cast<std::size_t>(below(static_cast<int>(words_.size())))], chance(15)};
    if (chance(8)) s.end = robust_list::ending::fault;
    if (!s.entries.empty() && chance(8)) {
      s.end = robust_list::ending::loop;
      s.loop_to = static_cast<std::size_t>(below(static_cast<int>(s.entries.size())));
    }
    return s;
  }

  // Threads of one process that end together do so in an order of which nothing is known: at most one of them may have something to leave,
  // and none may sleep.
  bool may_end_at_once(int process) const {
    if (sleepers_of(process) > 0) return false;
    int with_list = 0;
    for (int t = 0; t < threads; ++t) with_list += process_of(t) == process && model_.has_robust_list(t) ? 1 : 0;
    return with_list <= 1;
  }

  script_step end() {
    int t = any_thread();
    for (const int other : pool_) {
      if (model_.has_robust_list(other) && model_.is_alive(other) && !sleeps(other) && chance(50)) t = other;
    }
    if (chance(75) || !may_end_at_once(process_of(t))) return event(event_kind::exit, t);
    return event(chance(80) ? event_kind::kill : event_kind::exec, t);
  }

  script_step signal() {
    const int t = any_thread();
    const int p = process_of(t);
    if (model_.kernel().is_stopped(static_cast<process_id>(p))) return event(event_kind::resume, t);
    if (chance(20) && sleepers_of(p) <= 1) return event(event_kind::stop, t);
    return event(chance(50) ? event_kind::signal : event_kind::signal_restart, t);
  }

  script_step a_call() {
    script_step s;
    s.thread = any_thread();
    int total = 0;
    for (const weighted& w : theme_->ops) total += options_.has(w.op) ? w.weight : 0;
    int at = below(total);
    opcode op = opcode::wake;
    for (const weighted& w : theme_->ops) {
      if (!options_.has(w.op)) continue;
      op = w.op;
      at -= w.weight;
      if (at < 0) break;
    }
    call& c = s.call;
    c.thread = static_cast<thread_id>(s.thread);
    c.op = op;
    c.is_private = chance(privacy_);
    c.uaddr = any_word();
    fill(s);
    if (can_wait(op)) add_deadline(c);
    return s;
  }

  static bool can_wait(opcode op) {
    using enum opcode;
    return op == wait || op == wait_bitset || op == opcode::futex_wait || op == futex_waitv || op == lock_pi || op == lock_pi2 ||
           op == wait_requeue_pi;
  }

  void add_deadline(call& c) {
    if (c.op == opcode::wait_bitset || c.op == opcode::lock_pi2 || c.op == opcode::wait_requeue_pi || c.op == opcode::futex_wait ||
        c.op == opcode::futex_waitv) {
      if (chance(20)) c.clock = clock::realtime;
    } else if (chance(1)) {
      c.clock = clock::realtime;
    }
    c.counted_in = clock_of(c);
    if (!timed_ || !chance(50)) return;
    c.until = chance(80) ? deadline::pending : chance(70) ? deadline::past : chance(50) ? deadline::invalid : deadline::fault;
    if (chance(6)) c.counted_in = c.counted_in == clock::realtime ? clock::monotonic : clock::realtime;
  }

  std::uint32_t how_many() { return static_cast<std::uint32_t>(chance(90) ? 1 + below(3) : below(4) - 2); }
  std::uint32_t bits() { return chance(3) ? 0 : static_cast<std::uint32_t>(1 + below(7)); }

  void fill(script_step& s) {
    using enum opcode;
    call& c = s.call;
    const int p = process_of(s.thread);
    switch (c.op) {
      case wait: s.val = expected(p, c.uaddr); break;
      case wait_bitset:
      case opcode::futex_wait:
        s.val = expected(p, c.uaddr);
        if (chance(50)) s.val3 = {-1, bits()};
        if (c.op == opcode::futex_wait && chance(2)) c.size = static_cast<std::uint8_t>(below(4));
        break;
      case wake: s.val.bits = how_many(); break;
      case wake_bitset:
      case futex_wake:
        s.val.bits = how_many();
        if (chance(60)) s.val3 = {-1, bits()};
        break;
      case requeue:
      case cmp_requeue:
        c.uaddr2 = any_word();
        s.val.bits = static_cast<std::uint32_t>(below(3));
        c.val2 = chance(5) ? -below(2) : below(3);
        s.val3 = expected(p, c.uaddr);
        if (chance(2)) s.val.bits = static_cast<std::uint32_t>(-1);
        break;
      case wake_op:
        c.uaddr2 = any_word();
        s.val.bits = how_many();
        c.val2 = static_cast<std::int32_t>(how_many());
        s.val3 = {-1, wake_operation()};
        break;
      case wait_requeue_pi:
        choose_pair(c);
        s.val = expected(p, c.uaddr);
        break;
      case cmp_requeue_pi:
        choose_pair(c);
        s.val.bits = chance(95) ? 1 : static_cast<std::uint32_t>(below(3));
        c.val2 = below(3);
        s.val3 = expected(p, c.uaddr);
        break;
      case futex_requeue:
      case futex_waitv: entries(s); break;
      case get_robust_list: s.val.tid_of = static_cast<std::int8_t>(any_thread()); break;
      case set_robust_list: s.val.bits = chance(60) ? 24 : 12; break;
      default: break;
    }
  }

  // Mostly from the first word to the second.
  void choose_pair(call& c) {
    c.uaddr = chance(90) ? words_[0] : any_word();
    c.uaddr2 = chance(90) ? words_[1] : any_word();
    if (aliases_ && c.uaddr.page == object_page && chance(15)) c.uaddr.page = object_again;
    if (aliases_ && c.uaddr2.page == object_page && chance(15)) c.uaddr2.page = object_again;
  }

  std::uint32_t wake_operation() {
    const auto op = static_cast<std::uint32_t>(chance(95) ? below(5) : below(8));
    const auto cmp = static_cast<std::uint32_t>(chance(95) ? below(6) : below(16));
    // Where words have owners, a small number could be the tid of a thread outside of the script.
    const bool owners = theme_->robust > 0;
    if (owners) return 8u << 28 | (op % 5) << 28 | cmp << 24 | static_cast<std::uint32_t>(24 + below(3)) << 12 | (chance(80) ? 0 : 0xfff);
    const auto arg = [&] { return static_cast<std::uint32_t>(chance(85) ? below(4) : 0xfff - below(4)); };
    return (chance(10) ? 8u << 28 : 0) | op << 28 | cmp << 24 | arg() << 12 | arg();
  }

  void entries(script_step& s) {
    call& c = s.call;
    const bool requeues = c.op == opcode::futex_requeue;
    c.nr_futexes = static_cast<std::uint8_t>(requeues ? 2 : 1 + below(4));
    c.uaddr = {};
    for (std::size_t i = 0; i < c.nr_futexes; ++i) {
      waitv_entry& e = c.entries[i];
      e.uaddr = any_word();
      e.is_private = requeues && i == 1 && chance(95) ? c.entries[0].is_private : chance(privacy_);
      if (chance(1)) e.size = static_cast<std::uint8_t>(below(4));
      s.entry_val[i] = expected(process_of(s.thread), e.uaddr);
    }
    c.is_private = false;
    if (requeues) {
      s.val.bits = static_cast<std::uint32_t>(below(3));
      c.val2 = below(3);
    }
  }
};

}  // namespace

script generate(std::uint64_t seed, const generator_options& options) { return maker(seed, options).make(seed); }

}  // namespace holdfast::kernel_test
