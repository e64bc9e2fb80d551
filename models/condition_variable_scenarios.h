// condition_variable_scenarios: what a condition variable is put through, with a mutex, over any exploring platform.
#ifndef HOLDFAST_MODELS_CONDITION_VARIABLE_SCENARIOS_H_
#define HOLDFAST_MODELS_CONDITION_VARIABLE_SCENARIOS_H_

#include "checker/model_platform.h"
#include "impl/platform.h"
#include "models/spec/condition_variable.h"

namespace holdfast::models {

// How a notifier calls: while it owns the mutex, and then with the lock or without, or when it has released the mutex.
enum class notifying { with_the_lock, owning, after_unlock };

// A mutex and a condition variable whose operations are recorded for their specification.
// Counts: how many waits have entered can be awaited.
template <checker::model_platform P, class Condition, class Mutex, bool Counts = false>
class observed_monitor {
  static constexpr field entered_fields[] = {{"waits", 0, 32, {}}};
  static constexpr layout entered_layout{"entered", entered_fields};
  using operation = spec::condition_variable_operation;
  using site = typename P::site;

 public:
  void lock(site at) {
    begin(operation::lock, at);
    mutex_.lock();
    end(operation::lock);
  }
  void unlock(site at) {
    begin(operation::unlock, at);
    mutex_.unlock();
    end(operation::unlock);
  }
  void wait(site at) {
    waiting w{*this, operation::released, at};
    begin(operation::enter, at);
    changed_.wait(w);
    end(operation::returned);
  }
  // May give up at any moment.
  void wait_until(site at) {
    waiting w{*this, operation::give_up, at};
    begin(operation::enter, at);
    static_cast<void>(changed_.wait_until(w, P::deadline::at_any_moment()));
    end(operation::returned);
  }
  void notify_one(notifying how, site at) {
    begin(operation::notify_one, at);
    if (how == notifying::with_the_lock) changed_.notify_one(mutex_);
    else changed_.notify_one();
    end(operation::notify_one);
  }
  void notify_all(notifying how, site at) {
    begin(operation::notify_all, at);
    if (how == notifying::with_the_lock) changed_.notify_all(mutex_);
    else changed_.notify_all();
    end(operation::notify_all);
  }
  // Returns when so many waits have entered.
  void await_entered(unsigned how_many) {
    while (static_cast<std::uint32_t>(entered_.load(order::acquire, "have entered")) < how_many) continue;
  }

 private:
  static void begin(operation o, const site& at) { P::begin_operation(static_cast<unsigned char>(o), at); }
  static void end(operation o) { P::end_operation(static_cast<unsigned char>(o)); }

  // The mutex as a wait sees it: releasing it ends the first half of the wait.
  struct waiting {
    observed_monitor& monitor;
    operation second_half;
    const site& at;

    void lock() { monitor.mutex_.lock(); }
    void unlock() {
      monitor.mutex_.unlock();
      if (Counts) monitor.entered_.fetch_add(1u, order::release, "has entered");
      end(operation::enter);
      begin(second_half, at);
    }
    static constexpr scope futex_scope = Mutex::futex_scope;
    auto& futex_word() { return monitor.mutex_.futex_word(); }
    void announce_waiters() { monitor.mutex_.announce_waiters(); }
    auto looks_free() { return monitor.mutex_.looks_free(); }
    void lock_contended() { monitor.mutex_.lock_contended(); }
  };

  Condition changed_;
  Mutex mutex_;
  typename P::template atomic<typename P::word> entered_{entered_layout, 0u};
};

// What the scenarios share: threads wait until there is an item for each of them.
template <class P, class Condition, class Mutex, bool Counts = false>
struct monitor_scenario {
  observed_monitor<P, Condition, Mutex, Counts> monitor;
  typename P::template plain<unsigned> items{"items", 0};

