#include "tests/kernel/generator.h"

#include <algorithm>
#include <array>
#include <random>

#include "tests/kernel/model.h"

namespace holdfast::kernel_test {
namespace {

constexpr tids model_ids{1001, 1002, 1003, 1004, 1006, 1007, 1008};
constexpr std::array<std::uint32_t, processes> model_leaders{1000, 1005};
constexpr std::uint32_t nobodys_tid = 0x1000000;  // Linux has 2^22 at most

struct weighted {
  opcode op;
  int weight;
};

struct theme {
  const char* name;
  std::vector<weighted> ops;
  int store, robust, exit;  // per cent
};

const std::vector<theme>& themes() {
  using enum opcode;
  static const std::vector<theme> all = {
      {"wait and wake",
       {{wait, 6}, {wake, 5}, {wait_bitset, 5}, {wake_bitset, 5}, {opcode::futex_wait, 3}, {futex_wake, 3}, {wake_op, 1}, {requeue, 1}},
       6,
       0,
       1},
      {"requeue",
       {{wait, 5},
        {wait_bitset, 2},
        {opcode::futex_wait, 2},
        {wake, 4},
        {requeue, 4},
        {cmp_requeue, 4},
        {futex_requeue, 4},
        {futex_waitv, 2},
        {wake_op, 1}},
       5,
       0,
       1},
      {"wake_op and waitv", {{wait, 4}, {futex_waitv, 6}, {wake, 3}, {wake_op, 7}, {requeue, 1}, {wake_bitset, 1}}, 6, 0, 1},
      {"pi", {{lock_pi, 8}, {unlock_pi, 6}, {trylock_pi, 2}, {lock_pi2, 4}, {wake, 1}, {wait, 1}}, 5, 2, 2},
      {"requeue pi",
       {{wait_requeue_pi, 8}, {cmp_requeue_pi, 7}, {lock_pi, 3}, {unlock_pi, 5}, {wake, 1}, {wait, 1}, {requeue, 1}},
       4,
       1,
       1},
      {"robust", {{wait, 7}, {wake, 2}, {lock_pi, 3}, {unlock_pi, 2}, {wait_bitset, 1}}, 15, 15, 12},
      {"everything",
       {{wait, 4},
        {wake, 3},
        {requeue, 2},
        {cmp_requeue, 2},
        {wake_op, 2},
        {lock_pi, 3},
        {unlock_pi, 3},
        {trylock_pi, 1},
        {wait_bitset, 2},
        {wake_bitset, 2},
        {wait_requeue_pi, 3},
        {cmp_requeue_pi, 3},
        {lock_pi2, 2},
        {opcode::futex_wait, 2},
        {futex_wake, 2},
        {futex_requeue, 2},
        {futex_waitv, 2},
        {set_robust_list, 1},
        {unknown, 1}},
       7,
       4,
       4},
  };
  return all;
}

class maker {
 public:
  maker(std::uint64_t seed, const generator_options& options) : options_(options), random_(seed), model_(model_ids, model_leaders, {}) {}

