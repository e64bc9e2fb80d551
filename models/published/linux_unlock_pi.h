// linux_unlock_pi: the kernel's UNLOCK_PI, which refused to unlock if a waiter came between two of its steps, and its fix.
//
// UNLOCK_PI reads the word, takes the lock of the word's queue, and gives the word to a waiter if it still has the value that was read. As
// shipped (until 89e9e66ba1b3) a word that has changed is an error, EINVAL. But LOCK_PI may have set WAITERS in between, and then nobody
// will ever unlock:
//     T1: UNLOCK_PI reads T1 | T2: LOCK_PI: T1|WAITERS, queued, sleeps | T1: finds T2 queued, but the word is not T1: EINVAL
// As fixed it begins again. Whoever tries T1 -> 0 before it calls UNLOCK_PI calls it with WAITERS set, and does not meet the bug.
//
//     pi        0: free; the owner's thread; with WAITERS: somebody sleeps, or is about to (impl/word/pi_word.h)
//     bucket    0 free, 1 held: the lock of the queue
//
//     LOCK_PI     bucket; the word is free: takes it [L3]; else WAITERS [L4], queued; not bucket; sleeps until the word names it [W1, W2]
//     UNLOCK_PI   reads the word [U1]; bucket; nobody queued: 0 [U2]; else the first of them [U3], not bucket, wakes [U4]
//
// Source: the description of the bug and its fix. No line is copied. Here are two waiters at most, no deadlines, no deaths; what
// sleeps on the kernel's own mutex there sleeps on the word here, and all are woken.
#ifndef HOLDFAST_MODELS_PUBLISHED_LINUX_UNLOCK_PI_H_
#define HOLDFAST_MODELS_PUBLISHED_LINUX_UNLOCK_PI_H_

#include "impl/platform.h"
#include "impl/word/pi_word.h"
#include "models/published/version.h"

namespace holdfast::published {

struct linux_bucket_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr named_value states[] = {{free, "free", "nobody holds it"}, {held, "held", "somebody holds it"}};
  static constexpr field state[] = {{"state", 0, 1, states}};
  static constexpr layout description{"bucket", state};
  static constexpr bool is_free(std::uint32_t w) { return w == free; }
};

// What user space does before it calls the kernel to unlock.
enum class before_unlock_pi : bool { nothing, tries };

template <class Platform, version Version, before_unlock_pi Before>
  requires has_load<Platform> && has_store<Platform> && has_exchange<Platform> && has_compare_exchange<Platform> && has_plain<Platform> &&
           has_thread_id<Platform> && has_wait<Platform> && has_wake<Platform>
class linux_unlock_pi {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = pi_word;

 public:
  void lock() noexcept {
    const word me = Platform::this_thread_id();
    word found = w::free;
    // [L1] acquire: reads the write of U0 or U2. Else: mutant l1_relaxed races. failure relaxed: L2 reads again.
    if (!word_.compare_exchange_strong(found, me, order::acquire, order::relaxed, "L1")) lock_pi(me);
  }

  void unlock() noexcept {
    if constexpr (Before == before_unlock_pi::tries) {
      word mine = Platform::this_thread_id();
      // [U0] release: publishes the section to L1 and L3. Else: mutant u0_relaxed races. failure relaxed: U1 reads again.
      if (word_.compare_exchange_strong(mine, w::free, order::release, order::relaxed, "U0")) return;
    }
    while (!unlock_pi() && Version == version::as_fixed) {
    }
  }

 private:
  void lock_pi(word me) noexcept {
    lock_bucket();
    // [L2] relaxed: a guess, which L3 or L4 tests.
    word now = word_.load(order::relaxed, "L2");
    for (;;) {
      if (w::is_free(now)) {
        // [L3] acquire: reads U0's write. Else: mutant l3_relaxed races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(now, me, order::acquire, order::relaxed, "L3")) return unlock_bucket();
        // [L4] relaxed: so that whoever unlocks asks the kernel.
      } else if (word_.compare_exchange_strong(now, now | w::waiters, order::relaxed, order::relaxed, "L4")) {
        break;
      }
    }
    (first_.load("queue") == 0 ? first_ : second_).store(static_cast<unsigned>(me), "queue");
    unlock_bucket();
    for (;;) {
      // [W1] acquire: reads U3's write. Else: mutant w1_relaxed races.
      now = word_.load(order::acquire, "W1");
      if (w::owner_of(now) == me) return;
      // [W2] sleeps only while the word names another. Else: mutant w2_never_sleeps does not reach the situation.
      Platform::wait(word_, now, scope::process_private, deadline::never(), "W2");
    }
  }

  // Returns false if the word has changed.
  bool unlock_pi() noexcept {
    // [U1] relaxed: a guess, which U2 or U3 tests.
    word now = word_.load(order::relaxed, "U1");
    lock_bucket();
    const word next = first_.load("queue");
    if (next == 0) {
      // [U2] release: publishes the section to L1. Else: mutant u2_relaxed races. failure relaxed: the caller begins again.
      const bool unlocked = word_.compare_exchange_strong(now, w::free, order::release, order::relaxed, "U2");
      unlock_bucket();
      return unlocked;
    }
    // [U3] release: publishes the section to W1. Else: mutant u3_relaxed races. failure relaxed: the caller begins again.
    if (!word_.compare_exchange_strong(now, next | w::waiters, order::release, order::relaxed, "U3")) {
      unlock_bucket();
      return false;
    }
    first_.store(second_.load("queue"), "queue");
    second_.store(0, "queue");
    unlock_bucket();
    // [U4] wakes whoever sleeps; the word names one of them. Else: mutant u4_dropped loses a wake-up.
    Platform::wake(word_, everyone, scope::process_private, "U4");
    return true;
  }

  void lock_bucket() noexcept {
    // [K1] acquire: reads K2's write. Else: mutant k1_relaxed races.
    while (!linux_bucket_word::is_free(bucket_.exchange(linux_bucket_word::held, order::acquire, "K1"))) {
    }
  }
  void unlock_bucket() noexcept {
    // [K2] release: publishes the queue to K1. Else: mutant k2_relaxed races.
    bucket_.store(linux_bucket_word::free, order::release, "K2");
  }

  typename Platform::template atomic<word> word_{w::description, w::free};
  typename Platform::template atomic<word> bucket_{linux_bucket_word::description, linux_bucket_word::free};
  typename Platform::template plain<unsigned> first_{"first", 0u};
  typename Platform::template plain<unsigned> second_{"second", 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_LINUX_UNLOCK_PI_H_
