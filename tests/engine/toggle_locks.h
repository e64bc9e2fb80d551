// toggle_locks: what rests on one rule of the kernel each, where no lock of the library does: right on Linux 6.18, and wrong on a kernel that
// has the rule otherwise. Each is the least that shows it.
#ifndef HOLDFAST_TESTS_ENGINE_TOGGLE_LOCKS_H_
#define HOLDFAST_TESTS_ENGINE_TOGGLE_LOCKS_H_

#include <cstdint>

#include "checker/relacy/relacy_platform.h"
#include "impl/interruptible_mutex.h"
#include "impl/lock_result.h"
#include "impl/word/pi_word.h"
#include "impl/word/robust_word.h"
#include "models/spec/robust_mutex.h"
#include "tests/engine/exploring.h"

namespace holdfast::checker::toggle_locks {

using world = graph_platform;
using word = world::atomic<std::uint32_t>;
using deadline = world::deadline;

inline constexpr field number_fields[] = {{"value", 0, 32, {}}};
inline constexpr layout number{"number", number_fields};
inline constexpr auto own = scope::process_private;

// Of the executions in which the word is 0 still. Whoever sleeps on 0 has come before.
inline void come_second(word& w) {
  std::uint32_t first = 0;
  world::assume(w.compare_exchange_strong(first, 1, order::relaxed, order::relaxed, "come second"));
}

// Two sleep on a word, the first before the second; the third thread wakes one, and then everybody. Rests on: first come, first woken, also
// if the first is requeued to its own word before that.
template <bool Requeues>
struct two_in_order {
  word w{number, 0};
  word one_is_woken{number, 0};
  world::plain<bool> in_order{"in_order", true};

  void thread(unsigned self) {
    if (self == 3) return wake();
    if (self == 2) come_second(w);
    const wait_result r = world::wait(w, self - 1, own, deadline::never(), "sleep");
    if (self == 1) world::assume(r == wait_result::woken);
    if (self == 2 && r == wait_result::woken) in_order.store(one_is_woken.load(order::relaxed, "look") == 1, "note");
  }
  void finish() { world::expect(in_order.load("read"), "the first is woken first", "finish"); }
  void wake() {
    if (Requeues) world::requeue(w, 1, 0, 1, w, own, "requeue");
    world::wake(w, 1, own, "wake one");
    one_is_woken.store(1, order::relaxed, "one is woken");
    w.store(2, order::relaxed, "let go");
    world::wake(w, everyone, own, "wake all");
  }
};

// One waits for any of two words, the other wakes on both, the first of which wakes finds it. Rests on: if both find it, it returns the
// second.
struct wait_on_two {
  word first{number, 0};
  word second{number, 0};
  word found_twice{number, 0};
  world::plain<unsigned> returned{"returned", 0};

  void thread(unsigned self) {
    if (self == 1) {
      const awaited_word<world> both[] = {{&first, 0}, {&second, 0}};
      return returned.store(world::wait_any(both, own, deadline::never(), "sleep").index, "note");
    }
    world::assume(world::wake_found(first, 1, own, "wake on the first"));
    if (world::wake_found(second, 1, own, "wake on the second")) found_twice.store(1, order::relaxed, "count");
  }
  void finish() {
    const bool twice = found_twice.load(order::relaxed, "look") == 1;
    world::expect(!twice || returned.load("look") == 1, "the second is returned if both wakes found it", "finish");
  }
};

// One waits until a count is 0, which the other counts down in the call that wakes. Rests on: -1 is -1.
struct count_down {
  word count{number, 1};

  void thread(unsigned self) {
    if (self == 1) {
      using change = word_change;
      return world::wake_op(count, everyone, count, everyone, {change::update::add, -1, change::test::equal, 1}, own, "count down");
    }
    for (std::uint32_t left; (left = count.load(order::relaxed, "look")) != 0;) world::wait(count, left, own, deadline::never(), "sleep");
  }
};

// One waits for a bit with private waits, one for another with shared waits. Rests on: each is woken by its own wake.
struct two_scopes {
  word bits{number, 0};

  void thread(unsigned self) {
    if (self == 3) {
      for (const unsigned other : {1u, 2u}) {
        bits.fetch_or(other, order::relaxed, "set");
        world::wake(bits, 1, scope_of(other), "wake");
      }
      return;
    }
    for (std::uint32_t b = bits.load(order::relaxed, "look"); (b & self) == 0; b = bits.load(order::relaxed, "look")) {
      world::wait(bits, b, scope_of(self), deadline::never(), "sleep");
    }
  }
  static scope scope_of(unsigned thread) { return thread == 1 ? scope::process_private : scope::process_shared; }
};

// A gate with generations: those of the one before are moved to where they are let go another time. Rests on: who came later is not moved.
struct generations {
  word gate{number, 0};
  word elsewhere{number, 0};

