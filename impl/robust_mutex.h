// robust_mutex: a non-recursive mutex for threads of several processes, which is recovered when its owner dies.
//
// Guarantees: mutual exclusion; a critical section happens before the next, also if its owner dies in it, which the next is told; nobody
//   sleeps for ever, whoever dies at whatever instruction; no system calls once contention is over. constinit, trivially destructible.
// Does not guarantee: fairness; recursion; recovery between PID namespaces, or on kernels before 5.5 (they wake nobody for a free word).
//
//     word: robust_word, W (WAITERS), D (OWNER_DIED), owner      state: sound, inconsistent, not_recoverable
//     from \ step  take [L1,L3]    announce [L4]  unlock [U2,U5]         close [C1,C3]            death (the kernel)
//     0            self            --             misuse                 --                       --
//     W            self W          --             misuse                 --                       --
//     self         --              self W         0                      --                       D
//     self W       --              (sleeps)       W, wakes one           self W D                 D W, wakes one
//     self W D     --              self W         --                     0                        D W, wakes one
//     D, D W       self W, told    --             misuse                 --                       --
//
// I1: as long as anybody sleeps on the word, W is set, owned or not: whoever takes the word keeps it, an unlock leaves it and wakes one.
//     So no thread is trusted to set it again: those that would have may be dead.
// I2: W goes in one way. The owner marks the word, self W D. From then on nobody falls asleep on it: who compares it with self W fails,
//     and who finds the mark takes it back first. The owner's wake then says whether anybody slept. If not, a compare-exchange from
//     self W D to 0 releases the mutex; it fails if the mark was taken back. To clear W after the release, when a wake found nobody, is
//     wrong: another may have owned the word meanwhile, and died before its wake.
// I3: the state is read and written by owners only, and is not sound only while W is set: unlock_slow finds it. not_recoverable stays.
// Memory order: an owner publishes its section with U2, U5, C3 or R2 (release), a dead one by the kernel's mark, a full barrier; L1 and L3
// (acquire) read that write. A futex call orders nothing but what wake_found promises.
// The kernel: a word is pending until it is linked, or its wake is paid. If its thread dies so, the kernel wakes one if nobody owns it.
// Lifetime: while a thread is in unlock() the memory may not become anything else, nor be unmapped where others still map it: if that
// thread dies, the kernel looks at the word. glibc's robust mutexes have the same limit (BZ 14485).
// Source: the protocol of Linux's robust-futex-ABI; I1 is the repair of models/published/glibc_robust_mutex.h, I2 is new.
#ifndef HOLDFAST_IMPL_ROBUST_MUTEX_H_
#define HOLDFAST_IMPL_ROBUST_MUTEX_H_

#include <chrono>
#include <cstdint>
#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/lock_result.h"
#include "impl/platform.h"
#include "impl/word/robust_word.h"

namespace holdfast {

template <class P>
concept robust_mutex_platform = has_load<P> && has_store<P> && has_compare_exchange<P> && has_wait<P> && has_wake<P> &&
    has_wake_found<P> && has_robust_list<P> && has_spinner<P> && has_thread_id<P> && has_misuse<P>;

// After so many contended unlocks by owners that have not slept one tries to clear WAITERS; a second system call, if somebody sleeps yet.
inline constexpr std::uint32_t robust_mutex_patience = 4;

// How many times lock() looks at an owned word, pausing in between, before it sleeps, and again after each sleep. 0: sleep at once.
// Measured 2026-11-30 on 2 processors of a virtual Xeon, Linux 6.18, g++ 12.2, bazel run //tests/benchmarks:locks -- --pin. Rates as
// multiples of pthread's robust mutex's:
//
//     threads, section    limit 0    100
//     2        empty       0.43      4.4
//     8        empty       0.36      4.5
//     2        2 us        0.86      1.4
//     8        2 us        0.57      1.4
inline constexpr unsigned robust_mutex_default_spin = 100;

// Platform: the world it runs in. It lies in memory that processes share. No member allocates or throws. A fork's child owns nothing.
template <robust_mutex_platform Platform, std::uint32_t Patience = robust_mutex_patience, unsigned Spin = robust_mutex_default_spin>
class basic_robust_mutex {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;
  static constexpr scope shared = scope::process_shared;  // the kernel wakes no other when a thread dies

 public:
  constexpr basic_robust_mutex() noexcept = default;
  basic_robust_mutex(const basic_robust_mutex&) = delete;
  basic_robust_mutex& operator=(const basic_robust_mutex&) = delete;

