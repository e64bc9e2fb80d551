// glibc_rwlock: a reader-writer lock whose trywrlock forgot that a reader sleeps, and its fix.
//
// As shipped (glibc BZ 23844) trywrlock sets the phase futex to 1 though the write phase had begun before, and with that clears USED, which
// a reader had set to be woken. The kind is the one that prefers writers, and the phase is a writer's since an earlier section:
//     R: readers + 1, sees the write phase | T: takes it | R: sees WRLOCKED, sets USED, sleeps | T: sets 1 over 1|USED; unlocks: no wake
// As fixed it sets the futex only if it is the one that begins the phase.
//
//     readers:  bits 31 ... 3 |    1     |    0        count: readers that hold it, or wait for the phase to be theirs
//                    count    | WRLOCKED | WRPHASE     WRPHASE: the phase is a writer's; WRLOCKED: a writer holds it
//     phase:    bits    1     |    0                   1 in a write phase; USED: some reader may sleep until it is 0
//                     USED    | writers
//
//     lock_shared    count + 1 [R1]; in a write phase that nobody holds: ends it [R2], phase := 0 [R3], wakes [R4]; held: sleeps [R7]
//     unlock_shared  count - 1 [S2]
//     try_lock       not WRLOCKED, and no readers or the phase a writer's: both flags [T2]; phase := 1 [T3; as fixed T4, if it begins]
//     unlock         no readers: not WRLOCKED; readers: neither flag [V2], phase := 0 [V3], wakes [V4]
//
// Source: the description of the bug and its fix, and of the lock (2.25 and later); written from them. Left out: wrlock, and with it the
// hand-over to writers that wait, tryrdlock, deadlines. Memory orders are ours: the weakest that do.
#ifndef HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_H_

#include "impl/platform.h"
#include "models/published/version.h"

namespace holdfast::published {

struct glibc_rwlock_word {
  static constexpr std::uint32_t write_phase = 1;
  static constexpr std::uint32_t write_locked = 2;
  static constexpr std::uint32_t one_reader = 8;
  static constexpr std::uint32_t writers = 1;
  static constexpr std::uint32_t used = 2;

  static constexpr named_value phase_values[] = {{1, "WRPHASE", "the phase is a writer's"}};
  static constexpr named_value locked_values[] = {{1, "WRLOCKED", "a writer holds it"}};
  static constexpr named_value used_values[] = {{1, "USED", "some reader may sleep"}};
  static constexpr field readers_fields[] = {{"WRPHASE", 0, 1, phase_values}, {"WRLOCKED", 1, 1, locked_values}, {"count", 3, 29, {}}};
  static constexpr field futex_fields[] = {{"writers", 0, 1, {}}, {"USED", 1, 1, used_values}};
  static constexpr layout readers{"readers", readers_fields};
  static constexpr layout phase{"phase", futex_fields};

  static constexpr bool is_write_phase(std::uint32_t r) { return (r & write_phase) != 0; }
  static constexpr bool is_write_locked(std::uint32_t r) { return (r & write_locked) != 0; }
  static constexpr bool has_readers(std::uint32_t r) { return r >= one_reader; }
  static constexpr bool is_writers(std::uint32_t p) { return (p & writers) != 0; }
  static constexpr bool is_used(std::uint32_t p) { return (p & used) != 0; }
};

template <class Platform, version Version>
  requires has_load<Platform> && has_store<Platform> && has_exchange<Platform> && has_fetch_add<Platform> &&
           has_compare_exchange<Platform> && has_wait<Platform> && has_wake<Platform>
class glibc_rwlock {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using layout_of = glibc_rwlock_word;

 public:
  void lock_shared() noexcept {
    // [R1] acquire: reads V2's write, or one after it, if the phase is the readers'. Else: mutant r1_relaxed races.
    word r = readers_.fetch_add(layout_of::one_reader, order::acquire, "R1") + layout_of::one_reader;
    if (!layout_of::is_write_phase(r)) return;
    while (layout_of::is_write_phase(r) && !layout_of::is_write_locked(r)) {
      // [R2] relaxed: since R1 no section can have begun and ended without the phase being the readers'.
      if (!readers_.compare_exchange_strong(r, r & ~layout_of::write_phase, order::relaxed, order::relaxed, "R2")) continue;
      // [R3] relaxed: the count, which the caller has raised, keeps writers away.
      const word p = phase_.exchange(0u, order::relaxed, "R3");
      // [R4] wakes the readers that sleep: the phase is theirs. Else: mutant r4_dropped loses a wake-up.
      if (layout_of::is_used(p)) Platform::wake(phase_, everyone, scope::process_private, "R4");
      return;
    }
    await_phase();
  }

