// robust_pi_mutex: a robust mutex whose owner runs with the priority of the most urgent thread that waits for it.
//
// Guarantees: mutual exclusion; a critical section happens before the next, also if its owner dies in it, which the next is told; nobody
//   sleeps for ever, whoever dies at whatever instruction; a waiter is held up by sections, never by threads in between, as with pi_mutex;
//   handed over: only the more urgent overtake who waits; no system calls once contention is over. constinit, trivially destructible.
// Does not guarantee: recursion; that it is fast where it is contended; anything between PID namespaces, where the kernel cannot tell the
//   owner; recovery of more than 2048 robust mutexes of one dead thread, or after an exec(2) by a thread that is not its process's first
//   (Linux marks none): to lock what was not marked ends the program.
//
//     word: robust_pi_word, W (WAITERS), D (OWNER_DIED), owner      state: sound, inconsistent, not_recoverable
//     from \ step  take [L1]   lock_pi [L3], try_lock_pi [T1]  note [L5]  unlock [U3]  unlock_pi [U4]               death (the kernel)
//     0            own id      own id                          --         misuse       misuse                       --
//     id           -- (fails)  id W, sleeps; try: busy         --         0            0                            D
//     id W         -- (fails)  id W, sleeps; try: busy         --         -- (fails)   the first's id W, or 0 if    the first's id W D, or
//     D, W D       -- (fails)  own id D if nobody sleeps       --         misuse       nobody waits                 W D if nobody waits
//     id D, id W D -- (fails)  id W D, sleeps; try: busy       id, id W   --           --                           as above
//
// I1: the word names the owner, if there is one. D is in it from the owner's death until the next owner has taken note, and not while it
//     unlocks: UNLOCK_PI answers EINVAL if WAITERS comes to a word with D just then (Linux 6.18), and nobody would be woken.
// I2: a thread sleeps in L3 => the word has W: the owner's U3 fails, and U4, or the kernel if the owner dies, hands the word to a sleeper.
// I3: the state is read and written by owners only. Whoever takes the word when the state is not_recoverable passes it on at once, to each
//     sleeper in its turn; no owner makes it anything else again.
// Memory order: an owner publishes its section with U3, or with U4 in the kernel, a dead one by the kernel's mark; L1, L3 and T1 read that.
// Handing over orders by itself: the new owner makes no access of its own. The state travels with the word.
// The kernel: a word is pending until it is linked, and again until its unlock is done. All pointers to it say that it inherits priorities.
// Lifetime: while a thread is in unlock() the memory may not become anything else, nor be unmapped where others still map it: U4 reads the
// word, and if the thread dies, the kernel looks at it. glibc's robust mutexes have the same limit (BZ 14485).
// Source: Linux's PI futexes and robust-futex-ABI; the states are those of glibc's PTHREAD_MUTEX_ROBUST with PTHREAD_PRIO_INHERIT.
#ifndef HOLDFAST_IMPL_ROBUST_PI_MUTEX_H_
#define HOLDFAST_IMPL_ROBUST_PI_MUTEX_H_

#include <chrono>
#include <cstdint>
#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/lock_result.h"
#include "impl/platform.h"
#include "impl/word/robust_pi_word.h"

namespace holdfast {

template <class P>
concept robust_pi_mutex_platform = has_load<P> && has_store<P> && has_compare_exchange<P> && has_fetch_and<P> && has_pi<P> &&
    has_robust_pi_list<P> && has_thread_id<P> && has_misuse<P>;

// Platform: the world it runs in. It lies in memory that processes share. No member allocates or throws. A fork's child owns nothing.
template <robust_pi_mutex_platform Platform>
class basic_robust_pi_mutex {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  static constexpr scope shared = scope::process_shared;

 public:
  constexpr basic_robust_pi_mutex() noexcept = default;
  basic_robust_pi_mutex(const basic_robust_pi_mutex&) = delete;
  basic_robust_pi_mutex& operator=(const basic_robust_pi_mutex&) = delete;

