// ticket_lock: a lock that serves its threads in the order in which they came, as a counter with numbered tickets does.
//
// Guarantees: mutual exclusion; first come, first served. Not guaranteed: progress while a thread that holds a ticket does not run; nobody
// sleeps, every waiter spins. Tickets wrap: a thread whose read of `owner` is 2^32 tickets old would take it for its turn. The models show
// that with tickets of one bit.
//
//     next   the ticket that the next thread gets
//     owner  the ticket that is served: whoever has it holds the lock; nobody does if it equals next
//
//     from \ step     take [L1]        see one's turn [L2]   pass [U2]
//     owner == next   next + 1, own    --                    misuse
//     owner != next   next + 1, wait   own                   owner + 1
//
// Lifetime: U2 is the last access of an unlock; the next owner may destroy the lock once it has seen its turn and nobody else has a ticket.
// Source: D. P. Reed and R. K. Kanodia, "Synchronization with Eventcounts and Sequencers" (1979); as a lock in J. M. Mellor-Crummey and
// M. L. Scott, "Algorithms for Scalable Synchronization on Shared-Memory Multiprocessors" (1991). Without the latter's proportional
// backoff. Memory orders are ours: the weakest that order the critical sections.
#ifndef HOLDFAST_MODELS_PUBLISHED_TICKET_LOCK_H_
#define HOLDFAST_MODELS_PUBLISHED_TICKET_LOCK_H_

#include "impl/platform.h"

namespace holdfast::published {

struct ticket_word {
  static constexpr field fields[] = {{"ticket", 0, 32, {}}};
  static constexpr layout next{"next", fields};
  static constexpr layout owner{"owner", fields};
};

template <class Platform>
  requires has_load<Platform> && has_store<Platform> && has_fetch_add<Platform>
class ticket_lock {
  using word = typename Platform::word;

 public:
  void lock() noexcept {
    // [L1] relaxed: read-modify-writes of one word give each thread a ticket of its own; L2 orders the sections.
    const word mine = next_.fetch_add(1u, order::relaxed, "L1");
    // [L2] acquire: reads U2's store, so the last owner's writes are visible. Else: mutant l2_relaxed races.
    while (owner_.load(order::acquire, "L2") != mine) {
    }
  }

  void unlock() noexcept {
    // [U1] relaxed: only the owner writes the word, and it has read it.
    const word served = owner_.load(order::relaxed, "U1");
    // [U2] release: publishes the section to L2. Else: mutant u2_relaxed races.
    owner_.store(served + 1u, order::release, "U2");
  }

 private:
  typename Platform::template atomic<word> next_{ticket_word::next, 0u};
  typename Platform::template atomic<word> owner_{ticket_word::owner, 0u};
};

}  // namespace holdfast::published

#endif  // HOLDFAST_MODELS_PUBLISHED_TICKET_LOCK_H_