  void unlock_shared() noexcept {
    // [S1] relaxed: a guess, which S2 tests.
    word r = readers_.load(order::relaxed, "S1");
    // [S2] release: publishes the section to T2. Else: mutant s2_relaxed races. failure relaxed: the next guess.
    while (!readers_.compare_exchange_strong(r, r - layout_of::one_reader, order::release, order::relaxed, "S2")) {
    }
  }

  bool try_lock() noexcept {
    // [T1] relaxed: a guess, which T2 tests.
    word r = readers_.load(order::relaxed, "T1");
    while (!layout_of::is_write_locked(r) && (!layout_of::has_readers(r) || layout_of::is_write_phase(r))) {
      const word mine = r | layout_of::write_phase | layout_of::write_locked;
      // [T2] acquire: reads S2's or V2's write. Else: mutant t2_relaxed races. failure relaxed: the next guess.
      if (!readers_.compare_exchange_strong(r, mine, order::acquire, order::relaxed, "T2")) continue;
      set_phase(r);
      return true;
    }
    return false;
  }

  void unlock() noexcept {
    // [V1] relaxed: a guess, which V2 tests.
    word r = readers_.load(order::relaxed, "V1");
    // [V2] release: publishes the section to R1, R8 and T2. Else: mutant v2_relaxed races. failure relaxed: the next guess.
    while (!readers_.compare_exchange_strong(r, unlocked(r), order::release, order::relaxed, "V2")) {
    }
    if (!layout_of::has_readers(r)) return;
    // [V3] relaxed: readers do not go on before they have seen it.
    const word p = phase_.exchange(0u, order::relaxed, "V3");
    // [V4] wakes the readers that sleep: the phase is theirs. Else: mutant v4_dropped loses a wake-up.
    if (layout_of::is_used(p)) Platform::wake(phase_, everyone, scope::process_private, "V4");
  }

 private:
  static word unlocked(word r) noexcept {
    return r & ~(layout_of::has_readers(r) ? layout_of::write_locked | layout_of::write_phase : layout_of::write_locked);
  }

  void set_phase(word before) noexcept {
    if constexpr (Version == version::as_shipped) {
      // [T3] relaxed, as shipped only: clears USED, if a reader of the phase that has begun before has set it.
      phase_.store(layout_of::writers, order::relaxed, "T3");
    } else {
      // [T4] relaxed: the caller begins the phase; nobody sleeps.
      if (!layout_of::is_write_phase(before)) phase_.store(layout_of::writers, order::relaxed, "T4");
    }
  }

  // Until the phase is the readers', and whoever made it so has reset the futex.
  void await_phase() noexcept {
    for (;;) {
      // [R5] relaxed: a guess, which R6 or R7 tests.
      word p = phase_.load(order::relaxed, "R5");
      if (layout_of::is_writers(p)) {
        // [R6] relaxed: so that whoever ends the phase owes a wake.
        if (!layout_of::is_used(p) && !phase_.compare_exchange_strong(p, p | layout_of::used, order::relaxed, order::relaxed, "R6"))
          continue;
        // [R7] sleeps only while the phase is a writer's. Else: mutant r7_never_sleeps does not reach the situation.
        Platform::wait(phase_, layout_of::writers | layout_of::used, scope::process_private, deadline::never(), "R7");
        continue;
      }
      // [R8] acquire: reads V2's write, or one after it. Else: mutant r8_relaxed races.
      if (!layout_of::is_write_phase(readers_.load(order::acquire, "R8"))) return;
    }
  }

  typename Platform::template atomic<word> readers_{layout_of::readers, 0u};
  typename Platform::template atomic<word> phase_{layout_of::phase, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_GLIBC_RWLOCK_H_
