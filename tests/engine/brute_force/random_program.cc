#include "tests/engine/brute_force/random_program.h"

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <utility>
#include <vector>

namespace holdfast::oracle {
namespace {

constexpr std::uint64_t values = 4;  // constants are below this

enum class style { relaxed, release_acquire, mostly_seq_cst, any };

class author {
 public:
  author(std::mt19937_64& random, const shape& s) : random_(random), shape_(s) {}

  small_program write();

 private:
  // The standard's distributions differ between libraries.
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <class T>
  T any(std::initializer_list<T> of) {
    return *(of.begin() + below(of.size()));
  }

  location any_location();
  std::vector<instruction> any_thread(std::size_t number);
  instruction any_end(std::size_t thread, bool is_first, bool is_last);
  std::size_t ring_place(std::size_t thread) const { return ring_[thread % ring_.size()]; }
  opcode any_opcode();
  instruction any_instruction();
  instruction any_fence();
  instruction any_access(opcode what, std::size_t location);
  std::size_t next_place();
  operand any_operand();
  order any_order(bool reads, bool writes);
  void finish_await(instruction& i, std::size_t thread);

  std::mt19937_64& random_;
  const shape& shape_;
  small_program p_;
  style style_ = style::any;
  std::vector<std::size_t> ring_;  // see any_end; empty: not such a program
  std::vector<bool> plain_;        // locations that are mostly read and written so
  std::size_t last_place_ = 0;
  int known_ = 0;  // registers of the thread that have been read into
};

small_program author::write() {
  p_ = {};
  style_ = any({style::relaxed, style::release_acquire, style::mostly_seq_cst, style::any});
  plain_.clear();
  last_place_ = 0;
  const bool has_plain = shape_.plain && one_in(3);
  for (std::uint64_t n = 1 + std::max(below(shape_.most_locations), below(shape_.most_locations)); n > 0; --n) {
    p_.locations.push_back(any_location());
    plain_.push_back(has_plain && one_in(2));
  }
  const std::uint64_t threads = shape_.least_threads + below(shape_.most_threads - shape_.least_threads + 1);
  ring_.resize(one_in(3) ? 0 : threads);
  std::ranges::generate(ring_, [this] { return one_in(3) ? last_place_ : next_place(); });
  while (p_.threads.size() < threads) {
    const bool is_copy = !p_.threads.empty() && one_in(ring_.empty() ? 4 : 12);
    p_.threads.push_back(is_copy ? p_.threads.back() : any_thread(p_.threads.size()));
  }
  for (std::size_t t = 0; t < threads; ++t) {
    for (instruction& i : p_.threads[t]) finish_await(i, t);
  }
  return p_;
}

location author::any_location() {
  const unsigned bits = any({8u, 16u, 32u, 64u});
  const std::uint64_t largest = ~std::uint64_t{0} >> (64 - bits);
  return {.bits = bits, .initial = any({std::uint64_t{0}, std::uint64_t{0}, std::uint64_t{0}, below(values), largest})};
}

std::vector<instruction> author::any_thread(std::size_t number) {
  std::size_t size = 1 + below(shape_.most_instructions);
  if (!ring_.empty()) {
    const bool is_local = ring_place(number) == ring_place(number + 1);
    if (is_local && one_in(2)) size = 1;
    if (!is_local) size = std::max(size, std::min<std::size_t>(2, shape_.most_instructions));
  }
  std::vector<instruction> thread;
  known_ = 0;
  for (std::size_t n = 0; n < size; ++n) {
    const bool is_last = n + 1 == size;
    instruction i = !ring_.empty() && (n == 0 || is_last) ? any_end(number, n == 0, is_last) : any_instruction();
    if (!ring_.empty() && n != 0 && !is_last && shape_.fences && one_in(2)) i = any_fence();
    if (shape_.guards && known_ > 0 && one_in(6)) {
      const reg tested{static_cast<int>(below(static_cast<std::uint64_t>(known_)))};
      i = i.when(tested, {any({comparison::equal, comparison::not_equal}), below(values)});
    }
    if (reads(i)) known_ = std::min(known_ + 1, static_cast<int>(most_registers) - 1);
    thread.push_back(i);
  }
  return thread;
}

// In most programs each thread's last access and the next thread's first one conflict, as in the cycles of the litmus tests.
instruction author::any_end(std::size_t thread, bool is_first, bool is_last) {
  bool must_write = false;
  if (is_first && thread > 0) must_write |= !writes(p_.threads[thread - 1].back());
  if (is_last && thread + 1 == ring_.size() && thread > 0) must_write |= !writes(p_.threads[0].front());
  while (true) {
    const opcode what = one_in(3) ? any_opcode() : any({opcode::load, opcode::store});
    if (what == opcode::fence) continue;
    const instruction i = any_access(what, ring_place(thread + (is_first ? 0 : 1)));
    if (writes(i) || !must_write) return i;
  }
}

opcode author::any_opcode() {
  while (true) {
    const std::uint64_t n = below(20);
    if (n < 6) return opcode::load;
    if (n < 12) return opcode::store;
    if (n < 14 && shape_.updates) return opcode::update;
    if (n >= 14 && n < 16 && shape_.compare_exchanges) return opcode::compare_exchange;
    if (n >= 16 && n < 18 && shape_.fences) return opcode::fence;
    if (n < 18 || !shape_.awaits) continue;
    const opcode what = any({opcode::await_load, opcode::await_load, opcode::await_exchange, opcode::await_compare_exchange});
    const bool allowed = what == opcode::await_exchange ? shape_.updates : what == opcode::await_load || shape_.compare_exchanges;
    if (allowed) return what;
  }
}

instruction author::any_instruction() {
  const opcode what = any_opcode();
  return what == opcode::fence ? any_fence() : any_access(what, one_in(3) ? below(p_.locations.size()) : next_place());
}

instruction author::any_fence() {
  using enum order;
  const order strongest = shape_.seq_cst ? seq_cst : acq_rel;
  return fence(any({strongest, strongest, strongest, strongest, acq_rel, acquire, acquire, release, release, consume, relaxed}));
}

instruction author::any_access(opcode what, std::size_t location) {
  using enum update_kind;
  instruction i;
  i.what = what;
  i.location = static_cast<int>(location);
  i.target = reg{known_};
  i.mode = any_order(reads(i), writes(i));
  i.failure = any_order(true, false);
  i.kind = any({exchange, exchange, add, add, subtract, bit_and, bit_or, bit_xor});
  i.value = any_operand();
  i.expected = any_operand();
  i.weak = i.what == opcode::compare_exchange && one_in(3);
  if ((i.what == opcode::load || i.what == opcode::store) && plain_[location] && !one_in(4)) i.mode = order::plain;
  return i;
}

// Not where the last one was, if there is another.
std::size_t author::next_place() {
  const std::size_t others = p_.locations.size() - 1;
  if (others > 0) last_place_ = (last_place_ + 1 + below(others)) % p_.locations.size();
  return last_place_;
}

operand author::any_operand() {
  if (known_ == 0 || !one_in(4)) return below(values);
  return {reg{static_cast<int>(below(static_cast<std::uint64_t>(known_)))}, below(2)};
}

order author::any_order(bool reads, bool writes) {
  using enum order;
  if (style_ == style::relaxed) return relaxed;
  if (style_ == style::mostly_seq_cst && shape_.seq_cst && !one_in(4)) return seq_cst;
  while (true) {
    const order o = any({relaxed, relaxed, relaxed, consume, acquire, acquire, release, release, acq_rel, seq_cst, seq_cst, seq_cst});
    const bool acquires = o == consume || o == acquire || o == acq_rel;
    const bool releases = o == release || o == acq_rel;
    if ((acquires && !reads) || (releases && !writes) || (o == seq_cst && (!shape_.seq_cst || style_ == style::release_acquire))) continue;
    return o;
  }
}

// Waits for a constant that another thread writes there, if there is one, or for any value but the initial one.
void author::finish_await(instruction& i, std::size_t thread) {
  if (i.what == opcode::await_exchange) i.until = differs_from(i.value);
  if (i.what != opcode::await_load && i.what != opcode::await_compare_exchange) return;
  const std::uint64_t initial = p_.locations[static_cast<std::size_t>(i.location)].initial;
  std::vector<std::uint64_t> written = {initial};
  for (std::size_t t = 0; t < p_.threads.size(); ++t) {
    for (const instruction& other : p_.threads[t]) {
      if (t != thread && writes(other) && other.location == i.location && !other.value.source) written.push_back(other.value.constant);
    }
  }
  const std::uint64_t awaited = written[below(written.size())];
  i.expected = awaited;
  i.until = awaited == initial ? differs_from(initial) : equals(awaited);
}

double factorial(std::size_t n) { return n < 2 ? 1 : static_cast<double>(n) * factorial(n - 1); }

// Ways in which the threads' operations on the kernel's queue follow each other.
double orders_of_queue(const small_program& p) {
  double orders = 1;
  std::size_t all = 0;
  for (const auto& thread : p.threads) {
    std::size_t own = 0;
    bool spurious = p.spurious_wake_ups;  // once in a thread
    for (const instruction& i : thread) {
      if (i.what == opcode::wait_any) {
        own += (std::exchange(spurious, false) ? 4 : 2) * i.words.size();
      } else if (enters_kernel(i)) {
        own += i.timed || (i.what == opcode::wait && std::exchange(spurious, false)) ? 2 : 1;
      }
    }
    for (std::size_t n = 1; n <= own; ++n) orders *= static_cast<double>(++all) / static_cast<double>(n);
  }
  return orders;
}

}  // namespace

double estimate(const small_program& p) {
  double work = 1;
  for (int l = 0; l < static_cast<int>(p.locations.size()); ++l) {
    std::size_t all = 0;
    double orders = 1;
    for (const auto& thread : p.threads) {
      const auto changes = [l](const instruction& i) { return (writes(i) || i.what == opcode::wake_op) && i.location == l; };
      const auto own = std::ranges::count_if(thread, changes);
      all += static_cast<std::size_t>(own);
      orders /= factorial(static_cast<std::size_t>(own));
    }
    work *= orders * factorial(all);
    for (const auto& thread : p.threads) {
      for (const instruction& i : thread) {
        const bool compares = i.what == opcode::wait || i.what == opcode::requeue;
        if (i.location == l && compares) work *= static_cast<double>(all + 1);
        if (i.location != l || !reads(i)) continue;
        // What a read-modify-write reads is what comes before it in coherence order.
        const bool is_update = writes(i) && i.what != opcode::compare_exchange;
        if (!is_update) work *= static_cast<double>(all + 1);
      }
    }
  }
  return work * orders_of_queue(p);
}

namespace {

// Threads that meet in the kernel: mostly on one of a few words, which hold small numbers; most wakes follow a write of their word.
class futex_author {
 public:
  futex_author(std::mt19937_64& random, const futex_shape& s) : random_(random), shape_(s) {}