  void take() {
    monitor.lock("lock");
    while (items.load("look") == 0) monitor.wait("wait");
    items.store(items.load("look") - 1, "take");
    monitor.unlock("unlock");
  }
  void give(unsigned how_many, bool all, notifying how) {
    monitor.lock("lock");
    items.store(items.load("look") + how_many, "give");
    if (how != notifying::after_unlock) notify(all, how);
    monitor.unlock("unlock");
    if (how == notifying::after_unlock) notify(all, how);
  }
  void notify(bool all, notifying how) {
    if (all) monitor.notify_all(how, "notify_all");
    else monitor.notify_one(how, "notify_one");
  }
  void finish() { P::expect(items.load("look") == 0, "everybody took one", "finish"); }
};

// The first thread gives one item at a time, and notifies one.
template <class P, class Condition, class Mutex, unsigned Waiters, notifying How>
struct one_by_one : monitor_scenario<P, Condition, Mutex> {
  void thread(unsigned self) {
    if (self != 1) return this->take();
    for (unsigned i = 0; i < Waiters; ++i) this->give(1, false, How);
  }
};

// With more waiters: they come one after the other, and the first thread then; what is left is how they sleep, are notified and lock again.
// It gives them all theirs at once, and notifies all.
template <class P, class Condition, class Mutex, unsigned Waiters, notifying How>
struct broadcast : monitor_scenario<P, Condition, Mutex, true> {
  void thread(unsigned self) {
    this->monitor.await_entered(self == 1 ? Waiters : self - 2);
    if (self == 1) this->give(Waiters, true, How);
    else this->take();
  }
};

// The same, and the last thread wants the mutex as well, once all wait.
template <class P, class Condition, class Mutex, unsigned Waiters, notifying How>
struct broadcast_beside_a_locker : broadcast<P, Condition, Mutex, Waiters, How> {
  void thread(unsigned self) {
    if (self != Waiters + 2) return broadcast<P, Condition, Mutex, Waiters, How>::thread(self);
    this->monitor.await_entered(Waiters);
    this->monitor.lock("lock");
    this->monitor.unlock("unlock");
  }
};

// Or it notifies one as many times.
template <class P, class Condition, class Mutex, unsigned Waiters, notifying How>
struct one_after_another : monitor_scenario<P, Condition, Mutex, true> {
  void thread(unsigned self) {
    this->monitor.await_entered(self == 1 ? Waiters : self - 2);
    if (self != 1) return this->take();
    this->give(Waiters, false, How);
    for (unsigned i = 1; i < Waiters; ++i) this->notify(false, notifying::after_unlock);
  }
};

// All but the first wait, once. When one has entered, the first thread notifies one, while others may come: a wait that began when the notify
// was over must not be released by it in place of one that was there before. Whoever is not released waits for ever.
template <class P, class Condition, class Mutex, notifying How>
struct late_waiter : monitor_scenario<P, Condition, Mutex, true> {
  void thread(unsigned self) {
    if (self == 1) {
      this->monitor.await_entered(1);
      if (How != notifying::after_unlock) this->monitor.lock("lock");
      this->monitor.notify_one(How, "notify_one");
      if (How != notifying::after_unlock) this->monitor.unlock("unlock");
    } else {
      this->monitor.lock("lock");
      this->monitor.wait("wait");
      this->monitor.unlock("unlock");
    }
  }
};

// The last thread waits once at most, and gives up at any moment; the others take, and come before it. There may be an item left.
template <class P, class Condition, class Mutex, unsigned Takers, notifying How>
struct gives_up : monitor_scenario<P, Condition, Mutex, (Takers > 0)> {
  void thread(unsigned self) {
    if (Takers != 0) this->monitor.await_entered(self == 1 ? Takers + 1 : self - 2);
    if (self == 1) return this->give(Takers + 1, true, How);
    if (self <= Takers + 1) return this->take();
    this->monitor.lock("lock");
    if (this->items.load("look") == 0) this->monitor.wait_until("wait_until");
    if (this->items.load("look") != 0) this->items.store(this->items.load("look") - 1, "take");
    this->monitor.unlock("unlock");
  }
  void finish() { P::expect(this->items.load("look") <= 1, "whoever waited took one", "finish"); }
};

// One thread hands an item to the other and back.
template <class P, class Condition, class Mutex, notifying How>
struct there_and_back : monitor_scenario<P, Condition, Mutex> {
  void thread(unsigned self) {
    this->monitor.lock("lock");
    while (this->items.load("look") != self - 1) this->monitor.wait("wait");
    this->items.store(self, "pass on");
    this->monitor.notify_one(How, "notify_one");
    while (self == 1 && this->items.load("look") != 2) this->monitor.wait("wait");
    this->monitor.unlock("unlock");
  }
  void finish() { P::expect(this->items.load("look") == 2, "it came back", "finish"); }
};

// Notifies come to nothing if nobody waits: the second thread waits, and may wait for ever.
template <class P, class Condition, class Mutex>
struct nothing_to_wait_for : monitor_scenario<P, Condition, Mutex> {
  void thread(unsigned self) {
    if (self == 1) {
      this->monitor.notify_one(notifying::after_unlock, "notify_one");
      this->monitor.notify_all(notifying::after_unlock, "notify_all");
    } else {
      this->monitor.lock("lock");
      this->monitor.wait("wait");
      this->monitor.unlock("unlock");
    }
  }
};

// The second thread, which takes the only item, destroys everything.
template <class P, class Condition, class Mutex, notifying How>
struct destroyed_by_the_taker {
  monitor_scenario<P, Condition, Mutex>* it = new monitor_scenario<P, Condition, Mutex>;

