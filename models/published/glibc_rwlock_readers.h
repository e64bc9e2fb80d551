// glibc_rwlock_readers: the words of glibc's reader-writer lock, and what readers do with them. The story is in glibc_rwlock.h.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_READERS_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_READERS_H_

#include "impl/platform.h"
#include "models/published/glibc_rwlock_word.h"

namespace holdfast::published {

template <class Platform, glibc_release Release, glibc_rwlock_kind Kind>
  requires has_load<Platform> && has_store<Platform> && has_exchange<Platform> && has_fetch_add<Platform> &&
           has_compare_exchange<Platform> && has_fence<Platform> && has_wait<Platform> && has_wake<Platform>
class glibc_rwlock_readers {
 protected:
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using w = glibc_rwlock_word;

  static constexpr bool nonrecursive = Kind == glibc_rwlock_kind::prefer_writers_nonrecursive;
  static constexpr bool is_fixed = Release >= glibc_release::v2_29;

 public:
  void lock_shared() noexcept { static_cast<void>(try_lock_shared_until(deadline::never())); }

  // Returns false if the deadline passed.
  bool try_lock_shared_until(const deadline& until) noexcept {
    if constexpr (nonrecursive) {
      if (!let_writer_pass(until)) return false;
    }
    // [R1] acquire: reads V5's write, or one after it, if the phase is the readers'. Else: mutant r1_relaxed races.
    word r = readers_.fetch_add(w::one_reader, order::acquire, "R1") + w::one_reader;
    if (!w::is_write_phase(r)) return true;
    while (w::is_write_phase(r) && !w::is_write_locked(r)) {
      // [R2] relaxed: since R1 no section can have begun and ended without the phase being the readers'. failure relaxed: P4 reads again.
      if (!readers_.compare_exchange_strong(r, r & ~w::write_phase, order::relaxed, order::relaxed, "R2")) continue;
      if constexpr (Release == glibc_release::v2_25) {
        // [R3] relaxed, as shipped only.
        phase_.store(0u, order::relaxed, "R3");
        return true;
      }
      // [R4] relaxed: the caller's count keeps other phases away.
      const word p = phase_.exchange(0u, order::relaxed, "R4");
      // [R5] wakes the readers that cannot tell that it was not a writer. Else: mutant r5_dropped loses a wake-up.
      if (w::is_used(p)) Platform::wake(phase_, everyone, scope::process_private, "R5");
      return true;
    }
    // As shipped: whoever has handed the phase over may still be about to reset the futex.
    if (Release == glibc_release::v2_25 && !w::is_write_phase(r)) return true;
    return await_read_phase(until);
  }

  bool try_lock_shared() noexcept {
    // [D1] relaxed: a guess, which D2 tests.
    word r = readers_.load(order::relaxed, "D1");
    word mine;
    do {
      if (w::is_write_locked(r) && (w::is_write_phase(r) || nonrecursive)) return false;
      mine = (r + w::one_reader) & ~w::write_phase;
      // [D2] acquire: reads V5's write, or one after it. Else: mutant d2_relaxed races. failure relaxed: the next guess.
    } while (!readers_.compare_exchange_strong(r, mine, order::acquire, order::relaxed, "D2"));
    if (!w::is_write_phase(r)) return true;
    if constexpr (!is_fixed) {
      // [D3] relaxed, as shipped only: forgets whoever sleeps.
      phase_.store(0u, order::relaxed, "D3");
    } else {
      // [D4] relaxed: as R4.
      const word p = phase_.exchange(0u, order::relaxed, "D4");
      // [D5] as R5. Else: mutant d5_dropped loses a wake-up.
      if (w::is_used(p)) Platform::wake(phase_, everyone, scope::process_private, "D5");
    }
    return true;
  }

