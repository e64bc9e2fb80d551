// Priority inheritance in the graph engine: to whom the kernel hands a word over, what that orders, and what dies with an owner.
#include <gtest/gtest.h>

#include <cerrno>
#include <memory>
#include <new>
#include <string>

#include "checker/graph/pi_words.h"
#include "checker/kernel/call.h"
#include "checker/runtime/runner.h"
#include "impl/mutex.h"
#include "impl/pi_mutex.h"
#include "impl/word/pi_word.h"
#include "models/mutex_scenarios.h"
#include "models/spec/mutex.h"
#include "tests/engine/exploring.h"

namespace holdfast::checker {
namespace {

using graph::action;
using graph::pi_words;
using graph::seen_of;

graph::request request_of(action what) {
  graph::request q;
  q.what = what;
  q.location = q.to = 1;
  return q;
}

// A word that thread 1 owns, and three threads, the last of them the most urgent.
struct PiWords : testing::Test {
  static constexpr unsigned priorities[] = {0, 10, 20};
  pi_words words{3, priorities};
  std::uint64_t value = 1;

  std::int32_t perform(action what, unsigned thread) {
    const pi_words::change c = words.perform(value, request_of(what), thread);
    value = c.value;
    return c.result;
  }
  std::uint64_t word() const { return seen_of(value, 32); }
};

TEST_F(PiWords, AreHandedToTheMostUrgentWaiter) {
  EXPECT_EQ(perform(action::lock_pi, 2), kernel::asleep);
  EXPECT_EQ(perform(action::lock_pi, 3), kernel::asleep);
  EXPECT_EQ(word(), pi_word::waiters | 1);
  EXPECT_EQ(words.waiting_for(value), 2u);
  EXPECT_EQ(perform(action::unlock_pi, 1), 0);
  EXPECT_EQ(word(), pi_word::waiters | 3);
  EXPECT_FALSE(words.sleeps(value, 3));
  EXPECT_TRUE(words.sleeps(value, 2));
  EXPECT_EQ(perform(action::unlock_pi, 3), 0);
  EXPECT_EQ(perform(action::unlock_pi, 2), 0);
  EXPECT_EQ(value, 0u);
}

TEST_F(PiWords, AreFreeInTheKernelIfNobodyWaits) {
  EXPECT_EQ(perform(action::unlock_pi, 1), 0);
  EXPECT_EQ(value, 0u);
  EXPECT_EQ(perform(action::lock_pi, 2), 0);
  EXPECT_EQ(word(), 2u);
}

TEST_F(PiWords, RefuseWhatIsNotTheCallers) {
  EXPECT_EQ(perform(action::unlock_pi, 2), -EPERM);
  EXPECT_EQ(perform(action::lock_pi, 1), -EDEADLK);
  EXPECT_EQ(perform(action::try_lock_pi, 2), -EAGAIN);
  value = 99;
  EXPECT_EQ(perform(action::lock_pi, 2), -ESRCH);
}

TEST_F(PiWords, AreNotLostToOneWhoGivesUp) {
  graph::request q = request_of(action::lock_pi);
  q.leaving = graph::by_time_out;
  value = words.perform(value, q, 3).value;
  EXPECT_EQ(perform(action::lock_pi, 2), kernel::asleep);
  const pi_words::change c = words.leave(value, q, 3, graph::by_time_out);
  EXPECT_EQ(c.result, -ETIMEDOUT);
  value = c.value;
  EXPECT_EQ(perform(action::unlock_pi, 1), 0);
  EXPECT_EQ(word(), pi_word::waiters | 2);
}

TEST_F(PiWords, GoToTheNextWhenTheirOwnerDies) {
  EXPECT_EQ(perform(action::lock_pi, 2), kernel::asleep);
  perform(action::exit_pi, 1);
  EXPECT_EQ(word(), pi_word::waiters | pi_word::owner_died | 2);
  EXPECT_EQ(perform(action::lock_pi, 3), kernel::asleep);
}

// Between UNLOCK_PI's first look at the word and its second one a waiter comes.
TEST_F(PiWords, AreNotHandedOverByAnOwnerThatKeepsTheMarkOfTheOneBefore) {
  graph::request q = request_of(action::unlock_pi);
  q.expected = value = pi_word::owner_died | 1;
  EXPECT_EQ(perform(action::lock_pi, 2), kernel::asleep);
  EXPECT_EQ(words.perform(value, q, 1).result, -EINVAL);
  q.expected = word();
  EXPECT_EQ(words.perform(value, q, 1).result, 0);
  value = pi_word::waiters | pi_word::owner_died | 1;  // the waiter came and went
  q.expected = pi_word::owner_died | 1;
  EXPECT_EQ(words.perform(value, q, 1).result, -EAGAIN);
}

// The words' owner, waiting on the first, is moved to the second.
TEST_F(PiWords, TakeThoseWhoAreMovedToThem) {
  graph::request wait = request_of(action::wait_requeue_pi);
  wait.location = 2;
  wait.expected = 7;
  for (const unsigned t : {2u, 3u}) value = words.perform(value, wait, t).value;
  EXPECT_EQ(words.waiting_on(value, 2), 2u);
  EXPECT_EQ(words.waiting_for(value), 0u);
  graph::request move = request_of(action::requeue_pi);
  move.location = 2;
  move.expected = 7;
  value = words.perform(value, move, 1).value;
  EXPECT_EQ(words.waiting_for(value), 1u);
  EXPECT_EQ(perform(action::unlock_pi, 1), 0);
  EXPECT_EQ(word(), pi_word::waiters | 3);
  EXPECT_TRUE(words.sleeps(value, 2));
}

using world = graph_platform;
using deadline = world::deadline;
using tested = basic_pi_mutex<world>;

constexpr field number_fields[] = {{"value", 0, 32, {}}};
constexpr layout number{"number", number_fields};

// How a thread takes a word of its own scenario.
struct with_word {
  world::atomic<std::uint32_t> word{pi_word::description, 0};
  world::plain<unsigned> data{"data", 0};

