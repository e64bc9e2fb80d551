// N threads increment a plain counter under a test-and-test-and-set lock.
#include "threads.h"

static atomic_uint x;
static unsigned count;

static void thread(unsigned long self) {
  for (;;) {
    while (atomic_load_explicit(&x, RELAXED) != 0) {
    }
    unsigned expected = 0;
    if (atomic_compare_exchange_strong_explicit(&x, &expected, 1, ACQUIRE, RELAXED)) break;
  }
  ++count;
  atomic_store_explicit(&x, 0, RELEASE);
}
