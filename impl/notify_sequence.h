// notify_sequence: a futex word that counts notifies, on which waiters may sleep through no wrap; the core of a condition variable.
//
// Guarantees: who enters with a value, and then sleeps as long as the sequence has it, sleeps through no notify that comes after: not even
// if so many come before it sleeps that the sequence has its value again. 16 bytes, constinit, trivially destructible.
// Does not guarantee: that all is well if a waiter's process dies: it counts for ever, and who crosses into its half waits for it.
//
//     sequence   how many notifies have found waiters, modulo 2^32. Its top bit is the half that it is in.
//     lower      how many have entered while it was in its lower half, and not left; bit 31: somebody sleeps until they have
//     upper      the same of its upper half
//     crossing   a mutex: who takes the sequence from one half to the other
//
//     from \ step            enter [E2]           leave [L1]                     advance, if nobody_waits() is not so
//     s, not a half's end    +1 in the half of s  -1; the last awaited wakes     s + 1 [A2]
//     s, the end of a half   the same             the same                       drains the other half [D1..D5], then s + 1 [C2]
//
// I1: whoever sleeps with the value s, or is about to, has entered the half of s before it read s, and not left.
// I2: the sequence comes to a half only when all have left that entered it the time before: A2 stays in a half, C2 drains first. Who enters
//     too late for the drain to see reads what the drain has read, or newer: its half does not fit any more, or is the new one.
// I3: so while somebody has entered with s, the sequence, once it has left s, is not s again.
//
// Memory order: the users' mutex orders an enter before the notifies that must see it. Only crossing and going need more: E2 (acquire)
// learns from the D1 (release) that did not see it; D1 (acquire) learns from the L1 (release) that it waited for.
// Lifetime: L1 is the last access of who leaves; L2 uses the address only. await_departures() returns when all have left.
// Source: the sequence is common, and so is its flaw (models/published/futex_condvar.h); the two halves and their counts are ours.
#ifndef HOLDFAST_IMPL_NOTIFY_SEQUENCE_H_
#define HOLDFAST_IMPL_NOTIFY_SEQUENCE_H_

#include <mutex>

#include "impl/mutex.h"
#include "impl/platform.h"
#include "impl/word/notify_sequence_word.h"

namespace holdfast {

template <class P>
concept notify_sequence_platform =
    mutex_platform<P> && has_store<P> && has_fetch_add<P> && has_fetch_sub<P> && has_fetch_and<P> && has_fetch_or<P>;

// Bits: the width of the sequence; fewer than 32 for a model that wants it to wrap.
template <notify_sequence_platform Platform, scope Scope, unsigned Bits = 32>
class notify_sequence {
  using flag = typename Platform::flag;
  using deadline = typename Platform::deadline;
  using layout_of = sequence_word<Bits>;

 public:
  using word = typename Platform::word;
  using atomic_word = typename Platform::template atomic<word>;

  constexpr notify_sequence() noexcept = default;
  notify_sequence(const notify_sequence&) = delete;
  notify_sequence& operator=(const notify_sequence&) = delete;

  // The futex word.
  atomic_word& futex_word() noexcept { return sequence_; }

  // The caller is counted until it leaves with the value that this returns. `few`: at most one other was counted.
  word enter(flag& few) noexcept {
    for (;;) {
      // [E1] relaxed: a guess; E3 decides.
      const flag upper(layout_of::is_upper(sequence_.load(order::relaxed, "E1")));
      // [E2] acquire: if D1 did not see it, E3 reads no older sequence than the drain did. Else: mutant e2_relaxed loses a wake-up.
      //      Counts the caller, so that D1 does see it. Else: mutant e2_uncounted loses a wake-up.
      few = flag(waiters_word::is_few(waiters(upper).fetch_add(1u, order::acquire, "E2")));
      // [E3] relaxed: the users' mutex orders it before the notifies that it must not miss.
      const word s = sequence_.load(order::relaxed, "E3");
      if (flag(layout_of::is_upper(s)) == upper) return s;
      static_cast<void>(leave_half(upper));
    }
  }

  // True if others are still counted in the half of the value.
  flag leave(word entered_with) noexcept { return leave_half(flag(layout_of::is_upper(entered_with))); }

