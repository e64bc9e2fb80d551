// linux_pi_owner: the kernel's LOCK_PI, which left a word naming a thread that had given up, and its fix.
//
// A waiter sleeps on the kernel's own mutex behind the word. UNLOCK_PI gives the word to a waiter that is queued, and frees that mutex; any
// waiter may take it then, and who does is made the word's owner. As shipped (until cdf71a10c7b6) a waiter whose deadline has passed, and
// to whom the word is given before it has left the queue, tries that mutex once more, and leaves if another was faster. The word names
// it until the other corrects that: if it calls again, it is told that it would wait for itself; if it dies, an owner has died:
//     O holds it, W's deadline passes | O: UNLOCK_PI: word := W | C: LOCK_PI: queued, takes the mutex
//     W: the word is its own, the mutex is not: times out | W: LOCK_PI: the word names W: a deadlock
// As fixed W makes the word name whoever has the mutex, before it leaves.
//
//     pi        0: free; the owner's thread; with WAITERS: somebody sleeps, or did (impl/word/pi_word.h)
//     bucket    0 free, 1 held: the lock of the queue, and of who the kernel believes owns the word
//     mutex     0: free; the thread that has it, while somebody is queued
//
// Source: the description of the bug and its fix. No line is copied. Here are three threads, served in the order in which they come, and no
// deaths; whoever frees the kernel's mutex wakes one that sleeps on it.
#ifndef HOLDFAST_MODELS_PUBLISHED_LINUX_PI_OWNER_H_
#define HOLDFAST_MODELS_PUBLISHED_LINUX_PI_OWNER_H_

#include "impl/platform.h"
#include "impl/word/pi_word.h"
#include "models/published/version.h"

namespace holdfast::published {

struct linux_pi_owner_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t held = 1;
  static constexpr named_value states[] = {{free, "free", "nobody holds it"}, {held, "held", "somebody holds it"}};
  static constexpr field state[] = {{"state", 0, 1, states}};
  static constexpr named_value nobody[] = {{free, "free", "nobody has it"}};
  static constexpr field owner[] = {{"owner", 0, 32, nobody}};
  static constexpr layout bucket{"bucket", state};
  static constexpr layout mutex{"mutex", owner};
  static constexpr bool is_free(std::uint32_t w) { return w == free; }
};

template <class Platform, version Version>
  requires has_load<Platform> && has_store<Platform> && has_exchange<Platform> && has_compare_exchange<Platform> && has_plain<Platform> &&
           has_thread_id<Platform> && has_wait<Platform> && has_wake<Platform>
class linux_pi_owner {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = pi_word;
  using internal = linux_pi_owner_word;

  static constexpr int longest = 3;  // queue: two that wait, and one that has the mutex and is about to leave

 public:
  pi_result lock_until(const deadline& until) noexcept {
    const word me = Platform::this_thread_id();
    word found = w::free;
    // [L1] acquire: reads the write of U1 or U3. Else: mutant l1_relaxed races. failure relaxed: L2 reads again.
    if (word_.compare_exchange_strong(found, me, order::acquire, order::relaxed, "L1")) return pi_result::done;
    lock_bucket();
    const pi_result begun = begin(me);
    unlock_bucket();
    if (begun != pi_result::again) return begun;
    const bool owns = lock_mutex(me, until);
    lock_bucket();
    const bool done = owns ? take(me) : is_mine_after_all(me);
    leave_queue(me);
    unlock_bucket();
    return done ? pi_result::done : pi_result::timed_out;
  }

  void unlock() noexcept {
    word mine = Platform::this_thread_id();
    // [U1] release: publishes the section to L1 and L3. Else: mutant u1_relaxed races. failure relaxed: there are waiters.
    if (word_.compare_exchange_strong(mine, w::free, order::release, order::relaxed, "U1")) return;
    lock_bucket();
    const word next = queue_[0].load("queue");
    if (next == 0) {
      // [U3] release: publishes the section to L1. Else: mutant u3_relaxed races.
      word_.store(w::free, order::release, "U3");
    } else {
      name(next);
      // [U4] relaxed: K2 publishes the section; whoever takes the mutex locks the bucket before its own.
      mutex_.store(internal::free, order::relaxed, "U4");
      // [U5] wakes one of those that sleep. Else: mutant u5_dropped loses a wake-up.
      Platform::wake(mutex_, 1, scope::process_private, "U5");
    }
    unlock_bucket();
  }

