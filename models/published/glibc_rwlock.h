// glibc_rwlock: glibc's reader-writer lock as of 2.25, 2.26 and 2.29, each with its bugs, and a repair of the last.
//
// Readers and writers take turns in phases. A phase that nobody waits for is begun by whoever comes. To those that wait it is handed over:
// the last of the phase before changes `readers`, and then `phase`, on which they sleep. Among themselves the writers settle by WRLOCKED
// who of them is next, the primary writer, and sleep on `futex`. The kinds that prefer writers hand WRLOCKED over to a writer that has
// registered in `writers`; the nonrecursive one also lets no reader pass a primary writer that waits for readers.
//
//     readers:  bits 31 ... 3 |    2     |    1     |    0       count: readers that hold it, or wait for the phase to be theirs
//                    count    | RWAITING | WRLOCKED | WRPHASE    WRPHASE: the phase is a writer's; WRLOCKED: there is a primary writer
//     phase:    bits    1     |    0                             RWAITING: some reader sleeps on this word until no reader is inside
//                     USED    | writers                          USED: somebody may sleep on it until the other bit changes
//     futex:    bits    1     |    0                             primary: a writer may sleep until there is no primary writer
//                     USED    | primary
//     writers:  bit    31     | 30 ... 0                         WRHANDOVER: WRLOCKED is for one of those that have registered
//                  WRHANDOVER | count
//
// What went wrong
// 2.25 (BZ 21298, faf8c066df): whoever finds that the phase has become its own goes on, though it was handed over and `phase` is still to
// be changed. The late change comes in another phase; somebody sleeps on a value that is not the phase's, and USED is overwritten. And
// what is found is read without acquire: a race.
//     R leaves, as the last: WRPHASE | W, the primary writer, goes on, leaves; reads: phase := 0; leaves | R: phase := 1, in a read phase
//     W: begins a write phase | R: sees 1, sets USED, sleeps | W: phase := 1 over 1|USED; leaves, nobody to wake
// 2.25 to 2.28 (BZ 23861, f21e8f8ca4): a reader that has set RWAITING sleeps if the word is as it was before that: not while RWAITING is
// set, but when it is no more, and nobody will wake it.
//     W waits for a reader | R: sets RWAITING | W gives up: not RWAITING, wakes nobody; waits again | R sleeps | W gives up: nobody to wake
// 2.25 to 2.28 (BZ 23844, 5fc9ed4c40): trywrlock sets `phase` though the write phase had begun before, over the USED of a reader:
//     R: readers + 1, sees the write phase | T: takes it | R: sees WRLOCKED, sets USED, sleeps | T: sets 1 over 1|USED; unlocks: no wake
// 2.26 to 2.28 (BZ 23844): tryrdlock begins a read phase and wakes nobody; since faf8c066df a reader that came first waits for that:
//     R: readers + 1, sees the write phase | T: ends it | R: sees it ended, but 1: sets USED, sleeps | T: phase := 0
// 2.25 to 2.42 (found by this model): a primary writer whose deadline passes gives WRLOCKED to a writer that has registered. If the last
// reader has just begun the write phase, that one goes on at once, and `phase` is changed late, as in 2.25; and it may race:
//     R leaves, as the last: WRPHASE | P gives up: WRHANDOVER | W takes it, leaves | T reads: phase := 0; leaves | R: phase := 1
//     T: begins a write phase | R reads: sees 1, sets USED, sleeps | T: phase := 1 over 1|USED; leaves, nobody to wake
// Repaired (ours): whoever was given WRLOCKED waits for `phase` in every case. tests/rwlock_hand_over_test.cc shows the bug on glibc 2.36.
//
// Source: the descriptions of the bugs and their fixes, glibc's description of the algorithm, and the commits named. No line is copied.
// Memory orders are glibc's, but for R2 and B2, which need none. Left out: the owner's id (EDEADLK), the overflow of the count,
// process-shared locks, destruction, and that 2.25 has B1 after B2. The readers' side is in glibc_rwlock_readers.h.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_H_

#include "impl/platform.h"
#include "models/published/glibc_rwlock_readers.h"
#include "models/published/glibc_rwlock_word.h"