  // Blocks until the calling thread owns the mutex, or it is not recoverable. Acquire.
  // REQUIRES: the calling thread does not own it; that is detected, and ends the program.
  [[nodiscard]] lock_result lock() noexcept {
    word w = robust_word::free;
    if (take_free(w)) return own();
    return lock_slow(deadline::never(), w);
  }

  // Takes the mutex if it is free; never blocks: acquired, owner_died, not_recoverable or busy.
  [[nodiscard]] lock_result try_lock() noexcept {
    word w = robust_word::free;
    if (take_free(w)) return own();
    return try_slow(w);
  }

  // As lock, or timed_out if the deadline has passed. A free mutex is taken even if it has passed already. Time points are of
  // std::chrono::steady_clock or std::chrono::system_clock, which follows changes of the system's time; durations are of the former.
  [[nodiscard]] lock_result try_lock_until(const deadline& until) noexcept {
    word w = robust_word::free;
    if (take_free(w)) return own();
    return lock_slow(until, w);
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
    if (robust_word::owner_of(w) != Platform::this_thread_id() || state_.load(order::relaxed, "M2") != robust_state::inconsistent) {
      Platform::misuse("robust mutex: make_consistent of a mutex that the caller has not taken with owner_died");
    }
    // [M3] relaxed: the release of the word publishes it.
    state_.store(robust_state::sound, order::relaxed, "M3");
  }

  // Releases the mutex, and wakes one sleeper if there may be one. Release. Never blocks.
  // REQUIRES: the calling thread owns it; that is detected, and ends the program.
  void unlock() noexcept {
    const word self = Platform::this_thread_id();
    // [U1] relaxed: whether it is the caller's does not change behind its back.
    word w = word_.load(order::relaxed, "U1");
    if (robust_word::owner_of(w) != self) Platform::misuse("robust mutex: unlock of a mutex that the caller does not own");
    Platform::robust_pending(word_);
    Platform::robust_unlink(word_);
    // [U2] release: publishes the section to L1 and L3. Else: mutant u2_relaxed races. failure relaxed: waiters set WAITERS, no more.
    if (robust_word::has_waiters(w) || !word_.compare_exchange_strong(w, robust_word::free, order::release, order::relaxed, "U2"))
      unlock_slow(self);
    Platform::robust_done();
  }

 private:
  // If not, `w` is what the word is, and the word stays pending.
  flag take_free(word& w) noexcept {
    const word self = Platform::this_thread_id();
    Platform::robust_pending(word_);
    // [L1] acquire: reads U2's or C3's write, so that the last owner's section is visible. Else: mutant l1_relaxed races. The word is
    //      pending until the list has it: without, a death in between leaves it owned for ever: mutant pending_dropped loses a wake-up.
    //      Without the list a death in the section does: mutant link_dropped loses a wake-up. failure relaxed: L3 or L4 tests the guess.
    return word_.compare_exchange_strong(w, self, order::acquire, order::relaxed, "L1");
  }

  lock_result own() noexcept {
    Platform::robust_link(word_);
    Platform::robust_done();
    return lock_result::acquired;
  }

  [[gnu::cold, gnu::noinline]] lock_result lock_slow(const deadline& until, word w) noexcept {
    const word self = Platform::this_thread_id();
    flag slept = flag(false);
    for (;;) {
      if (robust_word::owner_of(w) == self) Platform::misuse("robust mutex: lock of a mutex that the caller owns");
      for (spinner spin(Spin, until, pace::calm); !robust_word::is_free(w) && spin.again();) {
        // [L9] relaxed: a guess, as L2.
        w = word_.load(order::relaxed, "L9");
      }
      if (robust_word::is_free(w)) {
        if (const lock_result r = take(w, self, slept); r != lock_result::busy) return r;
        continue;
      }
      if (!robust_word::may_be_slept_on(w)) {
        const word announced = robust_word::with_waiters(w);
        // [L4] relaxed: says that somebody may sleep, and takes back the owner's mark. failure relaxed: the next guess.
        if (!word_.compare_exchange_strong(w, announced, order::relaxed, order::relaxed, "L4")) continue;
        w = announced;
      }
      // [L5] sleeps only while WAITERS is set without the mark. Else: mutant l5_never_sleeps does not reach the situation. A wake-up that
      //      was consumed is never reported as timed_out, so giving up loses none.
      if (Platform::wait(word_, w, shared, until, "L5") == wait_result::timed_out) {
        Platform::robust_done();
        return lock_result::timed_out;
      }
      slept = flag(true);
      // [L2] relaxed: a guess, which L3 or L4 tests.
      w = word_.load(order::relaxed, "L2");
    }
  }

