// musl_semaphore: a semaphore whose try failed although a permit was free, and its fix.
//
// As shipped (repaired by musl 07e62953) a try reads the value once, and says EAGAIN if its compare-exchange fails. It fails if another
// thread has changed the value, be it by giving one more permit:
//     T1: reads 1 | T2: value 1 -> 2 | T1: compare-exchange of 1 fails: "busy", with two permits there
// As fixed it tries again as long as the value is positive; that is no wait, since each failure is another thread's success.
//
//     value     the permits; `awaited` (-1): none, and some thread may sleep or be about to
//     waiters   how many are in wait() and have not taken a permit
//
//     from \ step   take [T3]                             mark [W2]      post [P3]
//     awaited       --                                    --             1, wake one
//     0             --                                    awaited        1, wake one if there are waiters
//     1             0, or awaited if there are waiters    --             2, wake one if there are waiters
//     more          one less                              --             one more, wake one if there are waiters
//
// A post reads the waiters before it gives the permit, after which the semaphore may be gone (88c4e720); who came later has marked the
// value. Lifetime: P3 is the poster's last access; P4 uses the address only.
// Source: the descriptions of the two commits. Memory orders are ours: the weakest that explorations of three threads leave right (musl's
// operations are full barriers).
#ifndef HOLDFAST_MODELS_PUBLISHED_MUSL_SEMAPHORE_H_
#define HOLDFAST_MODELS_PUBLISHED_MUSL_SEMAPHORE_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct musl_semaphore_word {
  static constexpr std::uint32_t none = 0;
  static constexpr std::uint32_t awaited = 0xffffffff;

  static constexpr named_value marks[] = {{awaited, "awaited", "no permit, and some thread may sleep or be about to"}};
  static constexpr field value_fields[] = {{"value", 0, 32, marks}};
  static constexpr layout value{"value", value_fields};
  static constexpr field number[] = {{"number", 0, 32, {}}};
  static constexpr layout waiters{"waiters", number};

  static constexpr bool is_awaited(std::uint32_t w) { return w == awaited; }
  static constexpr bool has_permits(std::uint32_t w) { return w != none && w != awaited; }
  static constexpr std::uint32_t after_post(std::uint32_t w) { return is_awaited(w) ? 1 : w + 1; }
  static constexpr std::uint32_t after_take(std::uint32_t w, bool has_waiters) { return w == 1 && has_waiters ? awaited : w - 1; }
};

template <class Platform, version Version>
  requires has_load<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> && has_compare_exchange<Platform> &&
           has_wait<Platform> && has_wake<Platform>
class musl_semaphore {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using layout_of = musl_semaphore_word;

 public:
  explicit musl_semaphore(word permits) : value_(layout_of::value, permits) {}

  [[nodiscard]] flag try_wait() noexcept {
    do {
      // [T1] relaxed: a guess, which T3 tests.
      word c = value_.load(order::relaxed, "T1");
      if (!layout_of::has_permits(c)) return flag(false);
      // [T2] relaxed: if it misses a waiter, a later post does not (P1).
      const bool has_waiters = waiters_.load(order::relaxed, "T2") != 0u;
      // [T3] acquire: reads P3's write, so what the poster did is visible. Else: mutant t3_relaxed races.
      //      failure relaxed: T1 reads again, or as shipped the try fails.
      if (value_.compare_exchange_strong(c, layout_of::after_take(c, has_waiters), order::acquire, order::relaxed, "T3")) return flag(true);
    } while (Version == version::as_fixed);
    return flag(false);
  }

  void wait() noexcept {
    while (!try_wait()) {
      // [W1] relaxed: W2 publishes it.
      waiters_.fetch_add(1u, order::relaxed, "W1");
      word c = layout_of::none;
      // [W2] release: whoever reads the mark, or what others made of it, sees W1. Else: mutant w2_relaxed loses a wake-up.
      value_.compare_exchange_strong(c, layout_of::awaited, order::release, order::relaxed, "W2");
      // [W3] sleeps only while the value is `awaited`. Else: mutant w3_never_sleeps does not reach the situation.
      Platform::wait(value_, layout_of::awaited, scope::process_private, deadline::never(), "W3");
      // [W4] relaxed: a wake in vain does no harm.
      waiters_.fetch_sub(1u, order::relaxed, "W4");
    }
  }

  void post() noexcept {
    // [P1] acquire: P2 sees the waiters of whoever marked the value before. Else: mutant p1_relaxed loses a wake-up.
    word c = value_.load(order::acquire, "P1");
    for (;;) {
      // [P2] relaxed: see P1.
      const bool has_waiters = waiters_.load(order::relaxed, "P2") != 0u;
      const bool owes = layout_of::is_awaited(c) || has_waiters;
      // [P3] release: publishes what the poster did to T3. Else: mutant p3_relaxed races.
      //      failure acquire: kept: falsified by no engine, needed by P2 as P1 is; it would take more threads to show.
      if (!value_.compare_exchange_strong(c, layout_of::after_post(c), order::release, order::acquire, "P3")) continue;
      // [P4] wakes one of those that sleep. Else: mutant p4_dropped loses a wake-up.
      if (owes) Platform::wake(value_, 1, scope::process_private, "P4");
      return;
    }
  }

 private:
  typename Platform::template atomic<word> value_;
  typename Platform::template atomic<word> waiters_{layout_of::waiters, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUSL_SEMAPHORE_H_
