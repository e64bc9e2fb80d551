// step as a value: what no script can show the kernel doing, and what engines rely on.
#include "checker/kernel/step.h"

#include <gtest/gtest.h>

#include <cerrno>
#include <unordered_set>
#include <vector>

#include "tests/kernel/model.h"
#include "tests/kernel/script.h"

namespace holdfast::kernel_test {
namespace {

constexpr tids ids{1001, 1002, 1003, 1004, 1006, 1007, 1008};
enum : std::uint8_t { A, B, C, D, E };

constexpr address word(int n) { return {object_page, static_cast<std::uint16_t>(n * cell_size)}; }

// The model's memory, with an engine's answers to what the kernel leaves open.
class world : public environment {
 public:
  explicit world(toggles which = {}) { on = which; }

  mapping page(process_id, std::uint8_t) const override { return {page_kind::object, 0, is_writable}; }
  std::optional<std::uint32_t> load(process_id, address a) const override { return memory[a.offset / cell_size]; }
  void compare_and_write(process_id, address a, std::uint32_t expected, std::uint32_t desired) override {
    if (memory[a.offset / cell_size] == expected) memory[a.offset / cell_size] = desired;
  }
  robust_list robust_list_of(thread_id) const override { return list; }
  std::size_t pick(std::size_t candidates) override { return takes_last ? candidates - 1 : 0; }
  bool returns_at_once() const override { return at_once; }

  answer call(thread_id t, opcode op, address a, std::uint32_t val = 0) {
    kernel_test::call c;
    c.thread = t;
    c.op = op;
    c.uaddr = a;
    c.val = val;
    return step(kernel, c, *this);
  }
  answer waitv(thread_id t, std::vector<address> on_words) {
    kernel_test::call c;
    c.thread = t;
    c.op = opcode::futex_waitv;
    c.nr_futexes = static_cast<std::uint8_t>(on_words.size());
    for (std::size_t i = 0; i < on_words.size(); ++i) c.entries[i].uaddr = on_words[i];
    return step(kernel, c, *this);
  }
  answer happens(event_kind kind, thread_id t) { return step(kernel, event{kind, t}, *this); }

  state kernel = five_threads();
  std::array<std::uint32_t, words> memory{};
  robust_list list;
  bool takes_last = false;
  bool at_once = true;
  bool is_writable = true;

