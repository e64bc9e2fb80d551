// ticket_mutex: a mutex that serves its threads in the order in which they came, and lets them sleep.
//
// Guarantees: mutual exclusion; no lost wake-up; first come, first served: a thread that locks waits for those that came before it, and for
// nobody else. A section happens before the next. An unlock without waiters makes no system call, but for the first after a thread without
// a ticket has given up. constinit, trivially destructible, 8 bytes.
// Does not guarantee: throughput with more threads than processors, as the next owner has to run before anybody goes on; recursion;
// anything if an owner or a waiter dies; to the timed forms, a turn. A ticket cannot be handed back, so a thread that may give up takes
// none: it waits until the mutex is free, and comes after everybody who has a ticket, however late they came. While the mutex goes from
// ticket to ticket it is never free, and such a thread times out though many others have had their turns. Without a deadline it may wait
// for ever: whoever can wait for its turn uses lock().
//
//     next     ticket:31 | 0      the ticket that the next thread gets
//     serving  ticket:31 | S      whoever has this ticket owns the mutex; nobody does if it equals next. S: some thread may sleep
//
//     from \ step           take a ticket [L1,T2]   announce [L5,D4]  unlock, nobody waits [U3,U4]   unlock, somebody waits [U3,U6]
//     serving == next       next + 1, own           S, by D4 only     misuse                         --
//     serving != next, -    next + 1, wait          S                 serving + 1                    serving + 1
//     serving != next, S    next + 1, wait          --                serving + 1, S off,            serving + 1, S stays,
//                                                                     then wake everybody [U5]       then wake the next [U7]
//
// I1: tickets are handed out in the order of next; serving only ever goes up by one, by its owner.
// I2: while S is on, nobody but the owner writes serving.
// I3: a thread sleeps on serving => S is on, or the unlocker that turned it off, or the one that ended the sleeper's wait, owes a wake.
// I4: S is on => somebody owns the mutex, or the thread without a ticket that turned S on is about to find that nobody does [D5].
//
// Bits. A thread with ticket t sleeps with bit t mod 31, and an unlock wakes that of the next ticket only. Tickets that are 31 apart share
// one: both wake up and one goes back to sleep, which costs time and nothing else. Who has no ticket sleeps with a bit that no ticket has,
// through all that is passed on from ticket to ticket: each of those unlocks makes a system call then, as S is on.
// S is turned off by an unlock that sees no ticket after its own. A thread may have taken one meanwhile, and sleep: so everybody is woken,
// and so are those without a ticket, all of them. As they are woken together or not at all, one that gives up loses nobody's wake-up.
// Memory order: the owner publishes its section with U3, U4 or U6 (release) to L2, L3, L4 and T3 (acquire). L1 and T2 are acquire and
// release so that whoever takes a ticket knows what those before it knew: no thread can take a value of serving that is as old as the
// tickets are many for its turn.
// Wrap: tickets are counted modulo 2^31, and each wait is for one value. While fewer than 2^31 threads hold tickets, which Linux's limit of
// 2^22 threads sees to, the tickets that are out differ, and by the order above no older value is read. A try that 2^31 tickets
// overtake between T1 and T2 has a ticket, and waits for its turn: it is late, but the mutex stays right. Whoever turns S on without
// a ticket looks only then whether the mutex is free, so that if tickets pass meanwhile, however many, one of their owners sees S.
// Lifetime: the write that passes the mutex on is the unlocker's last access; U5 and U7 use the address only. As impl/mutex.h.
// Source: D. P. Reed and R. K. Kanodia, "Synchronization with Eventcounts and Sequencers" (1979), and J. M. Mellor-Crummey and M. L. Scott
// (1991), as models/published/ticket_lock.h, which spins. The sleep, its bits, S and the timed forms are ours.
#ifndef HOLDFAST_IMPL_TICKET_MUTEX_H_
#define HOLDFAST_IMPL_TICKET_MUTEX_H_

#include <chrono>
#include <type_traits>

#include "impl/linux/linux_platform.h"
#include "impl/platform.h"
#include "impl/word/ticket_word.h"

namespace holdfast {

template <class P>
concept ticket_platform = has_load<P> && has_store<P> && has_fetch_add<P> && has_compare_exchange<P> && has_bitsets<P> && has_spinner<P> &&
                          has_misuse<P>;

// How many times the thread whose turn is next looks, pausing in between, before it sleeps, and one without a ticket. The others sleep at
// once.
inline constexpr unsigned ticket_default_spin = 100;

// Platform, Scope: as basic_mutex has them. Bits: how many different bits the sleepers with tickets share, 1 to 31.
// Meets Lockable and TimedLockable. No member allocates or throws; try_lock never blocks.
template <ticket_platform Platform, scope Scope = scope::process_private, unsigned Spin = ticket_default_spin, unsigned Bits = 31>
  requires(Bits >= 1 && Bits <= 31)
class basic_ticket_mutex {
  using word = typename Platform::word;
  using deadline = typename Platform::deadline;
  using spinner = typename Platform::spinner;

