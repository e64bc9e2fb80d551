// musl_mutex: musl's mutex, which counts those that may sleep: a part of musl's condition variables.
//
// Guarantees: mutual exclusion; no lost wake-up. A thread that sleeps has marked the word and is counted; an unlock that finds either wakes
// one. Whoever takes the mutex takes it without the mark: what it does not know of the others that sleep the count says.
//
//     bit 31 | 30 ... 1 | 0        W  some thread may sleep; the count has it, too
//         W  |  zero    | held
//
//     from \ step   take [L1]    announce [L2,L3]     unlock [U2]
//     free          held, own    --                   misuse, not detected
//     held          --           W held, counted      free, then wake one if anybody is counted [U1]
//     W held        --           W held, counted      free, then wake one [U3]
//
// Memory order: U2 publishes the section to L1, and L3 what is counted: all that changes the word is a read-modify-write. A thread that was
// woken has changed the count with L5 after those that slept beside it did with L2: its unlock finds them.
// Lifetime: U2 is the last access of an unlock.
// Not modelled: all types but the normal one; spinning. If L3 fails, musl sleeps if the word is marked; here the loop begins anew.
// Source: the algorithm's description. No line is copied; orders are the weakest that verify, where musl's are sequentially consistent.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUSL_MUTEX_H_
#define HOLDFAST_MODELS_PUBLISHED_MUSL_MUTEX_H_

#include "impl/platform.h"

namespace holdfast::published {

struct musl_mutex_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr std::uint32_t waiters = 0x80000000;

  static constexpr named_value states[] = {{free, "free", "nobody holds it"}, {held, "held", "somebody does"}};
  static constexpr field fields[] = {{"state", 0, 1, states}, {"W", 31, 1, {}}};
  static constexpr field count_fields[] = {{"count", 0, 32, {}}};
  static constexpr layout description{"mutex", fields};
  static constexpr layout count{"waiters", count_fields};

  template <class Word>
  static constexpr auto is_free(const Word& w) {
    return w == free;
  }
  template <class Word>
  static constexpr auto has_waiters(const Word& w) {
    return (w & waiters) != 0;
  }
};

template <class Platform>
requires has_load<Platform> && has_exchange<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> &&
    has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform>
class musl_mutex {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = musl_mutex_word;

 public:
  void lock() noexcept {
    for (;;) {
      word found = w::free;
      // [L1] acquire: reads U2's write. Else: mutant l1_relaxed races. failure relaxed: found is only a guess.
      if (word_.compare_exchange_strong(found, w::held, order::acquire, order::relaxed, "L1")) return;
      // [L2] relaxed: before L3, and so before the L5 of whoever is woken on account of L3's mark.
      waiters_.fetch_add(1u, order::relaxed, "L2");
      // [L3] release: publishes L2 to the L1 of whoever comes to own a word that was marked before. failure relaxed: begins anew.
      //      kept: falsified by no engine, needed by an owner that never changed the count (musl_condvar.h, as shipped, moves its waiters).
      if (word_.compare_exchange_strong(found, found | w::waiters, order::release, order::relaxed, "L3")) {
        // [L4] sleeps only while the word is marked. Else: mutant l4_never_sleeps does not reach the situation.
        Platform::wait(word_, w::held | w::waiters, scope::process_private, deadline::never(), "L4");
      }
      // [L5] relaxed: that an unlock finds one too many costs a system call.
      waiters_.fetch_sub(1u, order::relaxed, "L5");
    }
  }

  void unlock() noexcept {
    // [U1] relaxed: see above. Before U2: the mutex may be gone after.
    const word others = waiters_.load(order::relaxed, "U1");
    // [U2] release: publishes the section to L1. Else: mutant u2_relaxed races.
    const word was = word_.exchange(w::free, order::release, "U2");
    // [U3] pays the wake that the mark or the count owed. Else: mutant u3_dropped loses a wake-up.
    if (others != 0u || w::has_waiters(was)) Platform::wake(word_, 1, scope::process_private, "U3");
  }

 private:
  // Its condition variables move their waiters to it, and count them.
  template <class>
  friend struct musl_mutex_access;

  typename Platform::template atomic<word> word_{w::description, w::free};
  typename Platform::template atomic<word> waiters_{w::count, 0u};
};

// What a condition variable may do with the mutex.
template <class Platform>
struct musl_mutex_access {
  static auto& word(musl_mutex<Platform>& m) { return m.word_; }
  static auto& waiters(musl_mutex<Platform>& m) { return m.waiters_; }
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUSL_MUTEX_H_
