// ttas_lock: test and test-and-set: a waiter reads the word until it is free, and only then tries to take it.
//
// Guarantees: mutual exclusion. Not fair: a thread may be overtaken for ever. Nobody sleeps, every waiter spins.
//
//     bit 31 ............ 1 | 0 |      value  name   meaning
//        must be zero       | s |        0    free   nobody holds it
//                                        1    held   somebody does
//
//     from \ step   take [L2,T1]   free [U1]
//     free          held, own      misuse
//     held          held           free
//
// Lifetime: U1 is the last access of an unlock; whoever locks next may destroy the lock, if nobody else is about to lock it.
// Source: L. Rudolph and Z. Segall, "Dynamic Decentralized Cache Schemes for MIMD Parallel Processors" (1984). Memory orders are ours: the
// weakest that order the critical sections.
#ifndef HOLDFAST_MODELS_PUBLISHED_TTAS_LOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_TTAS_LOCK_H_

#include "impl/platform.h"

namespace holdfast::published {

struct ttas_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;

  static constexpr named_value states[] = {{free, "free", "nobody holds it"}, {held, "held", "somebody does"}};
  static constexpr field fields[] = {{"state", 0, 1, states}};
  static constexpr layout description{"lock", fields};

  template <class Word>
  static constexpr auto is_free(const Word& w) {
    return w == free;
  }
};

template <class Platform>
  requires has_load<Platform> && has_store<Platform> && has_exchange<Platform>
class ttas_lock {
  using word = typename Platform::word;
  using flag = typename Platform::flag;

 public:
  void lock() noexcept {
    do {
      // [L1] relaxed: the value is a hint; L2 takes the lock.
      while (!ttas_word::is_free(word_.load(order::relaxed, "L1"))) {
      }
      // [L2] acquire: reads U1's store, so the last owner's writes are visible. Else: mutant l2_relaxed races.
    } while (!ttas_word::is_free(word_.exchange(ttas_word::held, order::acquire, "L2")));
  }

  [[nodiscard]] flag try_lock() noexcept {
    // [T1] acquire: as L2. Else: mutant t1_relaxed races.
    return ttas_word::is_free(word_.exchange(ttas_word::held, order::acquire, "T1"));
  }

  void unlock() noexcept {
    // [U1] release: publishes the section to L2 and T1. Else: mutant u1_relaxed races.
    word_.store(ttas_word::free, order::release, "U1");
  }

 private:
  typename Platform::template atomic<word> word_{ttas_word::description, ttas_word::free};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_TTAS_LOCK_H_