 public:
  constexpr basic_ticket_mutex() noexcept = default;
  basic_ticket_mutex(const basic_ticket_mutex&) = delete;
  basic_ticket_mutex& operator=(const basic_ticket_mutex&) = delete;

  // Blocks until the calling thread owns the mutex. Acquire.
  // REQUIRES: the calling thread does not own it (it would wait for itself for ever).
  void lock() noexcept {
    // [L1] read-modify-writes of one word give each thread a ticket of its own. acquire and release: hands on what is known of serving,
    //      so that L2 reads nothing that is a whole round of tickets old. Else, with tickets of two bits: mutant l1_relaxed races,
    //      mutant l1_acquire races, mutant l1_release races.
    const word mine = next_.fetch_add(word(ticket_word::one_ticket), order::acq_rel, "L1");
    // [L2] acquire: reads the write that passed the mutex on, so that the last owner's section is visible. Else: mutant l2_relaxed races.
    if (!ticket_word::is_turn_of(serving_.load(order::acquire, "L2"), mine)) await_turn(mine);
  }

  // Takes the mutex if nobody owns it or waits for it. True if the caller owns it now (acquire). False: nothing changed.
  [[nodiscard]] bool try_lock() noexcept {
    // [T1] relaxed: a guess; T2 finds out.
    word mine = ticket_word::ticket_of(serving_.load(order::relaxed, "T1"));
    // [T2] acquire and release: as L1. Else: mutant t2_relaxed races, with tickets of two bits.
    //      failure relaxed: nothing is read under a failed try.
    if (!next_.compare_exchange_strong(mine, ticket_word::after(mine), order::acq_rel, order::relaxed, "T2")) return false;
    // [T3] acquire: as L2. Else: mutant t3_relaxed races. It is the caller's turn, unless the tickets wrapped between T1 and T2.
    if (!ticket_word::is_turn_of(serving_.load(order::acquire, "T3"), mine)) await_turn(mine);
    return true;
  }

  // Blocks until the mutex is free and the calling thread has taken it (true, acquire) or the deadline has passed (false, nothing is
  // ordered). Lets everybody pass who has a ticket or takes one meanwhile: see above.
  // REQUIRES: the calling thread does not own it.
  [[nodiscard]] bool try_lock_until(const deadline& until) noexcept {
    if (try_lock()) return true;
    return await_free(until);
  }

  // The time point is one of std::chrono::steady_clock or std::chrono::system_clock; the latter follows changes of the system's time.
  template <class Clock, class Duration>
  [[nodiscard]] bool try_lock_until(const std::chrono::time_point<Clock, Duration>& until) noexcept {
    if (try_lock()) return true;
    return await_free(deadline::at(until));
  }

  // The duration is measured on the steady clock. Zero or less: try_lock, then one more look and a system call.
  template <class Rep, class Period>
  [[nodiscard]] bool try_lock_for(const std::chrono::duration<Rep, Period>& duration) noexcept {
    if (try_lock()) return true;
    return await_free(deadline::after(duration));
  }

  // Passes the mutex on to the thread that has waited longest, and wakes it if it may sleep. Release. Never blocks.
  // REQUIRES: the calling thread owns it. Unlocking a free mutex is detected and ends the program; unlocking another thread's is not.
  void unlock() noexcept {
    // [U1] relaxed: the owner knows its ticket; S is a hint unless it is on, and U3 decides.
    word w = serving_.load(order::relaxed, "U1");
    // [U2] relaxed: a thread that is missed here either sleeps and is woken by U5, or finds that serving has changed.
    const word last = next_.load(order::relaxed, "U2");
    if (ticket_word::is_turn_of(w, last)) Platform::misuse("ticket_mutex: unlock of a mutex that nobody holds");
    // [U3] release: publishes the section to L2, L3, L4 and T3. Else: mutant u3_relaxed races. failure relaxed: S has come on.
    if (ticket_word::has_sleepers(w) ||
        !serving_.compare_exchange_strong(w, ticket_word::after(w), order::release, order::relaxed, "U3")) {
      unlock_slow(ticket_word::ticket_of(w), last);
    }
  }

  // Whether another thread has a ticket after the caller's: a hint, for an owner that might hold the mutex longer.
  // REQUIRES: the calling thread owns it.
  [[nodiscard]] bool has_waiters() const noexcept {
    // [W1] relaxed: the owner knows its ticket.
    const word mine = ticket_word::ticket_of(serving_.load(order::relaxed, "W1"));
    // [W2] relaxed: a hint.
    return next_.load(order::relaxed, "W2") != ticket_word::after(mine);
  }

