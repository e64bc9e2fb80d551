// glibc_wake_unlock: a condition variable whose signal wakes a waiter and releases the internal lock in one system call.
//
// So did glibc before 2.25, on the condition variable of glibc_counting_condvar.h: whoever is woken wants the internal lock at once, and
// would find it still held. FUTEX_WAKE_OP wakes one that sleeps on the condition variable, writes 0 to the lock, and wakes one that sleeps
// on the lock, if that was more than 1.
//
//     futex      changes whenever a thread comes or is signalled; what waiters sleep on
//     lock       0  free
//                1  held
//                2  held; some thread may sleep or be about to
//
// As shipped the call is all there is: that what was done under the lock is seen by the next owner rests on the kernel's write of the lock,
// which no contract orders (every kernel's is a full barrier, or close to one). As fixed, here, a fence comes before the call.
//
// Guarantees, as fixed: a signal ends a wait that began before it, if there is one; for two waiters, that is: see glibc_counting_condvar.h.
// Not modelled: broadcast, time-outs, cancellation, destruction.
// Source: the descriptions of FUTEX_WAKE_OP and of the algorithm. No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_WAKE_UNLOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_WAKE_UNLOCK_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct glibc_wake_unlock_word {
  static constexpr std::uint32_t free = 0, held = 1, held_waiters = 2;
  static constexpr field futex_fields[] = {{"changes", 0, 32, {}}};
  static constexpr named_value states[] = {{free, "free", "nobody holds it"},
                                           {held, "held", "nobody has announced to sleep"},
                                           {held_waiters, "held_waiters", "some thread may sleep"}};
  static constexpr field lock_fields[] = {{"state", 0, 2, states}};
  static constexpr layout futex{"futex", futex_fields};
  static constexpr layout lock{"internal lock", lock_fields};

  static constexpr bool has_waiters(std::uint32_t w) { return w == held_waiters; }
};

template <class Platform, version Version>
requires has_load<Platform> && has_exchange<Platform> && has_fetch_add<Platform> && has_compare_exchange<Platform> && has_plain<Platform> &&
    has_wait<Platform> && has_wake<Platform> && has_wake_op<Platform> && has_fence<Platform>
class glibc_wake_unlock {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = glibc_wake_unlock_word;

 public:
  // REQUIRES: the caller has locked the mutex; it has when the call returns.
  template <class Mutex>
  void wait(Mutex& mutex) noexcept {
    lock();
    mutex.unlock("unlock to wait");
    waiting_.store(waiting_.load("waiting") + 1, "comes");
    const unsigned since = signals_.load("signals");
    do {
      // [W1] relaxed: under the internal lock.
      const word seen = futex_.load(order::relaxed, "W1");
      unlock();
      // [W2] sleeps only if nobody has signalled since W1. Else: mutant w2_never_sleeps does not reach the situation.
      Platform::wait(futex_, seen, scope::process_private, deadline::never(), "W2");
      lock();
    } while (signals_.load("signals") == since || signals_.load("signals") == woken_.load("woken"));
    woken_.store(woken_.load("woken") + 1, "leaves");
    unlock();
    mutex.lock("lock again");
  }

  void signal() noexcept {
    lock();
    if (waiting_.load("waiting") == signals_.load("signals")) return unlock();
    signals_.store(signals_.load("signals") + 1, "signals");
    // [S1] relaxed: under the internal lock.
    futex_.fetch_add(1u, order::relaxed, "S1");
    if constexpr (Version == version::as_fixed) {
      // [S2] release: publishes what was done under the lock to L1 and L2, which read S3's write. Else: mutant s2_relaxed races.
      Platform::fence(order::release, "S2");
    }
    // [S3] wakes a waiter, frees the lock, and wakes who sleeps on that. Else: mutant s3_dropped loses a wake-up; and if it leaves the lock
    //      as it is, mutant s3_keeps loses a wake-up.
    Platform::wake_op(futex_, 1, lock_, 1, wake_and_free, scope::process_private, "S3");
  }

 private:
  static constexpr word_change wake_and_free{word_change::update::set, w::free, word_change::test::greater, w::held};

  void lock() noexcept {
    word found = w::free;
    // [L1] acquire: reads U1's or S3's write, so that what the last owner did is visible. Else: mutant l1_relaxed races. failure relaxed:
    //      L2 reads again.
    if (lock_.compare_exchange_strong(found, w::held, order::acquire, order::relaxed, "L1")) return;
    // [L2] acquire: as L1. Else: mutant l2_relaxed races. Marks the lock: others may sleep.
    while (lock_.exchange(w::held_waiters, order::acquire, "L2") != w::free) {
      // [L3] sleeps only while the lock is held and marked. Else: mutant l3_never_sleeps does not reach the situation.
      Platform::wait(lock_, w::held_waiters, scope::process_private, deadline::never(), "L3");
    }
  }

  void unlock() noexcept {
    // [U1] release: publishes to L1 and L2. Else: mutant u1_relaxed races.
    const word found = lock_.exchange(w::free, order::release, "U1");
    // [U2] wakes who sleeps on the lock. Else: mutant u2_dropped loses a wake-up.
    if (w::has_waiters(found)) Platform::wake(lock_, 1, scope::process_private, "U2");
  }

  typename Platform::template atomic<word> futex_{w::futex, 0u};
  typename Platform::template atomic<word> lock_{w::lock, w::free};
  typename Platform::template plain<unsigned> waiting_{"waiting", 0u};
  typename Platform::template plain<unsigned> signals_{"signals", 0u};
  typename Platform::template plain<unsigned> woken_{"woken", 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_WAKE_UNLOCK_H_
