// shared_mutex_protocol: the steps of impl/shared_mutex.h, which says what they guarantee.
//
//     bit 31 | 30 29 | 28 | 27 ..... 14 | 13 ...... 0    door: open, awake, asleep, queued_for: the place of the one writer that is next
//         W  | door  | P  |   waiting   |   holders      P: the phase; impl/word/shared_mutex_word.h
//
//     from \ step           enter [R2]    wait [R4]     take [W2]    come [W4]    queue [W5]   fall asleep [W9]   take at the door [W8]
//     free, door open       holders + 1   --            W            awake        --           --                 --
//     free, door taken      p: h + 1      waiting + 1   q: W         --           queued_for   --                 W, open, wake one [W11]
//     holders, door open    holders + 1   --            --           awake        --           --                 --
//     holders, door taken   p: h + 1      waiting + 1   --           --           queued_for   awake -> asleep    --
//     W                     --            waiting + 1   --           if open      if taken     awake -> asleep    --
//     p: prefer_readers, who never wait then. q: not phase_fair.
//
//     unlock [X2]: W, somebody waiting: W cleared, P turned, holders := waiting, waiting := 0, wake all readers [X3]; otherwise, or if
//                  prefer_writers and the door is taken: W cleared, wake the writer at the door [X4] if it may sleep.
//     unlock_shared [S1]: holders - 1; by the last of them: wake the writer at the door [S2] if it may sleep.
//     give up at the door [D1]: door open; wake one in the queue [D2], and all readers that wait for this alone [D3], who enter by [R6].
//
// I1: W => no holders; the door is taken exactly if one writer is between W4 and W8 or D1.
// I2: a reader that waits is counted in `waiting` until P turns or it leaves by R6 or R7. P turns only at X2, when nobody else holds the
//     mutex, and then not again before all who were handed it have left: it is enough to compare one bit.
// I3: a writer sleeps at the door => it may_sleep_at_door, and somebody holds the mutex or owes a wake; a reader sleeps => W, or a writer
//     is at the door, or somebody owes a wake; a writer sleeps in the queue => queued_for, or a wake is owed, or a woken one has yet to
//     come.
//
// Memory order: X2 and S1 (release) publish a section; R2, R5, R6, W2 and W8 (acquire) read that write, or one after it of a chain of
// read-modify-writes, as all writes are. A futex call orders nothing.
#ifndef HOLDFAST_IMPL_SHARED_MUTEX_PROTOCOL_H_
#define HOLDFAST_IMPL_SHARED_MUTEX_PROTOCOL_H_

#include <cstdint>

#include "impl/platform.h"
#include "impl/word/shared_mutex_word.h"

namespace holdfast {

template <class P>
concept shared_mutex_platform =
    has_load<P> && has_compare_exchange<P> && has_fetch_sub<P> && has_fetch_and<P> && has_bitsets<P> && has_spinner<P> && has_misuse<P>;

enum class shared_policy : std::uint8_t { phase_fair, prefer_writers, prefer_readers };

template <shared_mutex_platform Platform, scope Scope, shared_policy Policy, unsigned Spin>
class shared_mutex_protocol {
  using word = typename Platform::word;
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;
  using layout_of = shared_mutex_word;

  // How often a writer looks before it comes to the door, and there before it sleeps: two thirds as often as a reader.
  static constexpr unsigned writers_spin = Spin - Spin / 3;

  // Bitsets: which kind of sleeper a wake is for.
  static constexpr std::uint32_t readers = 1, at_door = 2, in_queue = 4;

 protected:
  // Takes it for a writer, unless somebody is in the way.
  bool take() noexcept {
    // [W1] relaxed: a guess, which W2 tests.
    word w = word_.load(order::relaxed, "W1");
    while (admits_writer(w)) {
      // [W2] acquire: reads X2's or S1's write, so that the sections before are visible. Else: mutant w2_relaxed races.
      //      failure relaxed: the next guess.
      if (word_.compare_exchange_strong(w, w | layout_of::written, order::acquire, order::relaxed, "W2")) return true;
    }
    return false;
  }

  // Gives it up for a writer.
  void release() noexcept {
    // [X1] relaxed: a guess, which X2 tests; W is the caller's own.
    word w = word_.load(order::relaxed, "X1");
    // [X2] release: publishes the section to W2, W8, R2, R5 and R6. Else: mutant x2_relaxed races.
    //      Turns the phase when it hands over, so that the readers know. Else: mutant x2_lost_phase loses a wake-up. The last access.
    while (!word_.compare_exchange_strong(w, unlocked(w), order::release, order::relaxed, "X2")) {
    }
    if (!layout_of::is_written_alone(w)) unlock_slow(w);
  }

