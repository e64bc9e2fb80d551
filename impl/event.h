// event: a flag that is set and reset, and that threads wait for, in one 32-bit futex word.
//
// With manual reset, all waits return while it is set. With automatic reset each set lets one wait return, which resets it; a set of an
// event that is set already adds nothing.
// Guarantees: no lost wake-up; a set happens before the waits and the reset that find it. Whoever has waited may destroy it (see Lifetime).
// set makes a system call only if somebody may sleep. constinit, trivially destructible, 4 bytes.
// Does not guarantee: fairness; that a wait returns for a set that a reset, or another's wait, has taken back before the waiter looks.
//
//     bit 31 ............ 2 | 1 0 |      value  name           meaning
//        must be zero (I1)  |  s  |        0    unset          not set; no thread has announced that it may sleep
//                                          1    unset_waiters  not set; some thread may sleep or be about to
//                                          2    set            set
//
//     from \ step      set [S1]                    reset [R1]   announce [M3]    take [T2,A2]   announce or take [A3]
//     unset            set                         --           unset_waiters    --             unset_waiters
//     unset_waiters    set, then wake [S2]         --           --               --             unset_waiters
//     set              set                         unset        --               unset, own     unset_waiters, own
//
//     M: manual reset, which wakes all. T, A: automatic reset, which wakes one.
//
// I1: the word is unset, unset_waiters or set.
// I2: manual: a thread sleeps => the word is unset_waiters, or a wake of all is owed. automatic: ..., or a wake is owed, or a woken thread
//     has not yet announced again (it announces or takes with unset_waiters before it can return or sleep).
//
// Memory order: S1 (release) is read by the waits and by R1 (acquire).
// Lifetime: S1 is a setter's last access to the word; S2 uses its address only. Once a wait has returned, and no thread is inside another
// or will call a member, the event may be destroyed, even if a set has not returned yet.
// Source: Windows' and .NET's reset events. Automatic reset is the protocol of mutex.h, with set as its unlock.
#ifndef HOLDFAST_IMPL_EVENT_H_
#define HOLDFAST_IMPL_EVENT_H_

#include <chrono>
#include <cstdint>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/event_word.h"

namespace holdfast {

template <class P>
concept event_platform = has_load<P> && has_exchange<P> && has_compare_exchange<P> && has_wait<P> && has_wake<P> && has_spinner<P>;

// Who resets an event: reset() alone, or also each wait that returns.
enum class event_reset : std::uint8_t { manual, automatic };

// How many times a wait looks at an event that is not set, pausing in between, before it sleeps. As counting_semaphore_default_spin.
inline constexpr unsigned event_default_spin = 10;

// Platform: the world it runs in. Scope: who may use it. No member allocates or throws; all but wait and the timed forms never block.
template <event_platform Platform, event_reset Reset, scope Scope = scope::process_private, unsigned Spin = event_default_spin>
class basic_event {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

  static constexpr bool manual = Reset == event_reset::manual;

 public:
  constexpr basic_event() noexcept : word_(event_word::description, event_word::unset) {}
  constexpr explicit basic_event(bool is_set) noexcept : word_(event_word::description, is_set ? event_word::set : event_word::unset) {}
  basic_event(const basic_event&) = delete;
  basic_event& operator=(const basic_event&) = delete;

  // Sets the event, and wakes those that it lets pass. Release.
  void set() noexcept {
    // [S1] release: publishes what the caller did to the waits and to R1. Else: mutant s1_relaxed races.
    //      The last access to the word: after it a waiter may destroy the event.
    if (event_word::has_waiters(word_.exchange(event_word::set, order::release, "S1"))) set_slow();
  }

  // The event is not set afterwards, unless somebody sets it again. Acquire: what was done before a set that it takes back is visible.
  void reset() noexcept {
    word w = event_word::set;
    // [R1] acquire: reads S1's write. Else: mutant r1_relaxed deadlocks. failure relaxed: it was not set.
    word_.compare_exchange_strong(w, event_word::unset, order::acquire, order::relaxed, "R1");
  }

  // Whether the event is set, which with automatic reset it is no longer if so; never blocks. Acquire if it was.
  [[nodiscard]] bool try_wait() noexcept {
    if constexpr (manual) {
      // [T1] acquire: reads S1's write, so that what the setter did is visible. Else: mutant t1_relaxed races.
      return event_word::is_set(word_.load(order::acquire, "T1"));
    } else {
      word w = event_word::set;
      // [T2] acquire: as T1. Else: mutant t2_relaxed races. failure relaxed: nothing is read under a failed try.
      if (word_.compare_exchange_strong(w, event_word::unset, order::acquire, order::relaxed, "T2")) return true;
      return false;
    }
  }