  pi_result lock(const deadline& until = deadline::never()) {
    std::uint32_t w = 0;
    if (word.compare_exchange_strong(w, world::this_thread_id(), order::acquire, order::relaxed, "take")) return pi_result::done;
    return world::lock_pi(word, scope::process_private, until, "lock");
  }
  void unlock(order o = order::release) {
    std::uint32_t w = world::this_thread_id();
    if (word.compare_exchange_strong(w, 0, o, order::relaxed, "free")) return;
    EXPECT_EQ(world::unlock_pi(word, scope::process_private, "unlock"), pi_result::done);
  }
};

struct counting : with_word {
  void thread(unsigned) {
    lock();
    data.store(data.load("read") + 1, "write");
    unlock();
  }
};

TEST(PriorityInheritance, OrdersTheSectionsOfAWordThatIsHandedOver) {
  const result r = explored<counting>(2);
  EXPECT_EQ(r.outcome, verdict::verified);
  EXPECT_EQ(r.executions, 6u);  // who is first; the other takes the word after it was freed, by itself or in the kernel, or waits for it
  EXPECT_EQ(r.blocked, 0u);
}

TEST(PriorityInheritance, OrdersNothingThatUserSpaceDoesNot) {
  struct scenario : with_word {
    void thread(unsigned) {
      lock();
      data.store(1, "write");
      unlock(order::relaxed);
    }
  };
  EXPECT_EQ(kind_of(explored<scenario>(2)), violation_kind::data_race);
}

TEST(PriorityInheritance, GivesUpWithoutTheWordOrHasIt) {
  struct scenario : with_word {
    void thread(unsigned self) {
      const pi_result r = lock(self == 1 ? deadline::at_any_moment() : deadline::never());
      if (r == pi_result::timed_out) return;
      data.store(1, "write");
      unlock();
    }
  };
  const result r = explored<scenario>(2);
  EXPECT_EQ(r.outcome, verdict::verified);
  EXPECT_EQ(r.executions, 8u);  // those of two that count, and two of one who leaves: the owner sees the word as it was before or after
}

// The first thread dies anywhere; the kernel knows that it did, though nobody told it that it owned the word.
struct dying : with_word {
  world::atomic<std::uint32_t> lost{number, 0};

