// musl_robust_mutex: two bugs of musl's robust mutexes, each with its fix.
//
// Waiters of private scope (b092f1c5): the waiters of a mutex that is not process-shared slept on a private futex, and the kernel wakes
//   shared ones only when a thread dies: T2 sleeps | T1 exits as the owner, the kernel marks the word and wakes nobody | T2 sleeps.
//   As fixed: an exiting thread looks through its list itself, marks the words and wakes in their own scope.
// A pending unlock of memory that is something else by now (da8d0fc4, 233bb697; glibc BZ 14485, open): T1 has released the mutex and is
//   about to say that it is through | T2 locks, unlocks, destroys it, and puts a number there | T1 is killed: the kernel finds T1's number, and
//   marks it. As fixed: memory is not given back while an unlock is pending.
//
// Word: robust_word. Not modelled: inconsistent and not recoverable states.
// Source: musl's commit messages and the bug's description; written from them, not from musl's source.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUSL_ROBUST_MUTEX_H_
#define HOLDFAST_MODELS_PUBLISHED_MUSL_ROBUST_MUTEX_H_

#include "impl/platform.h"
#include "impl/word/robust_word.h"

namespace holdfast::published {

inline constexpr field pending_fields[] = {{"unlocks", 0, 32, {}}};
inline constexpr layout pending_unlocks_layout{"pending", pending_fields};

// How many unlocks of a process are pending; whoever gives memory back waits for none.
template <class Platform>
class pending_unlocks {
  using word = typename Platform::word;

 public:
  // [V1] relaxed: before the release of the mutex, which shows it to whoever owns it next.
  void begin() { count_.fetch_add(1u, order::relaxed, "V1"); }
  // [V2] relaxed: what the kernel would read is the thread's own.
  void end() { count_.fetch_sub(1u, order::relaxed, "V2"); }
  // [V3] relaxed: as V2.
  bool none() const { return count_.load(order::relaxed, "V3") == 0u; }

 private:
  typename Platform::template atomic<word> count_{pending_unlocks_layout, 0u};
};

template <class Platform, scope Scope>
requires has_load<Platform> && has_exchange<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform> &&
    has_robust_list<Platform> && has_thread_id<Platform>
class musl_robust_mutex {
  using word = typename Platform::word;

 public:
  void lock() {
    Platform::robust_pending(word_);
    const word self = Platform::this_thread_id();
    word announced = robust_word::free;
    // [L1] relaxed: a guess, which L2 tests.
    word seen = word_.load(order::relaxed, "L1");
    for (;;) {
      if (robust_word::is_free(seen)) {
        // [L2] acquire: reads U1's or X1's write, or the kernel's mark. Else: mutant l2_relaxed races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(seen, self | (seen & robust_word::waiters) | announced, order::acquire, order::relaxed, "L2"))
          break;
        continue;
      }
      if (!robust_word::has_waiters(seen)) {
        // [L3] relaxed: says that somebody may sleep. failure relaxed: the next guess.
        if (!word_.compare_exchange_strong(seen, seen | robust_word::waiters, order::relaxed, order::relaxed, "L3")) continue;
        seen = seen | robust_word::waiters;
      }
      // [L4] sleeps only while the word says that somebody may. Else: mutant l4_never_sleeps does not reach the situation.
      Platform::wait(word_, seen, Scope, Platform::deadline::never(), "L4");
      announced = robust_word::waiters;
      // [L5] relaxed: as L1.
      seen = word_.load(order::relaxed, "L5");
    }
    Platform::robust_link(word_);
    Platform::robust_done();
  }

  void unlock() {
    Platform::robust_pending(word_);
    Platform::robust_unlink(word_);
    // [U1] release: publishes the section to L2. Else: mutant u1_relaxed races.
    const word found = word_.exchange(robust_word::free, order::release, "U1");
    // [U2] pays the wake that WAITERS owed. Else: mutant u2_dropped loses a wake-up.
    if (robust_word::has_waiters(found)) Platform::wake(word_, 1, Scope, "U2");
    Platform::robust_done();
  }

  // By its owner, who is about to exit.
  void release_at_exit() {
    Platform::robust_pending(word_);
    Platform::robust_unlink(word_);
    // [X1] release: as U1. Else: mutant x1_relaxed races.
    const word found = word_.exchange(robust_word::owner_died, order::release, "X1");
    // [X2] what the kernel would not do in this scope. Else: mutant x2_dropped loses a wake-up.
    if (robust_word::has_waiters(found)) Platform::wake(word_, 1, Scope, "X2");
    Platform::robust_done();
  }

 private:
  typename Platform::template atomic<word> word_{robust_word::description, robust_word::free};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUSL_ROBUST_MUTEX_H_
