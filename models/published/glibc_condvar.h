// glibc_condvar: the condition variable of glibc with two groups of waiters, which loses wake-ups until 2.40, and that of 2.41.
//
// A waiter takes a position in a sequence, and with it a place in one of two groups: G1, the older waiters, to whom signals go, and G2, who
// have come since. When every waiter of G1 has its signal, the next signal closes G1 and makes G2 the new G1; the slot of the old one is
// then the new G2. So a signal never goes to a waiter who came after it.
//
// As shipped (2.25 to 2.40) a slot's signals are a number, and a waiter takes one by compare-exchange. A waiter who is late may so take
// a signal of a younger group, which has the slot by now. It cannot know; if its group is closed and its slot belongs to G1, it gives a
// signal back, to be on the safe side. If it had taken its own, that is one too many: a waiter of G1 leaves for which the group's size
// still counts a signal to come, and that signal, when it comes, wakes nobody:
//     A waits (slot 0); signal; A takes it, and is late | B waits (slot 1); signal; B leaves | C, D wait (slot 0); signal: G1 owes one more
//     A: its group is closed, slot 0 is G1: gives one back | C, D leave | D waits (slot 1); signal, to slot 0: nobody is there
// As fixed (2.41) a slot's signals are counted from the position at which G1 starts, so that a late waiter sees that none is meant for it;
// nothing is stolen, nothing is given back, and nobody has to wait until a group's waiters have left.
//
//     sequence      as shipped and fixed: bit 0: the slot of G2; above: the position of the next waiter
//     start         as shipped: bit 0: the slot of G2; above: the position of G1's first waiter. As fixed: that position
//     signals[i]    as shipped: bit 0: the group is closed; above: how many signals can be taken. As fixed: start + that number
//     refs[i]       as shipped: bit 0: a signal waits for the last one; above: how many may sleep on signals[i]
//     size[i]       how many waiters of G1 have no signal yet; of G2: 0
//     first size    how many waiters G1 had when it became G1
//
// Guarantees, as fixed: a signal ends a wait that began before it, if there is one. size, first size and start belong to the internal lock.
// Not modelled: time-outs, cancellation, destruction, the count of waiters that lets a signal return at once, 64 bits of position.
// The internal lock is a mutex beside first size, instead of two bits of it.
// Source: the descriptions of the algorithm (ed19993b5b) and of its repair (BZ 25847, 1db84775f8 and the commits after it); M. Skarupke,
// "Using TLA+ in the Real World to Understand a Glibc Bug" (2020). No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_CONDVAR_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_CONDVAR_H_

#include "impl/platform.h"
#include "models/published/mutex3.h"
#include "models/published/version.h"

namespace holdfast::published {

struct glibc_condvar_word {
  static constexpr std::uint32_t flag = 1, one = 2;  // bit 0, and a step of what is above
  static constexpr field sequence_fields[] = {{"G2", 0, 1, {}}, {"next", 1, 31, {}}};
  static constexpr field start_fields[] = {{"G2", 0, 1, {}}, {"first", 1, 31, {}}};
  static constexpr named_value open_or_closed[] = {{0, "open", "signals can be taken"}, {1, "closed", "the group is closed"}};
  static constexpr field signals_fields[] = {{"closed", 0, 1, open_or_closed}, {"count", 1, 31, {}}};
  static constexpr field refs_fields[] = {{"awaited", 0, 1, {}}, {"count", 1, 31, {}}};
  static constexpr field number_fields[] = {{"number", 0, 32, {}}};
  static constexpr layout sequence{"sequence", sequence_fields};
  static constexpr layout shipped_start{"start", start_fields};
  static constexpr layout fixed_start{"start", number_fields};
  static constexpr layout shipped_signals[] = {{"signals[0]", signals_fields}, {"signals[1]", signals_fields}};
  static constexpr layout fixed_signals[] = {{"signals[0]", number_fields}, {"signals[1]", number_fields}};
  static constexpr layout refs[] = {{"refs[0]", refs_fields}, {"refs[1]", refs_fields}};

  static constexpr std::uint32_t slot(std::uint32_t w) { return w & flag; }
  static constexpr std::uint32_t number(std::uint32_t w) { return w >> 1; }
  static constexpr bool is_flagged(std::uint32_t w) { return (w & flag) != 0; }
  // As fixed: whether there is a signal to take, for a group that starts there or later.
  static constexpr bool has_signal(std::uint32_t signals, std::uint32_t start) { return static_cast<std::int32_t>(signals - start) > 0; }
};

// Lock: the internal lock.
template <class Platform, version Version, class Lock = mutex3<Platform>>
requires has_load<Platform> && has_store<Platform> && has_fetch_add<Platform> && has_fetch_sub<Platform> && has_fetch_and<Platform> &&
    has_fetch_or<Platform> && has_compare_exchange<Platform> && has_plain<Platform> && has_wait<Platform> && has_wake<Platform>
class glibc_condvar {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = glibc_condvar_word;