  // Blocks until the calling thread owns the mutex, or it is not recoverable. Acquire.
  // REQUIRES: the calling thread does not own it, nor is the last link of a chain of waiters that ends in it: the kernel notices either,
  // and the program ends.
  [[nodiscard]] lock_result lock() noexcept {
    word w = robust_pi_word::free;
    if (take_free(w)) return own(flag(false));
    return lock_slow(deadline::never());
  }

  // Takes the mutex if it is free; never blocks: acquired, owner_died, not_recoverable or busy.
  [[nodiscard]] lock_result try_lock() noexcept {
    word w = robust_pi_word::free;
    if (take_free(w)) return own(flag(false));
    return try_slow(w);
  }

  // As lock, or timed_out if the deadline has passed. A free mutex is taken even if it has passed already. Time points are of
  // std::chrono::steady_clock (Linux 5.14 or later) or std::chrono::system_clock, which follows changes of the system's time; durations are
  // of the former.
  [[nodiscard]] lock_result try_lock_until(const deadline& until) noexcept {
    word w = robust_pi_word::free;
    if (take_free(w)) return own(flag(false));
    return lock_slow(until);
  }
  template <class Clock, class Duration>
  [[nodiscard]] lock_result try_lock_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return try_lock_until(deadline::at(until));
  }
  template <class Rep, class Period>
  [[nodiscard]] lock_result try_lock_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    return try_lock_until(deadline::after(duration));
  }

  // What the mutex protects is in order again. REQUIRES: the caller took it with owner_died, and has not said so yet; this is detected.
  void make_consistent() noexcept {
    // [M1] relaxed: whether it is the caller's does not change behind its back.
    const word w = word_.load(order::relaxed, "M1");
    // [M2] relaxed: written by owners only.
    if (robust_pi_word::owner_of(w) != Platform::this_thread_id() || state_.load(order::relaxed, "M2") != robust_state::inconsistent) {
      Platform::misuse("robust pi mutex: make_consistent of a mutex that the caller has not taken with owner_died");
    }
    // [M3] relaxed: the release of the word publishes it. Else: mutant m3_says_inconsistent breaks the specification.
    state_.store(robust_state::sound, order::relaxed, "M3");
  }

  // Releases the mutex, or hands it to the most urgent waiter. Release. Never blocks.
  // REQUIRES: the calling thread owns it; that is detected, and ends the program.
  void unlock() noexcept {
    // [U1] relaxed: whether it is the caller's does not change behind its back.
    const word w = word_.load(order::relaxed, "U1");
    if (robust_pi_word::owner_of(w) != Platform::this_thread_id()) {
      Platform::misuse("robust pi mutex: unlock of a mutex that the caller does not own");
    }
    // [U2] relaxed: written by owners only.
    if (state_.load(order::relaxed, "U2") == robust_state::inconsistent) {
      // [R1] relaxed: U3 or U4 publishes it. Else: mutant r1_says_sound breaks the specification.
      state_.store(robust_state::not_recoverable, order::relaxed, "R1");
    }
    Platform::robust_pi_pending(word_);
    Platform::robust_unlink(word_);
    release();
  }

 private:
  // If not, `w` is what the word is, and the word stays pending.
  flag take_free(word& w) noexcept {
    Platform::robust_pi_pending(word_);
    // [L1] acquire: reads U3's write, or the kernel's in U4, so that the last owner's section is visible. Else: mutant l1_relaxed races.
    //      The word is pending until the list has it: without, a death in between leaves a word that names nobody who lives, and the next
    //      to lock finds that out: mutant pending_dropped ends the program. Without the list a death in the section does: mutant
    //      link_dropped ends the program. failure relaxed: the kernel reads the word again.
    return word_.compare_exchange_strong(w, Platform::this_thread_id(), order::acquire, order::relaxed, "L1");
  }

  // The word is the caller's.
  lock_result own(flag told) noexcept {
    // [L2] relaxed: who took the word has read what the state's last owner released.
    if (state_.load(order::relaxed, "L2") == robust_state::not_recoverable) return pass_on();
    if (told) {
      // [L6] relaxed: the release of the word publishes it. Else: mutant l6_says_sound ends the program.
      state_.store(robust_state::inconsistent, order::relaxed, "L6");
    }
    Platform::robust_pi_link(word_);
    Platform::robust_done();
    if (told) return lock_result::owner_died;
    return lock_result::acquired;
  }

  [[gnu::cold, gnu::noinline]] lock_result lock_slow(const deadline& until) noexcept {
    // [L3] sleeps until the word is the caller's, and lends the owner its priority. Acquires from whoever released, handed over or left
    //      the word. A word that was handed over is never reported as timed_out. Else: mutant l3_dropped races.
    const pi_result how = Platform::lock_pi(word_, shared, until, "L3");
    if (how == pi_result::done) return take_note();
    if (how != pi_result::timed_out) refused(how);
    Platform::robust_done();
    return lock_result::timed_out;
  }

  // The word is not 0: without an owner it is a dead one's, and only the kernel may give it away, for somebody may sleep on it.
  [[gnu::cold, gnu::noinline]] lock_result try_slow(const word& w) noexcept {
    if (robust_pi_word::is_free(w)) {
      // [T1] takes the word if nobody has got it yet. Acquires as L3. Else: mutant t1_dropped ends the program.
      const pi_result how = Platform::try_lock_pi(word_, shared, "T1");
      if (how == pi_result::done) return take_note();
      if (how != pi_result::again) refused(how);
    }
    Platform::robust_done();
    return lock_result::busy;
  }

  // The kernel has given the word to the caller.
  lock_result take_note() noexcept {
    // [L4] relaxed: whether the owner before died does not change behind the caller's back.
    if (!robust_pi_word::has_dead_owner(word_.load(order::relaxed, "L4"))) return own(flag(false));
    // [L5] relaxed: I1, else mutant l5_keeps_owner_died ends the program. A death from here on marks the word again. It leaves WAITERS,
    //      else mutant l5_clears_waiters loses a wake-up.
    word_.fetch_and(robust_pi_word::all_but_owner_died, order::relaxed, "L5");
    return own(flag(true));
  }

  // The word is the caller's, pending, and on no list.
  void release() noexcept {
    word w = Platform::this_thread_id();
    // [U3] release: publishes the section to L1 and, through the kernel, L3 and T1. Else: mutant u3_relaxed races.
    //      The list and the pending pointer must not name the word when unlock() has returned: it may become another's memory. Else:
    //      mutant unlink_dropped uses what is gone, and mutant done_dropped uses what is gone. failure relaxed: the kernel decides.
    if (!word_.compare_exchange_strong(w, robust_pi_word::free, order::release, order::relaxed, "U3")) release_slow();
    Platform::robust_done();
  }

  [[gnu::cold, gnu::noinline]] void release_slow() noexcept {
    // [U4] hands the word to the most urgent waiter. Releases to it. Else: mutant u4_dropped loses a wake-up.
    const pi_result how = Platform::unlock_pi(word_, shared, "U4");
    if (how != pi_result::done) refused(how);
  }

  // I3: everybody is to know.
  [[gnu::cold, gnu::noinline]] lock_result pass_on() noexcept {
    release();
    return lock_result::not_recoverable;
  }

  [[noreturn, gnu::cold, gnu::noinline]] static void refused(pi_result how) noexcept {
    if (how == pi_result::deadlock) Platform::misuse("robust pi mutex: lock by its owner, or by one for whom the owner waits");
    if (how == pi_result::owner_lost) Platform::misuse("robust pi mutex: its owner has died, and had it on no robust list");
    Platform::misuse("robust pi mutex: it has been overwritten, or its owner is of another PID namespace");
  }

  // In this order: the kernel finds the word from the node, which begins 16 bytes behind the word.
  typename Platform::template atomic<word> word_{robust_pi_word::description, robust_pi_word::free};
  typename Platform::template atomic<word> state_{robust_state::description, robust_state::sound};
  [[maybe_unused]] std::uint64_t room_ = 0;
  typename Platform::robust_node node_{};
};

using robust_pi_mutex = basic_robust_pi_mutex<linux_platform>;
static_assert(sizeof(robust_pi_mutex) == 40 && std::is_standard_layout_v<robust_pi_mutex>);
static_assert(std::is_trivially_destructible_v<robust_pi_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_ROBUST_PI_MUTEX_H_