  void unlock_shared() noexcept {
    // [S1] relaxed: a guess, which S2 tests.
    word r = readers_.load(order::relaxed, "S1");
    // [S2] release: publishes the section to W1, B2 and H4. Else: mutant s2_relaxed races. failure relaxed: the next guess.
    while (!readers_.compare_exchange_strong(r, w::without_one_reader(r), order::release, order::relaxed, "S2")) {
    }
    const word left = w::without_one_reader(r);
    if (w::is_write_phase(left)) {
      // [S3] acquire: so that S4 comes after R4 or D4 of a reader that has left. kept: falsified by no engine, needed by C++20's text, in
      //      which R4 could read what depends on its own caller's S2; RC11 rules that out.
      Platform::fence(order::acquire, "S3");
      // [S4] relaxed: the primary writer goes on when it sees it.
      const word p = phase_.exchange(w::writers, order::relaxed, "S4");
      // [S5] wakes the primary writer. Else: mutant s5_dropped loses a wake-up.
      if (w::is_used(p)) Platform::wake(phase_, everyone, scope::process_private, "S5");
    }
    // [S6] wakes the readers that let the writer pass: it does. Else: mutant s6_dropped loses a wake-up.
    if (w::is_waited_for(r) && !w::is_waited_for(left)) Platform::wake(readers_, everyone, scope::process_private, "S6");
  }

 private:
  // While a primary writer waits for readers: does not join them. Returns false if the deadline passed.
  bool let_writer_pass(const deadline& until) noexcept {
    // [N1] relaxed: a guess, which N2 tests.
    word r = readers_.load(order::relaxed, "N1");
    while (!w::is_write_phase(r) && w::is_write_locked(r) && w::has_readers(r)) {
      // [N2] relaxed: so that whoever changes the state owes a wake. failure relaxed: the next guess.
      if (!readers_.compare_exchange_strong(r, r | w::reader_waits, order::relaxed, order::relaxed, "N2")) continue;
      for (;;) {
        // [N3] relaxed: until somebody has changed the state.
        const word now = readers_.load(order::relaxed, "N3");
        if (is_fixed) r = now;
        if (!w::is_waited_for(now)) break;
        // [N4] sleeps only while RWAITING is set; as shipped, only if it is not. Else: mutant n4_never_sleeps does not reach the situation.
        if (Platform::wait(readers_, r, scope::process_private, until, "N4") == wait_result::timed_out) return false;
      }
    }
    return true;
  }

  // Until the phase is the readers', and whoever made it so has reset the futex. Returns false if the deadline passed.
  bool await_read_phase(const deadline& until) noexcept {
    for (bool ready = false;;) {
      // [P1] relaxed: a guess, which P2 or P3 tests.
      const word p = phase_.load(order::relaxed, "P1");
      if (w::is_writers(p)) {
        if (!sleep_as_reader(p, until)) return !leave_readers();
        continue;
      }
      if (ready) return true;
      // [P4] acquire: reads V5's write, or one after it. Else: mutant p4_relaxed races.
      ready = !w::is_write_phase(readers_.load(order::acquire, "P4"));
    }
  }

  // Sleeps if the phase is a writer's. Returns false if the deadline passed.
  bool sleep_as_reader(word p, const deadline& until) noexcept {
    // [P2] relaxed: so that whoever ends the phase owes a wake.
    if (!w::is_used(p) && !phase_.compare_exchange_strong(p, p | w::used, order::relaxed, order::relaxed, "P2")) return true;
    // [P3] sleeps only while the phase is a writer's. Else: mutant p3_never_sleeps does not reach the situation.
    return Platform::wait(phase_, w::writers | w::used, scope::process_private, until, "P3") != wait_result::timed_out;
  }

  // The deadline has passed: returns false if the phase is the readers' by now.
  bool leave_readers() noexcept {
    // [P5] relaxed: a guess, which P6 tests.
    word r = readers_.load(order::relaxed, "P5");
    while (w::is_write_phase(r)) {
      // [P6] relaxed: there is nothing to publish. failure relaxed: the next guess.
      if (readers_.compare_exchange_strong(r, r - w::one_reader, order::relaxed, order::relaxed, "P6")) return true;
    }
    // [P7] acquire: P5 or P6 has read V5's write, or one after it. Else: mutant p7_relaxed races.
    Platform::fence(order::acquire, "P7");
    // [P8] relaxed: whoever made it so is about to reset the futex.
    while (w::is_writers(phase_.load(order::relaxed, "P8"))) {
    }
    return false;
  }

 protected:
  typename Platform::template atomic<word> readers_{w::readers, 0u};
  typename Platform::template atomic<word> phase_{w::phase, 0u};
  typename Platform::template atomic<word> writers_{w::registered, 0u};
  typename Platform::template atomic<word> futex_{w::futex, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_READERS_H_
