// N threads increment a plain counter under a ticket lock.
#include "threads.h"

static atomic_uint next, owner;
static unsigned count;

static void thread(unsigned long self) {
  unsigned mine = atomic_fetch_add_explicit(&next, 1, RELAXED);
  while (atomic_load_explicit(&owner, ACQUIRE) != mine) {
  }
  ++count;
  unsigned served = atomic_load_explicit(&owner, RELAXED);
  atomic_store_explicit(&owner, served + 1, RELEASE);
}
