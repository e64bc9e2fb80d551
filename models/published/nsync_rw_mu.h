// nsync_rw_mu: nsync's mutex for readers and writers, with waits for a condition; and readers that sleep beside a free mutex. Found here.
//
// A writer in the queue sets V, so that readers that come let it pass; the next writer that locks clears it. Who waits for a condition and
// times out spins for the mutex, and sets V meanwhile. As shipped (nsync up to 1.30.0) it locks, which clears V, leaves the queue, and then
// writes what it found before it locked: V is back, and no writer waits. If others wait for a condition, an unlock that wakes none of them
// leaves V as well:
//     A waits, times out; B reads: A sets V | B unlocks | A locks, V is back; waits for the condition | B, to read again: V: sleeps
// Nobody has the mutex, and nobody is left to make the condition true. As fixed (our repair) it writes what it found without V.
//
//     bits 8.. |  5 | 4 | 3 | 2 | 1 | 0      L  a writer has it    S  the queue's spinlock    W  some thread is in the queue
//     readers  |  V | C | D | W | S | L      D  a woken thread is on its way    C  some wait for a condition    V  a writer waits
//
//     lock     a writer: not L, no readers; a reader: not L, not V, but a woken one comes in spite of V: takes it [L2], a writer clears V,
//              a woken one D; else, if not S: S, W, a writer V [L3], into the queue, not S [Q2], sleeps until it is woken
//     unlock   not W, or D, or others read: not L, or one reader less [U2]; else, if not S: S and D, keeps L if there are conditions [U3];
//              the first whose condition holds leaves the queue, if it reads so do the others that read; not S, not L [Q2], they are woken
//     await    S, W, C [Q1], into the queue, not S; unlocks [C1], or as an unlock does; sleeps until it is woken, and locks as one that is;
//              if it times out: L, S [T2], leaves the queue, not S [T4]
//
// Guarantees, as fixed: readers and a writer exclude each other; no lost wake-up. Not fair.
// Not modelled: LONG_WAIT, which is about fairness, and ALL_FALSE, which saves tests. Conditions are tested under the spinlock.
// Source: the comments of nsync's common.h, mu.c and mu_wait.c; the unlock is that of 88fa032 (nsync_mu.h). No line is copied.
#ifndef HOLDFAST_MODELS_PUBLISHED_NSYNC_RW_MU_H_
#define HOLDFAST_MODELS_PUBLISHED_NSYNC_RW_MU_H_

#include "impl/platform.h"
#include "models/published/nsync_waiters.h"
#include "models/published/version.h"

namespace holdfast::published {

struct nsync_rw_mu_word {
  static constexpr std::uint32_t free = 0;
  static constexpr std::uint32_t writer = 1;
  static constexpr std::uint32_t spinlock = 2;
  static constexpr std::uint32_t waiting = 4;
  static constexpr std::uint32_t waker = 8;
  static constexpr std::uint32_t condition = 16;
  static constexpr std::uint32_t writer_waits = 32;
  static constexpr std::uint32_t reader = 256;
  static constexpr std::uint32_t held = writer | ~(reader - 1);

  static constexpr named_value writer_values[] = {{1, "L", "a writer has it"}};
  static constexpr named_value spinlock_values[] = {{1, "S", "the queue's spinlock"}};
  static constexpr named_value waiting_values[] = {{1, "W", "some thread is in the queue"}};
  static constexpr named_value waker_values[] = {{1, "D", "a woken thread is on its way"}};
  static constexpr named_value condition_values[] = {{1, "C", "some wait for a condition"}};
  static constexpr named_value writer_waits_values[] = {{1, "V", "a writer waits"}};
  static constexpr field fields[] = {{"L", 0, 1, writer_values},    {"S", 1, 1, spinlock_values},     {"W", 2, 1, waiting_values},
                                     {"D", 3, 1, waker_values},     {"C", 4, 1, condition_values},    {"V", 5, 1, writer_waits_values},
                                     {"readers", 8, 24, {}}};
  static constexpr layout description{"mu", fields};

  static constexpr bool is_held(std::uint32_t w) { return (w & held) != 0; }
  static constexpr bool is_spinlocked(std::uint32_t w) { return (w & spinlock) != 0; }
  static constexpr bool has_conditions(std::uint32_t w) { return (w & condition) != 0; }
  static constexpr bool owes_a_wake(std::uint32_t w) { return (w & (waiting | waker)) == waiting; }