 private:
  [[gnu::cold, gnu::noinline]] void await_turn(word mine) noexcept {
    const deadline for_ever = deadline::never();
    for (spinner spin(Spin, for_ever, pace::brisk); spin.again();) {
      // [L3] acquire: as L2. Else: mutant l3_relaxed races.
      const word w = serving_.load(order::acquire, "L3");
      if (ticket_word::is_turn_of(w, mine)) return;
      if (!ticket_word::is_next(w, mine)) break;
    }
    for (;;) {
      // [L4] acquire: as L2. Else: mutant l4_relaxed races.
      word w = serving_.load(order::acquire, "L4");
      if (ticket_word::is_turn_of(w, mine)) return;
      if (!ticket_word::has_sleepers(w)) {
        // [L5] relaxed: publishes nothing; in the release sequence of the write that it follows. Says that somebody may sleep, before each
        //      sleep (S may have been turned off). Else: mutant l5_lost_flag does not reach the situation.
        if (!serving_.compare_exchange_strong(w, ticket_word::with_sleepers(w), order::relaxed, order::relaxed, "L5")) continue;
      }
      // [L6] sleeps only while serving is what L4 found, with S. Else: mutant l6_never_sleeps does not reach the situation.
      Platform::wait_bitset(serving_, ticket_word::with_sleepers(w), ticket_word::bit_of(mine, Bits), Scope, for_ever, "L6");
    }
  }

  // For a thread without a ticket.
  [[gnu::cold, gnu::noinline]] bool await_free(const deadline& until) noexcept {
    for (spinner spin(Spin, until, pace::calm); spin.again();) {
      // [D1] relaxed: a hint; T2 decides.
      const word w = serving_.load(order::relaxed, "D1");
      // [D2] relaxed: as D1.
      if (ticket_word::is_turn_of(w, next_.load(order::relaxed, "D2")) && try_lock()) return true;
    }
    for (;;) {
      // [D3] relaxed: D4 and D6 compare it.
      word w = serving_.load(order::relaxed, "D3");
      if (!ticket_word::has_sleepers(w)) {
        // [D4] acquire: reads the write that passed the mutex on, so that D5 knows every ticket before w. Else: mutant d4_relaxed loses a
        //      wake-up. Says that somebody may sleep, as L5 does. Else: mutant d4_lost_flag does not reach the situation.
        //      failure relaxed: the loop reads it again.
        if (!serving_.compare_exchange_strong(w, ticket_word::with_sleepers(w), order::acquire, order::relaxed, "D4")) continue;
        // [D5] relaxed: if it is not w, the ticket w is out, and its owner is to see S. If it is, there may be no owner to see it (I4).
        if (ticket_word::is_turn_of(w, next_.load(order::relaxed, "D5"))) {
          if (try_lock()) return true;
          continue;
        }
      }
      // [D6] sleeps only while serving is w, with S, and until an unlock finds no ticket [U5]. Else: mutant d6_never_sleeps does not reach
      //      the situation.
      if (Platform::wait_bitset(serving_, ticket_word::with_sleepers(w), ticket_word::no_ticket, Scope, until, "D6") ==
          wait_result::timed_out) {
        return false;
      }
      if (try_lock()) return true;
    }
  }

  // S is on.
  [[gnu::cold, gnu::noinline]] void unlock_slow(word mine, word last) noexcept {
    const word next = ticket_word::after(mine);
    if (next == last) {
      // [U4] release: as U3. Else: mutant u4_relaxed races. Turns S off.
      serving_.store(next, order::release, "U4");
      // [U5] whoever sleeps after all has to turn S on again. Else: mutant u5_dropped loses a wake-up.
      Platform::wake(serving_, everyone, Scope, "U5");
    } else {
      // [U6] release: as U3. Else: mutant u6_relaxed races. Leaves S on: the next owner may be the only one awake.
      //      Else: mutant u6_lost_flag loses a wake-up.
      serving_.store(ticket_word::with_sleepers(next), order::release, "U6");
      // [U7] wakes whoever has the next ticket; everyone with its bit, as they do not sleep in the order of their tickets.
      //      Else: mutant u7_dropped loses a wake-up.
      Platform::wake_bitset(serving_, everyone, ticket_word::bit_of(next, Bits), Scope, "U7");
    }
  }

  typename Platform::template atomic<word> next_{ticket_word::next, word(ticket_word::first)};
  typename Platform::template atomic<word> serving_{ticket_word::serving, word(ticket_word::first)};
};

using ticket_mutex = basic_ticket_mutex<linux_platform>;
using process_shared_ticket_mutex = basic_ticket_mutex<linux_platform, scope::process_shared>;

static_assert(sizeof(ticket_mutex) == 8);
static_assert(std::is_trivially_destructible_v<ticket_mutex>);

}  // namespace holdfast

#endif  // HOLDFAST_IMPL_TICKET_MUTEX_H_