  script make(std::uint64_t seed) {
    choose_world();
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
  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(int per_cent) { return below(100) < per_cent; }

  void choose_world() {
    theme_ = &themes()[static_cast<std::size_t>(below(static_cast<int>(themes().size())))];
    const int in_p = 2 + below(3);
    const int in_q = chance(60) ? 1 + below(2) : (in_p < 3 ? 1 : 0);
    for (int t = 0; t < in_p; ++t) pool_.push_back(t);
    for (int t = 0; t < in_q; ++t) pool_.push_back(4 + t);
    const int number = 2 + below(2);
    const bool own = chance(25);
    for (int w = 0; w < number; ++w) words_.push_back({own || chance(10) ? own_page : object_page, at(w)});
    privacy_ = chance(70) ? 0 : chance(50) ? 100 : 30;
    if (own && chance(50)) privacy_ = 100;
    // Two kinds of key for one word would be two PI futexes: when their owner ends, both new owners write the word, in an order of which
    // nothing is known.
    if (theme_->robust > 0 && privacy_ == 30) privacy_ = 0;
    aliases_ = theme_->robust == 0 || privacy_ == 0;
    expires_left_ = chance(25) ? 1 + below(2) : 0;
    timed_ = expires_left_ > 0 || chance(20);
    priorities_ = options_.priorities && chance(30);
    signals_ = chance(40) ? 12 : 3;
  }

  static std::uint16_t at(int word) { return static_cast<std::uint16_t>(word * cell_size); }

  const thread_state& thread(int t) const { return model_.kernel().threads[static_cast<std::size_t>(t)]; }
  bool sleeps(int t) const { return thread(t).phase == phase::sleeping; }
  int sleepers_of(int process) const {
    int n = 0;
    for (int t = 0; t < threads; ++t) n += process_of(t) == process && (sleeps(t) || thread(t).phase == phase::stopped) ? 1 : 0;
    return n;
  }
  int any_thread() { return pool_[static_cast<std::size_t>(below(static_cast<int>(pool_.size())))]; }

  address any_word() {
    if (chance(2)) {
      constexpr std::uint8_t odd[] = {own_read_only, object_read_only, unmapped_page, kernel_page, object_page};
      const std::uint8_t page = odd[below(5)];
      return {page, static_cast<std::uint16_t>(at(below(2)) + (page == object_page ? 1 + below(3) : 0))};
    }
    address a = words_[static_cast<std::size_t>(below(static_cast<int>(words_.size())))];
    if (aliases_ && a.page == object_page && chance(20)) a.page = chance(90) ? object_again : object_read_only;
    return a;
  }

  // What the word holds, as a value that holds for other tids too.
  value current(int process, address a) const {
    const std::uint32_t word = model_.word(process, a);
    const auto owner = std::ranges::find(model_ids, word & tid_mask);
    if (owner == model_ids.end()) return {-1, word};
    return {static_cast<std::int8_t>(owner - model_ids.begin()), word & ~tid_mask};
  }
  value expected(int process, address a) {
    if (chance(92)) return current(process, a);
    return plain();
  }
  // 0 or a number that is no thread's.
  value plain() {
    const auto n = static_cast<std::uint32_t>(below(3));
    return {-1, n == 0 ? 0 : nobodys_tid + n};
  }
  value owner_word() {
    value v;
    if (chance(75)) v.tid_of = static_cast<std::int8_t>(any_thread());
    if (chance(10)) v = {-1, nobodys_tid};
    if (chance(40)) v.bits |= waiters_bit;
    if (chance(25)) v.bits |= owner_died_bit;
    return v;
  }

  script_step choose() {
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

  script_step robust() {
    script_step s;
    s.what = action::robust;
    s.thread = any_thread();
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

  // Threads of one process that end together do so in an order of which nothing is known: at most one of them may have something to leave, and
  // none may sleep.
  bool may_end_at_once(int process) const {
    if (sleepers_of(process) > 0) return false;
    int with_list = 0;
    for (int t = 0; t < threads; ++t) with_list += process_of(t) == process && model_.has_robust_list(t) ? 1 : 0;
    return with_list <= 1;
  }

  script_step end() {
    const int t = any_thread();
    if (chance(80) || !may_end_at_once(process_of(t))) return event(event_kind::exit, t);
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

  const generator_options& options_;
  std::mt19937_64 random_;
  model model_;
  const theme* theme_ = nullptr;
  std::vector<int> pool_;
  std::vector<address> words_;
  int privacy_ = 0;
  bool aliases_ = true;
  int expires_left_ = 0;
  bool timed_ = false;
  bool priorities_ = false;
  int signals_ = 0;
};

}  // namespace

script generate(std::uint64_t seed, const generator_options& options) { return maker(seed, options).make(seed); }

}  // namespace holdfast::kernel_test
