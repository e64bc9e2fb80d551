// mutex2: the second mutex of "Futexes Are Tricky" (section 4), as printed.
//
// Guarantees: mutual exclusion; no lost wake-up. Not fair.
// Word: mutex_word's three states; the diagram is in impl/word/mutex_word.h.
// Lifetime: a contended unlock's decrement leaves the word held, so no other thread owns the mutex before its store [U2]; the wake [U3]
// comes after the word is free and uses the address only.
//
//     from \ step    take [L1]    mark [L2]       retake [L4]          decrement [U1]    free [U2]
//     free           held, own    -- (no sleep)   held_waiters, own    misuse            --
//     held           --           held_waiters    --                   free              free (after U1 took 2 to 1)
//     held_waiters   --           --              --                   held              free (somebody marked in between)
//
// Source: U. Drepper, "Futexes Are Tricky" (2011), section 4. Memory orders are ours: the weakest that order the critical sections.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUTEX2_H_
#define HOLDFAST_MODELS_PUBLISHED_MUTEX2_H_

#include "impl/platform.h"
#include "impl/word/mutex_word.h"

namespace holdfast::published {

template <class Platform>
  requires has_store<Platform> && has_fetch_sub<Platform> && has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform>
class mutex2 {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;

 public:
  void lock() noexcept {
    word c = mutex_word::free;
    // [L1] acquire: reads U1's or U2's write. Else: mutant l1_relaxed races. failure relaxed: the value decides only whether to mark.
    if (word_.compare_exchange_strong(c, mutex_word::held, order::acquire, order::relaxed, "L1")) return;
    do {
      if (mutex_word::has_waiters(c) || mark()) {
        // [L3] sleeps only while the word is held_waiters. Else: mutant l3_never_sleeps does not reach the situation.
        Platform::wait(word_, mutex_word::held_waiters, scope::process_private, deadline::never(), "L3");
      }
      c = mutex_word::free;
      // [L4] acquire: as L1. Else: mutant l4_relaxed races. Takes it as held_waiters: others may sleep.
      //      Else: mutant l4_lost_flag loses a wake-up.
    } while (!word_.compare_exchange_strong(c, mutex_word::held_waiters, order::acquire, order::relaxed, "L4"));
  }

  void unlock() noexcept {
    // [U1] release: when it frees the word, publishes the section to L1 and L4. Else: mutant u1_relaxed races.
    if (mutex_word::is_held_alone(word_.fetch_sub(1u, order::release, "U1"))) return;
    // [U2] release: publishes the section when the word had waiters. Else: mutant u2_relaxed races.
    word_.store(mutex_word::free, order::release, "U2");
    // [U3] pays the wake that held_waiters owed. Else: mutant u3_dropped loses a wake-up.
    Platform::wake(word_, 1, scope::process_private, "U3");
  }

 private:
  // The paper's cmpxchg(val, 1, 2) != 0: the word is held_waiters now, or was already.
  flag mark() noexcept {
    word h = mutex_word::held;
    // [L2] relaxed: says that somebody may sleep; the section is ordered by L4, later. A failure leaves the value read in h.
    if (word_.compare_exchange_strong(h, mutex_word::held_waiters, order::relaxed, order::relaxed, "L2")) return flag(true);
    return !mutex_word::is_free(h);
  }

  typename Platform::template atomic<word> word_{mutex_word::description, mutex_word::free};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUTEX2_H_