namespace holdfast::published {

template <class Platform, glibc_release Release, glibc_rwlock_kind Kind = glibc_rwlock_kind::prefer_readers>
  requires has_fetch_sub<Platform> && has_fetch_or<Platform>
class glibc_rwlock : public glibc_rwlock_readers<Platform, Release, Kind> {
  using readers_side = glibc_rwlock_readers<Platform, Release, Kind>;
  using typename readers_side::deadline;
  using typename readers_side::w;
  using typename readers_side::word;
  using readers_side::futex_;
  using readers_side::is_fixed;
  using readers_side::phase_;
  using readers_side::readers_;
  using readers_side::writers_;

  static constexpr bool prefers_writers = Kind != glibc_rwlock_kind::prefer_readers;

  // How a writer came by WRLOCKED.
  struct claim {
    bool shares_used = false;  // it has slept; USED may be another's as well
    bool was_given = false;    // by hand-over
  };

 public:
  void lock() noexcept { static_cast<void>(try_lock_until(deadline::never())); }

  // Returns false if the deadline passed.
  bool try_lock_until(const deadline& until) noexcept {
    claim mine;
    // [W1] acquire: reads S2's or V5's write. Else: mutant w1_relaxed races.
    word r = readers_.fetch_or(w::write_locked, order::acquire, "W1");
    if (w::is_write_locked(r) && !become_primary(r, mine, until)) return false;
    r = r | w::write_locked;
    // [B1] relaxed: W1, W3 or W6 orders it after the last primary writer's.
    futex_.store(mine.shares_used ? w::primary | w::used : w::primary, order::relaxed, "B1");
    // Repaired: whoever gave WRLOCKED away as it gave up cannot tell whether the phase was being handed over.
    const bool may_be_early = Release == glibc_release::repaired && mine.was_given;
    if (w::is_write_phase(r) && !may_be_early) return true;
    while (!w::is_write_phase(r) && !w::has_readers(r)) {
      // [B2] relaxed: nobody has been inside since W1, W3 or W6, or the phase would be the caller's. failure relaxed: H4 reads again.
      if (!readers_.compare_exchange_strong(r, r | w::write_phase, order::relaxed, order::relaxed, "B2")) continue;
      // [B3] relaxed: nobody sleeps while it is 0 and no writer waits for it.
      phase_.store(w::writers, order::relaxed, "B3");
      return true;
    }
    // As shipped: the last reader may still be about to set the futex.
    if (Release == glibc_release::v2_25 && w::is_write_phase(r)) return true;
    return await_write_phase(until);
  }

  bool try_lock() noexcept {
    // [T1] relaxed: a guess, which T2 tests.
    word r = readers_.load(order::relaxed, "T1");
    while (!w::is_write_locked(r) && (!w::has_readers(r) || (prefers_writers && w::is_write_phase(r)))) {
      const word mine = r | w::write_phase | w::write_locked;
      // [T2] acquire: reads S2's or V5's write. Else: mutant t2_relaxed races. failure relaxed: the next guess.
      if (!readers_.compare_exchange_strong(r, mine, order::acquire, order::relaxed, "T2")) continue;
      // [T3] relaxed: as B1.
      futex_.store(w::primary, order::relaxed, "T3");
      if constexpr (!is_fixed) {
        // [T4] relaxed, as shipped only: clears USED, if a reader of the phase that has begun before has set it.
        phase_.store(w::writers, order::relaxed, "T4");
      } else {
        // [T5] relaxed: as B3; in a phase that has begun before, readers may sleep.
        if (!w::is_write_phase(r)) phase_.store(w::writers, order::relaxed, "T5");
      }
      return true;
    }
    return false;
  }