  [[gnu::cold, gnu::noinline]] lock_result try_slow(word w) noexcept {
    const word self = Platform::this_thread_id();
    while (robust_word::is_free(w)) {
      if (const lock_result r = take(w, self, flag(false)); r != lock_result::busy) return r;
    }
    Platform::robust_done();
    return lock_result::busy;
  }

  // The word was seen free. busy: it has changed, and `w` is what it is now.
  lock_result take(word& w, const word& self, flag slept) noexcept {
    const flag died = robust_word::has_dead_owner(w);
    word taken = robust_word::taken_by(self, w);
    if (died) taken = robust_word::with_waiters(taken);
    // [L3] acquire: as L1, and of U5's write or the kernel's mark. Else: mutant l3_relaxed races. failure relaxed: the next guess.
    if (!word_.compare_exchange_strong(w, taken, order::acquire, order::relaxed, "L3")) return lock_result::busy;
    // [L6] relaxed: of owners only, as a hint. Somebody slept: others may.
    if (slept) patience_.store(Patience, order::relaxed, "L6");
    if (died) return inherit();
    return own();
  }

  [[gnu::cold, gnu::noinline]] lock_result inherit() noexcept {
    // [L7] relaxed: L3 has read what the state's last owner released.
    if (state_.load(order::relaxed, "L7") == robust_state::not_recoverable) {
      leave_for_ever();
      Platform::robust_done();
      return lock_result::not_recoverable;
    }
    // [L8] relaxed: the release of the word publishes it.
    state_.store(robust_state::inconsistent, order::relaxed, "L8");
    static_cast<void>(own());
    return lock_result::owner_died;
  }

  [[gnu::cold, gnu::noinline]] void unlock_slow(const word& self) noexcept {
    // [U3] relaxed: of owners only.
    if (state_.load(order::relaxed, "U3") == robust_state::inconsistent) {
      // [R1] relaxed: R2 publishes it.
      state_.store(robust_state::not_recoverable, order::relaxed, "R1");
      return leave_for_ever();
    }
    // [U4] relaxed: of owners only, as a hint.
    const word left = patience_.load(order::relaxed, "U4");
    if (left == 0u && close(self)) return;
    // [U7] relaxed: as U4. After an attempt that found a sleeper it is as if an owner had slept.
    patience_.store(left == 0u ? word(Patience) : left - 1u, order::relaxed, "U7");
    // [U5] release: as U2. Else: mutant u5_relaxed races. WAITERS stays, so that whoever takes the word before the wake owes one, too.
    //      Else: mutant u5_clears_waiters loses a wake-up.
    word_.store(robust_word::waiters, order::release, "U5");
    // [U6] pays the wake that WAITERS owed. Else: mutant u6_dropped loses a wake-up.
    Platform::wake(word_, 1, shared, "U6");
  }

  // I2: releases the mutex without WAITERS if nobody sleeps.
  flag close(const word& self) noexcept {
    const word marked = robust_word::marked_closing(self);
    // [C1] relaxed: whoever comes to sleep on the word after C2 has looked sees the mark.
    word_.store(marked, order::relaxed, "C1");
    // [C2] whoever slept before. Else: mutant c2_dropped loses a wake-up.
    if (Platform::wake_found(word_, 1, shared, "C2")) return flag(false);
    word w = marked;
    // [C3] release: as U2. Else: mutant c3_relaxed races. failure relaxed: the mark was taken back, and U5 does the rest.
    return word_.compare_exchange_strong(w, robust_word::free, order::release, order::relaxed, "C3");
  }

  void leave_for_ever() noexcept {
    // [R2] release: publishes the state to L3. Else: mutant r2_relaxed breaks the specification.
    word_.store(robust_word::left_for_ever, order::release, "R2");
    // [R3] everybody is to know. One at a time would do: each wakes the next. Else: mutant r3_dropped loses a wake-up.
    Platform::wake(word_, everyone, shared, "R3");
  }

  // In this order: the kernel finds the word from the node.
  typename Platform::template atomic<word> word_{robust_word::description, robust_word::free};
  typename Platform::template atomic<word> state_{robust_state::description, robust_state::sound};
  typename Platform::template atomic<word> patience_{robust_state::patience, 0u};  // contended unlocks until one tries to clear WAITERS
  typename Platform::robust_node node_{};
};

using robust_mutex = basic_robust_mutex<linux_platform>;
static_assert(sizeof(robust_mutex) == 40 && std::is_standard_layout_v<robust_mutex> && std::is_trivially_destructible_v<robust_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_ROBUST_MUTEX_H_
