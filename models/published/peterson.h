// peterson: mutual exclusion of two threads by loads and stores alone.
//
// Guarantees, as `sequential` and as `fenced`: mutual exclusion; the other thread overtakes a waiting one at most once. Nobody sleeps, a
// waiter spins. As `unfenced` there is NO mutual exclusion: each thread may miss that the other wants to enter, since nothing orders its
// own stores before its loads. This version is kept for study.
//
//     wants[i]   1: thread i wants to enter, or is inside
//     turn       the thread that enters first if both want to: each gives it to the other
//
//     T1: wants[0]=1 | T1: wants[1] -> 0, enters | T2: wants[1]=1, turn=0 | T2: wants[0] -> 0 (the store is not seen yet), enters
//
// `fenced` has a fence after each store. The second alone is what x86 needs, and not enough in C++: two relaxed stores of `turn` may take
// their places in its modification order the other way round than the fences do, and then both threads find it in their favour.
//
// Lifetime: U1 is the last access of an unlock.
// Source: G. L. Peterson, "Myths about the Mutual Exclusion Problem" (1981), which presumes sequential consistency. Memory orders are ours:
// the weakest that explorations of two rounds leave right.
#ifndef HOLDFAST_MODELS_PUBLISHED_PETERSON_H_
#define HOLDFAST_MODELS_PUBLISHED_PETERSON_H_

#include "impl/platform.h"

namespace holdfast::published {

enum class peterson_version : std::uint8_t { sequential, fenced, unfenced };

template <class Platform>
concept has_fence = requires(order o, typename Platform::site s) { Platform::fence(o, s); };

struct peterson_word {
  static constexpr field fields[] = {{"number", 0, 32, {}}};
  static constexpr layout wants[] = {{"wants[0]", fields}, {"wants[1]", fields}};
  static constexpr layout turn{"turn", fields};
};

template <class Platform, peterson_version Version>
  requires has_load<Platform> && has_store<Platform> && (Version != peterson_version::fenced || has_fence<Platform>)
class peterson {
  using word = typename Platform::word;

  static constexpr bool is_sequential = Version == peterson_version::sequential;
  static constexpr order announced = is_sequential ? order::seq_cst : Version == peterson_version::fenced ? order::relaxed : order::release;
  static constexpr order looked = is_sequential ? order::seq_cst : order::acquire;

 public:
  // REQUIRES: self is 0 or 1, and no other thread has the same.
  void lock(unsigned self) noexcept {
    const unsigned other = 1 - self;
    // [L1] seq_cst: before L3 in the order of all such operations; or F1 and F2 see to that. Else: mutant l1_relaxed races.
    wants_[self].store(1u, announced, "L1");
    if constexpr (Version == peterson_version::fenced) {
      // [F1] seq_cst: orders L1, and the other's L3, with L2. Else: mutant f1_relaxed races.
      Platform::fence(order::seq_cst, "F1");
    }
    // [L2] seq_cst: whoever is second finds the first one's L1; or F1 and F2 see to that. Else: mutant l2_relaxed races.
    turn_.store(other, announced, "L2");
    if constexpr (Version == peterson_version::fenced) {
      // [F2] seq_cst: orders L1 and L2 before L3. Else: mutant f2_relaxed races.
      Platform::fence(order::seq_cst, "F2");
    }
    // [L3] as L1; acquire at least: reads U1's store, so the other's section is visible. Else: mutant l3_relaxed races.
    while (wants_[other].load(looked, "L3") == 1u) {
      // [L4] acquire: the other's L2 gives way, and publishes its section before. Else: mutant l4_relaxed races.
      if (turn_.load(order::acquire, "L4") == self) return;
    }
  }

  void unlock(unsigned self) noexcept {
    // [U1] release: publishes the section to L3. Else: mutant u1_relaxed races.
    wants_[self].store(0u, order::release, "U1");
  }

 private:
  typename Platform::template atomic<word> wants_[2]{{peterson_word::wants[0], 0u}, {peterson_word::wants[1], 0u}};
  typename Platform::template atomic<word> turn_{peterson_word::turn, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_PETERSON_H_