  void unlock() noexcept {
    // [V1] relaxed: V3 or V5 publishes it.
    const word f = futex_.exchange(0u, order::relaxed, "V1");
    if (!prefers_writers || !hand_over()) {
      // [V4] relaxed: a guess, which V5 tests.
      word r = readers_.load(order::relaxed, "V4");
      // [V5] release: publishes the section to R1, R2, P4, D2, W1, W3 and T2. Else: mutant v5_relaxed races.
      //      failure relaxed: the next guess.
      while (!readers_.compare_exchange_strong(r, w::without_writer(r), order::release, order::relaxed, "V5")) {
      }
      if (w::has_readers(r)) {
        // [V6] relaxed: readers go on when they see it.
        const word p = phase_.exchange(0u, order::relaxed, "V6");
        // [V7] wakes the readers: the phase is theirs. Else: mutant v7_dropped loses a wake-up.
        if (w::is_used(p)) Platform::wake(phase_, everyone, scope::process_private, "V7");
      }
    }
    // [V8] wakes one writer: there is no primary writer, or it is to be one of them. Else: mutant v8_dropped loses a wake-up.
    if (w::is_used(f)) Platform::wake(futex_, 1, scope::process_private, "V8");
  }

 private:
  // Until the caller has set WRLOCKED, or has been given it; `r` is what the other bits were. Returns false if the deadline passed.
  bool become_primary(word& r, claim& mine, const deadline& until) noexcept {
    // [W2] relaxed: a registration; an unlocker that does not see it leaves WRLOCKED to be taken.
    if constexpr (prefers_writers) writers_.fetch_add(1u, order::relaxed, "W2");
    for (;;) {
      if (!w::is_write_locked(r)) {
        // [W3] acquire: as W1. Else: mutant w3_relaxed races. failure relaxed: the next guess.
        if (!readers_.compare_exchange_strong(r, r | w::write_locked, order::acquire, order::relaxed, "W3")) continue;
        // [W4] relaxed: the caller has WRLOCKED, so that WRHANDOVER is not set.
        if constexpr (prefers_writers) writers_.fetch_sub(1u, order::relaxed, "W4");
        return true;
      }
      mine.was_given = prefers_writers && is_given();
      if (!mine.was_given && !sleep_as_writer(mine, until)) {
        mine.was_given = prefers_writers && is_given_as_last();
        if (!mine.was_given) return false;
      }
      // [W7] relaxed: a guess, which W3 tests; after W6 or W12 it reads what was there when WRLOCKED was handed over, or later.
      r = readers_.load(order::relaxed, "W7");
      if (mine.was_given) return true;
    }
  }

  // Takes WRHANDOVER, if it is there.
  bool is_given() noexcept {
    // [W5] relaxed: a guess, which W6 tests.
    word waiting = writers_.load(order::relaxed, "W5");
    while (w::is_handed_over(waiting)) {
      // [W6] acquire: reads V3's write, and so W7 what its writer knew. Else: mutant w6_relaxed races. failure relaxed: the next guess.
      if (writers_.compare_exchange_strong(waiting, waiting - w::hand_over - 1u, order::acquire, order::relaxed, "W6")) return true;
    }
    return false;
  }

  // Sleeps if there is a primary writer. Returns false if the deadline passed.
  bool sleep_as_writer(claim& mine, const deadline& until) noexcept {
    // [W8] relaxed: a guess, which W9 or W10 tests.
    word f = futex_.load(order::relaxed, "W8");
    if (f != w::primary && f != (w::primary | w::used)) return true;
    // [W9] relaxed: so that whoever releases WRLOCKED owes a wake.
    if (f == w::primary && !futex_.compare_exchange_strong(f, w::primary | w::used, order::relaxed, order::relaxed, "W9")) return true;
    mine.shares_used = true;
    // [W10] sleeps only while there is a primary writer. Else: mutant w10_never_sleeps does not reach the situation.
    return Platform::wait(futex_, w::primary | w::used, scope::process_private, until, "W10") != wait_result::timed_out;
  }

  // The deadline has passed: whether the caller is the last to register, and WRLOCKED is for it.
  bool is_given_as_last() noexcept {
    // [W11] relaxed: a guess, which W12 tests.
    word waiting = writers_.load(order::relaxed, "W11");
    const auto after = [](word n) { return n == w::hand_over + 1u ? word(0) : n - 1u; };
    // [W12] acquire: as W6. Else: mutant w12_relaxed races. failure relaxed: the next guess.
    while (!writers_.compare_exchange_strong(waiting, after(waiting), order::acquire, order::relaxed, "W12")) {
    }
    return waiting == w::hand_over + 1u;
  }