  // Takes a share of it for a reader, unless a writer is in the way.
  bool take_share() noexcept {
    // [R1] relaxed: a guess, which R2 tests.
    word w = word_.load(order::relaxed, "R1");
    while (admits_reader(w)) {
      // [R2] acquire: reads X2's write or one after it. Else: mutant r2_relaxed races. failure relaxed: the next guess.
      if (word_.compare_exchange_strong(w, w + layout_of::one_holder, order::acquire, order::relaxed, "R2")) return true;
    }
    return false;
  }

  // Gives a share up.
  void release_share() noexcept {
    // [S1] release: publishes the section to W2 and W8. Else: mutant s1_relaxed races. The last access.
    const word w = word_.fetch_sub(layout_of::one_holder, order::release, "S1");
    if (!layout_of::has_holders(w)) Platform::misuse("shared_mutex: unlock_shared of a mutex that nobody shares");
    if (layout_of::may_sleep_at_door(w)) unlock_shared_slow(w);
  }

  // Wait until they have it (true), or the deadline has passed (false).
  [[gnu::cold, gnu::noinline]] bool lock_slow_until(const deadline& until) noexcept {
    for (spinner spin(writers_spin, until, pace::growing); spin.again();) {
      if (take()) return true;
    }
    if (!come_to_door(until)) return false;
    return wait_at_door(until);
  }