  static constexpr bool shipped = Version == version::as_shipped;

 public:
  // REQUIRES: the caller has locked the mutex; it has when the call returns.
  template <class Mutex>
  void wait(Mutex& mutex) noexcept {
    // [W1] acquire: reads X3's write, so that F1 and F2 find nothing from before: no signal of the group that had the slot.
    //      Else: mutant w1_relaxed loses a wake-up.
    const word place = sequence_.fetch_add(w::one, order::acquire, "W1");
    mutex.unlock("unlock to wait");
    if constexpr (shipped) {
      take_as_shipped(w::slot(place), w::number(place));
    } else {
      take_as_fixed(w::slot(place), w::number(place));
    }
    mutex.lock("lock again");
  }

  void signal() noexcept {
    lock_.lock();
    // [S1] relaxed: whoever's W1 happens before the call is seen.
    const word next = sequence_.load(order::relaxed, "S1");
    unsigned g1 = w::slot(next) ^ 1u;
    const bool owed = size_[g1].load("size") != 0 || close_and_switch(w::number(next), g1);
    if (owed) {
      size_[g1].store(size_[g1].load("size") - 1, "one has its signal");
      // [S2] relaxed: part of X4's or X5's release sequence.
      signals_[g1].fetch_add(shipped ? w::one : 1u, order::relaxed, "S2");
    }
    lock_.unlock();
    // [S3] wakes one of the group, if one sleeps. Else: mutant s3_dropped loses a wake-up.
    if (owed) Platform::wake(signals_[g1], 1, scope::process_private, "S3");
  }

  void broadcast() noexcept {
    lock_.lock();
    // [A1] relaxed: as S1.
    const word next = sequence_.load(order::relaxed, "A1");
    unsigned g1 = w::slot(next) ^ 1u;
    if (size_[g1].load("size") != 0) signal_all(g1);
    if (close_and_switch(w::number(next), g1)) signal_all(g1);
    lock_.unlock();
  }

 private:
  // REQUIRES: the internal lock is held.
  void signal_all(unsigned g1) noexcept {
    // [A2] relaxed: as S2.
    signals_[g1].fetch_add(size_[g1].load("size") * (shipped ? w::one : 1u), order::relaxed, "A2");
    size_[g1].store(0, "all have their signals");
    // [A3] wakes the group. Else: mutant a3_dropped loses a wake-up.
    Platform::wake(signals_[g1], everyone, scope::process_private, "A3");
  }

  void take_as_fixed(unsigned slot, word mine) noexcept {
    for (;;) {
      // [F1] acquire: reads X4's write, so that F2 reads X2's. Else: mutant f1_relaxed loses a wake-up.
      word signals = signals_[slot].load(order::acquire, "F1");
      // [F2] relaxed: F1 orders it.
      const word start = start_.load(order::relaxed, "F2");
      if (mine < start) return;
      if (w::has_signal(signals, start)) {
        // [F3] relaxed: the signal orders nothing. failure relaxed: F1 reads again.
        if (signals_[slot].compare_exchange_strong(signals, signals - 1, order::relaxed, order::relaxed, "F3")) return;
        continue;
      }
      // [F4] sleeps only while there is no signal more. Else: mutant f4_never_sleeps does not reach the situation.
      Platform::wait(signals_[slot], signals, scope::process_private, deadline::never(), "F4");
    }
  }

  void take_as_shipped(unsigned slot, word mine) noexcept {
    // [T1] acquire, as shipped only: reads X5's write.
    word signals = signals_[slot].load(order::acquire, "T1");
    do {
      while (signals == 0) {
        // [T2] acquire, as shipped only: reads X6's place in the order, and what was before it.
        refs_[slot].fetch_add(w::one, order::acquire, "T2");
        // [T3] acquire, as shipped only: as T1.
        bool over = w::is_flagged(signals_[slot].load(order::acquire, "T3"));
        // [T4] relaxed, as shipped only.
        over = over || mine < w::number(start_.load(order::relaxed, "T4"));
        // [T5] as shipped only: sleeps while there is no signal.
        if (!over) Platform::wait(signals_[slot], 0u, scope::process_private, deadline::never(), "T5");
        leave(slot);
        if (over) return;
        // [T6] acquire, as shipped only: as T1.
        signals = signals_[slot].load(order::acquire, "T6");
      }
      if (w::is_flagged(signals)) return;
      // [T7] acquire, as shipped only. failure relaxed: the loop looks at the value.
    } while (!signals_[slot].compare_exchange_strong(signals, signals - w::one, order::acquire, order::relaxed, "T7"));
    give_back(slot, mine);
  }