  // Until the last reader has handed the phase over. Returns false if the deadline passed.
  bool await_write_phase(const deadline& until) noexcept {
    for (bool ready = false;;) {
      // [H1] relaxed: a guess, which H2 or H3 tests.
      const word p = phase_.load(order::relaxed, "H1");
      if (!w::is_writers(p)) {
        if (!sleep_as_primary(p, until)) return !leave_writers();
        continue;
      }
      if (ready) return true;
      // [H4] acquire: reads S2's write. Else: mutant h4_relaxed races.
      ready = w::is_write_phase(readers_.load(order::acquire, "H4"));
    }
  }

  // Sleeps if the phase is the readers'. Returns false if the deadline passed.
  bool sleep_as_primary(word p, const deadline& until) noexcept {
    // [H2] relaxed: so that the last reader owes a wake.
    if (!w::is_used(p) && !phase_.compare_exchange_strong(p, w::used, order::relaxed, order::relaxed, "H2")) return true;
    // [H3] sleeps only while the phase is the readers'. Else: mutant h3_never_sleeps does not reach the situation.
    return Platform::wait(phase_, w::used, scope::process_private, until, "H3") != wait_result::timed_out;
  }

  // The deadline has passed: returns false if the phase is the writer's by now.
  bool leave_writers() noexcept {
    if constexpr (prefers_writers) {
      // [G1] relaxed: whether some writer waits.
      if (writers_.load(order::relaxed, "G1") != 0) {
        // [G2] relaxed: V3 publishes it.
        const word f = futex_.exchange(0u, order::relaxed, "G2");
        if (hand_over()) {
          // [G3] wakes one writer: it is to be the primary one. Else: mutant g3_dropped loses a wake-up.
          if (w::is_used(f)) Platform::wake(futex_, 1, scope::process_private, "G3");
          return true;
        }
        // [G4] relaxed: writers may sleep again.
        futex_.store(f, order::relaxed, "G4");
      }
    }
    // [G5] relaxed: a guess, which G7 tests.
    word r = readers_.load(order::relaxed, "G5");
    if (!w::is_write_phase(r)) {
      // [G6] relaxed: G7 publishes it.
      const word f = futex_.exchange(0u, order::relaxed, "G6");
      while (!w::is_write_phase(r)) {
        const word without = r & ~(w::write_locked | w::reader_waits);
        // [G7] release: so that the next primary writer's B1 comes after G6. kept: falsified by no engine, needed by C++20's text, in which
        //      G6 could read what depends on G7; RC11 rules that out. failure relaxed: the next guess.
        if (!readers_.compare_exchange_strong(r, without, order::release, order::relaxed, "G7")) continue;
        // [G8] wakes one writer: there is no primary one. Else: mutant g8_dropped loses a wake-up.
        if (w::is_used(f)) Platform::wake(futex_, 1, scope::process_private, "G8");
        // [G9] wakes the readers that let the caller pass. Else: mutant g9_dropped loses a wake-up.
        if (w::is_waited_for(r)) Platform::wake(readers_, everyone, scope::process_private, "G9");
        return true;
      }
      // [G10] relaxed: writers may sleep again.
      futex_.store(f, order::relaxed, "G10");
    }
    // [G11] acquire: G5 or G7 has read S2's write. Else: mutant g11_relaxed races.
    Platform::fence(order::acquire, "G11");
    // [G12] relaxed: the last reader is about to set the futex.
    while (!w::is_writers(phase_.load(order::relaxed, "G12"))) {
    }
    return false;
  }

  // Gives WRLOCKED to one of the writers that have registered, if there is one. REQUIRES: the caller has it.
  bool hand_over() noexcept {
    // [V2] relaxed: a guess, which V3 tests.
    word waiting = writers_.load(order::relaxed, "V2");
    while (waiting != 0) {
      // [V3] release: publishes the section to W6 and W12. Else: mutant v3_relaxed races. failure relaxed: the next guess.
      if (writers_.compare_exchange_strong(waiting, waiting | w::hand_over, order::release, order::relaxed, "V3")) return true;
    }
    return false;
  }
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_H_
