// N threads increment a plain counter under Drepper's mutex, which awaits a value where it would sleep. -DEXCHANGE: unlocks with one
// exchange instead of a decrement and a store.
#include "threads.h"

static atomic_uint x;
static unsigned count;

static void lock(void) {
  unsigned w = 0;
  if (atomic_compare_exchange_strong_explicit(&x, &w, 1, ACQUIRE, RELAXED)) return;
  if (w != 2) w = atomic_exchange_explicit(&x, 2, ACQUIRE);
  while (w != 0) {
    while (atomic_load_explicit(&x, RELAXED) == 2) {
    }
    w = atomic_exchange_explicit(&x, 2, ACQUIRE);
  }
}

static void unlock(void) {
#ifdef EXCHANGE
  atomic_exchange_explicit(&x, 0, RELEASE);
#else
  if (atomic_fetch_sub_explicit(&x, 1, RELEASE) != 1) atomic_store_explicit(&x, 0, RELEASE);
#endif
}

static void thread(unsigned long self) {
  lock();
  ++count;
  unlock();
}