  // Blocks until the event is set; with automatic reset it no longer is then. Acquire.
  void wait() noexcept {
    if (!try_wait()) wait_slow();
  }

  // Blocks until the event is set (true, as wait()) or the deadline has passed (false).
  [[nodiscard]] bool try_wait_until(const deadline& until) noexcept { return try_wait() || wait_slow_until(until); }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock; the latter follows changes of the system's time.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_wait_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    return try_wait() || wait_slow_until(deadline::at(until));
  }

  // The duration is measured on the steady clock.
  template <class Rep, class Period>
  [[nodiscard]] bool try_wait_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    return try_wait() || wait_slow_until(deadline::after(duration));
  }

 private:
  [[gnu::cold, gnu::noinline]] void wait_slow() noexcept { static_cast<void>(wait_slow_until(deadline::never())); }

  [[gnu::cold, gnu::noinline]] bool wait_slow_until(const deadline& until) noexcept {
    if constexpr (manual) return wait_set(until);
    return spin_and_take(until) || take(until);
  }

  bool wait_set(const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::brisk); spin.again();) {
      // [M1] acquire: as T1. Else: mutant m1_relaxed races.
      if (event_word::is_set(word_.load(order::acquire, "M1"))) return true;
    }
    for (;;) {
      // [M2] acquire: as T1. Else: mutant m2_relaxed races.
      word w = word_.load(order::acquire, "M2");
      if (event_word::is_set(w)) return true;
      // [M3] relaxed: S1 finds it, in the same word. failure relaxed: the loop reads again.
      if (!event_word::has_waiters(w) &&
          !word_.compare_exchange_strong(w, event_word::unset_waiters, order::relaxed, order::relaxed, "M3"))
        continue;
      // [M4] sleeps only while the word is unset_waiters. Else: mutant m4_never_sleeps does not reach the situation.
      if (Platform::wait(word_, event_word::unset_waiters, Scope, until, "M4") == wait_result::timed_out) return false;
    }
  }

  // Stops early once somebody else may sleep.
  flag spin_and_take(const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::brisk); spin.again();) {
      // [A1] relaxed: a hint; A2 decides.
      word w = word_.load(order::relaxed, "A1");
      if (event_word::has_waiters(w)) return flag(false);
      // [A2] acquire: as T1. Else: mutant a2_relaxed races. failure relaxed: the loop reads again.
      if (event_word::is_set(w) && word_.compare_exchange_strong(w, event_word::unset, order::acquire, order::relaxed, "A2"))
        return flag(true);
    }
    return flag(false);
  }

  bool take(const deadline& until) noexcept {
    // [A3] acquire: as T1. Else: mutant a3_relaxed races. Writes unset_waiters, before the first sleep and again after every sleep (the
    //      wake that ended it may have been the only one), so that the next S1 owes a wake. Else: mutant a3_lost_flag loses a wake-up.
    while (!event_word::is_set(word_.exchange(event_word::unset_waiters, order::acquire, "A3"))) {
      // [A4] sleeps only while the word is unset_waiters. Else: mutant a4_never_sleeps does not reach the situation.
      //      A wake-up that was consumed is never reported as timed_out, so giving up loses none.
      if (Platform::wait(word_, event_word::unset_waiters, Scope, until, "A4") == wait_result::timed_out) return false;
    }
    return true;
  }

  [[gnu::cold, gnu::noinline]] void set_slow() noexcept {
    // [S2] pays the wakes that unset_waiters owes. Else: mutant s2_dropped loses a wake-up.
    Platform::wake(word_, manual ? everyone : 1, Scope, "S2");
  }

  typename Platform::template atomic<word> word_;
};

using manual_reset_event = basic_event<linux_platform, event_reset::manual>;
using auto_reset_event = basic_event<linux_platform, event_reset::automatic>;
using process_shared_manual_reset_event = basic_event<linux_platform, event_reset::manual, scope::process_shared>;
using process_shared_auto_reset_event = basic_event<linux_platform, event_reset::automatic, scope::process_shared>;

static_assert(sizeof(manual_reset_event) == 4);
static_assert(std::is_trivially_destructible_v<manual_reset_event>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_EVENT_H_
