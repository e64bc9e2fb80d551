// mutex1: the first mutex of "Futexes Are Tricky" (section 3), as printed. WRONG, and kept for study; nothing here ships.
//
// The word counts the lockers since the last unlock. Two defects, both named in the paper:
//   livelock     every locker's increment changes the word that another is about to sleep on, so two lockers can keep each other awake for
//                ever, with the owner preempted, and the counter grows without bound;
//   two owners   when the counter wraps, fetch_add returns 0 while the mutex is held.
//
//     bit 31 .................... 0     value  name        meaning
//        lockers since last unlock        0    free        nobody holds it
//                                       other  held        held; this many attempts to lock it so far (modulo the width)
//
// Source: U. Drepper, "Futexes Are Tricky" (2011), section 3. Memory orders are ours (the paper's atomics are full barriers): the weakest
// that order the critical sections.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUTEX1_H_
#define HOLDFAST_MODELS_PUBLISHED_MUTEX1_H_

#include "impl/platform.h"

namespace holdfast::published {

struct mutex1_word {
  static constexpr std::uint32_t free = 0;
  static constexpr field fields[] = {{"lockers", 0, 32, {}}};
  static constexpr layout description{"mutex1", fields};

  template <class Word>
  static constexpr auto is_free(const Word& w) {
    return w == free;
  }
};

template <class Platform>
  requires has_store<Platform> && has_fetch_add<Platform> && has_wait<Platform> && has_wake<Platform>
class mutex1 {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;

 public:
  void lock() noexcept {
    // [L1] acquire: reads U1's store. Else: mutant l1_relaxed races.
    word c = word_.fetch_add(1u, order::acquire, "L1");
    while (!mutex1_word::is_free(c)) {
      // [L2] sleeps only if nobody has incremented the word since: with two lockers that need not ever be so.
      //      Else: mutant l2_never_sleeps does not reach the situation.
      Platform::wait(word_, c + 1u, scope::process_private, deadline::never(), "L2");
      // [L3] acquire: as L1. Else: mutant l3_relaxed races.
      c = word_.fetch_add(1u, order::acquire, "L3");
    }
  }

  void unlock() noexcept {
    // [U1] release: publishes the section to L1 and L3. Else: mutant u1_relaxed races.
    word_.store(mutex1_word::free, order::release, "U1");
    // [U2] always a system call. Else: mutant u2_dropped loses a wake-up.
    Platform::wake(word_, 1, scope::process_private, "U2");
  }

 private:
  typename Platform::template atomic<word> word_{mutex1_word::description, mutex1_word::free};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUTEX1_H_