  // As shipped: the signal may have been that of a younger group in the same slot.
  void give_back(unsigned slot, word mine) noexcept {
    // [G1] relaxed, as shipped only.
    const word start = start_.load(order::relaxed, "G1");
    if (mine >= w::number(start) || w::slot(start) == slot) return;
    // [G2] relaxed, as shipped only.
    word signals = signals_[slot].load(order::relaxed, "G2");
    // [G3] relaxed, as shipped only: the group may be gone by now.
    while (start_.load(order::relaxed, "G3") == start) {
      // [G4] relaxed, as shipped only: one too many, if the signal taken was its own.
      if (w::is_flagged(signals) ||
          signals_[slot].compare_exchange_strong(signals, signals + w::one, order::relaxed, order::relaxed, "G4")) {
        // [G5] as shipped only.
        Platform::wake(signals_[slot], 1, scope::process_private, "G5");
        return;
      }
    }
  }

  // As shipped: the caller no longer sleeps on the slot's signals.
  void leave(unsigned slot) noexcept {
    // [R1] release, as shipped only: X8 reads it.
    if (refs_[slot].fetch_sub(w::one, order::release, "R1") != (w::one | w::flag)) return;
    // [R2] relaxed, as shipped only: nobody waits for more.
    refs_[slot].fetch_and(~w::flag, order::relaxed, "R2");
    // [R3] as shipped only: wakes the signal that waits for the last one.
    Platform::wake(refs_[slot], everyone, scope::process_private, "R3");
  }

  // Makes G2 the new G1, with `g1` as its slot, if it has waiters. REQUIRES: the internal lock is held.
  bool close_and_switch(word next, unsigned& g1) noexcept {
    // [X1] relaxed: changes under the internal lock only.
    const word old = start_.load(order::relaxed, "X1");
    const word end = (shipped ? w::number(old) : old) + first_size_.load("first size");
    if (next - end + size_[g1 ^ 1u].load("size") == 0) return false;
    if constexpr (shipped) quiesce(g1);
    const word start = shipped ? end * w::one + g1 : end;
    // [X2] relaxed: X3 and X4 publish it.
    start_.store(start, order::relaxed, "X2");
    if constexpr (shipped) {
      // [X5] release, as shipped only: the slot is open for a new group.
      signals_[g1].store(0u, order::release, "X5");
    }
    // [X3] release: publishes X2 to W1. Else: mutant x3_relaxed loses a wake-up. G2 has the other slot now.
    const word now = sequence_.fetch_add(g1 == 0 ? ~word(0) : word(1), order::release, "X3");
    g1 ^= 1u;
    if constexpr (!shipped) {
      // [X4] release: publishes X2 to F1. Else: mutant x4_relaxed loses a wake-up. There is no signal as yet.
      signals_[g1].store(start, order::release, "X4");
    }
    first_size_.store(w::number(now) - end, "first size");
    size_[g1].store(size_[g1].load("size") + w::number(now) - end, "size of the new G1");
    return size_[g1].load("size") != 0;
  }

  // As shipped: closes the group, and waits until nobody sleeps on its signals.
  void quiesce(unsigned g1) noexcept {
    // [Q1] relaxed, as shipped only.
    signals_[g1].fetch_or(w::flag, order::relaxed, "Q1");
    // [Q2] release, as shipped only: whoever comes to sleep after it sees the group closed.
    word left = refs_[g1].fetch_or(0u, order::release, "Q2");
    while (w::number(left) != 0) {
      // [Q3] relaxed, as shipped only: asks to be woken.
      left = refs_[g1].fetch_or(w::flag, order::relaxed, "Q3") | w::flag;
      if (w::number(left) != 0) {
        // [Q4] as shipped only.
        Platform::wait(refs_[g1], left, scope::process_private, deadline::never(), "Q4");
      }
      // [Q5] acquire, as shipped only: reads R1's write (glibc has a fence after the loop).
      left = refs_[g1].load(order::acquire, "Q5");
    }
  }

  static constexpr const layout& start_layout = shipped ? w::shipped_start : w::fixed_start;
  static constexpr const auto& signals_layouts = shipped ? w::shipped_signals : w::fixed_signals;

  typename Platform::template atomic<word> sequence_{w::sequence, 0u};
  typename Platform::template atomic<word> start_{start_layout, 0u};
  typename Platform::template atomic<word> signals_[2]{{signals_layouts[0], 0u}, {signals_layouts[1], 0u}};
  typename Platform::template atomic<word> refs_[2]{{w::refs[0], 0u}, {w::refs[1], 0u}};
  typename Platform::template plain<unsigned> size_[2]{{"size[0]", 0u}, {"size[1]", 0u}};
  typename Platform::template plain<unsigned> first_size_{"first size", 0u};
  Lock lock_;
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_CONDVAR_H_