  void thread(unsigned self) {
    if (self == 1) {
      world::assume(gate.load(order::relaxed, "look") == 1);
      while (gate.load(order::relaxed, "look again") == 1) world::wait(gate, 1, own, deadline::never(), "sleep");
    } else if (self == 2) {
      gate.store(1, order::relaxed, "next generation");
      gate.store(2, order::relaxed, "let go");
      world::wake(gate, everyone, own, "wake");
    } else {
      world::requeue(gate, 0, 0, everyone, elsewhere, own, "move");
    }
  }
};

// Rests on: a handler with SA_RESTART ends no wait without a deadline.
struct patient_lock {
  basic_interruptible_mutex<world> mutex;

  void thread(unsigned) {
    world::expect(mutex.lock_interruptible() == interruptible_result::acquired, "no handler calls it off", "lock");
    mutex.unlock();
  }
};
// Rests on: it does end one with a deadline.
struct called_off_lock {
  basic_interruptible_mutex<world> mutex;
  word is_called_off{number, 0};

  void thread(unsigned) {
    const auto r = mutex.try_lock_interruptible_until(deadline::at_any_moment());
    if (r == interruptible_result::interrupted) is_called_off.store(1, order::relaxed, "called off");
    if (r == interruptible_result::acquired) mutex.unlock();
  }
};

// A word with priority inheritance, taken and given back as pi_mutex does.
struct with_pi_word {
  word pi{pi_word::description, pi_word::free};

  pi_result lock() {
    std::uint32_t w = pi_word::free;
    if (pi.compare_exchange_strong(w, world::this_thread_id(), order::acquire, order::relaxed, "take")) return pi_result::done;
    return world::lock_pi(pi, own, deadline::never(), "lock");
  }
  void unlock() {
    std::uint32_t w = world::this_thread_id();
    if (pi.compare_exchange_strong(w, pi_word::free, order::release, order::relaxed, "free")) return;
    world::expect(world::unlock_pi(pi, own, "unlock") == pi_result::done, "the owner may unlock", "unlock");
  }
};

// Its owner marks it and forgets who it is. Rests on: LOCK_PI remembers, and lets it have the word again.
struct forgetful_owner : with_pi_word {
  void thread(unsigned self) {
    world::expect(lock() == pi_result::done, "the word is taken", "lock");
    if (self == 1) {
      const std::uint32_t before = pi.exchange(pi_word::owner_died, order::relaxed, "mark");
      world::assume(before == (pi_word::waiters | self));
      world::expect(world::lock_pi(pi, own, deadline::never(), "lock again") == pi_result::done, "it is the owner's still", "lock again");
      pi.exchange(before, order::relaxed, "put back");
    }
    unlock();
  }
};

// Two wait on a sequence, first the less urgent one, to be moved to the word. Rests on: the more urgent one is moved first.
struct two_to_be_moved : with_pi_word {
  word sequence{number, 0};

  void thread(unsigned self) {
    if (self == 3) return move();
    if (self == 2) come_second(sequence);
    const pi_result r = world::wait_requeue_pi(sequence, self - 1, pi, own, deadline::never(), "sleep");
    world::assume(r == pi_result::done);
    unlock();
  }
  void move() {
    world::assume(world::requeue_pi(sequence, 1, 0, pi, own, "move one") == pi_result::done);
    sequence.store(2, order::relaxed, "let go");
    world::requeue_pi(sequence, 2, 1, pi, own, "move all");
  }
};

// A mutex with priority inheritance that outlives its owners. Listed: it is on the robust list, so that a later locker is told, too; else
// whoever waits is. Rests on: the kernel alone writes OWNER_DIED, and UNLOCK_PI alone clears it.
template <bool Listed>
class robust_pi_lock : with_pi_word {
 public:
  lock_result take() {
    if (Listed) world::robust_pending(pi);
    const pi_result r = with_pi_word::lock();
    if (Listed && r == pi_result::done) world::robust_link(pi);
    if (Listed) world::robust_done();
    world::assume(r != pi_result::owner_lost);  // not listed, and nobody waited
    world::expect(r == pi_result::done, "the word is taken", "lock");
    return (pi.load(order::relaxed, "look") & pi_word::owner_died) != 0 ? lock_result::owner_died : lock_result::acquired;
  }
  void give() {
    if (Listed) world::robust_pending(pi);
    if (Listed) world::robust_unlink(pi);
    std::uint32_t w = world::this_thread_id();
    if (!pi.compare_exchange_strong(w, pi_word::free, order::release, order::relaxed, "free")) hand_over();
    if (Listed) world::robust_done();
  }