  // False if anybody has entered and not left whose mutex the caller has locked after it unlocked, or who is ordered otherwise.
  flag nobody_waits() const noexcept {
    // [N1] relaxed: what it must see is ordered by the users' mutex.
    if (!waiters_word::is_empty(lower_.load(order::relaxed, "N1"))) return flag(false);
    // [N2] relaxed: as N1.
    return flag(waiters_word::is_empty(upper_.load(order::relaxed, "N2")));
  }

  // Raises the sequence and returns its new value. May block, once in 2^31 times, until those have left that entered as long ago; it wakes
  // them, also those that were moved to the other word, if there is one.
  word advance(atomic_word* moved_to = nullptr) noexcept {
    // [A1] relaxed: a guess, which A2 or C1 tests.
    word s = sequence_.load(order::relaxed, "A1");
    for (;;) {
      if (layout_of::ends_its_half(s)) {
        if (cross(s, moved_to)) return layout_of::next(s);
      } else {
        // [A2] relaxed: nothing but a wake goes by it, and that comes after. failure relaxed: another guess.
        if (sequence_.compare_exchange_strong(s, layout_of::next(s), order::relaxed, order::relaxed, "A2")) return layout_of::next(s);
      }
    }
  }

  // Blocks until all have left. REQUIRES: nobody enters or advances it any more.
  void await_departures() noexcept {
    drain(flag(false), nullptr);
    drain(flag(true), nullptr);
  }

 private:
  flag leave_half(flag upper) noexcept {
    // [L1] release: what the caller did with this object comes before what D1 lets happen to it. Else: mutant l1_relaxed races.
    const word before = waiters(upper).fetch_sub(1u, order::release, "L1");
    if (waiters_word::is_awaited_last(before)) {
      // [L2] wakes who drains. Else: mutant l2_dropped loses a wake-up.
      Platform::wake(waiters(upper), 1, Scope, "L2");
    }
    return flag(!waiters_word::is_last(before));
  }

  // From the end of a half to the next. While `crossing` is held, the sequence stays at the end.
  [[gnu::cold, gnu::noinline]] flag cross(word& s, atomic_word* moved_to) noexcept {
    const std::scoped_lock hold(crossing_);
    // [C1] relaxed: `crossing` orders it after the last C2; an end of a half that comes after that is the newest value.
    s = sequence_.load(order::relaxed, "C1");
    if (!layout_of::ends_its_half(s)) return flag(false);
    drain(flag(layout_of::is_upper(layout_of::next(s))), moved_to);
    // [C2] relaxed: as A2.
    sequence_.store(layout_of::next(s), order::relaxed, "C2");
    return flag(true);
  }

  // Until all have left the half. Whoever enters it meanwhile leaves at once.
  [[gnu::cold, gnu::noinline]] void drain(flag upper, atomic_word* moved_to) noexcept {
    for (;;) {
      // [D1] acquire: reads the L1 of those that have left. Else: mutant d1_release races.
      //      release: to E2. Else: mutant d1_acquire loses a wake-up.
      const word found = waiters(upper).fetch_or(waiters_word::awaited, order::acq_rel, "D1");
      if (waiters_word::is_empty(found)) break;
      // [D2] wakes those that sleep since then; nobody can follow them any more. Else: mutant d2_dropped loses a wake-up.
      Platform::wake(sequence_, everyone, Scope, "D2");
      if (moved_to != nullptr) {
        // [D5] wakes those that were moved: the caller may own what they wait for there. Else: mutant d5_dropped loses a wake-up.
        Platform::wake(*moved_to, everyone, Scope, "D5");
      }
      // [D3] sleeps until the last has left. Else: mutant d3_never_sleeps does not reach the situation.
      Platform::wait(waiters(upper), waiters_word::with_awaited(found), Scope, deadline::never(), "D3");
    }
    // [D4] relaxed: nobody else drains, and a wake too many harms nobody.
    waiters(upper).fetch_and(~waiters_word::awaited, order::relaxed, "D4");
  }

  atomic_word& waiters(flag upper) noexcept {
    if (upper) return upper_;
    return lower_;
  }

  atomic_word sequence_{layout_of::description, 0u};
  atomic_word lower_{waiters_word::lower, 0u};
  atomic_word upper_{waiters_word::upper, 0u};
  basic_mutex<Platform, Scope> crossing_;
};

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_NOTIFY_SEQUENCE_H_