  [[gnu::cold, gnu::noinline]] bool lock_shared_slow_until(const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::growing); spin.again();) {
      if (take_share()) return true;
    }
    for (;;) {
      if (take_share()) return true;
      // [R3] relaxed: a guess, which R4 tests.
      word w = word_.load(order::relaxed, "R3");
      if (layout_of::is_full_of_holders(w) || layout_of::is_full_of_waiting(w)) Platform::misuse("shared_mutex: too many readers");
      // [R4] relaxed: publishes nothing. From here on the caller is handed the mutex by the writer that unlocks.
      if (!admits_reader(w) && word_.compare_exchange_strong(w, w + layout_of::one_waiting, order::relaxed, order::relaxed, "R4")) {
        return wait_for_share(layout_of::phase_of(w), until);
      }
    }
  }

 private:
  static flag admits_reader(const word& w) noexcept {
    if constexpr (Policy == shared_policy::prefer_readers) return !layout_of::is_written(w) && !layout_of::is_full_of_holders(w);
    return !layout_of::is_written_or_next(w) && !layout_of::is_full_of_holders(w);
  }
  static flag admits_writer(const word& w) noexcept {
    if constexpr (Policy == shared_policy::phase_fair) return layout_of::is_free_with_open_door(w);
    return layout_of::is_free(w);
  }
  // Whether a writer that unlocks hands the mutex to the readers that wait.
  static flag hands_over(const word& w) noexcept {
    if constexpr (Policy == shared_policy::prefer_writers) return layout_of::has_waiting(w) && layout_of::is_door_open(w);
    return layout_of::has_waiting(w);
  }
  static word unlocked(const word& w) noexcept {
    if (!layout_of::is_written(w)) Platform::misuse("shared_mutex: unlock of a mutex that no writer holds");
    if (hands_over(w)) return layout_of::handed_over(w);
    return w & ~layout_of::written;
  }

  // True: the caller is the writer at the door.
  flag come_to_door(const deadline& until) noexcept {
    word place = layout_of::awake;
    for (;;) {
      // [W3] relaxed: a guess, which W4, W5 or W6 tests.
      word w = word_.load(order::relaxed, "W3");
      if (layout_of::is_door_open(w)) {
        // [W4] relaxed: publishes nothing. Who has slept may be the only one to know of others that sleep, and says so: queued_for.
        //      Else: mutant w4_lost_queue loses a wake-up.
        if (word_.compare_exchange_strong(w, w | place, order::relaxed, order::relaxed, "W4")) return flag(true);
        continue;
      }
      // [W5] relaxed: as W4. So that whoever leaves the door owes a wake.
      if (!layout_of::is_queued_for(w) &&
          !word_.compare_exchange_strong(w, w | layout_of::queued_for, order::relaxed, order::relaxed, "W5")) {
        continue;
      }
      place = layout_of::queued_for;
      // [W6] sleeps only while the door is taken. Else: mutant w6_never_sleeps does not reach the situation. A wake-up that was consumed is
      //      never reported as timed_out: giving up loses none.
      if (Platform::wait_bitset(word_, w | layout_of::queued_for, in_queue, Scope, until, "W6") == wait_result::timed_out)
        return flag(false);
    }
  }

  // True: the caller owns the mutex. In both cases it is no longer at the door.
  flag wait_at_door(const deadline& until) noexcept {
    for (;;) {
      word w = look_while_held(until);
      if (layout_of::is_free(w)) {
        // [W8] acquire: as W2. Else: mutant w8_relaxed races. failure relaxed: the loop looks again.
        if (!word_.compare_exchange_strong(w, layout_of::open_door(w) | layout_of::written, order::acquire, order::relaxed, "W8")) continue;
        // [W11] pays the wake that queued_for owes. Else: mutant w11_dropped loses a wake-up.
        if (layout_of::is_queued_for(w)) Platform::wake_bitset(word_, 1, in_queue, Scope, "W11");
        return flag(true);
      }
      if (layout_of::is_awake_at_door(w)) {
        // [W9] relaxed: publishes nothing. So that whoever makes the mutex free owes a wake.
        if (!word_.compare_exchange_strong(w, layout_of::falls_asleep_at_door(w), order::relaxed, order::relaxed, "W9")) continue;
        w = layout_of::falls_asleep_at_door(w);
      }
      // [W10] sleeps only while somebody holds the mutex. Else: mutant w10_never_sleeps does not reach the situation.
      if (Platform::wait_bitset(word_, w, at_door, Scope, until, "W10") == wait_result::timed_out) {
        leave_door();
        return flag(false);
      }
    }
  }

  word look_while_held(const deadline& until) noexcept {
    for (spinner spin(writers_spin, until, pace::growing);;) {
      // [W7] relaxed: a guess, which W8, W9 or W10 tests.
      const word w = word_.load(order::relaxed, "W7");
      if (layout_of::is_free(w) || !spin.again()) return w;
    }
  }

  void leave_door() noexcept {
    // [D1] relaxed: publishes nothing. After it a reader waits only for a writer that holds the mutex.
    const word w = word_.fetch_and(~layout_of::door, order::relaxed, "D1");
    // [D2] as W11. Else: mutant d2_dropped loses a wake-up.
    if (layout_of::is_queued_for(w)) Platform::wake_bitset(word_, 1, in_queue, Scope, "D2");
    // [D3] those that waited for the caller only. Else: mutant d3_dropped loses a wake-up.
    if (layout_of::has_waiting(w) && !layout_of::is_written(w)) Platform::wake_bitset(word_, everyone, readers, Scope, "D3");
  }

  [[gnu::cold, gnu::noinline]] void unlock_slow(word w) noexcept {
    if (hands_over(w)) {
      // [X3] tells the readers, who own it already. Else: mutant x3_dropped loses a wake-up.
      Platform::wake_bitset(word_, everyone, readers, Scope, "X3");
    } else if (layout_of::may_sleep_at_door(w)) {
      // [X4] the mutex is free, for the writer at the door. Else: mutant x4_dropped loses a wake-up.
      Platform::wake_bitset(word_, 1, at_door, Scope, "X4");
    }
  }

  [[gnu::cold, gnu::noinline]] void unlock_shared_slow(word w) noexcept {
    // [S2] as X4. Else: mutant s2_dropped loses a wake-up.
    if (layout_of::is_last_holder(w)) Platform::wake_bitset(word_, 1, at_door, Scope, "S2");
  }

  flag wait_for_share(const word registered_in, const deadline& until) noexcept {
    flag expired(false);
    for (;;) {
      // [R5] acquire: reads the X2 that turned the phase, or a write after it. Else: mutant r5_relaxed races.
      word w = word_.load(order::acquire, "R5");
      if (layout_of::phase_of(w) != registered_in) return flag(true);
      if (admits_reader(w)) {
        // [R6] acquire: as R2: since R5 a writer may have come and gone past one that gave up at the door, and the word be the same again.
        //      Else: mutant r6_relaxed races. failure relaxed: the loop reads the word again.
        if (word_.compare_exchange_strong(w, w - layout_of::one_waiting + layout_of::one_holder, order::acquire, order::relaxed, "R6")) {
          return flag(true);
        }
        continue;
      }
      if (expired) {
        // [R7] relaxed: publishes nothing. It fails if the mutex has been handed over: then the caller shares it.
        if (word_.compare_exchange_strong(w, w - layout_of::one_waiting, order::relaxed, order::relaxed, "R7")) return flag(false);
        continue;
      }
      // [R8] sleeps only while the caller waits. Else: mutant r8_never_sleeps does not reach the situation.
      if (Platform::wait_bitset(word_, w, readers, Scope, until, "R8") == wait_result::timed_out) expired = flag(true);
    }
  }

  typename Platform::template atomic<word> word_{layout_of::description, layout_of::free};
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_SHARED_MUTEX_PROTOCOL_H_