  // Of who reads or writes: what it may not find, what it adds, and what it sets as it goes to sleep.
  static constexpr std::uint32_t not_beside(nsync_mode m) { return m == nsync_mode::writes ? held : writer | writer_waits; }
  static constexpr std::uint32_t takes(nsync_mode m) { return m == nsync_mode::writes ? writer : reader; }
  static constexpr std::uint32_t sleeps(nsync_mode m) { return m == nsync_mode::writes ? waiting | writer_waits : waiting; }
  static constexpr std::uint32_t clears(nsync_mode m) { return m == nsync_mode::writes ? writer_waits : 0; }
};

template <class Platform, version Version>
  requires has_load<Platform> && has_store<Platform> && has_compare_exchange<Platform> && has_plain<Platform> && has_wait<Platform> &&
           has_wake<Platform>
class nsync_rw_mu {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using waiter = nsync_waiter<Platform>;
  using condition = typename Platform::template plain<bool>;
  using layout_of = nsync_rw_mu_word;

 public:
  void lock(nsync_mode mode) noexcept {
    waiter mine{mode};
    lock(mine, 0);
  }

  void unlock(nsync_mode mode) noexcept {
    for (;;) {
      // [U1] relaxed: a guess, which U2 or U3 tests.
      word w = word_.load(order::relaxed, "U1");
      const word left = w - layout_of::takes(mode);
      if (!layout_of::owes_a_wake(w) || layout_of::is_held(left)) {
        // [U2] release: publishes the section to L2. Else: mutant u2_relaxed races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(w, left, order::release, order::relaxed, "U2")) return;
      } else if (!layout_of::is_spinlocked(w)) {
        const word kept = layout_of::has_conditions(w) ? layout_of::writer : layout_of::free;
        const word early = left | kept | layout_of::spinlock | layout_of::waker;
        // [U3] release: publishes the section to L2. Else: mutant u3_acquire races. acquire: reads Q2's write, for the queue.
        //      Else: mutant u3_release races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(w, early, order::acq_rel, order::relaxed, "U3")) return wake_some(kept);
      }
    }
  }

  // Waits until the condition holds or the time is over; returns whether it holds.
  // REQUIRES: the caller has the mutex in that mode; it has when the call returns.
  bool await(nsync_mode mode, condition& c, const deadline& until) noexcept {
    waiter mine{mode};
    for (bool first = true; !c.load("test"); first = false) {
      const bool owed = layout_of::owes_a_wake(take_spinlock(layout_of::waiting | layout_of::condition));
      enqueue(mine, &c, first);
      leave_spinlock_and_unlock(mode, owed);
      if (!mine.sleep(until)) {
        if (give_up(mine, mode)) return c.load("test");
        mine.sleep(deadline::never());
      }
      lock(mine, layout_of::waker);
    }
    return true;
  }

 private:
  // A condition variable moves its waiters to it.
  template <class>
  friend struct nsync_rw_mu_access;

  // clear: D of a thread that was woken, which only those that have the mutex keep out.
  void lock(waiter& mine, word clear) noexcept {
    const nsync_mode mode = mine.mode.load("mode");
    for (bool first = true;;) {
      const word beside = clear == 0u ? layout_of::not_beside(mode) : layout_of::not_beside(mode) & ~layout_of::writer_waits;
      // [L1] relaxed: a guess, which L2 or L3 tests.
      word w = word_.load(order::relaxed, "L1");
      if ((w & beside) == 0u) {
        const word taken = (w + layout_of::takes(mode)) & ~(clear | layout_of::clears(mode));
        // [L2] acquire: reads the write of U2, U3, Q2 or C1, or one after it. Else: mutant l2_relaxed races.
        //      failure relaxed: the next guess.
        if (word_.compare_exchange_strong(w, taken, order::acquire, order::relaxed, "L2")) return;
        continue;
      }
      if (layout_of::is_spinlocked(w)) continue;
      const word queued = (w | layout_of::spinlock | layout_of::sleeps(mode)) & ~clear;
      // [L3] acquire: reads Q2's write, for the queue. Else: mutant l3_relaxed races. failure relaxed: the next guess.
      if (!word_.compare_exchange_strong(w, queued, order::acquire, order::relaxed, "L3")) continue;
      enqueue(mine, nullptr, first);
      release_spinlock(layout_of::free, layout_of::free, layout_of::free);
      mine.sleep(deadline::never());
      first = false;
      clear = layout_of::waker;
    }
  }

  // Has the spinlock; kept: L, if it still has the mutex.
  void wake_some(word kept) noexcept {
    waiter* woken = nullptr;
    bool reads = false, passes_over = false;
    for (waiter *p = queue_.first(), *following; p != nullptr; p = following) {
      following = p->next.load("look");
      if (!p->may_be_woken()) continue;
      const bool writes = p->writes();
      if (writes && reads) {
        passes_over = true;
        continue;
      }
      queue_.remove(*p);
      p->next.store(woken, "wake");
      woken = p;
      if (writes) break;
      reads = true;
    }
    word clear = layout_of::free;
    if (woken == nullptr) clear |= layout_of::waker;
    if (queue_.first() == nullptr) clear |= layout_of::waiting | layout_of::condition | layout_of::writer_waits;
    release_spinlock(kept, passes_over ? layout_of::writer_waits : layout_of::free, clear);
    waiter::wake(woken);
  }

