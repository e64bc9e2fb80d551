// generator_world: what a random script plays with: its theme, threads and words, and the model that runs along. Private to generator.cc.
#ifndef HOLDFAST_TESTS_KERNEL_GENERATOR_WORLD_H_
#define HOLDFAST_TESTS_KERNEL_GENERATOR_WORLD_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <random>
#include <vector>

#include "tests/kernel/generator.h"
#include "tests/kernel/model.h"

namespace holdfast::kernel_test {

inline constexpr tids model_ids{1001, 1002, 1003, 1004, 1006, 1007, 1008};
inline constexpr std::array<std::uint32_t, processes> model_leaders{1000, 1005};
inline constexpr std::uint32_t nobodys_tid = 0x1000000;  // Linux has 2^22 at most

struct weighted {
  opcode op;
  int weight;
};

struct theme {
  const char* name;
  std::vector<weighted> ops;
  int store, robust, exit;  // per cent
};

inline const std::vector<theme>& themes() {
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
        {get_robust_list, 1},
        {unknown, 1}},
       7,
       4,
       4},
  };
  return all;
}

class generator_world {
 protected:
  generator_world(std::uint64_t seed, const generator_options& options)
      : options_(options), random_(seed), model_(model_ids, model_leaders, {}) {
    choose_world();
  }

  int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }
  bool chance(int per_cent) { return below(100) < per_cent; }

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
  // 0 or a number that is no thread's, and is none after any WAKE_OP: it has no low bits.
  value plain() { return {-1, static_cast<std::uint32_t>(below(3)) << 27}; }
  value owner_word() {
    value v;
    if (chance(75)) v.tid_of = static_cast<std::int8_t>(any_thread());
    if (chance(10)) v = {-1, nobodys_tid};
    if (chance(40)) v.bits |= waiters_bit;
    if (chance(25)) v.bits |= owner_died_bit;
    return v;
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

 private:
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
};

}  // namespace holdfast::kernel_test

#endif  // HOLDFAST_TESTS_KERNEL_GENERATOR_WORLD_H_