  void thread(unsigned self) {
    if (self == 1) return it->give(1, true, How);
    it->take();
    delete it;
  }
};

// What the scenarios without a record share: each waits, with a mutex, for an item of its own.
template <class P, class Condition, class Mutex>
struct waiting_room {
  Mutex mutex;
  typename P::template plain<bool> ready{"ready", false};

  void wait(Condition& changed) {
    mutex.lock();
    while (!ready.load("look")) changed.wait(mutex);
    mutex.unlock();
  }
  void release_all(Condition& changed) {
    mutex.lock();
    ready.store(true, "make ready");
    changed.notify_all(mutex);
    mutex.unlock();
  }
};

// The first thread destroys the condition variable when all have left it, while they may still be waiting for the mutex.
template <class P, class Condition, class Mutex>
struct destroyed_by_the_notifier {
  Condition* changed = new Condition;
  waiting_room<P, Condition, Mutex> room;

  void thread(unsigned self) {
    if (self != 1) return room.wait(*changed);
    room.release_all(*changed);
    changed->await_departures();
    delete changed;
  }
};

// The first thread releases the second, after it has unlocked the mutex; the third only tries to lock that.
template <class P, class Condition, class Mutex>
struct beside_a_try {
  Condition changed;
  waiting_room<P, Condition, Mutex> room;

  void thread(unsigned self) {
    if (self == 2) return room.wait(changed);
    if (self == 3) {
      if (room.mutex.try_lock()) room.mutex.unlock();
      return;
    }
    room.mutex.lock();
    room.ready.store(true, "make ready");
    room.mutex.unlock();
    changed.notify_one();
  }
};

// Waits with one mutex, and then with another.
template <class P, class Condition, class Mutex>
struct two_mutexes {
  Condition changed;
  waiting_room<P, Condition, Mutex> first;
  waiting_room<P, Condition, Mutex> second;

  void thread(unsigned self) {
    if (self == 1) {
      first.release_all(changed);
      second.release_all(changed);
    } else {
      first.wait(changed);
      second.wait(changed);
    }
  }
};

}  // namespace holdfast::models

#endif  // HOLDFAST_MODELS_CONDITION_VARIABLE_SCENARIOS_H_