  // The time of `mine` is over. Returns false if it was no longer in the queue: it is about to be woken.
  bool give_up(waiter& mine, nsync_mode mode) noexcept {
    const word found = take_both();
    // As shipped V, which T2 took away, comes back.
    const word now = Version == version::as_shipped ? found : found & ~layout_of::writer_waits;
    if (queue_.remove(mine)) {
      // [T4] release: publishes the queue to L3, U3, Q1 and T2. Else: mutant t4_relaxed races.
      word_.store(now + layout_of::takes(mode), order::release, "T4");
      return true;
    }
    // [T5] release: hands on what T2 has read. Else: mutant t5_relaxed races.
    word_.store(now, order::release, "T5");
    return false;
  }
  // Takes L and S, for which it spins. Returns what it found.
  word take_both() noexcept {
    for (;;) {
      // [T1] relaxed: a guess, which T2 or T3 tests.
      const word found = word_.load(order::relaxed, "T1");
      word w = found;
      if (!layout_of::is_held(found) && !layout_of::is_spinlocked(found)) {
        const word taken = (found | layout_of::writer | layout_of::spinlock) & ~layout_of::writer_waits;
        // [T2] acquire: reads Q2's write, for the queue. Else: mutant t2_relaxed races. failure relaxed: the next guess.
        if (word_.compare_exchange_strong(w, taken, order::acquire, order::relaxed, "T2")) return found;
      } else if ((found & (layout_of::writer_waits | layout_of::spinlock)) == 0u) {
        // [T3] relaxed: no matter if it fails, and it carries on what it finds.
        static_cast<void>(word_.compare_exchange_strong(w, found | layout_of::writer_waits, order::relaxed, order::relaxed, "T3"));
      }
    }
  }

  void enqueue(waiter& mine, condition* c, bool first) noexcept {
    mine.prepare(c);
    if (first) queue_.append(mine);
    else queue_.prepend(mine);
  }

  // Returns what it found.
  word take_spinlock(word set) noexcept {
    for (;;) {
      // [Q3] relaxed: a guess, which Q1 tests.
      word w = word_.load(order::relaxed, "Q3");
      if (layout_of::is_spinlocked(w)) continue;
      // [Q1] acquire: reads Q2's write, for the queue. Else: mutant q1_relaxed races. failure relaxed: the next guess.
      if (word_.compare_exchange_strong(w, w | layout_of::spinlock | set, order::acquire, order::relaxed, "Q1")) return w;
    }
  }
  void release_spinlock(word unlocked, word set, word clear) noexcept {
    for (;;) {
      // [Q4] relaxed: a guess, which Q2 tests.
      word w = word_.load(order::relaxed, "Q4");
      const word left = ((w - unlocked) | set) & ~(clear | layout_of::spinlock);
      // [Q2] release: publishes the queue to L3, U3, Q1 and T2. Else: mutant q2_relaxed races. failure relaxed: the next guess.
      if (word_.compare_exchange_strong(w, left, order::release, order::relaxed, "Q2")) return;
    }
  }
  // If a wake is owed and nobody else has the mutex, it unlocks as everybody does.
  void leave_spinlock_and_unlock(nsync_mode mode, bool owed) noexcept {
    for (;;) {
      // [C2] relaxed: a guess, which C1 tests.
      word w = word_.load(order::relaxed, "C2");
      const bool unlocks = !owed || layout_of::is_held(w - layout_of::takes(mode));
      const word left = (unlocks ? w - layout_of::takes(mode) : w) & ~layout_of::spinlock;
      // [C1] release: publishes the queue to L3, U3, Q1 and T2, and the section to L2. Else: mutant c1_relaxed races.
      //      failure relaxed: the next guess.
      if (!word_.compare_exchange_strong(w, left, order::release, order::relaxed, "C1")) continue;
      if (!unlocks) unlock(mode);
      return;
    }
  }

  typename Platform::template atomic<word> word_{layout_of::description, layout_of::free};
  nsync_waiters<Platform> queue_;
};

template <class Mutex>
struct nsync_rw_mu_access {
  static auto& word(Mutex& m) { return m.word_; }
  static auto& queue(Mutex& m) { return m.queue_; }
  static void release_spinlock(Mutex& m, auto set) { m.release_spinlock(nsync_rw_mu_word::free, set, nsync_rw_mu_word::free); }
  static void lock(Mutex& m, auto& mine, auto clear) { m.lock(mine, clear); }
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_NSYNC_RW_MU_H_