 private:
  // Takes the word if it is free; else the caller is queued: again. REQUIRES: the bucket is locked; so below, where not said.
  pi_result begin(word me) noexcept {
    // [L2] relaxed: a guess, which L3 or L4 tests.
    word now = word_.load(order::relaxed, "L2");
    for (;;) {
      if (w::owner_of(now) == me) return pi_result::deadlock;
      if (w::is_free(now)) {
        // [L3] acquire: reads U1's write. Else: mutant l3_relaxed races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(now, me, order::acquire, order::relaxed, "L3")) return pi_result::done;
        // [L4] relaxed: so that the owner asks the kernel.
      } else if (word_.compare_exchange_strong(now, now | w::waiters, order::relaxed, order::relaxed, "L4")) {
        break;
      }
    }
    if (queue_[0].load("queue") == 0) {
      believed_.store(static_cast<unsigned>(w::owner_of(now)), "believe");
      // [L5] relaxed: in the name of the owner; nobody else is queued.
      mutex_.store(w::owner_of(now), order::relaxed, "L5");
    }
    int last = 0;
    while (queue_[last].load("queue") != 0) ++last;
    queue_[last].store(static_cast<unsigned>(me), "queue");
    return pi_result::again;
  }

  // Without the bucket. Returns false if the deadline passed.
  bool lock_mutex(word me, const deadline& until) noexcept {
    for (;;) {
      word found = internal::free;
      // [M1] relaxed: as U4. failure relaxed: the value to sleep on.
      if (mutex_.compare_exchange_strong(found, me, order::relaxed, order::relaxed, "M1")) return true;
      // [M2] sleeps only while another has it. Else: mutant m2_never_sleeps does not reach the situation.
      if (Platform::wait(mutex_, found, scope::process_private, until, "M2") == wait_result::timed_out) return false;
    }
  }

  // The caller has the mutex: the word is to say so.
  bool take(word me) noexcept {
    if (believed_.load("believed") != me) name(me);
    return true;
  }

  // The caller has not, as its deadline has passed; but the word may have been given to it since.
  bool is_mine_after_all(word me) noexcept {
    if (believed_.load("believed") != me) return false;
    word found = internal::free;
    // [F1] relaxed: as U4. failure relaxed: whoever was faster cannot leave before it has had the bucket.
    if (mutex_.compare_exchange_strong(found, me, order::relaxed, order::relaxed, "F1")) return true;
    if constexpr (Version == version::as_fixed) name(found);
    return false;
  }

  void name(word owner) noexcept {
    believed_.store(static_cast<unsigned>(owner), "believe");
    // [U2] relaxed: K2 publishes the section. WAITERS is set, so that nobody else writes the word.
    word_.store(owner | w::waiters, order::relaxed, "U2");
  }

  void leave_queue(word me) noexcept {
    int mine = 0;
    while (queue_[mine].load("queue") != me) ++mine;
    for (; mine < longest - 1; ++mine) queue_[mine].store(queue_[mine + 1].load("queue"), "queue");
    queue_[mine].store(0, "queue");
  }

  void lock_bucket() noexcept {
    // [K1] acquire: reads K2's write. Else: mutant k1_relaxed races.
    while (!internal::is_free(bucket_.exchange(internal::held, order::acquire, "K1"))) {
    }
  }
  void unlock_bucket() noexcept {
    // [K2] release: publishes the queue to K1. Else: mutant k2_relaxed races.
    bucket_.store(internal::free, order::release, "K2");
  }

  typename Platform::template atomic<word> word_{w::description, w::free};
  typename Platform::template atomic<word> mutex_{internal::mutex, internal::free};
  typename Platform::template atomic<word> bucket_{internal::bucket, internal::free};
  typename Platform::template plain<unsigned> believed_{"believed", 0u};
  typename Platform::template plain<unsigned> queue_[longest]{{"first", 0u}, {"second", 0u}, {"third", 0u}};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_LINUX_PI_OWNER_H_
