// musl_block_condvar: musl's first condition variable, whose word said only that somebody waits, and its fix.
//
// A waiter sets `block` before it unlocks the mutex, and sleeps while it is set; a signal clears it. As shipped (repaired by musl 97c5b5a8)
// every waiter sets it to the same value, so that one that is late cannot see that it was signalled, once another has set it again:
//     A: block = 1, unlocks | signal: block = 0, wakes nobody | B: block = 1 | A: block is 1: sleeps
// As fixed a waiter sets it to its thread's id, which no other thread ever writes.
//
//     block      as shipped: 1: somebody waits. As fixed: the id of the last one that began to wait. 0: signalled since then
//     waiters    how many may sleep
//
// Guarantees, as fixed: a signal after the unlock ends a wait. A wait may also end when another begins: two that wait for a condition in a
// loop may keep each other awake for ever in principle, so that only scripts without such loops can be explored to their end.
// Not modelled: time-outs, cancellation.
// Source: the commit's description. No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_MUSL_BLOCK_CONDVAR_H_
#define HOLDFAST_MODELS_PUBLISHED_MUSL_BLOCK_CONDVAR_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct musl_block_condvar_word {
  static constexpr std::uint32_t signalled = 0;

  static constexpr named_value nobody[] = {{signalled, "signalled", "nobody has begun to wait since the last signal"}};
  static constexpr field block_fields[] = {{"by", 0, 32, nobody}};
  static constexpr field waiters_fields[] = {{"count", 0, 32, {}}};
  static constexpr layout block{"block", block_fields};
  static constexpr layout waiters{"waiters", waiters_fields};
};

template <class Platform, version Version>
requires has_load<Platform> && has_store<Platform> && has_exchange<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> &&
    has_wait<Platform> && has_wake<Platform> && has_thread_id<Platform>
class musl_block_condvar {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = musl_block_condvar_word;

  static constexpr bool shipped = Version == version::as_shipped;

 public:
  // REQUIRES: the caller has locked the mutex; it has when the call returns.
  template <class Mutex>
  void wait(Mutex& mutex) noexcept {
    const word mine = shipped ? word(1) : Platform::this_thread_id();
    if constexpr (!shipped) come();
    set_block(mine);
    mutex.unlock("unlock to wait");
    if constexpr (shipped) come();
    sleep(mine);
    mutex.lock("lock again");
  }

  void signal() noexcept {
    if constexpr (shipped) {
      // [S1] relaxed, as shipped only.
      const word waiters = waiters_.load(order::relaxed, "S1");
      // [S2] relaxed, as shipped only.
      const word found = block_.exchange(w::signalled, order::relaxed, "S2");
      if (found == w::signalled && waiters == 0u) return;
    } else {
      // [S3] relaxed: a futex call that follows it does not come before it.
      block_.store(w::signalled, order::relaxed, "S3");
      // [S4] relaxed: the mutex orders W2 before it, if it ordered the wait before the signal.
      if (waiters_.load(order::relaxed, "S4") == 0u) return;
    }
    // [S5] wakes one of those that sleep. Else: mutant s5_dropped loses a wake-up.
    Platform::wake(block_, 1, scope::process_private, "S5");
  }

 private:
  void set_block(word mine) noexcept {
    // [W1] relaxed: under the mutex.
    block_.store(mine, order::relaxed, "W1");
  }

  void come() noexcept {
    // [W2] relaxed: as fixed, under the mutex.
    waiters_.fetch_add(1u, order::relaxed, "W2");
  }

  void sleep(word mine) noexcept {
    for (;;) {
      // [W3] sleeps only while the word is what W1 wrote. Else: mutant w3_never_sleeps does not reach the situation.
      const wait_result r = Platform::wait(block_, mine, scope::process_private, deadline::never(), "W3");
      if constexpr (shipped) {
        if (r != wait_result::interrupted) break;
      } else {
        // [W4] relaxed: as long as it is there nobody has signalled.
        if (block_.load(order::relaxed, "W4") != mine) break;
      }
    }
    // [W5] relaxed: that a signal finds one too many costs a system call.
    waiters_.fetch_sub(1u, order::relaxed, "W5");
  }

  typename Platform::template atomic<word> block_{w::block, w::signalled};
  typename Platform::template atomic<word> waiters_{w::waiters, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_MUSL_BLOCK_CONDVAR_H_