  small_program write() {
    small_program p;
    p.spurious_wake_ups = shape_.spurious_wake_ups;
    p.locations.resize(1 + below(shape_.most_locations));
    words_ = p.locations.size();
    const bool relaxed = one_in(3);
    mode_ = relaxed ? style::relaxed : one_in(2) ? style::release_acquire : shape_.seq_cst ? style::any : style::release_acquire;
    const std::size_t threads = shape_.least_threads + below(shape_.most_threads - shape_.least_threads + 1);
    while (p.threads.size() < threads) {
      const bool is_copy = !p.threads.empty() && one_in(4);
      p.threads.push_back(is_copy ? p.threads.back() : any_thread());
    }
    return p;
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  int word() { return static_cast<int>(below(words_)); }
  reg fresh() { return reg{known_ < static_cast<int>(most_registers) - 1 ? known_++ : known_}; }

  order any_order(bool reads, bool writes) {
    using enum order;
    if (mode_ == style::relaxed) return relaxed;
    if (mode_ == style::any && one_in(2)) return seq_cst;
    if (one_in(3)) return relaxed;
    return reads && writes ? acq_rel : reads ? acquire : release;
  }

  std::vector<instruction> any_thread() {
    std::vector<instruction> thread;
    known_ = 0;
    const std::size_t size = 1 + below(shape_.most_instructions);
    while (thread.size() < size) {
      const std::size_t before = thread.size();
      const int known = known_;
      add(thread, size - thread.size());
      for (std::size_t n = before; n < thread.size() && known > 0 && shape_.guards; ++n) {
        if (!one_in(6)) continue;
        const reg tested{static_cast<int>(below(static_cast<std::uint64_t>(known)))};
        thread[n] = thread[n].when(tested, one_in(2) ? equals(below(3)) : differs_from(below(3)));
      }
    }
    return thread;
  }

  void add(std::vector<instruction>& thread, std::size_t room) {
    const int at = word();
    const std::uint64_t n = below(16);
    if (n < 5 && shape_.most_awaited != 0 && one_in(2)) return thread.push_back(any_wait_on_several());
    if (n < 5) return thread.push_back(any_wait(at));
    if (n < 8) {
      if (room > 1) thread.push_back(any_write(at));
      return thread.push_back(wake(at, any_number()));
    }
    if (n < 10 && shape_.requeues) {
      const int wakes = static_cast<int>(below(3));
      const int moves = static_cast<int>(below(3));
      return thread.push_back(requeue(fresh(), at, below(2), wakes == 2 ? everyone : wakes, moves == 2 ? everyone : moves, word()));
    }
    if (n == 10 && shape_.fences) return thread.push_back(fence(mode_ == style::any ? order::seq_cst : order::acq_rel));
    if (n < 12) return thread.push_back(load(fresh(), at, any_order(true, false)));
    if (n == 12 && shape_.awaits) {
      return thread.push_back(await_load(fresh(), at, any_order(true, false), one_in(2) ? equals(1 + below(2)) : differs_from(0)));
    }
    if (n < 15 && shape_.wake_ops) return thread.push_back(any_wake_op(at));
    thread.push_back(any_write(at));
  }

  int any_number() { return one_in(3) ? one_in(2) ? 2 : everyone : 1; }

  instruction any_wait(int at) {
    const operand expected = known_ > 0 && one_in(4) ? operand(reg{known_ - 1}) : operand(one_in(3) ? 1 : 0);
    instruction i = wait(fresh(), at, expected);
    i.timed = shape_.timed && one_in(3);
    return i;
  }

  instruction any_wait_on_several() {
    std::vector<awaited> words(2 + below(shape_.most_awaited - 1));
    for (awaited& w : words) w = {word(), one_in(4) ? 1 : 0};
    return wait_any(fresh(), words, shape_.timed && one_in(3));
  }

  instruction any_wake_op(int at) {
    constexpr update_kind kinds[] = {update_kind::exchange, update_kind::add, update_kind::bit_or, update_kind::bit_and,
                                     update_kind::bit_xor};
    const update_kind kind = kinds[below(std::size(kinds))];
    const std::uint64_t value = kind == update_kind::bit_and ? ~std::uint64_t{1} : below(4) - 1;  // from -1
    const auto test = static_cast<signed_test>(below(6));
    return wake_op(fresh(), word(), any_number(), at, any_number(), kind, value, test, static_cast<int>(below(4)) - 1);
  }

  instruction any_write(int at) {
    const std::uint64_t n = below(6);
    if (n < 4) return store(at, 1 + below(2), any_order(false, true));
    if (n == 4) return update(fresh(), at, one_in(2) ? update_kind::exchange : update_kind::add, 1, any_order(true, true));
    return compare_exchange(fresh(), at, 0, 1, any_order(true, true), order::relaxed);
  }

  std::mt19937_64& random_;
  const futex_shape& shape_;
  std::size_t words_ = 1;
  style mode_ = style::any;
  int known_ = 0;
};

}  // namespace

namespace {

// As many waiters as the queue takes, and as many events as a graph.
bool fits(const small_program& p) {
  std::size_t waiters = 0;
  for (const auto& thread : p.threads) {
    std::size_t most = 0;
    for (const instruction& i : thread) most = std::max(most, i.words.size());
    waiters += std::max<std::size_t>(most, 1);
  }
  return waiters <= 8 && flaw(p).empty();
}

}  // namespace

small_program random_futex_program(std::mt19937_64& random, const futex_shape& s) {
  while (true) {
    small_program p = futex_author(random, s).write();
    const bool meets = std::ranges::any_of(p.threads, [](const auto& thread) {
      return std::ranges::any_of(thread, [](const instruction& i) { return i.what == opcode::wait || i.what == opcode::wait_any; });
    });
    if (meets && fits(p) && estimate(p) <= s.most_work) return p;
  }
}

small_program random_program(std::mt19937_64& random, const shape& s) {
  while (true) {
    small_program p = author(random, s).write();
    if (estimate(p) <= s.most_work) return p;
  }
}

}  // namespace holdfast::oracle