  void thread(unsigned) {
    const pi_result r = lock();
    if (r == pi_result::owner_lost) {
      lost.store(1, order::relaxed, "lost");
      return;
    }
    EXPECT_EQ(r, pi_result::done);
    unlock();
  }
};

TEST(PriorityInheritance, TellsThatTheOwnerHasDied) {
  exploration e = exploration_of<dying>(2);
  e.may_die = {1};
  e.must_reach = situation{"the owner is lost", [](const world_view& v) { return v.word(1) == 1; }};
  EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified);
  e.must_reach = situation{"the word of a dead owner is handed over",
                           [](const world_view& v) { return v.word(0) == (pi_word::waiters | pi_word::owner_died | 2u); }};
  EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified);
}

// The same with a robust list, on which the word is, or pending from the first step on.
template <bool Linked>
struct dying_with_list : with_word {
  void thread(unsigned self) {
    if (self == 1) world::robust_pi_pending(word);
    world::expect(lock() == pi_result::done, "the owner before has left its mark", "expect");
    if (self == 1 && Linked) {
      world::robust_pi_link(word);
      world::robust_done();
      world::robust_pi_pending(word);
      world::robust_unlink(word);
    }
    unlock();
    if (self == 1) world::robust_done();
  }
};

template <bool Linked>
void expect_marks_of_a_robust_list() {
  exploration e = exploration_of<dying_with_list<Linked>>(2);
  e.may_die = {1};
  constexpr std::uint32_t left = pi_word::waiters | pi_word::owner_died;
  const situation all[] = {
      {"marked, and not handed on yet", [](const world_view& v) { return v.word(0) == left && v.asleep_on(0) == 1; }},
      {"marked and handed on", [](const world_view& v) { return v.word(0) == (left | 2u) && v.asleep_on(0) == 0; }},
      {"marked, and nobody sleeps", [](const world_view& v) { return v.word(0) == pi_word::owner_died && v.asleep_on(0) == 0; }},
      {"taken by who came after the death", [](const world_view& v) { return v.word(0) == (pi_word::owner_died | 2u); }},
  };
  for (const situation& s : all) {
    e.must_reach = s;
    EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified) << s.text;
  }
  e.must_reach.reset();
  e.change = {mutation::change::drop, Linked ? "robust_link" : "robust_pending"};
  EXPECT_EQ(kind_of(runtime::explore(e, {})), violation_kind::assertion);
}

TEST(PriorityInheritance, HandsOnTheWordsOfARobustListAfterTheyAreMarked) { expect_marks_of_a_robust_list<true>(); }
TEST(PriorityInheritance, HandsOnThePendingWordAfterItIsMarked) { expect_marks_of_a_robust_list<false>(); }

// The first is through with the word when the second destroys it.
struct outlived {
  union memory {
    memory() {}
    ~memory() {}
    world::atomic<std::uint32_t> word;
  };
  memory used;
  world::atomic<std::uint32_t> through{number, 0};

  outlived() { new (&used.word) world::atomic<std::uint32_t>(pi_word::description, 0); }
  void thread(unsigned self) {
    if (self == 1) {
      used.word.exchange(1, order::acquire, "take");
      used.word.exchange(0, order::release, "free");
      through.store(1, order::release, "through");
      through.load(order::relaxed, "live on");
    } else if (through.load(order::acquire, "look") == 1) {
      std::destroy_at(&used.word);
    }
  }
};

TEST(PriorityInheritance, LeavesAloneWhatTheDeadDidNotOwn) {
  exploration e = exploration_of<outlived>(2);
  e.may_die = {1};
  EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified);
}

