// N threads, of which the ith makes i of i - 1.
#include "threads.h"

static atomic_uint x;

static void thread(unsigned long self) {
  unsigned expected = (unsigned)self - 1;
  atomic_compare_exchange_strong_explicit(&x, &expected, (unsigned)self, RELAXED, RELAXED);
}