 private:
  static state five_threads() {
    state s;
    for (thread_id t = 0; t < 5; ++t) s.start(t, static_cast<process_id>(t == E), ids[t]);
    return s;
  }
};

std::vector<finished> woken(const answer& a) { return {a.woken().begin(), a.woken().end()}; }

TEST(State, IsAValue) {
  world w;
  const state before = w.kernel;
  w.call(A, opcode::wait, word(0));
  const state asleep_on_word = w.kernel;
  EXPECT_NE(before, asleep_on_word);
  w.call(B, opcode::wake, word(0), 1);
  EXPECT_EQ(before, w.kernel);
  EXPECT_EQ(hash_of(before), hash_of(w.kernel));
  EXPECT_EQ((std::unordered_set<state>{before, asleep_on_word, w.kernel}.size()), 2u);
}

TEST(State, IsSmall) {
  EXPECT_LE(sizeof(state), 1536u);
  EXPECT_LE(sizeof(futex_state), 72u);  // what the exploration engines copy: 8 waiters with their bitsets
}

TEST(State, TellsTheOrderOfArrival) {
  world one;
  one.call(A, opcode::wait, word(0));
  one.call(B, opcode::wait, word(0));
  world other;
  other.call(B, opcode::wait, word(0));
  other.call(A, opcode::wait, word(0));
  EXPECT_NE(one.kernel, other.kernel);
}

TEST(Pick, AnyWaiterMayBeTaken) {
  world w;
  w.takes_last = true;
  w.call(A, opcode::wait, word(0));
  w.call(B, opcode::wait, word(0));
  w.call(C, opcode::wait, word(0));
  EXPECT_EQ(woken(w.call(D, opcode::wake, word(0), 2)), (std::vector<finished>{{C, 0}, {B, 0}}));
}

TEST(Pick, DoesNotReachBehindAWaiterThatAWakeMustNotTouch) {
  world w;
  w.takes_last = true;
  w.call(A, opcode::wait, word(0));
  w.memory[0] = ids[D];
  kernel_test::call c;
  c.thread = B;
  c.op = opcode::wait_requeue_pi;
  c.uaddr = word(0);
  c.uaddr2 = word(1);
  c.val = ids[D];
  EXPECT_EQ(step(w.kernel, c, w).result, asleep);
  EXPECT_EQ(w.call(C, opcode::wait, word(0), ids[D]).result, asleep);
  const answer a = w.call(D, opcode::wake, word(0), 3);
  EXPECT_EQ(a.result, -EINVAL);
  EXPECT_EQ(woken(a), (std::vector<finished>{{A, 0}}));
}

TEST(CompareOutsideLock, LosesTheWakeThatComesBetween) {
  world w(toggle::compare_outside_lock);
  EXPECT_EQ(w.call(A, opcode::wait, word(0)).result, asleep);
  w.memory[0] = 1;
  EXPECT_EQ(w.call(B, opcode::wake, word(0), 1).result, 0);
  w.happens(event_kind::enqueue, A);
  EXPECT_EQ(w.kernel.threads[A].phase, phase::sleeping);
  EXPECT_EQ(w.memory[0], 1u) << "asleep on a word that changed before the wake";
}

TEST(Waitv, AbsorbsTheWakesThatComeBeforeItReturns) {
  world w;
  w.at_once = false;
  w.waitv(A, {word(0), word(1), word(2)});
  EXPECT_EQ(w.call(B, opcode::wake, word(0), 1).result, 1);
  EXPECT_EQ(w.call(B, opcode::wake, word(2), 1).result, 1);
  EXPECT_EQ(w.call(B, opcode::wake, word(1), 1).result, 1);
  EXPECT_EQ(w.call(B, opcode::wake, word(1), 1).result, 0);
  EXPECT_FALSE(applies(w.kernel, event{event_kind::signal, A})) << "a wake that was taken is never an interruption";
  EXPECT_EQ(woken(w.happens(event_kind::returns, A)), (std::vector<finished>{{A, 2}}));
  EXPECT_EQ(w.kernel, world().kernel);
}

TEST(Spurious, LooksAgainAndIsTheLastToHaveCome) {
  world w;
  w.call(A, opcode::wait, word(0));
  w.call(B, opcode::wait, word(0));
  EXPECT_TRUE(woken(w.happens(event_kind::spurious, A)).empty());
  EXPECT_EQ(woken(w.call(C, opcode::wake, word(0), 1)), (std::vector<finished>{{B, 0}}));
  w.memory[0] = 1;
  EXPECT_EQ(woken(w.happens(event_kind::spurious, A)), (std::vector<finished>{{A, -EAGAIN}}));
}

TEST(Spurious, DoesNotTakeAPiWaiterFromItsPlace) {
  world w;
  w.call(A, opcode::lock_pi, word(0));
  w.call(B, opcode::lock_pi, word(0));
  w.call(C, opcode::lock_pi, word(0));
  w.happens(event_kind::spurious, B);
  EXPECT_EQ(woken(w.call(A, opcode::unlock_pi, word(0))), (std::vector<finished>{{B, 0}}));
}

TEST(DeadOwner, WhoseWordCannotBeWrittenLeavesAnError) {
  world w;
  w.call(A, opcode::lock_pi, word(0));
  w.call(B, opcode::lock_pi, word(0));
  w.is_writable = false;
  EXPECT_EQ(woken(w.happens(event_kind::exit, A)), (std::vector<finished>{{B, -EFAULT}}));
}

// glibc's robust mutex: A has released the word and is killed before it wakes B; C has taken the word meanwhile and knows of no waiter.
std::vector<finished> killed_between_release_and_wake(toggles which) {
  world w(which);
  w.memory[0] = ids[A] | waiters_bit;
  EXPECT_EQ(w.call(B, opcode::wait, word(0), w.memory[0]).result, asleep);
  w.memory[0] = ids[C];
  w.list.pending = robust_entry{word(0)};
  return woken(w.happens(event_kind::exit, A));
}

TEST(ExitWalk, LosesTheWakeUpOfAWordThatHasANewOwner) {
  EXPECT_TRUE(killed_between_release_and_wake({}).empty());
  EXPECT_EQ(killed_between_release_and_wake(toggle::pending_foreign_woken), (std::vector<finished>{{B, 0}})) << "later kernels";
}

TEST(ExitWalk, WritesIntoMemoryThatSomebodyElseUsesNow) {
  world w;
  w.memory[0] = ids[A];  // any number; it happens to be the tid
  w.list.pending = robust_entry{word(0)};
  w.happens(event_kind::exit, A);
  EXPECT_EQ(w.memory[0], owner_died_bit);
}

TEST(Kill, EndsAWholeProcessAndNobodyElse) {
  world w;
  w.call(A, opcode::wait, word(0));
  w.call(E, opcode::wait, word(0));
  w.happens(event_kind::kill, B);
  for (const thread_id t : {A, B, C, D}) EXPECT_EQ(w.kernel.threads[t].phase, phase::dead);
  EXPECT_EQ(w.kernel.threads[E].phase, phase::sleeping);
  EXPECT_EQ(w.kernel.asleep.queue().size(), 1u);
}

TEST(Inheritance, GoesThroughAChainAndBack) {
  world w;
  w.call(A, opcode::lock_pi, word(0));
  w.call(B, opcode::lock_pi, word(1));
  w.call(B, opcode::lock_pi, word(0));
  step(w.kernel, event{event_kind::set_priority, C, fifo_priority(50)}, w);
  w.call(C, opcode::lock_pi, word(1));
  EXPECT_EQ(w.kernel.threads[B].effective, fifo_priority(50));
  EXPECT_EQ(w.kernel.threads[A].effective, fifo_priority(50));
  w.happens(event_kind::kill, E);
  step(w.kernel, event{event_kind::set_priority, C, normal_priority}, w);
  EXPECT_EQ(w.kernel.threads[A].effective, normal_priority);
}

}  // namespace
}  // namespace holdfast::kernel_test
