// What relacy's search is relied on for: it is sound where a search of locks needs it to be, and it says so when it is not complete.
#include <gtest/gtest.h>

#include "checker/relacy/explore.h"
#include "checker/relacy/relacy_platform.h"
#include "checker/scenario.h"
#include "models/spec/mutex.h"

namespace holdfast::checker::relacy {
namespace {

using P = relacy_platform;
constexpr field number[] = {{"value", 0, 32, {}}};
constexpr layout x_layout{"x", number};
constexpr layout y_layout{"y", number};
constexpr layout pi_layout{"pi", number, true};

template <class Scenario>
exploration of(unsigned threads) {
  exploration e;
  e.name = "test";
  e.threads = threads;
  e.make = make_program<Scenario, spec::mutex<>>;
  return e;
}

result run(const exploration& e, const run_options& options = {}) { return explore(e, options); }

struct two_words {
  P::atomic<P::word> x{x_layout, 0};
  P::atomic<P::word> y{y_layout, 0};
  void finish() {}
};

// A wake orders nothing: what the waker wrote before need not be seen after.
struct stale_read_after_sleep : two_words {
  void thread(unsigned self) {
    if (self == 1) {
      x.store(1, order::relaxed, "X1");
      y.store(1, order::relaxed, "Y1");
      P::wake(y, 1, scope::process_private, "W1");
    } else if (P::wait(y, 0, scope::process_private, P::deadline::never(), "W2") == wait_result::woken) {
      P::expect(x.load(order::relaxed, "X2") == 1, "the waker's write is seen", "E1");
    }
  }
};

TEST(RelacySearch, ASleepHidesNoStaleRead) {
  const result r = run(of<stale_read_after_sleep>(2));
  EXPECT_EQ(r.outcome, verdict::violated);
  EXPECT_EQ(r.found->kind, violation_kind::assertion);
}

struct wake_that_races {
  P::atomic<P::word> x{x_layout, 0};
  P::plain<unsigned> data{"data", 0};
  void thread(unsigned self) {
    if (self == 1) {
      data.store(1, "D1");
      x.store(1, order::relaxed, "X1");
      P::wake(x, 1, scope::process_private, "W1");
    } else if (P::wait(x, 0, scope::process_private, P::deadline::never(), "W2") == wait_result::woken) {
      static_cast<void>(data.load("D2"));
    }
  }
  void finish() {}
};

TEST(RelacySearch, ALockThatReliesOnAWakeUpForItsOrderRaces) {
  const result r = run(of<wake_that_races>(2));
  EXPECT_EQ(r.found->kind, violation_kind::data_race);
  EXPECT_EQ(r.found->object, "data");
  ASSERT_EQ(r.found->parties.size(), 2u);
  EXPECT_EQ(r.found->steps[r.found->parties[0]].label, "D2");
  EXPECT_EQ(r.found->steps[r.found->parties[1]].label, "D1");
}

// Somebody owns the lock. Two threads that each change what the other is about to sleep on keep each other awake.
struct livelock : two_words {
  livelock() {
    P::begin_operation(0, "owns");
    P::end_operation(0);
  }
  void thread(unsigned) {
    P::begin_operation(0, "call");
    for (;;) {
      const P::word w = x.fetch_add(1, order::relaxed, "X1");
      P::wait(x, w + 1, scope::process_private, P::deadline::never(), "W1");
    }
  }
};

TEST(RelacySearch, AFairCycleIsALivelock) {
  exploration e = of<livelock>(2);
  e.may_stay_blocked = true;
  const result r = run(e);
  EXPECT_EQ(r.outcome, verdict::violated);
  EXPECT_EQ(r.found->kind, violation_kind::livelock);
}

// It looks periodic, and ends.
struct counts_to_sixty : two_words {
  void thread(unsigned) {
    for (int i = 0; i < 60; ++i) x.fetch_add(1, order::relaxed, "X1");
  }
};

TEST(RelacySearch, ALoopThatEndsIsNoLivelock) {
  run_options o;
  o.executions = 1000;
  EXPECT_EQ(run(of<counts_to_sixty>(2), o).outcome, verdict::inconclusive);
}

// A thread that waits for another which can run is not a livelock: the cycle is not fair.
struct unfair_spin : two_words {
  void thread(unsigned self) {
    if (self == 1) x.store(1, order::relaxed, "X1");
    while (self == 2 && x.load(order::relaxed, "X2") == 0) {
    }
  }
};

TEST(RelacySearch, AnUnfairCycleIsNoLivelockAndAnEndlessSearchIsInconclusive) {
  const result r = run(of<unfair_spin>(2));
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  EXPECT_NE(r.limits.stopped_by, "");
}

// One write each: as many orders as there are permutations.
struct increments : two_words {
  void thread(unsigned) { x.fetch_add(1, order::relaxed, "X1"); }
};

struct busy : two_words {
  void thread(unsigned) {
    for (int i = 0; i < 4; ++i) x.fetch_add(1, order::relaxed, "X1");
  }
};

TEST(RelacySearch, EveryInterleavingOnce) {
  EXPECT_EQ(run(of<increments>(2)).executions, 2u);
  EXPECT_EQ(run(of<increments>(3)).executions, 6u);
  EXPECT_EQ(run(of<increments>(4)).executions, 24u);
  EXPECT_EQ(run(of<increments>(4)).outcome, verdict::verified);
}

TEST(RelacySearch, AContextBoundThatBitesIsInconclusive) {
  exploration e = of<busy>(2);
  e.context_bound = 0;
  const result r = run(e);
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  EXPECT_EQ(r.limits.stopped_by, "context bound 0");
}

TEST(RelacySearch, ALimitOfExecutionsIsInconclusive) {
  run_options o;
  o.executions = 5;
  const result r = run(of<increments>(4), o);
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  EXPECT_EQ(r.executions, 5u);
  EXPECT_EQ(r.limits.stopped_by, "limit of 5 executions");
}

TEST(RelacySearch, StopsWhenAsked) {
  const std::atomic<bool> stop{true};
  run_options o;
  o.stop = &stop;
  const result r = run(of<busy>(4), o);
  EXPECT_EQ(r.outcome, verdict::inconclusive);
  EXPECT_EQ(r.limits.stopped_by, "Ctrl-C");
}

TEST(RelacySearch, AReplayRunsTheScheduleThatWasReported) {
  const exploration e = of<stale_read_after_sleep>(2);
  const result found = run(e);
  run_options o;
  o.replay = found.found->replay.substr(found.found->replay.find(':') + 1);
  const result again = run(e, o);
  EXPECT_EQ(again.executions, 1u);
  EXPECT_EQ(again.found->kind, found.found->kind);
  EXPECT_EQ(again.found->replay, found.found->replay);
  ASSERT_EQ(again.found->steps.size(), found.found->steps.size());
  for (std::size_t i = 0; i < again.found->steps.size(); ++i) EXPECT_EQ(again.found->steps[i].label, found.found->steps[i].label);
}

TEST(RelacySearch, RejectsAScheduleThatDoesNotFit) {
  run_options o;
  for (const char* schedule : {"zz", "01111111"}) {
    o.replay = schedule;
    EXPECT_THROW(run(of<increments>(2), o), std::invalid_argument) << schedule;
  }
}

TEST(RelacySearch, AMutationThatMeetsNoOperationIsAnError) {
  exploration e = of<increments>(2);
  e.change = {mutation::change::weaken, "no_such_label"};
  EXPECT_THROW(run(e), std::logic_error);
}

struct wakes_another_scope : two_words {
  void thread(unsigned self) {
    if (self == 1) {
      x.store(1, order::relaxed, "X1");
      P::wake(x, 1, scope::process_shared, "W1");
    } else {
      P::wait(x, 0, scope::process_private, P::deadline::never(), "W2");
    }
  }
};

TEST(RelacySearch, AWakeOfAnotherScopeWakesNobody) { EXPECT_EQ(run(of<wakes_another_scope>(2)).found->kind, violation_kind::lost_wake_up); }

struct wakes_none : two_words {
  void thread(unsigned) { P::wake(x, 0, scope::process_private, "W1"); }
};

TEST(RelacySearch, AWakeOfNobodyIsMisuse) { EXPECT_EQ(run(of<wakes_none>(2)).found->kind, violation_kind::misuse); }

struct stores_with_acquire : two_words {
  void thread(unsigned) { x.store(1, order::acquire, "X1"); }
};

TEST(RelacySearch, AnOrderThatTheOperationCannotHaveIsMisuse) {
  EXPECT_EQ(run(of<stores_with_acquire>(2)).found->kind, violation_kind::misuse);
}

// Whoever locks last never lets go.
struct never_unlocks : two_words {
  void thread(unsigned) {
    P::begin_operation(0, "lock");
    while (x.exchange(1, order::acquire, "X1") != 0) P::wait(x, 1, scope::process_private, P::deadline::never(), "W1");
    P::end_operation(0);
  }
};

TEST(RelacySearch, ThreadsThatTheSpecificationKeepsBlockedAreADeadlockUnlessTheyMayBe) {
  exploration e = of<never_unlocks>(2);
  EXPECT_EQ(run(e).found->kind, violation_kind::deadlock);
  e.may_stay_blocked = true;
  EXPECT_EQ(run(e).outcome, verdict::verified);
}

struct sleeps_in_finish : two_words {
  void thread(unsigned) {}
  void finish() { P::wait(x, 0, scope::process_private, P::deadline::never(), "W1"); }
};

TEST(RelacySearch, AFinishThatWouldSleepForEverIsMisuse) { EXPECT_EQ(run(of<sleeps_in_finish>(2)).found->kind, violation_kind::misuse); }

struct forgets_the_end : two_words {
  void thread(unsigned) { P::begin_operation(0, "lock"); }
};

TEST(RelacySearch, AnOperationThatNeverEndsIsMisuse) { EXPECT_EQ(run(of<forgets_the_end>(2)).found->kind, violation_kind::misuse); }

TEST(RelacySearch, ASituationOverAWordThatDoesNotExistIsNotReached) {
  exploration e = of<increments>(2);
  e.must_reach = situation{"the third word is 0", [](const world_view& v) { return v.word(2) == 0; }};
  EXPECT_FALSE(run(e).situations.at(0).reached);
}

// It sees the other's flag, but not what came before it: destruction is not ordered after the use.
struct destroys_too_early {
  P::atomic<P::word> flag{x_layout, 0};
  std::optional<P::atomic<P::word>> x{std::in_place, y_layout, 0u};
  void thread(unsigned self) {
    if (self == 1) {
      x->store(1, order::relaxed, "X1");
      flag.store(1, order::relaxed, "F1");
    } else if (flag.load(order::acquire, "F2") == 1) {
      x.reset();
    }
  }
  void finish() {}
};

TEST(RelacySearch, DestructionRacesWithAUseThatNothingOrdersBefore) {
  const result r = run(of<destroys_too_early>(2));
  EXPECT_EQ(r.found->kind, violation_kind::data_race);
  EXPECT_EQ(r.found->object, "y");
}

struct interrupted_as_owner : two_words {
  void thread(unsigned self) {
    if (self == 1) {
      x.store(1, order::relaxed, "X1");
      P::wake(x, 1, scope::process_private, "W1");
    } else {
      P::expect(P::wait(x, 0, scope::process_private, P::deadline::never(), "W2") != wait_result::interrupted, "no signal", "E1");
    }
  }
};

TEST(RelacySearch, ASignalEndsASleepAsInterrupted) {
  exploration e = of<interrupted_as_owner>(2);
  e.spurious_wake_ups = 1;
  EXPECT_EQ(run(e).outcome, verdict::verified);
  e.interruptions = 1;
  EXPECT_EQ(run(e).outcome, verdict::violated);
}

// The other has ended.
struct interrupted_alone : two_words {
  void thread(unsigned self) {
    if (self == 1) return x.store(1, order::relaxed, "X1");
    if (x.fetch_add(1, order::relaxed, "X2") == 0) return;
    P::expect(P::wait(y, 0, scope::process_private, P::deadline::at_any_moment(), "W1") != wait_result::interrupted, "no signal", "E1");
  }
};

TEST(RelacySearch, ASignalMayComeBeforeADeadlineWhenNobodyElseRuns) {
  exploration e = of<interrupted_alone>(2);
  EXPECT_EQ(run(e).outcome, verdict::verified);
  e.interruptions = 1;
  EXPECT_EQ(run(e).outcome, verdict::violated);
}

struct inherits_on_a_number : two_words {
  void thread(unsigned self) {
    if (self == 1) P::try_lock_pi(x, scope::process_private, "X1");
  }
};

TEST(RelacySearch, RefusesPriorityInheritanceOnAWordWhoseLayoutHasNone) {
  const result r = run(of<inherits_on_a_number>(2));
  EXPECT_EQ(r.found->kind, violation_kind::misuse);
  EXPECT_EQ(r.found->object, "x");
}

struct waits_to_be_moved_in_set_up : two_words {
  P::atomic<P::word> word{pi_layout, 0};
  waits_to_be_moved_in_set_up() { P::wait_requeue_pi(x, 0, word, scope::process_private, P::deadline::never(), "W1"); }
  void thread(unsigned) {}
};

TEST(RelacySearch, SleepsNowhereInSetUp) {
  exploration e = of<waits_to_be_moved_in_set_up>(4);
  e.interruptions = 1;
  EXPECT_EQ(run(e).found->kind, violation_kind::misuse);
}

struct uses_destroyed {
  std::optional<P::atomic<P::word>> x{std::in_place, x_layout, 0u};
  void thread(unsigned self) {
    if (self == 1) x.reset();
    else x->store(1, order::relaxed, "X1");
  }
  void finish() {}
};

TEST(RelacySearch, FindsTheUseOfADestroyedObject) { EXPECT_EQ(run(of<uses_destroyed>(2)).found->kind, violation_kind::use_after_free); }

// A failure order stronger than the success order counts.
struct strong_failure_order {
  P::atomic<P::word> x{x_layout, 0};
  P::plain<unsigned> data{"data", 0};
  void thread(unsigned self) {
    if (self == 1) {
      data.store(1, "D1");
      x.store(1, order::release, "X1");
    } else {
      P::word expected = 0;
      if (!x.compare_exchange_strong(expected, 0, order::relaxed, order::acquire, "X2")) static_cast<void>(data.load("D2"));
    }
  }
  void finish() {}
};

TEST(RelacySearch, HonoursAFailureOrderStrongerThanTheSuccessOrder) {
  EXPECT_EQ(run(of<strong_failure_order>(2)).outcome, verdict::verified);
}

// One sleeper is woken, the other moved to y, where only a wake of y finds it; whoever is moved too late finds that x has changed.
struct requeues : two_words {
  void thread(unsigned self) {
    if (self < 3) {
      P::wait(x, 0, scope::process_private, P::deadline::never(), "W1");
      return;
    }
    x.store(1, order::relaxed, "X1");
    P::expect(!P::requeue(x, 0, 1, everyone, y, scope::process_private, "R1"), "the word has changed", "E1");
    P::expect(P::requeue(x, 1, 1, everyone, y, scope::process_private, "R2"), "the word is as expected", "E2");
    P::wake(y, 1, scope::process_private, "W2");
  }
};

TEST(RelacySearch, RequeueWakesOneAndMovesTheOther) {
  exploration e = of<requeues>(3);
  e.must_reach = situation{"a thread sleeps on y", [](const world_view& v) { return v.asleep_on(1) == 1; }};
  const result r = run(e);
  EXPECT_EQ(r.outcome, verdict::verified);
  EXPECT_TRUE(r.situations.at(0).reached);
  e.change = {mutation::change::drop, "W2"};
  EXPECT_EQ(run(e).outcome, verdict::violated);
}

struct weak_failure : two_words {
  void thread(unsigned) {
    P::word expected = 0;
    P::expect(x.compare_exchange_weak(expected, 0, order::relaxed, order::relaxed, "X1"), "succeeds", "E1");
  }
};

TEST(RelacySearch, AWeakCompareExchangeMayFailOnAnEqualValue) {
  EXPECT_EQ(run(of<weak_failure>(2)).found->kind, violation_kind::assertion);
}

TEST(NarrowWord, Wraps) {
  using word = narrow_word<2>;
  EXPECT_EQ(word(3) + word(1), word(0));
  EXPECT_EQ(word(0) - word(1), word(3));
}

}  // namespace
}  // namespace holdfast::checker::relacy