 private:
  // It is refused while OWNER_DIED is in the word and somebody has come to wait since the kernel looked.
  void hand_over() {
    while (world::unlock_pi(pi, own, "unlock") != pi_result::done) {
    }
  }
};

// Each of the threads takes it once, and repairs what a dead owner left.
template <bool Listed>
struct robust_pi_scenario {
  using operation = spec::robust_operation;
  robust_pi_lock<Listed> mutex;
  world::plain<unsigned> count{"count", 0};

  void thread(unsigned) {
    world::begin_operation(static_cast<unsigned char>(operation::locking), "lock");
    const bool died = mutex.take() == lock_result::owner_died;
    world::end_operation(static_cast<unsigned char>(died ? operation::owner_died : operation::lock));
    if (died) {
      world::begin_operation(static_cast<unsigned char>(operation::make_consistent), "make_consistent");
      world::end_operation(static_cast<unsigned char>(operation::make_consistent));
    }
    count.store(count.load("read") + 1, "write");
    world::begin_operation(static_cast<unsigned char>(operation::unlock), "unlock");
    mutex.give();
    world::end_operation(static_cast<unsigned char>(operation::unlock));
  }
};

// A robust lock in which WAITERS stays once it is set, and whoever is woken takes the word as it is. The first of three dies as its owner.
// Rests on: the exit walk leaves WAITERS.
struct robust_heirs {
  word w{robust_word::description, robust_word::free};

  void thread(unsigned self) {
    world::robust_pending(w);
    take(self);
    world::robust_link(w);
    world::robust_done();
    world::assume(self != 1);
    world::robust_pending(w);
    world::robust_unlink(w);
    if (robust_word::has_waiters(w.fetch_and(robust_word::waiters, order::release, "give")))
      world::wake(w, 1, scope::process_shared, "wake");
    world::robust_done();
  }
  void take(unsigned self) {
    for (;;) {
      std::uint32_t seen = w.load(order::relaxed, "look");
      if (robust_word::is_free(seen)) {
        if (w.compare_exchange_strong(seen, robust_word::taken_by(self, seen), order::acquire, order::relaxed, "take")) return;
      } else if (robust_word::has_waiters(seen) ||
                 w.compare_exchange_strong(seen, seen | robust_word::waiters, order::relaxed, order::relaxed, "announce")) {
        world::wait(w, seen | robust_word::waiters, scope::process_shared, deadline::never(), "sleep");
      }
    }
  }
};

// What the graph engine does not follow, for relacy.
using relacy_world = relacy_platform;
using relacy_word = relacy_world::atomic<std::uint32_t>;

// One waits to be moved to its word, and the other tries to move it to another first. Rests on: whoever wakes up owns the word it named.
struct two_targets {
  relacy_word named{pi_word::description, pi_word::free};
  relacy_word other{pi_word::description, pi_word::free};
  relacy_word sequence{number, 0};

  void thread(unsigned self) {
    if (self == 2) {
      relacy_world::requeue_pi(sequence, 0, 0, other, own, "move elsewhere");
      relacy_world::requeue_pi(sequence, 0, 0, named, own, "move");
    } else if (relacy_world::wait_requeue_pi(sequence, 0, named, own, relacy_world::deadline::at_any_moment(), "sleep") ==
               pi_result::done) {
      relacy_world::expect(pi_word::owner_of(named.load(order::relaxed, "look")) == 1, "it owns what it named", "expect");
    }
  }
};

// Rests on: a word is not moved to itself, and whoever asks for that is told.
struct moved_to_itself {
  relacy_word pi{pi_word::description, pi_word::free};
  relacy_word told{number, 0};

  void thread(unsigned) {
    const pi_result r = relacy_world::requeue_pi(pi, 0, 0, pi, own, "move");
    relacy_world::expect(r == pi_result::inconsistent, "it is refused", "expect");
    told.fetch_add(1, order::relaxed, "told");
  }
};

}  // namespace holdfast::checker::toggle_locks

#endif  // HOLDFAST_TESTS_ENGINE_TOGGLE_LOCKS_H_
