// What the graph engine makes of threads that die.
#include <gtest/gtest.h>

#include <algorithm>

#include "impl/mutex.h"
#include "models/spec/robust_mutex.h"
#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

using world = graph_platform;
using word = world::atomic<unsigned>;

constexpr layout x_word{"x", {}};
constexpr auto relaxed = order::relaxed;

struct dying_owner {
  basic_mutex<world> mutex;
  void thread(unsigned) {
    mutex.lock();
    mutex.unlock();
  }
};

TEST(Engine, AThreadMayDieAnywhere) {
  exploration e = exploration_of<dying_owner>(2);
  EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified);
  e.may_die = {1};
  const result r = runtime::explore(e, {});
  ASSERT_EQ(kind_of(r), violation_kind::lost_wake_up);  // the mutex is not robust
  const auto dies = [](const step& s) { return s.operation == "dies" && s.thread == 1; };
  EXPECT_TRUE(std::ranges::any_of(r.found->steps, dies));
}

// The first thread owns a robust word for a while; the second waits for the word.
struct dying_owner_of_robust_word {
  static constexpr unsigned waiters = 0x80000000;
  static constexpr unsigned owner_died = 0x40000000;
  word owned{x_word, waiters | 1};

  void thread(unsigned self) {
    if (self == 1) {
      world::robust_link(owned);
      world::robust_unlink(owned);
    } else {
      while (owned.load(order::acquire, "look") == (waiters | 1)) {
        world::wait(owned, waiters | 1, scope::process_shared, world::deadline::at_any_moment(), "await");
        if (owned.load(order::acquire, "look again") == (waiters | 1)) return;
      }
      world::expect(owned.load(order::acquire, "result") == (waiters | owner_died), "the kernel marks the word and keeps WAITERS",
                    "expect");
    }
  }
};

TEST(Engine, TheKernelMarksTheWordsOfWhoDies) {
  exploration e = exploration_of<dying_owner_of_robust_word>(2);
  const result lives = runtime::explore(e, {});
  e.may_die = {1};
  const result dies = runtime::explore(e, {});
  EXPECT_EQ(dies.outcome, verdict::verified);
  EXPECT_GT(dies.executions, lives.executions);
}

TEST(Engine, AMutationLeavesOutAStepOfTheRobustList) {
  exploration e = exploration_of<dying_owner_of_robust_word>(2);
  e.may_die = {1};
  const result whole = runtime::explore(e, {});
  e.change = {mutation::change::drop, "robust_link"};
  const result unlinked = runtime::explore(e, {});
  EXPECT_EQ(unlinked.outcome, verdict::verified);
  EXPECT_LT(unlinked.executions, whole.executions);
}

// The first thread takes the word and dies; the second says of it what `Said` is.
template <spec::robust_operation Said>
struct told_of_a_death {
  using operation = spec::robust_operation;
  static constexpr unsigned owner_died = 0x40000000;
  word owned{x_word, 0};

  static void begin() { world::begin_operation(static_cast<unsigned char>(operation::locking), "lock"); }
  static void end(operation o) { world::end_operation(static_cast<unsigned char>(o)); }
  void thread(unsigned self) {
    if (self == 1) {
      begin();
      world::robust_pending(owned);
      owned.store(1, relaxed, "take");
      world::robust_link(owned);
      end(operation::lock);
      world::assume(false);
    } else if (owned.load(order::acquire, "look") == owner_died) {
      begin();
      end(Said);
    }
  }
};

template <spec::robust_operation Said>
result told_of_a_death_in_the_lock() {
  exploration e = exploration_of<told_of_a_death<Said>>(2);
  e.make = make_program<told_of_a_death<Said>, spec::robust_mutex>;
  e.may_die = {1};
  return runtime::explore(e, {});
}

// In lock() the thread may have taken it or not: what the second one says decides.
TEST(Engine, TheSpecificationIsToldOfADeath) {
  EXPECT_EQ(told_of_a_death_in_the_lock<spec::robust_operation::owner_died>().outcome, verdict::verified);
  EXPECT_EQ(kind_of(told_of_a_death_in_the_lock<spec::robust_operation::busy>()), violation_kind::specification);
  EXPECT_EQ(kind_of(told_of_a_death_in_the_lock<spec::robust_operation::not_recoverable>()), violation_kind::specification);
}

struct sleeps_for_a_while {
  word x{x_word, 0};
  void thread(unsigned) { world::wait(x, 0, scope::process_private, world::deadline::at_any_moment(), "sleep"); }
};

// It dies before it sleeps, or in its sleep, or the time-out comes.
TEST(Engine, AThreadMayDieInItsSleep) {
  exploration e = exploration_of<sleeps_for_a_while>(1);
  EXPECT_EQ(runtime::explore(e, {}).executions, 1u);
  e.may_die = {1};
  EXPECT_EQ(runtime::explore(e, {}).executions, 3u);
}

}  // namespace
}  // namespace holdfast::checker