TEST(PriorityInheritance, RefusesAStoreThatForgetsWhoWaits) {
  struct scenario : with_word {
    void thread(unsigned self) {
      if (lock() != pi_result::done) return;
      if (self == 1) {
        word.store(0, order::release, "store");
      } else {
        unlock();
      }
    }
  };
  EXPECT_EQ(kind_of(explored<scenario>(2)), violation_kind::misuse);
}

TEST(PriorityInheritance, IsRefusedForAWordWithoutIt) {
  struct scenario {
    world::atomic<std::uint32_t> word{number, 0};
    void thread(unsigned) { world::lock_pi(word, scope::process_private, deadline::never(), "lock"); }
  };
  EXPECT_THROW(explored<scenario>(1), runtime::unsupported);
}

// A waits on the sequence and is moved to the word.
struct moved : with_word {
  world::atomic<std::uint32_t> sequence{number, 0};

  void thread(unsigned self) {
    lock();
    if (self == 1) {
      const std::uint32_t s = sequence.load(order::relaxed, "look");
      unlock();
      if (s != 0) return;
      const pi_result r = world::wait_requeue_pi(sequence, s, word, scope::process_private, deadline::never(), "wait");
      if (r == pi_result::done) {
        EXPECT_EQ(sequence.load(order::relaxed, "look again"), 1u);
        data.load("use");
      } else {
        EXPECT_EQ(r, pi_result::again);
        lock();
      }
    } else {
      data.store(1, "make");
      sequence.store(1, order::relaxed, "notify");
      EXPECT_EQ(world::requeue_pi(sequence, 1, 0, word, scope::process_private, "move"), pi_result::done);
    }
    unlock();
  }
};

TEST(PriorityInheritance, MovesWaitersToTheWordWithWhatItsOwnerDid) {
  exploration e = exploration_of<moved>(2);
  const result r = runtime::explore(e, {});
  EXPECT_EQ(r.outcome, verdict::verified);
  e.must_reach = situation{"the waiter was moved and waits for the word", [](const world_view& v) {
                             return v.word(0) == (pi_word::waiters | 2u) && v.asleep_on(0) == 1 && v.asleep_on(1) == 0;
                           }};
  EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified);
  e.interruptions = 1;
  EXPECT_EQ(runtime::explore(e, {}).outcome, verdict::verified);
  EXPECT_GT(runtime::explore(e, {}).executions, r.executions);
}

// Each takes both words, in orders of their own.
struct crossing {
  with_word first;
  with_word second;

  void thread(unsigned self) {
    with_word& one = self == 1 ? first : second;
    with_word& other = self == 1 ? second : first;
    one.lock();
    other.lock();
    other.unlock();
    one.unlock();
  }
};

TEST(PriorityInheritance, SaysThatTheKernelRefusesACycleOfOwners) {
  const result r = explored<crossing>(2);
  EXPECT_EQ(kind_of(r), violation_kind::deadlock);
  EXPECT_NE(r.found->explanation.find("T1 waits for T2, T2 waits for T1: the kernel refuses whoever comes last (EDEADLK)"),
            std::string::npos)
      << r.found->explanation;
}

template <class Mutex>
exploration mixed_priorities() {
  exploration e = models::mutex_exploration<models::count_scenario<world, Mutex, 2>>("test", 2, 1);
  e.priorities = {0, 50};
  e.takes_lock = [](unsigned char o) { return static_cast<spec::mutex_operation>(o) == spec::mutex_operation::lock; };
  return e;
}

TEST(PriorityInheritance, KeepsAThreadFromWaitingBehindALesserOneThatIsNotBoosted) {
  EXPECT_EQ(runtime::explore(mixed_priorities<tested>(), {}).outcome, verdict::verified);
  const result r = runtime::explore(mixed_priorities<basic_mutex<world>>(), {});
  EXPECT_EQ(kind_of(r), violation_kind::inversion);
  EXPECT_EQ(r.found->object, "mutex");
}

}  // namespace
}  // namespace holdfast::checker
